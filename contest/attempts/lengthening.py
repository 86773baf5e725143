"""Attempts in progress follow extra time that is granted while they are open."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.models import Contest, Entry, Round, TimeAllowance
from contest.rounds.rules import due_at, instants
from contest.rounds.windows import window_of
from contest.unions.models import UnionAncestry
from contest.unions.trees import below

_C = Attempt.__table__.c
#: Sent for many at once. One that was ended, or moved by a change of its round, since it was read stays as it is.
_LENGTHEN = (
    update(Attempt.__table__)
    .where(_C.id == bindparam("attempt"), _C.state == AttemptState.OPEN, _C.due_at == bindparam("before"))
    .values(
        extra_s=bindparam("extra"),
        due_at=bindparam("due"),
        taken_until=bindparam("taken_at"),
        late_until=bindparam("late_at"),
    )
)


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
            _whose(session, allowance),
        )
        .order_by(Attempt.id)
    ).all()
    longer = [
        _longer(attempt_id, started_at, before, round_, allowance) for attempt_id, started_at, before, round_ in found
    ]
    if longer:
        session.connection().execute(_LENGTHEN, longer)
    return sum(row["due"] > row["before"] for row in longer)


def _longer(
    attempt_id: int, started_at: datetime, before: datetime, round_: Round, allowance: TimeAllowance
) -> dict[str, Any]:
    """An attempt and its three instants with the extra time."""
    due = due_at(window_of(round_), started_at, round_.allowance_s, allowance.extra_s)
    taken_until, late_until = instants(due, round_.grace_s, round_.late_minutes)
    return {
        "attempt": attempt_id,
        "before": before,
        "extra": allowance.extra_s,
        "due": due,
        "taken_at": taken_until,
        "late_at": late_until,
    }


def _whose(session: Session, allowance: TimeAllowance) -> ColumnElement[bool]:
    """Those below a union today, and those who entered from below it in the tree that the contest keeps."""
    if allowance.union_id is None:
        return Person.id == allowance.person_id
    today = Person.union_id.in_(select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == allowance.union_id))
    tree_id = session.scalar(select(Contest.tree_id).where(Contest.id == allowance.contest_id))
    return today if tree_id is None else or_(today, Entry.union_id.in_(below(tree_id, allowance.union_id)))
