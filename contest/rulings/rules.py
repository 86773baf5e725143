"""What a committee may decide about people and attempts; pure."""

from enum import StrEnum

from questions.messages import N_

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
