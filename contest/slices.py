"""Long lists in parts, for statements that name or write their rows one by one."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")

#: Values that one statement names: well below what either database takes, and few enough to be planned quickly.
MAX_NAMED = 500


def slices(values: Collection[Value], size: int = MAX_NAMED) -> Iterator[Sequence[Value]]:
    """The values in their order, ``size`` at a time; nothing for no values.

    >>> list(slices([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    ordered = list(values)
    return (ordered[start : start + size] for start in range(0, len(ordered), size))
