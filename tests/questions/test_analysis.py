import math
import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import plain_statistics as plain

from questions import analysis

NAN = float("nan")

#: Marks as contests give them: whole points, and shares of points as other programs have them.
marks = st.sampled_from([Fraction(n, 12) for n in (0, 0, 0, 3, 4, 6, 12, 12, 12, 24)])


@st.composite
def papers(draw, missing=True):
    """Rows of attempts with None where a question was not drawn, and the questions' maxima."""
    width = draw(st.integers(1, 6))
    mark = st.one_of(st.none(), marks, marks) if missing else marks
    rows = draw(st.lists(st.lists(mark, min_size=width, max_size=width), max_size=12))
    best = draw(st.lists(st.sampled_from([Fraction(0), Fraction(1), Fraction(2)]), min_size=width, max_size=width))
    return rows, best


def frame(rows, best):
    names = [f"c{q}" for q in range(len(best))]
    values = [[NAN if mark is None else float(mark) for mark in row] for row in rows]
    return pd.DataFrame(values, columns=names, dtype=float), pd.Series([float(b) for b in best], index=names)


def assert_same(found, expected, where):
    if expected is None:
        assert math.isnan(found), f"{where}: {found} where nothing is defined"
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), where


@settings(deadline=None)
@given(papers())
def test_items_are_what_a_slow_computation_in_fractions_finds(paper):
    rows, best = paper
    found = analysis.item_statistics(*frame(rows, best))
    assert list(found.columns) == list(analysis.ITEM_FIGURES)
    for q in range(len(best)):
        for name, expected in plain.item(rows, best, q).items():
            assert_same(found[name].iloc[q], expected, (q, name))


@settings(deadline=None)
@given(papers())
def test_tests_are_what_a_slow_computation_in_fractions_finds(paper):
    rows, best = paper
    found = analysis.test_statistics(*frame(rows, best))
    expected = plain.test(rows)
    assert list(found) == list(expected)
    for name, value in expected.items():
        # Near alpha = 100 the error ratio is the root of a rounding error.
        slack = 1e-4 if name in ("error_ratio", "standard_error") and (expected["cic"] or 0) > 99.99 else 0
        if slack and value is not None:
            assert found[name] == pytest.approx(value, abs=slack)
        else:
            assert_same(found[name], value, name)


@settings(deadline=None)
@given(papers(missing=False))
def test_alpha_is_that_of_the_books_where_everybody_has_the_same_paper(paper):
    rows, best = paper
    assume(len(best) > 1 and len({plain.total(row) for row in rows}) > 1)
    assert analysis.test_statistics(*frame(rows, best))["cic"] == pytest.approx(plain.textbook_alpha(rows), abs=1e-9)


def test_alpha_of_drawn_papers_counts_the_luck_of_the_paper_as_error():
    """People differ by 1, questions in difficulty by 1, answers by 1: papers of 20 have a reliability of 20/22."""
    rng = np.random.default_rng(7)
    people, bank, size = 4000, 300, 20
    able, hard = rng.normal(size=people), rng.normal(size=bank)
    attempt = np.repeat(np.arange(people), size)
    question = np.concatenate([rng.permutation(bank)[:size] for _ in range(people)])
    mark = able[attempt] + hard[question] + rng.normal(size=people * size)
    drawn, _order = analysis.Marks.of(attempt, question, mark, people, bank)
    assert analysis.paper(drawn)["cic"] == pytest.approx(100 * 20 / 22, abs=1)


def test_a_test_of_four_people_by_hand():
    """Worked out with pencil: x of the first question 1 1 1 0, T 3 2 1 0."""
    rows = pd.DataFrame({"a": [1, 1, 1, 0], "b": [1, 1, 0, 0], "c": [1, 0, 0, 0]})
    best = pd.Series({"a": 1, "b": 1, "c": 1})
    items = analysis.item_statistics(rows, best)
    assert items["facility"].tolist() == [75, 50, 25]
    assert items["sd"].tolist() == pytest.approx([50, 100 / math.sqrt(3), 50])
    assert items.loc["a", "discrimination_index"] == pytest.approx(100 * 0.25 / math.sqrt(0.25 * 11 / 12))
    assert items["discriminative_efficiency"].tolist() == pytest.approx([100, 100, 100])
    whole = 2 * math.sqrt(1 / 2) + math.sqrt(2 / 3)
    assert items["effective_weight"].tolist() == pytest.approx(
        [100 * math.sqrt(1 / 2) / whole, 100 * math.sqrt(2 / 3) / whole, 100 * math.sqrt(1 / 2) / whole]
    )
    test = analysis.test_statistics(rows, best)
    assert test["mean"] == test["median"] == 1.5
    assert test["sd"] == pytest.approx(math.sqrt(5 / 3))
    assert test["cic"] == pytest.approx(100 * 1.5 * (1 - (1 / 4 + 1 / 3 + 1 / 4) / (5 / 3)))
    assert test["skewness"] == pytest.approx(0)
    assert test["kurtosis"] == pytest.approx(-1.2)


def test_only_those_who_drew_a_question_count_for_it():
    rows = pd.DataFrame({"a": [1, 0, NAN, NAN], "b": [1, 0, 1, 1], "c": [NAN, NAN, 1, 0]})
    found = analysis.item_statistics(rows, pd.Series({"a": 1, "b": 1, "c": 1}))
    alone = analysis.item_statistics(rows.iloc[:2][["a", "b"]], pd.Series({"a": 1, "b": 1}))
    measured = list(analysis.ITEM_FIGURES[:4])
    pd.testing.assert_series_equal(found.loc["a", measured], alone.loc["a", measured])


@pytest.mark.parametrize(
    "rows",
    [
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        pd.DataFrame({"a": [], "b": []}, dtype=float),
        pd.DataFrame({"a": [1.0], "b": [0.0]}),
        pd.DataFrame({"a": [NAN, NAN], "b": [1.0, 1.0]}),
        pd.DataFrame({"a": [NAN, NAN], "b": [NAN, NAN]}),
        pd.DataFrame({"a": [1, None, None], "b": [None, 1, None]}, dtype="Int64"),
        pd.DataFrame({"a": [0.1] * 10, "b": [0.3] * 10, "c": [0.7] * 10}),
        pd.DataFrame({"a": [1, 1, 1], "b": [0, 0, 0]}),
    ],
)
def test_what_is_undefined_is_nan_without_a_word(rows):
    best = pd.Series(1.0, index=rows.columns)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        items, test = analysis.item_statistics(rows, best), analysis.test_statistics(rows, best)
    assert items["discrimination_index"].isna().all() and items["effective_weight"].isna().all()
    assert math.isnan(test["cic"]) and math.isnan(test["error_ratio"])
    assert len(items) == len(rows.columns)


def test_a_negative_covariance_has_no_weight_and_takes_none_from_the_others():
    rows = pd.DataFrame({"good": [2, 2, 0, 0], "also": [2, 2, 0, 0], "wrong": [0, 0, 1, 1]})
    found = analysis.item_statistics(rows, pd.Series({"good": 2, "also": 2, "wrong": 1}))
    assert math.isnan(found.loc["wrong", "effective_weight"])
    assert found["effective_weight"].sum() == pytest.approx(100)
    assert found.loc["wrong", "discrimination_index"] == pytest.approx(-100)


def test_a_covariance_of_nothing_gives_a_weight_of_nothing():
    """In sixths nothing is exact: what should be 0 comes out a hair beside it, and its root would be seen."""
    off = [-1 / 6, 1 / 6, -1 / 6, 1 / 6]
    rows = pd.DataFrame({"a": [0.1 + d for d in off], "b": [0.7, 0.7, 0.9, 0.9], "c": [0.3 - d for d in off]})
    found = analysis.item_statistics(rows, pd.Series(1.0, index=rows.columns))
    assert found["effective_weight"].tolist() == pytest.approx([0, 100, 0], abs=1e-9)


def test_maximum_marks_are_found_by_name():
    rows = pd.DataFrame({"a": [1, 0], "b": [3, 0]})
    found = analysis.item_statistics(rows, pd.Series({"b": 6, "zzz": 1, "a": 1}))
    assert found["facility"].tolist() == [50, 25]
    assert math.isnan(analysis.item_statistics(rows, pd.Series({"a": 1}))["facility"]["b"])


@settings(deadline=None)
@given(papers(), st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(paper, rng):
    rows, best = paper
    entries = [(a, q, float(m)) for a, row in enumerate(rows) for q, m in enumerate(row) if m is not None]
    rng.shuffle(entries)
    columns = np.array(entries).reshape(-1, 3).T
    drawn, order = analysis.Marks.of(columns[0].astype(int), columns[1].astype(int), columns[2], len(rows), len(best))
    assert [entries[i][1] for i in order] == sorted(q for _a, q, _m in entries)
    found = pd.DataFrame(analysis.items(drawn, np.array([float(b) for b in best])))
    expected = analysis.item_statistics(*frame(rows, best)).reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-9)


def test_whatever_stands_for_not_drawn_is_not_drawn():
    plain_frame = pd.DataFrame({"a": [1, NAN, 0, 1], "b": [1, 0, NAN, 1]})
    best = pd.Series({"a": 1, "b": 1})
    expected = analysis.item_statistics(plain_frame, best)
    for other in (
        pd.DataFrame({"a": [1, pd.NA, 0, 1], "b": [True, False, None, True]}, dtype=object),
        pd.DataFrame({"a": [1, None, 0, 1], "b": [1, 0, None, 1]}, dtype="Int64"),
        plain_frame.fillna(math.inf),
    ):
        pd.testing.assert_frame_equal(analysis.item_statistics(other, best), expected)
        assert analysis.test_statistics(other, best) == analysis.test_statistics(plain_frame, best)
