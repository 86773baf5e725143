"""A union with everything below it in one contest, as plain values; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from contest.participation import rules
from contest.participation.forests import Node
from contest.participation.headcounts import Size
from contest.participation.rolling import Rolled
from contest.participation.rules import Counts

__all__ = ["Branch", "Node", "UnionRow"]


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
    def reached(self) -> float | None:
        """People in per cent of the target; None where nothing is asked."""
        return rules.rate(self.counts.people, self.wanted)

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
            "state": str(self.node.state),
            "people": self.counts.people,
            "attempts": self.counts.attempts,
            "headcount": self.headcount,
            "headcount_later": bool(self.size and self.size.late),
            "headcount_unconfirmed": bool(self.size and self.size.unconfirmed),
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
    """A union of a tree that was added up, and everything below it."""

    rolled: Rolled
    root_id: int

    def at(self, union_id: int) -> "Branch":
        """The branch of another union of the same tree; nothing is added up again.

        KeyError for a union that the tree does not know.
        """
        if union_id not in self.rolled.forest.places:
            raise KeyError(union_id)
        return Branch(self.rolled, union_id)

    @property
    def taken_at(self) -> datetime | None:
        """When the figures were read; None: just now."""
        return self.rolled.taken_at

    @property
    def place(self) -> int:
        return self.rolled.forest.places[self.root_id]

    # The whole branch, absorbed and hidden unions included

    @cached_property
    def nodes(self) -> Mapping[int, Node]:
        forest = self.rolled.forest
        return {node.id: node for node in forest.nodes[self.place : forest.ends[self.place]]}

    @cached_property
    def parents(self) -> Mapping[int, int | None]:
        """What stands right above each union of the branch; None for the root."""
        return {node.id: None if node.id == self.root_id else node.parent_id for node in self.nodes.values()}

    @cached_property
    def units(self) -> Mapping[int, list[int]]:
        """The basic units below each union of the branch, by id."""
        nodes, units = self.rolled.forest.nodes, self.rolled.units
        return {
            node.id: sorted(nodes[unit].id for unit in units(place))
            for place, node in enumerate(self.nodes.values(), self.place)
        }

    # Rows

    @property
    def direct(self) -> Counts:
        """Participants who belong to the root itself, or to unions it took over."""
        total = self.rolled.counts(self.place)
        for place in self.rolled.children(self.place):
            total = total - self.rolled.counts(place)
        return total

    def row(self, union_id: int) -> UnionRow:
        return self._row(self.rolled.forest.places[union_id])

    def _row(self, place: int) -> UnionRow:
        rolled = self.rolled
        node, size, units = rolled.forest.nodes[place], rolled.sizes[place], len(rolled.units(place))
        return UnionRow(
            node=node,
            counts=rolled.counts(place),
            size=size,
            wanted=rolled.targets.wanted(node.id, size.number if size else None),
            units=units,
            silent=rolled.silent(place),
            deeper=units > 0,
        )

    @property
    def root(self) -> UnionRow:
        return self._row(self.place)

    def children(self, union_id: int | None = None) -> list[UnionRow]:
        """The unions directly below the root, or below another union of the branch, by name."""
        above = self.place if union_id is None else self.rolled.forest.places[union_id]
        return [self._row(place) for place in self.rolled.children(above)]

    def first_fork(self) -> list[UnionRow]:
        """The unions where the tree first has several side by side: what is worth comparing."""
        places = self.rolled.children(self.place)
        while len(places) == 1 and self.rolled.children(places[0]):
            places = self.rolled.children(places[0])
        return [self._row(place) for place in places]

    def at_level(self, level: str) -> list[UnionRow]:
        """Every union of a level below the root, by name."""
        return self._by_name(self.rolled.at_level(level, self.place))

    def everyone(self) -> list[tuple[int, UnionRow]]:
        """The whole branch from the top down, each union with its depth below the root (0: the root)."""
        found, waiting = [], [(0, self.place)]
        while waiting:
            depth, place = waiting.pop()
            found.append((depth, self._row(place)))
            waiting += [(depth + 1, below) for below in reversed(self.rolled.children(place))]
        return found

    def levels(self) -> list[str]:
        """Levels that occur below the root."""
        return sorted(level for level in self.rolled.by_level if self.rolled.at_level(level, self.place))

    def silent(self) -> list[Node]:
        """The basic units below the root with nobody yet, by name."""
        nodes, people = self.rolled.forest.nodes, self.rolled.people
        found = [nodes[unit] for unit in self.rolled.units(self.place) if not people[unit]]
        return sorted(found, key=lambda node: (node.name_key, node.id))

    def basic(self) -> list[UnionRow]:
        """The basic units below the root, by name."""
        return self._by_name(self.rolled.units(self.place))

    def _by_name(self, places: Iterable[int]) -> list[UnionRow]:
        nodes = self.rolled.forest.nodes
        return [self._row(place) for place in sorted(places, key=lambda p: (nodes[p].name_key, nodes[p].id))]
