"""How unions were from day to day: beginning spells, ending them, correcting what was written wrongly.

``union_spell`` is the truth of every day; ``trade_union`` repeats the present for everybody who asks about today.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.orm import Session

from contest.clock import vietnamese_day
from contest.unions.models import TradeUnion, UnionSpell
from contest.unions.rules import FIRST_DAY

#: What a spell tells of a union.
TOLD = ("name", "short_name", "level", "parent_id", "place_id")


def begin(
    session: Session, union_ids: Collection[int], since: date | None, now: datetime, change_id: int | None = None
) -> None:
    """Begin the first spell of unions that were just made, as their rows say; ``since`` None: nobody knows."""
    columns = [getattr(TradeUnion, name) for name in TOLD]
    rows = session.execute(select(TradeUnion.id, *columns).where(TradeUnion.id.in_(union_ids))).mappings()
    spells = [
        {
            "union_id": row["id"],
            "since": since or FIRST_DAY,
            "until": None,
            "change_id": change_id,
            "entered_at": now,
            "replaced_at": None,
            **{name: row[name] for name in TOLD},
        }
        for row in rows
    ]
    if spells:
        session.execute(insert(UnionSpell.__table__), spells)


def correct(session: Session, union_ids: Collection[int], now: datetime) -> None:
    """What the rows of unions say now was so all along their present spell: a list corrected it, nothing was decided.

    Spells that a decision begins later keep what it changes; where it left things as they were, they follow.
    """
    if not union_ids:
        return
    today = vietnamese_day(now)
    lines: dict[int, list[UnionSpell]] = defaultdict(list)
    mine = select(UnionSpell).where(UnionSpell.union_id.in_(union_ids), UnionSpell.replaced_at.is_(None))
    for spell in session.scalars(mine.order_by(UnionSpell.union_id, UnionSpell.since)):
        lines[spell.union_id].append(spell)
    told = {
        row["id"]: {name: row[name] for name in TOLD}
        for row in session.execute(
            select(TradeUnion.id, *(getattr(TradeUnion, name) for name in TOLD)).where(TradeUnion.id.in_(lines))
        ).mappings()
    }
    wrong = [pair for union, line in lines.items() for pair in _corrected(line, told[union], today)]
    replace(session, wrong, now)


def _corrected(
    line: Sequence[UnionSpell], told: Mapping[str, Any], today: date
) -> Iterator[tuple[UnionSpell, Mapping[str, Any]]]:
    """The spells of a union that must read otherwise: the present one (of a closed union the last) and later ones."""
    present = max((place for place, spell in enumerate(line) if spell.since <= today), default=0)
    before = {name: getattr(line[present], name) for name in TOLD}
    turned = {name: told[name] for name in TOLD if told[name] != before[name]}
    for spell in line[present:] if turned else ():
        follows = {name: value for name, value in turned.items() if getattr(spell, name) == before[name]}
        if follows:
            yield spell, follows


def replace(session: Session, wrong: Sequence[tuple[UnionSpell, Mapping[str, Any]]], now: datetime) -> None:
    """Put spells with other words in the place of some; what was believed until now stays readable."""
    if not wrong:
        return
    session.flush()
    ids = [spell.id for spell, _ in wrong]
    rows = [
        {
            "union_id": spell.union_id,
            "since": spell.since,
            "until": spell.until,
            "change_id": spell.change_id,
            **{name: getattr(spell, name) for name in TOLD},
            **told,
            "entered_at": now,
            "replaced_at": None,
        }
        for spell, told in wrong
    ]
    session.execute(update(UnionSpell).where(UnionSpell.id.in_(ids)).values(replaced_at=now))
    session.execute(insert(UnionSpell.__table__), rows)


def known(at: datetime | None) -> ColumnElement[bool]:
    """Whether a spell is part of what was known at an instant; None: of what is known now."""
    if at is None:
        return UnionSpell.replaced_at.is_(None)
    return and_(UnionSpell.entered_at <= at, or_(UnionSpell.replaced_at.is_(None), UnionSpell.replaced_at > at))


def holding(day: date, spell: Any = UnionSpell) -> ColumnElement[bool]:
    """Whether a spell (of the table, or of another name of it) holds on a day."""
    return and_(spell.since <= day, or_(spell.until.is_(None), spell.until > day))
