"""The choices a contest's settings offer, each with the words regulations use for it."""

from enum import StrEnum

from questions.messages import N_

#: The most seconds of grace, and the most minutes in which late deliveries count: the table of rounds refuses more.
MAX_GRACE_S = 120
MAX_LATE_MINUTES = 1440
#: The most minutes before the end of a round in which its public ranking stands still: a week.
MAX_FREEZE_MINUTES = 10_080
#: The most minutes of extra time, and the most characters of the reason for it.
MAX_EXTRA_MINUTES = 240
MAX_REASON = 500


class ContestState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class StageKind(StrEnum):
    QUIZ = "quiz"
    WORKS = "works"
    LIVE = "live"


class PaperMode(StrEnum):
    RANDOM = "random"
    FIXED = "fixed"


class Total(StrEnum):
    """How a person's rounds make one result for the whole contest."""

    SUM = "sum"
    BEST = "best"
    AVERAGE = "average"
    NONE = "none"


class MissedRounds(StrEnum):
    """What a round not taken does to a person's place in the whole contest."""

    #: It adds nothing; an average is over all rounds of the contest.
    ZERO = "zero"
    #: Who took more rounds stands above, before everything else.
    BEHIND = "behind"
    #: An average is over the rounds taken.
    LEFT_OUT = "left_out"


class TieRule(StrEnum):
    """Who gets a prize where more stand on the last place that gets one than there are prizes left."""

    SHARE = "share"
    LOT = "lot"
    COMMITTEE = "committee"


class PredictionTarget(StrEnum):
    PEOPLE = "people"
    PERFECT_PEOPLE = "perfect_people"
    ATTEMPTS = "attempts"
    PERFECT_ATTEMPTS = "perfect_attempts"


class PredictionScope(StrEnum):
    ROUND = "round"
    CONTEST = "contest"


class PredictionRule(StrEnum):
    NEAREST = "nearest"
    NOT_ABOVE = "nearest_not_above"
    EXACT = "exact"
    LOW_FIRST = "nearest_low_first"


class NameDisplay(StrEnum):
    FULL = "full"
    MASKED = "masked"
    HIDDEN = "hidden"


_OPENNESS = (NameDisplay.HIDDEN, NameDisplay.MASKED, NameDisplay.FULL)


def less_open(one: NameDisplay, other: NameDisplay) -> NameDisplay:
    """The display that tells less.

    >>> str(less_open(NameDisplay.FULL, NameDisplay.MASKED))
    'masked'
    """
    return min(one, other, key=_OPENNESS.index)


class ScoreShown(StrEnum):
    AT_ONCE = "at_once"
    AFTER_ROUND = "after_round"


class KeyShown(StrEnum):
    #: Only in practice: the checks refuse it where attempts count.
    AT_ONCE = "at_once"
    AFTER_ROUND = "after_round"
    AFTER_CONTEST = "after_contest"
    NEVER = "never"


class RankingShown(StrEnum):
    LIVE = "live"
    AFTER_ROUND = "after_round"
    PUBLISHED = "published"


class HeadcountBasis(StrEnum):
    """What participation is measured against."""

    MEMBERS = "members"
    ALL = "all"


class OnePrize(StrEnum):
    NONE = "none"
    ROUND = "round"
    CONTEST = "contest"


class PrizeScope(StrEnum):
    ROUND = "round"
    CONTEST = "contest"
    COLLECTIVE = "collective"


class CollectiveBasis(StrEnum):
    """What unions are ranked by for a collective prize."""

    PEOPLE = "people"
    RATE = "rate"
    RATE_AVERAGE = "rate_average"
    RATE_PRIZES = "rate_prizes"


class ExclusionMode(StrEnum):
    BARRED = "barred"
    UNRANKED = "unranked"


PAPER_NAMES = {
    PaperMode.RANDOM: N_("Mỗi lượt thi một đề, rút ngẫu nhiên"),
    PaperMode.FIXED: N_("Một bộ câu hỏi chung cho mọi lượt thi"),
}
TOTAL_NAMES = {
    Total.SUM: N_("Cộng kết quả các đợt"),
    Total.BEST: N_("Lấy đợt có kết quả tốt nhất"),
    Total.AVERAGE: N_("Lấy trung bình các đợt"),
    Total.NONE: N_("Không xếp hạng chung, chỉ xếp hạng từng đợt"),
}
PREDICTION_TARGET_NAMES = {
    PredictionTarget.PEOPLE: N_("số người dự thi"),
    PredictionTarget.PERFECT_PEOPLE: N_("số người trả lời đúng tất cả các câu hỏi"),
    PredictionTarget.ATTEMPTS: N_("số lượt dự thi"),
    PredictionTarget.PERFECT_ATTEMPTS: N_("số lượt thi trả lời đúng tất cả các câu hỏi"),
}
PREDICTION_SCOPE_NAMES = {
    PredictionScope.ROUND: N_("của đợt thi"),
    PredictionScope.CONTEST: N_("của cả cuộc thi"),
}
PREDICTION_RULE_NAMES = {
    PredictionRule.NEAREST: N_("Gần nhất, cao hơn hay thấp hơn đều như nhau"),
    PredictionRule.NOT_ABOVE: N_("Gần nhất nhưng không vượt quá số đúng"),
    PredictionRule.EXACT: N_("Chỉ tính khi đúng chính xác"),
    PredictionRule.LOW_FIRST: N_("Gần nhất; lệch bằng nhau thì dự đoán thấp hơn xếp trên"),
}
MISSED_ROUNDS_NAMES = {
    MissedRounds.ZERO: N_("Đợt không thi được tính 0 điểm"),
    MissedRounds.BEHIND: N_("Người thi nhiều đợt hơn luôn xếp trên"),
    MissedRounds.LEFT_OUT: N_("Không tính đợt không thi (chỉ khi lấy trung bình)"),
}
TIE_RULE_NAMES = {
    TieRule.SHARE: N_("Tất cả những người đồng hạng cùng được giải"),
    TieRule.LOT: N_("Bốc thăm giữa những người đồng hạng"),
    TieRule.COMMITTEE: N_("Ban tổ chức chọn, có ghi lý do"),
}
NAME_DISPLAY_NAMES = {
    NameDisplay.FULL: N_("Hiện đầy đủ họ tên"),
    NameDisplay.MASKED: N_("Che bớt họ và tên đệm"),
    NameDisplay.HIDDEN: N_("Không hiện tên"),
}
SCORE_SHOWN_NAMES = {
    ScoreShown.AT_ONCE: N_("Ngay khi nộp bài"),
    ScoreShown.AFTER_ROUND: N_("Sau khi đợt thi kết thúc"),
}
KEY_SHOWN_NAMES = {
    KeyShown.AT_ONCE: N_("Ngay khi nộp bài (chỉ khi luyện tập)"),
    KeyShown.AFTER_ROUND: N_("Sau khi đợt thi kết thúc"),
    KeyShown.AFTER_CONTEST: N_("Sau khi cuộc thi kết thúc"),
    KeyShown.NEVER: N_("Không công bố"),
}
RANKING_SHOWN_NAMES = {
    RankingShown.LIVE: N_("Trong khi thi, cập nhật liên tục"),
    RankingShown.AFTER_ROUND: N_("Sau khi đợt thi kết thúc"),
    RankingShown.PUBLISHED: N_("Sau khi Ban tổ chức công bố kết quả"),
}
HEADCOUNT_BASIS_NAMES = {
    HeadcountBasis.MEMBERS: N_("Đoàn viên và cán bộ công đoàn"),
    HeadcountBasis.ALL: N_("Đoàn viên, cán bộ công đoàn và người lao động"),
}
ONE_PRIZE_NAMES = {
    OnePrize.NONE: N_("Được nhận nhiều giải"),
    OnePrize.ROUND: N_("Mỗi người chỉ nhận một giải cao nhất trong mỗi đợt"),
    OnePrize.CONTEST: N_("Mỗi người chỉ nhận một giải cao nhất trong cả cuộc thi"),
}
PRIZE_SCOPE_NAMES = {
    PrizeScope.ROUND: N_("Cá nhân, mỗi đợt"),
    PrizeScope.CONTEST: N_("Cá nhân, cả cuộc thi"),
    PrizeScope.COLLECTIVE: N_("Tập thể"),
}
COLLECTIVE_BASIS_NAMES = {
    CollectiveBasis.PEOPLE: N_("Số người dự thi"),
    CollectiveBasis.RATE: N_("Tỷ lệ dự thi"),
    CollectiveBasis.RATE_AVERAGE: N_("Tỷ lệ dự thi cộng điểm trung bình"),
    CollectiveBasis.RATE_PRIZES: N_("Tỷ lệ dự thi cộng điểm quy đổi giải cá nhân"),
}
EXCLUSION_MODE_NAMES = {
    ExclusionMode.BARRED: N_("Không được dự thi"),
    ExclusionMode.UNRANKED: N_("Được dự thi nhưng không xếp hạng"),
}
