"""Steps of a ranking, pure: where on the ladder a sort key stands, and how many stand above it.

A coarse step holds the people who are equal in what leads the order and has few values (``rules.step_width``). A fine
step divides it further by what follows: what has few values is taken whole, what nobody knows yet is passed over, and
of the first criterion with many values so many leading digits that a step neither holds a crowd nor stands alone.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from contest.rounds.settings import PredictionRule
from contest.standings import rules
from contest.standings.rules import Order

#: Digits that a fine step keeps behind leading zeros, of a time or a lot: in steps of 4 seconds up to some 4 hours.
KEPT_DIGITS = 3
#: Digits of times and lots that never divide: 4,096 ms.
_TIME_DIGITS = 3
#: Digits of a prediction's distance that never divide: 256 people; where a unit is a thousand, 65 of them.
_GAP_DIGITS = {PredictionRule.LOW_FIRST: 4}


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion below the coarse step: its digits from ``begin`` to ``end`` of the sort key, those before ``start``
    in the coarse step.

    ``few``: it has few values and is taken whole. Else ``most`` digits divide, and with ``kept`` only so many of
    them behind leading zeros.
    """

    begin: int
    start: int
    end: int
    few: bool
    most: int
    kept: int | None


@lru_cache(maxsize=256)
def widths(order: Order, round_number: int) -> tuple[int, tuple[Part, ...]]:
    """The width of a coarse step, and the criteria below it in their order; round 0: the whole contest."""
    coarse = rules.step_width(order, round_number)
    parts, end = [], 0
    for criterion in order.criteria_of(round_number):
        start, end = end, end + criterion.width
        if end <= coarse:
            continue
        guess = criterion.key == "prediction"
        few = criterion.key in rules.FEW_VALUES or guess and order.rule is PredictionRule.EXACT
        below = max(start, coarse)
        dropped = _GAP_DIGITS.get(order.rule, 2) if guess else _TIME_DIGITS
        parts.append(Part(start, below, end, few, max(0, end - below - dropped), None if guess else KEPT_DIGITS))
    return coarse, tuple(parts)


def coarse_step(sort_key: str, order: Order, round_number: int) -> str:
    return sort_key[: widths(order, round_number)[0]]


def fine_step(sort_key: str, order: Order, round_number: int) -> str:
    """The beginning of a sort key that names its fine step.

    Of two keys the smaller never stands on the later step, and a key's own step is the last of those that are not
    greater than it.

    >>> from contest.rounds.settings import Total
    >>> order = Order(("score", "prediction", "elapsed"), Total.SUM, PredictionRule.NEAREST)
    >>> fine_step("ffffffeb" + "f" * 16 + "0000012345", order, 1)
    'ffffffebffffffffffffffff0000012'
    >>> fine_step("ffffffeb" + "0000000000000123" + "0000012345", order, 1)
    'ffffffeb00000000000001'
    """
    for part in widths(order, round_number)[1]:
        if part.few or sort_key[part.begin : part.end].strip("f") == "":
            continue
        if part.kept is None:
            return sort_key[: part.start + part.most]
        digits = sort_key[part.start : part.end]
        zeros = len(digits) - len(digits.lstrip("0"))
        return sort_key[: part.start + min(zeros + part.kept, part.most)]
    return sort_key


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of one board from the top; ``above[i]`` people stand before step i, ``above[-1]`` are all."""

    prefixes: Sequence[str]
    above: Sequence[int]

    @property
    def total(self) -> int:
        return self.above[-1]

    def step_of(self, sort_key: str) -> tuple[str, int]:
        """The step a standing is on, and how many stand on higher ones.

        >>> Ladder(["aa", "ab", "b0"], [0, 5, 7, 8]).step_of("ab3")
        ('ab', 5)
        """
        place = max(0, bisect_right(self.prefixes, sort_key) - 1)
        return (self.prefixes[place], self.above[place]) if self.prefixes else ("", 0)

    def step_at(self, offset: int) -> tuple[str, int]:
        """The step on which the row stands that so many rows precede, and how many stand on higher ones.

        >>> ladder = Ladder(["aa", "ab", "b0"], [0, 5, 7, 8])
        >>> ladder.step_at(4), ladder.step_at(5), ladder.step_at(7)
        (('aa', 0), ('ab', 5), ('b0', 7))
        """
        if not self.prefixes:
            return "", 0
        place = min(bisect_right(self.above, offset) - 1, len(self.prefixes) - 1)
        return self.prefixes[place], self.above[place]
