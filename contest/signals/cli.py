"""Signals from the terminal: look, list, erase."""

import json

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest.extensions import db
from contest.rounds.models import Round
from contest.rounds.queries import contest_by_slug, round_of
from contest.signals import pages, queries, work
from contest.signals.queries import Filter

group = AppGroup("signals", help="What looks odd in a round: look, list, erase.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("look")
@click.argument("slug")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def look(slug: str, number: int, as_json: bool) -> None:
    """Look for signals in a round now. Safe at any time and again; nobody is blocked by what is found."""
    with db.reading() as session:
        round_id = the_round(session, slug, number).id
    try:
        found = work.look(round_id)
    except work.Erased:
        raise click.ClickException("The traces and signals of this round were erased on schedule.") from None
    if as_json:
        tell(round_id)
        return
    for one in found:
        click.echo(f"{one.strength:>3} {one.kind:<14} {one.people:>5} people {len(one.attempts):>5} attempts")
    click.echo(f"{len(found)} signals")


@group.command("list")
@click.argument("slug")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_signals(slug: str, number: int, as_json: bool) -> None:
    """The signals of a round with their reasons and what was decided."""
    with db.reading() as session:
        round_id = the_round(session, slug, number).id
        if as_json:
            tell(round_id)
            return
        # Reasons are texts of the screens, which need a language.
        with current_app.test_request_context():
            for signal in queries.signals(session, round_id, Filter(), pages.MOST_TOLD):
                click.echo(f"{signal.id:>6} {signal.strength:>3} {signal.kind:<14} {signal.verdict or 'open'}")
                for sentence in pages.said(signal):
                    click.echo(f"           {sentence}")


@group.command("erase")
def erase() -> None:
    """Erase the traces and signals of all rounds that closed long enough ago; the server does so by itself."""
    click.echo(f"{work.erase_due()} rounds erased")


def tell(round_id: int) -> None:
    """Print signals as the pages give them to programs."""
    with db.reading() as session, current_app.test_request_context():
        found = queries.signals(session, round_id, Filter(), pages.MOST_TOLD)
        click.echo(json.dumps([pages.signal_data(signal) for signal in found], ensure_ascii=False))


def the_round(session: Session, slug: str, number: int) -> Round:
    contest = contest_by_slug(session, slug)
    if contest is None:
        raise click.ClickException(f"There is no contest {slug}. List them with: contest list")
    found = round_of(contest, number)
    if found is None:
        raise click.ClickException(f"{slug} has no round {number}.")
    return found
