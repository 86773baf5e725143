"""Reports from the terminal."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from contest import clock
from contest.accounts.actions import record
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.reports import certificate_cli, exports, making_cli
from contest.rounds.queries import contest_by_slug, round_of
from contest.web.workbooks import write_workbook

group = AppGroup("report", help="Files to take away.")
group.add_command(making_cli.group)


def init_app(app: Flask) -> None:
    app.cli.add_command(group)
    app.cli.add_command(certificate_cli.group)


@group.command("export")
@click.argument("slug")
@click.argument("what", type=click.Choice(list(exports.EXPORTS)))
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, writable=True), help="File to write.")
@click.option("--round", "number", type=click.IntRange(min=0), default=0, help="Round; by default all of them.")
@click.option("--division", "code", help="Code of a division; by default all of them.")
def export(slug: str, what: str, output: str, number: int, code: str | None) -> None:
    """Write participants, attempts, a ranking or participation of a contest into an Excel file."""
    with db.reading() as session:
        contest = contest_by_slug(session, slug)
        if contest is None:
            raise click.ClickException(f"There is no contest {slug!r}.")
        if number and round_of(contest, number) is None:
            raise click.ClickException(f"{slug} has no round {number}.")
        division = next((d for d in contest.divisions if d.code == code), None)
        if code and division is None:
            raise click.ClickException(f"{slug} has no division {code!r}.")
        # Titles of columns and kinds are texts of the screens, which need a language.
        with current_app.test_request_context():
            sheet = exports.EXPORTS[what](session, contest, exports.Wanted(number, division))
            with click.open_file(output, "wb") as file:
                count = write_workbook(file, sheet.title, sheet.columns, sheet.rows)
    if what in exports.PERSONAL:
        with db.begin() as session:
            details = {"what": what, "round": number, "division": code}
            record(session, TERMINAL, "report.export", f"contest:{slug}", clock.now(), details)
    click.echo(f"{count} rows written to {output}.")
