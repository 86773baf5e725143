"""What somebody who knows nothing earns by guessing; pure."""

from fractions import Fraction
from itertools import product
from math import comb, factorial

from questions.rules import LETTERED, Draft, Kind, Scoring, shares

#: Share of a group of four statements for 0 to 4 right ones, see :attr:`Scoring.STEPS`.
STEPS = (Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(1))


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
        sides = len({" ".join(choice.match.lower().split()) for choice in draft.choices})
        return Fraction(1, sides**pairs if draft.scoring is Scoring.ALL else sides)
    return Fraction(0)


def _of_options(draft: Draft) -> Fraction:
    worth = shares(draft)
    if draft.kind is not Kind.MULTIPLE:
        return sum((max(share, Fraction(0)) for share in worth), Fraction(0)) / len(worth)
    sets = [picked for picked in product((False, True), repeat=len(worth)) if any(picked)]
    return sum((_of_set(draft, worth, picked) for picked in sets), Fraction(0)) / len(sets)


def _of_set(draft: Draft, worth: tuple[Fraction, ...], picked: tuple[bool, ...]) -> Fraction:
    """What ticking exactly these options brings."""
    keys = [choice.correct for choice in draft.choices]
    wrong = sum(tick and not key for tick, key in zip(picked, keys, strict=True))
    earned = sum((share for share, tick in zip(worth, picked, strict=True) if tick), Fraction(0))
    if draft.scoring is Scoring.ALL:
        return Fraction(list(picked) == keys)
    if draft.scoring is Scoring.PARTIAL:
        return Fraction(0) if wrong else earned
    if draft.scoring is Scoring.RIGHT_MINUS_WRONG:
        earned -= Fraction(wrong, sum(keys) or 1)
    return min(max(earned, Fraction(0)), Fraction(1))


def _of_statements(draft: Draft) -> Fraction:
    count = len(draft.choices)
    if draft.scoring is Scoring.PARTIAL:
        return Fraction(1, 2)
    if draft.scoring is Scoring.STEPS and count == len(STEPS) - 1:
        return sum((comb(count, right) * share for right, share in enumerate(STEPS)), Fraction(0)) / 2**count
    return Fraction(1, 2**count)
