"""Importing a list of people: planned against those known, stored as a whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import names, record
from contest.accounts.models import Person
from contest.accounts.rules import Actor, PersonKind
from contest.clock import VIETNAM
from contest.members.rules import union_fault
from contest.members.sheets import PersonRow
from contest.unions.models import TradeUnion
from contest.unions.rules import Fault, Level
from questions.messages import N_, message
from questions.text import fold

#: Rows sent to the database, or asked for, at a time.
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a person whom a list names."""

    id: int
    name: str
    union_id: int | None
    kind: str
    has_password: bool
    birth_on: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """A person of the list who is known but not as written; ``password``: they get their first one."""

    id: int
    row: PersonRow
    password: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: nothing at all when there is any fault."""

    new: tuple[PersonRow, ...] = ()
    changed: tuple[Change, ...] = ()
    same: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def passwords(self) -> list[PersonRow]:
        """Rows whose password is going to be stored, so must be hashed."""
        return [row for row in self.new if row.password] + [change.row for change in self.changed if change.password]


def plan_import(session: Session, rows: Sequence[PersonRow], now: datetime, faults: Sequence[Fault] = ()) -> Plan:
    """Compare a list with the people known. ``faults`` are those its reading found.

    The same phone and the same name, diacritics and case apart, are the same person: name, union and kind are
    brought up to date, so is a day of birth that the list gives; a password is only set where there is none. People the
    list does not name stay as they are.
    """
    unions = _unions(session)
    today = now.astimezone(VIETNAM).date()
    found = [*faults, *(fault for row in rows for fault in _union_faults(row, unions, today))]
    if found:
        return Plan(faults=tuple(sorted(found, key=lambda fault: fault.row or 0)))
    known = _known(session, {row.phone for row in rows})
    new, changed = [], []
    for row in rows:
        old = known.get((row.phone, fold(row.name)))
        if old is None:
            new.append(row)
            continue
        password = bool(row.password) and not old.has_password
        birth_on = row.birth_on or old.birth_on
        stored = (old.name, old.union_id, old.kind, old.birth_on)
        if password or stored != (row.name, unions[row.union].id, row.kind, birth_on):
            changed.append(Change(old.id, row, password))
    return Plan(tuple(new), tuple(changed), len(rows) - len(new) - len(changed))


def _unions(session: Session) -> dict[str, Any]:
    rows = session.execute(select(TradeUnion.code, TradeUnion.id, TradeUnion.level, TradeUnion.closed_on))
    return {row.code: row for row in rows}


def _union_faults(row: PersonRow, unions: Mapping[str, Any], today: date) -> Iterator[Fault]:
    union = unions.get(row.union)
    if union is None:
        yield Fault(
            message(
                N_("Không có đơn vị mã “%(code)s”. Hãy sửa mã, hoặc nhập danh sách đơn vị trước."), code=row.union[:40]
            ),
            row.row,
        )
        return
    if union.closed_on and union.closed_on <= today:
        yield Fault(
            message(
                N_("Đơn vị “%(code)s” đã kết thúc hoạt động ngày %(day)s. Hãy ghi mã đơn vị mới."),
                code=row.union,
                day=union.closed_on,
            ),
            row.row,
        )
    fault = union_fault(row.kind, Level(union.level))
    if fault:
        yield Fault(fault, row.row)


def _known(session: Session, phones: set[str]) -> dict[tuple[str, str], Known]:
    """The people with these phones; of several with the same name the longest known."""
    known: dict[tuple[str, str], Known] = {}
    for some in _chunks(sorted(phones)):
        rows = session.execute(
            select(
                Person.phone,
                Person.name_fold,
                Person.id,
                Person.name,
                Person.union_id,
                Person.kind,
                Person.password_hash.is_not(None),
                Person.birth_on,
            )
            .where(Person.phone.in_(some))
            .order_by(Person.id)
        )
        for phone, folded, *rest in rows:
            known.setdefault((phone, folded), Known(*rest))
    return known


def _chunks(items: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def store_import(
    session: Session,
    actor: Actor,
    plan: Plan,
    hashes: Mapping[int, str],
    now: datetime,
    progress: Callable[[int], None] = lambda _stored: None,
    *,
    demo: bool = False,
) -> None:
    """Store a plan without faults, as a whole.

    ``hashes`` gives the hash of each password that is to be stored by the number of its row: hashing takes long and
    happens before. ``progress`` is told how many rows more are stored.
    """
    if plan.faults:
        raise ValueError("a list with faults is never stored")
    unions = {code: union.id for code, union in _unions(session).items()}
    for rows in _chunks(plan.new):
        values = [
            {
                **_values(row, unions),
                "birth_on": row.birth_on,
                "created_at": now,
                "demo": demo,
                "password_hash": hashes.get(row.row),
            }
            for row in rows
        ]
        session.execute(insert(Person), values)
        progress(len(rows))
    for changes in _chunks(plan.changed):
        session.execute(update(Person), [{"id": change.id, **_values(change.row, unions)} for change in changes])
        births = [{"id": change.id, "birth_on": change.row.birth_on} for change in changes if change.row.birth_on]
        if births:
            session.execute(update(Person), births)
        with_password = [change for change in changes if change.password]
        if with_password:
            first = [{"id": change.id, "password_hash": hashes[change.row.row]} for change in with_password]
            session.execute(update(Person), first)
        progress(len(changes))
    if plan.new or plan.changed:
        numbers = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same}
        record(session, actor, "person.import", "people", now, numbers)
    session.flush()
    session.expire_all()


def _values(row: PersonRow, unions: Mapping[str, int]) -> dict[str, Any]:
    return {**names(row.name), "phone": row.phone, "kind": str(PersonKind(row.kind)), "union_id": unions[row.union]}
