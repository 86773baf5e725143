"""Writes to the tree of unions: lists imported as a whole, and headcounts put in place of others."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.clock import VIETNAM
from contest.slices import MAX_NAMED, slices
from contest.unions import events, faulty, places, spells, timelines, trees
from contest.unions.list_rules import Known, UnionRow, faults_of
from contest.unions.models import Headcount, Place, TradeUnion, UnionSpell
from contest.unions.queries import subtree_ids
from contest.unions.rules import Fault, HeadcountSource, Level, search_text
from questions.messages import N_
from questions.text import sort_key

#: Columns of a union that a list sets, as the preview calls them.
FIELDS = {
    "name": N_("Tên công đoàn"),
    "short_name": N_("Tên viết tắt"),
    "level": N_("Cấp"),
    "parent": N_("Cấp trên"),
    "note": N_("Ghi chú"),
    "place": N_("Địa bàn"),
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
    #: Names of places that are not known yet, by code.
    new_places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    code: str
    name: str
    short_name: str
    level: str
    parent: str
    note: str
    place: str


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
    days = _days(session)
    known = {code: Known(one.parent, Level(one.level), *days.get(one.id, ())) for code, one in stored.items()}
    placed = places.resolve(session, (row.place or "" for row in rows))
    found = [*faults, *faults_of(rows, known, now.astimezone(VIETNAM).date())]
    found += [Fault(placed.faults[row.place], row.row) for row in rows if row.place in placed.faults]
    if scopes is not None:
        found += _outside(rows, stored, subtree_ids(session, scopes))
    if found:
        return Plan(faults=tuple(sorted(found, key=lambda fault: fault.row or 0)))
    counts = _counts(session)
    new, changed, same = [], [], []
    for row in (replace(row, place=placed.codes[row.place]) if row.place else row for row in rows):
        old = stored.get(row.code)
        if old is None:
            new.append(row)
            continue
        fields = tuple(_differences(row, old, counts.get(old.id, {}), now))
        (changed if fields else same).append(Change(row, fields) if fields else row)
    return Plan(tuple(new), tuple(changed), tuple(same), new_places=placed.new)


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
            func.coalesce(Place.code, ""),
        )
        .outerjoin(parent, parent.id == TradeUnion.parent_id)
        .outerjoin(Place, Place.id == TradeUnion.place_id)
    )
    return {row.code: _Stored(*row) for row in rows}


def _days(session: Session) -> dict[int, tuple[date, date | None]]:
    """Since when each union is open and from which day on it is not, as its spells say; None: no end is known."""
    last = case((func.count() == func.count(UnionSpell.until), func.max(UnionSpell.until)))
    wanted = select(UnionSpell.union_id, func.min(UnionSpell.since), last).where(UnionSpell.replaced_at.is_(None))
    return {row[0]: (row[1], row[2]) for row in session.execute(wanted.group_by(UnionSpell.union_id))}


def _counts(session: Session) -> dict[int, dict[tuple[str, date], int]]:
    """Every headcount, by union, then by kind and day."""
    counts: dict[int, dict[tuple[str, date], int]] = defaultdict(dict)
    for union_id, kind, counted_on, number in session.execute(
        select(Headcount.union_id, Headcount.kind, Headcount.counted_on, Headcount.number).where(
            Headcount.replaced_at.is_(None)
        )
    ):
        counts[union_id][kind, counted_on] = number
    return counts


def _differences(row: UnionRow, old: _Stored, counts: Mapping[tuple[str, date], int], now: datetime) -> Iterator[str]:
    for column in ("name", "short_name", "level", "parent", "note"):
        if getattr(row, column) != getattr(old, column):
            yield column
    if row.place is not None and row.place != old.place:
        yield "place"
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
            yield Fault(faulty.outside(row.code), row.row)


def store_import(session: Session, actor: Actor, plan: Plan, now: datetime, *, demo: bool = False) -> None:
    """Store a plan without faults, as a whole. ``demo`` marks the new unions as part of the demo."""
    if plan.faults:
        raise ValueError("a list with faults is never stored")
    ids = dict(session.execute(select(TradeUnion.code, TradeUnion.id)).all())
    place_ids = places.make(session, plan.new_places)
    _insert_unions(session, plan.new, ids, demo, place_ids)
    at = timelines.instant(session, now)
    spells.begin(session, [ids[row.code] for row in plan.new], None, at)
    changed = [change.row for change in plan.changed]
    if changed:
        session.execute(update(TradeUnion), [{"id": ids[row.code], **_values(row, ids)} for row in changed])
        _put_places(session, changed, ids, place_ids)
        spells.correct(session, [ids[row.code] for row in changed], at)
    _store_counts(session, actor, [*plan.new, *changed], ids, now)
    if plan.new or any(set(change.fields) - {"counts"} for change in plan.changed):
        trees.rebuild(session, now)
    if plan.new or plan.changed:
        numbers = {"new": len(plan.new), "changed": len(plan.changed), "same": len(plan.same)}
        record(session, actor, "union.import", "unions", now, numbers)
        for listener in events.changed:
            listener(session)
    session.flush()
    session.expire_all()


def _put_places(
    session: Session, rows: Sequence[UnionRow], ids: Mapping[str, int], place_ids: Mapping[str, int]
) -> None:
    """Only where the list has a column for it."""
    told = [{"id": ids[row.code], "place_id": place_ids.get(row.place)} for row in rows if row.place is not None]
    if told:
        session.execute(update(TradeUnion), told)


def _insert_unions(
    session: Session, rows: Sequence[UnionRow], ids: dict[str, int], demo: bool, place_ids: Mapping[str, int]
) -> None:
    """Parents before children, one level of the tree at a time; adds the new ids to ``ids``."""
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not row.parent or row.parent in ids]
        waiting = [row for row in waiting if row.parent and row.parent not in ids]
        added = session.execute(
            insert(TradeUnion).returning(TradeUnion.code, TradeUnion.id),
            [
                {"code": row.code, "demo": demo, "place_id": place_ids.get(row.place or ""), **_values(row, ids)}
                for row in ready
            ],
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


def _store_counts(
    session: Session, actor: Actor, rows: Sequence[UnionRow], ids: Mapping[str, int], now: datetime
) -> None:
    """Figures of a list; those that differ from what is stored take its place."""
    wanted = {
        (ids[row.code], str(kind), _counted_on(row, now)): number for row in rows for kind, number in row.counts.items()
    }
    put_headcounts(session, actor, wanted, HeadcountSource.IMPORT, now)


def take_turns(session: Session, union_ids: Collection[int]) -> None:
    """Whoever writes figures of a union waits for whoever is just doing so."""
    for some in slices(sorted(union_ids)):
        mine = select(TradeUnion.id).where(TradeUnion.id.in_(some)).order_by(TradeUnion.id)
        session.execute(mine.with_for_update(key_share=True)).all()


def put_headcounts(
    session: Session,
    actor: Actor,
    wanted: Mapping[tuple[int, str, date], int],
    source: HeadcountSource,
    now: datetime,
) -> int:
    """Figures by (union id, kind, day): others for the same are replaced, never changed; returns how many are new.

    Figures that a union enters itself wait to be confirmed; the same number told above confirms one that waits.
    """
    take_turns(session, {union for union, _, _ in wanted})
    known = select(Headcount).where(Headcount.replaced_at.is_(None))
    unions = {union for union, _, _ in wanted}
    if len(unions) <= MAX_NAMED:
        known = known.where(Headcount.union_id.in_(unions))
    stored = {(row.union_id, row.kind, row.counted_on): row for row in session.scalars(known)}
    own = source is HeadcountSource.OWN

    def known_as(key: tuple[int, str, date], number: int) -> bool:
        there = stored.get(key)
        return there is not None and there.number == number and (own or there.confirmed_at is not None)

    told = {key: number for key, number in wanted.items() if not known_as(key, number)}
    gone = [stored[key].id for key in told if key in stored]
    for some in slices(gone):
        session.execute(update(Headcount).where(Headcount.id.in_(some)).values(replaced_at=now))
    confirmed = None if own else now
    rows = [
        {
            "union_id": union_id,
            "kind": kind,
            "counted_on": counted_on,
            "number": number,
            "source": str(source),
            "entered_at": now,
            "entered_by": actor.label,
            "confirmed_at": confirmed,
            "confirmed_by": None if confirmed is None else actor.label,
        }
        for (union_id, kind, counted_on), number in told.items()
    ]
    if rows:
        session.execute(insert(Headcount.__table__), rows)
    return len(rows)
