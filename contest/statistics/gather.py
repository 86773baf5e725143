"""From attempts as they are stored to a few numbers for each question drawn, as many attempts as there may be."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from questions.analysis import Floats, Marks
from questions.answers import NONE, right_sides
from questions.rules import BY_HAND, LETTERED, LETTERS, TYPED, Choice, Kind

#: Set in ``chosen`` when anything was answered; the bits below it are options or rows.
ANSWERED = 1 << 14
#: Different typed answers remembered of a question; when there are more, those given once are forgotten.
MAX_TYPED = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """What gathering needs of a version. ``dropped``: the question counts for nobody in this round."""

    kind: Kind
    choices: tuple[Choice, ...]
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """All measured attempts of a round. Entries are question by question, as in :class:`Marks`."""

    versions: list[int]
    marks: Marks
    worth: NDArray[np.int32]
    chosen: NDArray[np.int16]
    #: The most each attempt could earn.
    best: Floats
    #: Whether the attempt is its person's first.
    first: NDArray[np.bool_]
    #: What was typed: by version the answers with how often.
    typed: dict[int, Counter[str]]
    #: Attempts of any state that had each version.
    drawn: Counter[int]


@dataclass(slots=True)
class Gatherer:
    """Takes attempts in one by one; keeps 14 bytes for each question of each."""

    asked: dict[int, Asked] = field(default_factory=dict)
    drawn: Counter[int] = field(default_factory=Counter)
    _places: dict[int, int] = field(default_factory=dict)
    _typed: dict[int, Counter[str]] = field(default_factory=dict)
    _question: array = field(default_factory=lambda: array("i"))
    _mark: array = field(default_factory=lambda: array("i"))
    _worth: array = field(default_factory=lambda: array("i"))
    _chosen: array = field(default_factory=lambda: array("h"))
    _lengths: array = field(default_factory=lambda: array("i"))
    _first: array = field(default_factory=lambda: array("b"))

    def see(self, paper: Sequence[Any]) -> None:
        """An attempt that is only counted as having had its questions."""
        self.drawn.update(row[0] for row in paper)

    def add(
        self, paper: Sequence[Any], answers: Mapping[str, str], marks: Sequence[int], *, first: bool, pending: bool
    ) -> None:
        """A closed attempt; ``pending``: a person still has to mark its essays, which are then left out."""
        self.see(paper)
        size = 0
        for place, ((version_id, order, worth), mark) in enumerate(zip(paper, marks, strict=False), 1):
            asked = self.asked[version_id]
            if asked.dropped or (pending and asked.kind in BY_HAND):
                continue
            answer = answers.get(str(place), "")
            self._question.append(self._places.setdefault(version_id, len(self._places)))
            self._mark.append(mark or 0)
            self._worth.append(worth)
            self._chosen.append(bits(asked, order, answer) if answer else 0)
            size += 1
            if answer and asked.kind in TYPED and asked.kind not in BY_HAND:
                self._remember(version_id, answer)
        if size:
            self._lengths.append(size)
            self._first.append(first)

    def _remember(self, version_id: int, answer: str) -> None:
        known = self._typed.setdefault(version_id, Counter())
        known[answer] += 1
        if len(known) > MAX_TYPED:
            self._typed[version_id] = Counter({text: count for text, count in known.items() if count > 1})

    def finish(self) -> Gathered:
        """Everything that was taken in, sorted by question. Lets go of it here: there may be millions of entries."""
        lengths = np.array(self._lengths, dtype=np.int32)
        attempt = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        worth = _taken(self._worth, np.int32)
        best = np.bincount(attempt, weights=worth, minlength=len(lengths))
        question, mark = _taken(self._question, np.int32), _taken(self._mark, np.int32)
        marks, order = Marks.of(attempt, question, mark, len(lengths), len(self._places))
        del attempt, question, mark
        return Gathered(
            versions=list(self._places),
            marks=marks,
            worth=worth[order],
            chosen=_taken(self._chosen, np.int16)[order],
            best=best,
            first=np.array(self._first, dtype=bool),
            typed=self._typed,
            drawn=self.drawn,
        )


def _taken(part: array, kind: type) -> NDArray[Any]:
    """The numbers of an array, which is empty from then on."""
    found = np.array(part, dtype=kind)
    del part[:]
    return found


def bits(asked: Asked, order: Sequence[int], answer: str) -> int:
    """An answer as bits in the author's order: options chosen, statements called true, rows and pairs got right.

    >>> asked = Asked(Kind.MULTIPLE, (Choice("a"), Choice("b"), Choice("c")))
    >>> bin(bits(asked, (2, 0, 1), "AC") - ANSWERED)
    '0b110'
    """
    if asked.kind in LETTERED:
        found = ANSWERED
        for letter in answer:
            place = LETTERS.find(letter)
            if 0 <= place < len(order):
                found |= 1 << order[place]
        return found
    if asked.kind is Kind.STATEMENTS:
        return _sum(index for sign, index in zip(answer, order, strict=False) if sign == "T")
    if asked.kind is Kind.ORDER:
        return _sum(index for sign, index in zip(answer, order, strict=False) if sign == str(index + 1))
    if asked.kind is Kind.MATCH:
        sides = right_sides(asked.choices, order)
        lefts = [index for index, choice in enumerate(asked.choices) if choice.text]
        return _sum(
            index
            for sign, index in zip(answer, lefts, strict=False)
            if sign != NONE
            and (place := LETTERS.find(sign)) < len(sides)
            and sides[place] == asked.choices[index].match
        )
    return ANSWERED


def _sum(indexes: Any) -> int:
    return ANSWERED | sum(1 << index for index in indexes)
