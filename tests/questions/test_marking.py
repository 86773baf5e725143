"""Marking a paper: all the points of a question or none."""

import doctest

import pytest

from questions import marking as module
from questions.draw import PaperItem
from questions.marking import mark, points
from questions.rules import Kind

PAPER = (PaperItem(1, (2, 0, 1), 1), PaperItem(2, (0, 1, 2, 3), 2), PaperItem(3, (1, 0), 1))
KEYS = {1: frozenset({0}), 2: frozenset({1, 3}), 3: frozenset({1})}
KINDS = {1: Kind.SINGLE, 2: Kind.MULTIPLE, 3: Kind.SINGLE}


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("kind", "keys", "chosen", "expected"),
    [
        (Kind.SINGLE, {1}, {1}, 3),
        (Kind.SINGLE, {1}, {0}, 0),
        (Kind.SINGLE, {1}, set(), 0),
        (Kind.SINGLE, {1}, {0, 1}, 0),
        (Kind.SINGLE, {1, 2}, {2}, 3),
        (Kind.SINGLE, {1, 2}, {1, 2}, 0),
        (Kind.MULTIPLE, {0, 2}, {0, 2}, 3),
        (Kind.MULTIPLE, {0, 2}, {0}, 0),
        (Kind.MULTIPLE, {0, 2}, {0, 1, 2}, 0),
        (Kind.MULTIPLE, set(), set(), 0),
    ],
)
def test_all_or_nothing(kind, keys, chosen, expected):
    assert points(kind, frozenset(keys), frozenset(chosen), 3) == expected


def test_letters_count_as_shown_on_this_paper():
    marking = mark(PAPER, KEYS, KINDS, {1: "B", 2: "DB", 3: "A"})
    assert marking.points_by_place == (1, 2, 1)
    assert (marking.total, marking.maximum, marking.correct, marking.answered) == (4, 4, 3, 3)
    assert marking.perfect


@pytest.mark.parametrize("answer", ["Z", "C", "BC", "BZ", "1", "?"])
def test_wrong_unknown_or_extra_letters_earn_nothing(answer):
    assert mark(PAPER, KEYS, KINDS, {1: answer, 9: "A"}).points_by_place == (0, 0, 0)


def test_nothing_answered():
    marking = mark(PAPER, KEYS, KINDS, {2: "", 3: " "})
    assert (marking.total, marking.correct, marking.answered, marking.perfect) == (0, 0, 0, False)


def test_an_empty_paper_is_not_perfect():
    assert not mark((), {}, {}, {}).perfect
