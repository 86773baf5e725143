"""Starting an attempt: one short transaction, made of statements that are written once.

What does not change while people start (the settings, the pool, the questions) is remembered by the process; who asks
is read before the transaction begins. Inside it are the lock on the entry, the attempts taken so far, and the new one.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.attempts import actions, papers, rules
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState, ClosedBy
from contest.members.queries import has_withdrawn
from contest.members.standing import unions_above
from contest.rounds.actions import frozen_pool
from contest.rounds.models import Entry, Round
from contest.rounds.rules import (
    Candidate,
    division_for,
    due_at,
    instants,
    is_unranked,
    person_refusals,
    round_refusals,
)
from contest.rounds.snapshots import ContestSnapshot, PoolSnapshot, RoundSnapshot, of_round_id
from questions.messages import N_, Message, message

#: Letters of an attempt's code: none that is mistaken for another when read aloud or typed.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

ENDED = message(N_("Tài khoản này vừa được gộp vào tài khoản khác hoặc không còn dùng. Hãy đăng nhập lại rồi vào thi."))

#: Keyed hashes of browser and network: see contest.web.traces.
Trace = tuple[str | None, str | None]
NO_TRACE: Trace = (None, None)


class Refused(Exception):
    """An attempt may not be started; ``reasons`` are all of them, for people."""

    def __init__(self, reasons: list[Message]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Starter:
    """Who wants to start. ``withdrawn``: they took back their consent to taking part; ``birth_on`` None: not told."""

    id: int
    union_id: int | None
    kind: str
    phone: str
    withdrawn: bool
    birth_on: date | None = None


def new_code() -> str:
    """A random code of some 80 bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(16))


def begin(
    session: Session, memo: dict[str, Any], round_: RoundSnapshot, who: Starter, now: datetime, trace: Trace = NO_TRACE
) -> str:
    """The code of the person's open attempt of the round, or of a new one with its paper drawn; raises Refused.

    A lost reply never burns an attempt: asking again leads to the one that is open. The row of the entry is locked,
    so that however many starts arrive at once, the number allowed holds.
    """
    contest = round_.contest
    entry = session.execute(_LOCKED, {"contest": contest.id, "person": who.id}).first()
    if entry is None:
        who = _held(session, who)
    asked = _asks_for_unions(contest)
    unions = unions_above(session, who.id, who.union_id, contest.tree_id) if asked else frozenset()
    candidate = Candidate(PersonKind(who.kind), who.phone, unions, who.withdrawn, who.birth_on)
    reasons = person_refusals(candidate, contest.admission)
    if reasons:
        raise Refused(reasons)
    entry_id, division_id = entry or _new_entry(session, contest, who, candidate, now)
    taken = _taken(session, who, entry_id, round_)
    for attempt_id, code, state, due, late_until in taken:
        if state == AttemptState.OPEN:
            # While late deliveries are awaited it stays open: answers on the phone would be lost by closing it.
            if now < late_until:
                return code
            actions.close(session, memo, attempt_id, ClosedBy.TIME, due)
    reasons = round_refusals(round_.window, now, len(taken), round_.max_attempts)
    if reasons:
        raise Refused(reasons)
    extra_s = contest.extra_s(who.id, unions)
    due = due_at(round_.window, now, round_.allowance_s, extra_s)
    taken_until, late_until = instants(due, round_.grace_s, round_.late_minutes)
    code = new_code()
    items = _drawn(session, memo, round_, entry_id, division_id, code, now)
    session.execute(
        _NEW,
        {
            "code": code,
            "entry_id": entry_id,
            "round_id": round_.id,
            "number": len(taken) + 1,
            "state": AttemptState.OPEN,
            "started_at": now,
            "due_at": due,
            "taken_until": taken_until,
            "late_until": late_until,
            "extra_s": extra_s,
            "paper": rules.paper_rows(items),
            "answers": {},
            "max_score": sum(item.points for item in items),
            "device": trace[0],
            "network": trace[1],
        },
    )
    return code


def _asks_for_unions(contest: ContestSnapshot) -> bool:
    """Whether anything about this contest depends on where in the tree somebody belongs."""
    return (
        contest.admission.scope_union_id is not None
        or bool(contest.extra_of_unions)
        or any(bar.union_id is not None for bar in contest.admission.bars)
        or any(division.union_id is not None for division in contest.divisions)
    )


def _taken(session: Session, who: Starter, entry_id: int, round_: RoundSnapshot) -> list[Any]:
    """The attempts of the round so far. Raises Refused where the account has ended since the person asked: what two
    who were made one begin as the one that went would be counted twice."""
    rows = session.execute(_TAKEN, {"person": who.id, "entry": entry_id, "round": round_.id}).all()
    if rows[0].disabled_at is not None:
        raise Refused([ENDED])
    return [row[1:] for row in rows if row.id is not None]


def _held(session: Session, who: Starter) -> Starter:
    """Who starts, as they belong now, held until the transaction ends: they may have been moved since they asked."""
    union_id, kind = session.execute(_BELONGS, {"person": who.id}).one()
    return replace(who, union_id=union_id, kind=kind)


def _new_entry(
    session: Session, contest: ContestSnapshot, who: Starter, candidate: Candidate, now: datetime
) -> tuple[int, int | None]:
    """Id and division of the person's entry, made at the first start, its row locked until the transaction ends."""
    session.execute(
        _NEW_ENTRY[session.get_bind().dialect.name],
        {
            "contest_id": contest.id,
            "person_id": who.id,
            "union_id": who.union_id,
            "kind": who.kind,
            "division_id": division_for(candidate, contest.divisions),
            "unranked": is_unranked(candidate, contest.admission.bars),
            "entered_at": now,
        },
    )
    entry_id, division_id = session.execute(_LOCKED, {"contest": contest.id, "person": who.id}).one()
    return entry_id, division_id


def _drawn(
    session: Session,
    memo: dict[str, Any],
    round_: RoundSnapshot,
    entry_id: int,
    division_id: int | None,
    code: str,
    now: datetime,
) -> Any:
    pool = round_.pool or _pool(session, round_.id, now)
    seen = papers.seen_by(session, memo, entry_id) if round_.prefer_unseen else ()
    return papers.draw_paper(session, memo, round_, pool, division_id, code, seen)


def _pool(session: Session, round_id: int, now: datetime) -> PoolSnapshot:
    """The pool, frozen now if the round was not made ready before it opened."""
    pool = frozen_pool(session, session.get_one(Round, round_id), now)
    return PoolSnapshot(pool.round_id, pool.frozen_at, pool.rows)


_A, _E, _P = Attempt.__table__.c, Entry.__table__.c, Person.__table__.c
#: A move of the person and their first start wait for each other.
_BELONGS = select(_P.union_id, _P.kind).where(_P.id == bindparam("person")).with_for_update(read=True)
_LOCKED = (
    select(_E.id, _E.division_id)
    .where(_E.contest_id == bindparam("contest"), _E.person_id == bindparam("person"))
    .with_for_update()
)
#: One row at least: whether the account has ended is asked once the entry is held.
_TAKEN = (
    select(_P.disabled_at, _A.id, _A.code, _A.state, _A.due_at, _A.late_until)
    .select_from(_P.id.table)
    .outerjoin(_A.id.table, and_(_A.entry_id == bindparam("entry"), _A.round_id == bindparam("round")))
    .where(_P.id == bindparam("person"))
    .order_by(_A.number)
)
_NEW = insert(Attempt.__table__).inline()
_NEW_ENTRY = {
    "sqlite": sqlite.insert(Entry.__table__).on_conflict_do_nothing(index_elements=["contest_id", "person_id"]),
    "postgresql": postgresql.insert(Entry.__table__).on_conflict_do_nothing(index_elements=["contest_id", "person_id"]),
}


def start(session: Session, memo: dict[str, Any], round_: Round, person: Person, now: datetime) -> Attempt:
    """The same by rows, for those who begin attempts in other people's name (the demo); returns the row."""
    withdrawn = has_withdrawn(session, person.id)
    who = Starter(person.id, person.union_id, person.kind, person.phone, withdrawn, person.birth_on)
    settings = of_round_id(session, memo, round_.id)
    if settings is None:
        raise LookupError(f"no round {round_.id}")
    code = begin(session, memo, settings, who, now)
    return session.scalars(select(Attempt).where(Attempt.code == code)).one()
