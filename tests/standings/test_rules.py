"""The rules of ranking alone, without a database: against the plain computation, and at their boundaries."""

import doctest
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from standings.arena import Played
from standings.plans import plans
from support import plain_standings as plain

from contest.rounds import criteria
from contest.rounds.criteria import BEYOND, CRITERIA, Result, faults, prediction_gap, sort_key
from contest.rounds.rules import Phase
from contest.rounds.settings import KeyShown, MissedRounds, PredictionRule, RankingShown, ScoreShown, Total
from contest.standings import drawing, explaining, rules

OPENS = datetime(2023, 11, 13, 1, tzinfo=UTC)


def pretended(plan):
    """A played contest of plain objects: what the plain computation reads, without any database."""
    contest = SimpleNamespace(
        **{key: plan[key] for key in ("criteria", "total", "prediction_target", "prediction_scope", "prediction_rule")}
    )
    rounds = [
        SimpleNamespace(number=n, opens_at=OPENS + timedelta(days=n), closes_at=OPENS + timedelta(days=n + 1))
        for n in range(1, plan["rounds"] + 1)
    ]
    played = Played(contest, rounds, [], rounds[0].opens_at + timedelta(days=plan["over"], hours=1))
    ids = count(1)
    for entry_id, (_division, _unranked, taken) in enumerate(plan["people"], 1):
        for round_, made in zip(rounds, taken, strict=False):
            for number, values in enumerate(made, 1):
                started_at = round_.opens_at + timedelta(milliseconds=values["start_ms"])
                played.attempts.append(
                    SimpleNamespace(
                        **values,
                        id=next(ids),
                        entry_id=entry_id,
                        round=round_,
                        number=number,
                        state="closed",
                        perfect=values["score"] == 3,
                        started_at=started_at,
                        submitted_at=started_at + timedelta(milliseconds=values["elapsed_ms"]),
                    )
                )
    return played


def sitting(attempt, actual):
    return rules.Sitting(
        attempt_id=attempt.id,
        round_number=attempt.round.number,
        opens_at=attempt.round.opens_at,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        elapsed_ms=attempt.elapsed_ms,
        score=attempt.score,
        perfect=attempt.perfect,
        prediction=attempt.prediction,
        actual=actual[attempt.round.number],
    )


@settings(max_examples=250, deadline=None)
@given(plan=plans())
def test_places_are_those_of_the_plain_computation(plan):
    played = pretended(plan)
    contest, actual = played.contest, played.actual()
    order = rules.Order(tuple(contest.criteria), contest.total, contest.prediction_rule)
    mine = {
        entry: rules.places([sitting(a, actual) for a in played.attempts if a.entry_id == entry and a.counted], order)
        for entry in {a.entry_id for a in played.attempts}
    }
    right = played.plain_rows()
    assert {place.round_number for kept in mine.values() for place in kept} == set(right)
    for number, (rows, keys) in right.items():
        kept = {entry: place for entry, places in mine.items() for place in places if place.round_number == number}
        ordered = sorted(kept, key=lambda entry: kept[entry].sort_key)
        ranks = rules.ranks([kept[entry].sort_key for entry in ordered])
        assert dict(zip(ordered, ranks, strict=True)) == plain.ranks(rows, keys)
        if number:
            assert {e: place.attempt_id for e, place in kept.items()} == dict(
                zip(rows["entry"], rows["id"], strict=True)
            )


@pytest.mark.parametrize("module", [criteria, drawing, explaining, rules])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def result(**values):
    defaults = {"score": 10, "elapsed_ms": 0, "submitted_ms": 0, "started_ms": 0, "perfect": 0, "prediction_gap": None}
    return Result(**(defaults | values))


@pytest.mark.parametrize(
    ("key", "higher", "lower"),
    [
        ("score", {"score": 11}, {"score": 10}),
        ("prediction", {"prediction_gap": 0}, {"prediction_gap": 1}),
        ("prediction", {"prediction_gap": BEYOND + 7}, {"prediction_gap": None}),
        ("elapsed", {"elapsed_ms": 999}, {"elapsed_ms": 1000}),
        ("submitted", {"submitted_ms": 15}, {"submitted_ms": 16}),
        ("started", {"started_ms": 255}, {"started_ms": 256}),
        ("perfect", {"perfect": 2}, {"perfect": 1}),
        ("rounds", {"rounds": 3}, {"rounds": 2}),
        ("hand", {"hand": 5}, {"hand": 4}),
    ],
)
def test_each_criterion_puts_the_better_value_first_and_says_it_back(key, higher, lower):
    first, second = sort_key(result(**higher), [key]), sort_key(result(**lower), [key])
    assert first < second
    assert len(first) == CRITERIA[key].width
    assert rules.values(first, [key]) == {key: next(iter(higher.values()))}


def test_values_beyond_the_width_stay_behind_all_others():
    assert sort_key(result(elapsed_ms=16**10), ["elapsed"]) == "f" * 10
    assert sort_key(result(score=16**8), ["score"]) == "0" * 8


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        (PredictionRule.NEAREST, [[100], [99, 101], [0, 200], [None]]),
        (PredictionRule.NOT_ABOVE, [[100], [99], [0], [101], [200], [None]]),
        (PredictionRule.EXACT, [[100], [0, 99, 101, 200], [None]]),
        (PredictionRule.LOW_FIRST, [[100], [99], [101], [98], [0], [200], [None]]),
    ],
)
def test_a_prediction_counts_by_the_rule_of_the_contest(rule, order):
    groups = [
        {sort_key(result(prediction_gap=prediction_gap(predicted, 100, rule)), ["prediction"]) for predicted in equal}
        for equal in order
    ]
    assert all(len(group) == 1 for group in groups)
    assert [group.copy().pop() for group in groups] == sorted(group.pop() for group in groups)


def test_missing_a_round_never_gains_time():
    order = rules.Order(("score", "elapsed"), Total.SUM, PredictionRule.NEAREST)
    one = rules.whole_place([placed(1, score=20, elapsed_ms=1000)], set(), order)
    two = rules.whole_place(
        [placed(1, score=10, elapsed_ms=60_000), placed(2, score=10, elapsed_ms=60_000)], set(), order
    )
    assert two.sort_key < one.sort_key


def placed(number, **values):
    done = result(**values)
    return rules.Place(number, number, done, 1, sort_key(done, ["score", "elapsed"]))


def test_faults_of_an_order_of_criteria():
    assert faults(["score", "elapsed"], False) == []
    assert faults(["elapsed", "score"], False) == []
    assert [str(fault) for fault in faults([], False)] == ["Chưa có tiêu chí xếp hạng. Hãy chọn ít nhất một tiêu chí."]
    assert "“age”" in str(faults(["score", "age"], False)[0])
    assert "hai lần" in str(faults(["score", "score"], False)[0])
    assert "chưa có câu dự đoán" in str(faults(["score", "prediction"], False)[0])
    assert "không dùng đến" in str(faults(["score"], True)[0])
    assert faults(["score", "lot"], False) == []
    assert "cuối cùng" in str(faults(["lot", "score"], False)[0])
    assert "Không thể chỉ bốc thăm" in str(faults(["lot"], False)[0])


@pytest.mark.parametrize(
    ("shown", "score", "phases", "visible"),
    [
        (RankingShown.LIVE, ScoreShown.AT_ONCE, [Phase.OPEN], True),
        (RankingShown.LIVE, ScoreShown.AFTER_ROUND, [Phase.OPEN], False),
        (RankingShown.LIVE, ScoreShown.AFTER_ROUND, [Phase.CLOSED], True),
        (RankingShown.AFTER_ROUND, ScoreShown.AT_ONCE, [Phase.PAUSED], False),
        (RankingShown.AFTER_ROUND, ScoreShown.AT_ONCE, [Phase.COLLECTING], False),
        (RankingShown.AFTER_ROUND, ScoreShown.AT_ONCE, [Phase.CLOSED, Phase.COMING], True),
        (RankingShown.AFTER_ROUND, ScoreShown.AT_ONCE, [Phase.CLOSED, Phase.OPEN], False),
        (RankingShown.AFTER_ROUND, ScoreShown.AT_ONCE, [Phase.COMING], False),
        (RankingShown.PUBLISHED, ScoreShown.AT_ONCE, [Phase.CLOSED], False),
        (RankingShown.PUBLISHED, ScoreShown.AT_ONCE, [Phase.PUBLISHED, Phase.COMING], True),
        (RankingShown.PUBLISHED, ScoreShown.AT_ONCE, [Phase.PUBLISHED, Phase.CLOSED], False),
    ],
)
def test_when_a_ranking_is_seen(shown, score, phases, visible):
    assert rules.ranking_visible(shown, score, phases) is visible


@pytest.mark.parametrize(
    ("shown", "phase", "phases", "visible"),
    [
        (KeyShown.AT_ONCE, Phase.OPEN, [Phase.OPEN], True),
        (KeyShown.AFTER_ROUND, Phase.OPEN, [Phase.OPEN], False),
        (KeyShown.AFTER_ROUND, Phase.COLLECTING, [Phase.COLLECTING], False),
        (KeyShown.AFTER_ROUND, Phase.CLOSED, [Phase.CLOSED, Phase.OPEN], True),
        (KeyShown.AFTER_CONTEST, Phase.CLOSED, [Phase.CLOSED, Phase.COLLECTING], False),
        (KeyShown.AFTER_CONTEST, Phase.CLOSED, [Phase.CLOSED, Phase.COMING], False),
        (KeyShown.AFTER_CONTEST, Phase.PUBLISHED, [Phase.PUBLISHED, Phase.CLOSED], True),
        (KeyShown.NEVER, Phase.PUBLISHED, [Phase.PUBLISHED], False),
    ],
)
def test_when_right_answers_are_seen(shown, phase, phases, visible):
    assert rules.key_visible(shown, phase, phases) is visible


def test_a_lot_ranks_by_its_digits_and_stands_behind_until_it_is_drawn():
    drawn, other, waiting = (sort_key(result(lot=lot), ["lot"]) for lot in ("0" * 11 + "a", "1" + "0" * 11, None))
    assert drawn < other < waiting
    assert rules.values(drawn, ["lot"]) == {"lot": 10}
    assert rules.values(waiting, ["lot"]) == {"lot": None}


def test_who_took_more_rounds_stands_before_everything_where_the_rule_says_so():
    order = rules.Order(("score",), Total.BEST, PredictionRule.NEAREST, MissedRounds.BEHIND)
    once = rules.whole_place([placed(1, score=20)], set(), order)
    twice = rules.whole_place([placed(1, score=1), placed(2, score=1)], set(), order)
    assert twice.sort_key < once.sort_key


@pytest.mark.parametrize(("missed", "score"), [(MissedRounds.ZERO, 6666), (MissedRounds.LEFT_OUT, 10_000)])
def test_an_average_is_over_all_rounds_or_those_taken(missed, score):
    order = rules.Order(("score",), Total.AVERAGE, PredictionRule.NEAREST, missed, 3)
    assert rules.whole_place([placed(1, score=5), placed(2, score=15)], set(), order).result.score == score


def test_the_best_round_does_not_depend_on_its_lot():
    order = rules.Order(("score", "lot"), Total.BEST, PredictionRule.NEAREST)
    rounds = [placed(1, elapsed_ms=1, lot="f" * 12), placed(2, elapsed_ms=2, lot="0" * 12)]
    assert rules.whole_place(rounds, set(), order).result.elapsed_ms == 1


@pytest.mark.parametrize("keys", [list(CRITERIA), ["perfect", "score"]])
def test_a_key_never_outgrows_its_column(keys):
    assert len(sort_key(result(), rules.Order(tuple(keys), Total.SUM, PredictionRule.NEAREST).total_keys)) <= 160
