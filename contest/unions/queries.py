"""Reads about the tree of unions and its headcounts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from contest.accounts.rules import PersonKind
from contest.unions.models import Headcount, TradeUnion, UnionAncestry
from contest.unions.rules import BASE_LEVELS, Level, normal_code
from questions.text import fold

MAX_QUERY = 100
MAX_WORDS = 10
#: Between the names of a path, nearest first.
PATH_MARK = " › "


@dataclass(frozen=True, slots=True)
class Found:
    """A union as a search shows it: ``path`` names the unions above it, nearest first, without the national one."""

    id: int
    code: str
    name: str
    path: str
    note: str
    level: Level


@dataclass(frozen=True, slots=True)
class Line:
    """A union in the organizers' list. ``counts`` are people by kind in its whole subtree, None where none is known;
    ``unions`` how many stand below it, ``uncounted`` how many grassroots ones of them lack a headcount."""

    union: TradeUnion
    unions: int
    uncounted: int
    counts: Mapping[PersonKind, int]


def by_code(session: Session, code: str) -> TradeUnion | None:
    """The union of a code, however it is written."""
    found = session.scalars(select(TradeUnion).where(TradeUnion.code.in_({code.strip(), normal_code(code)}))).all()
    return next((union for union in found if union.code == code.strip()), found[0] if found else None)


def ancestor_ids(session: Session, union_id: int) -> frozenset[int]:
    """The union and all above it: what ``accounts.permissions.covers`` asks for."""
    return frozenset(session.scalars(select(UnionAncestry.ancestor_id).where(UnionAncestry.union_id == union_id)))


def subtree_ids(session: Session, union_ids: Collection[int]) -> frozenset[int]:
    """These unions and all below them."""
    return frozenset(session.scalars(select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(union_ids))))


def path_of(session: Session, union_id: int) -> Sequence[TradeUnion]:
    """The unions from the top of the tree down to this one, itself last."""
    return session.scalars(
        select(TradeUnion)
        .join(UnionAncestry, UnionAncestry.ancestor_id == TradeUnion.id)
        .where(UnionAncestry.union_id == union_id)
        .order_by(UnionAncestry.distance.desc())
    ).all()


def paths(session: Session, union_ids: Collection[int]) -> dict[int, str]:
    """What stands above each union, as people read it, in one query: "LĐLĐ huyện Phong Thổ › LĐLĐ tỉnh Lai Châu"."""
    rows = session.execute(
        select(UnionAncestry.union_id, TradeUnion.short_name, TradeUnion.name)
        .join(TradeUnion, TradeUnion.id == UnionAncestry.ancestor_id)
        .where(UnionAncestry.union_id.in_(union_ids), UnionAncestry.distance > 0, TradeUnion.level != Level.NATIONAL)
        .order_by(UnionAncestry.distance)
    )
    names = defaultdict(list)
    for union_id, short_name, name in rows:
        names[union_id].append(short_name or name)
    return {union_id: PATH_MARK.join(names[union_id]) for union_id in union_ids}


def search(
    session: Session,
    text: str,
    limit: int = 20,
    below: Collection[int] | int | None = None,
    levels: Collection[Level] | None = None,
    on: date | None = None,
    apart_from: int | None = None,
) -> list[Found]:
    """Unions for what somebody typed, with or without diacritics: every word occurs in the name, the short name or
    the code, or else in the name of the union right above. Names that begin so come first, grassroots unions before
    those above them. Closed unions are left out, and so is the subtree of ``apart_from``. Two queries, however many
    are found.
    """
    phrase = fold(text)[:MAX_QUERY].strip()
    words = list(dict.fromkeys(phrase.split()))[:MAX_WORDS]
    if not words:
        return []
    parent = aliased(TradeUnion)
    own = [TradeUnion.name_fold.contains(word, autoescape=True) for word in words]
    either = [or_(mine, parent.name_fold.contains(w, autoescape=True)) for w, mine in zip(words, own, strict=True)]
    quality = case(
        (func.lower(TradeUnion.code) == phrase, 0),
        (TradeUnion.name_fold.startswith(phrase, autoescape=True), 1),
        (TradeUnion.name_fold.contains(f" {phrase}", autoescape=True), 2),
        (and_(*own), 3),
        else_=4,
    )
    wanted = (
        select(TradeUnion)
        .outerjoin(parent, parent.id == TradeUnion.parent_id)
        .where(*either, or_(*own), _open(on))
        .order_by(quality, case((TradeUnion.level.in_(BASE_LEVELS), 0), else_=1), TradeUnion.name_key, TradeUnion.id)
        .limit(limit)
    )
    if below is not None:
        tops = [below] if isinstance(below, int) else below
        inside = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(tops))
        wanted = wanted.where(TradeUnion.id.in_(inside))
    if levels is not None:
        wanted = wanted.where(TradeUnion.level.in_(levels))
    if apart_from is not None:
        its_own = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == apart_from)
        wanted = wanted.where(TradeUnion.id.not_in(its_own))
    return found_of(session, session.scalars(wanted).all())


def found_of(session: Session, unions: Sequence[TradeUnion]) -> list[Found]:
    """Unions as a search shows them."""
    above = paths(session, [union.id for union in unions])
    return [Found(u.id, u.code, u.name, above[u.id], u.note, Level(u.level)) for u in unions]


def is_open(union: TradeUnion, on: date) -> bool:
    """Whether a union's day has come and its end has not."""
    return (union.opened_on is None or union.opened_on <= on) and (union.closed_on is None or union.closed_on > on)


def ended_on(union: TradeUnion, today: date) -> date | None:
    """The day from which a union is no more, when that has come; None for one that goes on."""
    return union.closed_on if union.closed_on and union.closed_on <= today else None


def _open(on: date | None) -> ColumnElement[bool]:
    if on is None:
        return and_(TradeUnion.closed_on.is_(None), _shown())
    return and_(or_(TradeUnion.closed_on.is_(None), TradeUnion.closed_on > on), _shown())


def _shown() -> ColumnElement[bool]:
    """Whether a union is part of the present tree: its day has come, and its opening was not taken back."""
    itself = aliased(UnionAncestry)
    in_tree = select(itself.union_id).where(itself.ancestor_id == TradeUnion.id, itself.union_id == TradeUnion.id)
    never_was = TradeUnion.opened_on == TradeUnion.closed_on
    return and_(in_tree.exists(), or_(TradeUnion.closed_on.is_(None), TradeUnion.opened_on.is_(None), ~never_was))


def tops(session: Session, scopes: Collection[int] | None) -> Sequence[TradeUnion]:
    """Where somebody's part of the tree begins: the unions of their roles; None stands for the whole tree."""
    wanted = select(TradeUnion).where(_shown()).order_by(TradeUnion.name_key, TradeUnion.id)
    wanted = wanted.where(TradeUnion.parent_id.is_(None) if scopes is None else TradeUnion.id.in_(scopes))
    return session.scalars(wanted).all()


def children(session: Session, union_id: int, limit: int | None = None, offset: int = 0) -> Sequence[TradeUnion]:
    """The unions right below one, by name."""
    return session.scalars(
        select(TradeUnion)
        .where(TradeUnion.parent_id == union_id, _shown())
        .order_by(TradeUnion.name_key, TradeUnion.id)
        .limit(limit)
        .offset(offset)
    ).all()


def count_children(session: Session, union_id: int) -> int:
    return session.scalar(select(func.count()).where(TradeUnion.parent_id == union_id, _shown())) or 0


def tree(session: Session, scopes: Collection[int] | None = None) -> Sequence[TradeUnion]:
    """All unions, or those in the subtrees of some, by name; the caller orders them by their parents."""
    wanted = select(TradeUnion).where(_shown()).order_by(TradeUnion.name_key, TradeUnion.id)
    if scopes is not None:
        below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))
        wanted = wanted.where(TradeUnion.id.in_(below))
    return session.scalars(wanted).all()


def headcounts(session: Session, union_ids: Collection[int] | None = None) -> dict[int, dict[PersonKind, Headcount]]:
    """The newest headcount of each union and kind, of all unions or of some."""
    wanted = select(Headcount).where(_is_newest())
    if union_ids is not None:
        wanted = wanted.where(Headcount.union_id.in_(union_ids))
    counts: dict[int, dict[PersonKind, Headcount]] = defaultdict(dict)
    for headcount in session.scalars(wanted):
        counts[headcount.union_id][PersonKind(headcount.kind)] = headcount
    return counts


def headcount_history(session: Session, union_id: int) -> Sequence[Headcount]:
    """Every headcount of a union, newest first."""
    return session.scalars(
        select(Headcount)
        .where(Headcount.union_id == union_id, Headcount.replaced_at.is_(None))
        .order_by(Headcount.counted_on.desc(), Headcount.kind)
    ).all()


def lines(session: Session, unions: Sequence[TradeUnion]) -> list[Line]:
    """Unions with what their subtrees hold, nothing below those whose day has not come; as many queries for a hundred
    as for one.

    People are counted as rates count them: confirmed figures before those that wait, and a union's own figure only
    where no open union below it has one.
    """
    ids = [union.id for union in unions]
    below = UnionAncestry.ancestor_id.in_(ids)
    # People of a union that ended are counted by its successor's own figures, when there are any.
    counts_here = or_(TradeUnion.closed_on.is_(None), UnionAncestry.distance == 0)
    sums = session.execute(
        select(UnionAncestry.ancestor_id, Headcount.kind, func.sum(Headcount.number))
        .join(Headcount, Headcount.union_id == UnionAncestry.union_id)
        .join(TradeUnion, TradeUnion.id == UnionAncestry.union_id)
        .where(below, counts_here, _holds(), _stands_alone())
        .group_by(UnionAncestry.ancestor_id, Headcount.kind)
    )
    counts: dict[int, dict[PersonKind, int]] = defaultdict(dict)
    for union_id, kind, number in sums:
        counts[union_id][PersonKind(kind)] = int(number)
    figures = select(Headcount.id).where(Headcount.union_id == TradeUnion.id, Headcount.replaced_at.is_(None))
    lacking = case((and_(TradeUnion.level == Level.GRASSROOTS, ~figures.exists()), 1), else_=0)
    sizes = {
        union_id: (size, int(uncounted or 0))
        for union_id, size, uncounted in session.execute(
            select(UnionAncestry.ancestor_id, func.count(), func.sum(lacking))
            .join(TradeUnion, TradeUnion.id == UnionAncestry.union_id)
            .where(below, counts_here)
            .group_by(UnionAncestry.ancestor_id)
        )
    }
    return [Line(u, size - 1, uncounted, counts[u.id]) for u in unions for size, uncounted in [sizes.get(u.id, (1, 0))]]


def _is_newest() -> ColumnElement[bool]:
    """Whether a headcount is the newest of its union and kind; answered from the unique index."""
    later = aliased(Headcount)
    same = and_(later.union_id == Headcount.union_id, later.kind == Headcount.kind, later.replaced_at.is_(None))
    newer = select(later.id).where(same, later.counted_on > Headcount.counted_on)
    return and_(Headcount.replaced_at.is_(None), ~newer.exists())


def _holds() -> ColumnElement[bool]:
    """Whether a headcount is the one of its union and kind that is used: the newest confirmed one; before any is
    confirmed, the newest."""
    other = aliased(Headcount)
    same = and_(other.union_id == Headcount.union_id, other.kind == Headcount.kind, other.replaced_at.is_(None))
    waits, sure = Headcount.confirmed_at.is_(None), other.confirmed_at.is_not(None)
    better = or_(and_(waits, sure), and_(or_(waits, sure), other.counted_on > Headcount.counted_on))
    return and_(Headcount.replaced_at.is_(None), ~select(other.id).where(same, better).exists())


def _stands_alone() -> ColumnElement[bool]:
    """Whether no open union below that of a headcount has a figure."""
    other, below, owner = aliased(Headcount), aliased(UnionAncestry), aliased(TradeUnion)
    deeper = (
        select(other.id)
        .join(below, below.union_id == other.union_id)
        .join(owner, owner.id == other.union_id)
        .where(
            below.ancestor_id == Headcount.union_id,
            below.distance > 0,
            other.replaced_at.is_(None),
            owner.closed_on.is_(None),
        )
    )
    return ~deeper.exists()


def in_order(session: Session, union_ids: Sequence[int]) -> list[TradeUnion]:
    """Unions in the order of their ids' list."""
    found = {union.id: union for union in session.scalars(select(TradeUnion).where(TradeUnion.id.in_(union_ids)))}
    return [found[union_id] for union_id in union_ids]


def codes(session: Session) -> dict[int, str]:
    """The code of every union by its id."""
    return dict(session.execute(select(TradeUnion.id, TradeUnion.code)).all())


def names(session: Session, of_codes: Collection[str]) -> dict[str, str]:
    """Names by code."""
    wanted = select(TradeUnion.code, TradeUnion.name).where(TradeUnion.code.in_(of_codes))
    return dict(session.execute(wanted).all())
