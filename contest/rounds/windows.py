"""From rows to the plain values the rules take."""

from typing import Any

from contest.accounts.rules import PersonKind
from contest.rounds.models import BlueprintRow, Contest, Round
from contest.rounds.plans import (
    CONTEST_FIELDS,
    ROUND_FIELDS,
    ContestPlan,
    DivisionPlan,
    ExclusionPlan,
    RoundPlan,
    RowPlan,
    UnionRef,
    values,
)
from contest.rounds.prize_lines import prize_plan
from contest.rounds.rules import Admission, Bar, DivisionRule, Window
from contest.rounds.settings import (
    ContestState,
    ExclusionMode,
    HeadcountBasis,
    KeyShown,
    MissedRounds,
    NameDisplay,
    OnePrize,
    PaperMode,
    PredictionRule,
    PredictionScope,
    PredictionTarget,
    RankingShown,
    ScoreShown,
    TieRule,
    Total,
)


def window_of(row: Round) -> Window:
    return Window(
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        weekdays=row.weekdays,
        day_from=row.day_from,
        day_until=row.day_until,
        published=row.published_at is not None,
        grace_s=row.grace_s,
        late_minutes=row.late_minutes,
    )


def admission_of(contest: Contest) -> Admission:
    return Admission(
        published=contest.state == ContestState.PUBLISHED,
        practice=contest.practice,
        kinds=frozenset(contest.kinds) or frozenset(PersonKind),
        scope_union_id=contest.scope_union_id,
        scope_union_name=contest.scope_union.name if contest.scope_union else "",
        bars=tuple(
            Bar(ExclusionMode(bar.mode), bar.reason, bar.phone, bar.union_id, bar.kind) for bar in contest.exclusions
        ),
        asks_birth=any(rule.asks_birth for rule in division_rules(contest)),
    )


def division_rules(contest: Contest) -> list[DivisionRule]:
    return [DivisionRule(d.id, frozenset(d.kinds), d.union_id, d.born_from, d.born_until) for d in contest.divisions]


def plan_of(contest: Contest) -> ContestPlan:
    """A stored contest, loaded with all its parts, as plain values."""
    settings = values(contest, CONTEST_FIELDS) | {
        "total": Total(contest.total),
        "missed_rounds": MissedRounds(contest.missed_rounds),
        "prediction_target": PredictionTarget(contest.prediction_target) if contest.prediction_target else None,
        "prediction_scope": PredictionScope(contest.prediction_scope),
        "prediction_rule": PredictionRule(contest.prediction_rule),
        "name_display": NameDisplay(contest.name_display),
        "score_shown": ScoreShown(contest.score_shown),
        "key_shown": KeyShown(contest.key_shown),
        "ranking_shown": RankingShown(contest.ranking_shown),
        "headcount_basis": HeadcountBasis(contest.headcount_basis),
        "one_prize": OnePrize(contest.one_prize),
        "tie_rule": TieRule(contest.tie_rule),
    }
    return ContestPlan(
        **settings,
        union=UnionRef(contest.union.code, contest.union.name),
        kinds=_kinds(contest.kinds),
        scope_union=_ref(contest.scope_union),
        criteria=tuple(contest.criteria),
        size_classes=tuple(contest.size_classes),
        previous=contest.previous.slug if contest.previous else "",
        rounds=tuple(round_plan(row) for row in contest.rounds),
        divisions=tuple(
            DivisionPlan(d.code, d.title, _kinds(d.kinds), _ref(d.union), d.born_from, d.born_until)
            for d in contest.divisions
        ),
        exclusions=tuple(
            ExclusionPlan(
                ExclusionMode(e.mode), e.reason, e.phone, _ref(e.union), PersonKind(e.kind) if e.kind else None
            )
            for e in contest.exclusions
        ),
        prizes=tuple(prize_plan(row) for row in contest.prizes),
    )


def round_plan(row: Round) -> RoundPlan:
    settings = values(row, ROUND_FIELDS) | {"paper": PaperMode(row.paper)}
    return RoundPlan(
        **settings, published=row.published_at is not None, rows=tuple(_row_plan(line) for line in row.blueprint)
    )


def _row_plan(line: BlueprintRow) -> RowPlan:
    return RowPlan(
        bank=line.bank.code,
        bank_title=line.bank.title,
        topic=line.topic.path if line.topic else "",
        difficulty=line.difficulty,
        tags=tuple(line.tags),
        division=line.division.code if line.division else "",
        count=line.count,
        points=line.points,
    )


def _ref(union: Any) -> UnionRef | None:
    return UnionRef(union.code, union.name) if union else None


def _kinds(given: list[str]) -> tuple[PersonKind, ...]:
    return tuple(kind for kind in PersonKind if kind in given)
