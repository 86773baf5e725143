"""What can be won, and what the organizers aim at; pure."""

from collections.abc import Iterator

from contest.rounds.plans import ContestPlan, PrizePlan
from contest.rounds.regulations.blocks import Block, Items, Rows, Text, joined, own
from contest.rounds.settings import (
    HEADCOUNT_BASIS_NAMES,
    ONE_PRIZE_NAMES,
    TIE_RULE_NAMES,
    CollectiveBasis,
    OnePrize,
    PrizeScope,
    TieRule,
)
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
                tuple((_title(p, plan), message("%(n)s", n=p.quantity), own(p.value or "–")) for p in lines),
            )
    if plan.one_prize is not OnePrize.NONE:
        yield Text(
            message(
                N_("%(rule)s; người xếp hạng tiếp theo được xét thay. Giải cao hơn là giải ghi trên trong bảng."),
                rule=Message(ONE_PRIZE_NAMES[plan.one_prize]),
            )
        )
    yield Text(
        message(
            N_("Khi số người đồng hạng nhiều hơn số giải còn lại: %(rule)s."),
            rule=Message(TIE_RULE_NAMES[plan.tie_rule]),
        )
    )
    if plan.tie_rule is TieRule.SHARE:
        yield Text(message(N_("Giải trao thêm vì đồng hạng được trừ vào số giải kế tiếp của cùng bảng xếp hạng.")))
    if any(prize.scope is PrizeScope.COLLECTIVE for prize in plan.prizes):
        yield from _collective(plan)
    yield Text(message(N_("Người đoạt giải xuất trình giấy tờ tuỳ thân khi nhận giải, không phải khi dự thi.")))


def _title(prize: PrizePlan, plan: ContestPlan) -> Message:
    division = next((d.title for d in plan.divisions if d.code == prize.division), "")
    if not division:
        return own(prize.title)
    return message(N_("%(prize)s, bảng %(division)s"), prize=prize.title, division=division)


_BASES = {
    CollectiveBasis.PEOPLE: N_("số người dự thi"),
    CollectiveBasis.RATE: N_("tỷ lệ dự thi"),
    CollectiveBasis.RATE_AVERAGE: N_(
        "tổng của %(weight)s × tỷ lệ dự thi (phần trăm) và %(other)s × điểm trung bình của các lượt thi (phần trăm "
        "điểm tối đa của đề)"
    ),
    CollectiveBasis.RATE_PRIZES: N_(
        "tổng của %(weight)s × tỷ lệ dự thi (phần trăm) và %(other)s × điểm quy đổi các giải cá nhân của đơn vị"
    ),
}


def _basis(prize: PrizePlan) -> Message:
    """What a collective prize goes by, and between whom."""
    values = {"weight": prize.weight_rate, "other": prize.weight_other} if prize.weighed else {}
    what = {"prize": prize.title, "basis": message(_BASES[prize.basis or CollectiveBasis.RATE], **values)}
    if prize.league:
        text = N_("%(prize)s: xét các đơn vị trực thuộc %(league)s%(size)s, theo %(basis)s.")
        what["league"] = prize.league.name or prize.league.code
    else:
        text = N_("%(prize)s: xét các đơn vị%(size)s, theo %(basis)s.")
    return message(text, size=_size(prize), **what)


def _size(prize: PrizePlan) -> Message:
    least, most = prize.class_from, prize.class_until
    if least and most:
        return message(N_(" có từ %(least)s đến %(most)s người"), least=least, most=most)
    if least:
        return message(N_(" có từ %(least)s người trở lên"), least=least)
    return message(N_(" có không quá %(most)s người"), most=most) if most else own("")


def _collective(plan: ContestPlan) -> Iterator[Block]:
    lines = [prize for prize in plan.prizes if prize.scope is PrizeScope.COLLECTIVE]
    yield Items(tuple(_basis(prize) for prize in lines))
    pointed = [prize for prize in plan.prizes if prize.points]
    if pointed and any(prize.basis is CollectiveBasis.RATE_PRIZES for prize in lines):
        points = joined([message("%(title)s: %(points)s", title=p.title, points=p.points) for p in pointed])
        yield Text(message(N_("Điểm quy đổi của mỗi giải cá nhân: %(points)s."), points=points))
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
