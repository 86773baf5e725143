"""Writes of statistics: taking a round on, and keeping what was found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contest.statistics.figures import Line
from contest.statistics.models import QuestionStatistic, RoundStatistic

#: Rows written in one statement.
CHUNK = 500


def claim(session: Session, round_id: int, seen_at: datetime | None, now: datetime) -> bool:
    """Take on the work for a round: whether nobody else did since ``seen_at``, when it was last done or taken on.

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
    taken = session.execute(
        update(RoundStatistic)
        .where(RoundStatistic.round_id == round_id, RoundStatistic.computed_at == seen_at)
        .values(computed_at=now, last_attempt_at=None)
    )
    return taken.rowcount == 1


def keep(
    session: Session,
    round_id: int,
    figures: dict[str, Any],
    lines: Sequence[Line],
    last_attempt_at: datetime | None,
    begun_at: datetime,
) -> None:
    """Put a round's figures in the place of those before; readers see the old ones or the new ones.

    They are as old as the moment in which the work began: what was decided since is not in them.
    """
    row = session.get(RoundStatistic, round_id)
    if row is None:
        row = RoundStatistic(round_id=round_id)
        session.add(row)
    row.attempts, row.figures, row.computed_at = figures["all"]["attempts"], figures, begun_at
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
