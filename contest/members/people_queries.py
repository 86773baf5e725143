"""Reads of an official's people: those of a workplace by name, of unions above by number, and one person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.accounts.rules import PersonKind, normal_phone
from contest.members import cards
from contest.members.models import PastMembership, PersonCard
from contest.members.rules import MoveCause
from contest.unions.models import TradeUnion, UnionAncestry
from questions.text import fold


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the list of their workplace."""

    id: int
    name: str
    phone: str
    kind: str
    union: str
    union_id: int | None
    has_password: bool
    has_card: bool
    may_have_card: bool


def present() -> ColumnElement[bool]:
    """Whether a person is one of their own and has not gone."""
    return and_(Person.disabled_at.is_(None), Person.merged_into_id.is_(None))


def _of(union_ids: Collection[int], typed: str) -> ColumnElement[bool]:
    phone, folded = normal_phone(typed), fold(typed).strip()
    here = and_(Person.union_id.in_(union_ids), present())
    if phone:
        return and_(here, Person.phone == phone)
    words = [Person.name_fold.contains(word, autoescape=True) for word in folded.split()[:10]]
    return and_(here, *words)


def count_people(session: Session, union_ids: Collection[int], typed: str = "") -> int:
    """How many people of some unions have a name or phone as typed."""
    return session.scalar(select(func.count()).select_from(Person).where(_of(union_ids, typed))) or 0


def people(session: Session, union_ids: Collection[int], typed: str, limit: int, offset: int) -> list[Line]:
    """A page of them, by name."""
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.phone,
            Person.kind,
            TradeUnion.name,
            Person.union_id,
            Person.password_hash.is_not(None),
            cards.has_card(),
            ~cards.holds_role(),
        )
        .join(TradeUnion, TradeUnion.id == Person.union_id)
        .where(_of(union_ids, typed))
        .order_by(Person.name_key, Person.id)
        .limit(limit)
        .offset(offset)
    )
    return [Line(*row) for row in rows]


def cards_in_force(session: Session, union_ids: Collection[int]) -> int:
    """How many people of some unions have a card."""
    wanted = (
        select(func.count())
        .select_from(PersonCard)
        .join(Person, Person.id == PersonCard.person_id)
        .where(Person.union_id.in_(union_ids), PersonCard.revoked_at.is_(None), present())
    )
    return session.scalar(wanted) or 0


def numbers(session: Session, union_ids: Collection[int]) -> dict[int, dict[PersonKind, int]]:
    """How many people are known in each union and all below it, by kind; one query for a hundred unions."""
    rows = session.execute(
        select(UnionAncestry.ancestor_id, Person.kind, func.count())
        .join(Person, Person.union_id == UnionAncestry.union_id)
        .where(UnionAncestry.ancestor_id.in_(union_ids), present())
        .group_by(UnionAncestry.ancestor_id, Person.kind)
    )
    found: dict[int, dict[PersonKind, int]] = {union_id: {} for union_id in union_ids}
    for union_id, kind, number in rows:
        found[union_id][PersonKind(kind)] = number
    return found


def person_of(session: Session, person_id: int, union_ids: Collection[int], since: datetime) -> Person | None:
    """Somebody who belongs to one of these unions, or left it after an instant and belongs nowhere now."""
    lately = (
        select(PastMembership.id)
        .where(
            PastMembership.person_id == Person.id,
            PastMembership.union_id.in_(union_ids),
            PastMembership.cause == MoveCause.LEAVING,
            PastMembership.until == Person.union_since,
            PastMembership.entered_at > since,
        )
        .exists()
    )
    belongs = or_(Person.union_id.in_(union_ids), and_(Person.union_id.is_(None), lately))
    return session.scalars(select(Person).where(Person.id == person_id, present(), belongs)).first()


def memberships_about(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Where somebody belonged before, for their own data."""
    rows = session.execute(
        select(PastMembership.kind, PastMembership.since, PastMembership.until, PastMembership.cause, TradeUnion.code)
        .outerjoin(TradeUnion, TradeUnion.id == PastMembership.union_id)
        .where(PastMembership.person_id == person_id)
        .order_by(PastMembership.until, PastMembership.id)
    )
    return [
        {
            "union": row.code,
            "kind": row.kind,
            "since": row.since.isoformat() if row.since else None,
            "until": row.until.isoformat(),
            "cause": row.cause,
        }
        for row in rows
    ]


def cards_about(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Somebody's cards, for their own data: when each was made, used last and revoked."""
    return [
        {
            "made_at": card.made_at.isoformat(),
            "used_at": card.used_at.isoformat() if card.used_at else None,
            "revoked_at": card.revoked_at.isoformat() if card.revoked_at else None,
        }
        for card in cards_of(session, person_id)
    ]


def cards_of(session: Session, person_id: int) -> Sequence[PersonCard]:
    """Every card somebody has had, newest first."""
    wanted = select(PersonCard).where(PersonCard.person_id == person_id)
    return session.scalars(wanted.order_by(PersonCard.made_at.desc(), PersonCard.id.desc())).all()
