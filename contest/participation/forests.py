"""A tree of unions as a contest is read in it: every union before all below it, as plain values; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from contest.unions.rules import Level, NodeState


class Node(NamedTuple):
    """A union of the tree as read; ``parent_id``: what stands above it there, for an absorbed one its successor.

    ``closed_on`` is what is known today: a union of a tree that was kept may have closed since.
    """

    id: int
    parent_id: int | None
    code: str
    name: str
    name_key: str
    level: str
    note: str
    closed_on: date | None
    short_name: str = ""
    state: str = NodeState.OPEN
    place_id: int | None = None

    @property
    def absorbed(self) -> bool:
        """Taken over by one successor: never shown by itself, its figures are the successor's."""
        return self.state == NodeState.ABSORBED

    @property
    def newcomer(self) -> bool:
        """Opened after the contest did: without a headcount of its own in the contest's tree."""
        return self.state == NodeState.NEWCOMER

    @property
    def open(self) -> bool:
        """Open in the tree as read, whatever became of it since: shown even without participants."""
        return self.state == NodeState.OPEN


@dataclass(frozen=True)
class Forest:
    """Unions in such an order that everything below one follows right behind it; places count from 0.

    So what stands below a union is an interval, and the sum over it is the difference of two running sums.
    """

    nodes: Sequence[Node]

    @cached_property
    def places(self) -> dict[int, int]:
        return {node.id: place for place, node in enumerate(self.nodes)}

    @cached_property
    def up(self) -> list[int]:
        """The place of what stands above; -1 on top of what was read."""
        return [-1 if node.parent_id is None else self.places.get(node.parent_id, -1) for node in self.nodes]

    @cached_property
    def ends(self) -> np.ndarray:
        """Behind the last place below each."""
        ends = list(range(1, len(self.nodes) + 1))
        for place in range(len(self.nodes) - 1, -1, -1):
            above = self.up[place]
            if above >= 0 and ends[above] < ends[place]:
                ends[above] = ends[place]
        return np.array(ends, dtype=np.intp)

    @cached_property
    def hung(self) -> list[int]:
        """The place of the nearest above that is not absorbed: where a union stands in a table; -1: on top."""
        hung: list[int] = []
        for above in self.up:
            hung.append(above if above < 0 or not self.nodes[above].absorbed else hung[above])
        return hung

    @cached_property
    def parents(self) -> Mapping[int, int | None]:
        """The union right above each; None on top of what was read."""
        return {
            node.id: None if above < 0 else self.nodes[above].id
            for node, above in zip(self.nodes, self.up, strict=True)
        }

    # As arrays by place

    @cached_property
    def open(self) -> np.ndarray:
        return np.array([node.state == NodeState.OPEN for node in self.nodes], dtype=bool)

    @cached_property
    def absorbed(self) -> np.ndarray:
        return np.array([node.state == NodeState.ABSORBED for node in self.nodes], dtype=bool)

    @cached_property
    def grassroots(self) -> np.ndarray:
        return np.array([node.level == Level.GRASSROOTS for node in self.nodes], dtype=bool)

    def laid(self, own: Mapping[int, Sequence[int]], width: int) -> np.ndarray:
        """Numbers of unions by place, so many of each; 0 where nothing is known, unions of other trees left out."""
        known = [(self.places[union], numbers) for union, numbers in own.items() if union in self.places]
        found = np.zeros((len(self.nodes), width), dtype=np.int64)
        if known:
            found[[place for place, _ in known]] = [numbers for _, numbers in known]
        return found

    def added(self, own: np.ndarray) -> np.ndarray:
        """Of each place the sum of what belongs to it and to all below it."""
        sums = np.zeros((len(own) + 1, *own.shape[1:]), dtype=np.int64)
        np.cumsum(own, axis=0, out=sums[1:])
        return sums[self.ends] - sums[:-1]

    def above(self, marked: np.ndarray) -> np.ndarray:
        """How many marked places stand above each, itself not counted."""
        places = np.flatnonzero(marked)
        size = len(self.nodes) + 1
        # Each begins to count behind itself and ceases at its end.
        steps = np.bincount(places + 1, minlength=size) - np.bincount(self.ends[places], minlength=size)
        return np.cumsum(steps)[:-1]

    @cached_property
    def by_level(self) -> Mapping[str, Sequence[int]]:
        """The places of each level, ascending."""
        found: dict[str, list[int]] = {}
        for place, node in enumerate(self.nodes):
            found.setdefault(node.level, []).append(place)
        return found

    # By name

    @cached_property
    def below(self) -> Mapping[int, Sequence[int]]:
        """The places right below each that has any, by name; never an absorbed one."""
        below: dict[int, list[int]] = {}
        for place in self.by_name(range(len(self.nodes))):
            if self.hung[place] >= 0 and not self.absorbed[place]:
                below.setdefault(self.hung[place], []).append(place)
        return below

    def by_name(self, places: Iterable[int]) -> list[int]:
        nodes = self.nodes
        return sorted(places, key=lambda place: (nodes[place].name_key, nodes[place].id))
