"""The dated tree between the database and the pure rules: spells read as lines, differing lines written back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from contest.slices import slices
from contest.unions.changes import differing
from contest.unions.models import Place, TradeUnion, UnionChange, UnionDecision, UnionSpell
from contest.unions.rules import Level
from contest.unions.standing import Line, Shape, Stretch


@dataclass(frozen=True, slots=True)
class Ground:
    """Every union's line by code, with what names the rest: ids, places, and which decision changed whom on a day."""

    lines: Mapping[str, Line]
    ids: Mapping[str, int]
    places: Mapping[str, int]
    numbers: Mapping[tuple[str, date], str]
    #: The last change of the spells (:func:`newest`): whoever finds another one later knows that the tree has changed.
    seen: tuple[int, datetime | None]


def read(session: Session) -> Ground:
    """The tree of all days as it is known now; four queries, whatever its size."""
    ids = dict(session.execute(select(TradeUnion.code, TradeUnion.id)).all())
    codes = {union_id: code for code, union_id in ids.items()}
    places = dict(session.execute(select(Place.code, Place.id)).all())
    in_force = session.execute(select(UnionSpell.__table__).where(UnionSpell.replaced_at.is_(None)))
    lines = as_lines(in_force.all(), codes, {place_id: code for code, place_id in places.items()})
    changed = session.execute(
        select(UnionChange.union_id, UnionChange.effective_on, UnionDecision.number)
        .join(UnionDecision, UnionDecision.id == UnionChange.decision_id)
        .where(UnionDecision.undone_at.is_(None))
        .order_by(UnionChange.id)
    )
    numbers = {(codes[union_id], on): number for union_id, on, number in changed}
    return Ground(lines, ids, places, numbers, newest(session))


def newest(session: Session) -> tuple[int, datetime | None]:
    """The id of the newest spell, and when one was last replaced: undoing a decision may leave no newer one."""
    row = session.execute(select(func.max(UnionSpell.id), func.max(UnionSpell.replaced_at))).one()
    return row[0] or 0, row[1]


def as_lines(spells: Sequence[Any], codes: Mapping[int, str], places: Mapping[int, str]) -> dict[str, Line]:
    """Spells as lines by the code of their union."""
    found: dict[str, list[Stretch]] = defaultdict(list)
    for spell in spells:
        shape = Shape(
            spell.name,
            spell.short_name,
            Level(spell.level),
            codes[spell.parent_id] if spell.parent_id else "",
            places[spell.place_id] if spell.place_id else "",
        )
        found[codes[spell.union_id]].append(Stretch(spell.since, spell.until, shape))
    return {code: tuple(sorted(line, key=lambda stretch: stretch.since)) for code, line in found.items()}


def write(session: Session, ground: Ground, after: Mapping[str, Line], change_ids: Sequence[int], at: datetime) -> None:
    """Replace the spells of unions whose lines differ. ``change_ids`` are the changes by the step that made them;
    ``at`` must be later than anything entered before (:func:`instant`)."""
    codes = list(differing(ground.lines, after))
    union_ids = [ground.ids[code] for code in codes]
    known: dict[tuple[int, date], Any] = {}
    for some in slices(union_ids):
        mine = select(UnionSpell.__table__).where(UnionSpell.union_id.in_(some), UnionSpell.replaced_at.is_(None))
        known |= {(row.union_id, row.since): row for row in session.execute(mine)}
    gone, rows = [], []
    for code in codes:
        before, union_id = ground.lines.get(code, ()), ground.ids[code]
        gone += [known[union_id, stretch.since].id for stretch in before if stretch not in after[code]]
        for stretch in after[code]:
            if stretch in before:
                continue
            old = known.get((union_id, stretch.since))
            change_id = change_ids[stretch.step] if stretch.step is not None else old.change_id if old else None
            rows.append({**_values(stretch, ground), "union_id": union_id, "change_id": change_id, "entered_at": at})
    for some in slices(gone):
        session.execute(update(UnionSpell).where(UnionSpell.id.in_(some)).values(replaced_at=at))
    if rows:
        session.execute(insert(UnionSpell.__table__), rows)


def _values(stretch: Stretch, ground: Ground) -> dict[str, Any]:
    return {"since": stretch.since, "until": stretch.until, "replaced_at": None, **columns(stretch.shape, ground)}


def columns(shape: Shape, ground: Ground) -> dict[str, Any]:
    """A shape as the columns that spells and unions share."""
    return {
        "name": shape.name,
        "short_name": shape.short_name,
        "level": str(shape.level),
        "parent_id": ground.ids[shape.parent] if shape.parent else None,
        "place_id": ground.places[shape.place] if shape.place else None,
    }


def instant(session: Session, now: datetime) -> datetime:
    """The moment of an entry: later than every one before, so that what was known in between stays readable."""
    last = session.execute(select(func.max(UnionSpell.entered_at), func.max(UnionSpell.replaced_at))).one()
    return max([now, *(moment + timedelta(microseconds=1) for moment in last if moment is not None)])
