"""Long lists in parts: for statements that name or write their rows one by one, and for pages."""

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


def pages_of(total: int, size: int) -> int:
    """How many pages of a size so many rows fill; a list of nothing has one.

    >>> pages_of(0, 50), pages_of(50, 50), pages_of(51, 50)
    (1, 1, 2)
    """
    return max(1, -(-total // size))
