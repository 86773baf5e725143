"""Boards: which people a ranking shows and from where it is read, as they stand now or as they stood at a freeze."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from contest.standings.ladder import Ladder
from contest.standings.models import FrozenStanding, FrozenStep, RankStep, Standing
from contest.standings.steps import ladder

#: What a row of a board holds; a standing and what was kept of it at a freeze both do.
COLUMNS = (
    "contest_id",
    "round_number",
    "entry_id",
    "division_id",
    "ranked",
    "attempt_id",
    "score",
    "elapsed_ms",
    "attempts",
    "perfect",
    "prediction_gap",
    "rounds",
    "sort_key",
)


@dataclass(frozen=True, slots=True)
class Board:
    """Which ranking: of a round (0: the whole contest), of a division or of everybody.

    ``frozen``: as it was when it was frozen, which is what the public sees while it is.
    """

    contest_id: int
    round_number: int
    division_id: int | None = None
    frozen: bool = False

    @property
    def steps(self) -> Any:
        """The table of its ladder."""
        return FrozenStep if self.frozen else RankStep


def ladder_of(session: Session, board: Board, within: str | None = None) -> Ladder:
    """The coarse steps of a board, or the fine ones within one of them."""
    return ladder(session, board.steps, board.contest_id, board.round_number, board.division_id, within)


def sources(board: Board, by_entry: bool = False) -> Iterator[tuple[Any, list[ColumnElement[bool]]]]:
    """Where the ranked rows of a board are: (table, conditions in the order of the index that serves them).

    Of a frozen one, standings that have not changed since, and what was kept of those that have. ``by_entry``: rows of
    some entries are wanted, for which nobody should walk down the board.
    """
    if not board.frozen:
        yield Standing, on(board, Standing, by_entry)
        return
    kept = aliased(FrozenStanding)
    changed = exists().where(
        kept.contest_id == Standing.contest_id,
        kept.round_number == Standing.round_number,
        kept.entry_id == Standing.entry_id,
    )
    yield Standing, [*on(board, Standing, by_entry), ~changed]
    yield FrozenStanding, [*on(board, FrozenStanding, by_entry), FrozenStanding.sort_key.is_not(None)]


def on(board: Board, standing: Any, by_entry: bool = False) -> list[ColumnElement[bool]]:
    found = [standing.contest_id == board.contest_id, standing.round_number == board.round_number]
    if by_entry:
        # In a function, so that no index of the order seems to serve: SQLite would read all of the board by it.
        if board.division_id is not None:
            found.append(func.coalesce(standing.division_id, 0) == board.division_id)
        return [*found, func.coalesce(standing.ranked, False).is_(True)]
    if board.division_id is not None:
        found.append(standing.division_id == board.division_id)
    return [*found, standing.ranked.is_(True)]


def chosen(
    board: Board,
    conditions: Any,
    limit: int | None = None,
    offset: int = 0,
    backwards: bool = False,
    by_entry: bool = False,
) -> Select[Any]:
    """Rows of a board in order (or from its end) that meet conditions; ``conditions(standing)`` says them of a table.

    Each source is read in the order of its index and no further than asked.
    """
    parts = []
    for table, found in sources(board, by_entry):
        rows = select(*(getattr(table, name) for name in COLUMNS)).where(*found, *conditions(table))
        parts.append(_in_order(rows, table, backwards))
    if len(parts) == 1:
        return parts[0].limit(limit).offset(offset)
    upper = None if limit is None else limit + offset
    both = union_all(*(select(part.limit(upper).subquery()) for part in parts)).subquery()
    return _in_order(select(*both.c), both.c, backwards).limit(limit).offset(offset)


def _in_order(wanted: Select[Any], table: Any, backwards: bool) -> Select[Any]:
    keys = (table.sort_key, table.entry_id)
    return wanted.order_by(*(key.desc() for key in keys) if backwards else keys)


def counted(board: Board, conditions: Any) -> ColumnElement[int]:
    """How many rows of a board meet conditions, as a value to select."""
    counts = [
        select(func.count()).select_from(table).where(*found, *conditions(table)).scalar_subquery()
        for table, found in sources(board)
    ]
    return sum(counts[1:], counts[0])


def standing_on(session: Session, board: Board, entry_id: int) -> Any | None:
    """The standing of an entry, ranked or not, as the board knows it; None: it has none there.

    A person of another division has none on a division's board.
    """
    key = (board.contest_id, board.round_number, entry_id)
    found: Any = session.get(FrozenStanding, key) if board.frozen else None
    if found is None:
        found = session.get(Standing, key)
    if found is None or found.sort_key is None or board.division_id not in (None, found.division_id):
        return None
    return found


def places(session: Session, board: Board, keys: Sequence[str]) -> list[int]:
    """The places of sort keys that stand on a board, in one question.

    People on higher coarse steps, those on higher fine steps of the same coarse one, and those before each on its
    own fine step, which alone are counted. The step of a key is the last one not greater than it.
    """
    if not keys:
        return []
    engine = session.get_bind().dialect.name
    distinct = sorted(set(keys))
    given = {
        "contest": board.contest_id,
        "number": board.round_number,
        "division": board.division_id,
        "keys": distinct if engine == "postgresql" else json.dumps(distinct),
    }
    rows = session.execute(_placing(engine, board.division_id is not None, board.frozen), given)
    found = {row[0]: 1 + sum(map(int, row[1:])) for row in rows}
    return [found[each] for each in keys]


@cache
def _placing(engine: str, of_division: bool, frozen: bool) -> Select[Any]:
    """The question of :func:`places`, made once: every page with somebody's place asks it."""
    division: Any = bindparam("division") if of_division else None
    board = Board(bindparam("contest"), bindparam("number"), division, frozen)  # type: ignore[arg-type]
    steps = board.steps
    listed = _listed(engine)
    here = and_(steps.contest_id == board.contest_id, steps.round_number == board.round_number)
    key = listed.c.key
    step = {
        fine: select(func.max(steps.prefix)).where(here, steps.fine.is_(fine), steps.prefix <= key).scalar_subquery()
        for fine in (False, True)
    }
    reached = [func.coalesce(step[fine], "").label(name) for fine, name in ((False, "coarse"), (True, "fine"))]
    at = select(key, *reached).cte("at")
    mine = [steps.division_id == board.division_id] if of_division else []
    higher = select(func.coalesce(func.sum(steps.people), 0)).where(here, *mine)
    above = higher.where(steps.fine.is_(False), steps.prefix < at.c.coarse).scalar_subquery()
    beside = higher.where(steps.fine.is_(True), steps.prefix >= at.c.coarse, steps.prefix < at.c.fine).scalar_subquery()
    before = counted(board, lambda table: [table.sort_key >= at.c.fine, table.sort_key < at.c.key])
    return select(at.c.key, above, beside, before)


def _listed(engine: str) -> Any:
    """Keys as a table of one column, by one parameter."""
    if engine == "postgresql":
        given = func.unnest(cast(bindparam("keys"), ARRAY(Text)))
        table = given.table_valued(column("key", Text)).render_derived()
        return select(table.c.key.collate("C").label("key")).subquery()
    table = func.json_each(bindparam("keys")).table_valued(column("value", Text))
    return select(table.c.value.label("key")).subquery()
