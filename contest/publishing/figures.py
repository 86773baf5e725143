"""Figures of a round or of the whole contest as they are announced: people, attempts, scores, unions."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.clock import vietnamese_day
from contest.participation import queries as participation
from contest.participation.branches import UnionRow
from contest.participation.leagues import BY_PEOPLE, BY_RATE, Minimum, sort_rows
from contest.rounds.models import Contest, Round
from contest.rounds.queries import round_of

#: Unions named in an announcement, by people and by rate.
TOP_UNIONS = 10


def figures_of(session: Session, contest: Contest, number: int, now: datetime) -> dict[str, Any]:
    """Figures as data, for the version that keeps them: whole numbers and texts only, so that they never change.

    ``scores``: [score, counted attempts] ascending; ``kinds``: [kind, division or None, people, attempts, all-correct
    people]; ``days``: [day, people who joined, attempts] of the window; ``unions`` and ``unions_by_rate``: the first by
    people and by rate among the unions of the first level that forks. Counts come from the kept tallies; scores
    are counted from the attempts, so this is made beside requests where a contest is large.
    """
    rounds = [round_ for round_ in contest.rounds if number in (0, round_.number)]
    counts = participation.totals(session, contest, number)
    scores, most = _scores(session, rounds)
    return {
        "at": now.isoformat(),
        "opens_at": min(round_.opens_at for round_ in rounds).isoformat() if rounds else None,
        "closes_at": max(round_.closes_at for round_ in rounds).isoformat() if rounds else None,
        "people": counts.people,
        "attempts": counts.attempts,
        "perfect_people": counts.perfect_people,
        "perfect_attempts": counts.perfect_attempts,
        "score_sum": counts.score_sum,
        "max_score": most,
        "scores": scores,
        "kinds": _kinds(session, contest, number),
        "days": _days(session, contest, rounds, now),
        **_prediction(contest, number),
        **_unions(session, contest, number),
    }


def _scores(session: Session, rounds: list[Round]) -> tuple[list[list[int]], int]:
    """Counted attempts by score, and the most points that a paper was worth."""
    rows = session.execute(
        select(Attempt.score, func.count(), func.max(Attempt.max_score))
        .where(Attempt.round_id.in_([r.id for r in rounds]), Attempt.state == AttemptState.CLOSED, Attempt.counted)
        .group_by(Attempt.score)
        .order_by(Attempt.score)
    ).all()
    return [[score, count] for score, count, _most in rows], max((row[2] for row in rows), default=0)


def _kinds(session: Session, contest: Contest, number: int) -> list[list[Any]]:
    found = participation.parts(session, contest, participation.root_of(contest).id, number)
    return [
        [part.kind, part.division, part.counts.people, part.counts.attempts, part.counts.perfect_people]
        for part in found
        if part.counts.attempts
    ]


def _days(session: Session, contest: Contest, rounds: list[Round], now: datetime) -> list[list[Any]]:
    if not rounds:
        return []
    first = vietnamese_day(min(round_.opens_at for round_ in rounds))
    last = vietnamese_day(max(round_.closes_at for round_ in rounds))
    found = participation.by_day(session, contest, participation.root_of(contest).id, vietnamese_day(now))
    return [[day.day.isoformat(), day.people, day.attempts] for day in found if first <= day.day <= last]


def _prediction(contest: Contest, number: int) -> dict[str, Any]:
    """The true number with what was to be predicted, as it held when it was announced."""
    round_ = round_of(contest, number) if number else next(iter(contest.rounds), None)
    asked = contest.prediction_target and (number or contest.prediction_scope == "contest")
    return {
        "true_number": round_.prediction_actual if asked and round_ else None,
        "prediction_target": contest.prediction_target,
        "prediction_scope": str(contest.prediction_scope),
        "prediction_rule": str(contest.prediction_rule),
    }


def _unions(session: Session, contest: Contest, number: int) -> dict[str, Any]:
    branch = participation.branch(session, contest, participation.root_of(contest).id, number)
    rows = branch.first_fork()
    minimum = Minimum(contest.collective_min_headcount, contest.collective_min_percent)
    by_people = [row for row in sort_rows(rows, BY_PEOPLE, True) if row.counts.people]
    by_rate = [row for row in sort_rows(rows, BY_RATE, True) if minimum.reason(row, BY_RATE) is None]
    return {
        "root": _union(branch.root),
        "unions": [_union(row) for row in by_people[:TOP_UNIONS]],
        "unions_by_rate": [_union(row) for row in by_rate[:TOP_UNIONS]],
        "unions_in_all": len(rows),
        "unions_with_people": len(by_people),
    }


def _union(row: UnionRow) -> dict[str, Any]:
    """A union's figures; ``wanted``: people the target asks for; headcount None: not known."""
    return {
        "code": row.node.code,
        "name": row.node.name,
        "people": row.counts.people,
        "attempts": row.counts.attempts,
        "perfect_people": row.counts.perfect_people,
        "headcount": row.headcount,
        "wanted": row.wanted,
        "units": row.units,
        "silent": row.silent,
    }
