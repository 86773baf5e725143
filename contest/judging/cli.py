"""Marking by hand from the terminal."""

import json
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.attempts import queries as attempts
from contest.extensions import db
from contest.judging import actions, queries
from contest.judging.rules import Refused
from contest.rounds import queries as rounds
from contest.web.texts import say
from questions.rules import clean

group = AppGroup("judging", help="Marking by hand: what waits, and giving points.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("list")
@click.argument("contest")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_subjects(contest: str, as_json: bool) -> None:
    """Questions of a contest that people mark: answers marked and waiting."""
    with db.reading() as session:
        found = rounds.contest_by_slug(session, contest)
        if found is None:
            raise click.ClickException(f"There is no contest {contest}. List them with: contest list")
        rows: list[dict[str, Any]] = []
        for round_ in found.rounds:
            subjects = queries.subjects(session, db.memo, round_)
            counts = queries.progress(session, round_.id, [subject.version_id for subject in subjects])
            rows += [
                {
                    "round": round_.number,
                    "bank": subject.bank,
                    "code": subject.code,
                    "version": subject.number,
                    "marked": counts[subject.version_id].marked,
                    "waiting": counts[subject.version_id].waiting,
                }
                for subject in subjects
            ]
    if as_json:
        click.echo(json.dumps({"contest": contest, "questions": rows}, ensure_ascii=False))
        return
    for row in rows:
        named = f"{row['bank']}/{row['code']} v{row['version']}"
        click.echo(f"round {row['round']}  {named:30}  marked {row['marked']}  waiting {row['waiting']}")


@group.command("mark")
@click.argument("attempt")
@click.argument("place", type=int)
@click.option("--points", type=int, required=True, help="From 0 to what the question is worth.")
@click.option("--comment", default="", help="A remark for the participant.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def mark(attempt: str, place: int, points: int, comment: str, as_json: bool) -> None:
    """Give the answer at a place of an attempt its points, or other points until the results are announced."""
    with db.begin() as session:
        found = attempts.attempt(session, attempt)
        if found is None:
            raise click.ClickException(f"No attempt has the code {attempt}.")
        sheet = queries.sheet(session, db.memo, found.round, found.id, place)
        if sheet is None:
            raise click.ClickException(f"Place {place} of {attempt} holds no answer that people mark.")
        try:
            actions.mark(session, db.memo, TERMINAL, found.round, sheet, points, clean(comment), clock.now())
        except Refused as refusal:
            raise click.ClickException(say(refusal.message)) from None
        score, pending = found.score, found.pending
    if as_json:
        click.echo(
            json.dumps({"attempt": attempt, "place": place, "points": points, "score": score, "waiting": pending})
        )
    else:
        click.echo(f"score {score}, {pending} answers of this attempt still wait")
