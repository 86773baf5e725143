"""Rulings from the terminal: the same decisions as on the pages."""

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
from contest.attempts.models import Attempt
from contest.extensions import db
from contest.rounds.cli import find
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.rulings import actions, dossier, pages, queries
from contest.rulings.rules import RulingKind
from contest.web.texts import say

group = AppGroup("rulings", help="Decisions about people and attempts: disqualify, annul, no prize, take back.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("list")
@click.argument("contest")
@click.option("--in-force", is_flag=True, help="Only those that hold.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_rulings(contest: str, in_force: bool, as_json: bool) -> None:
    """Decisions of a contest, the newest first."""
    with db.reading() as session:
        found = find(session, contest)
        starts = range(0, dossier.count(session, found.id, in_force), dossier.PAGE_SIZE)
        rows = [row for start in starts for row in dossier.listed(session, found.id, in_force, start)]
        data = [pages.listed_data(row) for row in rows]
    if as_json:
        click.echo(json.dumps({"contest": contest, "rulings": data}, ensure_ascii=False))
        return
    for row in data:
        state = "taken back" if row["undone_at"] else "in force"
        about = f"round {row['round']}, attempt {row['attempt']}" if row["attempt"] else "the person"
        click.echo(f"{row['number']:>3}  {row['kind']:12} {row['code']}  {about}, {state}: {row['reason']}")


def _decision(name: str, kind: RulingKind, text: str) -> None:
    @group.command(name, help=text)
    @click.argument("contest")
    @click.argument("attempt")
    @click.option("--reason", required=True, help="Why; the person reads it.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def command(contest: str, attempt: str, reason: str, as_json: bool) -> None:
        decide(contest, attempt, kind, reason.strip(), as_json)


_decision("disqualify", RulingKind.DISQUALIFIED, "Take the place from the person of an attempt (its code).")
_decision("annul", RulingKind.ANNULLED, "Let an attempt (its code) count no more.")
_decision("no-prize", RulingKind.NO_PRIZE, "Let the person of an attempt (its code) keep the place without a prize.")


def decide(slug: str, code: str, kind: RulingKind, reason: str, as_json: bool) -> None:
    with db.begin() as session:
        contest = find(session, slug)
        attempt = attempt_of(session, contest, code)
        subject = attempt if kind is RulingKind.ANNULLED else None
        with refusals():
            ruling = actions.decide(
                session, db.memo, TERMINAL, contest, kind, attempt.entry, subject, reason, clock.now()
            )
            _settle(session, contest, subject)
        tell(pages.ruling_data(ruling) | {"code": code}, as_json)


def attempt_of(session: Session, contest: Contest, code: str) -> Attempt:
    found = dossier.attempt_here(session, contest, code)
    if found is None:
        raise click.ClickException(f"Contest {contest.slug} has no attempt {code}. See: attempt list {contest.slug}")
    return found


@group.command("undo")
@click.argument("contest")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it stays in the list and in the log.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def undo(contest: str, number: int, reason: str, as_json: bool) -> None:
    """Take a decision (its number in `list`) back."""
    with db.begin() as session:
        found = find(session, contest)
        ruling = queries.numbered(session, found.id, number)
        if ruling is None:
            raise click.ClickException(f"Contest {contest} has no ruling {number}. See: rulings list {contest}")
        with refusals():
            actions.undo(session, db.memo, TERMINAL, ruling, reason.strip(), clock.now())
            _settle(session, found, session.get(Attempt, ruling.attempt_id) if ruling.attempt_id else None)
        tell(pages.ruling_data(ruling), as_json)


def _settle(session: Session, contest: Contest, subject: Attempt | None) -> None:
    """On the terminal nobody waits for a page: the true number follows at once, however many people there are."""
    if subject is not None:
        actions.settle(session, contest, subject.round, clock.now(), however_many=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Reasons of a refusal as plain lines on the terminal."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException("\n".join(say(reason) for reason in refusal.reasons)) from None


def tell(data: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        state = "taken back" if data["undone_at"] else "in force"
        click.echo(f"ruling {data['number']} ({data['kind']}): {state}")
