"""Long lists a page at a time: which page an address asks for (``?trang=``), and of how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request

from contest.slices import pages_of
from contest.web.limits import whole

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paging:
    """``page`` of ``pages``, both from 1 on, each of ``size`` rows (the last of fewer)."""

    page: int
    pages: int
    size: int

    @property
    def before(self) -> int:
        """How many rows stand on the pages before this one."""
        return (self.page - 1) * self.size

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of this page out of all of them."""
        return rows[self.before : self.before + self.size]


def paging(total: int, size: int) -> Paging:
    """The page of a list of ``total`` rows that the address asks for: the first, or the last where it asks beyond."""
    pages = pages_of(total, size)
    return Paging(min(max(1, request.args.get("trang", 1, type=whole)), pages), pages, size)
