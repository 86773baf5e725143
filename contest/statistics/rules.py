"""When figures are due again, which columns a table is sorted by, and what figures mean in plain words; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from questions.messages import N_

#: Figures of a running round stand at least this long,
PAUSE = timedelta(minutes=3)
#: and a second longer for every so many attempts, so that large rounds are not read again and again.
ATTEMPTS_PER_SECOND = 500
#: Rounds that closed longer ago are looked at again only when a key was changed.
AFTERMATH = timedelta(days=2)


class Which(StrEnum):
    """Attempts that figures are taken from; the values stand in addresses."""

    ALL = "tat-ca"
    FIRST = "luot-dau"


WHICH_NAMES = {Which.ALL: N_("Tất cả lượt được tính"), Which.FIRST: N_("Chỉ lượt đầu của mỗi người")}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a round holds: attempts started and closed, and when a mark or key was last changed by a person."""

    started: int
    closed: int
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the kept figures of a round were made of, and when."""

    started: int
    closed: int
    computed_at: datetime


def pause(attempts: int) -> timedelta:
    """How long figures over so many attempts stand before they are made again.

    >>> pause(0), pause(200_000)
    (datetime.timedelta(seconds=180), datetime.timedelta(seconds=580))
    """
    return PAUSE + timedelta(seconds=attempts // ATTEMPTS_PER_SECOND)


def is_due(kept: Kept | None, seen: Seen, now: datetime) -> bool:
    """Whether the figures of a round should be made now: something is new, and the last ones have stood long enough."""
    if kept is None:
        return seen.started > 0
    changed = seen.changed_at is not None and seen.changed_at > kept.computed_at
    new = changed or (seen.started, seen.closed) != (kept.started, kept.closed)
    return new and now >= kept.computed_at + pause(kept.closed)


#: Columns that a table of questions can be sorted by, with the direction that comes first.
ORDERS = {
    "xem-lai": "desc",
    "ma": "asc",
    "luot": "desc",
    "de": "asc",
    "phan-biet": "asc",
    "hieu-qua": "asc",
    "trong-so": "desc",
}

_SPREAD = N_("Khoảng hai phần ba số lượt có điểm lệch so với trung bình không quá chừng này.")
_CHANCE = N_("Phần chênh lệch điểm giữa các lượt là do may rủi, không do hiểu biết; nên dưới 50%%.")
_AGAIN = N_("Nếu thi lại với đề tương tự, điểm của một người thường lên xuống không quá chừng này.")


def reading(name: str, value: float | None) -> str:
    """What one figure of a round says, for people who never heard its name; a text of the screens.

    Bounds of the coefficient of internal consistency (75 and 64 per cent), of skewness and kurtosis (1) and of the
    error ratio (50 per cent): "Quiz report statistics" in Moodle's documentation for developers.
    """
    if value is None:
        return N_("Chưa đủ lượt thi, hoặc mọi lượt bằng điểm nhau, nên chưa tính được.")
    plain: Mapping[str, str] = {
        "mean": N_("Cộng điểm mọi lượt rồi chia đều."),
        "median": N_("Một nửa số lượt được từ chừng này điểm trở lên, một nửa từ chừng này trở xuống."),
        "sd": _SPREAD,
        "error_ratio": _CHANCE,
        "standard_error": _AGAIN,
    }
    return plain[name] if name in plain else _shape(name, value)


def _shape(name: str, value: float) -> str:
    if name == "skewness":
        if abs(value) <= 1:
            return N_("Điểm chia khá đều về hai phía của trung bình.")
        if value > 0:
            return N_("Số đông điểm thấp, một ít lượt điểm rất cao: đề khó với số đông.")
        return N_("Số đông điểm cao, một ít lượt điểm rất thấp: đề dễ với số đông.")
    if name == "kurtosis":
        if value > 1:
            return N_("Điểm dồn sát trung bình: khó tách người giỏi và người yếu khỏi số đông.")
        if value < -1:
            return N_("Điểm trải rộng hoặc chia thành hai nhóm cao và thấp.")
        return N_("Độ dồn của điểm quanh trung bình là bình thường.")
    if value >= 75:
        return N_("Các câu đo cùng một hiểu biết: thứ tự theo điểm đáng tin.")
    if value >= 64:
        return N_("Các câu ăn khớp tạm được: chênh lệch điểm nhỏ chưa nói lên nhiều.")
    return N_("Các câu chưa ăn khớp với nhau: điểm hơn kém còn do may rủi. Hãy xem các câu cần xem lại.")
