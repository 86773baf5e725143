"""Attempts from the terminal."""

import json
import sys
from datetime import datetime
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from contest import clock
from contest.attempts import closer, queries
from contest.attempts.late import Late, late_of
from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced
from contest.clock import VIETNAM
from contest.extensions import db

group = AppGroup("attempt", help="Attempts: list, show, close what is overdue.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("close-overdue")
def close_overdue() -> None:
    """Close open attempts whose time is up; what was saved counts. Safe to run at any time, again and again."""
    with db.reading() as session:
        waiting = queries.overdue_count(session, clock.now())
    with click.progressbar(length=waiting, label="closing", file=sys.stderr) as bar:

        def progress(closed: int, failed: int) -> None:
            bar.update(closed + failed - bar.pos)

        closed, failed = closer.close_overdue(progress)
    click.echo(f"closed {closed}")
    if failed:
        raise click.ClickException(f"{failed} attempts could not be closed; see the log")


@group.command("list")
@click.argument("slug")
@click.option("--round", "number", type=int, help="Only this round.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_attempts(slug: str, number: int | None, limit: int, as_json: bool) -> None:
    """Attempts of a contest, the newest first."""
    with db.reading() as session:
        rows = [row_of(attempt) for attempt in queries.listed(session, slug, number, limit)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['code']}  round {row['round']}  {row['state']:6}  {row['started_at']}  {row['score']}")


@group.command("show")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(code: str, as_json: bool) -> None:
    """One attempt: times, state, answers by place, result."""
    with db.reading() as session:
        attempt = queries.attempt(session, code)
        if attempt is None:
            raise click.ClickException(f"no attempt has the code {code}")
        row = row_of(attempt) | {
            "contest": attempt.round.contest.slug,
            "seq": attempt.seq,
            "answers": attempt.answers,
            "prediction": attempt.prediction,
            "correct": attempt.correct,
            "counted": attempt.counted,
            "receipt": attempt.receipt and spaced(attempt.receipt),
            "taken_until": local(attempt.taken_until),
            "late_until": local(attempt.late_until),
            "late": [late_row(one) for one in late_of(session, attempt)],
        }
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    for name, value in row.items():
        click.echo(f"{name:12} {value}")


def row_of(attempt: Attempt) -> dict[str, Any]:
    return {
        "code": attempt.code,
        "round": attempt.round.number,
        "number": attempt.number,
        "person": attempt.entry.person_id,
        "state": attempt.state,
        "started_at": local(attempt.started_at),
        "due_at": local(attempt.due_at),
        "submitted_at": local(attempt.submitted_at),
        "closed_by": attempt.closed_by,
        "score": attempt.score,
        "max_score": attempt.max_score,
        "elapsed_ms": attempt.elapsed_ms,
    }


def late_row(delivery: Late) -> dict[str, Any]:
    """A late delivery; ``given_at`` by the phone's own account, ``places`` otherwise answered than what stands."""
    return {
        "received_at": local(delivery.received_at),
        "given_at": local(delivery.given_at),
        "places": delivery.places,
        "counted": delivery.counted,
    }


def local(at: datetime | None) -> str | None:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds") if at else None
