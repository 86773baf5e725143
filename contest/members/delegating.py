"""Letting somebody act in one's place: a role handed on for some days, or to a substitute until it is ended.

It holds only while the role behind it does (:mod:`contest.accounts.grants`), and is not handed on any further.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from contest.accounts.actions import record
from contest.accounts.grants import in_force
from contest.accounts.models import Person, RoleGrant
from contest.accounts.permissions import followed_scopes
from contest.accounts.rules import Actor, Role, masked_name
from contest.clock import vietnamese_day
from contest.members.delegation_rules import DELEGABLE, Deputy, Own, deputy_faults, overlap, source_of
from contest.members.request_rules import Refused
from contest.unions.models import TradeUnion, UnionAncestry
from contest.unions.queries import ancestor_ids
from questions.messages import N_, Message, message


class BadDeputy(Refused):
    """A delegation that is not made; ``by_field``: why, beside the fields of the form."""

    def __init__(self, by_field: dict[str, Message]) -> None:
        super().__init__(list(by_field.values()))
        self.by_field = by_field


@dataclass(frozen=True, slots=True)
class Acting:
    """A role that somebody holds in another's place; ``until_on`` None: until it is ended."""

    giver: str
    role: Role
    union: str
    from_on: date | None
    until_on: date | None


def own_roles(session: Session, person_id: int | None, today: date) -> list[Own]:
    """What somebody holds themselves and can hand on; delegated roles are not."""
    wanted = select(RoleGrant).where(
        RoleGrant.person_id == person_id,
        RoleGrant.source_id.is_(None),
        RoleGrant.role.in_(DELEGABLE),
        in_force(today),
    )
    return [Own(row.id, Role(row.role), row.union_id or 0) for row in session.scalars(wanted.order_by(RoleGrant.id))]


def give(
    session: Session,
    actor: Actor,
    person: Person,
    role: Role,
    union: TradeUnion,
    days: tuple[date, date | None],
    now: datetime,
) -> RoleGrant:
    """Let a person act in the actor's place over a union from a day until another; sent twice it is given once.

    Raises BadDeputy with every reason.
    """
    today = vietnamese_day(now)
    deputy = Deputy(actor.id, person.id, role, *days)
    source = source_of(role, ancestor_ids(session, union.id), own_roles(session, actor.id, today))
    faults = deputy_faults(deputy, source, today)
    if faults or source is None:
        raise BadDeputy(faults)
    # Delegations out of one role take turns.
    session.execute(select(RoleGrant.id).where(RoleGrant.id == source.id).with_for_update(key_share=True))
    held = _held(session, person.id, role, union.id, today)
    same = next((one for one in held if one.source_id == source.id and (one.from_on, one.until_on) == days), None)
    if same:
        return same
    if any(overlap((one.from_on, one.until_on), days) for one in held):
        reason = N_("Người này đã có quyền này ở đơn vị đó trong những ngày ấy.")
        raise BadDeputy({"person": message(reason)})
    grant = RoleGrant(
        person_id=person.id,
        role=role,
        union_id=union.id,
        granted_at=now,
        from_on=days[0],
        until_on=days[1],
        source_id=source.id,
    )
    session.add(grant)
    session.flush()
    _note(session, actor, "role.delegate", grant, now)
    return grant


def _held(session: Session, person_id: int, role: Role, union_id: int, today: date) -> Sequence[RoleGrant]:
    """Grants of the same role over the same union that hold or will."""
    wanted = select(RoleGrant).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        RoleGrant.union_id == union_id,
        RoleGrant.ended_at.is_(None),
    )
    found = session.scalars(wanted.execution_options(populate_existing=True)).all()
    return [one for one in found if one.until_on is None or one.until_on >= today]


def end(session: Session, actor: Actor, grant: RoleGrant, now: datetime) -> bool:
    """End a delegation; False when it was ended before."""
    session.refresh(grant, with_for_update={"of": RoleGrant, "key_share": True})
    if grant.ended_at is not None:
        return False
    grant.ended_at = now
    session.flush()
    _note(session, actor, "role.delegate_end", grant, now)
    return True


def _note(session: Session, actor: Actor, action: str, grant: RoleGrant, now: datetime) -> None:
    details = {
        "grant": grant.id,
        "role": str(grant.role),
        "union_id": grant.union_id,
        "from": grant.from_on.isoformat() if grant.from_on else None,
        "until": grant.until_on.isoformat() if grant.until_on else None,
    }
    record(session, actor, action, f"person:{grant.person_id}", now, details)


def given(session: Session, person_id: int | None) -> Sequence[RoleGrant]:
    """What somebody handed on, the last first."""
    source = aliased(RoleGrant)
    wanted = (
        select(RoleGrant)
        .join(source, source.id == RoleGrant.source_id)
        .where(source.person_id == person_id)
        .options(joinedload(RoleGrant.person), joinedload(RoleGrant.union))
        .order_by(RoleGrant.ended_at.is_not(None), RoleGrant.from_on.desc(), RoleGrant.id.desc())
    )
    return session.scalars(wanted.limit(200)).all()


def names_for(session: Session, actor: Actor, people: Collection[Person]) -> dict[int, str]:
    """How people are called to whoever hands a role on: in full within their own unions, else masked.

    A phone number alone opens nobody's name: masked it still tells whether the number was the right one.
    """
    unions = {person.union_id for person in people if person.union_id}
    scopes = followed_scopes(actor)
    below = select(UnionAncestry.union_id).where(UnionAncestry.union_id.in_(unions))
    own = set(session.scalars(below if scopes is None else below.where(UnionAncestry.ancestor_id.in_(scopes))))
    own |= {actor.union_id} - {None}
    return {person.id: person.name if person.union_id in own else masked_name(person.name) for person in people}


def in_force_among(session: Session, grants: Collection[RoleGrant], today: date) -> frozenset[int]:
    """Those of some grants that hold on a day."""
    ids = [grant.id for grant in grants]
    return frozenset(session.scalars(select(RoleGrant.id).where(RoleGrant.id.in_(ids), in_force(today))))


def acting(session: Session, person_id: int | None, today: date) -> list[Acting]:
    """In whose place somebody acts on a day."""
    source, giver = aliased(RoleGrant), aliased(Person)
    wanted = (
        select(giver.name, RoleGrant.role, TradeUnion.name, RoleGrant.from_on, RoleGrant.until_on)
        .select_from(RoleGrant)
        .join(source, source.id == RoleGrant.source_id)
        .join(giver, giver.id == source.person_id)
        .join(TradeUnion, TradeUnion.id == RoleGrant.union_id)
        .where(RoleGrant.person_id == person_id, in_force(today))
        .order_by(RoleGrant.id)
    )
    return [Acting(row[0], Role(row[1]), row[2], row[3], row[4]) for row in session.execute(wanted)]
