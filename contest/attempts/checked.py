"""An answered paper after the fact: what was answered, what was right, and why; only where the regulations allow it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from contest.attempts.papers import Wording
from contest.attempts.showing import ShownQuestion, Texts, shown_question, texts
from questions.answers import NONE, as_sent, right_sides
from questions.draw import PaperItem
from questions.marking import Key, share
from questions.rules import BY_HAND, LETTERED, LETTERS, Choice, Kind


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it was shown."""

    letter: str
    html: Markup
    chosen: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, an item or a left side as it was shown, with the sign given and the right one.

    Signs: T and F, positions, letters of right sides; for pairs the sides themselves as well.
    """

    html: Markup
    given: str
    right: str
    given_side: Markup | None = None
    right_side: Markup | None = None

    @property
    def good(self) -> bool:
        return self.given == self.right


@dataclass(frozen=True, slots=True)
class Checked:
    """A question with the answer given and the right one."""

    shown: ShownQuestion
    answer: str
    #: The answer and the right one in the form in which programs send answers.
    given: tuple[str, ...]
    right: tuple[str, ...]
    options: tuple[Option, ...]
    rows: tuple[Row, ...]
    #: Accepted answers of what is typed, patterns left out; for numbers with their tolerance.
    accepted: tuple[str, ...]
    points: int
    earned: int
    full: bool
    #: A person marks it; and has not yet done so.
    by_hand: bool
    pending: bool
    #: It counts for nobody, or everybody got its points.
    dropped: bool
    credit: bool
    explanation: Markup
    source: str

    @property
    def place(self) -> int:
        return self.shown.place

    @property
    def answered(self) -> bool:
        return bool(self.answer)


def checked(
    session: Session,
    memo: dict[str, Any],
    items: Sequence[PaperItem],
    words: Mapping[int, Wording],
    keys: Mapping[int, Key],
    answers: Mapping[str, str],
    marks: Sequence[int],
    marked: Collection[int] = (),
) -> list[Checked]:
    """A paper with its answers; ``keys`` as they stand for the round, ``marks`` the points at each place.

    ``marked``: places that people have marked.
    """
    found = texts(session, memo, words)
    passages = [words[item.version_id].passage for item in items]
    return [
        _checked(
            shown_question(place, item.order, words[item.version_id], found[item.version_id], item.points, passages),
            item,
            words[item.version_id],
            found[item.version_id],
            keys[item.version_id],
            answers.get(str(place), ""),
            earned,
            place in marked,
        )
        for place, (item, earned) in enumerate(zip(items, marks, strict=True), 1)
    ]


def _checked(
    question: ShownQuestion,
    item: PaperItem,
    words: Wording,
    own: Texts,
    key: Key,
    answer: str,
    earned: int,
    marked: bool,
) -> Checked:
    options = _options(question, item, key, answer) if key.kind in LETTERED else ()
    rows = _rows(question, item, words, key, answer) if key.shape.rows else ()
    accepted = _accepted(key)
    right = [option.letter for option in options if option.right] or [row.right for row in rows] or accepted
    return Checked(
        shown=question,
        answer=answer,
        given=tuple(as_sent(answer, key.shape)) if answer else (),
        right=tuple(right),
        options=options,
        rows=rows,
        accepted=tuple(accepted),
        points=item.points,
        earned=earned,
        full=share(key, item.order, answer) == 1 if key.kind not in BY_HAND else earned == item.points,
        by_hand=key.kind in BY_HAND,
        pending=key.kind in BY_HAND and bool(answer) and not (marked or key.credit or key.dropped),
        dropped=key.dropped,
        credit=key.credit,
        explanation=own.explanation,
        source=words.source,
    )


def _options(question: ShownQuestion, item: PaperItem, key: Key, answer: str) -> tuple[Option, ...]:
    right = key.keys.union(*key.alternatives)
    return tuple(
        Option(letter, html, letter in answer, index in right)
        for letter, html, index in zip(LETTERS, question.choices, item.order, strict=False)
    )


def _rows(question: ShownQuestion, item: PaperItem, words: Wording, key: Key, answer: str) -> tuple[Row, ...]:
    right = _right_signs(key, item.order)
    signs = ["" if sign == NONE else sign for sign in answer.ljust(len(right), NONE)]
    sides = {letter: side.html for letter, side in zip(LETTERS, question.sides, strict=False)}
    return tuple(
        Row(html, given, expected, sides.get(given), sides.get(expected))
        for html, given, expected in zip(question.choices, signs, right, strict=True)
    )


def _right_signs(key: Key, order: Sequence[int]) -> list[str]:
    if key.kind is Kind.STATEMENTS:
        return ["T" if key.choices[index].correct else "F" for index in order]
    if key.kind is Kind.ORDER:
        return [str(index + 1) for index in order]
    sides = right_sides(key.choices, order)
    return [LETTERS[sides.index(choice.match)] for choice in _lefts(key.choices)]


def _lefts(choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice.text]


def _accepted(key: Key) -> list[str]:
    best = [answer for answer in key.answers if answer.points == 1 and not answer.pattern]
    return [f"{answer.text} ± {answer.tolerance}" if answer.tolerance.strip("0.") else answer.text for answer in best]
