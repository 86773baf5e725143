"""Headcounts of whole branches from a file: compared with what is stored, looked at, then stored as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor, PersonKind
from contest.unions.actions import put_headcounts
from contest.unions.headcount_rules import already_confirmed, day_fault, is_jump, number_fault
from contest.unions.headcounts import stands_above
from contest.unions.list_rules import code_fault
from contest.unions.models import Headcount, TradeUnion, UnionAncestry
from contest.unions.rules import Fault, HeadcountSource
from questions.messages import N_, Message, message


@dataclass(frozen=True, slots=True)
class CountRow:
    """A row of a file: ``counts`` by kind, only those written; ``counted_on`` None: today."""

    row: int
    code: str
    name: str = ""
    counts: Mapping[PersonKind, int] | None = None
    counted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A union's figures of a file that differ from what is stored; ``jump`` where one changed by half."""

    row: CountRow
    union_id: int
    union_code: str
    union_name: str
    day: date
    own: bool
    before: Mapping[str, int]
    jump: bool


@dataclass(frozen=True, slots=True)
class CountPlan:
    """What a file would do; nothing at all when there is any fault. ``same`` and ``empty`` count rows."""

    told: tuple[Told, ...] = ()
    same: int = 0
    empty: int = 0
    faults: tuple[Fault, ...] = ()


def plan_counts(
    session: Session,
    actor: Actor,
    top: TradeUnion,
    rows: Sequence[CountRow],
    today: date,
    faults: Sequence[Fault] = (),
) -> CountPlan:
    """Compare a file with what is stored for a branch; a few queries, whatever its length."""
    below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == top.id)
    columns = (TradeUnion.id, TradeUnion.code, TradeUnion.name, TradeUnion.level, TradeUnion.closed_on)
    unions = {row.code: row for row in session.execute(select(*columns).where(TradeUnion.id.in_(below)))}
    stored: dict[int, list[Headcount]] = {}
    for headcount in session.scalars(
        select(Headcount).where(Headcount.union_id.in_(below), Headcount.replaced_at.is_(None))
    ):
        stored.setdefault(headcount.union_id, []).append(headcount)
    own = {top.id} if not stands_above(session, actor, top.id) else set()
    found, told, same, empty = list(faults), [], 0, 0
    seen: dict[str, int] = {}
    for row in rows:
        union = unions.get(row.code)
        fault = _fault(row, union, top, today, seen)
        day = row.counted_on or today
        seen[row.code] = row.row
        if fault is None and union is not None and union.id in own and _differs(row, day, stored.get(union.id, ())):
            fault = already_confirmed(day)
        if fault:
            found.append(Fault(fault, row.row))
        elif not row.counts or union is None:
            empty += 1
        elif (one := _told(row, union, day, union.id in own, stored.get(union.id, ()))) is None:
            same += 1
        else:
            told.append(one)
    if found:
        return CountPlan(faults=tuple(sorted(found, key=lambda fault: fault.row or 0)))
    return CountPlan(tuple(told), same, empty)


def _differs(row: CountRow, day: date, stored: Sequence[Headcount]) -> bool:
    """Whether a row says otherwise than what is confirmed for its day."""
    counts = row.counts or {}
    return any(
        one.counted_on == day and one.confirmed_at and counts.get(PersonKind(one.kind), one.number) != one.number
        for one in stored
    )


def _fault(row: CountRow, union: Any, top: TradeUnion, today: date, seen: Mapping[str, int]) -> Message | None:
    if why := code_fault(row.code, seen):
        return why
    if union is None:
        return message(
            N_("“%(code)s” không phải là mã của %(top)s hay đơn vị cấp dưới. Hãy sửa mã hoặc bỏ dòng này."),
            code=row.code,
            top=top.name,
        )
    if (row.counted_on or row.counts) and (why := day_fault(row.counted_on or today, today, union.closed_on)):
        return why
    return number_fault((row.counts or {}).values(), union.level)


def _told(row: CountRow, union: Any, day: date, own: bool, stored: Sequence[Headcount]) -> Told | None:
    """The difference of a row; None where it says what is stored already."""
    counts = {str(kind): number for kind, number in (row.counts or {}).items()}
    there = {one.kind: one.number for one in stored if one.counted_on == day}
    if all(there.get(kind) == number for kind, number in counts.items()):
        return None
    earlier = sorted((one for one in stored if one.counted_on <= day), key=lambda one: one.counted_on)
    before = {one.kind: one.number for one in earlier}
    jump = any(kind in before and is_jump(before[kind], number) for kind, number in counts.items())
    return Told(row, union.id, union.code, union.name, day, own, before, jump)


def store_counts(session: Session, actor: Actor, top: TradeUnion, plan: CountPlan, now: datetime) -> int:
    """Store a plan without faults; figures of the union itself wait, others hold. Returns how many figures are new."""
    if plan.faults:
        raise ValueError("a file with faults is never stored")
    number = 0
    for own, source in ((True, HeadcountSource.OWN), (False, HeadcountSource.IMPORT)):
        wanted = {
            (told.union_id, str(kind), told.day): count
            for told in plan.told
            if told.own is own
            for kind, count in (told.row.counts or {}).items()
        }
        number += put_headcounts(session, actor, wanted, source, now) if wanted else 0
    if number:
        record(session, actor, "union.headcounts_import", f"union:{top.code}", now, {"figures": number})
    session.flush()
    session.expire_all()
    return number
