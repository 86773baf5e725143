"""Which of our ways of counting a QTI item means, told by what it gives for responses.

A single choice is tried with each option, a multiple choice with every set of options, questions of rows with some
rows right. The way of counting that gives the same for all of them is the one; where none does, the question is
taken all or nothing and a note says so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from questions.rules import MAX_CHOICES, Scoring, fraction

_CLOSE = 1e-4

#: What chosen options give, in any unit.
Score = Callable[[frozenset[int]], float]


@dataclass(frozen=True, slots=True)
class Rated:
    """Right options and how they count; ``points`` with WEIGHTS; ``known`` is False where no way of ours fits."""

    correct: frozenset[int]
    scoring: Scoring = Scoring.ALL
    points: tuple[Fraction, ...] = ()
    known: bool = True


def share(value: float) -> Fraction:
    """A share of the whole as files write it; thirds and the like are told from their decimals.

    >>> share(0.333333), share(-0.5), share(1.0)
    (Fraction(1, 3), Fraction(-1, 2), Fraction(1, 1))
    """
    return Fraction(int(value)) if value in (0, 1) else fraction(format(value * 100, ".8f"))


def rate_single(score: Score, count: int) -> Rated:
    """A question where one of ``count`` options is chosen."""
    given = [score(frozenset({index})) for index in range(count)]
    best = max(given, default=0)
    if best <= 0:
        return Rated(frozenset())
    shares = [max(share(value / best), Fraction(-1)) for value in given]
    correct = frozenset(index for index, value in enumerate(shares) if value == 1)
    if all(value in (0, 1) for value in shares):
        return Rated(correct)
    return Rated(correct, Scoring.WEIGHTS, tuple(shares))


def rate_multiple(score: Score, count: int, declared: frozenset[int]) -> Rated:
    """A question where any of ``count`` options are chosen; ``declared`` are the right ones as the file says."""
    if count > MAX_CHOICES:
        return Rated(declared)
    given = {chosen: score(chosen) for chosen in _subsets(count)}
    best = max(given.values(), default=0)
    if best <= 0:
        return Rated(frozenset())
    given = {chosen: max(value / best, 0.0) for chosen, value in given.items()}
    full = [chosen for chosen, value in given.items() if value > 1 - _CLOSE]
    correct = declared if declared in full else min(full, key=len)
    for scoring in (Scoring.ALL, Scoring.PARTIAL, Scoring.RIGHT_MINUS_WRONG):
        if _fits(given, lambda chosen, scoring=scoring: _counted(scoring, correct, chosen)):
            return Rated(correct, scoring)
    weights = _weights(given, correct, count)
    if _fits(given, lambda chosen: min(max(sum(float(weights[i]) for i in chosen), 0.0), 1.0)):
        return Rated(correct, Scoring.WEIGHTS, weights)
    return Rated(correct, known=False)


def _subsets(count: int) -> Iterator[frozenset[int]]:
    for size in range(1, count + 1):
        yield from map(frozenset, combinations(range(count), size))


def _fits(given: dict[frozenset[int], float], rule: Score) -> bool:
    return all(abs(rule(chosen) - value) < _CLOSE for chosen, value in given.items())


def _counted(scoring: Scoring, correct: frozenset[int], chosen: frozenset[int]) -> float:
    right, wrong = len(chosen & correct), len(chosen - correct)
    if scoring is Scoring.ALL:
        return float(chosen == correct)
    if scoring is Scoring.PARTIAL:
        return 0.0 if wrong else right / len(correct)
    return max(0.0, (right - wrong) / len(correct))


def _weights(given: dict[frozenset[int], float], correct: frozenset[int], count: int) -> tuple[Fraction, ...]:
    """Each option's own share, seen at the right answer: what it brings there, or takes away."""

    def weight(index: int) -> Fraction:
        if index in correct:
            return share(1 - given.get(correct - {index}, 0.0))
        return max(share(given[correct | {index}] - 1), Fraction(-1))

    return tuple(weight(index) for index in range(count))


#: The national examination's shares for one to four right statements.
STEPS = (0.0, 0.1, 0.25, 0.5, 1.0)


def rate_rows(tried: Iterable[tuple[int, float]], count: int, allowed: Sequence[Scoring]) -> Scoring | None:
    """The way of counting of a question of ``count`` rows; ``tried`` is how many were right and what that gave.

    None where no way of ours gives the same.
    """
    tried = list(tried)
    best = max((given for right, given in tried if right == count), default=0)
    if best <= 0:
        return None
    for scoring in allowed:
        if all(abs(_rows_counted(scoring, right, count) - given / best) < _CLOSE for right, given in tried):
            return scoring
    return None


def _rows_counted(scoring: Scoring, right: int, count: int) -> float:
    if scoring is Scoring.PARTIAL:
        return right / count
    if scoring is Scoring.STEPS:
        return STEPS[right] if count == 4 else -1
    return float(right == count)
