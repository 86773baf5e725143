"""Which questions look wrong, and why, in words; pure.

A reason is a request to look at the question, never a verdict. Nothing is said of fewer than :data:`ENOUGH` attempts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from questions.distractors import GROUP, Chosen
from questions.messages import N_, Message, message
from questions.rules import LETTERS

#: Below it the standard error of a correlation near 0 is above 18 per cent, about what we look for.
ENOUGH = 30
#: Discrimination below 20 per cent is poor (Ebel and Frisbie, Essentials of Educational Measurement, 1991, ch. 13).
LOW = 20.0
#: Moodle marks questions of a lower discriminative efficiency (quiz_statistics_table::is_dubious_question).
LOW_EFFICIENCY = 15.0
#: Where nearly everybody is right, or wrong, a correlation cannot be high: there only Moodle's rule speaks.
NEARLY_ALL = 90.0
#: At least so many must have gained, and lost, for a correlation to mean anything (as in tables of counts, Cochran).
EITHER_SIDE = 5
#: A facility not more than so many points of a per cent above the guess score is no better than guessing.
ABOVE_GUESS = 5.0


class Reason(StrEnum):
    NEGATIVE = "negative"
    LOW = "low"
    DISTRACTOR = "distractor"
    GUESSED = "guessed"
    ALL_RIGHT = "all-right"
    ALL_WRONG = "all-wrong"


@dataclass(frozen=True, slots=True)
class Suspicion:
    reason: Reason
    message: Message


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a question: attempts that had it and its figures in per cent, None where undefined."""

    attempts: int
    facility: float | None
    discrimination: float | None
    efficiency: float | None
    guess: float


def suspicions(
    measured: Measured, options: Sequence[Chosen] = (), keys: Collection[int] = frozenset()
) -> list[Suspicion]:
    """Why a question should be looked at, the most telling reason first; empty for nothing.

    ``options`` is the distractor table and ``keys`` the right options of a question answered by options.

    >>> [s.reason.value for s in suspicions(Measured(200, 35.0, -12.0, -20.0, 25.0))]
    ['negative']
    >>> suspicions(Measured(29, 35.0, -12.0, -20.0, 25.0))
    []
    """
    if measured.attempts < ENOUGH or measured.facility is None:
        return []
    found = [_distractor(options, keys, measured.attempts), _discrimination(measured), _facility(measured)]
    return [suspicion for suspicion in found if suspicion]


def _discrimination(measured: Measured) -> Suspicion | None:
    """Negative, or low, by more than one standard error of a correlation, (1 - r²) / √(n - 1)."""
    index, facility = measured.discrimination, measured.facility or 0.0
    if index is None or measured.attempts * min(facility, 100 - facility) / 100 < EITHER_SIDE:
        return None
    error = (100 - index * index / 100) / sqrt(measured.attempts - 1)
    if index < -error:
        text = N_(
            "Người làm tốt các câu khác lại mất điểm ở câu này nhiều hơn người làm kém (độ phân biệt %(value)s%%). "
            "Hãy xem lại đáp án và cách hỏi."
        )
        return Suspicion(Reason.NEGATIVE, message(text, value=_whole(index)))
    dull = measured.efficiency is not None and measured.efficiency < LOW_EFFICIENCY
    if index + error < LOW and (dull or 100 - NEARLY_ALL <= facility <= NEARLY_ALL):
        text = N_(
            "Câu này hầu như không phân biệt được người nắm bài và người chưa nắm bài (độ phân biệt %(value)s%%). "
            "Hãy xem lại cách hỏi."
        )
        return Suspicion(Reason.LOW, message(text, value=_whole(index)))
    return None


def _distractor(options: Sequence[Chosen], keys: Collection[int], attempts: int) -> Suspicion | None:
    """A wrong option that the best chose more often than a right one, by more than one standard error.

    Of w and r people who chose either, w - r has the standard error of the root of w + r when both are liked alike.
    """
    right = [row for row in options if row.option in keys]
    wrong = [row for row in options if row.option is not None and row.option not in keys]
    if not right or not wrong:
        return None
    best, least = max(wrong, key=lambda row: row.top), min(right, key=lambda row: row.top)
    group = GROUP * attempts
    if group * (best.top - least.top) <= sqrt(group * (best.top + least.top)):
        return None
    text = N_(
        "Trong nhóm làm bài tốt nhất, phương án %(wrong)s được chọn nhiều hơn đáp án %(right)s "
        "(%(wrong_share)s%% so với %(right_share)s%%). Có thể đáp án đã nhập nhầm."
    )
    values = {"wrong": LETTERS[best.option or 0], "right": LETTERS[least.option or 0]}
    shares = {"wrong_share": _whole(100 * best.top), "right_share": _whole(100 * least.top)}
    return Suspicion(Reason.DISTRACTOR, message(text, **values, **shares))


def _facility(measured: Measured) -> Suspicion | None:
    facility, count = measured.facility or 0.0, measured.attempts
    if facility >= 100:
        text = N_("Tất cả %(count)s lượt đều được trọn điểm. Câu này quá dễ hoặc đáp án đã lộ.")
        return Suspicion(Reason.ALL_RIGHT, message(text, count=count))
    if facility <= 0:
        text = N_("Tất cả %(count)s lượt đều không có điểm. Hãy xem lại đáp án.")
        return Suspicion(Reason.ALL_WRONG, message(text, count=count))
    if measured.guess and facility <= measured.guess + ABOVE_GUESS:
        text = N_(
            "Kết quả không hơn đoán mò: đạt %(value)s%% số điểm, đoán mò được khoảng %(guess)s%%. "
            "Hãy xem lại đáp án hoặc cách hỏi."
        )
        return Suspicion(Reason.GUESSED, message(text, value=_whole(facility), guess=_whole(measured.guess)))
    return None


def _whole(value: float) -> int:
    return round(value)
