"""The ordered criteria a ranking is made of (``domain.md``, 4); pure.

Each criterion is a sentence and a number: the regulations print the sentence, the ranking compares the number, so
that the two cannot drift apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contest.rounds.settings import PredictionRule
from questions.messages import N_, Message, message

#: No distance is larger; added to a distance that the rule puts behind all others.
BEYOND = 10**15


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody achieved in an attempt, a round or a whole contest, as far as a ranking looks at it.

    ``submitted_ms`` and ``started_ms`` count from the opening of the round, so that rounds can be added up.
    ``perfect`` counts attempts with every answer right; ``rounds`` the rounds taken. ``prediction_gap`` is None
    where nothing was predicted or the true number is not known yet.
    """

    score: int
    elapsed_ms: int
    submitted_ms: int
    started_ms: int
    perfect: int
    prediction_gap: int | None
    rounds: int = 1


@dataclass(frozen=True, slots=True)
class Criterion:
    """One step of the order: of two values the smaller stands higher.

    ``width`` is the number of hexadecimal digits that hold every value; ``short`` heads the column of a ranking.
    """

    key: str
    sentence: str
    short: str
    value: Callable[[Result], int]
    width: int

    @property
    def last(self) -> int:
        """The largest value the width holds: it stands behind all others."""
        return 16**self.width - 1

    def digits(self, result: Result) -> str:
        """The value in fixed width; values outside of it count as the nearest one inside."""
        return format(min(max(self.value(result), 0), self.last), f"0{self.width}x")


def prediction_gap(predicted: int | None, actual: int, rule: PredictionRule) -> int | None:
    """How far a prediction fell from what happened, by the rule of the contest; None for no prediction.

    ``nearest``: above and below count alike. ``nearest_not_above``: predictions above the true number stand behind
    all others, the nearer first. ``exact``: 0 for the true number, 1 for any other.

    >>> [prediction_gap(p, 1234, PredictionRule.NEAREST) for p in (1200, 1268, None)]
    [34, 34, None]
    >>> prediction_gap(0, 1234, PredictionRule.NOT_ABOVE) < prediction_gap(1235, 1234, PredictionRule.NOT_ABOVE)
    True
    >>> [prediction_gap(p, 1234, PredictionRule.EXACT) for p in (1234, 1233)]
    [0, 1]
    """
    if predicted is None:
        return None
    if rule is PredictionRule.EXACT:
        return int(predicted != actual)
    distance = min(abs(predicted - actual), BEYOND - 1)
    return distance + BEYOND if rule is PredictionRule.NOT_ABOVE and predicted > actual else distance


def _behind(width: int, value: int) -> int:
    """The mirror of a value, for criteria where more is better."""
    return 16**width - 1 - value


_GAP_WIDTH = 16


def _gap(result: Result) -> int:
    return 16**_GAP_WIDTH - 1 if result.prediction_gap is None else result.prediction_gap


_ALL = (
    Criterion("score", N_("Tổng điểm cao hơn xếp trên"), N_("Điểm"), lambda r: _behind(8, r.score), 8),
    Criterion(
        "prediction",
        N_("Dự đoán gần với số đúng hơn xếp trên; không dự đoán xếp sau cùng"),
        N_("Dự đoán lệch"),
        _gap,
        _GAP_WIDTH,
    ),
    Criterion(
        "elapsed", N_("Thời gian làm bài ngắn hơn xếp trên"), N_("Thời gian làm bài"), lambda r: r.elapsed_ms, 10
    ),
    Criterion(
        "submitted",
        N_("Nộp bài sớm hơn xếp trên, tính từ lúc mở đợt thi"),
        N_("Nộp bài sau khi mở đợt"),
        lambda r: r.submitted_ms,
        10,
    ),
    Criterion(
        "started",
        N_("Bắt đầu làm bài sớm hơn xếp trên, tính từ lúc mở đợt thi"),
        N_("Bắt đầu sau khi mở đợt"),
        lambda r: r.started_ms,
        10,
    ),
    Criterion(
        "perfect",
        N_("Có nhiều lượt thi trả lời đúng tất cả các câu hỏi hơn xếp trên"),
        N_("Lượt đúng tất cả"),
        lambda r: _behind(6, r.perfect),
        6,
    ),
    Criterion("rounds", N_("Dự thi nhiều đợt hơn xếp trên"), N_("Số đợt dự thi"), lambda r: _behind(4, r.rounds), 4),
)

CRITERIA: dict[str, Criterion] = {criterion.key: criterion for criterion in _ALL}

#: Criteria whose value grows with every round taken, so that a missed round would be a gain.
_GROWING = ("prediction", "elapsed", "submitted", "started")


def chain(keys: Sequence[str]) -> tuple[Criterion, ...]:
    """The criteria of these keys in order; KeyError for an unknown one."""
    return tuple(CRITERIA[key] for key in keys)


def sum_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """The order for results added up over rounds: who took more rounds stands higher before anything that grows
    with each round is compared, so that nobody gains time by missing a round.

    >>> sum_keys(["score", "elapsed"]), sum_keys(["elapsed", "score"]), sum_keys(["score", "elapsed", "rounds"])
    (('score', 'rounds', 'elapsed'), ('rounds', 'elapsed', 'score'), ('score', 'elapsed', 'rounds'))
    """
    keys = tuple(keys)
    if "rounds" in keys:
        return keys
    places = [keys.index("score") + 1] if "score" in keys else [len(keys)]
    place = min(places + [keys.index(key) for key in _GROWING if key in keys])
    return (*keys[:place], "rounds", *keys[place:])


def sort_key(result: Result, keys: Sequence[str]) -> str:
    """Fixed-width text whose byte order is the ranking; equal texts share a place."""
    return "".join(criterion.digits(result) for criterion in chain(keys))


def faults(keys: Sequence[str], has_prediction: bool) -> list[Message]:
    """What keeps an order of criteria from being used, in the organizer's words; empty when it is fine."""
    found = []
    if not keys:
        found.append(message(N_("Chưa có tiêu chí xếp hạng. Hãy chọn ít nhất một tiêu chí.")))
    found += [
        message(N_("Không có tiêu chí xếp hạng tên “%(key)s”. Hãy chọn trong danh sách tiêu chí."), key=key)
        for key in dict.fromkeys(keys)
        if key not in CRITERIA
    ]
    found += [
        message(N_("Tiêu chí “%(name)s” được chọn hai lần. Hãy bỏ bớt một lần."), name=Message(CRITERIA[key].sentence))
        for key in dict.fromkeys(keys)
        if key in CRITERIA and list(keys).count(key) > 1
    ]
    if "prediction" in keys and not has_prediction:
        found.append(
            message(
                N_(
                    "Tiêu chí xếp hạng có dự đoán nhưng cuộc thi chưa có câu dự đoán. "
                    "Hãy chọn nội dung dự đoán hoặc bỏ tiêu chí này."
                )
            )
        )
    if has_prediction and "prediction" not in keys:
        found.append(
            message(
                N_(
                    "Cuộc thi có câu dự đoán nhưng tiêu chí xếp hạng không dùng đến. "
                    "Hãy thêm tiêu chí dự đoán hoặc bỏ câu dự đoán."
                )
            )
        )
    return found
