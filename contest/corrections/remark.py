"""Attempts with a question, read in batches and marked again as they stand now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from contest.attempts.events import Before
from contest.attempts.models import Attempt, HandMark, KeyChange
from contest.attempts.papers import keys_for, wordings
from contest.attempts.queries import holding
from contest.attempts.rules import earned, paper_items
from contest.attempts.states import AttemptState
from questions.marking import Key, mark

#: Attempts read at once, and written in one transaction.
BATCH = 400

#: Where a batch ends: the next one begins behind it.
Mark = tuple[datetime, int]

_COLUMNS = (
    Attempt.id,
    Attempt.code,
    Attempt.number,
    Attempt.entry_id,
    Attempt.counted,
    Attempt.submitted_at,
    Attempt.paper,
    Attempt.answers,
    Attempt.marks,
    Attempt.auto_score,
    Attempt.score,
    Attempt.max_score,
    Attempt.correct,
    Attempt.perfect,
    Attempt.pending,
)


@dataclass(frozen=True, slots=True)
class Remarked:
    """A stored attempt and what it earns now."""

    row: Row[Any]
    values: dict[str, Any]
    #: Points that people gave, by place.
    hand: dict[int, int]

    @property
    def differs(self) -> bool:
        return any(getattr(self.row, name) != value for name, value in self.values.items())

    @property
    def score_differs(self) -> bool:
        """Whether score or most changes: what people are told of."""
        return (self.row.score, self.row.max_score) != (self.values["score"], self.values["max_score"])

    @property
    def before(self) -> Before:
        row = self.row
        return Before(row.score, row.max_score, bool(row.perfect), row.correct, row.pending)


def count(session: Session, round_id: int, version_id: int, state: AttemptState) -> int:
    """How many attempts of a round have a question."""
    wanted = select(func.count()).where(Attempt.round_id == round_id, Attempt.state == state)
    return session.scalars(wanted.where(holding(session, version_id))).one()


def batches(session: Session, round_id: int, version_id: int, limit: int = BATCH) -> Iterator[Sequence[Row[Any]]]:
    """Closed attempts with a question in the order in which they ended."""
    after: Mark | None = None
    while rows := batch(session, round_id, version_id, after, limit):
        yield rows
        after = end_of(rows)


def end_of(rows: Sequence[Row[Any]]) -> Mark:
    return rows[-1].submitted_at, rows[-1].id


def batch(
    session: Session, round_id: int, version_id: int, after: Mark | None, limit: int = BATCH
) -> Sequence[Row[Any]]:
    """Closed attempts with a question behind ``after``; walks an index."""
    wanted = (
        select(*_COLUMNS)
        .where(Attempt.round_id == round_id, Attempt.submitted_at.is_not(None), holding(session, version_id))
        .order_by(Attempt.submitted_at, Attempt.id)
        .limit(limit)
    )
    if after is not None:
        behind = tuple_(Attempt.submitted_at, Attempt.id) > tuple_(*after)
        wanted = wanted.where(Attempt.submitted_at >= after[0], behind)
    return session.execute(wanted).all()


def by_ids(session: Session, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """These attempts as they stand now."""
    wanted: Select[Any] = select(*_COLUMNS).where(Attempt.id.in_(ids), Attempt.state == AttemptState.CLOSED)
    return session.execute(wanted.order_by(Attempt.id)).all()


class Keys:
    """The keys of a round, read as they are met."""

    def __init__(self, session: Session, memo: dict[str, Any], round_id: int) -> None:
        self.session, self.memo, self.round_id = session, memo, round_id
        self.known: dict[int, Key] = {}

    def learn(self, rows: Sequence[Row[Any]]) -> dict[int, Key]:
        new = {item[0] for row in rows for item in row.paper} - self.known.keys()
        if new:
            words = wordings(self.session, self.memo, sorted(new))
            self.known |= keys_for(self.session, words, self.round_id)
        return self.known


def remarked(
    session: Session, rows: Sequence[Row[Any]], keys: Mapping[int, Key], known: Mapping[int, Remarked] | None = None
) -> list[Remarked]:
    """What these attempts earn by these keys and by the marks that people gave.

    ``known``: what was found before by the same keys; it holds as long as people gave no other marks.
    """
    hand = _hand_marks(session, rows)
    found = []
    for row in rows:
        mine, before = hand.get(row.id, {}), known.get(row.id) if known else None
        values = before.values if before and before.hand == mine else _earned(row, keys, mine)
        found.append(Remarked(row, values, mine))
    return found


def _hand_marks(session: Session, rows: Sequence[Row[Any]]) -> dict[int, dict[int, int]]:
    """Points that people gave, by attempt and place."""
    found: dict[int, dict[int, int]] = {}
    given = select(HandMark.attempt_id, HandMark.place, HandMark.points)
    for attempt_id, place, points in session.execute(given.where(HandMark.attempt_id.in_([row.id for row in rows]))):
        found.setdefault(attempt_id, {})[place] = points
    return found


def _earned(row: Row[Any], keys: Mapping[int, Key], hand: Mapping[int, int]) -> dict[str, Any]:
    items = paper_items(row.paper)
    marking = mark(items, keys, {int(place): answer for place, answer in row.answers.items()})
    return earned(items, marking, hand)


def shifted(
    session: Session, rows: Sequence[Row[Any]], keys: Mapping[int, Key], new: tuple[int, Key]
) -> list[Remarked]:
    """What these attempts earn when one question has another key: what they have, and the difference at its place.

    ``keys`` are those by which the attempts were marked; ``new`` is the question and its key. For when no recount is
    going on; the same as marking everything again, in a fraction of the time.
    """
    version_id, key = new
    hand = _hand_marks(session, rows)
    return [_shifted(row, keys, version_id, key, hand.get(row.id, {})) for row in rows]


def _shifted(row: Row[Any], keys: Mapping[int, Key], version_id: int, key: Key, hand: dict[int, int]) -> Remarked:
    place = next(n for n, item in enumerate(row.paper, 1) if item[0] == version_id)
    items = paper_items([row.paper[place - 1]])
    answers = {1: row.answers.get(str(place), "")}
    mine = {1: hand[place]} if place in hand else {}
    old, now = (earned(items, mark(items, {version_id: held}, answers), mine) for held in (keys[version_id], key))
    values = {name: getattr(row, name) + now[name] - old[name] for name in _NUMBERS}
    counting = sum(not (key if item[0] == version_id else keys[item[0]]).dropped for item in row.paper)
    marks = [*row.marks[: place - 1], *now["marks"], *row.marks[place:]]
    perfect = bool(counting) and values["correct"] == counting
    return Remarked(row, {"marks": marks, **values, "perfect": perfect}, hand)


_NUMBERS = ("auto_score", "score", "max_score", "correct", "pending")


def key_without(session: Session, memo: dict[str, Any], change: KeyChange) -> Key:
    """The key of a question as it would stand without one decision."""
    words = wordings(session, memo, [change.version_id])
    return keys_for(session, words, change.round_id, without=change.id)[change.version_id]
