"""Reads behind collective prizes: the figures of the unions that compete, as the participation pages show them."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.participation import queries as participation
from contest.participation.leagues import Minimum
from contest.participation.models import Tally
from contest.participation.reading import below, tree_of
from contest.prizes import queries
from contest.prizes.collective import Competitor, League, Table, average_percent, figures, lead, rank
from contest.prizes.models import Award
from contest.prizes.rules import UNION, AwardState, Drawn, Prize, Standee, award, notes, reasons
from contest.prizes.views import LineView, Proposal, Somebody, chosen_keys, chosen_reason
from contest.rounds.models import Contest, PrizeLine
from contest.rounds.settings import CollectiveBasis, TieRule
from questions.messages import N_, message


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
        points = queries.points_of_unions(session, contest, ids, proposed)
    competitors = [Competitor(row, averages.get(row.node.id), points.get(row.node.id, 0)) for row in rows]
    minimum = Minimum(contest.collective_min_headcount, contest.collective_min_percent)
    return rank(competitors, league, minimum)


def averages_of(session: Session, contest: Contest, union_ids: Sequence[int]) -> dict[int, Fraction | None]:
    """Average score of the counted attempts of each union with all below it, in per cent of the papers' maximum."""
    most, pairs = maxima(contest), below(tree_of(contest), union_ids)
    rows = session.execute(
        select(
            pairs.c.ancestor_id,
            Tally.round_number,
            Tally.division_id,
            func.sum(Tally.score_sum),
            func.sum(Tally.attempts),
        )
        .join(pairs, pairs.c.union_id == Tally.union_id)
        .where(Tally.contest_id == contest.id, Tally.round_number > 0)
        .group_by(pairs.c.ancestor_id, Tally.round_number, Tally.division_id)
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


# What becomes of the lines


def views(
    session: Session,
    contest: Contest,
    lines: Sequence[PrizeLine],
    stored: Collection[Award],
    kept: Mapping[int, Collection[int]],
    own: Sequence[tuple[int, int]],
) -> list[LineView]:
    """What would become of the collective prizes; ``own``: individual prizes of the whole contest (entry, line)."""
    prizes = [Prize(line.id, line.title, line.quantity, league_of(contest, line)) for line in lines]
    tables = {board: table(session, contest, board, own) for board in {prize.board for prize in prizes}}
    refused = {
        row.union_id: message(N_("không trao: %(reason)s"), reason=row.refused_reason)
        for row in stored
        if row.state == AwardState.REFUSED and row.union_id
    }
    boards: dict[Hashable, Sequence[Standee]] = {
        board: [Standee(s.key, s.rank, s.order, refused.get(s.key)) for s in table.standees()]
        for board, table in tables.items()
    }
    # No lots are drawn for unions by the platform: the committee draws in public and writes down who won.
    ties = TieRule.SHARE if contest.tie_rule == TieRule.SHARE else TieRule.COMMITTEE
    drawn = award(prizes, boards, ties=ties, kept=kept, chosen=chosen_keys(stored))
    return [
        _view(line, found, tables[found.prize.board], ties, stored) for line, found in zip(lines, drawn, strict=True)
    ]


def _view(line: PrizeLine, drawn: Drawn, table: Table, ties: TieRule, stored: Collection[Award]) -> LineView:
    league: League = drawn.prize.board  # type: ignore[assignment]
    known = {row.competitor.row.node.id: row for row in table.ranked}
    proposals = []
    for winner in drawn.winners:
        own, following = known[winner.standee.key], winner.following and known[winner.following.key]
        ahead = lead(own, following or None, league)
        chosen = chosen_reason(stored, line.id, winner.standee.key)
        why = reasons(winner, message(N_("trong các đơn vị được xét")), ahead, UNION, chosen)
        why.insert(1, figures(own, league))
        proposals.append(Proposal(line.id, None, winner.standee.key, own.rank, why))

    def somebody(standee: Standee) -> Somebody:
        node = known[standee.key].competitor.row.node
        return Somebody(node.id, standee.rank, node.name, node.note)

    return LineView(
        line,
        drawn,
        proposals,
        notes(drawn, ties, UNION),
        [somebody(standee) for standee in drawn.tied],
        [(somebody(passed.standee), passed.why) for passed in drawn.passed],
        table,
    )
