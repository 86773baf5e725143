"""Reads of standings. Ranks are counted on an index; no page ever looks at attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.models import Contest, Division, Entry
from contest.standings import rules
from contest.standings.models import Standing
from contest.standings.steps import Ladder, ladder
from contest.unions.models import TradeUnion
from questions.text import fold

PAGE_SIZE = 50
#: People of one name shown by a search.
MAX_FOUND = 20


@dataclass(frozen=True, slots=True)
class Board:
    """Which ranking: of a round (0: the whole contest), of a division or of everybody."""

    contest_id: int
    round_number: int
    division_id: int | None = None


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

    The rank of the first row is one more than the rows with a smaller key; the others follow from it. A page that
    does not exist has no rows.
    """
    ladder = ladder_of(session, board)
    pages = max(1, -(-ladder.total // size))
    if not 1 <= page <= pages:
        return RankingPage([], page, pages, ladder.total)
    offset = (page - 1) * size
    step, above = ladder.step_at(offset)
    rows = _listed(session, board, size, offset - above, from_key=step)
    first = _rank(session, board, ladder, rows[0].sort_key) if offset and rows else 1
    ranks = rules.ranks([row.sort_key for row in rows], first, offset)
    lines = [_line(row, rank) for row, rank in zip(rows, ranks, strict=True)]
    return RankingPage(lines, page, pages, ladder.total)


def whole_ranking(session: Session, board: Board, limit: int | None = None) -> list[Line]:
    """A ranking from the top, all of it or so many rows."""
    rows = _listed(session, board, limit, 0)
    ranks = rules.ranks([row.sort_key for row in rows])
    return [_line(row, rank) for row, rank in zip(rows, ranks, strict=True)]


def count(session: Session, board: Board) -> int:
    return ladder_of(session, board).total


def ladder_of(session: Session, board: Board) -> Ladder:
    return ladder(session, board.contest_id, board.round_number, board.division_id)


def _on(board: Board, standing: Any) -> list[ColumnElement[bool]]:
    """Conditions of the rows of a board, in the order of the index that serves them."""
    found = [standing.contest_id == board.contest_id, standing.round_number == board.round_number]
    if board.division_id is not None:
        found.append(standing.division_id == board.division_id)
    return [*found, standing.ranked.is_(True)]


def _listed(session: Session, board: Board, limit: int | None, offset: int, from_key: str = "") -> Sequence[Any]:
    """Rows in order with the people they stand for; rows that are passed over are never joined.

    Rows before ``from_key`` are not even looked at; ``offset`` counts from there.
    """
    chosen = (
        select(Standing)
        .where(*_on(board, Standing), Standing.sort_key >= from_key)
        .order_by(Standing.sort_key, Standing.entry_id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    return session.execute(_with_people(chosen).order_by(chosen.c.sort_key, chosen.c.entry_id)).all()


def _with_people(standings: Subquery) -> Select[Any]:
    return (
        select(
            standings,
            Person.name,
            Entry.kind,
            TradeUnion.name.label("union_name"),
            TradeUnion.note.label("union_note"),
            Division.code.label("division"),
        )
        .join(Entry, Entry.id == standings.c.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .outerjoin(Division, Division.id == Entry.division_id)
    )


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
    )


def _rank(session: Session, board: Board, ladder: Ladder, sort_key: str) -> int:
    return _ranks(session, board, ladder, [sort_key])[0]


def _ranks(session: Session, board: Board, ladder: Ladder, keys: Sequence[str]) -> list[int]:
    """The places of keys: people on higher steps, and those before each on its own, which alone are counted."""
    steps = [ladder.step_of(key) for key in keys]
    counts = [
        select(func.count())
        .select_from(Standing)
        .where(*_on(board, Standing), Standing.sort_key >= step, Standing.sort_key < key)
        .scalar_subquery()
        for key, (step, _above) in zip(keys, steps, strict=True)
    ]
    before = session.execute(select(*counts)).one() if counts else ()
    return [1 + above + number for (_step, above), number in zip(steps, before, strict=True)]


def standing(session: Session, contest_id: int, round_number: int, entry_id: int) -> Standing | None:
    return session.get(Standing, (contest_id, round_number, entry_id))


def own_place(
    session: Session,
    contest: Contest,
    round_number: int,
    entry_id: int,
    division_id: int | None = None,
    size: int = PAGE_SIZE,
) -> OwnPlace | None:
    """Where an entry stands on a board; None when it has no standing there, or belongs to another division."""
    own = standing(session, contest.id, round_number, entry_id)
    if own is None or division_id not in (None, own.division_id):
        return None
    board = Board(contest.id, round_number, division_id)
    ladder = ladder_of(session, board)
    if not own.ranked:
        return OwnPlace(None, None, ladder.total, own)
    rank = _rank(session, board, ladder, own.sort_key)
    beside = (
        select(func.count())
        .select_from(Standing)
        .where(*_on(board, Standing), Standing.sort_key == own.sort_key, Standing.entry_id < own.entry_id)
    )
    listed_before = rank - 1 + (session.scalar(beside) or 0)
    return OwnPlace(rank, listed_before // size + 1, ladder.total, own)


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
    chosen = (
        select(Standing)
        .where(*_on(board, Standing), Standing.entry_id.in_(named))
        .order_by(Standing.sort_key, Standing.entry_id)
        .limit(limit)
        .subquery()
    )
    rows = session.execute(_with_people(chosen).order_by(chosen.c.sort_key, chosen.c.entry_id)).all()
    ranks = _ranks(session, board, ladder_of(session, board), [row.sort_key for row in rows])
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
