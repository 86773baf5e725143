"""What can be won, and what the organizers aim at; pure."""

from collections.abc import Iterator

from contest.rounds.plans import ContestPlan
from contest.rounds.regulations.blocks import Block, Rows, Text, own
from contest.rounds.settings import HEADCOUNT_BASIS_NAMES, ONE_PRIZE_NAMES, OnePrize, PrizeScope
from questions.messages import N_, Message, message

_PRIZES = (
    (PrizeScope.ROUND, N_("Giải cá nhân mỗi đợt")),
    (PrizeScope.CONTEST, N_("Giải cá nhân cả cuộc thi")),
    (PrizeScope.COLLECTIVE, N_("Giải tập thể")),
)


def prizes(plan: ContestPlan) -> Iterator[Block]:
    if plan.practice or not plan.prizes:
        return
    for scope, caption in _PRIZES:
        lines = [prize for prize in plan.prizes if prize.scope is scope]
        if lines:
            yield Rows(
                Message(caption),
                (message(N_("Giải")), message(N_("Số lượng")), message(N_("Giá trị"))),
                tuple((own(p.title), message("%(n)s", n=p.quantity), own(p.value or "–")) for p in lines),
            )
    if plan.one_prize is not OnePrize.NONE:
        yield Text(
            message(
                N_("%(rule)s; người xếp hạng tiếp theo được xét thay."), rule=Message(ONE_PRIZE_NAMES[plan.one_prize])
            )
        )
    if any(prize.scope is PrizeScope.COLLECTIVE for prize in plan.prizes):
        yield from _collective(plan)
    yield Text(message(N_("Người đoạt giải xuất trình giấy tờ tuỳ thân khi nhận giải, không phải khi dự thi.")))


def _collective(plan: ContestPlan) -> Iterator[Block]:
    if plan.collective_min_headcount:
        yield Text(
            message(
                N_("Chỉ xét giải tập thể cho đơn vị có từ %(count)s người trở lên."),
                count=plan.collective_min_headcount,
            )
        )
    if plan.collective_min_percent:
        yield Text(
            message(
                N_("Chỉ xét giải tập thể cho đơn vị có tỷ lệ tham gia từ %(percent)s phần trăm trở lên."),
                percent=plan.collective_min_percent,
            )
        )


def target(plan: ContestPlan) -> Iterator[Block]:
    if plan.practice or (plan.target_percent is None and plan.target_people is None):
        return
    if plan.target_percent is not None:
        yield Text(
            message(
                N_("Mỗi đơn vị phấn đấu có ít nhất %(percent)s phần trăm số người dự thi, tính trên: %(basis)s."),
                percent=plan.target_percent,
                basis=Message(HEADCOUNT_BASIS_NAMES[plan.headcount_basis]),
            )
        )
    if plan.target_people is not None:
        yield Text(message(N_("Cả cuộc thi phấn đấu có %(count)s người dự thi."), count=plan.target_people))
    yield Text(message(N_("Tỷ lệ tham gia là số người có ít nhất một lượt thi hợp lệ chia cho số người của đơn vị.")))
