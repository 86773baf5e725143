"""Standings from the terminal."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.rounds import queries as rounds
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.standings import actions, events, lots, pages, queries
from contest.standings.queries import Board, Line
from contest.standings.records import points
from contest.web.texts import duration, say
from questions.rules import clean

group = AppGroup("standings", help="Rankings: show, recount, compare with the attempts, fix true numbers, draw lots.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("show")
@click.argument("slug")
@click.option("--round", "number", type=int, help="This round; without it (or 0) the whole contest.")
@click.option("--division", "code", help="Only people of this division.")
@click.option("--limit", type=click.IntRange(min=1), help="Only so many rows from the top.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(slug: str, number: int | None, code: str | None, limit: int | None, as_json: bool) -> None:
    """The ranking of a contest, names in full."""
    with db.reading() as session:
        contest = the_contest(session, slug)
        chosen = pages.chosen_number(contest, number, clock.now())
        if chosen is None:
            raise click.ClickException(f"{slug} has no ranking of round {number}.")
        lines = queries.whole_ranking(session, Board(contest.id, chosen, division_id(contest, code)), limit)
        rows = [pages.row_data(line, line.name, pages.cells(contest, chosen, line)) for line in lines]
    if as_json:
        click.echo(json.dumps({"contest": slug, "round": chosen, "division": code, "rows": rows}, ensure_ascii=False))
        return
    click.echo("Whole contest" if chosen == 0 else f"Round {chosen}")
    for line in lines:
        click.echo(text_of(line, points(contest, chosen, line.score)))


@group.command("recount")
@click.argument("slug")
def recount(slug: str) -> None:
    """Make all standings again from the attempts. Safe at any time and again; readers see the old or the new ones."""
    with db.begin() as session:
        changed = actions.recount(session, the_contest(session, slug), progress=progress())
    click.echo(f"{changed} standings corrected")


@group.command("verify")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(slug: str, as_json: bool) -> None:
    """Compare the standings with the attempts; exit status 1 and a list when they differ."""
    with db.reading() as session:
        found = actions.verify(session, the_contest(session, slug), progress=progress())
    if as_json:
        rows = [{"round": d.round_number, "entry": d.entry_id, "stored": d.stored, "right": d.right} for d in found]
        click.echo(json.dumps({"contest": slug, "differences": rows}, ensure_ascii=False))
    else:
        for difference in found:
            click.echo(
                f"round {difference.round_number}, entry {difference.entry_id}: "
                f"stored {difference.stored}, attempts say {difference.right}"
            )
    if found:
        raise click.ClickException(f"{len(found)} standings differ from the attempts. Run: standings recount {slug}")
    if not as_json:
        click.echo("The standings are what the attempts say.")


@group.command("settle")
@click.argument("slug")
@click.option("--round", "number", type=int, required=True, help="A round that is over.")
def settle(slug: str, number: int) -> None:
    """Fix the true number behind the prediction of a closed round and rank by it."""
    with db.begin() as session:
        contest = the_contest(session, slug)
        round_ = rounds.round_of(contest, number)
        if round_ is None:
            raise click.ClickException(f"{slug} has no round {number}.")
        try:
            actual = actions.settle_round(session, contest, round_, clock.now())
        except actions.NotOver as error:
            raise click.ClickException(say(error.message)) from None
    click.echo("The contest has no prediction." if actual is None else f"true number {actual}")


@group.command("draw-lots")
@click.argument("slug")
@click.option("--round", "number", type=click.IntRange(min=0), required=True, help="A round; 0: the whole contest.")
@click.option("--public-text", default="", help="What was read out in public, e.g. a number drawn there.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def draw(slug: str, number: int, public_text: str, as_json: bool) -> None:
    """Draw lots among people equal in everything else, once, and rank by them."""
    with db.begin() as session:
        contest = the_contest(session, slug)
        head = "".join(ask(session, contest.id) for ask in events.chain_head)
        try:
            drawn = lots.draw_lots(
                session, TERMINAL, contest, number, head, clean(public_text), clock.now(), progress()
            )
        except Refused as refusal:
            raise click.ClickException("\n".join(say(reason) for reason in refusal.reasons)) from None
        seed, sources = drawn.seed, dict(drawn.sources)
    if as_json:
        told = {name: sources[name] for name in ("head", "public_text")}
        click.echo(json.dumps({"contest": slug, "round": number, "seed": seed, **told}, ensure_ascii=False))
    else:
        click.echo(f"seed {seed}")


def the_contest(session: Session, slug: str) -> Contest:
    found = rounds.contest_by_slug(session, slug)
    if found is None:
        raise click.ClickException(f"There is no contest {slug}. List them with: contest list")
    return found


def division_id(contest: Contest, code: str | None) -> int | None:
    if code is None:
        return None
    for division in contest.divisions:
        if division.code == code:
            return division.id
    known = ", ".join(division.code for division in contest.divisions) or "none"
    raise click.ClickException(f"{contest.slug} has no division {code}; it has: {known}.")


def text_of(line: Line, score: int | Decimal) -> str:
    return f"{line.rank:>7}  {score:>5}  {duration(line.elapsed_ms):>22}  {line.name} ({line.union})"


def progress() -> Callable[[int, int], Any]:
    """Says on the error stream how far a long command has come, every tenth."""
    last = [0]

    def note(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > last[0] and total > 10_000:
            last[0] = tenth
            click.echo(f"{done}/{total} people", err=True)

    return note
