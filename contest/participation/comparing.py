"""Participation beside what it was: the round before, the same contest a year before, yesterday."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from contest.clock import vietnamese_day
from contest.participation.branches import Branch, UnionRow
from contest.participation.models import Tally, TallyDay
from contest.participation.reading import opening_day
from contest.participation.rules import BASIS_KINDS
from contest.participation.whole import whole
from contest.rounds.models import Contest
from contest.rounds.settings import ContestState, HeadcountBasis
from contest.unions.headcount_rules import Crowd
from contest.unions.models import Place, UnionAncestry


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a contest or a round is compared with. ``rates``: whether its rates may be set beside today's as well,
    which they may not when it is read in another tree than its own."""

    contest: Contest
    round_number: int
    branch: Branch
    rates: bool

    def row(self, union_id: int) -> UnionRow | None:
        """What a union had then; None where it was not there."""
        place = self.branch.rolled.forest.places.get(union_id)
        return None if place is None else self.branch.row(union_id)


def earlier(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    round_number: int,
    now: datetime,
    today: bool,
) -> Earlier | None:
    """The round before; of the whole contest the same contest a year before, where the organizer names one.

    A contest before is read in the present tree where this one is, so that unions that merged in between are compared
    with all they are made of.
    """
    if round_number:
        before = max((r.number for r in contest.rounds if r.number < round_number), default=0)
        if not before:
            return None
        return Earlier(contest, before, whole(session, memo, contest, before, now, today), True)
    previous = contest.previous
    if previous is None or previous.state != ContestState.PUBLISHED:
        return None
    present = today or contest.tree_id is None
    as_today = present and previous.tree_id is not None
    return Earlier(previous, 0, whole(session, memo, previous, 0, now, as_today), not as_today)


@dataclass(frozen=True, slots=True)
class Difference:
    """A union now and then: people more (below 0: fewer), and the rates' difference in points of per cent."""

    people: int
    before: int
    rate: float | None


def difference(row: UnionRow, then: UnionRow | None, rates: bool) -> Difference | None:
    """None where the union was not there."""
    if then is None:
        return None
    known = rates and row.rate is not None and then.rate is not None
    rate = row.rate - then.rate if known and row.rate is not None and then.rate is not None else None
    return Difference(row.counts.people - then.counts.people, then.counts.people, rate)


def differences(rows: Iterable[UnionRow], then: Earlier | None) -> dict[int, Difference]:
    """How each union stands to what it was, by its id; nothing where there is nothing to compare with."""
    if then is None:
        return {}
    pairs = ((row.node.id, difference(row, then.row(row.node.id), then.rates)) for row in rows)
    return {union: found for union, found in pairs if found}


def joined_on(session: Session, contest: Contest, branch: Branch, day: date) -> Mapping[int, int]:
    """People of each union of the branch with all below it who joined the contest on a day, by union id."""
    rows = session.execute(
        select(TallyDay.union_id, TallyDay.people).where(
            TallyDay.contest_id == contest.id, TallyDay.day == day, TallyDay.people != 0
        )
    )
    forest = branch.rolled.forest
    added = forest.added(forest.laid({union: (people,) for union, people in rows}, 1)[:, 0]).tolist()
    return {node.id: people for node, people in zip(forest.nodes, added, strict=True) if people}


def moves_today(contest: Contest, now: datetime) -> bool:
    """Whether places may still have moved since yesterday: from the second day until the day after the last round."""
    day = vietnamese_day(now)
    closes = max((round_.closes_at for round_ in contest.rounds), default=contest.created_at)
    return opening_day(contest) < day <= vietnamese_day(closes)


def within(session: Session, tops: Collection[int], union_ids: Collection[int]) -> frozenset[int]:
    """Which unions stand below some in the present tree, these included."""
    rows = session.scalars(
        select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(tops), UnionAncestry.union_id.in_(union_ids))
    )
    return frozenset(rows)


def place_names(session: Session, place_ids: Collection[int]) -> dict[int, str]:
    """Names of places by id."""
    return dict(session.execute(select(Place.id, Place.name).where(Place.id.in_(place_ids))).all())


def crowds(session: Session, union_id: int, alone: bool = False) -> Iterator[Crowd]:
    """People of each union of a branch, or of its top ``alone``, in public contests whose results are not announced
    (``unions.events``)."""
    contests = session.scalars(
        select(Contest)
        .where(Contest.state == ContestState.PUBLISHED, Contest.results_at.is_(None), Contest.practice.is_(False))
        .options(selectinload(Contest.rounds))
    )
    running = {contest.id: contest for contest in contests}
    if not running:
        return
    days = {contest_id: opening_day(contest) for contest_id, contest in running.items()}
    below = [union_id] if alone else select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == union_id)
    rows = session.execute(
        select(Tally.contest_id, Tally.union_id, func.sum(Tally.people))
        .where(Tally.contest_id.in_(running), Tally.round_number == 0, Tally.union_id.in_(below))
        .group_by(Tally.contest_id, Tally.union_id)
    )
    for contest_id, union, people in rows:
        contest = running[contest_id]
        kinds = BASIS_KINDS[HeadcountBasis(contest.headcount_basis)]
        yield Crowd(union, contest.title, int(people), days[contest_id], kinds)
