"""The ordered criteria a ranking is made of (``domain.md``, 4); pure.

Each criterion is a sentence and a number: the regulations print the sentence, the ranking compares the number, so
that the two cannot drift apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from contest.rounds.settings import MissedRounds, PredictionRule, Total
from questions.messages import N_, Message, message

#: No distance is larger; added to a distance that the rule puts behind all others.
BEYOND = 10**15
#: Where of two equal distances the lower prediction stands first: added to such a gap, so that it can be told from all
#: others; what one unit of distance is worth in it, so that predictions above can be counted below; its largest.
_LOW_FIRST = 4 * 10**18
_UNIT = 1000
_FARTHEST = 10**12 - 1
#: Points of an average are counted in thousandths.
THOUSANDTHS = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody achieved in an attempt, a round or a whole contest, as far as a ranking looks at it.

    ``submitted_ms`` and ``started_ms`` count from the opening of the round, so that rounds can be added up.
    ``perfect`` counts attempts with every answer right; ``rounds`` the rounds taken. ``prediction_gap`` is None
    where nothing was predicted or the true number is not known yet. ``hand``: points given by people, part of
    ``score``. ``lot``: 12 hexadecimal digits, None until lots are drawn. Averages hold points in thousandths.
    """

    score: int
    elapsed_ms: int
    submitted_ms: int
    started_ms: int
    perfect: int
    prediction_gap: int | None
    rounds: int = 1
    hand: int = 0
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One step of the order: of two values the smaller stands higher.

    ``width`` is the number of hexadecimal digits that hold every value; ``short`` heads the column of a ranking.
    ``ahead`` says by how much somebody stands above the next by it. ``average``: the sentence and the heading where
    it compares averages over rounds. ``more_is_better``: the number is the mirror of the value.
    """

    key: str
    sentence: str
    short: str
    value: Callable[[Result], int]
    width: int
    ahead: str
    average: tuple[str, str]
    more_is_better: bool = False

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
    all others, the nearer first. ``exact``: 0 for the true number, 1 for any other. ``nearest_low_first``: of two
    equally far the lower stands first. :func:`gap_parts` says what a gap is made of.

    >>> [prediction_gap(p, 1234, PredictionRule.NEAREST) for p in (1200, 1268, None)]
    [34, 34, None]
    >>> prediction_gap(0, 1234, PredictionRule.NOT_ABOVE) < prediction_gap(1235, 1234, PredictionRule.NOT_ABOVE)
    True
    >>> [prediction_gap(p, 1234, PredictionRule.EXACT) for p in (1234, 1233)]
    [0, 1]
    >>> gaps = [prediction_gap(p, 1234, PredictionRule.LOW_FIRST) for p in (1234, 1233, 1235, 1232)]
    >>> gaps == sorted(gaps), gaps[1] < gaps[2]
    (True, True)
    """
    if predicted is None:
        return None
    if rule is PredictionRule.EXACT:
        return int(predicted != actual)
    marked = rule in (PredictionRule.NOT_ABOVE, PredictionRule.LOW_FIRST)
    return gap_of(abs(predicted - actual), int(marked and predicted > actual), rule)


def gap_of(distance: int, above: int, rule: PredictionRule) -> int:
    """A gap made of a distance and the number of predictions above, over one round or several.

    >>> gap_parts(gap_of(34, 2, PredictionRule.NOT_ABOVE)), gap_parts(gap_of(34, 2, PredictionRule.LOW_FIRST))
    ((34, 2), (34, 2))
    """
    if rule is PredictionRule.LOW_FIRST:
        return _LOW_FIRST + min(distance, _FARTHEST) * _UNIT + min(above, _UNIT - 1)
    return min(distance, BEYOND - 1) + above * BEYOND


def gap_parts(gap: int) -> tuple[int, int]:
    """The distance in a gap, and how many of its predictions were above where the rule looks at that."""
    if gap >= _LOW_FIRST:
        return divmod(gap - _LOW_FIRST, _UNIT)
    above, distance = divmod(gap, BEYOND)
    return distance, above


def _behind(width: int, value: int) -> int:
    """The mirror of a value, for criteria where more is better."""
    return 16**width - 1 - value


_GAP_WIDTH = 16
#: Hexadecimal digits of a lot.
LOT_WIDTH = 12


def _gap(result: Result) -> int:
    return 16**_GAP_WIDTH - 1 if result.prediction_gap is None else result.prediction_gap


_ALL = (
    Criterion(
        "score",
        N_("Tổng điểm cao hơn xếp trên"),
        N_("Điểm"),
        lambda r: _behind(8, r.score),
        8,
        N_("hơn người xếp sau %(by)s điểm"),
        (
            N_("Điểm trung bình các đợt cao hơn xếp trên, tính đến phần nghìn điểm, phần lẻ nhỏ hơn bỏ đi"),
            N_("Điểm trung bình"),
        ),
        more_is_better=True,
    ),
    Criterion(
        "prediction",
        N_("Dự đoán gần với số đúng hơn xếp trên; không dự đoán xếp sau cùng"),
        N_("Dự đoán lệch"),
        _gap,
        _GAP_WIDTH,
        N_("dự đoán gần số đúng hơn người xếp sau %(by)s"),
        (
            N_("Dự đoán trung bình các đợt gần với số đúng hơn xếp trên, phần lẻ bỏ đi; không dự đoán xếp sau cùng"),
            N_("Dự đoán lệch trung bình"),
        ),
    ),
    Criterion(
        "elapsed",
        N_("Thời gian làm bài ngắn hơn xếp trên"),
        N_("Thời gian làm bài"),
        lambda r: r.elapsed_ms,
        10,
        N_("hơn người xếp sau %(by)s thời gian làm bài"),
        (
            N_("Thời gian làm bài trung bình các đợt ngắn hơn xếp trên, tính đến phần nghìn giây"),
            N_("Thời gian làm bài trung bình"),
        ),
    ),
    Criterion(
        "submitted",
        N_("Nộp bài sớm hơn xếp trên, tính từ lúc mở đợt thi"),
        N_("Nộp bài sau khi mở đợt"),
        lambda r: r.submitted_ms,
        10,
        N_("nộp bài sớm hơn người xếp sau %(by)s"),
        (
            N_("Trung bình các đợt nộp bài sớm hơn xếp trên, tính từ lúc mở đợt thi, đến phần nghìn giây"),
            N_("Nộp bài trung bình sau khi mở đợt"),
        ),
    ),
    Criterion(
        "started",
        N_("Bắt đầu làm bài sớm hơn xếp trên, tính từ lúc mở đợt thi"),
        N_("Bắt đầu sau khi mở đợt"),
        lambda r: r.started_ms,
        10,
        N_("bắt đầu làm bài sớm hơn người xếp sau %(by)s"),
        (
            N_("Trung bình các đợt bắt đầu làm bài sớm hơn xếp trên, tính từ lúc mở đợt thi, đến phần nghìn giây"),
            N_("Bắt đầu trung bình sau khi mở đợt"),
        ),
    ),
    Criterion(
        "perfect",
        N_("Có nhiều lượt thi trả lời đúng tất cả các câu hỏi hơn xếp trên"),
        N_("Lượt đúng tất cả"),
        lambda r: _behind(6, r.perfect),
        6,
        N_("hơn người xếp sau %(by)s lượt thi trả lời đúng tất cả các câu hỏi"),
        (
            N_("Trung bình mỗi đợt có nhiều lượt thi trả lời đúng tất cả các câu hỏi hơn xếp trên, phần lẻ bỏ đi"),
            N_("Lượt đúng tất cả mỗi đợt"),
        ),
        more_is_better=True,
    ),
    Criterion(
        "hand",
        N_("Điểm do người chấm (bài tự luận, giám khảo) cao hơn xếp trên"),
        N_("Điểm người chấm"),
        lambda r: _behind(8, r.hand),
        8,
        N_("hơn người xếp sau %(by)s điểm do người chấm"),
        (
            N_("Điểm trung bình các đợt do người chấm cao hơn xếp trên, tính đến phần nghìn điểm"),
            N_("Điểm người chấm trung bình"),
        ),
        more_is_better=True,
    ),
    Criterion(
        "rounds",
        N_("Dự thi nhiều đợt hơn xếp trên"),
        N_("Số đợt dự thi"),
        lambda r: _behind(4, r.rounds),
        4,
        N_("dự thi nhiều hơn người xếp sau %(by)s đợt"),
        (N_("Dự thi nhiều đợt hơn xếp trên"), N_("Số đợt dự thi")),
        more_is_better=True,
    ),
    Criterion(
        "lot",
        N_("Bằng nhau ở mọi tiêu chí trên thì bốc thăm; cách bốc thăm được công bố để ai cũng tính lại được"),
        N_("Thăm"),
        lambda r: 16**LOT_WIDTH - 1 if r.lot is None else int(r.lot, 16),
        LOT_WIDTH,
        N_("bằng nhau ở các tiêu chí khác, bốc thăm được xếp trên người xếp sau"),
        (
            N_("Bằng nhau ở mọi tiêu chí trên thì bốc thăm; cách bốc thăm được công bố để ai cũng tính lại được"),
            N_("Thăm"),
        ),
    ),
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
    places = [keys.index("score") + 1] if "score" in keys else [keys.index("lot") if "lot" in keys else len(keys)]
    place = min(places + [keys.index(key) for key in _GROWING if key in keys])
    return (*keys[:place], "rounds", *keys[place:])


def whole_keys(keys: Sequence[str], total: Total, missed: MissedRounds) -> tuple[str, ...]:
    """The order of the whole contest's ranking.

    >>> whole_keys(["score", "elapsed"], Total.BEST, MissedRounds.ZERO)
    ('score', 'elapsed')
    >>> whole_keys(["score", "elapsed"], Total.AVERAGE, MissedRounds.BEHIND)
    ('rounds', 'score', 'elapsed')
    """
    if missed is MissedRounds.BEHIND:
        return ("rounds", *(key for key in keys if key != "rounds"))
    sums = total is Total.SUM or total is Total.AVERAGE and missed is MissedRounds.ZERO
    return sum_keys(keys) if sums else tuple(keys)


def whole_chain(keys: Sequence[str], total: Total, missed: MissedRounds) -> tuple[Criterion, ...]:
    """The criteria of the whole contest's ranking in order, with the sentences that hold there."""
    found = chain(whole_keys(keys, total, missed))
    if total is not Total.AVERAGE:
        return found
    return tuple(replace(each, sentence=each.average[0], short=each.average[1]) for each in found)


def sort_key(result: Result, keys: Sequence[str]) -> str:
    """Fixed-width text whose byte order is the ranking; equal texts share a place."""
    return "".join(criterion.digits(result) for criterion in chain(keys))


def faults(keys: Sequence[str], has_prediction: bool) -> list[Message]:
    """What keeps an order of criteria from being used, in the organizer's words; empty when it is fine."""
    return [*_words_faults(keys), *_prediction_faults(keys, has_prediction), *_lot_faults(keys)]


def _lot_faults(keys: Sequence[str]) -> list[Message]:
    if "lot" not in keys:
        return []
    if set(keys) == {"lot"}:
        return [message(N_("Không thể chỉ bốc thăm. Hãy chọn ít nhất một tiêu chí khác đứng trước bốc thăm."))]
    if keys[-1] != "lot":
        return [message(N_("Bốc thăm phải là tiêu chí cuối cùng. Hãy chuyển xuống cuối danh sách."))]
    return []


def _words_faults(keys: Sequence[str]) -> list[Message]:
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
    return found


def _prediction_faults(keys: Sequence[str], has_prediction: bool) -> list[Message]:
    found = []
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
