"""Tables of unions: sorting by any column, and places by people and by rate; pure."""

from collections.abc import Callable, Sequence
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


def places(rows: Sequence[UnionRow], by: str, minimum: Minimum) -> dict[int, int]:
    """Competition places (1, 2, 2, 4) of the unions that qualify, by union id."""
    qualified = [row for row in rows if minimum.reason(row, by) is None]
    value = SORTS[by]
    ordered = sorted(qualified, key=value, reverse=True)
    found: dict[int, int] = {}
    place, last = 0, None
    for number, row in enumerate(ordered, 1):
        if value(row) != last:
            place, last = number, value(row)
        found[row.node.id] = place
    return found
