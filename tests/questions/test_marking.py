"""Marking: every kind, every way of scoring, whole points."""

import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions import marking as module
from questions.draw import PaperItem
from questions.marking import Key, earned, mark, share
from questions.rules import Answer, Choice, Kind, Scoring


def options(count: int, *right: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"phương án {n}", correct=n in right) for n in range(count))


PAPER = (PaperItem(1, (2, 0, 1), 1), PaperItem(2, (0, 1, 2, 3), 2), PaperItem(3, (1, 0), 1))
KEYS = {1: Key(Kind.SINGLE, options(3, 0)), 2: Key(Kind.MULTIPLE, options(4, 1, 3)), 3: Key(Kind.SINGLE, options(2, 1))}


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("kind", "right", "letters", "expected"),
    [
        (Kind.SINGLE, (1,), "B", 1),
        (Kind.SINGLE, (1,), "A", 0),
        (Kind.SINGLE, (1,), "", 0),
        (Kind.SINGLE, (1,), "AB", 0),
        (Kind.SINGLE, (1, 2), "C", 1),
        (Kind.SINGLE, (1, 2), "BC", 0),
        (Kind.MULTIPLE, (0, 2), "AC", 1),
        (Kind.MULTIPLE, (0, 2), "A", 0),
        (Kind.MULTIPLE, (0, 2), "ABC", 0),
        (Kind.MULTIPLE, (), "", 0),
        (Kind.TRUEFALSE, (0,), "A", 1),
    ],
)
def test_all_or_nothing(kind, right, letters, expected):
    assert share(Key(kind, options(3, *right)), (0, 1, 2), letters) == expected


@pytest.mark.parametrize(
    ("scoring", "letters", "expected"),
    [
        (Scoring.PARTIAL, "A", Fraction(1, 3)),
        (Scoring.PARTIAL, "AB", Fraction(2, 3)),
        (Scoring.PARTIAL, "ABC", Fraction(1)),
        (Scoring.PARTIAL, "ABD", Fraction(0)),
        (Scoring.RIGHT_MINUS_WRONG, "ABD", Fraction(1, 3)),
        (Scoring.RIGHT_MINUS_WRONG, "DE", Fraction(0)),
        (Scoring.RIGHT_MINUS_WRONG, "ABCDE", Fraction(1, 3)),
        (Scoring.ALL, "AB", Fraction(0)),
    ],
)
def test_options_that_are_right_in_part(scoring, letters, expected):
    assert share(Key(Kind.MULTIPLE, options(5, 0, 1, 2), scoring=scoring), range(5), letters) == expected


def test_options_with_weights_of_their_own_stay_between_nothing_and_everything():
    weights = (Fraction(1), Fraction(1, 2), Fraction(-1, 3), Fraction(0))
    choices = tuple(Choice(str(n), n == 0, points=weight) for n, weight in enumerate(weights))
    single = Key(Kind.SINGLE, choices, scoring=Scoring.WEIGHTS)
    assert [share(single, range(4), letter) for letter in "ABCD"] == [1, Fraction(1, 2), 0, 0]
    several = Key(Kind.MULTIPLE, choices, scoring=Scoring.WEIGHTS)
    assert share(several, range(4), "AB") == 1
    assert share(several, range(4), "AC") == Fraction(2, 3)


@pytest.mark.parametrize(
    ("scoring", "answer", "expected"),
    [
        (Scoring.STEPS, "TTFF", Fraction(1)),
        (Scoring.STEPS, "TTFT", Fraction(1, 2)),
        (Scoring.STEPS, "TTTT", Fraction(1, 4)),
        (Scoring.STEPS, "TFTT", Fraction(1, 10)),
        (Scoring.STEPS, "FFTT", Fraction(0)),
        (Scoring.PARTIAL, "TT--", Fraction(1, 2)),
        (Scoring.ALL, "TTFF", Fraction(1)),
        (Scoring.ALL, "TTF-", Fraction(0)),
    ],
)
def test_statements(scoring, answer, expected):
    assert share(Key(Kind.STATEMENTS, options(4, 0, 1), scoring=scoring), range(4), answer) == expected


def test_statements_are_right_in_whatever_order_they_are_shown():
    assert share(Key(Kind.STATEMENTS, options(4, 0, 1)), (3, 1, 2, 0), "FTFT") == 1


@pytest.mark.parametrize(
    ("answer", "whole", "part"), [("312", 1, 1), ("321", 0, Fraction(1, 3)), ("31-", 0, Fraction(2, 3)), ("---", 0, 0)]
)
def test_items_in_order(answer, whole, part):
    shown = (2, 0, 1)
    assert share(Key(Kind.ORDER, options(3)), shown, answer) == whole
    assert share(Key(Kind.ORDER, options(3), scoring=Scoring.PARTIAL), shown, answer) == part


def test_pairs_with_a_right_side_too_many_and_one_twice():
    pairs = (Choice("a", match="x"), Choice("b", match="y"), Choice("c", match="x"), Choice("", match="z"))
    key = Key(Kind.MATCH, pairs, scoring=Scoring.PARTIAL)
    assert share(key, (3, 1, 0, 2), "CBC") == 1
    assert share(key, (3, 1, 0, 2), "CA-") == Fraction(1, 3)


@pytest.mark.parametrize(
    ("typed", "exact", "case", "expected"),
    [
        ("Hà Nội", False, False, 1),
        ("  ha   noi. ", False, False, 1),
        ("ha noi", True, False, 0),
        ("hà nội", True, False, 1),
        ("hà nội", True, True, 0),
        ("Huế", False, False, Fraction(1, 2)),
        ("Vinh", False, False, 0),
    ],
)
def test_short_answers(typed, exact, case, expected):
    answers = (Answer("Hà Nội"), Answer("Huế", points=Fraction(1, 2)))
    assert share(Key(Kind.SHORT, answers=answers, exact=exact, case=case), (), typed) == expected


@pytest.mark.parametrize(("typed", "expected"), [("12 tháng 8", 1), ("12 thang 8", 1), ("12-8", 0), ("x12 tháng 8", 0)])
def test_a_pattern_is_for_the_whole_answer(typed, expected):
    key = Key(Kind.SHORT, answers=(Answer(r"12 (tháng|thang) 0?8", pattern=True),))
    assert share(key, (), typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("3,14", 1), ("3.15", 1), ("3.1501", 0), ("-3.14", 0), ("1.234", 0), ("ba", 0), ("100", Fraction(1, 2))],
)
def test_numbers_with_tolerance(typed, expected):
    answers = (Answer("3.14", tolerance="0.01"), Answer("100", points=Fraction(1, 2), tolerance="0"))
    assert share(Key(Kind.NUMBER, answers=answers), (), typed) == expected


def test_letters_count_as_shown_on_this_paper():
    marking = mark(PAPER, KEYS, {1: "B", 2: "DB", 3: "A"})
    assert marking.points_by_place == (1, 2, 1)
    assert (marking.total, marking.maximum, marking.correct, marking.answered) == (4, 4, 3, 3)
    assert marking.perfect


@pytest.mark.parametrize("answer", ["Z", "C", "BC", "BZ", "1", "?"])
def test_wrong_unknown_or_extra_letters_earn_nothing(answer):
    assert mark(PAPER, KEYS, {1: answer, 9: "A"}).points_by_place == (0, 0, 0)


def test_nothing_answered():
    marking = mark(PAPER, KEYS, {2: "", 3: ""})
    assert (marking.total, marking.correct, marking.answered, marking.perfect) == (0, 0, 0, False)


def test_an_empty_paper_is_not_perfect():
    assert not mark((), {}, {}).perfect


def test_a_question_dropped_or_credited_afterwards():
    dropped = {**KEYS, 2: Key(Kind.MULTIPLE, options(4, 1, 3), dropped=True)}
    marking = mark(PAPER, dropped, {1: "B", 3: "A"})
    assert (marking.total, marking.maximum, marking.perfect) == (2, 2, True)
    credited = {**KEYS, 2: Key(Kind.MULTIPLE, options(4, 1, 3), credit=True)}
    marking = mark(PAPER, credited, {1: "B", 3: "A"})
    assert (marking.total, marking.maximum, marking.perfect) == (4, 4, True)


def test_a_second_set_of_options_may_be_right_as_well():
    key = Key(Kind.MULTIPLE, options(4, 1, 3), alternatives=(frozenset({0, 1}),))
    assert [share(key, range(4), letters) for letters in ("BD", "AB", "AD")] == [1, 1, 0]


def test_essays_wait_for_a_person():
    marking = mark((PaperItem(1, (), 5),), {1: Key(Kind.ESSAY)}, {1: "Bài viết"})
    assert (marking.total, marking.pending, marking.perfect) == (0, (1,), False)
    assert mark((PaperItem(1, (), 5),), {1: Key(Kind.ESSAY)}, {}).pending == ()


@given(st.integers(1, 100), st.fractions(0, 1))
def test_points_are_whole_and_never_more_than_earned(worth, part):
    points = earned(worth, part)
    assert points <= worth * part < points + 1
