"""Closing attempts that were left open, one by one, whatever happens to one of them."""

import logging
from datetime import timedelta

from contest import clock
from contest.attempts import actions, queries
from contest.attempts.states import ClosedBy
from contest.extensions import db

log = logging.getLogger("contest.closer")

#: A save that arrived in time may still be on its way to the disk when time is up.
SETTLING = timedelta(seconds=3)
BATCH = 200


def close_overdue(limit: int = BATCH) -> tuple[int, int]:
    """Close what is overdue, each in a transaction of its own; returns (closed, failed). Needs an app context.

    One attempt that cannot be closed never holds up the others.
    """
    now = clock.now()
    with db.reading() as session:
        codes = queries.overdue_codes(session, now - SETTLING, limit)
    closed = failed = 0
    for code in codes:
        try:
            with db.begin() as session:
                attempt = queries.attempt(session, code)
                if attempt is not None:
                    actions.close(session, db.memo, attempt.id, ClosedBy.TIME, attempt.due_at)
            closed += 1
        except Exception:
            failed += 1
            log.exception("an overdue attempt could not be closed")
    return closed, failed
