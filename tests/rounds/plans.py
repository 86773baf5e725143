"""Plans for tests of the pure parts: a small sound contest to change one thing of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from contest.rounds.facts import Facts, PaperQuestion
from contest.rounds.plans import ContestPlan, RoundPlan, RowPlan, UnionRef

#: Monday 13/11/2023, 07:00 in Vietnam.
NOW = datetime(2023, 11, 13, 0, 0, tzinfo=UTC)


def round_plan(number=1, opens=1, hours=24, **settings):
    """A round opening ``opens`` hours from NOW."""
    opens_at = NOW + timedelta(hours=opens)
    values = {"rows": (RowPlan("bank", 5, bank_title="Ngân hàng"),)} | settings
    return RoundPlan(number=number, opens_at=opens_at, closes_at=opens_at + timedelta(hours=hours), **values)


def sound(**settings):
    """A contest without any fault or doubt."""
    values = {
        "organizer": "Liên đoàn Lao động tỉnh Lai Châu",
        "contact": "0213 3876 543",
        "legal_basis": "Kế hoạch số 457/KH-LĐLĐ",
        "rounds": (round_plan(),),
    }
    return ContestPlan("cuoc-thi", "Cuộc thi", UnionRef("LC", "LĐLĐ tỉnh Lai Châu"), **(values | settings))


def facts(plan, size=10, **settings):
    """Pools of ``size`` sourced questions, the same for every row."""
    ids = tuple(range(1, size + 1))
    values = {
        "now": NOW,
        "pools": {(row.number, place): ids for row in plan.rounds for place in range(len(row.rows))},
        "questions": {n: PaperQuestion(n, f"C{n}", True, ("Hà Nội", "Huế")) for n in ids},
    }
    return Facts(**(values | settings))


def with_round(plan, **settings):
    """The plan with settings of its only round changed."""
    return replace(plan, rounds=(replace(plan.rounds[0], **settings),))
