"""What may be asked and decided about a wrongly chosen union, and what then becomes of entries; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contest.members.rules import RequestState
from questions.messages import N_, Message, message

MAX_REASON = 500

STATE_NAMES = {
    RequestState.ASKED: N_("Chờ xác nhận"),
    RequestState.CONFIRMED: N_("Đã xác nhận"),
    RequestState.REFUSED: N_("Bị từ chối"),
    RequestState.WITHDRAWN: N_("Đã rút"),
}


class Refused(Exception):
    """Something asked about a person is not done; ``reasons`` say why and what to do. Nothing of it is kept."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = list(reasons)


class Stays(StrEnum):
    """Why an entry keeps its union when the person's is corrected."""

    #: Results that it belongs to are announced, and no correction of them has begun.
    ANNOUNCED = "announced"
    #: The contest would not have admitted them from there.
    OUTSIDE = "outside"
    BARRED = "barred"
    #: They would be in another division and have sat papers of their own.
    PAPER = "paper"
    #: It was made in a third union, where the person rightly belonged then.
    ELSEWHERE = "elsewhere"


STAYS_SENTENCES = {
    Stays.ANNOUNCED: N_("kết quả đã công bố nên giữ nguyên đơn vị lúc thi"),
    Stays.OUTSIDE: N_("đơn vị mới không thuộc phạm vi cuộc thi nên giữ nguyên đơn vị lúc thi"),
    Stays.BARRED: N_("theo thể lệ, người của đơn vị mới không thuộc diện dự thi nên giữ nguyên đơn vị lúc thi"),
    Stays.PAPER: N_("đã thi đề riêng của bảng cũ nên giữ nguyên đơn vị và bảng lúc thi"),
    Stays.ELSEWHERE: N_("ghi theo một đơn vị khác lúc thi nên giữ nguyên"),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of somebody's entry of a contest (slug and title) when their union is corrected.

    ``attempts`` they have begun there; ``stays`` None: it moves.
    """

    contest: str
    title: str
    attempts: int
    stays: Stays | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A correction as it is asked for. ``open_to``: the union of an open request about the person."""

    from_id: int | None
    to_id: int
    open_to: int | None
    reason: str
    level_fault: Message | None = None
    #: Entries that stand in another union than the person belongs to by now.
    left_behind: bool = False


def wish_faults(wish: Wish) -> list[Message]:
    """Why a correction cannot be asked for; empty when it can."""
    found = []
    if wish.open_to is not None and wish.open_to != wish.to_id:
        found.append(
            message(
                N_(
                    "Đã có một yêu cầu sửa công đoàn của người này đang chờ. "
                    "Hãy chờ trả lời, hoặc rút yêu cầu đó trước."
                )
            )
        )
    if wish.from_id == wish.to_id and not wish.left_behind:
        found.append(message(N_("Người này đang thuộc đúng công đoàn đó. Hãy chọn công đoàn khác.")))
    if wish.level_fault:
        found.append(wish.level_fault)
    return found + text_faults(wish.reason, needed=True)


def text_faults(text: str, *, needed: bool) -> list[Message]:
    """What is wrong with a reason or an answer."""
    if needed and not text:
        return [message(N_("Hãy ghi ngắn gọn lý do."))]
    if len(text) > MAX_REASON:
        return [message(N_("Lý do dài quá %(limit)s ký tự. Hãy ghi ngắn hơn."), limit=MAX_REASON)]
    return []


def decision_faults(
    present_id: int | None, from_id: int | None, to_id: int, *, own: bool, to_closed: bool
) -> list[Message]:
    """Why a request cannot be confirmed any more, given where the person belongs now.

    ``own``: whoever would confirm it is the person it is about.
    """
    found = []
    if own:
        found.append(message(N_("Bạn không tự xác nhận yêu cầu về chính mình. Hãy nhờ người khác của công đoàn.")))
    if to_closed:
        found.append(message(N_("Công đoàn tiếp nhận đã kết thúc hoạt động. Hãy từ chối và ghi rõ lý do.")))
    if present_id not in (from_id, to_id):
        found.append(
            message(
                N_(
                    "Từ lúc gửi yêu cầu, người này đã chuyển sang công đoàn khác. "
                    "Hãy từ chối yêu cầu này; nếu vẫn sai thì gửi yêu cầu mới."
                )
            )
        )
    return found


def outcome(fates: Collection[Fate]) -> dict[str, list[dict[str, str]]]:
    """What became of the entries, as it is stored with the request."""
    return {
        "moved": [{"contest": fate.contest, "title": fate.title} for fate in fates if fate.stays is None],
        "kept": [
            {"contest": fate.contest, "title": fate.title, "reason": str(fate.stays)} for fate in fates if fate.stays
        ],
    }
