"""What the pages of a campaign are made from: a union's figures in a contest, unit by unit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from contest.campaigns import queries, rules
from contest.campaigns.queries import Roster
from contest.campaigns.rules import Missing, MissingSum, Reason
from contest.clock import VIETNAM
from contest.participation import queries as participation
from contest.participation.branches import Branch, UnionRow
from contest.participation.queries import Today
from contest.participation.rules import bottom_up
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion


@dataclass(frozen=True, slots=True)
class Call:
    """A basic unit to call, with why, and how many people could be won there."""

    row: UnionRow
    missing: Missing
    reason: Reason


@dataclass(frozen=True)
class Survey:
    """A union with everything below it in a contest, and the rosters of all of them."""

    branch: Branch
    rosters: Mapping[int, Roster]

    @property
    def units(self) -> list[int]:
        """The basic units; a union without any below it is its own."""
        return self.units_of(self.branch.root_id)

    def units_of(self, union_id: int) -> list[int]:
        return self.branch.units[union_id] or [union_id]

    @cached_property
    def whole_rosters(self) -> dict[int, Roster]:
        """Rosters of every union with all below it."""
        parents = self.branch.parents
        found = {union: self.rosters.get(union, Roster()) for union in parents}
        for union in bottom_up(parents):
            above = parents[union]
            if above in found:
                found[above] = found[above] + found[union]
        return found

    @cached_property
    def rows(self) -> dict[int, UnionRow]:
        return {unit: self.branch.row(unit) for unit in self.units}

    @cached_property
    def missing(self) -> dict[int, Missing]:
        """Who has not joined, by basic unit."""
        return {unit: self._missing(row) for unit, row in self.rows.items()}

    def _missing(self, row: UnionRow) -> Missing:
        roster = self.whole_rosters[row.node.id]
        return rules.missing(roster.counted, roster.eligible, row.headcount, row.counts.people)

    def missing_in(self, union_id: int) -> MissingSum:
        """The same of a union: its basic units together."""
        return rules.add_up(self.missing[unit] for unit in self.units_of(union_id) if unit in self.missing)

    def calls(self, growing: Collection[int], runs_long: bool) -> list[Call]:
        """The units to call, those with the most people to win first; units that cannot be counted come last."""
        grown = self._with_all_above(growing)
        found = []
        for unit, row in self.rows.items():
            left = self.missing[unit]
            why = rules.reason_to_call(row.counts.people, row.wanted, left.number, unit in grown, runs_long)
            if why and unit != self.branch.root_id:
                found.append(Call(row, left, why))
        return sorted(found, key=lambda call: (-(call.missing.number or 0), call.row.node.name_key, call.row.node.id))

    def _with_all_above(self, unions: Collection[int]) -> set[int]:
        found: set[int] = set()
        for union in unions:
            above: int | None = union
            while above in self.branch.nodes and above not in found:
                found.add(above)
                above = self.branch.parents[above]
        return found


def branch_of(session: Session, contest: Contest, union_id: int, round_number: int = 0) -> Branch:
    """A union with everything below it today."""
    return participation.branch(session, contest, union_id, round_number)


def survey(session: Session, contest: Contest, union_id: int, round_number: int = 0) -> Survey:
    found = branch_of(session, contest, union_id, round_number)
    return Survey(found, queries.rosters(session, contest, union_id))


def calls(session: Session, contest: Contest, found: Survey, today: date) -> list[Call]:
    """The units of a survey to call on a day."""
    union_id = found.branch.root_id
    grown = queries.growing(session, contest, union_id, rules.still_since(today))
    return found.calls(grown, rules.runs_long(participation.opening_day(contest), today))


@dataclass(frozen=True, slots=True)
class Figures:
    """A union's figures in a contest at a moment: what the desk, the ready texts and the summary tell."""

    row: UnionRow
    today: Today
    opens_at: datetime | None
    closes_at: datetime | None
    days_left: int | None

    @property
    def missing(self) -> int | None:
        """People missing to the target; None without target, 0 once it is reached."""
        return None if self.row.missing is None else max(0, self.row.missing)


def figures(contest: Contest, row: UnionRow, today: Today, now: datetime) -> Figures:
    opens_at = min((round_.opens_at for round_ in contest.rounds), default=None)
    closes_at = max((round_.closes_at for round_ in contest.rounds), default=None)
    left = rules.days_left(closes_at, now) if closes_at else None
    return Figures(row, today, opens_at, closes_at, left)


def figures_of(session: Session, contest: Contest, union_id: int, now: datetime) -> Figures:
    """The figures of one union in one contest."""
    row = branch_of(session, contest, union_id).root
    found = participation.now_and_today(session, [contest.id], [union_id], vietnamese_day(now))
    return figures(contest, row, found.get((contest.id, union_id), Today()), now)


def desk_part(session: Session, pairs: Sequence[tuple[TradeUnion, Contest]], now: datetime) -> dict[str, Any]:
    """What the desk shows of each union in each contest that runs there (``participation.events.desk``)."""
    contests, unions = {contest.id for _, contest in pairs}, {union.id for union, _ in pairs}
    fresh = participation.now_and_today(session, contests, unions, vietnamese_day(now)) if pairs else {}
    found = {}
    for union, contest in pairs:
        row = branch_of(session, contest, union.id).root
        of_today = fresh.get((contest.id, union.id), Today())
        found[(contest.id, union.id)] = figures(contest, row, of_today, now)
    return {"campaign_figures": found}


def vietnamese_day(now: datetime) -> date:
    return now.astimezone(VIETNAM).date()
