"""What a daily summary holds: figures as they stood when it was made, and units to call; no people's names."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.campaigns import surveys
from contest.campaigns.digest_rules import CALLS_TOLD
from contest.clock import last_day
from contest.participation import queries as participation
from contest.participation.models import TallyDay
from contest.rounding import half_up
from contest.rounds.models import Contest
from contest.rounds.queries import listed
from contest.unions.models import TradeUnion, UnionAncestry


def contests_of(session: Session, union: TradeUnion, contests: Sequence[Contest]) -> list[Contest]:
    """Those of some contests that are open to somebody of a union."""
    scopes = [contest.scope_union_id for contest in contests if contest.scope_union_id]
    near = participation.related(session, [union.id], scopes) if scopes else set()
    return [c for c in contests if not c.scope_union_id or (union.id, c.scope_union_id) in near]


def told_contests(session: Session, day: date, now: datetime) -> list[Contest]:
    """Contests that run, or that closed on the day told of or later; practice counts nobody."""
    found = listed(session, now)
    ended = [c for c in found.past if last_day(max(r.closes_at for r in c.rounds)) >= day]
    return [contest for contest in [*found.running, *ended] if not contest.practice]


def content(
    session: Session, memo: dict[str, Any], union: TradeUnion, contests: Sequence[Contest], day: date, now: datetime
) -> dict[str, Any]:
    """The content of a summary of one union; without contests there is nothing to tell."""
    return {
        "union": union.code,
        "name": union.name,
        "contests": [part(session, memo, union, contest, day, now) for contest in contests],
    }


def part(
    session: Session, memo: dict[str, Any], union: TradeUnion, contest: Contest, day: date, now: datetime
) -> dict[str, Any]:
    """One contest's part of it."""
    found = surveys.survey(session, memo, contest, union.id, now)
    row = found.branch.root
    figures = surveys.figures(contest, row, participation.Today(), now)
    joined, attempts = _of_day(session, contest, union.id, day)
    calls = surveys.calls(session, contest, found, now)
    return {
        "slug": contest.slug,
        "title": contest.title,
        "people": row.counts.people,
        "attempts": row.counts.attempts,
        "joined": joined,
        "attempts_of_day": attempts,
        "rate": None if row.rate is None else float(half_up(row.rate, 1)),
        "wanted": row.wanted,
        "missing": figures.missing,
        "days_left": figures.days_left,
        "units": row.units,
        "silent": row.silent,
        "calls": len(calls),
        "call_first": [
            {"code": one.row.node.code, "name": one.row.node.name, "reason": str(one.reason), "won": one.missing.number}
            for one in calls[:CALLS_TOLD]
        ],
    }


def _of_day(session: Session, contest: Contest, union_id: int, day: date) -> tuple[int, int]:
    """People who joined on a day, and attempts that ended on it."""
    row = session.execute(
        select(func.coalesce(func.sum(TallyDay.people), 0), func.coalesce(func.sum(TallyDay.attempts), 0))
        .join(UnionAncestry, UnionAncestry.union_id == TallyDay.union_id)
        .where(UnionAncestry.ancestor_id == union_id, TallyDay.contest_id == contest.id, TallyDay.day == day)
    ).one()
    return int(row[0]), int(row[1])
