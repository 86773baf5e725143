"""Reads of participation: a few rows a union, whatever the number of attempts."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.clock import VIETNAM
from contest.participation.branches import Branch, Node, Target
from contest.participation.models import Tally, TallyDay, TallyHour
from contest.participation.rules import BASIS_KINDS, Counts, Size, days_between, own_size
from contest.rounds.models import Contest, Division, Entry
from contest.rounds.settings import ContestState, HeadcountBasis
from contest.unions.models import Headcount, TradeUnion, UnionAncestry

_NUMBERS = (Tally.people, Tally.attempts, Tally.perfect_people, Tally.perfect_attempts, Tally.score_sum)


def opening_day(contest: Contest) -> date:
    """The Vietnamese day the contest first opens: headcounts and the tree are taken as of it."""
    first = min((round_.opens_at for round_ in contest.rounds), default=contest.created_at)
    return first.astimezone(VIETNAM).date()


def root_of(contest: Contest) -> TradeUnion:
    """Where the contest's table of unions begins: the union whose people it is open to, else its organizer."""
    return contest.scope_union or contest.union


def branch(session: Session, contest: Contest, union_id: int, round_number: int = 0) -> Branch:
    """A union and everything below it in a round (0: the whole contest); three queries, whatever its size."""
    below = UnionAncestry.ancestor_id == union_id
    columns = (
        TradeUnion.id,
        TradeUnion.parent_id,
        TradeUnion.code,
        TradeUnion.name,
        TradeUnion.name_key,
        TradeUnion.level,
        TradeUnion.note,
        TradeUnion.closed_on,
    )
    nodes = session.execute(select(*columns).join(UnionAncestry, UnionAncestry.union_id == TradeUnion.id).where(below))
    own = session.execute(
        select(Tally.union_id, *map(func.sum, _NUMBERS))
        .join(UnionAncestry, UnionAncestry.union_id == Tally.union_id)
        .where(below, Tally.contest_id == contest.id, Tally.round_number == round_number)
        .group_by(Tally.union_id)
    )
    return Branch(
        root_id=union_id,
        nodes={row.id: Node(*row) for row in nodes},
        own={row[0]: Counts(*map(int, row[1:])) for row in own},
        own_sizes=_own_sizes(session, contest, union_id),
        target=Target(contest.target_percent, contest.target_people),
        opening=opening_day(contest),
        whole_contest=union_id == root_of(contest).id and round_number == 0,
    )


def _own_sizes(session: Session, contest: Contest, union_id: int) -> dict[int, Size]:
    """Headcounts entered for the unions of a subtree, as of the contest's opening."""
    kinds = BASIS_KINDS[HeadcountBasis(contest.headcount_basis)]
    rows = session.execute(
        select(Headcount.union_id, Headcount.kind, Headcount.counted_on, Headcount.number)
        .join(UnionAncestry, UnionAncestry.union_id == Headcount.union_id)
        .where(UnionAncestry.ancestor_id == union_id, Headcount.kind.in_(kinds), Headcount.replaced_at.is_(None))
    )
    figures: dict[int, dict[str, list[tuple[date, int]]]] = defaultdict(lambda: defaultdict(list))
    for owner, kind, counted_on, number in rows:
        figures[owner][kind].append((counted_on, number))
    day = opening_day(contest)
    sizes = {owner: own_size(day, by_kind) for owner, by_kind in figures.items()}
    return {owner: size for owner, size in sizes.items() if size}


def totals(session: Session, contest: Contest, round_number: int = 0) -> Counts:
    """Everybody who took part in a round (0: the whole contest), wherever they belong."""
    row = session.execute(
        select(*(func.coalesce(func.sum(number), 0) for number in _NUMBERS)).where(
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


def parts(session: Session, contest: Contest, union_id: int, round_number: int = 0) -> list[Part]:
    """A union's figures with all below it, by division and kind of participant."""
    rows = session.execute(
        select(Tally.kind, Division.title, Division.position, *map(func.sum, _NUMBERS))
        .join(UnionAncestry, UnionAncestry.union_id == Tally.union_id)
        .outerjoin(Division, Division.id == Tally.division_id)
        .where(
            UnionAncestry.ancestor_id == union_id, Tally.contest_id == contest.id, Tally.round_number == round_number
        )
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


def by_day(session: Session, contest: Contest, union_id: int, today: date) -> list[Day]:
    """A union's days with all below it, from the opening to the last day or today, days without anybody included."""
    rows = session.execute(
        select(TallyDay.day, func.sum(TallyDay.people), func.sum(TallyDay.attempts))
        .join(UnionAncestry, UnionAncestry.union_id == TallyDay.union_id)
        .where(UnionAncestry.ancestor_id == union_id, TallyDay.contest_id == contest.id)
        .group_by(TallyDay.day)
    )
    known = {day: Day(day, int(people), int(attempts)) for day, people, attempts in rows}
    closes = max((round_.closes_at for round_ in contest.rounds), default=contest.created_at)
    first = min([opening_day(contest), *known])
    last = max([min(today, closes.astimezone(VIETNAM).date()), *known])
    return [known.get(day, Day(day, 0, 0)) for day in days_between(first, last)]


def by_hour(session: Session, contest: Contest, union_id: int) -> list[int]:
    """Attempts of a union with all below it that ended in each hour of the day, 0 to 23, all days together."""
    rows = session.execute(
        select(TallyHour.hour, func.sum(TallyHour.attempts))
        .join(UnionAncestry, UnionAncestry.union_id == TallyHour.union_id)
        .where(UnionAncestry.ancestor_id == union_id, TallyHour.contest_id == contest.id)
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
    """Figures of several unions in several contests at once, by (contest id, union id); two queries."""
    so_far = session.execute(
        select(Tally.contest_id, UnionAncestry.ancestor_id, func.sum(Tally.people), func.sum(Tally.attempts))
        .join(UnionAncestry, UnionAncestry.union_id == Tally.union_id)
        .where(UnionAncestry.ancestor_id.in_(union_ids), Tally.contest_id.in_(contest_ids), Tally.round_number == 0)
        .group_by(Tally.contest_id, UnionAncestry.ancestor_id)
    )
    fresh = session.execute(
        select(TallyDay.contest_id, UnionAncestry.ancestor_id, func.sum(TallyDay.people), func.sum(TallyDay.attempts))
        .join(UnionAncestry, UnionAncestry.union_id == TallyDay.union_id)
        .where(UnionAncestry.ancestor_id.in_(union_ids), TallyDay.contest_id.in_(contest_ids), TallyDay.day == today)
        .group_by(TallyDay.contest_id, UnionAncestry.ancestor_id)
    )
    of_today = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in fresh}
    return {
        (row[0], row[1]): Today(int(row[2]), int(row[3]), *of_today.get((row[0], row[1]), (0, 0))) for row in so_far
    }


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part, for those responsible for their union."""

    name: str
    kind: str
    union: str
    union_code: str
    attempts: int


def participants(
    session: Session, contest: Contest, union_id: int, round_number: int, limit: int, offset: int
) -> list[Participant]:
    """Who of a union and those below it took part, by Vietnamese name order."""
    counted = _counted_attempts(contest, round_number)
    rows = session.execute(
        select(Person.name, Entry.kind, TradeUnion.name, TradeUnion.code, counted.label("attempts"))
        .join(Entry, Entry.person_id == Person.id)
        .join(TradeUnion, TradeUnion.id == Entry.union_id)
        .join(UnionAncestry, UnionAncestry.union_id == Entry.union_id)
        .where(Entry.contest_id == contest.id, UnionAncestry.ancestor_id == union_id, counted > 0)
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


def people(session: Session, contest: Contest, union_id: int, round_number: int) -> int:
    """How many people of a union and those below it took part."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Tally.people), 0))
            .join(UnionAncestry, UnionAncestry.union_id == Tally.union_id)
            .where(
                UnionAncestry.ancestor_id == union_id,
                Tally.contest_id == contest.id,
                Tally.round_number == round_number,
            )
        )
        or 0
    )


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
    """Pairs of a union of ``one`` and a union of ``other`` of which one stands above the other, or both are one."""
    both = {*one, *other}
    pairs = session.execute(
        select(UnionAncestry.ancestor_id, UnionAncestry.union_id).where(
            UnionAncestry.ancestor_id.in_(both), UnionAncestry.union_id.in_(both)
        )
    )
    return {pair for above, below in pairs for pair in ((above, below), (below, above))}
