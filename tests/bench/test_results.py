"""The rankings that are measured are what the attempts say, and the plain ways beside them find the same."""

import random

import sqlalchemy as sa

from bench import results, results_submit
from bench.results_fill import COMING, fill
from contest import clock
from contest.attempts.models import Attempt
from contest.rounds.models import Contest
from contest.standings import actions, queries
from contest.standings.models import Standing

PEOPLE = 60


def filled(session):
    contest = session.get_one(Contest, fill(session, PEOPLE, clock.now()))
    session.flush()
    return contest


def test_what_is_filled_is_what_the_attempts_say(session):
    contest = filled(session)
    assert actions.verify(session, contest) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == PEOPLE


def test_the_plain_ways_find_the_same_board_place_and_page(session):
    contest = filled(session)
    asked = results.Asked(session, contest, PEOPLE, random.Random(1))
    board = queries.whole_ranking(session, asked.board)
    given = {"contest": contest.id}
    top = session.execute(sa.text(results.TOP), {"round": contest.rounds[0].id}).all()
    assert [row.entry_id for row in top] == [line.entry_id for line in board][:50]
    line = board[PEOPLE // 2]
    before = session.scalar(sa.text(results.BEFORE), given | {"key": line.sort_key})
    higher = session.scalar(
        sa.text(results.HIGHER), {"round": contest.rounds[0].id, "score": line.score, "ms": line.elapsed_ms}
    )
    assert before == line.rank - 1 and higher <= before
    page = session.execute(sa.text(results.OFFSET), given | {"offset": 5}).all()
    assert [row.entry_id for row in page] == [each.entry_id for each in board][5:55]


def test_what_is_measured_is_said_by_name_and_its_statements_can_be_asked_again(session):
    contest = filled(session)
    asked = results.Asked(session, contest, PEOPLE, random.Random(1))
    found = dict(asked.often("own place", asked.own, 2))
    assert set(found) == {"own place", "own place, database alone"} and all(value > 0 for value in found.values())
    with results.listened(session) as statements:
        asked.page(1)
    assert len(statements) == 2 and "rank_step" in statements[0][0]


def test_attempts_that_are_submitted_while_measuring_are_kept(session):
    contest = filled(session)
    round_ = contest.rounds[0]
    rows = results_submit._rows(round_, [], range(PEOPLE + 1, PEOPLE + COMING + 1), 2, random.Random(1))
    for kept in (True, True, False):
        results_submit._submit(session, next(rows), kept)
    assert session.scalar(sa.select(sa.func.count()).select_from(Standing)) == 2 * (PEOPLE + 2)
    assert actions.verify(session, contest) == []


def test_ratios_are_of_what_the_database_takes():
    rows = {f"{name}{results.DATABASE}": [1.0, 2.0] for name in ("page front", "own place", "page middle")}
    rows |= {f"plain {name}{results.DATABASE}": [100.0, 400.0] for name in ("board", "place", "count", "offset")}
    assert results.ratios(rows)["H"] == [150.0, 100.0, 200.0]
