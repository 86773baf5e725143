"""Statistics from the terminal."""

import json
from collections.abc import Callable

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest.extensions import db
from contest.rounds.models import Contest, Round
from contest.rounds.queries import contest_by_slug, round_of
from contest.statistics import pages, queries, work

group = AppGroup("statistics", help="How questions and papers measure: compute, show.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("compute")
@click.argument("slug")
@click.option("--round", "number", type=click.IntRange(min=1), help="Only this round.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def compute(slug: str, number: int | None, as_json: bool) -> None:
    """Make the statistics of a contest's rounds from its attempts now. Safe at any time and again."""
    with db.reading() as session:
        rounds = [(r.id, r.number) for r in wanted(the_contest(session, slug), number)]
    for round_id, shown in rounds:
        result = work.compute(round_id, progress(shown))
        if not as_json:
            suspects = sum(line.suspect for line in result.lines)
            attempts = result.figures["all"]["attempts"]
            click.echo(f"round {shown}: {attempts} attempts, {len(result.lines)} questions, {suspects} look wrong")
    if as_json:
        tell(slug, number)


@group.command("show")
@click.argument("slug")
@click.option("--round", "number", type=click.IntRange(min=1), help="Only this round.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(slug: str, number: int | None, as_json: bool) -> None:
    """The kept statistics of a contest's rounds; questions that look wrong are marked with !"""
    if as_json:
        tell(slug, number)
        return
    with db.reading() as session:
        for round_ in wanted(the_contest(session, slug), number):
            whole = queries.of_round(session, round_.id)
            if whole is None or not whole.figures:
                click.echo(f"round {round_.number}: not measured yet. Run: statistics compute {slug}")
                continue
            cic = whole.figures["all"]["cic"]
            click.echo(f"round {round_.number}: {whole.attempts} attempts, CIC {_text(cic)}")
            for measured in queries.questions_of_round(session, round_.id):
                click.echo(_line(measured))


def _line(measured: queries.Measured) -> str:
    found = measured.figures
    columns = [found.get(name) for name in ("facility", "discrimination_index", "discriminative_efficiency")]
    mark = "!" if measured.statistic.suspect else " "
    return f"{mark} {measured.question.code:<20} {measured.statistic.drawn:>8} " + " ".join(map(_text, columns))


def _text(value: float | None) -> str:
    return f"{'-' if value is None else format(value, '.1f'):>7}"


def tell(slug: str, number: int | None) -> None:
    """Print rounds and their questions as the pages give them to programs."""
    # Reasons are texts of the screens, which need a language.
    with db.reading() as session, current_app.test_request_context():
        contest = the_contest(session, slug)
        rounds = [
            pages.round_data(
                contest, r, queries.of_round(session, r.id), queries.questions_of_round(session, r.id), detailed=True
            )
            for r in wanted(contest, number)
        ]
        click.echo(json.dumps({"contest": slug, "rounds": rounds}, ensure_ascii=False))


def the_contest(session: Session, slug: str) -> Contest:
    found = contest_by_slug(session, slug)
    if found is None:
        raise click.ClickException(f"There is no contest {slug}. List them with: contest list")
    return found


def wanted(contest: Contest, number: int | None) -> list[Round]:
    if number is None:
        return list(contest.rounds)
    found = round_of(contest, number)
    if found is None:
        raise click.ClickException(f"{contest.slug} has no round {number}.")
    return [found]


def progress(number: int) -> Callable[[int, int], None]:
    """Says on the error stream how far a long round has come, every tenth."""
    last = [0]

    def note(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > last[0] and total > 10_000:
            last[0] = tenth
            click.echo(f"round {number}: {done}/{total} attempts", err=True)

    return note
