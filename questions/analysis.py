"""How well questions and papers measure, with the definitions of Moodle's quiz statistics.

Formulas: ``question/classes/statistics/questions/calculator.php`` and ``mod/quiz/report/statistics/classes/
calculator.php`` of Moodle. Words: x is the mark on a question, T the total of an attempt, o = T - x what the rest of
the same paper brought. Where papers are drawn at random, a question is measured over the attempts that drew it.

All figures come from :class:`Marks`, which holds only what was drawn: 200,000 attempts of 20 questions from a bank of
any size are 4 million entries. The functions over a DataFrame are the same computation for those who have one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ITEM_FIGURES = ("facility", "sd", "discrimination_index", "discriminative_efficiency", "effective_weight")
TEST_FIGURES = ("mean", "median", "sd", "skewness", "kurtosis", "cic", "error_ratio", "standard_error")
NAN = float("nan")
#: Differences below this share of the largest total are rounding, not spread.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks of many attempts on many questions, only where a question was drawn, question by question.

    ``starts`` (questions + 1): the entries of question q are ``starts[q]:starts[q + 1]``; ``attempt`` and ``mark``
    say for each entry which attempt it belongs to and what it earned; ``totals`` is T by attempt.
    """

    starts: NDArray[np.int64]
    attempt: NDArray[np.int32]
    mark: NDArray[Any]
    totals: Floats

    @classmethod
    def of(
        cls, attempt: NDArray[Any], question: NDArray[Any], mark: NDArray[Any], attempts: int, questions: int
    ) -> tuple["Marks", NDArray[np.int64]]:
        """From entries in any order, with the order they were put into (to sort what belongs to them alike)."""
        order = np.argsort(question, kind="stable")
        starts = np.zeros(questions + 1, dtype=np.int64)
        np.cumsum(np.bincount(question, minlength=questions), out=starts[1:])
        totals = np.bincount(attempt, weights=mark, minlength=attempts)
        return cls(starts, attempt[order].astype(np.int32, copy=False), mark[order], totals), order

    @classmethod
    def of_frame(cls, marks: pd.DataFrame) -> "Marks":
        """From a frame with a row an attempt and a column a question; what is no finite number was not drawn."""
        values = marks.where(marks.notna(), np.nan).to_numpy(dtype=float, na_value=np.nan)
        question, attempt = np.nonzero(np.isfinite(values.T))
        return cls.of(attempt, question, values[attempt, question], *values.shape)[0]

    @property
    def drawn(self) -> NDArray[np.int64]:
        """How many attempts had each question."""
        return np.diff(self.starts)

    def by_question(self) -> Iterator[tuple[int, slice, Floats, Floats]]:
        """Question after question: its number, its entries, x and T of the attempts that drew it."""
        for q, (start, end) in enumerate(zip(self.starts[:-1], self.starts[1:], strict=True)):
            part = slice(start, end)
            yield q, part, self.mark[part].astype(float), self.totals[self.attempt[part]]


def item_statistics(marks: pd.DataFrame, max_marks: pd.Series) -> pd.DataFrame:
    """How each question of a test measures; a row a question, everything in per cent, NaN where undefined.

    ``marks``: a row an attempt, a column a question, NaN where not drawn. ``max_marks``: the most by question.

    ``facility``: the mean mark, and ``sd``: the standard deviation (n - 1), both in per cent of the maximum mark, as
    Moodle's report shows them. ``discrimination_index``: correlation of x and o. ``discriminative_efficiency``: their
    covariance in per cent of the greatest that the same marks could have, each sorted. ``effective_weight``: the root
    of the covariance of x and T in per cent of the sum of these roots over all questions; a negative covariance
    counts 0 in that sum and gives NaN. Undefined: fewer than two attempts, no spread, a maximum of 0.

    >>> marks = pd.DataFrame({"c1": [1, 1, 0, 0], "c2": [2, 1, 1, 0]})
    >>> item_statistics(marks, pd.Series({"c1": 1, "c2": 2})).round(1).loc["c1"].tolist()
    [50.0, 57.7, 70.7, 100.0, 44.9]
    """
    best = max_marks if max_marks.index.equals(marks.columns) else max_marks.reindex(marks.columns)
    figures = items(Marks.of_frame(marks), best.to_numpy(dtype=float, na_value=np.nan))
    return pd.DataFrame(figures, index=marks.columns, columns=list(ITEM_FIGURES), dtype=float)


def test_statistics(marks: pd.DataFrame, max_marks: pd.Series) -> dict[str, float]:
    """How a test as a whole measures: ``mean``, ``median``, ``sd`` and ``standard_error`` in marks, ``cic`` and
    ``error_ratio`` in per cent, ``skewness`` and ``kurtosis`` (0 for the normal curve) as numbers; NaN where undefined.

    Arguments as in :func:`item_statistics`; ``max_marks`` is taken to be called alike, no figure depends on it. A
    row of nothing but NaN is an attempt of no questions with a total of 0. See :func:`paper` for the definitions.

    >>> marks = pd.DataFrame({"c1": [1, 1, 0, 0], "c2": [2, 1, 1, 0]})
    >>> {name: round(value, 2) for name, value in test_statistics(marks, pd.Series({"c1": 1, "c2": 2})).items()}
    {'mean': 1.5, 'median': 1.5, 'sd': 1.29, 'skewness': 0.0, 'kurtosis': -1.2, 'cic': 80.0, 'error_ratio': 44.72, \
'standard_error': 0.58}
    """
    return paper(Marks.of_frame(marks))


def items(marks: Marks, best: Floats) -> dict[str, Floats]:
    """The figures of :func:`item_statistics` by name, each an array by question; ``best``: maximum marks."""
    figures = {name: np.full(len(marks.starts) - 1, NAN) for name in ITEM_FIGURES}
    roots = figures["effective_weight"]
    for q, _part, x, total in marks.by_question():
        if len(x) and best[q] > 0:
            figures["facility"][q] = 100 * x.mean() / best[q]
        if len(x) < 2:
            continue
        if best[q] > 0:
            figures["sd"][q] = 100 * x.std(ddof=1) / best[q]
        figures["discrimination_index"][q], figures["discriminative_efficiency"][q] = discrimination(x, total)
        shared, slack = _covariance(x, total), _ROUNDING * _scale(total) ** 2
        if shared >= -slack:
            # The root would make much of what is only rounding.
            roots[q] = np.sqrt(shared) if shared > slack else 0.0
    whole = np.nansum(roots)
    figures["effective_weight"] = 100 * roots / whole if whole > 0 else np.full_like(roots, NAN)
    return figures


def discrimination(x: Floats, total: Floats) -> tuple[float, float]:
    """Discrimination index and discriminative efficiency of one question, in per cent; at least two attempts."""
    rest = total - x
    slack = _ROUNDING * _scale(total)
    if np.ptp(x) <= slack or np.ptp(rest) <= slack:
        return NAN, NAN
    shared = _covariance(x, rest)
    most = _covariance(np.sort(x), np.sort(rest))
    return 100 * shared / (x.std(ddof=1) * rest.std(ddof=1)), 100 * shared / most


def _scale(total: Floats) -> float:
    return float(np.abs(total).max())


def _covariance(one: Floats, other: Floats) -> float:
    return float((one - one.mean()) @ (other - other.mean())) / (len(one) - 1)


def paper(marks: Marks) -> dict[str, float]:
    """The figures of :func:`test_statistics`.

    With the central moments m2, m3, m4 of the n totals: k2 = n m2 / (n-1), k3 = n² m3 / ((n-1)(n-2)),
    k4 = n² ((n+1) m4 - 3 (n-1) m2²) / ((n-1)(n-2)(n-3)); sd = √k2, skewness = k3 / k2^1.5, kurtosis = k4 / k2².
    ``cic`` is Cronbach's alpha, see :func:`consistency`; error ratio = 100 √(1 - cic/100), standard error = error
    ratio x sd / 100.
    """
    found = dict.fromkeys(TEST_FIGURES, NAN)
    totals, n = marks.totals, len(marks.totals)
    if not n:
        return found
    found |= {"mean": float(totals.mean()), "median": float(np.median(totals))}
    if n < 2:
        return found
    off = totals - totals.mean()
    flat = np.ptp(totals) <= _ROUNDING * _scale(totals)
    m2, m3, m4 = (0.0 if flat else float((off**k).mean()) for k in (2, 3, 4))
    k2 = n * m2 / (n - 1)
    found["sd"] = k2**0.5
    if flat:
        return found
    if n > 2:
        found["skewness"] = n * n * m3 / ((n - 1) * (n - 2)) / k2**1.5
    if n > 3:
        k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
        found["kurtosis"] = k4 / k2**2
    found["cic"] = consistency(marks, k2)
    error = 1 - found["cic"] / 100
    error = 0.0 if abs(error) < _ROUNDING else error
    if error >= 0:
        found["error_ratio"] = 100 * error**0.5
        found["standard_error"] = found["error_ratio"] * found["sd"] / 100
    return found


def consistency(marks: Marks, variance: float) -> float:
    """Cronbach's alpha in per cent; ``variance`` is k2 of the totals. NaN for papers of one question.

    Alpha is p/(p-1) x C/k2, where C is the covariance of all pairs of different questions in a paper, which is k2 less
    the questions' own variances when everybody has the same paper. Where papers are drawn, C is taken over the pairs
    that met in a paper, each mark less the mean of its question, p is the mean number of questions in a paper, and
    k2 stays that of the totals as people got them: that one paper is harder than another counts as error, since
    such luck is not the person's (Cronbach, Rajaratnam and Gleser 1963, items nested in persons).
    """
    attempts = len(marks.totals)
    size = len(marks.mark) / attempts
    if size <= 1:
        return NAN
    sums, squares = np.zeros(attempts), 0.0
    for _q, part, x, _total in marks.by_question():
        if len(x) > 1:
            off = (x - x.mean()) * (len(x) / (len(x) - 1)) ** 0.5
            # An attempt has a question at most once, so no entry of this addition is named twice.
            sums[marks.attempt[part]] += off
            squares += float(off @ off)
    together = (float(sums @ sums) - squares) / attempts
    return 100 * size / (size - 1) * together / variance
