"""Whether an answer is right and how many points it gives. Whole points, no half ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from questions.draw import PaperItem
from questions.rules import LETTERS, Kind

_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Marking:
    """What a paper earned: points at each place, their sum, the most there was, right and answered questions."""

    points_by_place: tuple[int, ...]
    total: int
    maximum: int
    correct: int
    answered: int

    @property
    def perfect(self) -> bool:
        """Every question right, and there was at least one."""
        return bool(self.points_by_place) and self.correct == len(self.points_by_place)


def right(kind: Kind, keys: frozenset[int], chosen: frozenset[int]) -> bool:
    """Whether the chosen options answer the question: one of the keys for single, exactly the keys for multiple.

    >>> right(Kind.SINGLE, frozenset({1}), frozenset({1})), right(Kind.SINGLE, frozenset({1}), frozenset({1, 2}))
    (True, False)
    >>> right(Kind.MULTIPLE, frozenset({0, 2}), frozenset({0}))
    False
    """
    if kind is Kind.SINGLE:
        return len(chosen) == 1 and chosen <= keys
    return bool(chosen) and chosen == keys


def points(kind: Kind, keys: frozenset[int], chosen: frozenset[int], worth: int) -> int:
    """Points for the chosen options (indexes in the version's choices): all of ``worth``, or none."""
    return worth if right(kind, keys, chosen) else 0


def chosen_options(order: Sequence[int], letters: str) -> frozenset[int]:
    """The options behind the letters as shown; a letter that was not shown becomes one that never matches.

    >>> sorted(chosen_options((2, 0, 1), "AC")), sorted(chosen_options((1, 0), "D"))
    ([1, 2], [-1])
    """
    places = (LETTERS.find(letter) for letter in letters.upper() if not letter.isspace())
    return frozenset(order[place] if 0 <= place < len(order) else _UNKNOWN for place in places)


def mark(
    items: Sequence[PaperItem],
    keys: Mapping[int, frozenset[int]],
    kinds: Mapping[int, Kind],
    answers: Mapping[int, str],
) -> Marking:
    """Mark a paper.

    ``keys`` and ``kinds`` are by version; ``answers`` maps a place (from 1) to the letters as shown, "B" or "AC".
    Places that the paper does not have are ignored; an empty answer counts as none.

    >>> paper = (PaperItem(7, (1, 0)), PaperItem(8, (0, 1, 2), points=2))
    >>> keys, kinds = {7: frozenset({0}), 8: frozenset({0, 2})}, {7: Kind.SINGLE, 8: Kind.MULTIPLE}
    >>> mark(paper, keys, kinds, {1: "B", 2: "AB"})
    Marking(points_by_place=(1, 0), total=1, maximum=3, correct=1, answered=2)
    """
    given = [chosen_options(item.order, answers.get(place, "")) for place, item in enumerate(items, start=1)]
    hits = [right(kinds[i.version_id], keys[i.version_id], chosen) for i, chosen in zip(items, given, strict=True)]
    earned = tuple(item.points if hit else 0 for item, hit in zip(items, hits, strict=True))
    return Marking(
        points_by_place=earned,
        total=sum(earned),
        maximum=sum(item.points for item in items),
        correct=sum(hits),
        answered=sum(map(bool, given)),
    )
