"""What a decision would do to somebody's places, told before it is made; nothing of it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.models import Contest, Entry
from contest.rulings.actions import counts_by_itself
from contest.rulings.rules import RulingKind
from contest.standings import boards
from contest.standings.boards import Board
from contest.standings.models import Standing
from contest.standings.queries import standing
from contest.standings.records import order_of, rows_of, sat_attempts, sitting_of
from contest.standings.rules import WHOLE


@dataclass(frozen=True, slots=True)
class Shift:
    """A person's place on a board before and after; ``number`` 0: the whole contest. None: no place."""

    number: int
    before: int | None
    after: int | None


def shifts(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    entry: Entry,
    kind: RulingKind,
    attempt: Attempt | None,
    *,
    holds: bool,
) -> list[Shift]:
    """Places of a person now and with a decision made (``holds``) or taken back, where there is one of the two.

    By the true numbers of predictions as they are known now.
    """
    numbers = [round_.number for round_ in contest.rounds] + [WHOLE]
    known = {number: standing(session, contest.id, number, entry.id) for number in numbers}
    old = {number: row.sort_key for number, row in known.items() if row and row.ranked}
    new = old if kind is RulingKind.NO_PRIZE else _keys_after(session, memo, contest, entry, kind, attempt, holds)
    found = []
    for number in numbers:
        before = _place(session, contest, number, old.get(number), None)
        after = _place(session, contest, number, new.get(number), old.get(number))
        if before is not None or after is not None:
            found.append(Shift(number, before, after))
    return found


def _place(session: Session, contest: Contest, number: int, key: str | None, own: str | None) -> int | None:
    """The place that a key has on a board, the person's own key ``own`` taken away."""
    if key is None:
        return None
    rank = boards.places(session, Board(contest.id, number), [key])[0]
    return rank - (own is not None and own < key)


def _keys_after(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    entry: Entry,
    kind: RulingKind,
    attempt: Attempt | None,
    holds: bool,
) -> dict[int, str]:
    """Sort keys by round of a person as they would be; none of one who would have no place."""
    disqualified = holds if kind is RulingKind.DISQUALIFIED else entry.disqualified
    if entry.unranked or disqualified:
        return {}
    sitting = sat_attempts().where(Attempt.entry_id == entry.id, Attempt.state == AttemptState.CLOSED)
    counting: Iterable[Any] = (Attempt.counted,)
    if attempt is not None and not holds and counts_by_itself(session, memo, contest, attempt):
        counting = (or_(Attempt.counted, Attempt.id == attempt.id),)
    elif attempt is not None and holds:
        counting = (Attempt.counted, Attempt.id != attempt.id)
    sat = [sitting_of(row) for row in session.execute(sitting.where(*counting))]
    rows = rows_of(contest, (entry.id, entry.division_id, False), sat, order_of(contest))
    return {row["round_number"]: row["sort_key"] for row in rows}


def places_now(session: Session, contest: Contest, entry: Entry) -> list[tuple[int, Standing, int | None]]:
    """A person's standings in the rounds they took and in the whole contest: (round number, standing, place)."""
    found = []
    for number in [round_.number for round_ in contest.rounds] + [WHOLE]:
        own = standing(session, contest.id, number, entry.id)
        if own:
            found.append((number, own, _place(session, contest, number, own.sort_key if own.ranked else None, None)))
    return found
