"""Kept trees: the present one made anew after every change, older ones kept for contests that had opened.

Row 1 of ``kept_tree`` is the present. Whoever is about to change the tree calls :func:`keep_for_contests` first and
:func:`rebuild` afterwards, inside one transaction. A contest's own tree is ``contest.tree_id or PRESENT``.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from contest.clock import vietnamese_day
from contest.slices import slices
from contest.unions import events
from contest.unions.hanging import Hook, intervals, newcomer_hooks, present_hooks
from contest.unions.models import KeptTree, Succession, TradeUnion, TreeNode, UnionAncestry, UnionChange
from contest.unions.rules import PRESENT, ChangeKind

#: What a node repeats of its union.
_TOLD = ("name", "short_name", "name_key", "level", "place_id")


def lock(session: Session) -> None:
    """Let only one change of the tree go on at a time: taken before anything is read that the change goes by."""
    session.execute(select(KeptTree.id).where(KeptTree.id == PRESENT).with_for_update())


def rebuild(session: Session, now: datetime) -> None:
    """Make the present tree and ``union_ancestry`` anew from unions and successions; kept trees learn newcomers."""
    session.flush()
    unions = _unions(session, vietnamese_day(now))
    heirs = _successors(session)
    parents = {union.id: union.parent_id for union in unions.values()}
    closed = [
        union.id for union in unions.values() if union.closed_on is not None and union.closed_on <= vietnamese_day(now)
    ]
    _store(session, PRESENT, present_hooks(parents, closed, heirs), unions, now)
    _rebuild_ancestry(session)
    for tree_id in session.scalars(select(KeptTree.id).where(KeptTree.id != PRESENT)).all():
        grow(session, tree_id, now)


def keep(session: Session, until: date, now: datetime) -> int:
    """Keep a copy of the present tree, which was so up to a day; returns its id. Four statements."""
    # The present tree took its id by itself, so no sequence knows of it; only one change of the tree goes on at a time.
    newest = session.scalar(select(func.max(KeptTree.id))) or PRESENT
    kept = KeptTree(id=newest + 1, until=until, made_at=now, revision=1)
    session.add(kept)
    session.flush()
    columns = [column.name for column in TreeNode.__table__.columns if column.name != "tree_id"]
    copied = select(literal(kept.id), *(TreeNode.__table__.c[name] for name in columns)).where(
        TreeNode.tree_id == PRESENT
    )
    session.execute(insert(TreeNode).from_select(["tree_id", *columns], copied))
    return kept.id


def keep_for_contests(session: Session, until: date, now: datetime) -> int | None:
    """Before the present tree changes: let contests that have opened keep it; the new tree's id, None: none needs it.

    Rooms above say which (``unions.events.keeping``): each listener answers whether somebody needs a copy, and is
    then told its id.
    """
    needed = [listener for listener in events.keeping if listener(session, None, now)]
    if not needed:
        return None
    tree_id = keep(session, until, now)
    for listener in needed:
        listener(session, tree_id, now)
    return tree_id


def grow(session: Session, tree_id: int, now: datetime) -> int:
    """Hang unions that a kept tree does not know into it; returns how many."""
    mine = select(TreeNode.union_id).where(TreeNode.tree_id == tree_id)
    wanted = select(TradeUnion.id).where(TradeUnion.id.not_in(mine), begun(vietnamese_day(now))).order_by(TradeUnion.id)
    newcomers = session.scalars(wanted).all()
    if not newcomers:
        return 0
    rows = session.execute(select(TreeNode.__table__).where(TreeNode.tree_id == tree_id)).all()
    known = {row.union_id: row for row in rows}
    parents = dict(session.execute(select(TradeUnion.id, TradeUnion.parent_id)).all())
    before: dict[int, list[int]] = defaultdict(list)
    for old, new in session.execute(select(Succession.predecessor_id, Succession.successor_id)):
        before[new].append(old)
    hooks = {union: Hook(row.parent_id, row.state) for union, row in known.items()}
    kept = {union: hook.parent for union, hook in hooks.items()}
    hooks |= newcomer_hooks(kept, newcomers, parents, before)
    told: dict[int, Any] = {**_unions(session, vietnamese_day(now), newcomers), **known}
    _store(session, tree_id, hooks, told, now)
    return len(newcomers)


def below(tree_id: int, union_id: int) -> Select[tuple[int]]:
    """The ids of a union and everything below it in a tree, as a subquery."""
    top = aliased(TreeNode)
    return (
        select(TreeNode.union_id)
        .join(top, (top.tree_id == TreeNode.tree_id) & TreeNode.first.between(top.first, top.last))
        .where(top.tree_id == tree_id, top.union_id == union_id)
    )


def ancestors(session: Session, tree_id: int, union_id: int) -> frozenset[int]:
    """A union and all above it in a tree; nothing when the tree does not know it."""
    node = aliased(TreeNode)
    wanted = (
        select(TreeNode.union_id)
        .join(node, (node.tree_id == TreeNode.tree_id) & node.first.between(TreeNode.first, TreeNode.last))
        .where(node.tree_id == tree_id, node.union_id == union_id)
    )
    return frozenset(session.scalars(wanted))


def path(session: Session, tree_id: int, union_id: int) -> Sequence[TreeNode]:
    """The nodes from the top of a tree down to a union, itself last."""
    node = aliased(TreeNode)
    wanted = (
        select(TreeNode)
        .join(node, (node.tree_id == TreeNode.tree_id) & node.first.between(TreeNode.first, TreeNode.last))
        .where(node.tree_id == tree_id, node.union_id == union_id)
        .order_by(TreeNode.depth)
    )
    return session.scalars(wanted).all()


def fill(session: Session, now: datetime) -> None:
    """Make the present tree where a database has unions but none yet (``contest.migrate.fillers``)."""
    if session.get(KeptTree, PRESENT) is None:
        rebuild(session, now)


def begun(day: date) -> ColumnElement[bool]:
    """Whether a union's day has come: one that a decision opens later is not part of the tree yet."""
    return or_(TradeUnion.opened_on.is_(None), TradeUnion.opened_on <= day)


def _unions(session: Session, day: date, ids: Collection[int] | None = None) -> dict[int, Any]:
    columns = (TradeUnion.id, TradeUnion.parent_id, TradeUnion.closed_on, *(getattr(TradeUnion, n) for n in _TOLD))
    wanted = select(*columns).where(begun(day))
    if ids is not None:
        known = set(ids)
        return {row.id: row for row in session.execute(wanted) if row.id in known}
    return {row.id: row for row in session.execute(wanted)}


def _successors(session: Session) -> dict[int, list[int]]:
    """Who took over from each union when it ended; what was split off from one that went on does not count."""
    found: dict[int, list[int]] = defaultdict(list)
    wanted = (
        select(Succession.predecessor_id, Succession.successor_id)
        .outerjoin(UnionChange, UnionChange.id == Succession.change_id)
        .where(or_(Succession.change_id.is_(None), UnionChange.kind != ChangeKind.SPLIT))
        .order_by(Succession.successor_id)
    )
    for old, new in session.execute(wanted):
        found[old].append(new)
    return found


def _store(session: Session, tree_id: int, hooks: Mapping[int, Hook], told: Mapping[int, Any], now: datetime) -> None:
    """Write a tree's nodes anew."""
    if session.get(KeptTree, tree_id) is None:
        session.add(KeptTree(id=tree_id, until=None, made_at=now, revision=0))
        session.flush()
    places = intervals({union: hook.parent for union, hook in hooks.items()}, lambda u: (told[u].name_key, u))
    session.execute(delete(TreeNode).where(TreeNode.tree_id == tree_id))
    rows = [
        {
            "tree_id": tree_id,
            "union_id": union,
            "parent_id": hook.parent,
            "first": places[union].first,
            "last": places[union].last,
            "depth": places[union].depth,
            "state": str(hook.state),
            **{name: getattr(told[union], name) for name in _TOLD},
        }
        for union, hook in hooks.items()
    ]
    for some in slices(rows, 5_000):
        session.execute(insert(TreeNode.__table__), some)
    session.execute(update(KeptTree).where(KeptTree.id == tree_id).values(revision=KeptTree.revision + 1))


def _rebuild_ancestry(session: Session) -> None:
    """Every pair of the present tree, by its intervals: one statement, whatever its size."""
    session.execute(delete(UnionAncestry))
    above = aliased(TreeNode)
    pairs = (
        select(above.union_id, TreeNode.union_id, TreeNode.depth - above.depth)
        .join(above, (above.tree_id == TreeNode.tree_id) & TreeNode.first.between(above.first, above.last))
        .where(TreeNode.tree_id == PRESENT)
    )
    session.execute(insert(UnionAncestry).from_select(["ancestor_id", "union_id", "distance"], pairs))


def revision(session: Session, tree_id: int) -> int:
    """Which making of a tree is stored."""
    return session.scalar(select(func.max(KeptTree.revision)).where(KeptTree.id == tree_id)) or 0
