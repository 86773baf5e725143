"""Lines of the table of prizes on their way between the contest file, the plan and the database."""

from collections.abc import Collection, Mapping
from typing import Any

from contest.rounds.documents import Table
from contest.rounds.models import Division, PrizeLine
from contest.rounds.plans import PrizePlan, UnionRef
from contest.rounds.settings import CollectiveBasis, PrizeScope
from questions.messages import N_, message

#: The largest weight and number of points of a prize.
MAX_WEIGHT = 1000
#: What a file may say of collective prizes, and of individual ones.
_COLLECTIVE_KEYS = ("basis", "league", "headcount_from", "headcount_until", "weight_rate", "weight_other")
_INDIVIDUAL_KEYS = ("division", "points")


def read_prize(table: Table, codes: Collection[str]) -> PrizePlan:
    """A line of a contest file; ``codes`` are those of its divisions."""
    scope = table.choice("scope", PrizeScope, PrizeScope.ROUND, required=True)
    collective = scope is PrizeScope.COLLECTIVE
    for key in _INDIVIDUAL_KEYS if collective else _COLLECTIVE_KEYS:
        if key in table.values:
            text = (
                N_("Mục này chỉ dùng cho giải cá nhân. Hãy bỏ đi.")
                if collective
                else N_("Mục này chỉ dùng cho giải tập thể. Hãy bỏ đi.")
            )
            table.fault(key, message(text))
    division, league = table.text("division"), table.text("league")
    if division and division not in codes:
        table.fault("division", message(N_("Không có bảng mã “%(code)s” trong mục divisions."), code=division))
    return PrizePlan(
        scope=scope,
        title=table.text("title", required=True, most=200),
        quantity=table.whole("quantity", 1, required=True),
        value=table.text("value", most=200),
        division=division,
        points=table.whole("points", 0, least=0, most=MAX_WEIGHT),
        basis=table.choice("basis", CollectiveBasis, CollectiveBasis.RATE if collective else None),
        league=UnionRef(league) if league else None,
        class_from=table.whole("headcount_from"),
        class_until=table.whole("headcount_until"),
        weight_rate=table.whole("weight_rate", 1, least=0, most=MAX_WEIGHT),
        weight_other=table.whole("weight_other", 1, least=0, most=MAX_WEIGHT),
    )


def written_prize(prize: PrizePlan) -> dict[str, Any]:
    """A line for a contest file; what it says nothing about is None."""
    weighed = prize.weighed
    return {
        "scope": prize.scope.value,
        "title": prize.title,
        "quantity": prize.quantity,
        "value": prize.value,
        "division": prize.division or None,
        "points": prize.points or None,
        "basis": prize.basis.value if prize.basis else None,
        "league": prize.league.code if prize.league else None,
        "headcount_from": prize.class_from,
        "headcount_until": prize.class_until,
        "weight_rate": prize.weight_rate if weighed else None,
        "weight_other": prize.weight_other if weighed else None,
    }


def new_line(prize: PrizePlan, place: int, divisions: Mapping[str, Division], league_id: int | None) -> PrizeLine:
    """A line of the plan as a row."""
    return PrizeLine(
        position=place,
        scope=prize.scope,
        title=prize.title,
        quantity=prize.quantity,
        value=prize.value,
        division=divisions[prize.division] if prize.division else None,
        points=prize.points,
        basis=prize.basis,
        league_union_id=league_id,
        class_from=prize.class_from,
        class_until=prize.class_until,
        weight_rate=prize.weight_rate,
        weight_other=prize.weight_other,
    )


def prize_plan(row: PrizeLine) -> PrizePlan:
    """A stored line as plain values."""
    return PrizePlan(
        scope=PrizeScope(row.scope),
        title=row.title,
        quantity=row.quantity,
        value=row.value,
        division=row.division.code if row.division else "",
        points=row.points,
        basis=CollectiveBasis(row.basis) if row.basis else None,
        league=UnionRef(row.league_union.code, row.league_union.name) if row.league_union else None,
        class_from=row.class_from,
        class_until=row.class_until,
        weight_rate=row.weight_rate,
        weight_other=row.weight_other,
    )
