"""Reads of rulings: those in force, those of a contest, those about a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.rounds.models import Entry, Round
from contest.rulings.models import Ruling
from contest.rulings.rules import RulingKind
from contest.unions.models import TradeUnion


def in_force(session: Session, contest_id: int, kind: RulingKind | None = None) -> list[Ruling]:
    """Decisions of a contest that hold, in the order in which they were made."""
    wanted = select(Ruling).where(Ruling.contest_id == contest_id, Ruling.undone_at.is_(None)).order_by(Ruling.number)
    if kind is not None:
        wanted = wanted.where(Ruling.kind == kind)
    return list(session.scalars(wanted))


def standing_ruling(session: Session, entry_id: int, kind: RulingKind, attempt_id: int | None) -> Ruling | None:
    """The decision of a kind about a person, or about an attempt of theirs, that holds."""
    return session.scalar(
        select(Ruling).where(
            Ruling.entry_id == entry_id,
            Ruling.kind == kind,
            Ruling.attempt_id.is_(None) if attempt_id is None else Ruling.attempt_id == attempt_id,
            Ruling.undone_at.is_(None),
        )
    )


def numbered(session: Session, contest_id: int, number: int) -> Ruling | None:
    return session.scalar(select(Ruling).where(Ruling.contest_id == contest_id, Ruling.number == number))


def of_entry(session: Session, entry_id: int) -> Sequence[Ruling]:
    """Everything decided about a person in a contest, in order, what was taken back too."""
    return session.scalars(select(Ruling).where(Ruling.entry_id == entry_id).order_by(Ruling.number)).all()


def of_attempt(session: Session, attempt: Attempt) -> Sequence[Ruling]:
    """Decisions that hold about an attempt or about the person whose it is, in order."""
    return session.scalars(
        select(Ruling)
        .where(
            Ruling.entry_id == attempt.entry_id,
            or_(Ruling.attempt_id.is_(None), Ruling.attempt_id == attempt.id),
            Ruling.undone_at.is_(None),
        )
        .order_by(Ruling.number)
    ).all()


def _held(at: datetime | None) -> ColumnElement[bool]:
    """Decisions that hold, or held before an instant."""
    if at is None:
        return Ruling.undone_at.is_(None)
    return and_(Ruling.decided_at < at, or_(Ruling.undone_at.is_(None), Ruling.undone_at >= at))


#: People named apart from one ranking at most.
MAX_APART = 200


def apart(session: Session, contest_id: int, number: int, at: datetime | None = None) -> Sequence[Row[Any]]:
    """People without a place, or with an attempt that does not count, in a round (0: the whole contest), by name.

    ``at``: by the decisions that held before it.
    Rows: entry id, kind of ruling, number of the attempt and of its round (None), name, union, division id.
    """
    ruled = (
        select(Ruling.entry_id, Ruling.kind, Attempt.number, Round.number.label("round"))
        .outerjoin(Attempt, Attempt.id == Ruling.attempt_id)
        .outerjoin(Round, Round.id == Attempt.round_id)
        .where(
            Ruling.contest_id == contest_id,
            _held(at),
            Ruling.kind != RulingKind.NO_PRIZE,
        )
    )
    if number:
        took = select(Attempt.id).join(Round, Round.id == Attempt.round_id)
        took = took.where(Attempt.entry_id == Ruling.entry_id, Attempt.counted, Round.number == number)
        ruled = ruled.where(or_(Round.number == number, and_(Ruling.attempt_id.is_(None), took.exists())))
    found = ruled.subquery()
    return session.execute(
        select(*found.c, Person.name, TradeUnion.name.label("union"), Entry.division_id)
        .join(Entry, Entry.id == found.c.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .order_by(Person.name_key, found.c.entry_id, found.c.round, found.c.number)
        .limit(MAX_APART)
    ).all()
