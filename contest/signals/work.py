"""Looking for signals, and erasing them in time: beside the requests, in small readings, at a bounded cost.

A look reads the closed attempts of a round from the start: a signal is about all of them together. What that costs is
bounded by how seldom it is done (:func:`contest.signals.rules.is_due`).
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from contest import clock
from contest.attempts.papers import wordings
from contest.extensions import db
from contest.rounds.models import Contest, Round
from contest.signals import actions, queries, rules
from contest.signals.alike import same_wrong
from contest.signals.detect import Registered, one_device, registrations, too_fast
from contest.signals.gather import Asked, Gatherer, Sat, Table
from contest.signals.rules import Found

log = logging.getLogger("contest.signals")

#: Attempts read at once, and attempts of signals written at once.
BATCH = 500

Pause = Callable[[], None]


class Erased(Exception):
    """The traces of a round are gone: looking at it again would bring back what was erased."""


def look_due(pause: Pause) -> list[int]:
    """Look at every round that is due; ids of those looked at. One that fails never holds up the others."""
    now = clock.now()
    with db.reading() as session:
        found = queries.candidates(session, now)
        due = [(i, last) for i, last in found if rules.is_due(last, queries.closed(session, i), now)]
    done = []
    for round_id, last in due:
        try:
            begun_at = clock.now()
            with db.begin() as session:
                taken = actions.claim(session, round_id, last, begun_at)
            if taken:
                _look(round_id, begun_at, pause)
                done.append(round_id)
        except Exception:
            log.exception("the signals of a round could not be looked for")
    return done


def look(round_id: int, pause: Pause = lambda: None) -> list[Found]:
    """Look at one round now. Raises Erased."""
    begun_at = clock.now()
    with db.begin() as session:
        last = queries.looked(session, round_id)
        if last and last.erased_at:
            raise Erased
        actions.claim(session, round_id, last, begun_at)
    return _look(round_id, begun_at, pause)


def _look(round_id: int, begun_at: datetime, pause: Pause) -> list[Found]:
    table, registered = gather(round_id, pause)
    found = [*one_device(table), *too_fast(table), *same_wrong(table, pause), *registrations(table, registered)]
    with db.reading() as session:
        found = queries.under_known_names(session, round_id, found)
    for part in _parts(found):
        with db.begin() as session:
            actions.keep(session, round_id, part, begun_at)
        pause()
    with db.begin() as session:
        actions.finish(session, round_id, {(one.kind, one.subject) for one in found}, len(table), begun_at)
    return found


def _parts(found: Sequence[Found]) -> list[list[Found]]:
    """Signals in parts that are written in a moment each."""
    parts: list[list[Found]] = []
    size = BATCH
    for one in found:
        if size >= BATCH:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += 2 + len(one.attempts)
    return parts


def gather(round_id: int, pause: Pause) -> tuple[Table, list[Registered]]:
    """The closed attempts of a round, and when its people registered."""
    gatherer, people, after = Gatherer(), set(), None
    while True:
        with db.reading() as session:
            batch, mark = queries.closed_batch(session, round_id, after, BATCH)
            _learn(session, gatherer, batch)
        if mark is None:
            break
        after = mark
        for sat in batch:
            gatherer.add(sat)
            people.add(sat.person)
        pause()
    registered: list[Registered] = []
    with db.reading() as session:
        contest_id = session.get_one(Round, round_id).contest_id
        for part in queries.registered(session, contest_id, people, 10 * BATCH):
            registered += part
            pause()
    return gatherer.finish(), registered


def _learn(session: Session, gatherer: Gatherer, batch: Sequence[Sat]) -> None:
    """Read the versions met for the first time."""
    new = {row[0] for sat in batch for row in sat.paper} - gatherer.asked.keys()
    for version_id, words in wordings(session, db.memo, sorted(new)).items():
        gatherer.asked[version_id] = Asked.of(words.kind, words.choices, words.stem)


# Erasing


def erase_due(pause: Pause = lambda: None) -> int:
    """Erase the traces and signals of rounds that closed long ago, and of old registrations; how many rounds."""
    now = clock.now()
    with db.reading() as session:
        due = [(round_.id, queries.traced(session, round_.id)) for round_ in queries.erasable(session, now)]
    for round_id, attempts in due:
        for start in range(0, len(attempts), BATCH):
            with db.begin() as session:
                actions.forget_traces(session, attempts[start : start + BATCH])
            pause()
        with db.begin() as session:
            round_ = session.get_one(Round, round_id)
            actions.erase(session, session.get_one(Contest, round_.contest_id), round_, now)
    while True:
        with db.reading() as session:
            people = queries.old_registrations(session, now, BATCH)
        if not people:
            return len(due)
        with db.begin() as session:
            actions.forget_registrations(session, people)
        pause()
