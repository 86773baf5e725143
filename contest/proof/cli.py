"""Promises and seals from the terminal."""

import json

import click
from flask import Flask
from flask.cli import AppGroup

from contest import clock
from contest.extensions import db
from contest.proof import pages, work
from contest.proof.bundle_cli import bundle
from contest.standings.cli import progress, the_contest
from contest.web.texts import say

group = AppGroup("proof", help="Promises before a round, seals during it, what a stranger needs to check results.")


def init_app(app: Flask) -> None:
    group.add_command(bundle)
    app.cli.add_command(group)


@group.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """What a contest has promised and sealed so far, as JSON."""
    with db.reading() as session:
        data = pages.proof_data(pages.proof_view(session, the_contest(session, slug), clock.now()))
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@group.command("seal")
def seal() -> None:
    """Promise and seal what is due now; a running server does both every few seconds. Safe at any time and again."""
    promised, sealed = work.promise_due(), work.seal_due()
    click.echo(f"{promised} rounds promised, {sealed} attempts sealed")


@group.command("verify")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(slug: str, as_json: bool) -> None:
    """Compare everything that was sealed with what is stored; exit status 1 and a list when they differ."""
    with db.reading() as session:
        contest_id = the_contest(session, slug).id
    report = work.verify(contest_id, progress())
    if as_json:
        rows = [found.data() for found in report.found]
        click.echo(json.dumps({"contest": slug, "records": report.records, "differences": rows}, ensure_ascii=False))
    else:
        for found in report.found:
            click.echo(say(found.said))
    if report.found:
        raise click.ClickException(f"{report.count} differences from what was sealed")
    if not as_json:
        click.echo(f"{report.records} attempts in {report.batches} batches are as they were sealed.")
