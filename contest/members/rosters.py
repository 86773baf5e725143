"""Importing a list of people: planned against those known, then stored, as a whole or a part at a time."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from contest.accounts.actions import count_try, names, record
from contest.accounts.models import Person
from contest.accounts.rules import Actor, PersonKind
from contest.clock import vietnamese_day
from contest.members import leaving, requests, roster_queries
from contest.members.belonging import Move, move_many
from contest.members.request_rules import Refused
from contest.members.roster_plans import Change, Known, Plan, Register, absent, differences, doubts
from contest.members.roster_queries import CHUNK
from contest.members.rules import MoveCause, birth_fault, union_fault
from contest.members.sheets import PersonRow
from contest.slices import slices
from contest.unions.models import TradeUnion
from contest.unions.rules import Fault, Level
from questions.messages import N_, message
from questions.text import fold

#: Window of the counter that lists take turns on.
TURN_S = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose on the preview of a list. ``skipped``: numbers of rows left out, being people known already.

    ``on``: since when those who move belong to their new union, where their row does not say; ``leave``: from that day
    on those missing are no members any more. ``partly``: sound rows are taken though others are at fault.
    """

    on: date
    skipped: frozenset[int] = frozenset()
    leave: bool = False
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import did; ``refused``: people who could not be asked for, as somebody asks for them already.

    ``same``: rows that said nothing new; ``faulty``: rows at fault that were left.
    """

    new: int = 0
    changed: int = 0
    moved: int = 0
    asked: int = 0
    refused: int = 0
    left: int = 0
    same: int = 0
    faulty: int = 0

    @property
    def taken(self) -> int:
        """Rows of the list that were done with."""
        return self.new + self.changed + self.asked + self.refused + self.same

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(*(getattr(self, name) + getattr(other, name) for name in Stored.__slots__))


def take_turn(session: Session, now: datetime) -> None:
    """Lists are planned and stored one after the other, so that two sent at once never make anybody twice."""
    count_try(session, "roster", TURN_S, now)


def plan_import(
    session: Session,
    rows: Sequence[PersonRow],
    now: datetime,
    faults: Sequence[Fault] = (),
    within: frozenset[int] | None = None,
    *,
    asks: bool = True,
    complete: bool = True,
    codes: Mapping[int, str] | None = None,
) -> Plan:
    """Compare a list with the people known. ``faults`` are those its reading found; ``within`` the importer's unions.

    Rows at fault are planned nothing for; ``codes`` of their unions are looked at all the same, so that all that is
    wrong with a row is told at once. Only a list that may be ``complete`` and has no such row misses anybody.

    The same phone and the same name, diacritics and case apart, are the same person: name, union and kind are
    brought up to date, so is a day of birth that the list gives; a password is only set where there is none. People the
    list does not name stay as they are. Rows of unions outside ``within`` (None: the whole tree) are faults; people who
    belong outside it are only asked for, or (``asks`` false: an administrator's list) taken like all others.
    """
    unions = roster_queries.unions(session)
    today = vietnamese_day(now)
    elsewhere = [f for row, code in (codes or {}).items() for f in _union_faults(code, row, unions, today, within)]
    found = sorted([*faults, *_faults(rows, unions, now, within), *elsewhere], key=lambda fault: fault.row or 0)
    wrong = {fault.row for fault in found}
    rows = [row for row in rows if row.row not in wrong]
    ids = {row.union: unions[row.union].id for row in rows}
    members = roster_queries.of_unions(session, set(ids.values()))
    register = Register(roster_queries.with_phone(session, {row.phone for row in rows if row.phone}), members)
    plan, named = _sorted(rows, ids, register, within, asks=asks)
    titles = {union.id: union.name for union in unions.values()}
    return replace(
        plan,
        doubts=tuple(doubts(plan.new, rows, ids, titles, register, within)),
        missing=tuple(absent(members, named)) if complete and not found else (),
        faults=tuple(found),
    )


def plan_part(
    session: Session, rows: Sequence[PersonRow], now: datetime, within: frozenset[int] | None, *, asks: bool
) -> Plan:
    """The same of some rows of a list that was looked at: nobody is asked about any more, nobody missed.

    It costs what these rows cost, however many people belong to their unions.
    """
    unions = roster_queries.unions(session, {row.union for row in rows})
    if found := tuple(_faults(rows, unions, now, within)):
        return Plan(faults=found)
    ids = {code: union.id for code, union in unions.items()}
    namesakes = roster_queries.of_unions(session, set(ids.values()), {fold(row.name) for row in rows})
    register = Register(roster_queries.with_phone(session, {row.phone for row in rows if row.phone}), namesakes)
    return _sorted(rows, ids, register, within, asks=asks)[0]


def _sorted(
    rows: Sequence[PersonRow],
    ids: Mapping[str, int],
    register: Register,
    within: frozenset[int] | None,
    *,
    asks: bool,
) -> tuple[Plan, set[int]]:
    """Who of a list is new, changed, asked for or the same; and the ids of everybody it names."""
    new, changed, asked, same, named = [], [], [], 0, set()
    for row in rows:
        known = register.meant(row, ids[row.union])
        if known is None:
            new.append(row)
            continue
        named.add(known.id)
        if not row.kind_said:
            row = replace(row, kind=PersonKind(known.kind))
        fields = differences(row, ids[row.union], known)
        if not fields:
            same += 1
        elif asks and within is not None and _outside(known, within):
            asked.append(Change(known.id, row, ("union",), known.union_id))
        else:
            changed.append(Change(known.id, row, fields, known.union_id))
    return Plan(tuple(new), tuple(changed), same, asked=tuple(asked)), named


def _outside(known: Known, within: Collection[int]) -> bool:
    """Whether somebody belongs where the importer has no say; who belongs nowhere may be taken, unless in office."""
    return known.privileged if known.union_id is None else known.union_id not in within


def _faults(
    rows: Sequence[PersonRow], unions: Mapping[str, Any], now: datetime, within: Collection[int] | None
) -> Iterator[Fault]:
    today = vietnamese_day(now)
    return (fault for row in rows for fault in _row_faults(row, unions, today, within))


def _row_faults(
    row: PersonRow, unions: Mapping[str, Any], today: date, within: Collection[int] | None
) -> Iterator[Fault]:
    yield from _union_faults(row.union, row.row, unions, today, within)
    union = unions.get(row.union)
    if union is None or (within is not None and union.id not in within):
        return
    fault = union_fault(row.kind, Level(union.level))
    if fault:
        yield Fault(fault, row.row)
    if row.birth_on and (wrong := birth_fault(row.birth_on, today)):
        yield Fault(wrong, row.row)
    if row.since and row.since > today:
        yield Fault(message(N_("Ngày vào %(day)s sau hôm nay. Hãy sửa lại."), day=row.since), row.row)


def _union_faults(
    code: str, row: int, unions: Mapping[str, Any], today: date, within: Collection[int] | None
) -> Iterator[Fault]:
    """What is wrong with the union that a row names."""
    union = unions.get(code)
    if union is None:
        text = N_("Không có đơn vị mã “%(code)s”. Hãy sửa mã, hoặc nhập danh sách đơn vị trước.")
        yield Fault(message(text, code=code[:40]), row)
    elif within is not None and union.id not in within:
        text = N_("Đơn vị “%(code)s” không thuộc phạm vi của bạn. Hãy bỏ dòng này hoặc sửa mã đơn vị.")
        yield Fault(message(text, code=code), row)
    elif union.closed_on and union.closed_on <= today:
        text = N_("Đơn vị “%(code)s” đã kết thúc hoạt động ngày %(day)s. Hãy ghi mã đơn vị mới.")
        yield Fault(message(text, code=code, day=union.closed_on), row)


def store_import(
    session: Session,
    actor: Actor,
    plan: Plan,
    hashes: Mapping[int, str],
    now: datetime,
    progress: Callable[[int], None] = lambda _stored: None,
    *,
    wanted: Wanted | None = None,
    demo: bool = False,
) -> Stored:
    """Store a plan without faults, of a whole list or of a part.

    ``hashes`` gives the hash of each password that is to be stored by the number of its row: hashing takes long and
    happens before. ``progress`` is told how many rows more are stored.
    """
    if plan.faults:
        raise ValueError("a list with faults is never stored")
    wanted = wanted or Wanted(vietnamese_day(now))
    codes = {row.union for row in plan.new} | {change.row.union for change in (*plan.changed, *plan.asked)}
    unions = {code: union.id for code, union in roster_queries.unions(session, codes).items()}
    new = [row for row in plan.new if row.row not in wanted.skipped]
    for rows in slices(new, CHUNK):
        session.execute(insert(Person), [_person(row, unions, hashes, now, demo=demo) for row in rows])
        progress(len(rows))
    for changes in slices(plan.changed, CHUNK):
        _correct(session, changes, hashes)
        membership = [change for change in changes if {"union", "kind"} & set(change.fields)]
        moves = [
            Move(
                change.id,
                change.from_union,
                unions[change.row.union],
                PersonKind(change.row.kind),
                change.row.since or wanted.on,
            )
            for change in membership
        ]
        move_many(session, actor, moves, MoveCause.ROSTER, now)
        progress(len(changes))
    session.expire_all()
    asked = sum(_ask(session, actor, change, unions, now) for change in plan.asked)
    left = leaving.leave_many(session, actor, plan.missing, wanted.on, now) if wanted.leave else 0
    progress(len(plan.asked) + left)
    stored = Stored(
        len(new), len(plan.changed), len(plan.moved), asked, len(plan.asked) - asked, left, plan.same, plan.faulty
    )
    if new or plan.changed or asked or left or plan.faulty:
        numbers = {name: getattr(stored, name) for name in Stored.__slots__}
        record(session, actor, "person.import", "people", now, numbers)
    session.flush()
    session.expire_all()
    return stored


def _person(
    row: PersonRow, unions: Mapping[str, int], hashes: Mapping[int, str], now: datetime, *, demo: bool
) -> dict[str, Any]:
    return {
        **names(row.name),
        "phone": row.phone,
        "kind": str(PersonKind(row.kind)),
        "union_id": unions[row.union],
        "union_since": row.since,
        "birth_on": row.birth_on,
        "created_at": now,
        "demo": demo,
        "password_hash": hashes.get(row.row),
    }


def _correct(session: Session, changes: Sequence[Change], hashes: Mapping[int, str]) -> None:
    """Bring details of people up to date: one statement a field, however many people."""
    values: dict[str, Callable[[Change], dict[str, Any]]] = {
        "name": lambda change: names(change.row.name),
        "phone": lambda change: {"phone": change.row.phone},
        "birth_on": lambda change: {"birth_on": change.row.birth_on},
        "since": lambda change: {"union_since": change.row.since},
        "password": lambda change: {"password_hash": hashes[change.row.row]},
    }
    for field, told in values.items():
        rows = [{"id": change.id, **told(change)} for change in changes if field in change.fields]
        if rows:
            session.execute(update(Person), rows)


#: What the union that takes somebody reads with the request.
REASON = N_("Có trong danh sách đoàn viên do công đoàn nhập.")


def _ask(session: Session, actor: Actor, change: Change, unions: Mapping[str, int], now: datetime) -> bool:
    """Ask for somebody of another part of the tree; whether that could be done."""
    person = session.get_one(Person, change.id)
    union = session.get_one(TradeUnion, unions[change.row.union])
    try:
        requests.ask(session, actor, person, union, REASON, now)
    except Refused:
        return False
    return True
