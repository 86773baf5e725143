from dataclasses import replace

import pytest

from questions.distractors import Chosen
from questions.suspicions import Measured, Reason, suspicions

FINE = Measured(attempts=200, facility=60.0, discrimination=40.0, efficiency=60.0, guess=25.0)


def reasons(measured, *more):
    return [suspicion.reason for suspicion in suspicions(measured, *more)]


def option(number, top):
    return Chosen(number, 10, 0.5, top, 0.1, 0.5)


def test_a_good_question_is_left_in_peace():
    assert reasons(FINE, [option(0, 0.9), option(1, 0.1)], {0}) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # One standard error at 200 attempts and -7 per cent is 7.05.
        ({"discrimination": -7.1}, [Reason.NEGATIVE]),
        ({"discrimination": -7.0}, [Reason.LOW]),
        # One standard error at 200 attempts and 13 per cent is 6.97: at 13.1 it might be 20 in truth.
        ({"discrimination": 13.0}, [Reason.LOW]),
        ({"discrimination": 13.1}, []),
        # Nearly everybody right: only Moodle's bound on efficiency counts.
        ({"discrimination": 10.0, "facility": 90.0}, [Reason.LOW]),
        ({"discrimination": 10.0, "facility": 90.1}, []),
        ({"discrimination": 10.0, "facility": 90.1, "efficiency": 14.9}, [Reason.LOW]),
        ({"discrimination": 10.0, "facility": 90.1, "efficiency": 15.0}, []),
        # Fewer than five who lost points say nothing about who they are.
        ({"discrimination": -50.0, "facility": 97.5}, [Reason.NEGATIVE]),
        ({"discrimination": -50.0, "facility": 97.6}, []),
        ({"facility": 30.0}, [Reason.GUESSED]),
        ({"facility": 30.1}, []),
        ({"facility": 30.0, "guess": 0.0}, []),
        ({"facility": 100.0, "discrimination": None, "efficiency": None}, [Reason.ALL_RIGHT]),
        ({"facility": 0.0, "discrimination": None, "efficiency": None}, [Reason.ALL_WRONG]),
        ({"facility": None}, []),
        ({"facility": 20.0, "discrimination": -30.0}, [Reason.NEGATIVE, Reason.GUESSED]),
    ],
)
def test_each_reason_has_its_bound(changes, expected):
    assert reasons(replace(FINE, **changes)) == expected


def test_nothing_is_said_of_few_attempts():
    bad = replace(FINE, facility=0.0)
    assert reasons(replace(bad, attempts=29)) == []
    assert reasons(replace(bad, attempts=30)) == [Reason.ALL_WRONG]


def test_an_option_that_beats_the_key_among_the_best_is_named():
    found = suspicions(FINE, [option(0, 0.3), option(1, 0.2), option(2, 0.5), option(None, 0.9)], {0})
    assert [s.reason for s in found] == [Reason.DISTRACTOR]
    assert "phương án C được chọn nhiều hơn đáp án A (50% so với 30%)" in str(found[0].message)
    assert reasons(FINE, [option(0, 0.6), option(1, 0.3), option(2, 0.5)], {0, 1}) == [Reason.DISTRACTOR]
    assert reasons(FINE, [option(0, 0.6), option(1, 0.3)], {0, 1}) == []


@pytest.mark.parametrize(
    ("attempts", "wrong", "right", "expected"),
    [
        # The best are 54: 27 on either side, or 30 and 23, which chance makes often.
        (200, 0.5, 0.5, []),
        (200, 0.56, 0.43, []),
        (200, 0.57, 0.43, [Reason.DISTRACTOR]),
        # Of eight, five against three say nothing.
        (30, 0.62, 0.38, []),
        (30, 0.7, 0.3, [Reason.DISTRACTOR]),
    ],
)
def test_a_distractor_must_beat_the_key_by_more_than_chance(attempts, wrong, right, expected):
    options = [option(0, right), option(1, wrong)]
    assert reasons(replace(FINE, attempts=attempts), options, {0}) == expected
