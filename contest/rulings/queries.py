"""Reads of rulings: those in force, those of a contest, those about a person."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.rulings.models import Ruling
from contest.rulings.rules import RulingKind


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
