"""Answers of every kind: kept in one form, or refused with a reason."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions import answers as module
from questions.answers import (
    MAX_TYPED,
    Shape,
    Unacceptable,
    as_sent,
    clean_answers,
    is_complete,
    shape_of,
    word_count,
)
from questions.rules import LETTERS, Choice, Kind

SINGLE = Shape(Kind.SINGLE, 4)
MULTIPLE = Shape(Kind.MULTIPLE, 4)
STATEMENTS = Shape(Kind.STATEMENTS, 4, 4)
ORDER = Shape(Kind.ORDER, 3, 3)
MATCH = Shape(Kind.MATCH, 3, 2)
SHORT = Shape(Kind.SHORT)
ESSAY = Shape(Kind.ESSAY)


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


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
def test_letters_are_kept_in_one_form(given_answers, kept):
    assert clean_answers(given_answers, [MULTIPLE] * 10) == kept


@pytest.mark.parametrize(
    ("shape", "values", "kept"),
    [
        (STATEMENTS, ["T", "f", "", "T"], "TF-T"),
        (STATEMENTS, ["T"], "T---"),
        (STATEMENTS, ["", "", "", ""], ""),
        (ORDER, ["3", "1", "2"], "312"),
        (ORDER, ["3", "3", ""], "33-"),
        (MATCH, ["c", "A"], "CA"),
        (SHORT, ["  Hà   Nội "], "Hà Nội"),
        (ESSAY, ["Đoạn một.\r\n\r\nĐoạn hai."], "Đoạn một.\n\nĐoạn hai."),
        (SHORT, ["\u200b "], ""),
    ],
)
def test_other_kinds_are_kept_as_one_text(shape, values, kept):
    assert clean_answers({"1": values}, [shape]) == ({"1": kept} if kept else {})


@pytest.mark.parametrize(
    "given_answers",
    [{"0": ["A"]}, {"4": ["A"]}, {"x": ["A"]}, {"-1": ["A"]}, {"1": ["E"]}, {"1": ["AB"]}, {"1": ["?"]}, {"²": ["A"]}],
)
def test_answers_that_the_paper_does_not_have_are_refused(given_answers):
    with pytest.raises(Unacceptable):
        clean_answers(given_answers, [SINGLE, Shape(Kind.SINGLE, 2), Shape(Kind.SINGLE, 3)])


@pytest.mark.parametrize(
    ("shape", "values"),
    [
        (STATEMENTS, ["T", "X"]),
        (STATEMENTS, ["T"] * 5),
        (ORDER, ["4", "1", "2"]),
        (ORDER, ["0", "1", "2"]),
        (MATCH, ["D", "A"]),
        (MATCH, ["AB", "A"]),
        (SHORT, ["x" * (MAX_TYPED + 1)]),
        (ESSAY, ["x" * 20_001]),
    ],
)
def test_values_that_a_kind_does_not_have_are_refused(shape, values):
    with pytest.raises(Unacceptable, match="Câu"):
        clean_answers({"1": values}, [shape])


def test_one_answer_for_a_question_with_one():
    assert clean_answers({"2": ["A", "B"]}, [SINGLE, MULTIPLE]) == {"2": "AB"}
    with pytest.raises(Unacceptable, match="một phương án"):
        clean_answers({"1": ["A", "B"]}, [SINGLE, MULTIPLE])


def test_shapes_follow_the_question():
    pairs = (Choice("a", match="1"), Choice("b", match="1"), Choice("", match="2"))
    assert shape_of(Kind.MATCH, pairs) == Shape(Kind.MATCH, options=2, rows=2)
    assert shape_of(Kind.ORDER, pairs) == Shape(Kind.ORDER, options=3, rows=3)
    assert shape_of(Kind.ESSAY, ()) == ESSAY


def test_complete_means_every_row():
    assert is_complete("TFTF", STATEMENTS) and not is_complete("TF-F", STATEMENTS) and not is_complete("", SHORT)


def test_words_are_counted_as_people_count_them():
    assert word_count("Công đoàn  Việt Nam , năm 2024 !") == 6


SHAPES = [SINGLE, MULTIPLE, STATEMENTS, ORDER, MATCH, SHORT, ESSAY]


@given(st.dictionaries(st.text(max_size=3), st.lists(st.text(max_size=3), max_size=9), max_size=8))
def test_whatever_arrives_is_kept_clean_or_refused(given_answers):
    try:
        kept = clean_answers(given_answers, SHAPES)
    except Unacceptable:
        return
    for place, answer in kept.items():
        shape = SHAPES[int(place) - 1]
        assert clean_answers({place: as_sent(answer, shape)}, SHAPES) == {place: answer}
        if shape.kind in (Kind.SINGLE, Kind.MULTIPLE):
            assert list(answer) == sorted(set(answer)) and set(answer) <= set(LETTERS)
