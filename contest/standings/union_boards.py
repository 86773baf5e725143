"""The people of a union and all below it on a board: their places among themselves and in the whole."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from contest.rounds.models import Contest, Entry
from contest.slices import pages_of
from contest.standings import queries, rules
from contest.standings.boards import Board, chosen, places, sources
from contest.standings.queries import PAGE_SIZE, Line
from contest.unions import trees
from contest.unions.rules import PRESENT

#: People of a union who are put in order at once.
MAX_SORTED = 20_000
#: Of a larger one only the first so many places are shown.
FIRST = 1_000

#: (sort key, entry id)
Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class UnionRows:
    """Everybody of a union on a board in order; ``cut``: only the first, of a union with too many people."""

    rows: Sequence[Row]
    cut: bool

    def rank(self, sort_key: str) -> int:
        """The place of a sort key within the union."""
        return 1 + bisect_left(self.rows, (sort_key, 0))


@dataclass(frozen=True, slots=True)
class UnionPage:
    """One page of a union's people: their lines with the place in the whole, and beside it that in the union."""

    lines: list[Line]
    ranks: list[int]
    page: int
    pages: int
    total: int
    cut: bool


def union_rows(session: Session, board: Board, union_id: int) -> UnionRows:
    """The people of a union (in the tree of the contest) on a board: all, sorted at once, or of a large one the first
    on the way down the board.

    Neither costs more in a larger contest: the one goes with the union's people, the other ends early.
    """
    tree = select(func.coalesce(Contest.tree_id, PRESENT)).where(Contest.id == board.contest_id).scalar_subquery()
    below = trees.below(tree, union_id)
    entries = select(Entry.id).where(Entry.contest_id == board.contest_id, Entry.union_id.in_(below))
    counted = select(func.count()).select_from(entries.limit(MAX_SORTED + 1).subquery())
    if session.scalars(counted).one() > MAX_SORTED:
        return UnionRows(_first(session, board, below), cut=True)
    found: list[Row] = []
    for table, conditions in sources(board, by_entry=True):
        wanted = select(table.sort_key, table.entry_id).where(*conditions, table.entry_id.in_(entries))
        found += [(row[0], row[1]) for row in session.execute(wanted)]
    return UnionRows(sorted(found), cut=False)


def _first(session: Session, board: Board, below: Any) -> list[Row]:
    def of_union(table: Any) -> list[ColumnElement[bool]]:
        mine = select(Entry.id).where(Entry.id == table.entry_id, Entry.union_id.in_(below))
        return [mine.exists()]

    wanted = chosen(board, of_union, FIRST).subquery()
    rows = session.execute(select(wanted.c.sort_key, wanted.c.entry_id)).all()
    return [(row[0], row[1]) for row in rows]


def union_page(session: Session, board: Board, found: UnionRows, page: int, size: int = PAGE_SIZE) -> UnionPage:
    """One page of :func:`union_rows`; one that does not exist has no lines."""
    pages = pages_of(len(found.rows), size)
    shown = found.rows[(page - 1) * size : page * size] if page >= 1 else []
    keys = [key for key, _entry in shown]
    first = found.rank(keys[0]) if keys else 1
    ranks = rules.ranks(keys, first, (page - 1) * size)
    lines = queries.lines_of(session, board, [entry for _key, entry in shown], places(session, board, keys))
    return UnionPage(lines, ranks[: len(lines)], page, pages, len(found.rows), found.cut)
