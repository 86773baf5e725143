"""Closing attempts that were left open, whatever happens to one of them or to this process.

Nothing is kept about how far it came: what is open and over is closed by whoever comes next, and closing twice changes
nothing. Several processes may do it at once.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from contest import clock
from contest.attempts import actions, queries
from contest.extensions import db

log = logging.getLogger("contest.closer")

#: A save that arrived in time may still be on its way to the disk when time is up.
SETTLING = timedelta(seconds=3)
#: Attempts looked up at a time.
BATCH = 200
#: Attempts closed in one transaction on SQLite, where each commit waits for the disk and keeps every save waiting.
TOGETHER = 8
#: How long an attempt that could not be closed is left alone, in seconds: at first, and at most.
FIRST_REST, LONGEST_REST = 5.0, 300.0
#: When so many fail one after another it is not they who are broken: the rest waits for the next time.
TOO_MANY = 25

Progress = Callable[[int, int], None]
Pause = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``closed`` False without an error: somebody else came first."""

    attempt_id: int
    closed: bool
    error: Exception | None = None


class Failing:
    """Attempts that could not be closed by this process, and when each is tried again: after ever longer rests."""

    def __init__(self) -> None:
        self._rests: dict[int, tuple[float, float]] = {}
        self.in_a_row = 0

    def rests(self, attempt_id: int) -> bool:
        return attempt_id in self._rests and clock.steady() < self._rests[attempt_id][1]

    def note(self, outcome: Outcome) -> None:
        attempt_id, error = outcome.attempt_id, outcome.error
        if error is None:
            self._rests.pop(attempt_id, None)
            self.in_a_row = 0
            return
        rest = min(2 * self._rests[attempt_id][0], LONGEST_REST) if attempt_id in self._rests else FIRST_REST
        self._rests[attempt_id] = (rest, clock.steady() + rest)
        self.in_a_row += 1
        log.error("attempt %s is overdue and could not be closed", attempt_id, exc_info=error)


def close_overdue(progress: Progress | None = None, pause: Pause | None = None) -> tuple[int, int]:
    """Close all that is overdue; returns (closed, failed). Needs an app context.

    Goes once through the row of them, so that one that cannot be closed holds nobody up. ``pause`` is called between
    transactions with the seconds the last one took: requests come first.
    """
    failing: Failing = db.memo.setdefault("failing attempts", Failing())
    failing.in_a_row = 0
    until = clock.now() - SETTLING
    closed = failed = 0
    for ids in _portions(until):
        began = clock.steady()
        for outcome in _close_together([one for one in ids if not failing.rests(one)], until):
            failing.note(outcome)
            closed += outcome.closed
            failed += outcome.error is not None
        if progress:
            progress(closed, failed)
        if failing.in_a_row >= TOO_MANY:
            break
        if pause:
            pause(clock.steady() - began)
    return closed, failed


def _portions(until: datetime) -> Iterator[list[int]]:
    """Ids of what is overdue, in portions for one transaction each."""
    size = TOGETHER if db.engine.dialect.name == "sqlite" else 1
    after = None
    while True:
        with db.reading() as session:
            found = queries.overdue(session, until, after, BATCH)
        ids = [attempt_id for _at, attempt_id in found]
        yield from (ids[start : start + size] for start in range(0, len(ids), size))
        if len(found) < BATCH:
            return
        after = found[-1]


def _close_together(ids: list[int], now: datetime) -> list[Outcome]:
    """Close these in one transaction, or each in its own when that fails."""
    if not ids:
        return []
    try:
        with db.begin() as session:
            return [Outcome(one, actions.close_if_over(session, db.memo, one, now)) for one in ids]
    except Exception as error:
        if len(ids) == 1:
            return [Outcome(ids[0], closed=False, error=error)]
    return [outcome for one in ids for outcome in _close_together([one], now)]
