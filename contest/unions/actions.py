"""Writes to the tree of unions: lists imported as a whole, and single headcounts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from contest.accounts.actions import record
from contest.accounts.rules import Actor, PersonKind
from contest.clock import VIETNAM
from contest.unions import events
from contest.unions.models import Headcount, TradeUnion, UnionAncestry
from contest.unions.queries import subtree_ids
from contest.unions.rules import Fault, Known, Level, UnionRow, faults_of, search_text
from questions.messages import N_, message
from questions.text import sort_key

#: Columns of a union that a list sets, as the preview calls them.
FIELDS = {
    "name": N_("Tên công đoàn"),
    "short_name": N_("Tên viết tắt"),
    "level": N_("Cấp"),
    "parent": N_("Cấp trên"),
    "note": N_("Ghi chú"),
    "counts": N_("Số liệu"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A union whose row differs from what is stored, and in which of ``FIELDS``."""

    row: UnionRow
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: nothing at all when there is any fault."""

    new: tuple[UnionRow, ...] = ()
    changed: tuple[Change, ...] = ()
    same: tuple[UnionRow, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    code: str
    name: str
    short_name: str
    level: str
    parent: str
    note: str


def plan_import(
    session: Session,
    rows: Sequence[UnionRow],
    now: datetime,
    faults: Sequence[Fault] = (),
    scopes: Collection[int] | None = None,
) -> Plan:
    """Compare a list with the tree. ``faults`` are those its reading found.

    ``scopes`` are the unions whose subtrees the importer manages; None: everything. Unions are matched by code;
    unions that the list does not name stay as they are.
    """
    stored = _stored(session)
    known = {code: Known(one.parent, Level(one.level)) for code, one in stored.items()}
    found = [*faults, *faults_of(rows, known, now.astimezone(VIETNAM).date())]
    if scopes is not None:
        found += _outside(rows, stored, subtree_ids(session, scopes))
    if found:
        return Plan(faults=tuple(sorted(found, key=lambda fault: fault.row or 0)))
    counts = _counts(session)
    new, changed, same = [], [], []
    for row in rows:
        old = stored.get(row.code)
        if old is None:
            new.append(row)
            continue
        fields = tuple(_differences(row, old, counts.get(old.id, {}), now))
        (changed if fields else same).append(Change(row, fields) if fields else row)
    return Plan(tuple(new), tuple(changed), tuple(same))


def _stored(session: Session) -> dict[str, _Stored]:
    """Every union by code."""
    parent = aliased(TradeUnion)
    rows = session.execute(
        select(
            TradeUnion.id,
            TradeUnion.code,
            TradeUnion.name,
            TradeUnion.short_name,
            TradeUnion.level,
            func.coalesce(parent.code, ""),
            TradeUnion.note,
        ).outerjoin(parent, parent.id == TradeUnion.parent_id)
    )
    return {row.code: _Stored(*row) for row in rows}


def _counts(session: Session) -> dict[int, dict[tuple[str, date], int]]:
    """Every headcount, by union, then by kind and day."""
    counts: dict[int, dict[tuple[str, date], int]] = defaultdict(dict)
    for union_id, kind, counted_on, number in session.execute(
        select(Headcount.union_id, Headcount.kind, Headcount.counted_on, Headcount.number)
    ):
        counts[union_id][kind, counted_on] = number
    return counts


def _differences(row: UnionRow, old: _Stored, counts: Mapping[tuple[str, date], int], now: datetime) -> Iterator[str]:
    for field in ("name", "short_name", "level", "parent", "note"):
        if getattr(row, field) != getattr(old, field):
            yield field
    if any(counts.get((kind, _counted_on(row, now))) != number for kind, number in row.counts.items()):
        yield "counts"


def _counted_on(row: UnionRow, now: datetime) -> date:
    return row.counted_on or now.astimezone(VIETNAM).date()


def _outside(rows: Sequence[UnionRow], stored: Mapping[str, _Stored], mine: Collection[int]) -> Iterator[Fault]:
    """Rows that would touch unions the importer does not manage."""
    codes = {row.code for row in rows}
    for row in rows:
        old, parent = stored.get(row.code), stored.get(row.parent)
        foreign = old is not None and old.id not in mine
        moved = old is None or old.parent != row.parent
        beyond = row.parent not in codes if parent is None else parent.id not in mine
        if foreign or (moved and beyond):
            yield Fault(
                message(
                    N_("Đơn vị “%(code)s” không thuộc phạm vi bạn quản lý. Hãy bỏ dòng này hoặc nhờ cấp trên nhập."),
                    code=row.code,
                ),
                row.row,
            )


def store_import(session: Session, actor: Actor, plan: Plan, now: datetime, *, demo: bool = False) -> None:
    """Store a plan without faults, as a whole. ``demo`` marks the new unions as part of the demo."""
    if plan.faults:
        raise ValueError("a list with faults is never stored")
    ids = dict(session.execute(select(TradeUnion.code, TradeUnion.id)).all())
    _insert_unions(session, plan.new, ids, demo)
    changed = [change.row for change in plan.changed]
    if changed:
        session.execute(update(TradeUnion), [{"id": ids[row.code], **_values(row, ids)} for row in changed])
    _store_counts(session, [*plan.new, *changed], ids, now)
    if plan.new or any("parent" in change.fields for change in plan.changed):
        rebuild_ancestry(session)
    if plan.new or plan.changed:
        numbers = {"new": len(plan.new), "changed": len(plan.changed), "same": len(plan.same)}
        record(session, actor, "union.import", "unions", now, numbers)
        for listener in events.changed:
            listener(session)
    session.flush()
    session.expire_all()


def _insert_unions(session: Session, rows: Sequence[UnionRow], ids: dict[str, int], demo: bool) -> None:
    """Parents before children, one level of the tree at a time; adds the new ids to ``ids``."""
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not row.parent or row.parent in ids]
        waiting = [row for row in waiting if row.parent and row.parent not in ids]
        added = session.execute(
            insert(TradeUnion).returning(TradeUnion.code, TradeUnion.id),
            [{"code": row.code, "demo": demo, **_values(row, ids)} for row in ready],
        )
        ids.update(added.all())


def _values(row: UnionRow, ids: Mapping[str, int]) -> dict[str, object]:
    return {
        "name": row.name,
        "short_name": row.short_name,
        "name_fold": search_text(row.code, row.name, row.short_name),
        "name_key": sort_key(row.name),
        "level": str(row.level),
        "parent_id": ids[row.parent] if row.parent else None,
        "note": row.note,
    }


def _store_counts(session: Session, rows: Sequence[UnionRow], ids: Mapping[str, int], now: datetime) -> None:
    wanted = {
        (ids[row.code], str(kind), _counted_on(row, now)): number for row in rows for kind, number in row.counts.items()
    }
    stored = {
        (headcount.union_id, headcount.kind, headcount.counted_on): headcount.id
        for headcount in session.execute(select(Headcount.id, Headcount.union_id, Headcount.kind, Headcount.counted_on))
    }
    changed = [{"id": stored[key], "number": number} for key, number in wanted.items() if key in stored]
    new = [
        {"union_id": key[0], "kind": key[1], "counted_on": key[2], "number": number}
        for key, number in wanted.items()
        if key not in stored
    ]
    if changed:
        session.execute(update(Headcount), changed)
    if new:
        session.execute(insert(Headcount), new)


def rebuild_ancestry(session: Session) -> None:
    """Make ``union_ancestry`` again from the parents: one statement, whatever the size of the tree."""
    session.flush()
    session.execute(delete(UnionAncestry))
    start = select(
        TradeUnion.id.label("ancestor_id"),
        TradeUnion.id.label("union_id"),
        literal(0, Integer).label("distance"),
    ).cte("above", recursive=True)
    step = (
        select(TradeUnion.parent_id, start.c.union_id, start.c.distance + 1)
        .join(TradeUnion, TradeUnion.id == start.c.ancestor_id)
        .where(TradeUnion.parent_id.is_not(None))
    )
    above = start.union_all(step)
    columns = ["ancestor_id", "union_id", "distance"]
    session.execute(insert(UnionAncestry).from_select(columns, select(above)))


def set_headcounts(
    session: Session, actor: Actor, union: TradeUnion, counts: Mapping[PersonKind, int], counted_on: date, now: datetime
) -> None:
    """Write down how many people of each kind a union has on a day; a second number for the same day replaces it."""
    stored = {
        headcount.kind: headcount
        for headcount in session.scalars(
            select(Headcount).where(Headcount.union_id == union.id, Headcount.counted_on == counted_on)
        )
    }
    for kind, number in counts.items():
        if kind in stored:
            stored[kind].number = number
        else:
            session.add(Headcount(union_id=union.id, kind=kind, counted_on=counted_on, number=number))
    details = {"counted_on": counted_on.isoformat(), **{str(kind): number for kind, number in counts.items()}}
    record(session, actor, "union.headcount", f"union:{union.code}", now, details)
    session.flush()
