"""Why somebody stands above the next: the first criterion that differs, by how much, in its unit."""

import pytest
from standings import arena

from contest.accounts.rules import TERMINAL
from contest.rounds.criteria import CRITERIA, Result, prediction_gap, sort_key
from contest.rounds.settings import MissedRounds, PredictionRule, PredictionTarget, Total
from contest.standings import actions, queries
from contest.standings.explaining import ahead_of_next, difference, not_known_yet
from contest.standings.lots import draw_lots
from contest.standings.rules import WHOLE, Order
from contest.web.texts import say


def result(**values):
    defaults = {"score": 10, "elapsed_ms": 0, "submitted_ms": 0, "started_ms": 0, "perfect": 0, "prediction_gap": None}
    return Result(**(defaults | values))


def order(*keys, rule=PredictionRule.NEAREST, total=Total.SUM, missed=MissedRounds.ZERO):
    return Order(keys, total, rule, missed)


def said(order, first, second, number=1, predicted=None):
    keys = order.keys_of(number)
    found = difference(order, number, sort_key(result(**first), keys), sort_key(result(**second), keys), predicted)
    return str(found)


@pytest.mark.parametrize(
    ("key", "first", "second", "sentence"),
    [
        ("score", {"score": 12}, {"score": 10}, "hơn người xếp sau 2 điểm"),
        ("elapsed", {"elapsed_ms": 800}, {"elapsed_ms": 5000}, "hơn người xếp sau 4.2 giây thời gian làm bài"),
        ("submitted", {"submitted_ms": 0}, {"submitted_ms": 60_001}, "nộp bài sớm hơn người xếp sau 1 phút 0.001 giây"),
        ("started", {"started_ms": 0}, {"started_ms": 1}, "bắt đầu làm bài sớm hơn người xếp sau 0.001 giây"),
        ("perfect", {"perfect": 3}, {"perfect": 1}, "hơn người xếp sau 2 lượt thi trả lời đúng tất cả các câu hỏi"),
        ("hand", {"hand": 7}, {"hand": 2}, "hơn người xếp sau 5 điểm do người chấm"),
        ("rounds", {"rounds": 3}, {"rounds": 2}, "dự thi nhiều hơn người xếp sau 1 đợt"),
        (
            "lot",
            {"lot": "0" * 12},
            {"lot": "0" * 11 + "1"},
            "bằng nhau ở các tiêu chí khác, bốc thăm được xếp trên người xếp sau",
        ),
    ],
)
def test_the_criterion_that_decides_says_by_how_much(key, first, second, sentence):
    assert said(order("perfect" if key == "score" else "score", key), first, second) == sentence


def test_every_criterion_is_explained():
    assert all(criterion.ahead and criterion.average[0] for criterion in CRITERIA.values())


def test_equal_in_everything():
    assert said(order("score", "elapsed"), {}, {}) == "bằng nhau ở mọi tiêu chí"


def test_only_the_first_difference_is_told():
    first, second = {"score": 11, "elapsed_ms": 9000}, {"score": 10, "elapsed_ms": 1}
    assert said(order("score", "elapsed"), first, second) == "hơn người xếp sau 1 điểm"
    assert said(order("elapsed", "score"), second, first) == "hơn người xếp sau 8.999 giây thời gian làm bài"


@pytest.mark.parametrize(
    ("rule", "first", "second", "sentence"),
    [
        (PredictionRule.NEAREST, 99, 98, "dự đoán gần số đúng hơn người xếp sau 1 người"),
        (PredictionRule.NEAREST, 99, None, "có dự đoán, người xếp sau thì không"),
        (PredictionRule.EXACT, 100, 99, "dự đoán đúng chính xác, người xếp sau thì không"),
        (PredictionRule.NOT_ABOVE, 0, 101, "dự đoán không vượt quá số đúng, người xếp sau thì vượt"),
        (PredictionRule.NOT_ABOVE, 101, 104, "dự đoán gần số đúng hơn người xếp sau 3 người"),
        (PredictionRule.LOW_FIRST, 99, 101, "dự đoán lệch bằng người xếp sau nhưng thấp hơn số đúng"),
        (PredictionRule.LOW_FIRST, 101, 98, "dự đoán gần số đúng hơn người xếp sau 1 người"),
    ],
)
def test_predictions_are_explained_by_the_rule_of_the_contest(rule, first, second, sentence):
    gaps = [{"prediction_gap": prediction_gap(predicted, 100, rule)} for predicted in (first, second)]
    assert said(order("score", "prediction", rule=rule), *gaps, predicted=PredictionTarget.PEOPLE) == sentence


def test_averages_are_told_in_points():
    averages = order("score", total=Total.AVERAGE, missed=MissedRounds.LEFT_OUT)
    assert said(averages, {"score": 17_333}, {"score": 17_000}, WHOLE) == "hơn người xếp sau 0.333 điểm"
    assert said(averages, {"score": 18}, {"score": 17}, 1) == "hơn người xếp sau 1 điểm"


def test_numbers_are_written_in_the_signs_of_the_reader(app):
    keys = order("elapsed").keys_of(1)
    first, second = sort_key(result(), keys), sort_key(result(elapsed_ms=4200), keys)
    with app.test_request_context():
        assert "4,2 giây" in say(difference(order("elapsed"), 1, first, second))


def test_what_cannot_be_known_yet_is_said_until_it_is(session, town):
    contest = town.contest(criteria=["score", "prediction", "hand", "lot"], prediction_target="people")
    round_ = town.round(contest, opens=-60, closes=-1)
    entry = arena.enter(town, contest)
    attempt = arena.closed_attempt(session, entry, round_, score=2, auto_score=2, prediction=1, pending=1)
    actions.attempt_closed(session, attempt)

    def told():
        return [str(said)[:18] for said in not_known_yet(session, contest, 1)]

    assert told() == ["Số đúng của câu dự", "Còn bài tự luận ch", "Chưa bốc thăm; nhữ"]
    actions.settle_round(session, contest, round_, town.now)
    assert told() == ["Còn bài tự luận ch", "Chưa bốc thăm; nhữ"]
    attempt.pending = 0
    session.flush()
    assert told() == ["Chưa bốc thăm; nhữ"]
    draw_lots(session, TERMINAL, contest, 1, "", "", town.now)
    assert told() == []


def test_nothing_waits_where_the_criteria_do_not_ask_for_it(session, town):
    contest = town.contest(criteria=["score", "elapsed"])
    town.round(contest)
    assert not_known_yet(session, contest, 1) == []


def test_points_given_by_people_decide_once_they_are_given(session, town):
    contest = town.contest(criteria=["hand", "score"])
    round_ = town.round(contest, opens=-60, closes=-1)
    keys = []
    for auto, score in ((5, 5), (2, 4)):
        entry = arena.enter(town, contest)
        actions.attempt_closed(session, arena.closed_attempt(session, entry, round_, score=score, auto_score=auto))
        keys.append(queries.standing(session, contest.id, 1, entry.id))
    below, above = keys
    assert above.sort_key < below.sort_key
    assert str(ahead_of_next(contest, 1, above, below)) == "hơn người xếp sau 2 điểm do người chấm"
