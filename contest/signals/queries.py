"""Reads for signals: rounds to look at, attempts in batches, registrations, what was found, what is to be erased."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy
from contest.rounds.models import Contest, Entry, Round
from contest.signals.detect import Registered
from contest.signals.gather import Sat
from contest.signals.models import RegistrationTrace, Signal, SignalAttempt, SignalRun
from contest.signals.rules import AFTERMATH, KEPT, Found, Looked, SignalKind, Verdict
from contest.unions.models import TradeUnion

#: Where a batch of attempts ends.
Mark = tuple[datetime, int]

# What is due


def candidates(session: Session, now: datetime) -> list[tuple[int, Looked | None]]:
    """Rounds that run or have just closed, with the last look at them; nothing is at stake in practice."""
    wanted = (
        select(Round.id, SignalRun)
        .join(Round.contest)
        .outerjoin(SignalRun, SignalRun.round_id == Round.id)
        .where(Round.opens_at <= now, Round.closes_at >= now - AFTERMATH, Contest.practice.is_(False))
        .order_by(Round.id)
    )
    return [(round_id, looked_of(run)) for round_id, run in session.execute(wanted)]


def looked(session: Session, round_id: int) -> Looked | None:
    return looked_of(session.get(SignalRun, round_id))


def looked_of(run: SignalRun | None) -> Looked | None:
    return Looked(run.attempts, run.computed_at, run.erased_at) if run else None


def closed(session: Session, round_id: int) -> int:
    """Closed attempts of a round, from an index alone."""
    wanted = select(func.count()).where(Attempt.round_id == round_id, Attempt.submitted_at.is_not(None))
    return session.scalar(wanted) or 0


# What is looked at


def closed_batch(session: Session, round_id: int, after: Mark | None, limit: int) -> tuple[list[Sat], Mark | None]:
    """Closed attempts of a round behind ``after`` and where they end; walks an index."""
    wanted = (
        select(
            Attempt.id,
            Entry.person_id,
            Entry.union_id,
            Attempt.device,
            Attempt.network,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.saved_at,
            Attempt.closed_by,
            Attempt.elapsed_ms,
            Attempt.score,
            Attempt.max_score,
            Attempt.paper,
            Attempt.answers,
            Attempt.marks,
        )
        .join(Entry, Entry.id == Attempt.entry_id)
        .where(Attempt.round_id == round_id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at, Attempt.id)
        .limit(limit)
    )
    if after is not None:
        behind = tuple_(Attempt.submitted_at, Attempt.id) > tuple_(*after)
        wanted = wanted.where(Attempt.submitted_at >= after[0], behind)
    rows = session.execute(wanted).all()
    return [_sat(row) for row in rows], (rows[-1].submitted_at, rows[-1].id) if rows else None


def _sat(row: Row[Any]) -> Sat:
    # An attempt that ran out of time ended for its person with the last save: others may have used the browser since.
    ended = row.submitted_at if row.closed_by == ClosedBy.PERSON else row.saved_at or row.started_at
    return Sat(
        id=row.id,
        person=row.person_id,
        union=row.union_id,
        device=row.device,
        network=row.network,
        started=row.started_at.timestamp(),
        ended=ended.timestamp(),
        elapsed_ms=row.elapsed_ms or 0,
        score=row.score,
        most=row.max_score,
        paper=row.paper,
        answers=row.answers,
        marks=row.marks or (),
    )


def registered(session: Session, contest_id: int, people: Iterable[int], size: int) -> Iterator[list[Registered]]:
    """Registrations of people who take part in a contest, as far as traces are kept, in batches, the oldest first."""
    known, after = frozenset(people), None
    while True:
        wanted = (
            select(RegistrationTrace)
            .join(Entry, (Entry.person_id == RegistrationTrace.person_id) & (Entry.contest_id == contest_id))
            .order_by(RegistrationTrace.at, RegistrationTrace.person_id)
            .limit(size)
        )
        if after is not None:
            mark = tuple_(RegistrationTrace.at, RegistrationTrace.person_id)
            wanted = wanted.where(RegistrationTrace.at >= after[0], mark > tuple_(*after))
        rows = session.scalars(wanted).all()
        if not rows:
            return
        after = (rows[-1].at, rows[-1].person_id)
        yield [
            Registered(row.at.timestamp(), row.person_id, row.device, row.network)
            for row in rows
            if row.person_id in known
        ]
        session.expunge_all()


def under_known_names(session: Session, round_id: int, found: Sequence[Found]) -> list[Found]:
    """The same signals; a group of copies that shares most with one found before is that one, grown or shrunk."""
    held = (
        select(Signal.subject, SignalAttempt.attempt_id)
        .join(SignalAttempt, SignalAttempt.signal_id == Signal.id)
        .where(Signal.round_id == round_id, Signal.kind == SignalKind.SAME_WRONG)
    )
    subjects = {attempt_id: subject for subject, attempt_id in session.execute(held)}
    taken: set[tuple[SignalKind, str]] = set()
    named = []
    for one in found:
        shared = Counter(subjects[i] for i in one.attempts if i in subjects)
        if one.kind is SignalKind.SAME_WRONG and shared:
            subject, count = shared.most_common(1)[0]
            one = replace(one, subject=subject) if count > 1 and (one.kind, subject) not in taken else one
        if (one.kind, one.subject) not in taken:
            taken.add((one.kind, one.subject))
            named.append(one)
    return named


# What was found


@dataclass(frozen=True, slots=True)
class Filter:
    """Which signals are wanted; ``open_only``: those that nobody decided on."""

    kind: SignalKind | None = None
    verdict: Verdict | None = None
    open_only: bool = False

    def of(self, wanted: Select[Any], round_id: int) -> Select[Any]:
        wanted = wanted.where(Signal.round_id == round_id)
        if self.kind:
            wanted = wanted.where(Signal.kind == self.kind)
        if self.verdict:
            wanted = wanted.where(Signal.verdict == self.verdict)
        return wanted.where(Signal.verdict.is_(None)) if self.open_only else wanted


def signals(session: Session, round_id: int, by: Filter, limit: int, offset: int = 0) -> Sequence[Signal]:
    """Signals of a round, the strongest first."""
    wanted = by.of(select(Signal), round_id).order_by(Signal.strength.desc(), Signal.people.desc(), Signal.id)
    return session.scalars(wanted.limit(limit).offset(offset)).all()


def counts(session: Session, round_id: int) -> Counter[tuple[SignalKind, Verdict | None]]:
    """How many signals of each kind and verdict a round has."""
    wanted = (
        select(Signal.kind, Signal.verdict, func.count())
        .where(Signal.round_id == round_id)
        .group_by(Signal.kind, Signal.verdict)
    )
    return Counter(
        {
            (SignalKind(kind), Verdict(verdict) if verdict else None): count
            for kind, verdict, count in session.execute(wanted)
        }
    )


def signal(session: Session, round_id: int, signal_id: int) -> Signal | None:
    return session.scalar(select(Signal).where(Signal.round_id == round_id, Signal.id == signal_id))


def run(session: Session, round_id: int) -> SignalRun | None:
    """When a round was last looked at, and over how many attempts."""
    return session.get(SignalRun, round_id)


def touching(session: Session, signal: Signal, limit: int) -> Sequence[Signal]:
    """Other signals about attempts of this one, the strongest first."""
    own = select(SignalAttempt.attempt_id).where(SignalAttempt.signal_id == signal.id)
    others = select(SignalAttempt.signal_id).where(SignalAttempt.attempt_id.in_(own))
    wanted = select(Signal).where(Signal.id.in_(others), Signal.id != signal.id)
    return session.scalars(wanted.order_by(Signal.strength.desc(), Signal.id).limit(limit)).all()


def sizes(session: Session, signal_ids: Sequence[int]) -> dict[int, int]:
    """How many attempts each signal is about."""
    wanted = (
        select(SignalAttempt.signal_id, func.count())
        .where(SignalAttempt.signal_id.in_(signal_ids))
        .group_by(SignalAttempt.signal_id)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


@dataclass(frozen=True, slots=True)
class About:
    """An attempt that a signal is about, with its person and union."""

    attempt: Attempt
    person: Person
    union: TradeUnion | None


def attempts_of(session: Session, signal_id: int, limit: int, offset: int = 0) -> list[About]:
    """Attempts a signal is about, in order of their starts."""
    wanted = (
        select(Attempt, Person, TradeUnion)
        .join(SignalAttempt, SignalAttempt.attempt_id == Attempt.id)
        .join(Entry, Entry.id == Attempt.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .where(SignalAttempt.signal_id == signal_id)
        .order_by(Attempt.started_at, Attempt.id)
        .limit(limit)
        .offset(offset)
    )
    return [About(*row) for row in session.execute(wanted)]


# What is erased


def erasable(session: Session, now: datetime) -> Sequence[Round]:
    """Rounds that closed long enough ago and whose traces were not erased yet."""
    done = exists().where(SignalRun.round_id == Round.id, SignalRun.erased_at.is_not(None))
    return session.scalars(select(Round).where(Round.closes_at < now - KEPT, ~done).order_by(Round.id)).all()


def traced(session: Session, round_id: int) -> Sequence[int]:
    """Ids of attempts of a round that still carry a trace."""
    kept = or_(Attempt.device.is_not(None), Attempt.network.is_not(None))
    return session.scalars(select(Attempt.id).where(Attempt.round_id == round_id, kept)).all()


def old_registrations(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """People whose registration is long past and who take part in no contest with a round that closed lately."""
    cut = now - KEPT
    busy = exists().where(
        Entry.person_id == RegistrationTrace.person_id, Round.contest_id == Entry.contest_id, Round.closes_at >= cut
    )
    return session.scalars(
        select(RegistrationTrace.person_id).where(RegistrationTrace.at < cut, ~busy).limit(limit)
    ).all()


def traces_of_person(session: Session, person_id: int) -> dict[str, Any]:
    """The traces kept of a person, for that person: hashes that nobody can read an address or a browser from."""
    trace = session.get(RegistrationTrace, person_id)
    attempts = session.execute(
        select(Attempt.code, Attempt.device, Attempt.network)
        .join(Entry, Entry.id == Attempt.entry_id)
        .where(Entry.person_id == person_id, or_(Attempt.device.is_not(None), Attempt.network.is_not(None)))
        .order_by(Attempt.id)
    )
    return {
        "registration": {"at": trace.at.isoformat(), "device": trace.device, "network": trace.network}
        if trace
        else None,
        "attempts": [{"code": code, "device": device, "network": network} for code, device, network in attempts],
    }
