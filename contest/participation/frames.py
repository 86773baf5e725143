"""What participation in a tree is measured against, whatever the counters say: headcounts and targets; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from contest.participation.asking import Targets
from contest.participation.forests import Forest
from contest.participation.headcounts import Size

#: The days of the earliest and of the latest figure in a headcount.
Days = tuple[date | None, date | None]
NO_DAYS: Days = (None, None)


@dataclass(frozen=True)
class Frame:
    """A tree with the headcounts entered for its unions (``own_sizes``) and the targets that hold in it."""

    forest: Forest
    own_sizes: Mapping[int, Size]
    targets: Targets = field(default_factory=Targets)

    @cached_property
    def sizes(self) -> Sequence[Size | None]:
        """Headcount of every union: the sum of those below it; its own figure where nothing below has one.

        A union that is closed or came later has no figure of its own and is not missed; of the open ones those are
        missed that stand lowest, unless a figure above them stands in for them.
        """
        forest, own = self.forest, self.own_sizes
        known = forest.open & np.array([node.id in own for node in forest.nodes], dtype=bool)
        used = known & (forest.added(known) == 1)
        lowest = forest.open & (forest.added(forest.open) == 1)
        missed = lowest & ~known & (forest.above(used) == 0)
        told = forest.laid({union: size[:4] for union, size in own.items()}, 4) * used[:, None]
        told[:, 2] += missed
        sizes: list[Size | None] = [None] * len(forest.nodes)
        summed, days = forest.added(told).tolist(), self._days(used)
        for place in np.flatnonzero((forest.added(used) > 0) & ~forest.absorbed).tolist():
            number, late, missing, unconfirmed = summed[place]
            sizes[place] = Size(number, late > 0, missing, unconfirmed > 0, None, *days[place])
        for place in np.flatnonzero(used).tolist():
            sizes[place] = own[forest.nodes[place].id]
        return sizes

    def _days(self, used: np.ndarray) -> Sequence[Days]:
        """By place the days of the earliest and of the latest figure in it; ``used``: whose own figures count."""
        forest, own = self.forest, self.own_sizes
        days: list[Days] = [NO_DAYS] * len(forest.nodes)
        for place in np.flatnonzero(used).tolist():
            size = own[forest.nodes[place].id]
            days[place] = size.since, size.until
        for place in range(len(days) - 1, -1, -1):
            above = forest.up[place]
            if above >= 0 and days[above] != days[place] != NO_DAYS:
                days[above] = _joined(days[above], days[place])
        return days

    @cached_property
    def wanted(self) -> Sequence[int | None]:
        """How many people are asked of every union; None: nothing, or nobody knows."""
        return [
            self.targets.wanted(node.id, size.number if size else None)
            for node, size in zip(self.forest.nodes, self.sizes, strict=True)
        ]


def _joined(one: Days, other: Days) -> Days:
    """The days of two headcounts together.

    >>> _joined((date(2023, 9, 30), date(2023, 9, 30)), (date(2026, 1, 1), date(2026, 3, 1)))
    (datetime.date(2023, 9, 30), datetime.date(2026, 3, 1))
    >>> _joined(NO_DAYS, (date(2026, 1, 1), date(2026, 3, 1)))
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 1))
    """
    sinces, untils = ([day for day in days if day] for days in zip(one, other, strict=True))
    return min(sinces, default=None), max(untils, default=None)
