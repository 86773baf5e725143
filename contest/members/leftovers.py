"""Finishing a reorganisation: people and roles that stand at an ended union go to one that took over from it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import end_role, record
from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import Actor
from contest.members.leftover_queries import Heir, Left, ending_change
from contest.members.reorganised import follow, follow_some
from contest.unions.events import PeopleMove


def move_people(
    session: Session, actor: Actor, union: Left, heir: Heir, person_ids: Collection[int] | None, now: datetime
) -> int:
    """Let people of an ended union, some or (None) all that are left, belong to an heir from the day it ended.

    Returns how many; those who have moved meanwhile stay where they went. The decision that ended the union takes
    them back when it is undone.
    """
    change = ending_change(session, union.id)
    if change is None:
        raise ValueError(f"no decision has ended {union.code}")
    wanted = select(Person.id).where(Person.union_id == union.id).order_by(Person.id).with_for_update()
    if person_ids is not None:
        wanted = wanted.where(Person.id.in_(person_ids))
    found = session.scalars(wanted).all()
    move = PeopleMove(change.id, union.id, heir.id, union.closed_on)
    if person_ids is None:
        follow(session, [move], now)
    else:
        follow_some(session, move, found, now)
    if found:
        told = {"to": heir.code, "on": union.closed_on.isoformat(), "people": len(found)}
        record(session, actor, "union.people", f"union:{union.code}", now, told)
    session.flush()
    session.expire_all()
    return len(found)


def move_role(session: Session, actor: Actor, grant: RoleGrant, heir: Heir, now: datetime) -> None:
    """Let a role hold at an heir in place of the ended union, with what was delegated out of it.

    Who holds the same role there already keeps that one, and the other ends. Moved or ended meanwhile, it stays so.
    """
    stood_at = grant.union_id
    session.refresh(grant, with_for_update={"of": RoleGrant, "key_share": True})
    if grant.ended_at is not None or grant.union_id != stood_at:
        return
    same = select(RoleGrant).where(
        RoleGrant.person_id == grant.person_id,
        RoleGrant.role == grant.role,
        RoleGrant.union_id == heir.id,
        RoleGrant.source_id.is_not_distinct_from(grant.source_id),
        RoleGrant.from_on.is_not_distinct_from(grant.from_on),
        RoleGrant.until_on.is_not_distinct_from(grant.until_on),
        RoleGrant.ended_at.is_(None),
    )
    held = session.scalars(same.limit(1)).first()
    if held is not None:
        session.execute(update(RoleGrant).where(RoleGrant.source_id == grant.id).values(source_id=held.id))
        end_role(session, actor, grant, now)
        return
    told = {"role": grant.role, "union_id": [grant.union_id, heir.id]}
    grant.union_id = heir.id
    record(session, actor, "role.move", f"person:{grant.person_id}", now, told)
    session.flush()
