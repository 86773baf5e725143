"""What a decision about a key would do to scores, places and prizes, reckoned without storing anything."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.corrections import queries, remark
from contest.corrections.remark import Remarked
from contest.corrections.rules import Move, Sat, Spot, Trial, prize_of
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.settings import PredictionScope, PredictionTarget, PrizeScope, Total
from contest.standings import actions as standings
from contest.standings.models import Standing
from contest.standings.records import counted_attempts, order_of, owners_columns, rows_of, sitting_of
from contest.standings.rules import WHOLE
from questions.marking import Key

#: People of one statement.
CHUNK = 500
#: People listed whose place changes only because others moved; all of them are counted.
MAX_SHIFTED = 20_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Case:
    """What is tried: a question of a round and the key that it would have."""

    contest: Contest
    round: Round
    version_id: int
    key: Key
    #: What is proposed, for the seal: it must say the same when it is applied.
    proposed: str


def run(session: Session, memo: dict[str, Any], case: Case, progress: Progress | None = None) -> Trial:
    """Mark every attempt with the question by the new key and rank everybody again, in memory alone.

    While a recount is going on its outcome is not the last word: no decision is taken then.
    """
    round_ = case.round
    total = remark.count(session, round_.id, case.version_id, AttemptState.CLOSED)
    keys = remark.Keys(session, memo, round_.id)
    new = (case.version_id, case.key)
    looked, last, changed = 0, None, []
    for rows in remark.batches(session, round_.id, case.version_id):
        changed += [found for found in remark.shifted(session, rows, keys.learn(rows), new) if found.differs]
        looked, last = looked + len(rows), rows[-1].submitted_at
        if progress:
            progress(looked, max(looked, total))
    sat = tuple(_sat(found) for found in changed if found.score_differs)
    moves, shifted = _moves(session, case, changed, sat)
    return Trial(
        seen=queries.seen(session, round_, case.proposed, queries.settled(last)),
        looked=looked,
        working=remark.count(session, round_.id, case.version_id, AttemptState.OPEN),
        moves=moves,
        sat=sat,
        shifted=shifted,
        gains=Counter(one.new_score - one.old_score for one in sat),
    )


def _sat(found: Remarked) -> Sat:
    row, values = found.row, found.values
    return Sat(
        row.id, row.code, row.number, row.entry_id, row.score, values["score"], row.max_score, values["max_score"]
    )


# Places


#: By entry: (ranked, sort key, score).
Board = dict[int, tuple[bool, str, int]]


def _moves(session: Session, case: Case, changed: list[Remarked], sat: tuple[Sat, ...]) -> tuple[tuple[Move, ...], int]:
    """Everybody for whom something changes, prizes first, then by place; and how many move for others' sake."""
    contest, number = case.contest, case.round.number
    attempts: dict[int, list[Sat]] = {}
    for one in sat:
        attempts.setdefault(one.entry_id, []).append(one)
    spots: dict[int, dict[int, tuple[Spot | None, Spot | None]]] = {number: {}, WHOLE: {}}
    if not contest.practice:
        renewed = _renewed(session, case, changed)
        for board_number in _boards(contest, number):
            old = _stored(session, contest.id, board_number)
            new = {**old, **renewed.get(board_number, {})}
            spots[board_number] = _spots(old, new, attempts.keys(), _prizes(contest, board_number))
    none = (None, None)
    moves = [
        Move(
            entry_id,
            tuple(attempts.get(entry_id, ())),
            *spots[number].get(entry_id, none),
            *spots[WHOLE].get(entry_id, none),
        )
        for entry_id in sorted(attempts.keys() | spots[number].keys() | spots[WHOLE].keys())
    ]
    moves.sort(key=_importance)
    others = sum(not move.attempts for move in moves)
    kept = [move for move in moves if move.attempts or move.turns]
    aside = [move for move in moves if not (move.attempts or move.turns)]
    return (*kept, *aside[:MAX_SHIFTED]), others


def _importance(move: Move) -> tuple[Any, ...]:
    spot = move.round_new or move.whole_new
    return not move.turns, not move.attempts, spot.rank if spot else 0, move.entry_id


def _boards(contest: Contest, number: int) -> list[int]:
    """The round, and the whole contest where it ranks its rounds together and has more than one, or prizes."""
    whole = contest.total != Total.NONE and (len(contest.rounds) > 1 or bool(_prizes(contest, WHOLE)))
    return [number, WHOLE] if whole else [number]


def _prizes(contest: Contest, number: int) -> list[tuple[str, int]]:
    scope = PrizeScope.ROUND if number else PrizeScope.CONTEST
    return [(line.title, line.quantity) for line in contest.prizes if line.scope == scope]


def _stored(session: Session, contest_id: int, number: int) -> Board:
    rows = session.execute(
        select(Standing.entry_id, Standing.ranked, Standing.sort_key, Standing.score).where(
            Standing.contest_id == contest_id, Standing.round_number == number
        )
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _spots(
    old: Board, new: Board, touched: Collection[int], prizes: list[tuple[str, int]]
) -> dict[int, tuple[Spot | None, Spot | None]]:
    """Old and new places of those whose place changes or who are touched."""
    before, after = _ladder(old), _ladder(new)
    found = {}
    for entry_id, place in new.items():
        was = old.get(entry_id)
        pair = (_spot(was, before, prizes), _spot(place, after, prizes))
        if entry_id in touched or pair[0] is not None and pair[1] is not None and pair[0].rank != pair[1].rank:
            found[entry_id] = pair
    return found


def _ladder(board: Board) -> list[str]:
    return sorted(key for ranked, key, _score in board.values() if ranked)


def _spot(place: tuple[bool, str, int] | None, ladder: list[str], prizes: list[tuple[str, int]]) -> Spot | None:
    if place is None or not place[0]:
        return None
    rank = 1 + bisect_left(ladder, place[1])
    return Spot(rank, place[2], prize_of(rank, prizes))


# Standings as they would be


def _renewed(session: Session, case: Case, changed: list[Remarked]) -> dict[int, Board]:
    """New standings by round number, of the people whose attempts change; of everybody when a true number does."""
    contest = case.contest
    values = {found.row.id: found.values for found in changed if found.row.counted}
    entries = sorted({found.row.entry_id for found in changed if found.row.counted})
    actual = _new_actual(session, case, values, entries)
    if actual:
        entries = list(session.scalars(select(Entry.id).where(Entry.contest_id == contest.id).order_by(Entry.id)))
    boards: dict[int, Board] = {}
    for row in _standings(session, contest, entries, values, actual):
        place = (row["ranked"], row["sort_key"], row["score"])
        boards.setdefault(row["round_number"], {})[row["entry_id"]] = place
    return boards


def _standings(
    session: Session,
    contest: Contest,
    entries: list[int],
    values: Mapping[int, dict[str, Any]],
    actual: Mapping[int, int],
) -> Iterator[dict[str, Any]]:
    """Standings of these people; ``values`` by attempt and ``actual`` by round number stand in place of stored ones."""
    order = order_of(contest)
    for start in range(0, len(entries), CHUNK):
        ids = entries[start : start + CHUNK]
        wanted = owners_columns().where(Entry.id.in_(ids))
        owners = {row[0]: tuple(row) for row in session.execute(wanted)}
        taken = session.execute(counted_attempts().where(Attempt.entry_id.in_(ids)).order_by(Attempt.entry_id))
        for entry_id, rows in groupby(taken, key=lambda row: row.entry_id):
            sittings = [_sitting(row, values, actual) for row in rows]
            yield from rows_of(contest, owners[entry_id], sittings, order)


def _sitting(row: Any, values: Mapping[int, dict[str, Any]], actual: Mapping[int, int]) -> Any:
    sitting = sitting_of(row)
    new = values.get(sitting.attempt_id)
    if new:
        sitting = replace(sitting, score=new["score"], perfect=new["perfect"])
    if sitting.round_number in actual:
        sitting = replace(sitting, actual=actual[sitting.round_number])
    return sitting


def _new_actual(
    session: Session, case: Case, values: Mapping[int, dict[str, Any]], entries: list[int]
) -> dict[int, int]:
    """The true number behind the prediction by round number, where it is known already and would change."""
    contest = case.contest
    target = contest.prediction_target
    counts_perfect = target in (PredictionTarget.PERFECT_PEOPLE, PredictionTarget.PERFECT_ATTEMPTS)
    if not counts_perfect or case.round.prediction_actual is None:
        return {}
    rounds = list(contest.rounds) if contest.prediction_scope == PredictionScope.CONTEST else [case.round]
    numbers = {round_.number for round_ in rounds}
    number = standings.true_number(session, contest, rounds)
    people = target == PredictionTarget.PERFECT_PEOPLE
    for taken in _perfect_before_and_after(session, entries, values, numbers):
        was, now = (sum(pair[side] for pair in taken) for side in (0, 1))
        number += int(now > 0) - int(was > 0) if people else now - was
    return {} if number == case.round.prediction_actual else dict.fromkeys(numbers, number)


def _perfect_before_and_after(
    session: Session, entries: list[int], values: Mapping[int, dict[str, Any]], numbers: Collection[int]
) -> Iterable[list[tuple[bool, bool]]]:
    """For each person the counted attempts of these rounds: all right before, all right after."""
    for start in range(0, len(entries), CHUNK):
        ids = entries[start : start + CHUNK]
        taken = session.execute(counted_attempts().where(Attempt.entry_id.in_(ids)).order_by(Attempt.entry_id))
        for _entry_id, rows in groupby(taken, key=lambda row: row.entry_id):
            sittings = [sitting_of(row) for row in rows]
            yield [
                (bool(s.perfect), bool(values[s.attempt_id]["perfect"] if s.attempt_id in values else s.perfect))
                for s in sittings
                if s.round_number in numbers
            ]
