"""Keeping standings: settling, recounting, comparing, and the same from the terminal."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from standings import arena
from support.queries import counted

from contest.standings import actions
from contest.standings.actions import NotOver
from contest.standings.models import Standing


@pytest.fixture
def played(town, session):
    """Two rounds, the first over; five people, some in both; every attempt counted as it closed."""
    contest = town.contest(criteria=["score", "prediction", "elapsed"], prediction_target="people")
    rounds = [town.round(contest, 1, opens=-120, closes=-60), town.round(contest, 2, opens=-50, closes=60)]
    entries = [arena.enter(town, contest) for _ in range(5)]
    played = arena.Played(contest, rounds, entries, town.now)
    for place, entry in enumerate(entries):
        for round_ in rounds[: 1 + place % 2]:
            played.attempts.append(
                arena.closed_attempt(session, entry, round_, score=place % 3 + 1, prediction=place + 3)
            )
    for attempt in played.attempts:
        actions.attempt_closed(session, attempt)
    town.commit()
    return played


def gaps(session, contest, number):
    rows = session.execute(
        select(Standing.entry_id, Standing.prediction_gap)
        .where(Standing.contest_id == contest.id, Standing.round_number == number)
        .order_by(Standing.entry_id)
    )
    return [row.prediction_gap for row in rows]


def test_predictions_are_equal_until_the_round_is_settled(session, played):
    contest, rounds = played.contest, played.rounds
    assert gaps(session, contest, 1) == [None] * 5
    assert actions.settle_round(session, contest, rounds[0], played.now) == 5
    assert rounds[0].prediction_actual == 5
    assert gaps(session, contest, 1) == [2, 1, 0, 1, 2]
    assert gaps(session, contest, 2) == [None, None]
    assert actions.verify(session, contest) == []


def test_a_round_that_is_open_or_still_collecting_is_not_settled(session, played):
    with pytest.raises(NotOver, match="chưa kết thúc"):
        actions.settle_round(session, played.contest, played.rounds[1], played.now)
    arena.open_attempt(session, played.entries[0], played.rounds[0], number=2)
    with pytest.raises(NotOver, match="1 lượt thi chưa được thu bài"):
        actions.settle_round(session, played.contest, played.rounds[0], played.now)
    assert played.rounds[0].prediction_actual is None


def test_what_is_due_is_settled_once_and_taken_back_when_a_round_goes_on(session, played):
    first = played.rounds[0]
    assert actions.settle_due(session, played.now) == [first]
    assert actions.settle_due(session, played.now) == []
    first.closes_at = played.now + timedelta(hours=1)
    assert actions.settle_due(session, played.now) == []
    assert first.prediction_actual is None
    assert gaps(session, played.contest, 1) == [None] * 5
    assert actions.settle_due(session, played.now + timedelta(hours=2)) == played.rounds


def test_annulled_attempts_are_not_part_of_the_true_number(session, played):
    contest, rounds = played.contest, played.rounds
    assert actions.true_number(session, contest, rounds[:1]) == 5
    played.attempts[0].annulled = True
    session.flush()
    assert actions.true_number(session, contest, rounds[:1]) == 4
    assert actions.settle_round(session, contest, rounds[0], played.now) == 4
    assert actions.verify(session, contest) == []


def test_a_contest_without_prediction_has_nothing_to_settle(session, town):
    contest = town.contest()
    assert actions.settle_round(session, contest, town.round(contest, closes=-1), town.now) is None
    assert actions.settle_due(session, town.now) == []


def spoil(session, played):
    """Three faults: a wrong score, a missing standing and one too many."""
    ids = [entry.id for entry in played.entries]
    of_contest = Standing.contest_id == played.contest.id
    session.execute(update(Standing).where(of_contest, Standing.entry_id == ids[0]).values(score=99))
    session.delete(session.get(Standing, (played.contest.id, 1, ids[1])))
    late = arena.enter_like(session, played.entries[0])
    session.add(
        Standing(
            contest_id=played.contest.id,
            round_number=1,
            entry_id=late.id,
            score=1,
            elapsed_ms=1,
            attempts=1,
            perfect=0,
            sort_key="0",
        )
    )
    session.commit()
    session.expunge_all()


def test_verify_finds_and_recount_mends_whatever_is_wrong(session, played):
    assert actions.verify(session, played.contest) == []
    spoil(session, played)
    found = actions.verify(session, played.contest)
    assert [(d.round_number, bool(d.stored), bool(d.right)) for d in found if d.entry_id] == [
        (0, True, True),
        (1, True, True),
        (1, False, True),
        (1, True, False),
    ]
    assert [(d.round_number, d.stored["people"], d.right["people"]) for d in found if not d.entry_id] == [
        (1, 0, 1),
        (1, 2, 1),
    ] * 2
    said = []
    assert actions.recount(session, played.contest, progress=lambda done, total: said.append((done, total))) == 4
    assert said == [(6, 6)]
    assert actions.verify(session, played.contest) == []
    assert actions.recount(session, played.contest) == 0


def test_practice_and_uncounted_attempts_leave_no_standing(session, town):
    contest = town.contest(practice=True)
    attempt = arena.closed_attempt(session, arena.enter(town, contest), town.round(contest))
    actions.attempt_closed(session, attempt)
    actions.recount(session, contest)
    assert session.scalars(select(Standing)).all() == []


def test_a_person_whose_attempt_no_longer_counts_loses_the_place(session, played):
    attempt = played.attempts[0]
    attempt.counted = False
    actions.attempt_closed(session, attempt)
    assert session.scalars(select(Standing).where(Standing.entry_id == attempt.entry_id)).all() == []
    assert actions.verify(session, played.contest) == []


def test_closing_an_attempt_costs_the_same_however_big_the_contest_is(app, session, town):
    contest = town.contest()
    round_ = town.round(contest)

    def close_one():
        attempt = arena.closed_attempt(session, arena.enter(town, contest), round_)
        with counted(app) as statements:
            actions.attempt_closed(session, attempt)
        return len(statements)

    first = close_one()
    for _ in range(20):
        close_one()
    assert close_one() == first <= 5


# From the terminal


def run(app, *words):
    return app.test_cli_runner().invoke(args=["standings", *words])


def test_show_prints_ranks_as_text_and_as_json(app, played):
    done = run(app, "show", "cuoc-thi", "--round", "1", "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert [(row["rank"], row["score"]) for row in data["rows"]] == [(1, 3), (2, 2), (2, 2), (4, 1), (4, 1)]
    assert data["rows"][0]["name"].startswith("Người Dự Thi")
    text = run(app, "show", "cuoc-thi", "--limit", "1")
    assert text.stdout.startswith("Whole contest\n")
    assert len(text.stdout.splitlines()) == 2


def test_show_refuses_what_there_is_not_in_plain_words(app, town, played):
    for words, said in (
        (["khong-co"], "There is no contest khong-co"),
        (["cuoc-thi", "--round", "7"], "no ranking of round 7"),
        (["cuoc-thi", "--division", "X"], "no division X"),
    ):
        done = run(app, "show", *words)
        assert done.exit_code == 1
        assert said in done.stderr


def test_verify_ends_with_1_when_something_differs_and_recount_mends_it(app, session, played):
    assert run(app, "verify", "cuoc-thi").exit_code == 0
    spoil(session, played)
    done = run(app, "verify", "cuoc-thi", "--json")
    assert done.exit_code == 1
    assert len(json.loads(done.stdout)["differences"]) == 8
    assert "4 standings corrected" in run(app, "recount", "cuoc-thi").stdout
    assert run(app, "verify", "cuoc-thi").exit_code == 0


def test_settle_says_the_true_number_or_why_not(app, played):
    assert run(app, "settle", "cuoc-thi", "--round", "1").stdout == "true number 5\n"
    refused = run(app, "settle", "cuoc-thi", "--round", "2")
    assert refused.exit_code == 1
    assert "Đợt 2 chưa kết thúc" in refused.stderr
