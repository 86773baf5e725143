"""Item and test statistics once more, slowly and in another way: exact fractions, pairs counted one by one.

Takes rows of marks with None where a question was not drawn. Returns None where a figure is undefined.
"""

from fractions import Fraction
from math import sqrt
from statistics import median

Row = list[Fraction | None]


def cov(one: list[Fraction], other: list[Fraction]) -> Fraction:
    """Sum over all pairs of attempts of the products of their differences, over n(n-1): no mean is taken."""
    n = len(one)
    pairs = ((i, j) for i in range(n) for j in range(i))
    return sum(((one[i] - one[j]) * (other[i] - other[j]) for i, j in pairs), Fraction(0)) / (n * (n - 1))


def column(rows: list[Row], q: int) -> tuple[list[Fraction], list[Fraction]]:
    """Marks on question q and totals of those who had it."""
    had = [row for row in rows if row[q] is not None]
    return [row[q] for row in had], [total(row) for row in had]


def total(row: Row) -> Fraction:
    return sum((mark for mark in row if mark is not None), Fraction(0))


def item(rows: list[Row], best: list[Fraction], q: int) -> dict[str, float | None]:
    x, totals = column(rows, q)
    found = dict.fromkeys(("facility", "sd", "discrimination_index", "discriminative_efficiency", "effective_weight"))
    if x and best[q]:
        found["facility"] = float(100 * sum(x) / len(x) / best[q])
    if len(x) < 2:
        return found
    if best[q]:
        found["sd"] = 100 * sqrt(cov(x, x)) / float(best[q])
    rest = [t - m for t, m in zip(totals, x, strict=True)]
    if cov(x, x) and cov(rest, rest):
        found["discrimination_index"] = 100 * float(cov(x, rest)) / sqrt(cov(x, x) * cov(rest, rest))
        found["discriminative_efficiency"] = float(100 * cov(x, rest) / cov(sorted(x), sorted(rest)))
    shares = [cov(*column(rows, other)) for other in range(len(best)) if len(column(rows, other)[0]) > 1]
    whole = sum(sqrt(share) for share in shares if share > 0)
    if whole and cov(x, totals) >= 0:
        found["effective_weight"] = 100 * sqrt(cov(x, totals)) / whole
    return found


def test(rows: list[Row]) -> dict[str, float | None]:
    found = dict.fromkeys(("mean", "median", "sd", "skewness", "kurtosis", "cic", "error_ratio", "standard_error"))
    totals = [total(row) for row in rows]
    n = len(totals)
    if not n:
        return found
    mean = sum(totals) / n
    found |= {"mean": float(mean), "median": float(median(totals))}
    if n < 2:
        return found
    k2 = cov(totals, totals)
    found["sd"] = sqrt(k2)
    s2, s3, s4 = (sum((t - mean) ** k for t in totals) for k in (2, 3, 4))
    if not k2:
        return found
    if n > 2:
        found["skewness"] = float(n * s3 / ((n - 1) * (n - 2))) / float(k2) ** 1.5
    if n > 3:
        upper = n * (n + 1) * s4 - 3 * (n - 1) * s2**2
        found["kurtosis"] = float(upper / ((n - 1) * (n - 2) * (n - 3)) / k2**2)
    found["cic"] = alpha(rows, k2)
    if found["cic"] is not None and found["cic"] <= 100 + 1e-9:
        found["error_ratio"] = 100 * sqrt(max(0.0, 1 - found["cic"] / 100))
        found["standard_error"] = found["error_ratio"] * found["sd"] / 100
    return found


def alpha(rows: list[Row], k2: Fraction) -> float | None:
    """Cronbach's alpha from the products of every two questions that met in a paper."""
    length = Fraction(sum(mark is not None for row in rows for mark in row), len(rows))
    if length <= 1:
        return None
    together = 0.0
    for row in rows:
        drawn = [q for q, mark in enumerate(row) if mark is not None]
        for q in drawn:
            together += sum(off(rows, row, q) * off(rows, row, other) for other in drawn if other != q)
    return 100 * float(length / (length - 1)) * together / len(rows) / float(k2)


def off(rows: list[Row], row: Row, q: int) -> float:
    x, _totals = column(rows, q)
    if len(x) < 2:
        return 0.0
    return float(row[q] - sum(x) / len(x)) * sqrt(Fraction(len(x), len(x) - 1))


def textbook_alpha(rows: list[Row]) -> float:
    """Cronbach's alpha as the books have it, for one paper that everybody had."""
    p = len(rows[0])
    totals = [total(row) for row in rows]
    own = sum(cov(*(2 * [column(rows, q)[0]])) for q in range(p))
    return float(100 * Fraction(p, p - 1) * (1 - own / cov(totals, totals)))
