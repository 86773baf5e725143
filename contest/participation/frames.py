"""What participation in a tree is measured against, whatever the counters say: headcounts and targets; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from contest.participation.asking import Targets
from contest.participation.forests import Forest
from contest.participation.headcounts import Size


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
        summed = forest.added(told).tolist()
        for place in np.flatnonzero((forest.added(used) > 0) & ~forest.absorbed).tolist():
            number, late, missing, unconfirmed = summed[place]
            sizes[place] = Size(number, late > 0, missing, unconfirmed > 0)
        for place in np.flatnonzero(used).tolist():
            sizes[place] = own[forest.nodes[place].id]
        return sizes

    @cached_property
    def wanted(self) -> Sequence[int | None]:
        """How many people are asked of every union; None: nothing, or nobody knows."""
        return [
            self.targets.wanted(node.id, size.number if size else None)
            for node, size in zip(self.forest.nodes, self.sizes, strict=True)
        ]
