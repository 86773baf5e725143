"""Who chose which option: the distractor table of a question, and how the share of right answers grows."""

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from questions.analysis import Floats

#: Upper and lower group in a distractor table: 27 per cent each tell best (Kelley 1939, J. Educ. Psychol. 30, 17).
GROUP = 0.27
#: Groups of equal size, from the weakest to the best, in which the share of right answers is shown.
BANDS = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """How often an option was chosen; ``option`` None: nothing was. Shares of all, of the best, of the weakest.

    ``rest`` is the mean share of the rest of the paper that those who chose it got, None for nobody.
    """

    option: int | None
    count: int
    share: float
    top: float
    bottom: float
    rest: float | None


@dataclass(frozen=True, slots=True)
class Band:
    """Attempts of like strength: how many, the mean share of the rest they got, and of this question."""

    attempts: int
    rest: float
    share: float


def extremes(rest: Floats) -> tuple[Floats, Floats]:
    """Weights of attempts in the weakest and in the best group by what the rest of their papers brought.

    Each group weighs 27 per cent of all, at least one attempt; those tied at its border share what is left alike,
    so that the order of attempts never matters.

    >>> weakest, best = extremes(np.array([5.0, 1, 1, 9, 4, 4, 4, 4]))
    >>> weakest.tolist(), best.tolist()
    ([0.0, 1.0, 1.0, 0.0, 0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 1.0, 0.25, 0.25, 0.25, 0.25])
    """
    return _lowest(rest), _lowest(-rest)


def _lowest(values: Floats) -> Floats:
    size = ceil(GROUP * len(values))
    if not size:
        return np.zeros(0)
    border = np.partition(values, size - 1)[size - 1]
    below, tied = values < border, values == border
    return below + tied * ((size - below.sum()) / tied.sum())


def table(chosen: NDArray[Any], rest: Floats, options: int) -> list[Chosen]:
    """The distractor table of one question: a row an option in the author's order, last those who chose nothing.

    ``chosen``: for each attempt that drew it the chosen options as bits (option 0 is bit 0), 0 for none; ``rest``:
    the share, 0 to 1, of the rest of its paper that the attempt got.
    """
    weakest, best = extremes(rest)
    rows = []
    for option in [*range(options), None]:
        took = chosen == 0 if option is None else (chosen >> option) & 1 == 1
        count = int(took.sum())
        rows.append(
            Chosen(
                option,
                count,
                _share(took, np.ones(len(took))),
                _share(took, best),
                _share(took, weakest),
                float(rest[took].mean()) if count else None,
            )
        )
    return rows


def _share(took: NDArray[np.bool_], weights: Floats) -> float:
    whole = float(weights.sum())
    return float(weights[took].sum()) / whole if whole else 0.0


def bands(share: Floats, rest: Floats, count: int = BANDS) -> list[Band]:
    """How the share of a question grows with strength: attempts in groups by the rest of their papers.

    Attempts with the same rest stay together, in the group where the middle of them lies; empty groups are left out.

    >>> [(band.attempts, band.share) for band in bands(np.array([0.0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9]), 2)]
    [(2, 0.0), (2, 1.0)]
    """
    if not len(share):
        return []
    _values, place, sizes = np.unique(rest, return_inverse=True, return_counts=True)
    middle = np.cumsum(sizes) - sizes / 2
    group = np.minimum((middle * count / len(rest)).astype(int), count - 1)[place.reshape(-1)]
    return [
        Band(int(inside.sum()), float(rest[inside].mean()), float(share[inside].mean()))
        for inside in (group == number for number in range(count))
        if inside.any()
    ]
