"""Whether an answer is right and what share of its question's points it earns.

Points are whole: a share of a question's worth is rounded down, so that nothing is given that was not earned. All
reckoning is in exact fractions and gives the same on every machine.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import re2

from questions.answers import NONE, Shape, is_complete, right_sides, shape_of
from questions.draw import PaperItem
from questions.rules import BY_HAND, LETTERED, LETTERS, Answer, Choice, Kind, Scoring, shares
from questions.rules import Draft as _Draft
from questions.text import fold

_NOTHING = Fraction(0)
_ALL = Fraction(1)
#: Shares for 0 to 4 right statements of four: the rule of the national examination from 2025.
STEPS = (_NOTHING, Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), _ALL)


@dataclass(frozen=True, slots=True)
class Key:
    """What the marking of one question version needs, and nothing else.

    ``alternatives``: further sets of options that are right as well. ``credit``: everybody who has the question gets
    its points. ``dropped``: it counts for nobody.
    """

    kind: Kind
    choices: tuple[Choice, ...] = ()
    answers: tuple[Answer, ...] = ()
    scoring: Scoring = Scoring.ALL
    exact: bool = False
    case: bool = False
    alternatives: tuple[frozenset[int], ...] = ()
    credit: bool = False
    dropped: bool = False

    @property
    def keys(self) -> frozenset[int]:
        """Indexes of the right options in the author's order."""
        return frozenset(index for index, choice in enumerate(self.choices) if choice.correct)

    @property
    def shape(self) -> Shape:
        return shape_of(self.kind, self.choices)

    def with_keys(self, keys: frozenset[int]) -> "Key":
        """The same question with other right options or true statements, each with the usual share."""
        choices = tuple(
            replace(choice, correct=index in keys, points=None) for index, choice in enumerate(self.choices)
        )
        scoring = Scoring.ALL if self.scoring is Scoring.WEIGHTS else self.scoring
        return replace(self, choices=choices, scoring=scoring)


@dataclass(frozen=True, slots=True)
class Marking:
    """What a paper earned: points at each place, their sum, the most there was, right and answered questions.

    ``pending`` are the places that a person has to mark; they count as 0 and not right until then.
    """

    points_by_place: tuple[int, ...]
    total: int
    maximum: int
    correct: int
    answered: int
    counting: int
    pending: tuple[int, ...] = ()

    @property
    def perfect(self) -> bool:
        """Every question that counts is right, and there was at least one."""
        return bool(self.counting) and self.correct == self.counting


def share(key: Key, order: Sequence[int], answer: str) -> Fraction:
    """The share of the question's worth, 0 to 1, that a kept answer earns; ``order`` as the paper shows it.

    >>> key = Key(Kind.SINGLE, (Choice("Huế"), Choice("Hà Nội", correct=True)))
    >>> share(key, (1, 0), "A"), share(key, (1, 0), "B")
    (Fraction(1, 1), Fraction(0, 1))
    >>> share(Key(Kind.NUMBER, answers=(Answer("3.14", tolerance="0.01"),)), (), "3,15")
    Fraction(1, 1)
    """
    if key.credit:
        return _ALL
    if not answer or key.kind in BY_HAND:
        return _NOTHING
    if key.kind in LETTERED:
        chosen = chosen_options(order, answer)
        return _ALL if chosen in key.alternatives else _options(key, chosen)
    if key.kind is Kind.STATEMENTS:
        return _of_rows(key, _right_statements(key, order, answer), len(order))
    if key.kind is Kind.ORDER:
        right = sum(sign == str(index + 1) for sign, index in zip(answer, order, strict=False))
        return _of_rows(key, right, len(order))
    if key.kind is Kind.MATCH:
        lefts = [choice for choice in key.choices if choice.text]
        return _of_rows(key, _right_pairs(key, lefts, order, answer), len(lefts))
    if key.kind is Kind.NUMBER:
        return _number(key, answer)
    return _short(key, answer)


def chosen_options(order: Sequence[int], letters: str) -> frozenset[int]:
    """The options behind the letters as shown; a letter that was not shown becomes one that never matches.

    >>> sorted(chosen_options((2, 0, 1), "AC")), sorted(chosen_options((1, 0), "D"))
    ([1, 2], [-1])
    """
    places = (LETTERS.find(letter) for letter in letters.upper() if not letter.isspace())
    return frozenset(order[place] if 0 <= place < len(order) else -1 for place in places)


def _options(key: Key, chosen: frozenset[int]) -> Fraction:
    right = key.keys
    if -1 in chosen or not chosen:
        return _NOTHING
    if key.scoring is Scoring.WEIGHTS:
        found = shares(_Draft("", key.choices, key.kind, scoring=key.scoring))
        return min(_ALL, max(_NOTHING, sum((found[index] for index in chosen), _NOTHING)))
    if key.kind is not Kind.MULTIPLE:
        return Fraction(len(chosen) == 1 and chosen <= right)
    hits, misses = len(chosen & right), len(chosen - right)
    if key.scoring is Scoring.PARTIAL:
        return Fraction(0 if misses else hits, len(right) or 1)
    if key.scoring is Scoring.RIGHT_MINUS_WRONG:
        return Fraction(max(0, hits - misses), len(right) or 1)
    return Fraction(chosen == right)


def _right_statements(key: Key, order: Sequence[int], answer: str) -> int:
    return sum(sign == ("T" if key.choices[index].correct else "F") for sign, index in zip(answer, order, strict=False))


def _right_pairs(key: Key, lefts: Sequence[Choice], order: Sequence[int], answer: str) -> int:
    sides = right_sides(key.choices, order)
    return sum(
        sign != NONE and 0 <= (place := LETTERS.find(sign)) < len(sides) and sides[place] == choice.match
        for sign, choice in zip(answer, lefts, strict=False)
    )


def _of_rows(key: Key, right: int, rows: int) -> Fraction:
    if key.scoring is Scoring.STEPS and rows == len(STEPS) - 1:
        return STEPS[right]
    if key.scoring is Scoring.PARTIAL:
        return Fraction(right, rows or 1)
    return Fraction(right == rows and rows > 0)


def number_of(text: str) -> Decimal | None:
    """A number as people type it: blanks left out, comma or point for decimals, dots between thousands.

    >>> [str(number_of(text)) for text in ("1 234", "1.234.567", "-2,50", "3.14", "1.234,5", "ba")]
    ['1234', '1234567', '-2.50', '3.14', '1234.5', 'None']
    """
    plain = "".join(text.split()).replace("\u2212", "-").removeprefix("+")
    if "," in plain and "." in plain:
        thousands = "." if plain.rfind(",") > plain.rfind(".") else ","
        plain = plain.replace(thousands, "")
    for sign in ",.":
        if plain.count(sign) > 1:
            plain = plain.replace(sign, "")
    plain = plain.replace(",", ".")
    if not plain.isascii() or not plain.removeprefix("-").replace(".", "", 1).isdigit():
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _number(key: Key, answer: str) -> Fraction:
    given = number_of(answer)
    if given is None:
        return _NOTHING
    near = (a.points for a in key.answers if abs(given - Decimal(a.text)) <= Decimal(a.tolerance))
    return max(near, default=_NOTHING)


def _short(key: Key, answer: str) -> Fraction:
    return max((a.points for a in key.answers if _matches(key, a, answer)), default=_NOTHING)


def _matches(key: Key, expected: Answer, answer: str) -> bool:
    """Whether a typed answer is the expected one: blanks, outer punctuation and, unless asked for, case and marks
    apart. A pattern sees the answer as typed, and without marks where those are not asked for."""
    if not expected.pattern:
        return _plain(key, answer) == _plain(key, expected.text)
    options = re2.Options()
    options.case_sensitive = key.case
    options.log_errors = False
    forms = {answer, answer if key.exact else _unmarked(answer)}
    pattern = re2.compile(expected.text, options)
    return any(pattern.fullmatch(form) for form in forms)


def _plain(key: Key, text: str) -> str:
    words = " ".join(text.split()).strip(" .,;:!?\"'“”")
    words = words if key.exact else _unmarked(words)
    return words if key.case else words.lower()


def _unmarked(text: str) -> str:
    """The text without diacritics, its case kept."""
    return "".join(fold(char).upper() if char.isupper() else fold(char) or char for char in text)


def parts(key: Key) -> int:
    """Into how many equal shares the points of a question may be divided: worth that many points, none is lost.

    >>> pair = (Choice("a", correct=True), Choice("b", correct=True), Choice("c"))
    >>> parts(Key(Kind.MULTIPLE, pair)), parts(Key(Kind.MULTIPLE, pair, scoring=Scoring.PARTIAL))
    (1, 2)
    """
    if key.scoring is Scoring.STEPS:
        return math.lcm(*(step.denominator for step in STEPS))
    if key.answers:
        return math.lcm(*(answer.points.denominator for answer in key.answers))
    if key.scoring is Scoring.ALL:
        return 1
    found = shares(_Draft("", key.choices, key.kind, scoring=key.scoring))
    return math.lcm(*(share.denominator for share in found))


def earned(worth: int, part: Fraction) -> int:
    """Whole points for a share of a question's worth, rounded down."""
    return worth * part.numerator // part.denominator


def mark(items: Sequence[PaperItem], keys: Mapping[int, Key], answers: Mapping[int, str]) -> Marking:
    """Mark a paper.

    ``keys`` are by version; ``answers`` maps a place (from 1) to the answer as it is kept. Places that the paper does
    not have are ignored; an empty answer counts as none.

    >>> pair = (Choice("a", correct=True), Choice("b"))
    >>> keys = {7: Key(Kind.SINGLE, pair), 8: Key(Kind.MULTIPLE, (*pair, Choice("c", correct=True)))}
    >>> paper = (PaperItem(7, (1, 0)), PaperItem(8, (0, 1, 2), points=2))
    >>> marking = mark(paper, keys, {1: "B", 2: "AB"})
    >>> marking.points_by_place, marking.total, marking.maximum, marking.correct, marking.answered
    ((1, 0), 1, 3, 1, 2)
    """
    points, correct, answered, maximum, counting = [], 0, 0, 0, 0
    pending = []
    for place, item in enumerate(items, start=1):
        key, answer = keys[item.version_id], answers.get(place, "")
        answered += is_complete(answer, key.shape)
        if key.dropped:
            points.append(0)
            continue
        part = share(key, item.order, answer)
        points.append(earned(item.points, part))
        maximum += item.points
        counting += 1
        correct += part == 1
        if key.kind in BY_HAND and answer and not key.credit:
            pending.append(place)
    return Marking(tuple(points), sum(points), maximum, correct, answered, counting, tuple(pending))
