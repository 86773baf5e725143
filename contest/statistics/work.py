"""Making the figures of a round: attempts read in small batches, each in a reading of its own, then kept at once.

Runs beside the requests: no reading lasts longer than a batch, and the caller may pause between batches.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest import clock
from contest.attempts.papers import keys_for, wordings
from contest.extensions import db
from contest.rounds.models import Round
from contest.statistics import actions, queries, rules
from contest.statistics.figures import Line, Subject, question_lines, round_figures
from contest.statistics.gather import Gatherer

log = logging.getLogger("contest.statistics")

#: Attempts read at once.
BATCH = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What a round's attempts say, before it is kept."""

    figures: dict[str, Any]
    lines: list[Line]
    last_attempt_at: datetime | None


def compute_due(pause: Callable[[], None]) -> list[int]:
    """Make the figures of every round that is due; ids of those made. One that fails never holds up the others."""
    now = clock.now()
    with db.reading() as session:
        found = queries.candidates(session, now)
        due = [(round_id, kept) for round_id, kept in found if rules.is_due(kept, queries.seen(session, round_id), now)]
    made = []
    for round_id, kept in due:
        try:
            begun_at = clock.now()
            with db.begin() as session:
                taken = actions.claim(session, round_id, kept and kept.computed_at, begun_at)
            if taken:
                _make(round_id, begun_at, lambda _done, _total: pause())
                made.append(round_id)
        except Exception:
            log.exception("the statistics of a round could not be made")
    return made


def compute(round_id: int, progress: Progress) -> Result:
    """Make and keep the figures of one round now; ``progress(done, total)`` is called after each batch."""
    begun_at = clock.now()
    with db.begin() as session:
        actions.take(session, round_id, begun_at)
    return _make(round_id, begun_at, progress)


def _make(round_id: int, begun_at: datetime, progress: Progress) -> Result:
    result = measure(round_id, progress)
    with db.begin() as session:
        actions.keep(session, round_id, result.figures, result.lines, result.last_attempt_at, begun_at)
    return result


def measure(round_id: int, progress: Progress) -> Result:
    """The figures of one round from its attempts, kept nowhere."""
    gatherer, subjects = Gatherer(), {}
    with db.reading() as session:
        practice = session.get_one(Round, round_id).contest.practice
        seen = queries.seen(session, round_id)
    done, after = 0, None
    while True:
        with db.reading() as session:
            batch = queries.closed_batch(session, round_id, after, BATCH)
            _learn(session, round_id, gatherer, subjects, (row.paper for row in batch))
        for row in batch:
            if row.counted or practice:
                gatherer.add(row.paper, row.answers, row.marks, first=row.number == 1, pending=row.pending > 0)
            else:
                gatherer.see(row.paper)
        if not batch:
            break
        after, done = (batch[-1].submitted_at, batch[-1].id), done + len(batch)
        progress(done, max(done, seen.closed))
    with db.reading() as session:
        papers = queries.open_papers(session, round_id)
        _learn(session, round_id, gatherer, subjects, papers)
    for paper in papers:
        gatherer.see(paper)
    gathered = gatherer.finish()
    figures = round_figures(gathered) | {"started": seen.started, "closed": seen.closed}
    return Result(figures, question_lines(gathered, subjects), after and after[0])


def _learn(
    session: Session, round_id: int, gatherer: Gatherer, subjects: dict[int, Subject], papers: Iterable[list[Any]]
) -> None:
    """Read the versions met for the first time."""
    new = {row[0] for paper in papers for row in paper} - subjects.keys()
    if not new:
        return
    keys = keys_for(session, wordings(session, db.memo, sorted(new)), round_id)
    for version_id, key in keys.items():
        subjects[version_id] = Subject(key)
        gatherer.asked[version_id] = subjects[version_id].asked
