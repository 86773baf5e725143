"""A tree of unions as a contest is read in it: every union before all below it, as plain values; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from contest.unions.rules import NodeState


@dataclass(frozen=True, slots=True)
class Node:
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
    """Unions in such an order that everything below one follows right behind it; places count from 0."""

    nodes: Sequence[Node]

    @cached_property
    def places(self) -> dict[int, int]:
        return {node.id: place for place, node in enumerate(self.nodes)}

    @cached_property
    def up(self) -> list[int]:
        """The place of what stands above; -1 on top of what was read."""
        return [-1 if node.parent_id is None else self.places.get(node.parent_id, -1) for node in self.nodes]

    @cached_property
    def ends(self) -> list[int]:
        """Behind the last place below each."""
        ends = [place + 1 for place in range(len(self.nodes))]
        for place in range(len(self.nodes) - 1, -1, -1):
            above = self.up[place]
            if above >= 0:
                ends[above] = max(ends[above], ends[place])
        return ends

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

    def backwards(self) -> Iterator[int]:
        """Every place, each after all below it."""
        return iter(range(len(self.nodes) - 1, -1, -1))
