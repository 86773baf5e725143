"""Reads of standings. Ranks are counted on an index; no page ever looks at attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.models import Contest, Division, Entry
from contest.slices import pages_of
from contest.standings import rules
from contest.standings.boards import Board, chosen, counted, ladder_of, places, standing_on
from contest.standings.models import Standing
from contest.unions.models import TradeUnion
from questions.text import fold

PAGE_SIZE = 50
#: People of one name shown by a search.
MAX_FOUND = 20
#: People told of beyond so many from the top because they share the last place told, at most.
MAX_SHARING = 1000
#: Neighbours shown on each side of a place.
NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a ranking. ``name`` in full: whoever shows it asks ``rules.shown_name``."""

    rank: int
    entry_id: int
    name: str
    union: str
    union_note: str
    kind: str
    division: str
    score: int
    elapsed_ms: int
    attempts: int
    perfect: int
    rounds: int
    prediction_gap: int | None
    sort_key: str
    union_code: str = ""


@dataclass(frozen=True, slots=True)
class RankingPage:
    """Rows of one page; ``pages`` is at least 1."""

    lines: list[Line]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where somebody stands, out of how many, and on which page; ``rank`` None: takes part unranked."""

    rank: int | None
    page: int | None
    total: int
    standing: Standing


def ranking_page(session: Session, board: Board, page: int, size: int = PAGE_SIZE) -> RankingPage:
    """One page of a ranking, in a number of questions that does not depend on its length.

    Rows are read from the step on which the page begins. A page that does not exist has no rows.
    """
    ladder = ladder_of(session, board)
    pages = pages_of(ladder.total, size)
    if not 1 <= page <= pages:
        return RankingPage([], page, pages, ladder.total)
    offset = (page - 1) * size
    step, above = ladder.step_at(offset)
    if offset > above:
        inside, below = ladder_of(session, board, step).step_at(offset - above)
        step, above = inside or step, above + below
    rows = _people(session, chosen(board, lambda table: [table.sort_key >= step], size, offset - above))
    first = places(session, board, [rows[0].sort_key])[0] if offset and rows else 1
    return RankingPage(_lines(rows, first, offset), page, pages, ladder.total)


def told_rows(session: Session, board: Board, places: int) -> int:
    """How many rows are shown where so many from the top are: also those who share the last one's place."""
    page = ranking_page(session, board, -(-places // PAGE_SIZE))
    last = page.lines[(places - 1) % PAGE_SIZE :][:1]
    if not last:
        return places

    def sharing(table: Any) -> list[ColumnElement[bool]]:
        return [table.sort_key == last[0].sort_key, table.entry_id > last[0].entry_id]

    more = select(func.count()).select_from(chosen(board, sharing, MAX_SHARING).subquery())
    return places + (session.scalar(more) or 0)


def whole_ranking(session: Session, board: Board, limit: int | None = None) -> list[Line]:
    """A ranking from the top, all of it or so many rows."""
    return _lines(_people(session, chosen(board, _everybody, limit)))


def count(session: Session, board: Board) -> int:
    return ladder_of(session, board).total


def _everybody(_table: Any) -> list[ColumnElement[bool]]:
    return []


def _people(session: Session, wanted: Select[Any]) -> Sequence[Any]:
    """Rows of a board in order with the people they stand for; rows that are passed over are never joined."""
    standings = wanted.subquery()
    with_people = (
        select(
            standings,
            Person.name,
            Entry.kind,
            TradeUnion.code.label("union_code"),
            TradeUnion.name.label("union_name"),
            TradeUnion.note.label("union_note"),
            Division.code.label("division"),
        )
        .join(Entry, Entry.id == standings.c.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .outerjoin(Division, Division.id == Entry.division_id)
        .order_by(standings.c.sort_key, standings.c.entry_id)
    )
    return session.execute(with_people).all()


def _lines(rows: Sequence[Any], first: int = 1, offset: int = 0) -> list[Line]:
    """Consecutive rows with their places, the first of which is given, ``offset`` rows before it."""
    ranks = rules.ranks([row.sort_key for row in rows], first, offset)
    return [_line(row, rank) for row, rank in zip(rows, ranks, strict=True)]


def _line(row: Any, rank: int) -> Line:
    return Line(
        rank=rank,
        entry_id=row.entry_id,
        name=row.name,
        union=row.union_name or "",
        union_note=row.union_note or "",
        kind=row.kind,
        division=row.division or "",
        score=row.score,
        elapsed_ms=row.elapsed_ms,
        attempts=row.attempts,
        perfect=row.perfect,
        rounds=row.rounds,
        prediction_gap=row.prediction_gap,
        sort_key=row.sort_key,
        union_code=row.union_code or "",
    )


def lines_of(session: Session, board: Board, entry_ids: Sequence[int], ranks: Sequence[int]) -> list[Line]:
    """The rows of these entries of a board, given in its order with their places."""
    if not entry_ids:
        return []
    rows = _people(session, chosen(board, lambda table: [table.entry_id.in_(entry_ids)], by_entry=True))
    rank_of = dict(zip(entry_ids, ranks, strict=True))
    return [_line(row, rank_of[row.entry_id]) for row in rows]


def standing(session: Session, contest_id: int, round_number: int, entry_id: int) -> Standing | None:
    return session.get(Standing, (contest_id, round_number, entry_id))


def own_place(
    session: Session,
    contest: Contest,
    round_number: int,
    entry_id: int,
    division_id: int | None = None,
    size: int = PAGE_SIZE,
    frozen: bool = False,
) -> OwnPlace | None:
    """Where an entry stands on a board; None when it has no standing there, or belongs to another division."""
    board = Board(contest.id, round_number, division_id, frozen)
    own = standing_on(session, board, entry_id)
    if own is None:
        return None
    if not own.ranked:
        return OwnPlace(None, None, count(session, board), own)
    rank, listed_before = _first(session, board, own)
    return OwnPlace(rank, listed_before // size + 1, count(session, board), own)


def around(session: Session, board: Board, sort_key: str, entry_id: int, each_way: int = NEIGHBOURS) -> list[Line]:
    """The rows around a row of a board in order, itself among them, and one more at the end where there is one."""
    here = literal(sort_key), literal(entry_id)

    def before(table: Any) -> list[ColumnElement[bool]]:
        return [tuple_(table.sort_key, table.entry_id) < tuple_(*here)]

    def from_here(table: Any) -> list[ColumnElement[bool]]:
        return [tuple_(table.sort_key, table.entry_id) >= tuple_(*here)]

    above = chosen(board, before, each_way, backwards=True).subquery()
    below = chosen(board, from_here, each_way + 2).subquery()
    rows = _people(session, union_all(select(above), select(below)))
    if not rows:
        return []
    return _lines(rows, *_first(session, board, rows[0]))


def _first(session: Session, board: Board, row: Any) -> tuple[int, int]:
    """The place of a row of a board; how many rows stand before it."""
    rank = places(session, board, [row.sort_key])[0]
    beside = counted(board, lambda table: [table.sort_key == row.sort_key, table.entry_id < row.entry_id])
    return rank, rank - 1 + (session.scalar(select(beside)) or 0)


def search(session: Session, board: Board, name: str, limit: int = MAX_FOUND) -> list[Line]:
    """People of exactly this full name, capitals and diacritics apart, with their ranks.

    Never a part of a name: a list with masked names must not become a way to unmask them.
    """
    folded = fold(name)
    if not folded:
        return []
    # From the few people of this name to their standings: the other way would walk through the whole ranking.
    named = (
        select(Entry.id)
        .join(Person, Person.id == Entry.person_id)
        .where(Entry.contest_id == board.contest_id, Person.name_fold == folded)
    )
    rows = _people(session, chosen(board, lambda table: [table.entry_id.in_(named)], limit, by_entry=True))
    ranks = places(session, board, [row.sort_key for row in rows])
    return [_line(row, rank) for row, rank in zip(rows, ranks, strict=True)]


# Attempts of one person


@dataclass(frozen=True, slots=True)
class Taken:
    """An attempt of one's own in a round, as the result's page lists it."""

    id: int
    code: str
    number: int
    is_open: bool


def taken_in_round(session: Session, entry_id: int, round_id: int) -> list[Taken]:
    rows = session.execute(
        select(Attempt.id, Attempt.code, Attempt.number, Attempt.state)
        .where(Attempt.entry_id == entry_id, Attempt.round_id == round_id)
        .order_by(Attempt.number)
    )
    return [Taken(row.id, row.code, row.number, row.state == AttemptState.OPEN) for row in rows]
