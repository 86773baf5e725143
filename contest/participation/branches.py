"""A union with everything below it in one contest, as plain values; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from contest.participation import rules
from contest.participation.rules import NOTHING, Counts, Size


@dataclass(frozen=True, slots=True)
class Target:
    """What a contest asks for: per cent of every union's headcount, and people of the whole contest."""

    percent: int | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A union of the tree as read."""

    id: int
    parent_id: int | None
    code: str
    name: str
    name_key: str
    level: str
    note: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class UnionRow:
    """Figures of one union with all unions below it.

    ``units``: grassroots unions below; ``silent``: those of them without a participant yet; ``deeper``: there is
    something below to look at; ``wanted``: people the target asks for.
    """

    node: Node
    counts: Counts
    size: Size | None
    wanted: int | None
    units: int
    silent: int
    deeper: bool

    @property
    def headcount(self) -> int | None:
        return self.size.number if self.size and self.size.number else None

    @property
    def rate(self) -> float | None:
        return rules.rate(self.counts.people, self.headcount)

    @property
    def missing(self) -> int | None:
        """People still missing to the target; below 0: so many above it."""
        return rules.missing_people(self.counts.people, self.wanted)

    @property
    def implausible(self) -> bool:
        """More participants than the headcount knows: the figure has to be looked at."""
        return self.headcount is not None and self.counts.people > self.headcount

    def scores_data(self) -> dict[str, Any]:
        """How well people did, for those who may know before results are announced."""
        return {
            "perfect_people": self.counts.perfect_people,
            "perfect_attempts": self.counts.perfect_attempts,
            "average_score": None if self.counts.average is None else round(self.counts.average, 4),
        }

    def data(self) -> dict[str, Any]:
        """The row for programs, as its page shows it: nothing of scores; ``rate`` in per cent."""
        return {
            "code": self.node.code,
            "name": self.node.name,
            "level": self.node.level,
            "people": self.counts.people,
            "attempts": self.counts.attempts,
            "headcount": self.headcount,
            "headcount_later": bool(self.size and self.size.late),
            "headcount_missing": self.size.missing if self.size else 0,
            "rate": None if self.rate is None else round(self.rate, 4),
            "above_headcount": self.implausible,
            "target_people": self.wanted,
            "missing_people": self.missing,
            "units": self.units,
            "units_without_participants": self.silent,
        }


@dataclass(frozen=True)
class Branch:
    """``own`` holds what belongs to each union itself, ``own_sizes`` the headcount entered for it."""

    root_id: int
    nodes: Mapping[int, Node]
    own: Mapping[int, Counts]
    own_sizes: Mapping[int, Size]
    target: Target
    #: Unions closed on or before this day are shown only with participants.
    opening: date
    #: Whether the people of the target are asked of the root.
    whole_contest: bool = False

    @cached_property
    def parents(self) -> dict[int, int | None]:
        return {node.id: None if node.id == self.root_id else node.parent_id for node in self.nodes.values()}

    @cached_property
    def totals(self) -> dict[int, Counts]:
        return rules.roll_up(self.parents, self.own)

    @cached_property
    def sizes(self) -> dict[int, Size | None]:
        shown = {node: parent for node, parent in self.parents.items() if node in self.shown}
        return rules.roll_up_sizes(shown, self.own_sizes)

    @cached_property
    def shown(self) -> Collection[int]:
        still_open = [n.id for n in self.nodes.values() if n.closed_on is None or n.closed_on > self.opening]
        return rules.kept(self.parents, [self.root_id, *still_open], self.totals)

    @cached_property
    def units(self) -> dict[int, list[int]]:
        levels = {node.id: node.level for node in self.nodes.values()}
        return rules.units(self.parents, levels, self.shown, self.root_id)

    @property
    def direct(self) -> Counts:
        """Participants who belong to the root itself."""
        return self.own.get(self.root_id, NOTHING)

    def row(self, union_id: int) -> UnionRow:
        size = self.sizes[union_id]
        units = self.units[union_id]
        asked = [rules.people_wanted(size.number if size else None, self.target.percent)]
        if self.whole_contest and union_id == self.root_id:
            asked.append(self.target.people)
        return UnionRow(
            node=self.nodes[union_id],
            counts=self.totals[union_id],
            size=size,
            wanted=rules.nearest_wanted(asked),
            units=len(units),
            silent=sum(not self.totals[unit].people for unit in units),
            deeper=bool(units),
        )

    @property
    def root(self) -> UnionRow:
        return self.row(self.root_id)

    def children(self, union_id: int | None = None) -> list[UnionRow]:
        """The unions directly below the root, or below another union of the branch, by name."""
        above = self.root_id if union_id is None else union_id
        return self._rows([n.id for n in self.nodes.values() if n.parent_id == above])

    def first_fork(self) -> list[UnionRow]:
        """The unions where the tree first has several side by side: what is worth comparing."""
        rows = self.children()
        while len(rows) == 1 and rows[0].deeper:
            rows = self.children(rows[0].node.id)
        return rows

    def at_level(self, level: str) -> list[UnionRow]:
        """Every union of a level below the root, by name."""
        return self._rows([n.id for n in self.nodes.values() if n.level == level and n.id != self.root_id])

    def everyone(self) -> list[tuple[int, UnionRow]]:
        """The whole branch from the top down, each union with its depth below the root (0: the root)."""
        below: dict[int, list[Node]] = {}
        for node in sorted(self.nodes.values(), key=lambda n: n.name_key, reverse=True):
            if node.id in self.shown and node.id != self.root_id:
                below.setdefault(node.parent_id or 0, []).append(node)
        found, waiting = [], [(0, self.root_id)]
        while waiting:
            depth, union_id = waiting.pop()
            found.append((depth, self.row(union_id)))
            waiting += [(depth + 1, node.id) for node in below.get(union_id, [])]
        return found

    def levels(self) -> list[str]:
        """Levels that occur below the root."""
        return sorted({self.nodes[union_id].level for union_id in self.shown if union_id != self.root_id})

    def silent(self) -> list[Node]:
        """The basic units below the root with nobody yet, by name."""
        found = [self.nodes[unit] for unit in self.units[self.root_id] if not self.totals[unit].people]
        return sorted(found, key=lambda node: (node.name_key, node.id))

    def _rows(self, ids: list[int]) -> list[UnionRow]:
        rows = [self.row(union_id) for union_id in ids if union_id in self.shown]
        return sorted(rows, key=lambda row: (row.node.name_key, row.node.id))
