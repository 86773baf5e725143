"""Tables of unions: sorting by any column, places by people and by rate in size classes, their movement; pure."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.participation.branches import UnionRow
from questions.messages import N_, Message, message

#: What a table may be sorted by, as it stands in the address.
SORTS: dict[str, Callable[[UnionRow], Any]] = {
    "ten": lambda row: row.node.name_key,
    "nguoi": lambda row: row.counts.people,
    "luot": lambda row: row.counts.attempts,
    "so-doan-vien": lambda row: row.headcount,
    "ty-le": lambda row: row.rate,
    "chi-tieu": lambda row: row.wanted,
    "con-thieu": lambda row: row.missing,
    "chua-co": lambda row: row.silent,
    "diem": lambda row: row.counts.average,
}
BY_RATE = "ty-le"
BY_PEOPLE = "nguoi"


def sort_rows(rows: Sequence[UnionRow], key: str, descending: bool) -> list[UnionRow]:
    """The rows by a column either way. A row without a figure stands last both ways; equal rows stand by name."""
    value = SORTS[key]
    by_name = sorted(rows, key=lambda row: (row.node.name_key, row.node.id))
    known = [row for row in by_name if value(row) is not None]
    unknown = [row for row in by_name if value(row) is None]
    return sorted(known, key=value, reverse=descending) + unknown


@dataclass(frozen=True, slots=True)
class Minimum:
    """What a union needs to be ranked for collective prizes; None: nothing asked."""

    headcount: int | None = None
    percent: int | None = None

    def reason(self, row: UnionRow, by: str) -> Message | None:
        """Why a union gets no place in the league by rate or by people; None when it does."""
        if row.headcount is None and (by == BY_RATE or self.headcount or self.percent):
            return message(N_("chưa có số đoàn viên"))
        if self.headcount and row.headcount < self.headcount:
            return message(N_("dưới %(number)s đoàn viên"), number=self.headcount)
        if self.percent and row.counts.people * 100 < self.percent * row.headcount:
            return message(N_("tỷ lệ dưới %(number)s%%"), number=self.percent)
        return None if row.counts.people else message(N_("chưa có người dự thi"))


def places(rows: Sequence[UnionRow], by: str, minimum: Minimum, bounds: Sequence[int] = ()) -> dict[int, int]:
    """Competition places (1, 2, 2, 4) of the unions that qualify, by union id; each size class by itself."""
    value = SORTS[by]
    figures = {row.node.id: value(row) for row in rows if _qualifies(row, by, minimum, bounds)}
    return _places(figures, {row.node.id: size_class(row.headcount, bounds) for row in rows})


def _qualifies(row: UnionRow, by: str, minimum: Minimum, bounds: Sequence[int]) -> bool:
    return minimum.reason(row, by) is None and (not bounds or row.headcount is not None)


def _places(figures: Mapping[int, Any], classes: Mapping[int, int | None]) -> dict[int, int]:
    found: dict[int, int] = {}
    numbers: dict[int | None, int] = defaultdict(int)
    last: dict[int | None, tuple[int, Any]] = {}
    for union, figure in sorted(figures.items(), key=lambda pair: pair[1], reverse=True):
        of = classes[union]
        numbers[of] += 1
        if of not in last or last[of][1] != figure:
            last[of] = (numbers[of], figure)
        found[union] = last[of][0]
    return found


def size_class(headcount: int | None, bounds: Sequence[int]) -> int | None:
    """The size class of a union, from 0; a bound belongs to the class below it. None: no headcount, or no classes.

    >>> size_class(50, [50, 200]), size_class(51, [50, 200]), size_class(999, [50, 200]), size_class(None, [50])
    (0, 1, 2, None)
    """
    return bisect_left(bounds, headcount) if bounds and headcount is not None else None


def class_name(number: int, bounds: Sequence[int]) -> Message:
    """A size class in words.

    >>> [str(class_name(n, [50, 200])) for n in (0, 1, 2)]
    ['đến 50 người', '51 đến 200 người', 'trên 200 người']
    """
    if number == 0:
        return message(N_("đến %(until)s người"), until=bounds[0])
    if number == len(bounds):
        return message(N_("trên %(since)s người"), since=bounds[-1])
    return message(N_("%(since)s đến %(until)s người"), since=bounds[number - 1] + 1, until=bounds[number])


@dataclass(frozen=True, slots=True)
class Move:
    """How a union's place changed since yesterday: ``steps`` up (below 0: down); ``new``: it had none."""

    steps: int = 0
    new: bool = False

    @property
    def sign(self) -> str:
        """As tables show it.

        >>> Move(2).sign, Move(-1).sign, Move(0).sign
        ('▲2', '▼1', '=')
        """
        if not self.steps:
            return "="
        return f"▲{self.steps}" if self.steps > 0 else f"▼{-self.steps}"


def moves(now: Mapping[int, int], yesterday: Mapping[int, int]) -> dict[int, Move]:
    """How the places of unions changed; nothing for all when nobody had a place yesterday.

    >>> moves({1: 1, 2: 2, 3: 3}, {2: 1, 1: 2})
    {1: Move(steps=1, new=False), 2: Move(steps=-1, new=False), 3: Move(steps=0, new=True)}
    """
    if not yesterday:
        return {}
    return {
        union: Move(yesterday[union] - place) if union in yesterday else Move(new=True) for union, place in now.items()
    }


def yesterday_rows(rows: Sequence[UnionRow], joined: Mapping[int, int]) -> list[UnionRow]:
    """The rows without the people who joined today (by union id): enough for places by people and by rate."""
    return [
        row._replace(counts=row.counts._replace(people=max(0, row.counts.people - joined.get(row.node.id, 0))))
        for row in rows
    ]
