"""What is made ready before a round opens, so that nobody's start has to: its pool, and each process's memory of it."""

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from contest import clock
from contest.attempts import papers, sheets
from contest.extensions import db
from contest.rounds import ahead, snapshots
from contest.rounds.actions import frozen_pool
from contest.rounds.models import Contest, Round, RoundPool
from contest.rounds.settings import ContestState
from contest.rounds.snapshots import RoundSnapshot, Settings
from questions.draw import PaperItem

#: How long before it opens a process begins to read what belongs to a round.
SOON = timedelta(minutes=10)
#: Questions made into HTML before others get the processor again, and for how long they do.
PORTION, REST_S = 20, 0.01
#: Folders of templates for desks: those few visitors wait for them.
DESKS = ("banks/", "dev/", "jobs/", "reports/", "rounds/", "statistics/", "unions/")


def freeze_coming(now: datetime) -> int:
    """Fix what the rounds draw from that open within a minute; returns how many. Any number of processes may."""
    with db.reading() as session:
        found = session.scalars(_without_pool(now)).all()
    for round_id in found:
        with db.begin() as session:
            row = session.get_one(Round, round_id)
            ahead.lock(session, row.contest_id)
            session.refresh(row)
            if row.opens_at <= now + ahead.AHEAD:
                frozen_pool(session, row, now)
    return len(found)


def _without_pool(now: datetime) -> Any:
    return (
        select(Round.id)
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(RoundPool, RoundPool.round_id == Round.id)
        .where(
            Contest.state == ContestState.PUBLISHED,
            RoundPool.round_id.is_(None),
            Round.opens_at > now,
            Round.opens_at <= now + ahead.AHEAD,
        )
    )


def warm(now: datetime | None = None) -> int:
    """Remember in this process what starts and papers of running and coming rounds need; returns how many rounds.

    What is known already costs one question a contest; every worker of a server does it for itself.
    """
    now = now or clock.now()
    with current_app.test_request_context("/"):
        _compile()
        with db.reading() as session:
            return sum(_learn(session, row) for row in list(_coming(session, now)))


def _coming(session: Session, now: datetime) -> Iterator[RoundSnapshot]:
    wanted = (
        select(Contest.slug)
        .join(Round, Round.contest_id == Contest.id)
        .where(Contest.state == ContestState.PUBLISHED, Round.opens_at <= now + SOON, Round.closes_at > now)
        .distinct()
    )
    for slug in session.scalars(wanted).all():
        found: Settings | None = snapshots.of_contest(session, db.memo, slug)
        yield from (row for row in found.rounds if row.closes_at > now and row.pool) if found else ()


def _learn(session: Session, row: RoundSnapshot) -> bool:
    """Read the questions of a round's pool and make them into HTML; False when that was done before."""
    if row.pool is None:
        return False
    done: set[tuple[int, datetime]] = db.memo.setdefault("prepared", set())
    key = (row.id, row.pool.frozen_at)
    if key in done:
        return False
    for division in (None, *(each.id for each in row.contest.divisions)):
        papers.draw_rows(session, db.memo, row, row.pool, division)
    versions = sorted({version for _line, ids in row.pool.rows for version in ids})
    for start in range(0, len(versions), PORTION):
        _show(session, versions[start : start + PORTION])
        threading.Event().wait(REST_S)
    done.add(key)
    return True


def _show(session: Session, versions: Sequence[int]) -> None:
    words = papers.wordings(session, db.memo, versions)
    items = [PaperItem(version, tuple(range(len(words[version].choices))), 1) for version in versions]
    sheets.sheet_html(session, db.memo, items, words, {})


def _compile() -> None:
    """Compile the templates that visitors come across, once a process: each costs its first visitor milliseconds."""
    if not db.memo.setdefault("compiled", False):
        for name in current_app.jinja_env.list_templates(["html"]):
            if not name.startswith(DESKS):
                current_app.jinja_env.get_template(name)
        if "doorkeeper" in current_app.extensions:
            current_app.extensions["doorkeeper"].prepare()
        db.memo["compiled"] = True
