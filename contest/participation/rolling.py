"""The figures of every union of a tree with all below it, added up once; pure.

People belong to exactly one union of a contest (frozen at their first attempt) and a union stands in one place of a
tree, so that nobody is counted twice at any level.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np

from contest.participation.asking import Targets
from contest.participation.forests import Forest
from contest.participation.headcounts import Size
from contest.participation.rules import Counts
from contest.unions.rules import Level


@dataclass(frozen=True)
class Rolled:
    """``own``: what belongs to each union itself (the numbers of ``Counts``); ``own_sizes``: the headcount entered for
    it. ``day``: the day of which the headcounts are. Unions that are closed in the tree are shown only with
    participants."""

    forest: Forest
    own: Mapping[int, Sequence[int]]
    own_sizes: Mapping[int, Size]
    day: date
    targets: Targets = field(default_factory=Targets)
    taken_at: datetime | None = None

    @cached_property
    def totals(self) -> np.ndarray:
        """Unions by place, then the numbers of ``Counts``."""
        places, ends = self.forest.places, self.forest.ends
        own = np.zeros((len(ends) + 1, 5), dtype=np.int64)
        for union, numbers in self.own.items():
            if union in places:
                own[places[union] + 1] = numbers
        sums = np.cumsum(own, axis=0)
        return sums[np.array(ends, dtype=np.intp)] - sums[: len(ends)]

    @cached_property
    def people(self) -> list[int]:
        return self.totals[:, 0].tolist()

    @cached_property
    def _numbers(self) -> list[list[int]]:
        return self.totals.tolist()

    def counts(self, place: int) -> Counts:
        return Counts(*self._numbers[place])

    @cached_property
    def shown(self) -> list[bool]:
        """Open unions, those with participants, and whatever stands above them; never an absorbed one."""
        attempts, hung = self.totals[:, 1].tolist(), self.forest.hung
        shown = [
            not node.absorbed and (attempts[place] > 0 or node.open) for place, node in enumerate(self.forest.nodes)
        ]
        for place in self.forest.backwards():
            if shown[place] and hung[place] >= 0:
                shown[hung[place]] = True
        return shown

    @cached_property
    def sizes(self) -> list[Size | None]:
        """Headcount of every shown union: the sum of those below it; its own figure where nothing below has one.

        A union that is closed or came later has no figure of its own and is not missed.
        """
        nodes, hung = self.forest.nodes, self.forest.hung
        below: dict[int, list[Size]] = {}
        unknown: dict[int, int] = {}
        sizes: list[Size | None] = [None] * len(nodes)
        for place in self.forest.backwards():
            if not self.shown[place]:
                continue
            known, node, above = below.get(place), nodes[place], hung[place]
            if known:
                sizes[place] = _sum(known, unknown.get(place, 0))
            elif node.open:
                sizes[place] = self.own_sizes.get(node.id)
            if above < 0:
                continue
            found = sizes[place]
            if found is not None:
                below.setdefault(above, []).append(found)
            else:
                lacking = max(unknown.get(place, 0), int(node.open))
                unknown[above] = unknown.get(above, 0) + lacking
        return sizes

    # Most unions have nothing below them: they stand in none of these, which spares ten thousand empty lists.

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        nodes = self.forest.nodes
        below: dict[int, list[int]] = {}
        for place, above in enumerate(self.forest.hung):
            if above >= 0 and self.shown[place]:
                below.setdefault(above, []).append(place)
        for found in below.values():
            found.sort(key=lambda place: (nodes[place].name_key, nodes[place].id))
        return below

    def children(self, place: int) -> Sequence[int]:
        """The shown places right below one, by name."""
        return self._children.get(place, ())

    @cached_property
    def _units(self) -> dict[int, list[int]]:
        nodes, hung = self.forest.nodes, self.forest.hung
        units: dict[int, list[int]] = {}
        for place in self.forest.backwards():
            above = hung[place]
            if above >= 0 and self.shown[place]:
                basic = nodes[place].level == Level.GRASSROOTS or place not in self._children
                units.setdefault(above, []).extend((place,) if basic else units.get(place, ()))
        return units

    def units(self, place: int) -> Sequence[int]:
        """The basic units below a place: grassroots unions, or whatever stands lowest.

        Sections within a grassroots union are no units of those above it; below that union itself they are.
        """
        return self._units.get(place, ())

    @cached_property
    def _silent(self) -> dict[int, int]:
        people = self.people
        return {place: sum(not people[unit] for unit in found) for place, found in self._units.items()}

    def silent(self, place: int) -> int:
        """How many of the basic units below a place have nobody yet."""
        return self._silent.get(place, 0)

    @cached_property
    def by_level(self) -> dict[str, list[int]]:
        """Shown places of each level, ascending."""
        found: dict[str, list[int]] = {}
        for place, node in enumerate(self.forest.nodes):
            if self.shown[place]:
                found.setdefault(node.level, []).append(place)
        return found

    def at_level(self, level: str, place: int) -> list[int]:
        """Shown places of a level below a place."""
        known = self.by_level.get(level, [])
        return known[bisect_left(known, place + 1) : bisect_left(known, self.forest.ends[place])]


def _sum(known: Sequence[Size], unknown: int) -> Size:
    return Size(
        sum(size.number for size in known),
        any(size.late for size in known),
        sum(size.missing for size in known) + unknown,
        any(size.unconfirmed for size in known),
    )
