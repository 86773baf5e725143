"""Reads of the tree as it was on a past day, or as decisions say it will be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from contest.unions.models import TradeUnion, UnionSpell
from contest.unions.spells import holding, known
from questions.text import sort_key


@dataclass(frozen=True, slots=True)
class DayLine:
    """A union on a day; ``unions`` how many stood right below it then."""

    id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    place_id: int | None
    unions: int


def lines_on(session: Session, day: date, parent_id: int | None, mine: Collection[int] | None) -> list[DayLine]:
    """The unions right below one on a day, by name; without one, those on top.

    ``mine`` are the unions the organizer manages today (None: all): others are left out, and of these the topmost
    stand on top.
    """
    below = aliased(UnionSpell)
    count = (
        select(func.count(below.id))
        .where(below.parent_id == UnionSpell.union_id, below.replaced_at.is_(None), holding(day, below))
        .scalar_subquery()
    )
    wanted = (
        select(
            UnionSpell.union_id,
            TradeUnion.code,
            UnionSpell.name,
            UnionSpell.level,
            UnionSpell.parent_id,
            UnionSpell.place_id,
            count,
        )
        .join(TradeUnion, TradeUnion.id == UnionSpell.union_id)
        .where(holding(day), known(None))
    )
    if parent_id is not None:
        wanted = wanted.where(UnionSpell.parent_id == parent_id)
    elif mine is None:
        wanted = wanted.where(UnionSpell.parent_id.is_(None))
    rows = [DayLine(*row) for row in session.execute(wanted)]
    if mine is not None:
        rows = [row for row in rows if row.id in mine and (parent_id is not None or row.parent_id not in mine)]
    return sorted(rows, key=lambda row: (sort_key(row.name), row.id))


def trail(session: Session, day: date, union_id: int, mine: Collection[int] | None) -> Sequence[UnionSpell]:
    """The spells of a day from the top, as far as the organizer manages it, down to a union."""
    found: list[UnionSpell] = []
    wanted: int | None = union_id
    while wanted is not None and (mine is None or wanted in mine) and len(found) < 20:
        spell = session.scalar(select(UnionSpell).where(UnionSpell.union_id == wanted, holding(day), known(None)))
        if spell is None:
            break
        found.insert(0, spell)
        wanted = spell.parent_id
    return found


def codes_of(session: Session, path: Sequence[UnionSpell]) -> dict[int, str]:
    """The codes of the unions of some spells, by union."""
    ids = [spell.union_id for spell in path]
    return dict(session.execute(select(TradeUnion.id, TradeUnion.code).where(TradeUnion.id.in_(ids))).all())
