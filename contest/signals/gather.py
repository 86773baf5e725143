"""From the closed attempts of a round to narrow tables: 60 bytes for an attempt, 8 for each wrong answer."""

import re
from array import array
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from questions.answers import NONE, right_sides
from questions.rules import BY_HAND, LETTERED, LETTERS, Choice, Kind

Ints = NDArray[np.int64]

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is needed of a question version: how it is answered, and how many words a participant reads."""

    kind: Kind
    choices: tuple[Choice, ...]
    words: int

    @classmethod
    def of(cls, kind: Kind, choices: tuple[Choice, ...], stem: str) -> "Asked":
        """A written word of Vietnamese is a syllable, parted by spaces. Shared passages do not count: few read them."""
        options = (text for choice in choices for text in (choice.text, choice.match or ""))
        return cls(kind, choices, sum(len(_WORD.findall(text)) for text in (stem, *options)))


@dataclass(frozen=True, slots=True)
class Sat:
    """A closed attempt as it is read from the database; times in seconds since the epoch."""

    id: int
    person: int
    union: int | None
    device: str | None
    network: str | None
    started: float
    ended: float
    elapsed_ms: int
    score: int
    most: int
    paper: Sequence[Any]
    answers: Mapping[str, str]
    marks: Sequence[int]


@dataclass(frozen=True, slots=True)
class Table:
    """All closed attempts of a round, column by column, and their wrong answers in the order of the attempts.

    ``device``, ``network`` and ``union`` are codes from 0, -1 where nothing is known. ``wrong_of`` holds the row of
    the attempt, ``wrong`` the code of the answer; ``question_of`` the question of each code. ``papers`` holds the
    questions of the first attempt, then those of the second and so on; ``drawn`` how many attempts had each question.
    """

    id: Ints
    person: Ints
    union: Ints
    device: Ints
    network: Ints
    started: NDArray[np.float64]
    ended: NDArray[np.float64]
    elapsed_ms: Ints
    score: Ints
    most: Ints
    questions: Ints
    words: Ints
    wrong_of: NDArray[np.int32]
    wrong: NDArray[np.int32]
    question_of: NDArray[np.int32]
    papers: NDArray[np.int32]
    drawn: Ints
    devices: Sequence[str]
    networks: Sequence[str]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(slots=True)
class Gatherer:
    """Takes attempts in one by one. ``asked`` must know every version of their papers."""

    asked: dict[int, Asked] = field(default_factory=dict)
    _columns: dict[str, array] = field(
        default_factory=lambda: {
            name: array("d" if name in ("started", "ended") else "q") for name in (*_PLAIN, "questions", "words")
        }
    )
    _codes: dict[str, dict[Hashable, int]] = field(default_factory=lambda: {name: {} for name in _CODED})
    _wrong: dict[tuple[int, Hashable], int] = field(default_factory=dict)
    _question: array = field(default_factory=lambda: array("i"))
    _wrong_of: array = field(default_factory=lambda: array("i"))
    _wrong_code: array = field(default_factory=lambda: array("i"))
    _places: dict[int, int] = field(default_factory=dict)
    _paper: array = field(default_factory=lambda: array("i"))

    def add(self, sat: Sat) -> None:
        """Take in a closed attempt."""
        columns, row = self._columns, len(self._columns["id"])
        for name in _PLAIN:
            value = getattr(sat, name)
            if name in _CODED:
                codes = self._codes[name]
                value = -1 if value is None else codes.setdefault(value, len(codes))
            columns[name].append(value)
        words = 0
        for place, ((version_id, order, worth), mark) in enumerate(zip(sat.paper, sat.marks, strict=False), 1):
            asked = self.asked[version_id]
            words += asked.words
            question = self._places.setdefault(version_id, len(self._places))
            self._paper.append(question)
            answer = sat.answers.get(str(place), "") if (mark or 0) < worth else ""
            if answer and asked.kind not in BY_HAND:
                self._wrong_of.append(row)
                self._wrong_code.append(self._code(question, chosen(asked, order, answer)))
        columns["questions"].append(len(sat.paper))
        columns["words"].append(words)

    def _code(self, question: int, answer: Hashable) -> int:
        code = self._wrong.setdefault((question, answer), len(self._wrong))
        if code == len(self._question):
            self._question.append(question)
        return code

    def finish(self) -> Table:
        """Everything that was taken in."""
        plain = {name: np.array(column) for name, column in self._columns.items()}
        paper = np.array(self._paper, dtype=np.int32)
        return Table(
            **plain,
            wrong_of=np.array(self._wrong_of, dtype=np.int32),
            wrong=np.array(self._wrong_code, dtype=np.int32),
            question_of=np.array(self._question, dtype=np.int32),
            papers=paper,
            drawn=np.bincount(paper, minlength=len(self._places)),
            devices=list(self._codes["device"]),
            networks=list(self._codes["network"]),
        )


_PLAIN = ("id", "person", "union", "device", "network", "started", "ended", "elapsed_ms", "score", "most")
_CODED = ("union", "device", "network")


def chosen(asked: Asked, order: Sequence[int], answer: str) -> Hashable:
    """An answer as the author would name it, whatever order it was shown in; what was typed, without case or spaces.

    >>> pair = Asked(Kind.MULTIPLE, (Choice("a"), Choice("b"), Choice("c")), 3)
    >>> chosen(pair, (2, 0, 1), "AC") == chosen(pair, (1, 2, 0), "AB")
    True
    """
    if asked.kind in LETTERED:
        found = 0
        for letter in answer:
            place = LETTERS.find(letter)
            if 0 <= place < len(order):
                found |= 1 << order[place]
        return found
    if asked.kind in (Kind.STATEMENTS, Kind.ORDER):
        signs = dict(zip(order, answer, strict=False))
        return "".join(signs.get(row, NONE) for row in range(len(asked.choices)))
    if asked.kind is Kind.MATCH:
        sides = right_sides(asked.choices, order)
        return tuple(
            sides[place] if sign != NONE and (place := LETTERS.find(sign)) < len(sides) else NONE for sign in answer
        )
    return "".join(answer.split()).casefold()
