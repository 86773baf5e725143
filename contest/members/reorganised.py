"""People follow the unions they belong to: those of a union that ends go to its successor, or stay as workers."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.members.models import PastMembership
from contest.members.rules import MoveCause
from contest.slices import slices
from contest.unions.events import PeopleMove
from contest.unions.models import Succession, UnionChange


def follow(session: Session, moves: Sequence[PeopleMove], now: datetime) -> None:
    """Move everybody of unions that end, a few statements a day however many people there are.

    ``moves`` come in the order of days; on one day nobody moves twice. Who belonged to a union that ends without
    successor stays as a worker without a union.
    """
    for on, some in groupby(moves, lambda move: move.on):
        _move_on(session, list(some), on, now)


def follow_some(session: Session, move: PeopleMove, person_ids: Sequence[int], now: datetime) -> None:
    """Move some of the people of a union that ended, as :func:`follow` does all of them."""
    for some in slices(person_ids):
        mine = Person.id.in_(some)
        _remember(session, [move.change_id], move.on, now, mine)
        moved = update(Person).where(Person.union_id == move.from_id, mine)
        values = {"union_id": move.to_id, "union_since": move.on}
        session.execute(moved.values(values).execution_options(synchronize_session=False))


def _move_on(session: Session, moves: Sequence[PeopleMove], on: date, now: datetime) -> None:
    for some in slices([move.change_id for move in moves]):
        _remember(session, some, on, now)
    _put(session, [move for move in moves if move.to_id is not None], on, {})
    _put(session, [move for move in moves if move.to_id is None], on, {"kind": str(PersonKind.WORKER)})


def _remember(
    session: Session, change_ids: Sequence[int], on: date, now: datetime, *which: ColumnElement[bool]
) -> None:
    """Note where the people of unions that some changes end belong until the day of it."""
    columns = ["person_id", "union_id", "kind", "since", "until", "cause", "change_id", "entered_at"]
    # Who joined after the day on which the union is now known to have ended cannot have begun after the end.
    since = case((Person.union_since <= on, Person.union_since))
    told = (literal(on), literal(str(MoveCause.REORGANISATION)), UnionChange.id, literal(now))
    past = (
        select(Person.id, Person.union_id, Person.kind, since, *told)
        .join(UnionChange, UnionChange.union_id == Person.union_id)
        .where(UnionChange.id.in_(change_ids), *which)
    )
    session.execute(insert(PastMembership).from_select(columns, past))


def _put(session: Session, moves: Sequence[PeopleMove], on: date, more: dict[str, str]) -> None:
    if not moves:
        return
    people = Person.__table__
    moved = update(people).where(people.c.union_id == bindparam("from_id"))
    rows = [{"from_id": move.from_id, "to_id": move.to_id} for move in moves]
    session.execute(moved.values(union_id=bindparam("to_id"), union_since=on, **more), rows)


def go_back(session: Session, change_ids: Sequence[int], now: datetime) -> int:
    """Changes are undone: who still stands where they were put goes back; how many. Others stay where they went."""
    count = 0
    for some in slices(change_ids):
        rows = session.execute(_still_there(some)).all()
        count += len(rows)
        if rows:
            people = Person.__table__
            back = update(people).where(people.c.id == bindparam("who"))
            values = {name: bindparam(f"old_{name}") for name in ("union_id", "kind", "union_since")}
            session.execute(
                back.values(**values),
                [
                    {"who": r.person_id, "old_union_id": r.union_id, "old_kind": r.kind, "old_union_since": r.since}
                    for r in rows
                ],
            )
            for ids in slices([row.id for row in rows]):
                session.execute(delete(PastMembership).where(PastMembership.id.in_(ids)))
    return count


def _still_there(change_ids: Sequence[int]) -> Select[tuple[int, int, int | None, str, date | None]]:
    """Past memberships that some changes ended, of people who have not moved since."""
    later, past = aliased(PastMembership), PastMembership
    heirs = select(Succession.successor_id).where(
        Succession.change_id == past.change_id, Succession.predecessor_id == past.union_id
    )
    there = or_(Person.union_id.in_(heirs), and_(Person.union_id.is_(None), ~heirs.exists()))
    moved_on = select(later.id).where(later.person_id == past.person_id, later.id > past.id).exists()
    return (
        select(past.id, past.person_id, past.union_id, past.kind, past.since)
        .join(Person, Person.id == past.person_id)
        .where(past.change_id.in_(change_ids), there, Person.union_since == past.until, ~moved_on)
    )
