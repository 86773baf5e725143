"""From rows to the plain values the rules take."""

from contest.accounts.rules import PersonKind
from contest.rounds.models import Contest, Round
from contest.rounds.rules import Admission, Bar, DivisionRule, Window
from contest.rounds.settings import ContestState, ExclusionMode


def window_of(row: Round) -> Window:
    return Window(
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        weekdays=row.weekdays,
        day_from=row.day_from,
        day_until=row.day_until,
        published=row.published_at is not None,
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
    )


def division_rules(contest: Contest) -> list[DivisionRule]:
    return [DivisionRule(d.id, frozenset(d.kinds), d.union_id) for d in contest.divisions]
