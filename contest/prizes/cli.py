"""Prizes from the terminal: the same proposals, refusals and claims as on the pages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.prizes import actions, claims, pages, queries
from contest.prizes.claims import Shown
from contest.prizes.models import Award
from contest.rounds.cli import find, find_round
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.web.days import day_of
from contest.web.texts import say

group = AppGroup("prizes", help="Prizes: who is proposed and why, refusals and the next in line, handing over.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


_number = click.option(
    "--round", "number", type=click.IntRange(min=0), default=0, help="This round; 0 or left out: the whole contest."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@group.command("list")
@click.argument("contest")
@_number
@_as_json
def list_prizes(contest: str, number: int, as_json: bool) -> None:
    """Every line of the table of prizes: who has it, who was refused, what still waits."""
    with db.reading() as session:
        show(session, contest_of(session, contest, number), number, as_json)


@group.command("propose")
@click.argument("contest")
@_number
@_as_json
def propose(contest: str, number: int, as_json: bool) -> None:
    """Propose winners by the ranking as it stands; safe to run again."""
    with db.begin() as session, refusals():
        found = contest_of(session, contest, number)
        actions.propose(session, TERMINAL, found, number, clock.now())
        show(session, found, number, as_json)


@group.command("refuse")
@click.argument("contest")
@click.argument("award", type=int)
@click.option("--reason", required=True, help="Why the prize is not given; stands in the minutes.")
@_as_json
def refuse(contest: str, award: int, reason: str, as_json: bool) -> None:
    """The winner of an award declines or may not have it; the next in line is proposed at once."""
    with db.begin() as session, refusals():
        found = find(session, contest)
        row = award_of(session, found, award)
        actions.refuse(session, TERMINAL, row, reason, clock.now())
        show(session, found, row.round_number, as_json)


@group.command("claim")
@click.argument("contest")
@click.argument("award", type=int)
@click.option("--document", required=True, help='What was shown, such as "Căn cước".')
@click.option("--last", "last_digits", required=True, help="The last four characters of its number, never all of it.")
@click.option("--issued", metavar="DAY", default="", help="Day of issue, such as 31/12/2021.")
@click.option("--recipient", default="", help="Who came instead of the winner.")
@click.option("--authorisation", default="", help="The paper that authorises them.")
def claim(contest: str, award: int, issued: str, **shown: str) -> None:
    """Write down that a prize was handed over after a look at the papers."""
    issued_on = day_of(issued) if issued else None
    if issued and issued_on is None:
        raise click.BadParameter("a day such as 31/12/2021 is needed", param_hint="--issued")
    with db.begin() as session, refusals():
        row = award_of(session, find(session, contest), award)
        claims.claim(session, TERMINAL, row, Shown(**shown, issued_on=issued_on), clock.now())
    click.echo(f"award {award}: handed over")


@contextmanager
def refusals() -> Iterator[None]:
    """Reasons of a refusal as plain lines on the terminal."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException("\n".join(say(reason) for reason in refusal.reasons)) from None


def contest_of(session: Session, slug: str, number: int) -> Contest:
    return find_round(session, slug, number)[0] if number else find(session, slug)


def award_of(session: Session, contest: Contest, award: int) -> Award:
    found = queries.award_of(session, contest.id, award)
    if found is None:
        raise click.ClickException(f"{contest.slug} has no award {award}. See: prizes list {contest.slug} --round N")
    return found


def show(session: Session, contest: Contest, number: int, as_json: bool) -> None:
    """The prizes of a part in words, or as JSON."""
    data = pages.desk_data(contest, pages.desk(session, contest, number))
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for line in data["prizes"]:
        click.echo(f"{line['title']} ({line['quantity']})")
        for award in line["awards"]:
            click.echo(text_of(award))
        for note in line["notes"]:
            click.echo(f"  ! {note}")


def text_of(award: dict[str, Any]) -> str:
    union = f" ({award['union']})" if award["union"] else ""
    return f"  {award['award']:>6}  {award['state']:9} rank {award['rank']:>5}  {award['name']}{union}"
