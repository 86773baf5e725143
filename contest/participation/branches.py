"""A union with everything below it in one contest, as plain values; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from contest.participation import rules
from contest.participation.forests import Node
from contest.participation.headcounts import Size
from contest.participation.rolling import Rolled
from contest.participation.rules import NOTHING, Counts

__all__ = ["Branch", "KindRow", "Node", "UnionRow"]


class Measured:
    """People who took part beside a headcount: what rows of unions and of kinds of people have in common."""

    __slots__ = ()
    counts: Counts
    size: Size | None

    @property
    def headcount(self) -> int | None:
        return self.size.number if self.size and self.size.number else None

    @property
    def rate(self) -> float | None:
        return rules.rate(self.counts.people, self.headcount)

    @property
    def implausible(self) -> bool:
        """More participants than the headcount knows: the figure has to be looked at."""
        return self.headcount is not None and self.counts.people > self.headcount

    def figures(self) -> dict[str, Any]:
        """The figures for programs; ``rate`` in per cent."""
        return {
            "people": self.counts.people,
            "attempts": self.counts.attempts,
            "headcount": self.headcount,
            "headcount_missing": self.size.missing if self.size else 0,
            "headcount_since": self.size.since.isoformat() if self.size and self.size.since else None,
            "headcount_until": self.size.until.isoformat() if self.size and self.size.until else None,
            "rate": None if self.rate is None else round(self.rate, 4),
            "above_headcount": self.implausible,
        }


class _UnionFigures(NamedTuple):
    node: Node
    counts: Counts
    size: Size | None
    wanted: int | None
    units: int
    silent: int
    deeper: bool


class UnionRow(Measured, _UnionFigures):
    """Figures of one union with all unions below it.

    ``units``: grassroots unions below; ``silent``: those of them without a participant yet; ``deeper``: there is
    something below to look at; ``wanted``: people the target asks for.
    """

    __slots__ = ()

    @property
    def missing(self) -> int | None:
        """People still missing to the target; below 0: so many above it."""
        return rules.missing_people(self.counts.people, self.wanted)

    @property
    def reached(self) -> float | None:
        """People in per cent of the target; None where nothing is asked."""
        return rules.rate(self.counts.people, self.wanted)

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
            **self.figures(),
            "headcount_later": bool(self.size and self.size.late),
            "headcount_unconfirmed": bool(self.size and self.size.unconfirmed),
            "target_people": self.wanted,
            "missing_people": self.missing,
            "units": self.units,
            "units_without_participants": self.silent,
        }


class _KindFigures(NamedTuple):
    kind: str
    counts: Counts
    size: Size | None


class KindRow(Measured, _KindFigures):
    """Figures of one kind of participant in a union with all below it, whatever the division; ``size``: the headcount
    of that kind alone, also of a kind that the contest's own rates leave out."""

    __slots__ = ()

    def data(self) -> dict[str, Any]:
        """The row for programs."""
        return {"kind": self.kind, **self.figures()}


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
    def top_id(self) -> int:
        """The union on top of the tree as read."""
        return self.rolled.forest.nodes[0].id

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

    # Rows

    @property
    def direct(self) -> Counts:
        """Participants who belong to the root itself, or to unions it took over."""
        counts = self.rolled.counts
        return counts[self.place] - sum((counts[below] for below in self.rolled.children(self.place)), NOTHING)

    def row(self, union_id: int) -> UnionRow:
        return self._rows([self.rolled.forest.places[union_id]])[0]

    def _rows(self, places: Iterable[int]) -> list[UnionRow]:
        rolled, frame = self.rolled, self.rolled.frame
        nodes, sizes, wanted = frame.forest.nodes, frame.sizes, frame.wanted
        counts, units, silent = rolled.counts, rolled.units, rolled.silent
        return [
            UnionRow(nodes[one], counts[one], sizes[one], wanted[one], units[one], silent[one], units[one] > 0)
            for one in places
        ]

    @property
    def root(self) -> UnionRow:
        return self.row(self.root_id)

    def children(self, union_id: int | None = None) -> list[UnionRow]:
        """The unions directly below the root, or below another union of the branch, by name."""
        above = self.place if union_id is None else self.rolled.forest.places[union_id]
        return self._rows(self.rolled.children(above))

    def first_fork(self) -> list[UnionRow]:
        """The unions where the tree first has several side by side: what is worth comparing."""
        places = self.rolled.children(self.place)
        while len(places) == 1 and self.rolled.children(places[0]):
            places = self.rolled.children(places[0])
        return self._rows(places)

    def at_level(self, level: str) -> list[UnionRow]:
        """Every union of a level below the root, by name."""
        return self._by_name(self.rolled.at_level(level, self.place))

    def everyone(self) -> list[tuple[int, UnionRow]]:
        """The whole branch from the top down, each union with its depth below the root (0: the root)."""
        depths, places, waiting = [], [], [(0, self.place)]
        while waiting:
            depth, place = waiting.pop()
            depths.append(depth)
            places.append(place)
            if children := self.rolled.children(place):
                waiting += [(depth + 1, below) for below in reversed(children)]
        return list(zip(depths, self._rows(places), strict=True))

    def levels(self) -> list[str]:
        """Levels that occur below the root."""
        return sorted(self.rolled.levels(self.place))

    def silent(self) -> list[Node]:
        """The basic units below the root with nobody yet, by name."""
        forest, counts = self.rolled.forest, self.rolled.counts
        found = [place for place in self.rolled.basic(self.place) if not counts[place].people]
        return [forest.nodes[place] for place in forest.by_name(found)]

    def basic(self) -> list[UnionRow]:
        """The basic units below the root, by name."""
        return self._by_name(self.rolled.basic(self.place))

    def _by_name(self, places: Iterable[int]) -> list[UnionRow]:
        return self._rows(self.rolled.forest.by_name(places))
