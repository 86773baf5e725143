"""Which settings may no longer be changed, and why; pure.

What people already did under a rule is never judged by another: who was admitted, what was drawn, how it is ranked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from questions.messages import N_, Message, message


class Refused(Exception):
    """Something organizers asked for is not done; ``reasons`` say why and what to do. Nothing of it is kept."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = list(reasons)


class Locked(Refused):
    """A setting may not be changed any more; the reason says what remains possible."""

    def __init__(self, reason: Message) -> None:
        super().__init__([reason])


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a contest has come.

    ``started``: rounds whose questions are fixed, by their first attempt or shortly before they open; ``announced``:
    rounds whose results are published.
    """

    published: bool = False
    entered: bool = False
    started: frozenset[int] = frozenset()
    announced: frozenset[int] = frozenset()


#: Settings that decide who took part as what, and how it counts.
ONCE_ENTERED = frozenset(
    {
        "slug",
        "practice",
        "kinds",
        "scope_union_id",
        "criteria",
        "total",
        "missed_rounds",
        "tie_rule",
        "all_answers_required",
        "prediction_target",
        "prediction_scope",
        "prediction_rule",
        "name_display",
    }
)
#: The address stands on posters and in QR codes from the moment the contest is public.
ONCE_PUBLISHED = frozenset({"slug"})
#: Settings of a round that decide what was drawn, how long and how often.
ROUND_ONCE_STARTED = frozenset(
    {
        "number",
        "opens_at",
        "closes_at",
        "weekdays",
        "day_from",
        "day_until",
        "allowance_s",
        "grace_s",
        "late_minutes",
        "freeze_minutes",
        "max_attempts",
        "paper",
        "shuffle_questions",
        "shuffle_choices",
        "prefer_unseen",
    }
)

_ENTERED = N_("Đã có người dự thi nên không sửa được mục này: kết quả đã có phải được xét theo đúng thể lệ lúc thi.")
_PUBLIC = N_("Cuộc thi đã công khai nên địa chỉ không đổi được: mã QR và đường dẫn đã gửi đi phải còn dùng được.")
_STARTED = N_(
    "Đợt %(round)s sắp mở, đang mở hoặc đã có người thi nên không sửa được. "
    "Bạn vẫn có thể gia hạn hoặc đóng đợt ở trang quản lý cuộc thi."
)
_ANNOUNCED = N_("Kết quả đợt %(round)s đã công bố nên đợt này không sửa được nữa.")
_PAPER = N_("Đợt %(round)s sắp mở, đang mở hoặc đã có người thi nên đề thi không sửa được.")
_REMOVE = N_("Đợt %(round)s sắp mở, đang mở hoặc đã có người thi nên không xoá được.")


def contest_lock(field: str, progress: Progress) -> Message | None:
    """Why a setting of the contest is locked; None when it may be changed."""
    if field in ONCE_ENTERED and progress.entered:
        return message(_ENTERED)
    if field in ONCE_PUBLISHED and progress.published:
        return message(_PUBLIC)
    return None


def locked_fields(fields: Collection[str], progress: Progress) -> dict[str, Message]:
    """Those of the fields that are locked, with the reason."""
    reasons = ((field, contest_lock(field, progress)) for field in fields)
    return {field: reason for field, reason in reasons if reason}


def divisions_lock(progress: Progress) -> Message | None:
    """Divisions are frozen with the first attempt: everybody who entered already has theirs."""
    return message(_ENTERED) if progress.entered else None


def rounds_lock(averaged: bool, progress: Progress) -> Message | None:
    """Why no round may be added or removed: an average over all rounds would be another for everybody."""
    if not averaged or not progress.entered:
        return None
    return message(
        N_(
            "Đã có người dự thi và kết quả chung là trung bình trên tất cả các đợt, nên không thêm, bớt đợt được: "
            "kết quả của mọi người sẽ thay đổi."
        )
    )


def round_lock(number: int, progress: Progress) -> Message | None:
    """Why the times and numbers of a round are locked; its title never is before the results are out."""
    if number in progress.announced:
        return message(_ANNOUNCED, round=number)
    return message(_STARTED, round=number) if number in progress.started else None


def paper_lock(number: int, progress: Progress) -> Message | None:
    """Why the blueprint of a round is locked."""
    if number in progress.announced:
        return message(_ANNOUNCED, round=number)
    return message(_PAPER, round=number) if number in progress.started else None


def results_lock(number: int, published: bool, correcting: bool) -> Message | None:
    """Why nothing that results follow from (marks, keys, rulings, true numbers, lots) may be changed in a round.

    ``number`` 0: in the whole contest (``contest.results_at``, ``contest.correcting_since``). Announced results change
    only by a numbered correction, which has to be begun first (:mod:`contest.publishing`).
    """
    if not published or correcting:
        return None
    if not number:
        return message(
            N_(
                "Kết quả chung của cuộc thi đã công bố nên đã khoá. Muốn sửa, hãy mở một lần đính chính "
                "ở trang Kết quả của cuộc thi."
            )
        )
    return message(
        N_("Kết quả đợt %(round)s đã công bố nên đã khoá. Muốn sửa, hãy mở đính chính ở trang kết quả của đợt."),
        round=number,
    )


def removal_lock(number: int, progress: Progress) -> Message | None:
    if number in progress.announced:
        return message(_ANNOUNCED, round=number)
    return message(_REMOVE, round=number) if number in progress.started else None


def unpublish_lock(progress: Progress) -> Message | None:
    if not progress.entered:
        return None
    return message(N_("Đã có người dự thi nên không thu hồi được cuộc thi. Nếu cần dừng, hãy đóng các đợt thi."))


def deletion_lock(progress: Progress) -> Message | None:
    if progress.entered:
        return message(N_("Đã có người dự thi nên không xoá được cuộc thi."))
    if progress.published:
        return message(N_("Cuộc thi đang công khai. Hãy thu hồi về bản nháp trước khi xoá."))
    return None
