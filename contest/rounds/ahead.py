"""What is fixed ahead of a round's opening by the server itself, and let go again when its organizers change it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.rounds.models import Contest, PrintedPaper, RoundPool

#: How long before it opens the server fixes what a round draws from.
AHEAD = timedelta(seconds=50)
#: So shortly before its opening a round counts as begun: a change might be stored after the first start.
CERTAIN = timedelta(seconds=10)


def lock(session: Session, contest_id: int) -> None:
    """Let nobody else change a contest, nor fix what its rounds draw from, until the transaction ends."""
    session.execute(select(Contest.id).where(Contest.id == contest_id).with_for_update())


def let_go(session: Session, contest: Contest, now: datetime) -> None:
    """Before a loaded contest changes: forget pools fixed ahead by the server in rounds that nobody can have begun.

    They are fixed anew before the opening. What was fixed for printed papers stays.
    """
    lock(session, contest.id)
    for row in contest.rounds:
        if now + CERTAIN < row.opens_at <= now + AHEAD:
            pool = session.get(RoundPool, row.id)
            printed = select(PrintedPaper.number).where(PrintedPaper.round_id == row.id).limit(1)
            if pool and pool.frozen_at >= row.opens_at - AHEAD and session.scalar(printed) is None:
                session.delete(pool)
    session.flush()
