"""Reads behind collective prizes: the figures of the unions that compete, as the participation pages show them."""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.participation import queries as participation
from contest.participation.leagues import Minimum
from contest.participation.models import Tally
from contest.prizes import queries
from contest.prizes.collective import Competitor, League, Table, average_percent, rank
from contest.rounds.models import Contest, PrizeLine
from contest.rounds.settings import CollectiveBasis
from contest.unions.models import UnionAncestry


def league_of(contest: Contest, line: PrizeLine) -> League:
    """The league of a collective prize: right below the union it names, else below the root of the participation."""
    return League(
        CollectiveBasis(line.basis),
        line.league_union_id or participation.root_of(contest).id,
        (line.class_from, line.class_until),
        (line.weight_rate, line.weight_other),
    )


def table(session: Session, contest: Contest, league: League, proposed: Sequence[tuple[int, int]]) -> Table:
    """The unions of a league in order; ``proposed``: individual prizes of the whole contest, as (entry, line)."""
    rows = participation.branch(session, contest, league.union_id).children()
    ids = [row.node.id for row in rows]
    averages: dict[int, Fraction | None] = {}
    points: dict[int, int] = {}
    if league.basis is CollectiveBasis.RATE_AVERAGE:
        averages = averages_of(session, contest, ids)
    if league.basis is CollectiveBasis.RATE_PRIZES:
        points = queries.points_of_unions(session, contest.id, ids, proposed)
    competitors = [Competitor(row, averages.get(row.node.id), points.get(row.node.id, 0)) for row in rows]
    minimum = Minimum(contest.collective_min_headcount, contest.collective_min_percent)
    return rank(competitors, league, minimum)


def averages_of(session: Session, contest: Contest, union_ids: Sequence[int]) -> dict[int, Fraction | None]:
    """Average score of the counted attempts of each union with all below it, in per cent of the papers' maximum."""
    most = maxima(contest)
    rows = session.execute(
        select(
            UnionAncestry.ancestor_id,
            Tally.round_number,
            Tally.division_id,
            func.sum(Tally.score_sum),
            func.sum(Tally.attempts),
        )
        .join(UnionAncestry, UnionAncestry.union_id == Tally.union_id)
        .where(Tally.contest_id == contest.id, Tally.round_number > 0, UnionAncestry.ancestor_id.in_(union_ids))
        .group_by(UnionAncestry.ancestor_id, Tally.round_number, Tally.division_id)
    )
    parts: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for union_id, number, division_id, scores, attempts in rows:
        parts[union_id].append((int(scores), int(attempts), most.get((number, division_id), 0)))
    return {union_id: average_percent(found) for union_id, found in parts.items()}


def maxima(contest: Contest) -> dict[tuple[int, int], int]:
    """The most points of a paper by round and division (0: none), as the blueprint says."""
    divisions = [0, *(division.id for division in contest.divisions)]
    return {
        (round_.number, division_id): sum(
            row.count * row.points for row in round_.blueprint if row.division_id in (None, division_id)
        )
        for round_ in contest.rounds
        for division_id in divisions
    }
