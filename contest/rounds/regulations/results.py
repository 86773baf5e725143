"""How results are made, ranked and shown; pure."""

from collections.abc import Iterator

from contest.accounts.rules import KIND_NAMES
from contest.rounds.criteria import chain, whole_chain
from contest.rounds.plans import ContestPlan, DivisionPlan
from contest.rounds.regulations.blocks import Block, Items, Text, joined
from contest.rounds.settings import (
    NAME_DISPLAY_NAMES,
    PREDICTION_SCOPE_NAMES,
    PREDICTION_TARGET_NAMES,
    KeyShown,
    MissedRounds,
    PredictionRule,
    RankingShown,
    ScoreShown,
    Total,
)
from questions.messages import N_, Message, message


def counting(plan: ContestPlan) -> Iterator[Block]:
    if plan.practice:
        return
    if any(row.max_attempts != 1 for row in plan.rounds):
        yield Text(
            message(N_("Mỗi đợt, hệ thống lấy lượt thi tốt nhất của mỗi người, so theo đúng thứ tự tiêu chí xếp hạng."))
        )
    if len(plan.rounds) > 1:
        yield from _whole(plan)
    yield Text(message(N_("Số người và số lượt dự thi được đếm riêng: một người thi nhiều lượt vẫn là một người.")))


_TOTALS = {
    (Total.SUM, MissedRounds.ZERO): N_("Kết quả cả cuộc thi là tổng kết quả các đợt; đợt không dự thi được 0 điểm."),
    (Total.SUM, MissedRounds.BEHIND): N_(
        "Kết quả cả cuộc thi là tổng kết quả các đợt; người dự thi nhiều đợt hơn luôn xếp trên."
    ),
    (Total.BEST, MissedRounds.ZERO): N_("Kết quả cả cuộc thi là kết quả của đợt tốt nhất."),
    (Total.BEST, MissedRounds.BEHIND): N_(
        "Kết quả cả cuộc thi là kết quả của đợt tốt nhất; người dự thi nhiều đợt hơn luôn xếp trên."
    ),
    (Total.AVERAGE, MissedRounds.ZERO): N_(
        "Kết quả cả cuộc thi là trung bình trên tất cả các đợt của cuộc thi; đợt không dự thi được 0 điểm."
    ),
    (Total.AVERAGE, MissedRounds.BEHIND): N_(
        "Kết quả cả cuộc thi là trung bình các đợt đã dự thi; người dự thi nhiều đợt hơn luôn xếp trên."
    ),
    (Total.AVERAGE, MissedRounds.LEFT_OUT): N_(
        "Kết quả cả cuộc thi là trung bình các đợt đã dự thi; đợt không dự thi không tính."
    ),
}


def _whole(plan: ContestPlan) -> Iterator[Block]:
    """What rounds make together, and what a missed one does."""
    if plan.total is Total.NONE:
        yield Text(message(N_("Không xếp hạng chung cả cuộc thi; mỗi đợt xếp hạng riêng.")))
        return
    yield Text(message(_TOTALS.get((plan.total, plan.missed_rounds), _TOTALS[plan.total, MissedRounds.ZERO])))
    if plan.total is Total.AVERAGE:
        yield Text(
            message(N_("Điểm trung bình tính đến phần nghìn điểm, phần lẻ nhỏ hơn bỏ đi; các số khác bỏ phần lẻ."))
        )


_PREDICTION_RULES = {
    PredictionRule.NEAREST: N_("Dự đoán gần số đúng hơn xếp trên; cao hơn hay thấp hơn số đúng đều như nhau."),
    PredictionRule.NOT_ABOVE: N_(
        "Dự đoán không vượt quá số đúng và gần số đúng hơn xếp trên; dự đoán vượt quá số đúng xếp sau."
    ),
    PredictionRule.LOW_FIRST: N_(
        "Dự đoán gần số đúng hơn xếp trên; lệch bằng nhau thì dự đoán thấp hơn số đúng xếp trên dự đoán cao hơn."
    ),
    PredictionRule.EXACT: N_("Chỉ dự đoán đúng chính xác mới được xếp trên; các dự đoán khác xếp như nhau."),
}


_EQUAL_PREDICTIONS = {
    False: N_("Hai dự đoán lệch bằng nhau thì bằng nhau ở tiêu chí này; tiêu chí tiếp theo quyết định."),
    True: N_("Hai dự đoán giống nhau thì bằng nhau ở tiêu chí này; tiêu chí tiếp theo quyết định."),
}


def prediction(plan: ContestPlan) -> Iterator[Block]:
    if plan.prediction_target is None or plan.practice:
        return
    yield Text(
        message(
            N_("Người dự thi dự đoán %(target)s %(scope)s."),
            target=Message(PREDICTION_TARGET_NAMES[plan.prediction_target]),
            scope=Message(PREDICTION_SCOPE_NAMES[plan.prediction_scope]),
        )
    )
    yield Items(
        (
            message(N_("Số dự đoán không cộng vào điểm, chỉ dùng để xếp thứ tự.")),
            message(_PREDICTION_RULES[plan.prediction_rule]),
            message(_EQUAL_PREDICTIONS[plan.prediction_rule is PredictionRule.LOW_FIRST]),
            message(N_("Không dự đoán thì xếp sau mọi người có dự đoán ở tiêu chí này.")),
            message(N_("Số đúng chỉ được tính khi đợt thi đã kết thúc, không kể lượt thi không hợp lệ.")),
        )
    )


def ranking(plan: ContestPlan) -> Iterator[Block]:
    if plan.practice or not plan.criteria:
        return
    yield Text(message(N_("Thứ hạng được xét lần lượt theo các tiêu chí sau; bằng nhau mới xét tiêu chí tiếp theo:")))
    yield Items(tuple(Message(criterion.sentence) for criterion in chain(plan.criteria)), numbered=True)
    whole = whole_chain(plan.criteria, plan.total, plan.missed_rounds)
    if plan.total is not Total.NONE and len(plan.rounds) > 1 and whole != chain(plan.criteria):
        yield Text(message(N_("Khi xếp hạng chung cả cuộc thi, thứ tự tiêu chí là:")))
        yield Items(tuple(Message(criterion.sentence) for criterion in whole), numbered=True)
    if "lot" in plan.criteria:
        yield from _lots()
    yield Text(
        message(N_("Bằng nhau ở mọi tiêu chí thì cùng hạng; hạng liền sau được bỏ trống tương ứng (1, 2, 2, 4)."))
    )


def _lots() -> Iterator[Block]:
    """How lots are drawn: see :mod:`contest.standings.drawing`."""
    yield Text(message(N_("Bốc thăm là một phép tính ai cũng làm lại được, không ai chọn được kết quả:")))
    yield Items(
        (
            message(
                N_(
                    "Số gốc là mã băm SHA-256 của số bí mật của đợt (đã cam kết trước khi mở), dấu niêm phong các bài "
                    "thi sau khi đóng và số do Ban tổ chức đọc công khai nếu có."
                )
            ),
            message(N_("Thăm của mỗi người tính từ số gốc đó và biên nhận lượt thi; thăm nhỏ hơn xếp trên.")),
            message(N_("Chỉ bốc thăm một lần, sau khi đợt thi kết thúc và trước khi công bố kết quả.")),
        )
    )


def divisions(plan: ContestPlan) -> Iterator[Block]:
    if not plan.divisions or plan.practice:
        return
    yield Text(message(N_("Ngoài xếp hạng chung, mỗi bảng xếp hạng riêng. Mỗi người thuộc bảng đầu tiên phù hợp:")))
    yield Items(tuple(_division(division) for division in plan.divisions), numbered=True)


def _division(division: DivisionPlan) -> Message:
    born = _born(division)
    if born is None:
        return _whom(division)
    if division.kinds or division.union:
        return message(N_("%(whom)s, %(born)s"), whom=_whom(division), born=born)
    return message(N_("%(title)s: người %(born)s"), title=division.title, born=born)


def _born(division: DivisionPlan) -> Message | None:
    """The days of birth a division takes, both included; None: however old."""
    first, last = division.born_from, division.born_until
    if first and last:
        return message(N_("sinh từ %(first)s đến %(last)s"), first=first, last=last)
    if first:
        return message(N_("sinh từ %(first)s trở về sau"), first=first)
    return message(N_("sinh từ %(last)s trở về trước"), last=last) if last else None


def _whom(division: DivisionPlan) -> Message:
    title = division.title
    kinds = joined([Message(KIND_NAMES[kind]) for kind in division.kinds]) if division.kinds else None
    if kinds and division.union:
        return message(N_("%(title)s: %(kinds)s thuộc %(union)s"), title=title, kinds=kinds, union=division.union.name)
    if kinds:
        return message(N_("%(title)s: %(kinds)s"), title=title, kinds=kinds)
    if division.union:
        return message(N_("%(title)s: người thuộc %(union)s"), title=title, union=division.union.name)
    return message(N_("%(title)s: mọi người còn lại"), title=title)


_SCORES = {
    ScoreShown.AT_ONCE: N_("Điểm và thời gian làm bài hiện ngay khi nộp bài."),
    ScoreShown.AFTER_ROUND: N_("Điểm và thời gian làm bài hiện sau khi đợt thi kết thúc."),
}
_KEYS = {
    KeyShown.AT_ONCE: N_("Đáp án hiện ngay khi nộp bài."),
    KeyShown.AFTER_ROUND: N_("Đáp án được công bố sau khi đợt thi kết thúc."),
    KeyShown.AFTER_CONTEST: N_("Đáp án được công bố sau khi cả cuộc thi kết thúc."),
    KeyShown.NEVER: N_("Đáp án không được công bố."),
}
_RANKINGS = {
    RankingShown.LIVE: N_("Bảng xếp hạng hiện trong khi thi và cập nhật liên tục."),
    RankingShown.AFTER_ROUND: N_("Bảng xếp hạng hiện sau khi đợt thi kết thúc."),
    RankingShown.PUBLISHED: N_("Bảng xếp hạng hiện sau khi Ban tổ chức công bố kết quả."),
}


_PROOF = N_(
    "Trước giờ mở mỗi đợt, hệ thống công bố mã cam kết của bộ câu hỏi. Sau khi công bố kết quả, đề, câu trả lời, giờ "
    "và điểm của mọi lượt thi được công bố dưới mã biên nhận, không kèm họ tên và số điện thoại, "
    "để ai cũng tính lại được."
)


def shown(plan: ContestPlan) -> Iterator[Block]:
    told = [Message(_SCORES[plan.score_shown]), Message(_KEYS[plan.key_shown])]
    if not plan.practice:
        told.append(Message(_RANKINGS[plan.ranking_shown]))
        told += list(_freezes(plan))
        told.append(
            message(
                N_("Họ tên trong bảng xếp hạng: %(display)s."), display=Message(NAME_DISPLAY_NAMES[plan.name_display])
            )
        )
        told.append(message(_PROOF))
    yield Items(tuple(told))


def _freezes(plan: ContestPlan) -> Iterator[Message]:
    """When the public ranking stops moving; said once where all rounds agree."""
    if plan.ranking_shown is not RankingShown.LIVE:
        return
    minutes = {row.number: row.freeze_minutes for row in plan.rounds if row.freeze_minutes}
    if minutes and set(minutes.values()) == {row.freeze_minutes for row in plan.rounds}:
        text = N_(
            "Bảng xếp hạng ngừng cập nhật %(minutes)s phút trước khi mỗi đợt kết thúc, cho đến khi công bố kết quả."
        )
        yield message(text, minutes=next(iter(minutes.values())))
        return
    text = N_(
        "Bảng xếp hạng đợt %(round)s ngừng cập nhật %(minutes)s phút trước khi kết thúc, cho đến khi công bố kết quả."
    )
    for number, before in minutes.items():
        yield message(text, round=number, minutes=before)
