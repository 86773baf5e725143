"""What may be saved, when an attempt is over, and whether it counts; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from questions.draw import PaperItem
from questions.messages import N_, Message, message
from questions.rules import LETTERS, Kind

#: No prediction of people or attempts is larger.
MAX_PREDICTION = 999_999_999
#: No paper has more questions than that many digits count; longer numbers are not even read.
MAX_PLACE_DIGITS = 4


class Unacceptable(ValueError):
    """Answers that cannot be stored; ``message`` says why and what to do. Nothing of them is kept."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


def paper_rows(items: Iterable[PaperItem]) -> list[list[Any]]:
    """A paper as the attempt stores it."""
    return [[item.version_id, list(item.order), item.points] for item in items]


def paper_items(rows: Iterable[Sequence[Any]]) -> tuple[PaperItem, ...]:
    """The paper of a stored attempt."""
    return tuple(PaperItem(row[0], tuple(row[1]), row[2]) for row in rows)


def clean_answers(
    given: Mapping[str, Iterable[str]], sizes: Sequence[int], kinds: Sequence[str] = ()
) -> dict[str, str]:
    """The answers in the form they are stored, ``{"3": "B", "7": "AD"}``, in order of place.

    ``given`` has the letters as shown by place; ``sizes`` the number of options of each question; ``kinds``, where
    known, refuses two answers to a question with one. Raises Unacceptable.

    >>> clean_answers({"2": ["d", "A"], "1": []}, [4, 4])
    {'2': 'AD'}
    """
    kept = {}
    for place, letters in given.items():
        short = place.isascii() and place.isdigit() and len(place) <= MAX_PLACE_DIGITS
        if not short or not 1 <= int(place) <= len(sizes):
            raise Unacceptable(
                message(N_("Đề thi không có câu %(place)s. Hãy tải lại trang bài thi."), place=place[:20])
            )
        number = int(place)
        chosen = sorted({letter.strip().upper() for letter in letters if letter.strip()})
        allowed = LETTERS[: sizes[number - 1]]
        if any(len(letter) != 1 or letter not in allowed for letter in chosen):
            raise Unacceptable(
                message(
                    N_("Câu %(place)s chỉ có các phương án %(letters)s. Hãy chọn lại."),
                    place=number,
                    letters=", ".join(allowed),
                )
            )
        if kinds and kinds[number - 1] == Kind.SINGLE and len(chosen) > 1:
            raise Unacceptable(message(N_("Câu %(place)s chỉ được chọn một phương án."), place=number))
        if chosen:
            kept[number] = "".join(chosen)
    return {str(number): kept[number] for number in sorted(kept)}


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


def is_over(due_at: datetime, now: datetime) -> bool:
    """Whether time is up: at the due instant itself nothing is taken any more. One rule for save and submit."""
    return now >= due_at


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
