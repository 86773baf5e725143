"""Extra time of a person, or of everybody below a union: who has how much, granting it, ending it.

It is no regulation: only organizers see for whom and why, and the person sees how much. Of several that fit the longest
counts. Nobody's time is ever shortened while they work: ending it is for attempts that start later.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from contest.accounts.actions import record
from contest.accounts.models import Person
from contest.accounts.queries import people_with_phone
from contest.accounts.rules import Actor
from contest.rounds import events
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Entry, TimeAllowance
from contest.rounds.sound import subject
from contest.unions.models import TradeUnion
from contest.unions.queries import ancestor_ids, subtree_ids
from contest.unions.trees import ancestors
from questions.messages import N_, message


def extra_for(session: Session, contest_id: int, person_id: int, union_ids: Collection[int]) -> int:
    """Seconds a person gets beyond a round's allowance: the longest of what fits; 0 for none.

    ``union_ids``: their union and all unions above it.
    """
    return (
        session.scalar(
            select(func.max(TimeAllowance.extra_s)).where(
                TimeAllowance.contest_id == contest_id,
                TimeAllowance.ended_at.is_(None),
                or_(TimeAllowance.person_id == person_id, TimeAllowance.union_id.in_(union_ids)),
            )
        )
        or 0
    )


def listed(session: Session, contest_id: int) -> Sequence[TimeAllowance]:
    """Everything granted in a contest: what is in force first, then what was ended, each the newest first."""
    return session.scalars(
        select(TimeAllowance)
        .where(TimeAllowance.contest_id == contest_id)
        .options(joinedload(TimeAllowance.person), joinedload(TimeAllowance.union))
        .order_by(TimeAllowance.ended_at.is_not(None), TimeAllowance.granted_at.desc(), TimeAllowance.id.desc())
    ).all()


def people_of(session: Session, contest: Contest, phone: str) -> list[Person]:
    """Who may be meant by a phone: people below the contest's union, and those who take part already.

    Several may share one. Others are not found, so that nobody learns from here to whom a phone belongs.
    """
    found = people_with_phone(session, phone)
    entered = set(
        session.scalars(
            select(Entry.person_id).where(
                Entry.contest_id == contest.id, Entry.person_id.in_([person.id for person in found])
            )
        )
    )
    below = subtree_ids(session, [contest.union_id]) if found else frozenset()
    return [person for person in found if person.id in entered or person.union_id in below]


def granters(session: Session, rows: Iterable[TimeAllowance]) -> dict[str, str]:
    """Names of those who granted and ended, by how the audit log names them."""
    labels = {label for row in rows for label in (row.granted_by, row.ended_by) if label and label[7:].isdigit()}
    people = select(Person.id, Person.name).where(Person.id.in_([int(label[7:]) for label in labels]))
    return {f"person:{person_id}": name for person_id, name in session.execute(people)}


def grant(
    session: Session,
    actor: Actor,
    contest: Contest,
    whom: Person | TradeUnion,
    minutes: int,
    reason: str,
    now: datetime,
) -> tuple[TimeAllowance, int]:
    """Give a person, or everybody below a union, more time for every attempt of the contest.

    Attempts in progress are lengthened at once; returns the allowance and how many. Raises Refused for what stands
    already, and for a union whose people cannot take part.
    """
    row = TimeAllowance(
        contest_id=contest.id,
        person_id=whom.id if isinstance(whom, Person) else None,
        union_id=whom.id if isinstance(whom, TradeUnion) else None,
        extra_s=minutes * 60,
        reason=reason,
        granted_at=now,
        granted_by=actor.label,
    )
    if isinstance(whom, TradeUnion):
        _refuse_strangers(session, contest, whom)
    _refuse_twice(session, row)
    session.add(row)
    session.flush()
    moved = sum(lengthen(session, row, now) for lengthen in events.granted)
    details = {"id": row.id, "minutes": minutes, "union": row.union_id, "lengthened": moved}
    record(session, actor, "extra_time.grant", subject(contest), now, details)
    return row, moved


def _refuse_strangers(session: Session, contest: Contest, union: TradeUnion) -> None:
    """Refuse a union that lies neither above nor below the one whose people the contest is for."""
    scope = contest.scope_union_id
    if scope is None or scope in ancestor_ids(session, union.id) or union.id in ancestor_ids(session, scope):
        return
    if contest.tree_id is not None:
        kept = (ancestors(session, contest.tree_id, union.id), ancestors(session, contest.tree_id, scope))
        if scope in kept[0] or union.id in kept[1]:
            return
    text = N_("%(union)s không thuộc phạm vi cuộc thi này nên không ai ở đó dự thi. Hãy chọn đơn vị khác.")
    raise Refused([message(text, union=union.name)])


def _refuse_twice(session: Session, row: TimeAllowance) -> None:
    same = select(TimeAllowance.id).where(
        TimeAllowance.contest_id == row.contest_id,
        TimeAllowance.ended_at.is_(None),
        TimeAllowance.extra_s == row.extra_s,
        TimeAllowance.person_id == row.person_id if row.person_id else TimeAllowance.union_id == row.union_id,
    )
    if session.scalars(same).first():
        text = N_("Đã có dòng thêm %(minutes)s phút như vậy đang có hiệu lực. Hãy xem lại danh sách.")
        raise Refused([message(text, minutes=row.extra_s // 60)])


def end(session: Session, actor: Actor, contest: Contest, row: TimeAllowance, now: datetime) -> None:
    """End extra time for attempts that start from now on; a second time changes nothing."""
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = now, actor.label
    session.flush()
    record(session, actor, "extra_time.end", subject(contest), now, {"id": row.id, "minutes": row.extra_s // 60})


def of_contest(session: Session, contest: Contest, allowance_id: int) -> TimeAllowance | None:
    """An allowance of this contest; None for another's."""
    row = session.get(TimeAllowance, allowance_id)
    return row if row is not None and row.contest_id == contest.id else None


def told(session: Session, person_id: int) -> list[dict[str, Any]]:
    """A person's own extra time as data for that person; the reason is the organizers'."""
    rows = session.execute(
        select(TimeAllowance, Contest.slug)
        .join(Contest, Contest.id == TimeAllowance.contest_id)
        .where(TimeAllowance.person_id == person_id)
        .order_by(TimeAllowance.id)
    )
    return [
        {
            "contest": slug,
            "minutes": row.extra_s // 60,
            "granted_at": row.granted_at.isoformat(),
            "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        }
        for row, slug in rows
    ]


def data_of(row: TimeAllowance) -> dict[str, Any]:
    """A grant as data for organizers."""
    return {
        "id": row.id,
        "person": row.person.name if row.person else None,
        "phone": row.person.phone if row.person else None,
        "union": row.union.code if row.union else None,
        "minutes": row.extra_s // 60,
        "reason": row.reason,
        "granted_at": row.granted_at.isoformat(),
        "granted_by": row.granted_by,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "ended_by": row.ended_by,
    }
