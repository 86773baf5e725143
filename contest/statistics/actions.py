"""Writes of statistics: taking a round on, and keeping what was found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contest.statistics.figures import Line
from contest.statistics.models import QuestionStatistic, RoundStatistic

#: Rows written in one statement.
CHUNK = 500


def claim(session: Session, round_id: int, seen_at: datetime | None, now: datetime) -> bool:
    """Take on the work for a round: whether nobody else did since ``seen_at``, when it was last taken on.

    Whoever takes it on and dies is followed by somebody else after the usual pause: until the work is kept, the row
    names no last attempt. Work done twice does no harm.
    """
    if seen_at is None:
        try:
            with session.begin_nested():
                session.add(RoundStatistic(round_id=round_id, attempts=0, figures={}, computed_at=now))
        except IntegrityError:
            return False
        return True
    return _touch(session, now, RoundStatistic.round_id == round_id, RoundStatistic.computed_at == seen_at)


def take(session: Session, round_id: int, now: datetime) -> None:
    """Take on the work for a round whoever else may be at it: the last to take it on is the one whose word stands."""
    if not _touch(session, now, RoundStatistic.round_id == round_id):
        claim(session, round_id, None, now)


def outdate(session: Session, round_id: int, now: datetime) -> None:
    """Say that marks of a round were changed: its figures are made again, also those somebody is just making."""
    _touch(session, now, RoundStatistic.round_id == round_id)


def _touch(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> bool:
    touched = update(RoundStatistic).where(*conditions).values(computed_at=now, last_attempt_at=None)
    return session.execute(touched).rowcount == 1


def keep(
    session: Session,
    round_id: int,
    figures: dict[str, Any],
    lines: Sequence[Line],
    last_attempt_at: datetime | None,
    begun_at: datetime,
) -> None:
    """Put a round's figures in the place of those before; readers see the old ones or the new ones.

    They are as old as the moment in which the work was taken on. When somebody took it on again or marks changed
    meanwhile, they are kept and still count as out of date.
    """
    row = session.get_one(RoundStatistic, round_id, with_for_update=True)
    row.attempts, row.figures = figures["all"]["attempts"], figures | {"made_at": begun_at.isoformat()}
    if row.computed_at == begun_at:
        row.last_attempt_at = last_attempt_at
    session.flush()
    session.execute(delete(QuestionStatistic).where(QuestionStatistic.round_id == round_id))
    rows = [
        {
            "round_id": round_id,
            "version_id": line.version_id,
            "drawn": line.drawn,
            "figures": line.figures,
            "suspect": line.suspect,
            "computed_at": begun_at,
        }
        for line in lines
    ]
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(QuestionStatistic), rows[start : start + CHUNK])
