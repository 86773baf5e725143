"""Why somebody stands above the next, in one sentence, and what cannot be known yet; from sort keys alone."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.rounds.criteria import THOUSANDTHS, Criterion, gap_parts
from contest.rounds.models import Contest
from contest.rounds.settings import PredictionRule, PredictionTarget
from contest.standings import rules
from contest.standings.records import order_of
from contest.standings.rules import Order
from questions.messages import N_, Message, message


class Keyed(Protocol):
    """A row of a ranking, as far as its place follows from it."""

    @property
    def sort_key(self) -> str: ...


_EQUAL = N_("bằng nhau ở mọi tiêu chí")


def ahead_of_next(contest: Contest, number: int, line: Keyed, following: Keyed) -> Message:
    """By what somebody stands above the next of a ranking (0: the whole contest), e.g. "hơn người xếp sau 3 điểm"."""
    return difference(order_of(contest), number, line.sort_key, following.sort_key, contest.prediction_target)


def difference(order: Order, number: int, ahead: str, behind: str, predicted: str | None = None) -> Message:
    """By what one sort key stands before another: the first criterion in which they differ, and how much.

    ``predicted``: what was to be predicted (``PredictionTarget``), for the unit.

    >>> from contest.rounds.criteria import Result, sort_key
    >>> from contest.rounds.settings import PredictionRule, Total
    >>> order = Order(("score", "elapsed"), Total.SUM, PredictionRule.NEAREST)
    >>> keys = [sort_key(Result(20, ms, 0, 0, 0, None), order.keys) for ms in (300_000, 304_200)]
    >>> str(difference(order, 1, *keys)), str(difference(order, 1, keys[0], keys[0]))
    ('hơn người xếp sau 4.2 giây thời gian làm bài', 'bằng nhau ở mọi tiêu chí')
    """
    criterion = deciding(order, number, ahead, behind)
    if criterion is None:
        return message(_EQUAL)
    keys = order.keys_of(number)
    mine, next_one = (rules.values(key, keys)[criterion.key] for key in (ahead, behind))
    if criterion.key == "prediction":
        unit = _PEOPLE if predicted in (PredictionTarget.PEOPLE, PredictionTarget.PERFECT_PEOPLE) else _ATTEMPTS
        return _said_of_predictions(order, number, mine, next_one, criterion.ahead, unit)
    return _said(criterion, abs((mine or 0) - (next_one or 0)), order.thousandths(number))


def deciding(order: Order, number: int, ahead: str, behind: str) -> Criterion | None:
    """The first criterion in which two sort keys of a ranking differ; None when they are equal."""
    criteria = order.criteria_of(number)
    ends = accumulate(criterion.width for criterion in criteria)
    return next((each for each, end in zip(criteria, ends, strict=True) if ahead[:end] != behind[:end]), None)


def _said(criterion: Criterion, by: int, thousandths: bool) -> Message:
    if criterion.key == "lot":
        return message(criterion.ahead)
    if criterion.key in ("elapsed", "submitted", "started"):
        return message(criterion.ahead, by=span(by))
    exact = thousandths and criterion.key in ("score", "hand")
    return message(criterion.ahead, by=Decimal(by) / THOUSANDTHS if exact else by)


_PEOPLE = N_("%(n)s người")
_ATTEMPTS = N_("%(n)s lượt")


def _said_of_predictions(
    order: Order, number: int, mine: int | None, next_one: int | None, nearer: str, unit: str
) -> Message:
    """Of predictions: nearer by so many, or what the rule puts before that."""
    if mine is None or next_one is None:
        return message(N_("có dự đoán, người xếp sau thì không"))
    if order.rule is PredictionRule.EXACT:
        return message(
            N_("dự đoán đúng chính xác, người xếp sau thì không")
            if number or not mine
            else N_("dự đoán đúng chính xác nhiều đợt hơn người xếp sau")
        )
    (near, above), (far, next_above) = gap_parts(mine), gap_parts(next_one)
    if far > near and (above == next_above or order.rule is PredictionRule.LOW_FIRST):
        return message(nearer, by=message(unit, n=far - near))
    if order.rule is PredictionRule.LOW_FIRST:
        return message(N_("dự đoán lệch bằng người xếp sau nhưng thấp hơn số đúng"))
    return message(
        N_("dự đoán vượt quá số đúng ở ít đợt hơn người xếp sau")
        if above
        else N_("dự đoán không vượt quá số đúng, người xếp sau thì vượt")
    )


def span(milliseconds: int) -> Message:
    """A stretch of time exactly, as far as it decides between people.

    >>> [str(span(ms)) for ms in (1, 4_200, 60_000, 3_725_500, 90_061_000)]
    ['0.001 giây', '4.2 giây', '1 phút 0 giây', '1 giờ 2 phút 5.5 giây', '1 ngày 1 giờ 1 phút 1 giây']
    """
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    given = {"days": days, "hours": hours, "minutes": minutes, "seconds": Decimal(rest) / 1000}
    if days:
        return message(N_("%(days)s ngày %(hours)s giờ %(minutes)s phút %(seconds)s giây"), **given)
    if hours:
        return message(N_("%(hours)s giờ %(minutes)s phút %(seconds)s giây"), **given)
    if minutes:
        return message(N_("%(minutes)s phút %(seconds)s giây"), **given)
    return message(N_("%(seconds)s giây"), **given)


# What cannot be known yet


def not_known_yet(session: Session, contest: Contest, number: int) -> list[Message]:
    """What a ranking cannot take into account yet, and until when; empty when it is all there."""
    keys = order_of(contest).keys_of(number)
    asked: dict[str, Callable[[], Any]] = {
        "prediction": lambda: any(each.prediction_actual is None for each in _rounds(contest, number)),
        "hand": lambda: unmarked(session, contest, number),
        "lot": lambda: lot_seed_of(contest, number) is None,
    }
    return [message(_WAITS[key]) for key in asked if key in keys and asked[key]()]


_WAITS = {
    "prediction": N_(
        "Số đúng của câu dự đoán chỉ có sau khi đợt thi kết thúc; đến khi đó tiêu chí dự đoán chưa phân biệt thứ hạng."
    ),
    "hand": N_("Còn bài tự luận chưa chấm; điểm do người chấm có thể còn tăng."),
    "lot": N_("Chưa bốc thăm; những người bằng nhau ở mọi tiêu chí khác đang cùng hạng."),
}


def unmarked(session: Session, contest: Contest, number: int) -> bool:
    """Whether an answer of a ranking's rounds still waits for a person's marks."""
    rounds = [each.id for each in _rounds(contest, number)]
    waiting = select(Attempt.id).where(Attempt.round_id.in_(rounds), Attempt.pending > 0).limit(1)
    return session.scalar(waiting) is not None


def lot_seed_of(contest: Contest, number: int) -> str | None:
    """The seed of the draw a ranking uses; None while lots are not drawn."""
    if number == rules.WHOLE:
        return contest.lot_seed
    return next((each.lot_seed for each in contest.rounds if each.number == number), None)


def _rounds(contest: Contest, number: int) -> Sequence[Any]:
    return [each for each in contest.rounds if number in (rules.WHOLE, each.number)]
