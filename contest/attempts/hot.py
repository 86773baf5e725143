"""The save, as close to the database as it gets: one statement that also checks whose attempt it is, and its time.

Nine of ten requests of an attempt are saves, so they use the driver and not the ORM. The statement looks at the
sign-in, the person, the state, the time, the page and the number, and changes nothing when one of them does not fit;
only then is anything read (:func:`contest.attempts.actions.explain`).
"""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contest.attempts.queries import Held
from contest.attempts.states import AttemptState
from contest.direct import Direct, aware

_STATEMENT = """
UPDATE attempt
SET answers = {answers}, prediction = :prediction, saved_at = :at, seq = COALESCE(:seq, seq + 1),
    holder = COALESCE(:page, holder){late}
WHERE code = :code AND state = 'open' AND {until} > :at
  AND seq < COALESCE(:seq, seq + 1) AND holder <= COALESCE(:page, holder)
  AND EXISTS (
    SELECT 1 FROM sign_in
    JOIN person ON person.id = sign_in.person_id
    JOIN entry ON entry.person_id = sign_in.person_id
    WHERE sign_in.token_hash = :token AND sign_in.expires_at > :at AND person.disabled_at IS NULL
      AND entry.id = attempt.entry_id
  )
RETURNING seq, due_at
"""


_LOOK = """
SELECT attempt.id, attempt.code, attempt.state, attempt.started_at, attempt.due_at, attempt.seq, attempt.saved_at,
    attempt.paper, attempt.answers, attempt.prediction, attempt.round_id, attempt.submitted_at, attempt.taken_until,
    attempt.late_until, attempt.holder, attempt.receipt, attempt.closed_by, contest.id, contest.revision
FROM attempt
JOIN entry ON entry.id = attempt.entry_id
JOIN contest ON contest.id = entry.contest_id
JOIN sign_in ON sign_in.person_id = entry.person_id
JOIN person ON person.id = entry.person_id
WHERE attempt.code = :code AND sign_in.token_hash = :token AND sign_in.expires_at > :at AND person.disabled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """An attempt as it stands, and the revision of its contest's settings."""

    held: Held
    contest_id: int
    revision: int


class Looker:
    """Reads attempts by one statement that also checks whose they are."""

    def __init__(self, direct: Direct) -> None:
        self._direct = direct
        self._statement = direct.text(_LOOK)

    def look(self, token: str, code: str, now: datetime) -> Looked | None:
        """The attempt of whoever has this sign-in (hash of its token); None: not theirs, or signed out."""
        row = self._direct.first(self._statement, {"token": token, "code": code, "at": self._direct.instant(now)})
        if row is None:
            return None
        (id_, code, state, started_at, due_at, seq, saved_at, paper, answers, prediction, round_id, submitted_at) = row[
            :12
        ]
        taken_until, late_until, holder, receipt, closed_by, contest_id, revision = row[12:]
        if self._direct.on_sqlite:
            paper, answers = json.loads(paper), json.loads(answers)
        held = Held(
            id_,
            code,
            AttemptState(state),
            aware(started_at),
            aware(due_at),
            seq,
            aware(saved_at),
            paper,
            answers,
            prediction,
            round_id,
            aware(submitted_at),
            aware(taken_until),
            aware(late_until),
            holder,
            receipt,
            closed_by,
        )
        return Looked(held, contest_id, revision)


@dataclass(frozen=True, slots=True)
class Keep:
    """A set of answers to be stored: whose (hash of the sign-in's token), for which attempt, and as what number.

    ``seq`` None: the next; ``page`` None: whatever page holds the attempt.
    """

    token: str
    code: str
    seq: int | None
    answers: Mapping[str, str]
    prediction: int | None
    page: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What a set was stored as."""

    seq: int
    due_at: datetime


def keep_within(session: Session, keep: Keep, *, late: bool = False) -> bool:
    """Store a set in a transaction that does more; ``late``: as a late delivery. False: it was not stored."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = _LATE[on_sqlite] if late else _IN_TIME[on_sqlite]
    return session.execute(statement, _values(keep, on_sqlite)).first() is not None


class SaveWriter:
    """Stores sets of answers, each in a transaction of its own or, on SQLite, together with those that wait with it.

    SQLite has one writer at a time and each commit waits for the disk. Whoever has the turn takes along all that queued
    up meanwhile: they are committed together and acknowledged only then, so nothing waits for the disk twice. Then the
    turn goes to the first that still waits, which alone is woken for it: threads that all woke up to look for
    themselves would spend most of the time on taking turns (``bench/saves.py``).
    Thread-safe; raises what the database raises, and then nothing of that set is stored.
    """

    #: Sets that are stored together at most: a turn stays short.
    BATCH = 64

    def __init__(self, direct: Direct) -> None:
        self._direct = direct
        self._statement = direct.text(_texts(late=False)[direct.on_sqlite])
        #: Guards the queue and who has the turn; held for moments only.
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[_Waiting] = deque()

    def save(self, keep: Keep) -> Kept | None:
        """Returns when the set is durable; None when it was not stored."""
        values = _values(keep, self._direct.on_sqlite)
        if not self._direct.on_sqlite:
            # The number keeps a set that is sent again over a new connection from being stored twice.
            return _kept(self._direct.first(self._statement, values))
        mine = _Waiting(values)
        with self._lock:
            self._waiting.append(mine)
            has_turn, self._taken = not self._taken, True
        if not has_turn:
            mine.wait()
        if not mine.done:
            self._store_together()
        if mine.error:
            raise mine.error
        return _kept(mine.row)

    def _store_together(self) -> None:
        """Store what waits, the first of which has the turn, and hand the turn on."""
        batch: list[_Waiting] = []
        try:
            with self._direct.turn():
                with self._lock:
                    batch += [self._waiting.popleft() for _ in range(min(len(self._waiting), self.BATCH))]
                self._store(batch)
        except BaseException as error:
            for one in batch:
                one.error = error
        for one in batch:
            one.done = True
        with self._lock:
            self._taken = bool(self._waiting)
            following = self._waiting[0] if self._waiting else None
        if following:
            following.wake()
        for one in batch:
            one.wake()

    def _store(self, batch: list["_Waiting"]) -> None:
        if len(batch) == 1:
            batch[0].row = self._direct.first(self._statement, batch[0].values)
            return
        rows = self._direct.together(self._statement, [one.values for one in batch])
        for one, row in zip(batch, rows, strict=True):
            one.row = row


class _Waiting:
    """A set in the queue, and what became of it. Its thread waits until it is ``done`` or has the turn."""

    __slots__ = ("_asleep", "done", "error", "row", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.done = False
        self.row: Any = None
        self.error: BaseException | None = None
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def wait(self) -> None:
        self._asleep.acquire()

    def wake(self) -> None:
        self._asleep.release()


def _texts(late: bool) -> dict[bool, str]:
    """By engine (True: SQLite) the statement with ``:name`` for its values."""
    until, more = ("late_until", ", late = TRUE") if late else ("taken_until", "")
    return {
        True: _STATEMENT.format(answers=":answers", until=until, late=more),
        False: _STATEMENT.format(answers="CAST(:answers AS JSONB)", until=until, late=more),
    }


_IN_TIME = {engine: sa.text(text) for engine, text in _texts(late=False).items()}
_LATE = {engine: sa.text(text) for engine, text in _texts(late=True).items()}


def _values(keep: Keep, on_sqlite: bool) -> dict[str, Any]:
    at = keep.at.astimezone(UTC)
    return {
        "token": keep.token,
        "code": keep.code,
        "seq": keep.seq,
        "answers": json.dumps(keep.answers),
        "prediction": keep.prediction,
        "page": keep.page,
        # SQLite keeps instants as text of fixed width (questions.base.Instant).
        "at": at.strftime("%Y-%m-%d %H:%M:%S.%f") if on_sqlite else at,
    }


def _kept(row: Any) -> Kept | None:
    return Kept(row[0], aware(row[1])) if row else None
