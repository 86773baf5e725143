"""Where unions hang in a kept tree: the present one, and older ones that newcomers join; pure.

In the present tree a closed union hangs where its people went, so that "as it is today" is one roll-up: what it did
belongs to its only successor. One without successor, or with several, stays a closed node of its own. An older tree
stays as it was kept; unions opened later are hung where the unions they came from stood.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contest.unions.rules import NodeState


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a union hangs in a tree; ``parent`` None: on top."""

    parent: int | None
    state: NodeState


@dataclass(frozen=True, slots=True)
class Place:
    """A union's nested interval: all below it have ``first`` within ``first`` to ``last``; ``depth`` 0 on top."""

    first: int
    last: int
    depth: int


def present_hooks(
    parents: Mapping[int, int | None], closed: Iterable[int], successors: Mapping[int, Sequence[int]]
) -> dict[int, Hook]:
    """The present tree. ``parents`` are the last managers of all unions, ``successors`` who took over from whom.

    >>> hooks = present_hooks({1: None, 2: 1, 3: 1, 4: 2}, closed=[2], successors={2: [3]})
    >>> hooks[2].parent, hooks[2].state.value, hooks[4].parent
    (3, 'absorbed', 3)
    """
    ended = set(closed)
    heirs = {union: successors[union][0] for union in ended if len(successors.get(union, ())) == 1}
    heirs = {union: heir for union, heir in heirs.items() if heir in parents and not _comes_back(union, heirs)}

    def hook(union: int) -> Hook:
        if union in heirs:
            return Hook(heirs[union], NodeState.ABSORBED)
        parent = parents[union]
        while parent in heirs:
            parent = heirs[parent]
        known = parent if parent in parents and parent != union else None
        return Hook(known, NodeState.CLOSED if union in ended else NodeState.OPEN)

    return {union: hook(union) for union in parents}


def _comes_back(union: int, heirs: Mapping[int, int]) -> bool:
    """Whether following the heirs ends in a circle."""
    seen = {union}
    while union in heirs:
        union = heirs[union]
        if union in seen:
            return True
        seen.add(union)
    return False


def newcomer_hooks(
    kept: Mapping[int, int | None],
    newcomers: Sequence[int],
    parents: Mapping[int, int | None],
    predecessors: Mapping[int, Sequence[int]],
) -> dict[int, Hook]:
    """Where unions that a kept tree does not know are hung in it: one that came from unions of the tree below what
    stands above all of these, any other below its manager.

    >>> newcomer_hooks({1: None, 2: 1, 3: 2, 4: 2}, [9], {9: 1}, {9: [3, 4]})[9].parent
    2
    """
    tree = dict(kept)
    tops = [union for union, parent in kept.items() if parent is None]
    found: dict[int, Hook] = {}

    def hang(union: int, seen: frozenset[int]) -> int | None:
        if union in found:
            return found[union].parent
        sources = [one for one in predecessors.get(union, ()) if one in kept]
        parent = _common([_above(one, tree) for one in sources]) if sources else None
        manager = parents.get(union)
        if parent is None and manager is not None:
            if manager not in tree and manager in newcomer_set and manager not in seen:
                hang(manager, seen | {union})
            parent = manager if manager in tree else None
        if parent is None and len(tops) == 1:
            parent = tops[0]
        found[union], tree[union] = Hook(parent, NodeState.NEWCOMER), parent
        return parent

    newcomer_set = set(newcomers)
    for union in newcomers:
        hang(union, frozenset({union}))
    return found


def _above(union: int, tree: Mapping[int, int | None]) -> list[int]:
    """Everything above a union, nearest first."""
    trail: list[int] = []
    parent = tree.get(union)
    while parent is not None and parent not in trail:
        trail.append(parent)
        parent = tree.get(parent)
    return trail


def _common(trails: Sequence[Sequence[int]]) -> int | None:
    """The nearest that stands above all."""
    return next((one for one in trails[0] if all(one in trail for trail in trails[1:])), None)


def intervals(parents: Mapping[int, int | None], order: Callable[[int], object]) -> dict[int, Place]:
    """Nested intervals of a tree, numbered from 1 in the order of ``order`` among brothers.

    Raises ValueError for a circle.

    >>> intervals({1: None, 2: 1, 3: 1}, order=lambda union: -union)[1]
    Place(first=1, last=3, depth=0)
    """
    below: dict[int | None, list[int]] = {}
    for union in sorted(parents, key=order, reverse=True):
        below.setdefault(parents[union], []).append(union)
    firsts: dict[int, int] = {}
    depths: dict[int | None, int] = {None: -1}
    waiting, trail = list(below.get(None, ())), []
    while waiting:
        union = waiting.pop()
        firsts[union] = len(firsts) + 1
        depths[union] = depths[parents[union]] + 1
        trail.append(union)
        waiting += below.get(union, ())
    if len(firsts) != len(parents):
        raise ValueError("the tree has a circle, or a parent that is no node of it")
    lasts = dict(firsts)
    for union in reversed(trail):
        parent = parents[union]
        if parent is not None:
            lasts[parent] = max(lasts[parent], lasts[union])
    return {union: Place(firsts[union], lasts[union], depths[union]) for union in trail}
