"""What is contradictory in a table of prizes; pure."""

from collections.abc import Iterator

from contest.rounds.facts import Check, Facts, Place, error, warning
from contest.rounds.plans import ContestPlan, PrizePlan
from contest.rounds.settings import CollectiveBasis, PrizeScope, Total
from questions.messages import N_, message


def prize_checks(plan: ContestPlan, facts: Facts) -> Iterator[Check]:
    """Faults and doubts of the table of prizes and of the rules that go with it."""
    scopes = {prize.scope for prize in plan.prizes}
    if plan.practice and plan.prizes:
        yield error(Place.PRIZES, message(N_("Cuộc thi luyện tập không có giải thưởng. Hãy xoá các giải thưởng.")))
    if PrizeScope.CONTEST in scopes and plan.total is Total.NONE:
        yield error(
            Place.PRIZES,
            message(
                N_(
                    "Có giải cá nhân cả cuộc thi nhưng cuộc thi không xếp hạng chung. "
                    "Hãy chọn cách tính kết quả chung hoặc đổi giải thành giải từng đợt."
                )
            ),
        )
    if PrizeScope.COLLECTIVE not in scopes and (plan.collective_min_headcount or plan.collective_min_percent):
        yield warning(
            Place.PRIZES,
            message(N_("Có điều kiện xét giải tập thể nhưng chưa có giải tập thể nào trong bảng giải thưởng.")),
        )
    for prize in plan.prizes:
        if prize.scope is PrizeScope.COLLECTIVE:
            yield from _collective(prize, plan, facts)


def _collective(prize: PrizePlan, plan: ContestPlan, facts: Facts) -> Iterator[Check]:
    if prize.class_from and prize.class_until and prize.class_from > prize.class_until:
        text = N_("“%(prize)s” có quy mô từ lớn hơn quy mô đến nên không đơn vị nào được xét. Hãy sửa lại.")
        yield error(Place.PRIZES, message(text, prize=prize.title))
    if prize.weighed and not (prize.weight_rate or prize.weight_other):
        text = N_("“%(prize)s” có cả hai hệ số bằng 0 nên mọi đơn vị bằng nhau. Hãy sửa lại.")
        yield error(Place.PRIZES, message(text, prize=prize.title))
    if prize.basis is CollectiveBasis.RATE_PRIZES and not any(other.points for other in plan.prizes):
        text = N_("“%(prize)s” cộng điểm quy đổi giải cá nhân nhưng chưa giải cá nhân nào có điểm quy đổi.")
        yield error(Place.PRIZES, message(text, prize=prize.title))
    by_size = prize.basis is not CollectiveBasis.PEOPLE or prize.class_from or prize.class_until
    if by_size and not facts.has_headcounts:
        text = N_("“%(prize)s” cần số đoàn viên của các đơn vị nhưng chưa đơn vị nào có. Hãy nhập số đoàn viên.")
        yield warning(Place.PRIZES, message(text, prize=prize.title))
