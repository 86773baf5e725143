"""Attempts as they are stored become numbers; what is counted is what marking would say."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.statistics import gather
from contest.statistics.figures import Subject, question_lines, round_figures
from contest.statistics.gather import ANSWERED, Asked, Gatherer, bits
from questions.marking import Key, chosen_options, share
from questions.rules import Answer, Choice, Kind, Scoring

FOUR = tuple(Choice(text, n == 1) for n, text in enumerate("abcd"))
PAIRS = (Choice("1", match="x"), Choice("2", match="y"), Choice("", match="z"), Choice("3", match="x"))


def options_of(found):
    return {n for n in range(8) if found >> n & 1}


@settings(deadline=None)
@given(st.permutations(range(4)), st.text("ABCDEFGH", max_size=4))
def test_options_are_those_that_marking_sees(order, letters):
    found = bits(Asked(Kind.MULTIPLE, FOUR), order, letters)
    assert found & ANSWERED
    assert options_of(found) == chosen_options(order, letters) - {-1}


@settings(deadline=None)
@given(st.permutations(range(4)), st.text("TF-", min_size=4, max_size=4))
def test_statements_called_true(order, signs):
    found = options_of(bits(Asked(Kind.STATEMENTS, FOUR), order, signs))
    assert found == {index for sign, index in zip(signs, order, strict=True) if sign == "T"}


@settings(deadline=None)
@given(st.permutations(range(4)), st.permutations("1234"))
def test_rows_in_their_place(order, given_places):
    answer = "".join(given_places)
    found = options_of(bits(Asked(Kind.ORDER, FOUR), order, answer))
    assert len(found) == 4 * share(Key(Kind.ORDER, FOUR, scoring=Scoring.PARTIAL), order, answer)


@settings(deadline=None)
@given(st.permutations(range(4)), st.text("ABC-H", min_size=3, max_size=3))
def test_pairs_got_right(order, answer):
    found = options_of(bits(Asked(Kind.MATCH, PAIRS), order, answer))
    assert found <= {0, 1, 3}
    assert len(found) == 3 * share(Key(Kind.MATCH, PAIRS, scoring=Scoring.PARTIAL), order, answer)


def gathered(subjects, *attempts):
    gatherer = Gatherer(asked={version: subject.asked for version, subject in subjects.items()})
    for paper, answers, marks, more in attempts:
        gatherer.add(paper, answers, marks, **({"first": True, "pending": False} | more))
    return gatherer.finish()


SINGLE, SHORT, ESSAY = (
    Subject(Key(Kind.SINGLE, FOUR)),
    Subject(Key(Kind.SHORT, answers=(Answer("Huế"),))),
    Key(Kind.ESSAY),
)


def test_typed_answers_are_counted_and_the_rare_forgotten(monkeypatch):
    monkeypatch.setattr(gather, "MAX_TYPED", 3)
    paper = [[5, [], 1]]
    said = ["Huế", "Vinh", "Huế", "A", "B", "C", "Vinh"]
    found = gathered({5: SHORT}, *[(paper, {"1": text}, [int(text == "Huế")], {}) for text in said])
    assert found.typed == {5: Counter({"Huế": 2, "Vinh": 1, "C": 1})}
    line = question_lines(found, {5: SHORT})[0]
    assert line.figures["typed"][0] == ["Huế", 2]
    assert line.figures["blank"] == 0 and "options" not in line.figures


def test_an_essay_counts_once_it_is_marked():
    subjects = {1: SINGLE, 2: Subject(ESSAY)}
    paper = [[1, [0, 1, 2, 3], 1], [2, [], 10]]
    waiting = (paper, {"1": "B", "2": "bài viết"}, [1, 0], {"pending": True})
    marked = (paper, {"1": "B", "2": "bài viết"}, [1, 7], {})
    found = gathered(subjects, waiting, marked)
    assert found.marks.totals.tolist() == [1, 8]
    assert found.best.tolist() == [1, 11]
    essay = next(line for line in question_lines(found, subjects) if line.version_id == 2)
    assert (essay.drawn, essay.figures["attempts"], essay.figures["facility"]) == (2, 1, 70)
    assert "typed" not in essay.figures


def test_a_question_may_be_worth_different_points_in_one_round():
    paper, dear = [[1, [0, 1, 2, 3], 1]], [[1, [0, 1, 2, 3], 4]]
    found = gathered({1: SINGLE}, (paper, {"1": "B"}, [1], {}), (dear, {"1": "A"}, [0], {}))
    assert question_lines(found, {1: SINGLE})[0].figures["facility"] == pytest.approx(100 * 1 / 5)


def test_attempts_without_questions_and_rounds_without_attempts():
    empty = gathered({}, ([], {}, [], {}))
    assert empty.marks.totals.tolist() == [] and question_lines(empty, {}) == []
    figures = round_figures(empty)
    assert figures["all"]["attempts"] == 0 and figures["all"]["mean"] is None and figures["scores"] == []


@pytest.mark.parametrize(("credit", "suspect"), [(False, True), (True, False)])
def test_points_that_everybody_was_given_make_no_question_look_wrong(credit, suspect):
    subject = Subject(Key(Kind.SINGLE, FOUR, credit=credit))
    found = gathered({1: subject}, *[([[1, [0, 1, 2, 3], 1]], {"1": "A"}, [1], {})] * 40)
    line = question_lines(found, {1: subject})[0]
    assert (line.suspect, line.figures["credit"], bool(line.figures["reasons"])) == (suspect, credit, suspect)


def test_an_answer_accepted_later_is_no_distractor():
    key = Key(Kind.SINGLE, FOUR, alternatives=(frozenset({2}),))
    assert Subject(key).right == {1, 2}
    assert Subject(key).guess == 50
    assert SINGLE.right == {1} and SINGLE.guess == 25


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True), max_size=12), st.data())
def test_gathering_keeps_every_entry(papers, data):
    subjects = dict.fromkeys(range(4), SINGLE)
    attempts = []
    for versions in papers:
        marks = [data.draw(st.integers(0, 1)) for _ in versions]
        paper = [[version, [3, 2, 1, 0], 1] for version in versions]
        attempts.append((paper, {}, marks, {"first": data.draw(st.booleans())}))
    found = gathered(subjects, *attempts)
    assert found.marks.totals.tolist() == [sum(marks) for _p, _a, marks, _m in attempts]
    assert found.first.tolist() == [more["first"] for *_rest, more in attempts]
    assert found.drawn == Counter(row[0] for paper, *_rest in attempts for row in paper)
    figures = {line.version_id: line.figures for line in question_lines(found, subjects)}
    for version in found.drawn:
        mine = [marks[i] for p, _a, marks, _m in attempts for i, row in enumerate(p) if row[0] == version]
        assert figures[version]["facility"] == pytest.approx(100 * np.mean(mine), abs=1e-8)
        assert figures[version]["blank"] == len(mine)
