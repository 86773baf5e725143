from fractions import Fraction

import pytest

from questions.guesses import guess_score
from questions.rules import TRUE_FALSE, Answer, Choice, Draft, Kind, Scoring


def options(*keys, points=None):
    shares = points or [None] * len(keys)
    return tuple(
        Choice(f"o{n}", bool(key), points=share) for n, (key, share) in enumerate(zip(keys, shares, strict=True))
    )


def draft(kind, choices=(), scoring=Scoring.ALL, **more):
    return Draft("?", tuple(choices), kind, scoring=scoring, **more)


PAIRS = (Choice("1", match="x"), Choice("2", match="y"), Choice("", match="z"))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (draft(Kind.SINGLE, options(0, 1, 0, 0)), Fraction(1, 4)),
        (draft(Kind.SINGLE, options(1, 0), Scoring.WEIGHTS), Fraction(0)),
        (
            draft(Kind.SINGLE, options(1, 0, 0, points=[Fraction(1), Fraction(1, 2), Fraction(-1)]), Scoring.WEIGHTS),
            Fraction(1, 2),
        ),
        (draft(Kind.TRUEFALSE, (Choice(TRUE_FALSE[0]), Choice(TRUE_FALSE[1], True))), Fraction(1, 2)),
        # Of the seven sets of three options one is right; {0}, {2} bring a half each, {0, 2} all.
        (draft(Kind.MULTIPLE, options(1, 0, 1)), Fraction(1, 7)),
        (draft(Kind.MULTIPLE, options(1, 0, 1), Scoring.PARTIAL), Fraction(2, 7)),
        # As before; {0, 1} and {1, 2} lose what they gained, {0, 1, 2} keeps a half.
        (draft(Kind.MULTIPLE, options(1, 0, 1), Scoring.RIGHT_MINUS_WRONG), Fraction(5, 14)),
        (draft(Kind.STATEMENTS, options(1, 0, 1, 1)), Fraction(1, 16)),
        (draft(Kind.STATEMENTS, options(1, 0, 1), Scoring.PARTIAL), Fraction(1, 2)),
        (draft(Kind.STATEMENTS, options(1, 0, 1, 1), Scoring.STEPS), Fraction(4 * 10 + 6 * 25 + 4 * 50 + 100, 1600)),
        (draft(Kind.ORDER, options(0, 0, 0)), Fraction(1, 6)),
        (draft(Kind.ORDER, options(0, 0, 0), Scoring.PARTIAL), Fraction(1, 3)),
        (draft(Kind.MATCH, PAIRS, Scoring.PARTIAL), Fraction(1, 3)),
        (draft(Kind.MATCH, PAIRS), Fraction(1, 9)),
        (draft(Kind.SHORT, answers=(Answer("Huế"),)), Fraction(0)),
        (draft(Kind.NUMBER, answers=(Answer("3"),)), Fraction(0)),
        (draft(Kind.ESSAY), Fraction(0)),
    ],
)
def test_what_guessing_brings(question, expected):
    assert guess_score(question) == expected


@pytest.mark.parametrize("kind", Kind)
def test_a_question_without_anything_brings_nothing(kind):
    assert guess_score(draft(kind)) == 0
