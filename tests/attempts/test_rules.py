"""What may be saved and when an attempt is over: both sides of each boundary."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.attempts.rules import (
    MAX_PREDICTION,
    Left,
    Unacceptable,
    clean_answers,
    clean_prediction,
    counts,
    elapsed_ms,
    is_over,
    remaining_ms,
)
from questions.rules import LETTERS, Kind

DUE = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(("now", "over"), [(DUE - MS, False), (DUE, True), (DUE + MS, True)])
def test_time_is_up_at_the_due_instant(now, over):
    assert is_over(DUE, now) is over


def test_remaining_time_never_falls_below_zero():
    assert remaining_ms(DUE, DUE - 90 * MS) == 90
    assert remaining_ms(DUE, DUE + 90 * MS) == 0


def test_duration_is_whole_milliseconds():
    assert elapsed_ms(DUE - timedelta(seconds=61.2345), DUE) == 61234


@pytest.mark.parametrize(
    ("given_answers", "kept"),
    [
        ({"1": ["A"]}, {"1": "A"}),
        ({"2": ["d", "b", "B"]}, {"2": "BD"}),
        ({"10": ["A"], "2": ["A"]}, {"2": "A", "10": "A"}),
        ({"1": [], "2": [""]}, {}),
        ({"1": "C"}, {"1": "C"}),
    ],
)
def test_answers_are_kept_in_one_form(given_answers, kept):
    assert clean_answers(given_answers, [4] * 10) == kept


@pytest.mark.parametrize(
    "given_answers",
    [{"0": ["A"]}, {"4": ["A"]}, {"x": ["A"]}, {"-1": ["A"]}, {"1": ["E"]}, {"1": ["AB"]}, {"1": ["?"]}, {"²": ["A"]}],
)
def test_answers_that_the_paper_does_not_have_are_refused(given_answers):
    with pytest.raises(Unacceptable):
        clean_answers(given_answers, [4, 2, 3])


def test_one_answer_for_a_question_with_one():
    kinds = [Kind.SINGLE, Kind.MULTIPLE]
    assert clean_answers({"2": ["A", "B"]}, [4, 4], kinds) == {"2": "AB"}
    with pytest.raises(Unacceptable, match="một phương án"):
        clean_answers({"1": ["A", "B"]}, [4, 4], kinds)


@pytest.mark.parametrize(
    ("typed", "number"),
    [(None, None), ("", None), ("  ", None), ("0", 0), ("1.234", 1234), ("1 234 567", 1234567), (77, 77)],
)
def test_predictions_as_people_type_them(typed, number):
    assert clean_prediction(typed) == number


@pytest.mark.parametrize("typed", ["-1", -1, "12a", "1e5", "٣", str(MAX_PREDICTION + 1), "9" * 50, True, 2.5, [3]])
def test_predictions_that_cannot_be(typed):
    with pytest.raises(Unacceptable):
        clean_prediction(typed)


def test_what_counts():
    assert counts(practice=False, all_answers_required=False, answered=0, questions=20)
    assert counts(practice=False, all_answers_required=True, answered=20, questions=20)
    assert not counts(practice=False, all_answers_required=True, answered=19, questions=20)
    assert not counts(practice=True, all_answers_required=False, answered=20, questions=20)


def test_attempts_left():
    assert Left(1, 2).left == 1
    assert Left(3, 2).left == 0
    assert Left(9, None).left is None


@given(st.dictionaries(st.text(max_size=3), st.lists(st.text(max_size=2), max_size=4), max_size=5))
def test_whatever_arrives_is_kept_clean_or_refused(given_answers):
    try:
        kept = clean_answers(given_answers, [4, 3, 8])
    except Unacceptable:
        return
    for place, letters in kept.items():
        assert place in {"1", "2", "3"}
        assert set(letters) <= set(LETTERS)
        assert list(letters) == sorted(set(letters))
