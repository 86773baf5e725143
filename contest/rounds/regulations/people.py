"""Who holds the contest, who may take part, and what becomes of their data; pure."""

from collections.abc import Iterable, Iterator

from contest.accounts.rules import KIND_NAMES
from contest.rounds.plans import ContestPlan, ExclusionPlan
from contest.rounds.regulations.blocks import Block, Items, Text, joined, own
from contest.rounds.settings import ExclusionMode, NameDisplay
from questions.messages import N_, Message, message


def organizers(plan: ContestPlan) -> Iterator[Block]:
    yield Text(message(N_("Đơn vị tổ chức: %(organizer)s."), organizer=plan.organizer_name))
    if plan.legal_basis:
        yield Text(message(N_("Căn cứ: %(basis)s."), basis=plan.legal_basis.rstrip(".")))
    if plan.practice:
        yield Text(
            message(
                N_("Đây là phần luyện tập: lượt thi không tính vào xếp hạng và tỷ lệ tham gia, không có giải thưởng.")
            )
        )


def people(plan: ContestPlan) -> Iterator[Block]:
    kinds = joined([Message(KIND_NAMES[kind]) for kind in plan.kinds]) if plan.kinds else own("–")
    if plan.scope_union:
        yield Text(message(N_("Dành cho: %(kinds)s thuộc %(union)s."), kinds=kinds, union=plan.scope_union.name))
    else:
        yield Text(message(N_("Dành cho: %(kinds)s."), kinds=kinds))
    barred = [e for e in plan.exclusions if e.mode is ExclusionMode.BARRED]
    unranked = [e for e in plan.exclusions if e.mode is ExclusionMode.UNRANKED]
    if barred:
        yield Text(message(N_("Không thuộc diện dự thi:")))
        yield Items(tuple(_unique(map(_excluded, barred))))
    if unranked:
        yield Text(message(N_("Được dự thi nhưng không xếp hạng và không xét giải:")))
        yield Items(tuple(_unique(map(_excluded, unranked))))


def _excluded(bar: ExclusionPlan) -> Message:
    """Whom an exclusion means; a person is never named in public, only the reason."""
    if bar.phone:
        return message(N_("người do Ban tổ chức chỉ định (%(reason)s)"), reason=bar.reason)
    if bar.union and bar.kind:
        kind = Message(KIND_NAMES[bar.kind])
        return message(N_("%(kind)s thuộc %(union)s (%(reason)s)"), kind=kind, union=bar.union.name, reason=bar.reason)
    if bar.union:
        return message(N_("người thuộc %(union)s (%(reason)s)"), union=bar.union.name, reason=bar.reason)
    kind = Message(KIND_NAMES[bar.kind]) if bar.kind else message(N_("người"))
    return message(N_("%(kind)s (%(reason)s)"), kind=kind, reason=bar.reason)


def _unique(messages: Iterable[Message]) -> list[Message]:
    return list({str(text): text for text in messages}.values())


def registration(plan: ContestPlan) -> Iterator[Block]:
    yield Text(
        message(
            N_(
                "Người dự thi đăng ký một lần bằng họ tên, số điện thoại, đơn vị công đoàn và tư cách dự thi. "
                "Một số điện thoại có thể dùng cho nhiều người."
            )
        )
    )
    if any(division.asks_birth for division in plan.divisions) and not plan.practice:
        yield Text(
            message(
                N_(
                    "Cuộc thi chia bảng theo tuổi nên người dự thi khai thêm ngày sinh trước lượt thi đầu tiên; "
                    "ngày sinh không hiện cho người khác."
                )
            )
        )
    if plan.registration_opens_at:
        yield Text(message(N_("Đăng ký từ %(at)s."), at=plan.registration_opens_at))
    yield Text(
        message(
            N_(
                "Sau lượt thi đầu tiên, họ tên, đơn vị và tư cách dự thi được giữ nguyên cho cả cuộc thi; "
                "khi cần sửa, hãy liên hệ công đoàn quản lý đơn vị của bạn."
            )
        )
    )


def personal_data(plan: ContestPlan) -> Iterator[Block]:
    told = [
        message(
            N_(
                "Họ tên, số điện thoại, đơn vị và tư cách dự thi chỉ dùng để tổ chức cuộc thi, xếp hạng "
                "và thống kê tham gia."
            )
        ),
        message(
            N_("Số điện thoại không hiện cho người khác. Công đoàn cấp trên chỉ xem tên người dự thi của đơn vị mình.")
        ),
    ]
    if plan.name_display is NameDisplay.MASKED and not plan.practice:
        told.append(
            message(N_("Bảng xếp hạng công khai che bớt họ tên; chỉ công bố đầy đủ khi người đoạt giải đồng ý."))
        )
    yield Items(tuple(told))
