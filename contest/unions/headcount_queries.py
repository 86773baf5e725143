"""Reads of the headcount desk: what waits, what is missing or hard to believe, and a union's history."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from contest.accounts.rules import PersonKind
from contest.slices import MAX_NAMED
from contest.unions import events
from contest.unions.headcount_rules import Crowd, Figure, doubts
from contest.unions.models import Headcount, TradeUnion, UnionAncestry
from contest.unions.rules import Level
from questions.messages import Message


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a union told for one day: the rows that wait, by kind, what was in force before, and doubts."""

    union: TradeUnion
    counted_on: date
    entered_at: datetime
    entered_by: str
    rows: Mapping[str, Headcount]
    before: Mapping[str, int]
    doubts: Sequence[Message]

    @property
    def ids(self) -> str:
        """The rows as a form sends them back."""
        return " ".join(str(row.id) for row in self.rows.values())


@dataclass(frozen=True, slots=True)
class Doubted:
    """A union and why its figures have to be looked at."""

    union: TradeUnion
    reasons: Sequence[Message]


def waiting_ids(scopes: Collection[int] | None, union_id: int | None = None) -> Select[tuple[int]]:
    """Figures that unions told themselves and that somebody of these unions above them may confirm.

    ``scopes`` None: anybody's. ``union_id``: only of the unions below this one.
    """
    wanted = select(Headcount.id).where(Headcount.replaced_at.is_(None), Headcount.confirmed_at.is_(None))
    for tops in (scopes, None if union_id is None else [union_id]):
        if tops is not None:
            above = UnionAncestry.ancestor_id.in_(tops) & (UnionAncestry.distance > 0)
            wanted = wanted.where(Headcount.union_id.in_(select(UnionAncestry.union_id).where(above)))
    return wanted


def count_waiting(session: Session, union_id: int) -> int:
    """How many unions below one told figures that wait to be confirmed."""
    mine = Headcount.id.in_(waiting_ids(None, union_id))
    return session.scalar(select(func.count(Headcount.union_id.distinct())).where(mine)) or 0


def waiting_below(session: Session, union_ids: Collection[int]) -> dict[int, int]:
    """How many unions below each of some told figures that wait; one query."""
    rows = session.execute(
        select(UnionAncestry.ancestor_id, func.count(Headcount.union_id.distinct()))
        .join(Headcount, Headcount.union_id == UnionAncestry.union_id)
        .where(
            UnionAncestry.ancestor_id.in_(union_ids),
            UnionAncestry.distance > 0,
            Headcount.replaced_at.is_(None),
            Headcount.confirmed_at.is_(None),
        )
        .group_by(UnionAncestry.ancestor_id)
    )
    return dict(rows.all())


def waiting(session: Session, union_id: int, limit: int, offset: int = 0) -> list[Waiting]:
    """What some of the unions below one told, the longest waiting first; three queries."""
    mine = Headcount.id.in_(waiting_ids(None, union_id))
    order = func.min(Headcount.entered_at)
    unions = session.scalars(
        select(Headcount.union_id)
        .where(mine)
        .group_by(Headcount.union_id)
        .order_by(order, Headcount.union_id)
        .limit(limit)
        .offset(offset)
    ).all()
    of_union = _in_force(session, Headcount.union_id.in_(unions))
    named = {one.id: one for one in session.scalars(select(TradeUnion).where(TradeUnion.id.in_(unions)))}
    found = []
    for one in unions:
        days = sorted({row.counted_on for row in of_union[one] if row.confirmed_at is None})
        found += [_waiting(named[one], day, of_union[one]) for day in days]
    return found


def _waiting(union: TradeUnion, day: date, rows: Sequence[Headcount]) -> Waiting:
    here = {row.kind: row for row in rows if row.counted_on == day and row.confirmed_at is None}
    earlier = sorted((row for row in rows if row.counted_on < day), key=lambda row: row.counted_on)
    before = {row.kind: row.number for row in earlier}
    known = [_figure(row) for row in rows if row.counted_on <= day]
    first = min(here.values(), key=lambda row: row.entered_at)
    return Waiting(union, day, first.entered_at, first.entered_by, here, before, doubts(known))


def _in_force(session: Session, which: ColumnElement[bool]) -> dict[int, list[Headcount]]:
    found: dict[int, list[Headcount]] = defaultdict(list)
    rows = session.scalars(
        select(Headcount).where(which, Headcount.replaced_at.is_(None)).order_by(Headcount.counted_on, Headcount.kind)
    )
    for row in rows:
        found[row.union_id].append(row)
    return found


def _figure(row: Headcount) -> Figure:
    return Figure(row.kind, row.counted_on, row.number, row.confirmed_at is not None)


def _branch(union_id: int, today: date) -> Select[tuple[TradeUnion]]:
    """The open unions of a branch."""
    return (
        select(TradeUnion)
        .join(UnionAncestry, UnionAncestry.union_id == TradeUnion.id)
        .where(UnionAncestry.ancestor_id == union_id, or_(TradeUnion.closed_on.is_(None), TradeUnion.closed_on > today))
    )


def branch(session: Session, union_id: int, today: date) -> Sequence[TradeUnion]:
    """The open unions of a branch, by name."""
    return session.scalars(_branch(union_id, today).order_by(TradeUnion.name_key, TradeUnion.id)).all()


def _missing(union_id: int, today: date) -> Select[tuple[TradeUnion]]:
    counted = select(Headcount.id).where(Headcount.union_id == TradeUnion.id, Headcount.replaced_at.is_(None))
    return _branch(union_id, today).where(TradeUnion.level == Level.GRASSROOTS, ~counted.exists())


def count_missing(session: Session, union_id: int, today: date) -> int:
    return session.scalar(select(func.count()).select_from(_missing(union_id, today).subquery())) or 0


def missing(session: Session, union_id: int, today: date, limit: int, offset: int = 0) -> Sequence[TradeUnion]:
    """Grassroots unions of a branch without any headcount, by name."""
    wanted = _missing(union_id, today).order_by(TradeUnion.name_key, TradeUnion.id)
    return session.scalars(wanted.limit(limit).offset(offset)).all()


def doubted(session: Session, union_id: int, today: date) -> list[Doubted]:
    """Every union of a branch whose figures are hard to believe, by name."""
    below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == union_id)
    columns = (Headcount.union_id, Headcount.kind, Headcount.counted_on, Headcount.number, Headcount.confirmed_at)
    figures: dict[int, list[Figure]] = defaultdict(list)
    for owner, kind, day, number, confirmed_at in session.execute(
        select(*columns).where(Headcount.union_id.in_(below), Headcount.replaced_at.is_(None))
    ):
        figures[owner].append(Figure(kind, day, number, confirmed_at is not None))
    crowds = crowds_of(session, union_id)
    reasons = {owner: why for owner, told in figures.items() if (why := doubts(told, crowds.get(owner, ())))}
    wanted = _branch(union_id, today).order_by(TradeUnion.name_key, TradeUnion.id)
    if len(reasons) <= MAX_NAMED:
        wanted = wanted.where(TradeUnion.id.in_(reasons))
    return [Doubted(union, reasons[union.id]) for union in session.scalars(wanted) if union.id in reasons]


def crowds_of(session: Session, union_id: int, *, alone: bool = False) -> dict[int, list[Crowd]]:
    """People of each union of a branch, or of its top alone, in contests that are not over, as rooms above know."""
    found: dict[int, list[Crowd]] = defaultdict(list)
    for listener in events.crowds:
        for crowd in listener(session, union_id, alone):
            found[crowd.union_id].append(crowd)
    return found


def doubts_of(session: Session, union_id: int) -> list[Message]:
    """Why one union's own figures have to be looked at."""
    rows = _in_force(session, Headcount.union_id == union_id)[union_id]
    return doubts([_figure(row) for row in rows], crowds_of(session, union_id, alone=True).get(union_id, ()))


def history(session: Session, union_id: int) -> Sequence[Headcount]:
    """Everything ever told about a union's headcount, newest first, replaced figures too."""
    return session.scalars(
        select(Headcount)
        .where(Headcount.union_id == union_id)
        .order_by(Headcount.counted_on.desc(), Headcount.entered_at.desc(), Headcount.kind, Headcount.id.desc())
    ).all()


def sent_back(rows: Iterable[Headcount]) -> list[Headcount]:
    """Figures of a history that came back and that nothing told later answers."""
    known = list(rows)
    return [
        row
        for row in known
        if row.sent_back_by
        and row.replaced_at
        and not any(other.kind == row.kind and other.entered_at >= row.replaced_at for other in known)
    ]


def newest_numbers(counts: Mapping[PersonKind, Headcount]) -> dict[str, int]:
    return {str(kind): headcount.number for kind, headcount in counts.items()}
