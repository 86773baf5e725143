"""What may be saved, when an attempt is over, and whether it counts; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from questions.answers import Shape, Unacceptable, is_complete
from questions.draw import PaperItem
from questions.marking import Marking
from questions.messages import N_, message

#: No prediction of people or attempts is larger.
MAX_PREDICTION = 999_999_999


def paper_rows(items: Iterable[PaperItem]) -> list[list[Any]]:
    """A paper as the attempt stores it."""
    return [[item.version_id, list(item.order), item.points] for item in items]


def paper_items(rows: Iterable[Sequence[Any]]) -> tuple[PaperItem, ...]:
    """The paper of a stored attempt."""
    return tuple(PaperItem(row[0], tuple(row[1]), row[2]) for row in rows)


def earned(items: Sequence[PaperItem], marking: Marking, hand: Mapping[int, int]) -> dict[str, Any]:
    """What a paper earned, as columns of its attempt: by its keys, and at the places in ``hand`` what people gave.

    Marks of people count where the keys leave it to people.
    """
    given = {place: points for place, points in hand.items() if place in marking.pending}
    correct = marking.correct + sum(points == items[place - 1].points for place, points in given.items())
    return {
        "marks": [given.get(place, points) for place, points in enumerate(marking.points_by_place, 1)],
        "auto_score": marking.total,
        "score": marking.total + sum(given.values()),
        "max_score": marking.maximum,
        "correct": correct,
        "perfect": bool(marking.counting) and correct == marking.counting,
        "pending": len(marking.pending) - len(given),
    }


def complete(answers: Mapping[str, str], shapes: Sequence[Shape]) -> set[int]:
    """Places that are answered in full: a question of several rows only with all of them.

    >>> complete({"1": "T-", "2": "TF"}, [Shape("statements", 2, 2)] * 2)
    {2}
    """
    return {int(place) for place, answer in answers.items() if is_complete(answer, shapes[int(place) - 1])}


def clean_prediction(given: Any) -> int | None:
    """A prediction: a whole number from 0 on, written with or without dots; None for nothing given.

    >>> clean_prediction(" 1.234 "), clean_prediction("")
    (1234, None)
    """
    if given is None or given == "":
        return None
    text = "".join(str(given).split())
    if isinstance(given, str):
        text = text.replace(".", "").replace(",", "")
        if not text:
            return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
        raise Unacceptable(message(N_("Số dự đoán phải là một số nguyên, ví dụ 1234. Hãy nhập lại.")))
    value = int(text)
    if value < 0:
        raise Unacceptable(message(N_("Số dự đoán không được nhỏ hơn 0. Hãy nhập lại.")))
    if value > MAX_PREDICTION:
        raise Unacceptable(message(N_("Số dự đoán quá lớn. Hãy nhập số không quá %(most)s."), most=MAX_PREDICTION))
    return value


class Taking(Enum):
    """How answers are taken that are received at an instant; one rule for save and submit."""

    IN_TIME = "in time"
    #: Only what was given in time and is delivered late, where the regulations count that.
    LATE = "late"
    OVER = "over"


def taking(taken_until: datetime, late_until: datetime, now: datetime) -> Taking:
    """How what is received now is taken: in time before ``taken_until``, over from ``late_until`` on.

    >>> from datetime import UTC
    >>> due = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    >>> taking(due, due, due), taking(due.replace(second=5), due, due)
    (<Taking.OVER: 'over'>, <Taking.IN_TIME: 'in time'>)
    """
    if now < taken_until:
        return Taking.IN_TIME
    return Taking.LATE if now < late_until else Taking.OVER


def counts_late(given_at: datetime | None, taken_until: datetime) -> bool:
    """Whether answers delivered late were given in time, by the phone's own account; without one they were not."""
    return given_at is not None and given_at < taken_until


def remaining_ms(due_at: datetime, now: datetime) -> int:
    """Time left in milliseconds, never below 0."""
    return max(0, int((due_at - now).total_seconds() * 1000))


def elapsed_ms(started_at: datetime, ended_at: datetime) -> int:
    """Duration of an attempt in whole milliseconds."""
    return max(0, round((ended_at - started_at).total_seconds() * 1000))


def counts(*, practice: bool, all_answers_required: bool, answered: int, questions: int) -> bool:
    """Whether an attempt enters ranking and participation."""
    return not practice and (not all_answers_required or answered == questions)


@dataclass(frozen=True, slots=True)
class Left:
    """Attempts a person still has in a round; ``allowed`` None: no limit."""

    used: int
    allowed: int | None

    @property
    def left(self) -> int | None:
        return None if self.allowed is None else max(0, self.allowed - self.used)
