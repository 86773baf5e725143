"""Reads about decisions that changed the tree."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from contest.accounts.rules import Actor
from contest.unions import events
from contest.unions.models import UnionAncestry, UnionChange, UnionDecision
from contest.unions.rules import ChangeKind


def _seen_by(actor: Actor, scopes: Collection[int] | None) -> ColumnElement[bool]:
    """Decisions that touch a union the organizer manages, and those they entered themselves."""
    if scopes is None:
        return UnionDecision.id.is_not(None)
    mine = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))
    touching = select(UnionChange.id).where(UnionChange.decision_id == UnionDecision.id, UnionChange.union_id.in_(mine))
    return or_(touching.exists(), UnionDecision.entered_by == actor.label)


def decisions(
    session: Session, actor: Actor, scopes: Collection[int] | None, limit: int, offset: int = 0
) -> Sequence[UnionDecision]:
    """Decisions, the newest day first."""
    wanted = select(UnionDecision).where(_seen_by(actor, scopes))
    order = (UnionDecision.decided_on.desc(), UnionDecision.id.desc())
    return session.scalars(wanted.order_by(*order).limit(limit).offset(offset)).all()


def count(session: Session, actor: Actor, scopes: Collection[int] | None) -> int:
    return session.scalar(select(func.count(UnionDecision.id)).where(_seen_by(actor, scopes))) or 0


def decision(session: Session, actor: Actor, scopes: Collection[int] | None, code: str) -> UnionDecision | None:
    """The decision of an address, if the organizer may see it."""
    return session.scalar(select(UnionDecision).where(UnionDecision.code == code, _seen_by(actor, scopes)))


def may_undo(session: Session, of: UnionDecision, scopes: Collection[int] | None) -> bool:
    """Whether every union that it changes is one the organizer manages; those not open yet have nobody above."""
    if scopes is None:
        return True
    mine = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))
    others = select(UnionChange.id).where(
        UnionChange.decision_id == of.id,
        UnionChange.union_id.not_in(mine),
        UnionChange.union_id.in_(select(UnionAncestry.union_id)),
    )
    return session.scalar(others.limit(1)) is None


def changes(session: Session, of: UnionDecision, limit: int, offset: int = 0) -> Sequence[UnionChange]:
    """What a decision changes, as its file has it."""
    wanted = select(UnionChange).where(UnionChange.decision_id == of.id).options(joinedload(UnionChange.union))
    return session.scalars(wanted.order_by(UnionChange.position).limit(limit).offset(offset)).all()


def kinds(session: Session, of: UnionDecision) -> dict[ChangeKind, int]:
    """How many changes of each kind a decision has."""
    wanted = select(UnionChange.kind, func.count()).where(UnionChange.decision_id == of.id).group_by(UnionChange.kind)
    counts: dict[str, int] = dict(session.execute(wanted).all())
    return {kind: counts[kind] for kind in ChangeKind if kind in counts}


def days(session: Session, of: Collection[int]) -> dict[int, tuple[date, date, int]]:
    """First and last day of effect of decisions, and how many changes still wait for their day, by decision."""
    waiting = func.count().filter(UnionChange.applied_at.is_(None))
    rows = session.execute(
        select(UnionChange.decision_id, func.min(UnionChange.effective_on), func.max(UnionChange.effective_on), waiting)
        .where(UnionChange.decision_id.in_(of))
        .group_by(UnionChange.decision_id)
    )
    return {decision_id: (first, last, number) for decision_id, first, last, number in rows}


def loose_ends(
    session: Session, scopes: Collection[int] | None, today: date, decision_id: int | None = None
) -> events.LooseEnds:
    """What reorganisations left open below some unions (None: anywhere), one decision or all of them."""
    found = [listener(session, scopes, decision_id, today) for listener in events.loose_ends]
    return events.LooseEnds(sum(one.people for one in found), sum(one.roles for one in found))
