"""Attempts in progress follow extra time that is granted while they are open."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.models import Entry, Round, TimeAllowance
from contest.rounds.rules import due_at, instants
from contest.rounds.windows import window_of
from contest.unions.models import UnionAncestry


def follow_allowance(session: Session, allowance: TimeAllowance, now: datetime) -> int:
    """Lengthen the open attempts of those whom an allowance fits; returns how many end later than before.

    An attempt whose time is up is not opened again. The end of the sitting still cuts everybody's time.
    """
    found = session.execute(
        select(Attempt.id, Attempt.started_at, Attempt.due_at, Round)
        .join(Round, Round.id == Attempt.round_id)
        .join(Entry, Entry.id == Attempt.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .where(
            Round.contest_id == allowance.contest_id,
            Attempt.state == AttemptState.OPEN,
            Attempt.due_at > now,
            Attempt.extra_s < allowance.extra_s,
            _whose(allowance),
        )
        .order_by(Attempt.id)
    ).all()
    moved = 0
    for attempt_id, started_at, before, round_ in found:
        due = due_at(window_of(round_), started_at, round_.allowance_s, allowance.extra_s)
        taken_until, late_until = instants(due, round_.grace_s, round_.late_minutes)
        changed = session.execute(
            update(Attempt)
            .where(Attempt.id == attempt_id, Attempt.state == AttemptState.OPEN, Attempt.due_at == before)
            .values(extra_s=allowance.extra_s, due_at=due, taken_until=taken_until, late_until=late_until)
        )
        moved += bool(changed.rowcount and due > before)
    return moved


def _whose(allowance: TimeAllowance) -> ColumnElement[bool]:
    if allowance.person_id is not None:
        return Person.id == allowance.person_id
    below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == allowance.union_id)
    return Person.union_id.in_(below)
