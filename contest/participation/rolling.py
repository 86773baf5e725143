"""The figures of every union of a tree with all below it, added up once; pure.

People belong to exactly one union of a contest (frozen at their first attempt) and a union stands in one place of a
tree, so that nobody is counted twice at any level. What is asked of a union is a sum over its interval of the tree
(``Forest.added``): a few operations on arrays, whatever the depth.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from contest.participation.forests import Forest
from contest.participation.frames import Frame
from contest.participation.rules import Counts


@dataclass(frozen=True)
class Rolled:
    """``own``: what belongs to each union itself (the numbers of ``Counts``). Unions that are closed in the tree are
    shown only with participants."""

    frame: Frame
    own: Mapping[int, Sequence[int]]
    taken_at: datetime | None = None

    @property
    def forest(self) -> Forest:
        return self.frame.forest

    @cached_property
    def totals(self) -> np.ndarray:
        """Unions by place, then the numbers of ``Counts``."""
        return self.forest.added(self.forest.laid(self.own, len(Counts._fields)))

    @cached_property
    def counts(self) -> list[Counts]:
        return list(map(Counts._make, self.totals.tolist()))

    @cached_property
    def _seen(self) -> np.ndarray:
        forest = self.forest
        return ~forest.absorbed & ((self.totals[:, 1] > 0) | (forest.added(forest.open) > 0))

    @cached_property
    def shown(self) -> list[bool]:
        """Open unions, those with participants, and whatever stands above them; never an absorbed one."""
        return self._seen.tolist()

    def children(self, place: int) -> list[int]:
        """The shown places right below one, by name."""
        below = self.forest.below.get(place)
        return [one for one in below if self.shown[one]] if below else []

    # Basic units: grassroots unions, or whatever stands lowest. Sections within a grassroots union are no units of
    # those above it; below that union itself they are. So the units of a place are the basic ones below it with as
    # many basic ones above them as count down to the place.

    @cached_property
    def _basic(self) -> np.ndarray:
        lowest = self.forest.added(self._seen) == 1
        return self._seen & (lowest | self.forest.grassroots)

    @cached_property
    def _above(self) -> np.ndarray:
        return self.forest.above(self._basic)

    @cached_property
    def _down_to(self) -> np.ndarray:
        return np.where(self.forest.absorbed, -1, self._above + self._basic)

    def basic(self, place: int) -> list[int]:
        """The basic units below a place."""
        below = slice(place + 1, int(self.forest.ends[place]))
        found = self._basic[below] & (self._above[below] == self._down_to[place])
        return (np.flatnonzero(found) + below.start).tolist()

    @cached_property
    def units(self) -> list[int]:
        """How many basic units each place has below it."""
        return self._units_among(self._basic)

    @cached_property
    def silent(self) -> list[int]:
        """How many of them have nobody yet."""
        return self._units_among(self._basic & (self.totals[:, 0] == 0))

    def _units_among(self, chosen: np.ndarray) -> list[int]:
        found = np.zeros(len(chosen), dtype=np.int64)
        for layer in np.unique(self._above[chosen]):
            here = self._down_to == layer
            found[here] = self.forest.added(chosen & (self._above == layer))[here]
        return found.tolist()

    # Levels

    def levels(self, place: int) -> list[str]:
        """Levels of what is shown below a place."""
        return [level for level in self.forest.by_level if self.at_level(level, place)]

    def at_level(self, level: str, place: int) -> list[int]:
        """Shown places of a level below a place."""
        known, end = self.forest.by_level.get(level, ()), int(self.forest.ends[place])
        below = known[bisect_left(known, place + 1) : bisect_left(known, end)]
        return [one for one in below if self.shown[one]]
