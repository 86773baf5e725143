"""How results are made, ranked and shown; pure."""

from collections.abc import Iterator

from contest.accounts.rules import KIND_NAMES
from contest.rounds.criteria import chain, sum_keys
from contest.rounds.plans import ContestPlan, DivisionPlan
from contest.rounds.regulations.blocks import Block, Items, Text, joined
from contest.rounds.settings import (
    NAME_DISPLAY_NAMES,
    PREDICTION_SCOPE_NAMES,
    PREDICTION_TARGET_NAMES,
    KeyShown,
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
        yield Text(
            message(
                {
                    Total.SUM: N_("Kết quả cả cuộc thi là tổng kết quả các đợt; đợt không dự thi được 0 điểm."),
                    Total.BEST: N_("Kết quả cả cuộc thi là kết quả của đợt tốt nhất."),
                    Total.NONE: N_("Không xếp hạng chung cả cuộc thi; mỗi đợt xếp hạng riêng."),
                }[plan.total]
            )
        )
    yield Text(message(N_("Số người và số lượt dự thi được đếm riêng: một người thi nhiều lượt vẫn là một người.")))


_PREDICTION_RULES = {
    PredictionRule.NEAREST: N_("Dự đoán gần số đúng hơn xếp trên; cao hơn hay thấp hơn số đúng đều như nhau."),
    PredictionRule.NOT_ABOVE: N_(
        "Dự đoán không vượt quá số đúng và gần số đúng hơn xếp trên; dự đoán vượt quá số đúng xếp sau."
    ),
    PredictionRule.EXACT: N_("Chỉ dự đoán đúng chính xác mới được xếp trên; các dự đoán khác xếp như nhau."),
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
            message(N_("Hai dự đoán lệch bằng nhau thì bằng nhau ở tiêu chí này; tiêu chí tiếp theo quyết định.")),
            message(N_("Không dự đoán thì xếp sau mọi người có dự đoán ở tiêu chí này.")),
            message(N_("Số đúng chỉ được tính khi đợt thi đã kết thúc, không kể lượt thi không hợp lệ.")),
        )
    )


def ranking(plan: ContestPlan) -> Iterator[Block]:
    if plan.practice or not plan.criteria:
        return
    yield Text(message(N_("Thứ hạng được xét lần lượt theo các tiêu chí sau; bằng nhau mới xét tiêu chí tiếp theo:")))
    yield Items(tuple(Message(criterion.sentence) for criterion in chain(plan.criteria)), numbered=True)
    if plan.total is Total.SUM and len(plan.rounds) > 1:
        yield Text(message(N_("Khi cộng kết quả các đợt, thứ tự tiêu chí là:")))
        yield Items(tuple(Message(c.sentence) for c in chain(sum_keys(plan.criteria))), numbered=True)
    yield Text(
        message(N_("Bằng nhau ở mọi tiêu chí thì cùng hạng; hạng liền sau được bỏ trống tương ứng (1, 2, 2, 4)."))
    )


def divisions(plan: ContestPlan) -> Iterator[Block]:
    if not plan.divisions or plan.practice:
        return
    yield Text(message(N_("Ngoài xếp hạng chung, mỗi bảng xếp hạng riêng. Mỗi người thuộc bảng đầu tiên phù hợp:")))
    yield Items(tuple(_division(division) for division in plan.divisions), numbered=True)


def _division(division: DivisionPlan) -> Message:
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


def shown(plan: ContestPlan) -> Iterator[Block]:
    told = [Message(_SCORES[plan.score_shown]), Message(_KEYS[plan.key_shown])]
    if not plan.practice:
        told.append(Message(_RANKINGS[plan.ranking_shown]))
        told.append(
            message(
                N_("Họ tên trong bảng xếp hạng: %(display)s."), display=Message(NAME_DISPLAY_NAMES[plan.name_display])
            )
        )
    yield Items(tuple(told))
