"""What somebody who knows nothing earns by guessing; pure."""

from fractions import Fraction
from itertools import combinations
from math import comb, factorial

from questions.answers import right_sides
from questions.marking import STEPS, Key, share
from questions.rules import LETTERED, LETTERS, Draft, Kind, Scoring, shares


def guess_score(draft: Draft) -> Fraction:
    """The share of a question's worth that guessing brings on average, from 0 to 1.

    Single answer and true or false: the mean share of the options, as Moodle's ``get_random_guess_score``. Where
    Moodle leaves it open we take the mean over everything a guesser may answer, all alike likely: any set of at
    least one option, true or false for each statement, any order, any right side for each pair. Typed answers: 0.

    >>> from questions.rules import Choice
    >>> guess_score(Draft("?", (Choice("1", True), Choice("2"), Choice("3"), Choice("4"))))
    Fraction(1, 4)
    """
    if not draft.choices:
        return Fraction(0)
    if draft.kind in LETTERED:
        return _of_options(draft)
    if draft.kind is Kind.STATEMENTS:
        return _of_statements(draft)
    if draft.kind is Kind.ORDER:
        count = len(draft.choices)
        return Fraction(1, factorial(count) if draft.scoring is Scoring.ALL else count)
    if draft.kind is Kind.MATCH:
        pairs = sum(bool(choice.text) for choice in draft.choices)
        sides = len(right_sides(draft.choices))
        return Fraction(1, sides**pairs if draft.scoring is Scoring.ALL else sides)
    return Fraction(0)


def _of_options(draft: Draft) -> Fraction:
    worth = shares(draft)
    if draft.kind is not Kind.MULTIPLE:
        return sum((max(part, Fraction(0)) for part in worth), Fraction(0)) / len(worth)
    key, order = Key(draft.kind, draft.choices, scoring=draft.scoring), range(len(worth))
    sets = ["".join(picked) for size in order for picked in combinations(LETTERS[: len(worth)], size + 1)]
    return sum((share(key, order, letters) for letters in sets), Fraction(0)) / len(sets)


def _of_statements(draft: Draft) -> Fraction:
    count = len(draft.choices)
    if draft.scoring is Scoring.PARTIAL:
        return Fraction(1, 2)
    if draft.scoring is Scoring.STEPS and count == len(STEPS) - 1:
        return sum((comb(count, right) * part for right, part in enumerate(STEPS)), Fraction(0)) / 2**count
    return Fraction(1, 2**count)
