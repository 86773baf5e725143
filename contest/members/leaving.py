"""Leaving a union: members stay known as workers, and come back within some days when it was a mistake."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.models import Person
from contest.accounts.rules import Actor, PersonKind
from contest.members.belonging import Move, hold, move, move_many
from contest.members.models import PastMembership
from contest.members.roster_plans import Known
from contest.members.rules import MoveCause
from questions.messages import N_, Message, message

#: For so long after it was entered the end of a membership can be taken back as a mistake.
WAY_BACK = timedelta(days=30)


def leaving_fault(person: Person, on: date | None, today: date) -> Message | None:
    """Why a membership cannot end on a day, if so."""
    if person.kind == PersonKind.WORKER:
        return message(N_("Người này đã không còn là đoàn viên."))
    if on is None:
        return message(N_("Hãy chọn ngày thôi là đoàn viên."))
    if on > today:
        return message(N_("Ngày thôi là đoàn viên không được sau hôm nay. Hãy chọn lại."))
    if person.union_since and on < person.union_since:
        return message(
            N_("Người này vào công đoàn ngày %(since)s. Hãy chọn ngày thôi từ ngày đó trở đi."),
            since=person.union_since,
        )
    return None


def leave(session: Session, actor: Actor, person: Person, on: date, now: datetime, *, keeps_workplace: bool) -> bool:
    """End somebody's membership on a day: a worker from then on, still at the workplace of the union or nowhere.

    Contests that admit workers still take them. False when they are a worker already.
    """
    hold(session, person)
    if person.kind == PersonKind.WORKER:
        return False
    union_id = person.union_id if keeps_workplace else None
    return move(session, actor, person, union_id, PersonKind.WORKER, on, MoveCause.LEAVING, now)


def leave_many(session: Session, actor: Actor, people: Sequence[Known], on: date, now: datetime) -> int:
    """End the membership of everybody missing in a complete list; their workplace stays."""
    moves = [Move(person.id, person.union_id, person.union_id, PersonKind.WORKER, on) for person in people]
    return move_many(session, actor, moves, MoveCause.LEAVING, now)


def left(session: Session, person: Person, now: datetime) -> PastMembership | None:
    """The membership that somebody can still be given back: it ended by leaving, not long ago, and nothing followed."""
    last = session.scalars(
        select(PastMembership)
        .where(PastMembership.person_id == person.id)
        .order_by(PastMembership.until.desc(), PastMembership.id.desc())
        .limit(1)
    ).first()
    fits = (
        last is not None
        and last.cause == MoveCause.LEAVING
        and last.entered_at > now - WAY_BACK
        and person.kind == PersonKind.WORKER
        and person.union_id in (None, last.union_id)
        and person.union_since == last.until
    )
    return last if fits else None


def come_back(session: Session, actor: Actor, person: Person, now: datetime) -> bool:
    """Take the end of a membership back as a mistake: as if they had never left. False when it cannot be any more."""
    hold(session, person)
    ended = left(session, person, now)
    if ended is None:
        return False
    details = {
        "union_id": [person.union_id, ended.union_id],
        "kind": [str(person.kind), ended.kind],
        "until": ended.until.isoformat(),
    }
    person.union_id, person.kind, person.union_since = ended.union_id, PersonKind(ended.kind), ended.since
    session.delete(ended)
    record(session, actor, "person.come_back", f"person:{person.id}", now, details)
    session.flush()
    return True


def lately_left(session: Session, union_ids: Sequence[int], now: datetime) -> Sequence[Person]:
    """Who left these unions so lately that they can be given back, by name."""
    wanted = (
        select(Person)
        .join(PastMembership, PastMembership.person_id == Person.id)
        .where(
            PastMembership.union_id.in_(union_ids),
            PastMembership.cause == MoveCause.LEAVING,
            PastMembership.entered_at > now - WAY_BACK,
            PastMembership.until == Person.union_since,
            Person.kind == PersonKind.WORKER,
            Person.union_id.is_(None),
            Person.merged_into_id.is_(None),
        )
        .order_by(Person.name_key, Person.id)
    )
    return session.scalars(wanted).all()
