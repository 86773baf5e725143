"""What may be saved and when an attempt is over: both sides of each boundary."""

from datetime import UTC, datetime, timedelta

import pytest

from contest.attempts.rules import (
    MAX_PREDICTION,
    Left,
    Taking,
    Unacceptable,
    clean_prediction,
    counts,
    counts_late,
    elapsed_ms,
    remaining_ms,
    taking,
)

DUE = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("now", "how"),
    [
        (DUE - MS, Taking.IN_TIME),
        (DUE, Taking.LATE),
        (DUE + 599 * MS, Taking.LATE),
        (DUE + 600 * MS, Taking.OVER),
    ],
)
def test_how_answers_are_taken_at_each_instant(now, how):
    assert taking(DUE, DUE + 600 * MS, now) is how


def test_without_late_deliveries_time_is_over_when_the_grace_is():
    assert taking(DUE, DUE, DUE - MS) is Taking.IN_TIME
    assert taking(DUE, DUE, DUE) is Taking.OVER


@pytest.mark.parametrize(("given_at", "counted"), [(None, False), (DUE - MS, True), (DUE, False)])
def test_what_was_given_in_time_counts_late(given_at, counted):
    assert counts_late(given_at, DUE) is counted


def test_remaining_time_never_falls_below_zero():
    assert remaining_ms(DUE, DUE - 90 * MS) == 90
    assert remaining_ms(DUE, DUE + 90 * MS) == 0


def test_duration_is_whole_milliseconds():
    assert elapsed_ms(DUE - timedelta(seconds=61.2345), DUE) == 61234


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
