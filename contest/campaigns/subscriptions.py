"""Reads of daily summaries: whose are due, whose letters wait, what somebody has on the desk."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from contest.accounts.grants import in_force
from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import Role
from contest.campaigns.digest_rules import HOURS, told_day
from contest.campaigns.models import Digest, Subscription
from contest.unions.models import TradeUnion, UnionAncestry

#: Summaries kept in view, and how many are looked through for those that tell something.
SHOWN, LOOKED = 14, 400


def due(session: Session, now: datetime, limit: int) -> Sequence[tuple[Subscription, TradeUnion]]:
    """Subscriptions in force whose hour has come and whose summary of the day is not made; one query."""
    days = {hour: told_day(hour, now) for hour in HOURS}
    wanted = [
        and_(
            Subscription.hour.in_([hour for hour, told in days.items() if told == day]),
            ~exists().where(Digest.subscription_id == Subscription.id, Digest.day == day),
        )
        for day in sorted({day for day in days.values() if day})
    ]
    if not wanted:
        return []
    rows = session.execute(
        select(Subscription, TradeUnion)
        .join(TradeUnion, TradeUnion.id == Subscription.union_id)
        .where(Subscription.ended_at.is_(None), or_(*wanted))
        .order_by(Subscription.union_id, Subscription.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def waiting(session: Session, now: datetime, limit: int) -> Sequence[tuple[Digest, Subscription]]:
    """Letters to send now, the longest waiting first."""
    rows = session.execute(
        select(Digest, Subscription)
        .join(Subscription, Subscription.id == Digest.subscription_id)
        .where(Digest.next_at <= now, Subscription.ended_at.is_(None))
        .order_by(Digest.next_at, Digest.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def answers_for(session: Session, person_id: int, union_id: int, today: date) -> bool:
    """Whether somebody still answers for a union by a role in force, a delegated one while its source is."""
    above = select(UnionAncestry.ancestor_id).where(UnionAncestry.union_id == union_id)
    fits = or_(
        RoleGrant.role == Role.ADMINISTRATOR,
        and_(RoleGrant.role.in_([Role.OFFICIAL, Role.ORGANIZER]), RoleGrant.union_id.in_(above)),
    )
    wanted = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.person_id == person_id, Person.disabled_at.is_(None), in_force(today), fits)
    )
    return session.scalar(wanted.limit(1)) is not None


def in_force_of(session: Session, person_id: int) -> Sequence[tuple[Subscription, TradeUnion]]:
    """Somebody's subscriptions, by union."""
    rows = session.execute(
        select(Subscription, TradeUnion)
        .join(TradeUnion, TradeUnion.id == Subscription.union_id)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .order_by(TradeUnion.name_key, TradeUnion.id)
    )
    return [(row[0], row[1]) for row in rows]


def summaries(session: Session, person_id: int, scopes: Collection[int] | None) -> Sequence[Digest]:
    """Somebody's newest summaries that tell something, of unions they still answer for (``scopes`` None: all)."""
    wanted = (
        select(Digest)
        .join(Subscription, Subscription.id == Digest.subscription_id)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .order_by(Digest.day.desc(), Digest.id.desc())
        .limit(LOOKED)
    )
    if scopes is not None:
        below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))
        wanted = wanted.where(Subscription.union_id.in_(below))
    return [digest for digest in session.scalars(wanted) if digest.content["contests"]][:SHOWN]


def by_code(session: Session, code: str) -> tuple[Subscription, TradeUnion] | None:
    """The subscription that an address names, with its union."""
    row = session.execute(
        select(Subscription, TradeUnion)
        .join(TradeUnion, TradeUnion.id == Subscription.union_id)
        .where(Subscription.code == code)
    ).first()
    return (row[0], row[1]) if row else None


def own_data(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Somebody's subscriptions as data for that person, ended ones too."""
    rows = session.execute(
        select(Subscription, TradeUnion.code)
        .join(TradeUnion, TradeUnion.id == Subscription.union_id)
        .where(Subscription.person_id == person_id)
        .order_by(Subscription.id)
    )
    return [
        {
            "union": code,
            "email": one.email,
            "hour": one.hour,
            "made_at": one.made_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        }
        for one, code in rows
    ]
