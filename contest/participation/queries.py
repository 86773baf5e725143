"""Reads of participation: a few rows a union, whatever the number of attempts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Result, Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.clock import last_day
from contest.participation.branches import Branch
from contest.participation.models import Tally, TallyDay, TallyHour
from contest.participation.reading import NUMBERS, as_it_was, opening_day, rolled, root_of, tree_of
from contest.participation.rules import Counts, days_between
from contest.rounds.models import Contest, Division, Entry
from contest.rounds.settings import ContestState
from contest.unions import trees
from contest.unions.models import TradeUnion, TreeNode, UnionAncestry
from contest.unions.rules import PRESENT

__all__ = ["opening_day", "root_of"]


def branch(session: Session, contest: Contest, union_id: int, round_number: int = 0) -> Branch:
    """A union and everything below it in a round (0: the whole contest), as it was when the contest opened.

    Read anew; pages show :func:`contest.participation.whole.whole`. KeyError for a union the tree does not know.
    """
    how = as_it_was(contest, round_number)
    return Branch(rolled(session, contest, round_number, how, union_id), union_id)


def totals(session: Session, contest: Contest, round_number: int = 0) -> Counts:
    """Everybody who took part in a round (0: the whole contest), wherever they belong."""
    row = session.execute(
        select(*(func.coalesce(func.sum(number), 0) for number in NUMBERS)).where(
            Tally.contest_id == contest.id, Tally.round_number == round_number
        )
    ).one()
    return Counts(*map(int, row))


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of a kind of participant in a division (None: no division)."""

    kind: str
    division: str | None
    counts: Counts


# In each of these ``tree_id`` None is the tree as it was when the contest opened.


def parts(
    session: Session, contest: Contest, union_id: int, round_number: int = 0, tree_id: int | None = None
) -> list[Part]:
    """A union's figures with all below it, by division and kind of participant."""
    below = trees.below(tree_id or tree_of(contest), union_id)
    rows = session.execute(
        select(Tally.kind, Division.title, Division.position, *map(func.sum, NUMBERS))
        .outerjoin(Division, Division.id == Tally.division_id)
        .where(Tally.union_id.in_(below), Tally.contest_id == contest.id, Tally.round_number == round_number)
        .group_by(Tally.kind, Division.id, Division.title, Division.position)
    ).all()
    ordered = sorted(rows, key=lambda row: (row.position is None, row.position or 0, row.kind))
    found = [Part(row.kind, row.title, Counts(*map(int, row[3:]))) for row in ordered]
    return [part for part in found if part.counts.attempts]


@dataclass(frozen=True, slots=True)
class Day:
    """``people`` joined on that day; ``attempts`` ended on it."""

    day: date
    people: int
    attempts: int


def by_day(session: Session, contest: Contest, union_id: int, today: date, tree_id: int | None = None) -> list[Day]:
    """A union's days with all below it, from the opening to the last day or today, days without anybody included."""
    below = trees.below(tree_id or tree_of(contest), union_id)
    rows = session.execute(
        select(TallyDay.day, func.sum(TallyDay.people), func.sum(TallyDay.attempts))
        .where(TallyDay.union_id.in_(below), TallyDay.contest_id == contest.id)
        .group_by(TallyDay.day)
    )
    known = {day: Day(day, int(people), int(attempts)) for day, people, attempts in rows}
    closes = max((round_.closes_at for round_ in contest.rounds), default=contest.created_at)
    first = min([opening_day(contest), *known])
    last = max([min(today, last_day(closes)), *known])
    return [known.get(day, Day(day, 0, 0)) for day in days_between(first, last)]


def by_hour(session: Session, contest: Contest, union_id: int, tree_id: int | None = None) -> list[int]:
    """Attempts of a union with all below it that ended in each hour of the day, 0 to 23, all days together."""
    below = trees.below(tree_id or tree_of(contest), union_id)
    rows = session.execute(
        select(TallyHour.hour, func.sum(TallyHour.attempts))
        .where(TallyHour.union_id.in_(below), TallyHour.contest_id == contest.id)
        .group_by(TallyHour.hour)
    )
    known = {hour: int(attempts) for hour, attempts in rows}
    return [known.get(hour, 0) for hour in range(24)]


@dataclass(frozen=True, slots=True)
class Today:
    """What a union has in a contest now; ``joined`` and ``attempts_today`` since midnight in Vietnam."""

    people: int = 0
    attempts: int = 0
    joined: int = 0
    attempts_today: int = 0


def now_and_today(
    session: Session, contest_ids: Collection[int], union_ids: Collection[int], today: date
) -> dict[tuple[int, int], Today]:
    """Figures of several unions in several contests at once, each in its own tree, by (contest id, union id)."""

    def summed(table: type[Tally] | type[TallyDay], *more: ColumnElement[bool]) -> Result[Any]:
        top = aliased(TreeNode)
        wanted = (
            select(table.contest_id, top.union_id, func.sum(table.people), func.sum(table.attempts))
            .join(Contest, Contest.id == table.contest_id)
            .join(
                TreeNode,
                (TreeNode.union_id == table.union_id) & (TreeNode.tree_id == func.coalesce(Contest.tree_id, PRESENT)),
            )
            .join(top, (top.tree_id == TreeNode.tree_id) & TreeNode.first.between(top.first, top.last))
            .where(top.union_id.in_(union_ids), table.contest_id.in_(contest_ids), *more)
            .group_by(table.contest_id, top.union_id)
        )
        return session.execute(wanted)

    fresh = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in summed(TallyDay, TallyDay.day == today)}
    so_far = summed(Tally, Tally.round_number == 0)
    return {(row[0], row[1]): Today(int(row[2]), int(row[3]), *fresh.get((row[0], row[1]), (0, 0))) for row in so_far}


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part, for those responsible for their union."""

    name: str
    kind: str
    union: str
    union_code: str
    attempts: int


def participants(
    session: Session,
    contest: Contest,
    union_id: int,
    round_number: int,
    limit: int,
    offset: int,
    tree_id: int | None = None,
) -> list[Participant]:
    """Who of a union and those below it took part, by Vietnamese name order."""
    below = trees.below(tree_id or tree_of(contest), union_id)
    counted = _counted_attempts(contest, round_number)
    rows = session.execute(
        select(Person.name, Entry.kind, TradeUnion.name, TradeUnion.code, counted.label("attempts"))
        .join(Entry, Entry.person_id == Person.id)
        .join(TradeUnion, TradeUnion.id == Entry.union_id)
        .where(Entry.contest_id == contest.id, Entry.union_id.in_(below), counted > 0)
        .order_by(Person.name_key, Entry.id)
        .limit(limit)
        .offset(offset)
    )
    return [Participant(*row) for row in rows]


def _counted_attempts(contest: Contest, round_number: int) -> Select[tuple[int]]:
    counted = select(func.count(Attempt.id)).where(Attempt.entry_id == Entry.id, Attempt.counted)
    if round_number:
        ids = [round_.id for round_ in contest.rounds if round_.number == round_number]
        counted = counted.where(Attempt.round_id.in_(ids))
    return counted.correlate(Entry).scalar_subquery()


def people(session: Session, contest: Contest, union_id: int, round_number: int, tree_id: int | None = None) -> int:
    """How many people of a union and those below it took part."""
    below = trees.below(tree_id or tree_of(contest), union_id)
    wanted = select(func.coalesce(func.sum(Tally.people), 0)).where(
        Tally.union_id.in_(below), Tally.contest_id == contest.id, Tally.round_number == round_number
    )
    return int(session.scalar(wanted) or 0)


def published_contest(session: Session, slug: str) -> Contest | None:
    """A contest that is open to the public, with its rounds and the unions it names."""
    return session.scalar(
        select(Contest)
        .where(Contest.slug == slug, Contest.state == ContestState.PUBLISHED)
        .options(
            joinedload(Contest.union),
            joinedload(Contest.scope_union),
            selectinload(Contest.rounds),
            selectinload(Contest.divisions),
        )
    )


def related(session: Session, one: Collection[int], other: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of a union of ``one`` and one of ``other`` of which one stands above the other today, or both are one."""
    both = {*one, *other}
    pairs = session.execute(
        select(UnionAncestry.ancestor_id, UnionAncestry.union_id).where(
            UnionAncestry.ancestor_id.in_(both), UnionAncestry.union_id.in_(both)
        )
    )
    return {pair for above, below in pairs for pair in ((above, below), (below, above))}
