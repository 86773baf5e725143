"""What the pages of a campaign are made from: a union's figures in a contest, unit by unit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from contest.campaigns import queries, rules
from contest.campaigns.queries import Roster
from contest.campaigns.rules import Missing, MissingSum, Reason
from contest.clock import vietnamese_day
from contest.participation import queries as participation
from contest.participation import reading
from contest.participation.branches import Branch, UnionRow
from contest.participation.events import Running
from contest.participation.queries import Today
from contest.participation.rules import bottom_up
from contest.participation.whole import whole
from contest.rounds.models import Contest
from contest.unions.rules import BASE_LEVELS


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

    def units_of(self, union_id: int) -> list[UnionRow]:
        """The basic units of a union by name; a grassroots union, and whatever has none below it, is its own."""
        row = self.branch.row(union_id)
        return [row] if row.node.level in BASE_LEVELS else self.branch.at(union_id).basic() or [row]

    @cached_property
    def rows(self) -> dict[int, UnionRow]:
        return {row.node.id: row for row in self.units_of(self.branch.root_id)}

    @cached_property
    def missing(self) -> dict[int, Missing]:
        """Who has not joined, by basic unit."""
        return {unit: self._missing(row) for unit, row in self.rows.items()}

    def _missing(self, row: UnionRow) -> Missing:
        roster = self.whole_rosters[row.node.id]
        return rules.missing(roster.counted, roster.eligible, row.headcount, row.counts.people)

    def missing_in(self, union_id: int) -> MissingSum:
        """The same of a union: its basic units together."""
        return rules.add_up(self._missing(row) for row in self.units_of(union_id))

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


def branch_of(
    session: Session, memo: dict[str, Any], contest: Contest, union_id: int, now: datetime, round_number: int = 0
) -> Branch:
    """A union with everything below it, as its officials know it: once the tree has changed since the contest opened,
    in today's tree; until then with the headcounts that the contest's rates go by. ``memo`` keeps the figures of whole
    contests, here and below."""
    changed = contest.tree_id is not None
    return whole(session, memo, contest, round_number, now, today=changed).at(union_id)


def survey(
    session: Session, memo: dict[str, Any], contest: Contest, union_id: int, now: datetime, round_number: int = 0
) -> Survey:
    found = branch_of(session, memo, contest, union_id, now, round_number)
    return Survey(found, queries.rosters(session, contest, union_id))


def calls(session: Session, contest: Contest, found: Survey, now: datetime) -> list[Call]:
    """The units of a survey to call; none while nobody can take part, before the contest and after it."""
    opens_at, closes_at = span(contest)
    if opens_at is None or closes_at is None or not opens_at <= now < closes_at:
        return []
    union_id, today = found.branch.root_id, vietnamese_day(now)
    grown = queries.growing(session, contest, union_id, rules.still_since(today))
    return found.calls(grown, rules.runs_long(reading.opening_day(contest), today))


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


def span(contest: Contest) -> tuple[datetime | None, datetime | None]:
    """When a contest opens and closes; None while it has no rounds."""
    opens_at = min((round_.opens_at for round_ in contest.rounds), default=None)
    return opens_at, max((round_.closes_at for round_ in contest.rounds), default=None)


def figures(contest: Contest, row: UnionRow, today: Today, now: datetime) -> Figures:
    opens_at, closes_at = span(contest)
    left = rules.days_left(closes_at, now) if closes_at else None
    return Figures(row, today, opens_at, closes_at, left)


def figures_of(session: Session, memo: dict[str, Any], contest: Contest, union_id: int, now: datetime) -> Figures:
    """The figures of one union in one contest."""
    row = branch_of(session, memo, contest, union_id, now).root
    found = participation.now_and_today(session, [contest.id], [union_id], vietnamese_day(now))
    return figures(contest, row, found.get((contest.id, union_id), Today()), now)


def desk_part(session: Session, memo: dict[str, Any], running: Sequence[Running], now: datetime) -> dict[str, Any]:
    """What the desk shows of each union in each contest that runs there (``participation.events.desk``)."""
    found = {}
    for union, contest, of_today in running:
        row = branch_of(session, memo, contest, union.id, now).root
        found[(contest.id, union.id)] = figures(contest, row, of_today, now)
    return {"campaign_figures": found}
