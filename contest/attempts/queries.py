"""Reads of attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, func, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session, joinedload

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.models import Contest, Entry, Round


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of an attempt that belongs to a person: enough to show, save and refuse."""

    id: int
    code: str
    state: AttemptState
    started_at: datetime
    due_at: datetime
    seq: int
    saved_at: datetime | None
    paper: list[Any]
    answers: dict[str, str]
    prediction: int | None
    round_id: int
    submitted_at: datetime | None
    taken_until: datetime
    late_until: datetime
    holder: str
    receipt: str | None
    closed_by: str | None

    @property
    def is_open(self) -> bool:
        return self.state is AttemptState.OPEN


#: Every save and every look at a paper comes through here, so the statement is made once.
_HELD = (
    select(
        Attempt.id,
        Attempt.code,
        Attempt.state,
        Attempt.started_at,
        Attempt.due_at,
        Attempt.seq,
        Attempt.saved_at,
        Attempt.paper,
        Attempt.answers,
        Attempt.prediction,
        Attempt.round_id,
        Attempt.submitted_at,
        Attempt.taken_until,
        Attempt.late_until,
        Attempt.holder,
        Attempt.receipt,
        Attempt.closed_by,
    )
    .join(Entry, Entry.id == Attempt.entry_id)
    .where(Attempt.code == bindparam("code"), Entry.person_id == bindparam("person_id"))
)


def held(session: Session, code: str, person_id: int | None) -> Held | None:
    """An attempt by its code if it is this person's; one narrow query."""
    row = session.execute(_HELD, {"code": code, "person_id": person_id}).first()
    if row is None:
        return None
    return Held(**(row._asdict() | {"state": AttemptState(row.state)}))


def attempt(session: Session, code: str) -> Attempt | None:
    """An attempt with its entry, round and contest."""
    return session.scalar(
        select(Attempt)
        .where(Attempt.code == code)
        .options(
            joinedload(Attempt.entry).joinedload(Entry.person),
            joinedload(Attempt.round).joinedload(Round.contest),
        )
    )


def by_receipt(session: Session, receipt: str) -> Attempt | None:
    """The attempt that a receipt stands for, with round and contest and without its person."""
    return session.scalar(
        select(Attempt).where(Attempt.receipt == receipt).options(joinedload(Attempt.round).joinedload(Round.contest))
    )


def round_of(session: Session, round_id: int) -> Round:
    """A round with its contest."""
    return session.scalars(_round(), {"id": round_id}).one()


@cache
def _round() -> Select[tuple[Round]]:
    return select(Round).where(Round.id == bindparam("id")).options(joinedload(Round.contest))


def entry_of(session: Session, contest_id: int, person_id: int) -> Entry | None:
    return session.scalar(select(Entry).where(Entry.contest_id == contest_id, Entry.person_id == person_id))


def attempts_of_person(session: Session, person_id: int, contest_id: int | None = None) -> Sequence[Attempt]:
    """A person's attempts, the newest first, with round and contest."""
    wanted = (
        select(Attempt)
        .join(Attempt.entry)
        .where(Entry.person_id == person_id)
        .options(joinedload(Attempt.round).joinedload(Round.contest))
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )
    if contest_id is not None:
        wanted = wanted.where(Entry.contest_id == contest_id)
    return session.scalars(wanted).all()


def unfinished(session: Session, person_id: int, now: datetime) -> Sequence[Attempt]:
    """Attempts a person may go on with, the one that ends first on top, with round and contest."""
    return session.scalars(
        select(Attempt)
        .join(Attempt.entry)
        .where(Entry.person_id == person_id, Attempt.state == AttemptState.OPEN, Attempt.due_at > now)
        .options(joinedload(Attempt.round).joinedload(Round.contest))
        .order_by(Attempt.due_at)
    ).all()


#: A place in the row of those whose time is up: until when something was taken, and the id.
Due = tuple[datetime, int]


def overdue(session: Session, now: datetime, after: Due | None, limit: int) -> list[Due]:
    """Open attempts for which nothing is taken any more, the longest overdue first.

    ``after``: go on behind this one, whatever became of it.
    """
    wanted = select(Attempt.late_until, Attempt.id).where(Attempt.state == AttemptState.OPEN, Attempt.late_until <= now)
    if after is not None:
        at, id_ = after
        wanted = wanted.where(Attempt.late_until >= at, or_(Attempt.late_until > at, Attempt.id > id_))
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(Attempt.late_until, Attempt.id).limit(limit))]


def overdue_count(session: Session, now: datetime) -> int:
    return session.scalars(
        select(func.count()).where(Attempt.state == AttemptState.OPEN, Attempt.late_until <= now)
    ).one()


def has_entries(session: Session, person_id: int) -> bool:
    """Whether a person has ever started an attempt: from then on their identity is locked."""
    return session.scalar(select(Entry.id).where(Entry.person_id == person_id).limit(1)) is not None


def holding(session: Session, version_id: int) -> ColumnElement[bool]:
    """Attempts whose paper holds a question version, found by the database without reading papers out."""
    if session.get_bind().dialect.name == "postgresql":
        return func.jsonb_path_exists(Attempt.paper, cast(f"$[*][0] ? (@ == {version_id:d})", JSONPATH))
    return func.instr(type_coerce(Attempt.paper, String), f"[{version_id}, [") > 0


def listed(session: Session, slug: str, number: int | None, limit: int) -> Sequence[Attempt]:
    """Attempts of a contest for the terminal, the newest first."""
    wanted = (
        select(Attempt)
        .join(Attempt.round)
        .join(Contest, Contest.id == Round.contest_id)
        .where(Contest.slug == slug)
        .options(joinedload(Attempt.entry).joinedload(Entry.person).load_only(Person.id), joinedload(Attempt.round))
        .order_by(Attempt.id.desc())
        .limit(limit)
    )
    if number is not None:
        wanted = wanted.where(Round.number == number)
    return session.scalars(wanted).all()
