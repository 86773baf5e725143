"""Reading what participation is made of: a tree, kept counters, headcounts and targets; never the attempts."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from contest.accounts.rules import PersonKind
from contest.clock import vietnamese_day
from contest.participation.asking import Ask, Targets
from contest.participation.forests import Forest, Node
from contest.participation.frames import Frame
from contest.participation.headcounts import ByKind, Known, Size, TakenOver, chosen, handed_over, own_size
from contest.participation.models import Tally, UnionTarget
from contest.participation.rolling import Rolled
from contest.participation.rules import BASIS_KINDS, TargetSource
from contest.rounds.models import Contest
from contest.rounds.settings import HeadcountBasis
from contest.unions import trees
from contest.unions.models import Headcount, TradeUnion, TreeNode
from contest.unions.rules import PRESENT

NUMBERS = (Tally.people, Tally.attempts, Tally.perfect_people, Tally.perfect_attempts, Tally.score_sum)


def opening_day(contest: Contest) -> date:
    """The Vietnamese day the contest first opens: headcounts and the tree are taken as of it."""
    first = min((round_.opens_at for round_ in contest.rounds), default=contest.created_at)
    return vietnamese_day(first)


def root_of(contest: Contest) -> TradeUnion:
    """Where the contest's table of unions begins: the union whose people it is open to, else its organizer."""
    return contest.scope_union or contest.union


def tree_of(contest: Contest) -> int:
    """The tree as it was when the contest opened."""
    return contest.tree_id or PRESENT


def announced_at(contest: Contest, round_number: int) -> datetime | None:
    """When the results were announced, also while they are being corrected; None: not yet."""
    if not round_number:
        return contest.results_at
    return next((round_.published_at for round_ in contest.rounds if round_.number == round_number), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a contest is read. ``day``: which day's headcounts; ``known_at``: only those known then, None: known now."""

    tree_id: int
    day: date
    known_at: datetime | None = None


def as_it_was(contest: Contest, round_number: int = 0) -> Reading:
    """The tree and the headcounts of the opening day; announced rates never move afterwards."""
    return Reading(tree_of(contest), opening_day(contest), announced_at(contest, round_number))


def as_it_is(today: date) -> Reading:
    """The present tree and the headcounts of today."""
    return Reading(PRESENT, today)


def rolled(session: Session, contest: Contest, round_number: int, reading: Reading, top: int) -> Rolled:
    """A union with everything below it, added up; five queries, whatever its size."""
    frame = frame_of(session, contest, round_number, reading, forest_of(session, reading.tree_id, top), top)
    return counted(session, contest, round_number, frame, trees.below(reading.tree_id, top))


def counted(
    session: Session,
    contest: Contest,
    round_number: int,
    frame: Frame,
    below: Any = None,
    taken_at: datetime | None = None,
) -> Rolled:
    """The kept counters in a tree, of some unions (``below``) or all: one query."""
    own = select(Tally.union_id, *map(func.sum, NUMBERS)).where(
        Tally.contest_id == contest.id, Tally.round_number == round_number
    )
    if below is not None:
        own = own.where(Tally.union_id.in_(below))
    rows = session.execute(own.group_by(Tally.union_id))
    return Rolled(frame, {union: numbers for union, *numbers in rows}, taken_at)


def frame_of(
    session: Session, contest: Contest, round_number: int, reading: Reading, forest: Forest, top: int | None = None
) -> Frame:
    """The headcounts and targets of a tree, of the part from a union down (``top``) or the whole."""
    return Frame(
        forest,
        sizes_of(session, forest, BASIS_KINDS[HeadcountBasis(contest.headcount_basis)], reading, top),
        targets_of(session, contest, forest, reading.tree_id, top, round_number),
    )


def frames_by_kind(session: Session, reading: Reading, forest: Forest) -> dict[str, Frame]:
    """The headcounts of a tree for each kind of person alone, whatever a contest counts; without targets."""
    return {str(kind): Frame(forest, sizes_of(session, forest, {kind}, reading)) for kind in PersonKind}


def forest_of(session: Session, tree_id: int, top: int | None = None) -> Forest:
    """The unions of a tree in its order; of a tree without such a union, of the union alone."""
    wanted = (
        select(
            TreeNode.union_id,
            TreeNode.parent_id,
            TradeUnion.code,
            TreeNode.name,
            TreeNode.name_key,
            TreeNode.level,
            TradeUnion.note,
            TradeUnion.closed_on,
            TreeNode.short_name,
            TreeNode.state,
            TreeNode.place_id,
        )
        .join(TradeUnion, TradeUnion.id == TreeNode.union_id)
        .where(TreeNode.tree_id == tree_id)
        .order_by(TreeNode.first)
    )
    if top is not None:
        above = aliased(TreeNode)
        wanted = wanted.join(
            above, (above.tree_id == TreeNode.tree_id) & TreeNode.first.between(above.first, above.last)
        ).where(above.union_id == top)
    return Forest(list(map(Node._make, session.execute(wanted))))


def sizes_of(
    session: Session, forest: Forest, counted_kinds: Collection[str], reading: Reading, top: int | None = None
) -> dict[int, Size]:
    """Own headcounts of the unions of a forest, those of unions taken over counted to their successors."""
    taken = [
        TakenOver(node.id, node.parent_id, node.closed_on)
        for node in reversed(forest.nodes)
        if node.absorbed and node.parent_id is not None
    ]
    involved = {union for one in taken for union in (one.union_id, one.successor_id)}
    apart: dict[int, ByKind] = {}
    sizes: dict[int, Size] = {}
    for union, kinds in _figures(session, counted_kinds, reading, top):
        if union in involved:
            apart[union] = kinds
        elif size := own_size(kinds):
            sizes[union] = size
    for union, kinds in handed_over(apart, taken).items():
        if size := own_size(kinds):
            sizes[union] = size
    return sizes


def _figures(
    session: Session, kinds: Collection[str], reading: Reading, top: int | None
) -> Iterator[tuple[int, ByKind]]:
    """The figures that hold by union, one union at a time, as known at the instant of the reading."""
    wanted = (
        select(
            Headcount.union_id,
            Headcount.kind,
            Headcount.counted_on,
            Headcount.number,
            _confirmed(reading.known_at),
        )
        .where(Headcount.kind.in_(kinds), _in_force(reading.known_at))
        .order_by(Headcount.union_id, Headcount.kind, Headcount.counted_on, Headcount.id)
    )
    if top is not None:
        wanted = wanted.where(Headcount.union_id.in_(trees.below(reading.tree_id, top)))
    for union, rows in groupby(session.execute(wanted), key=itemgetter(0)):
        told: dict[str, list[Known]] = {}
        for _union, kind, *figure in rows:
            told.setdefault(kind, []).append(Known(*figure))
        yield union, {kind: one for kind, known in told.items() if (one := chosen(reading.day, known))}


def _in_force(at: datetime | None) -> ColumnElement[bool]:
    if at is None:
        return Headcount.replaced_at.is_(None)
    return and_(Headcount.entered_at <= at, or_(Headcount.replaced_at.is_(None), Headcount.replaced_at > at))


def _confirmed(at: datetime | None) -> ColumnElement[bool]:
    if at is None:
        return Headcount.confirmed_at.is_not(None)
    return and_(Headcount.confirmed_at.is_not(None), Headcount.confirmed_at <= at)


def targets_of(
    session: Session, contest: Contest, forest: Forest, tree_id: int, top: int | None, round_number: int
) -> Targets:
    """The targets of a contest for the unions of a forest; above it only what is handed down matters."""
    parents = forest.parents
    if top is not None:
        path = trees.path(session, tree_id, top)
        parents = {**parents, **{node.union_id: node.parent_id for node in path}}
    return targets_in(session, contest, parents, whole=round_number == 0)


def targets_in(session: Session, contest: Contest, parents: Mapping[int, int | None], whole: bool = True) -> Targets:
    """The targets of a contest in a tree (``parents``); ``whole`` False: of one of its rounds."""
    rows = session.execute(
        select(
            UnionTarget.union_id, UnionTarget.source, UnionTarget.percent, UnionTarget.people, UnionTarget.set_from_id
        ).where(UnionTarget.contest_id == contest.id)
    )
    found: dict[str, dict[int, Ask]] = {source: {} for source in TargetSource}
    for union_id, source, *ask in rows:
        found[source][union_id] = Ask(*ask)
    return Targets(
        contest.target_percent,
        contest.target_people,
        root_of(contest).id,
        found[TargetSource.GIVEN],
        found[TargetSource.OWN],
        parents,
        whole,
    )


def below(tree_id: int, union_ids: Collection[int]) -> Any:
    """Pairs (ancestor, union) of a tree for some ancestors, to join figures to."""
    top = aliased(TreeNode)
    return (
        select(top.union_id.label("ancestor_id"), TreeNode.union_id.label("union_id"))
        .join(top, (top.tree_id == TreeNode.tree_id) & TreeNode.first.between(top.first, top.last))
        .where(top.tree_id == tree_id, top.union_id.in_(union_ids))
        .subquery()
    )
