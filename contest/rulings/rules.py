"""What a committee may decide about people and attempts; pure."""

from dataclasses import dataclass
from enum import StrEnum

from questions.messages import N_, Message, message

MAX_REASON = 1000


class RulingKind(StrEnum):
    #: The person has no place in the contest: shown apart with the reason.
    DISQUALIFIED = "disqualified"
    #: The attempt does not count, as if it had not been taken; its score stays readable.
    ANNULLED = "annulled"
    #: The person keeps the place and gets no prize; the next in line does.
    NO_PRIZE = "no_prize"


KIND_NAMES = {
    RulingKind.DISQUALIFIED: N_("Huỷ tư cách dự thi"),
    RulingKind.ANNULLED: N_("Huỷ kết quả một lượt thi"),
    RulingKind.NO_PRIZE: N_("Giữ hạng, không xét giải"),
}

#: What follows from a decision, for whoever is about to make it.
KIND_EFFECTS = {
    RulingKind.DISQUALIFIED: N_(
        "Người này không còn thứ hạng và không được xét giải trong cả cuộc thi. Tên được ghi riêng bên dưới bảng xếp "
        "hạng. Điểm không đổi, và vẫn tính là người đã tham gia trong thống kê."
    ),
    RulingKind.ANNULLED: N_(
        "Lượt thi này không còn tính vào xếp hạng và thống kê tham gia, như chưa thi. Điểm của lượt vẫn được giữ để "
        "xem. Nếu người này còn lượt khác, thứ hạng lấy theo lượt tốt nhất còn lại. Lượt đã dùng không được trả lại."
    ),
    RulingKind.NO_PRIZE: N_(
        "Người này giữ nguyên điểm và thứ hạng nhưng không nhận giải; người kế tiếp được xét thay."
    ),
}

#: Names of the kinds in addresses.
SLUGS = {
    RulingKind.DISQUALIFIED: "huy-tu-cach",
    RulingKind.ANNULLED: "huy-luot-thi",
    RulingKind.NO_PRIZE: "khong-xet-giai",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision is about. ``closed`` None: it is about the person, not about one attempt."""

    practice: bool
    closed: bool | None = None


def faults(kind: RulingKind, reason: str, case: Case) -> list[Message]:
    """Why a decision cannot be taken, whatever is announced already; empty when it can.

    >>> [str(fault) for fault in faults(RulingKind.NO_PRIZE, "Nhờ người thi hộ", Case(practice=False))]
    []
    """
    found = []
    if case.practice:
        found.append(message(N_("Cuộc thi luyện tập không xếp hạng nên không có gì để xử lý.")))
    if case.closed is False:
        found.append(message(N_("Lượt thi này đang làm. Hãy đợi nộp bài hoặc hết giờ rồi xử lý.")))
    return found + reason_faults(reason)


def reason_faults(reason: str) -> list[Message]:
    """What is wrong with a reason."""
    if not reason:
        return [message(N_("Hãy ghi lý do. Người dự thi đọc được lý do này và nó nằm trong nhật ký."))]
    if len(reason) > MAX_REASON:
        return [message(N_("Lý do dài quá %(most)s ký tự. Hãy rút gọn."), most=MAX_REASON)]
    return []
