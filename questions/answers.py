"""Answers as people give them and as they are kept: one text a question, whatever its kind; pure.

Kept form, by kind: options as their letters as shown, in order, "B" or "AC"; statements a sign for each row as
shown, T, F or - ("TF-T"); order the position given to each row as shown, "3142"; match the letter of the right side
given to each left side in the author's order, "BA-"; short, number and essay what was typed. An unanswered question
has no entry.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from questions.messages import N_, Message, message
from questions.rules import LETTERS, ROWED, Choice, Kind, clean

NONE = "-"
#: Longest kept answers of what is typed; an essay may be as long as its words allow.
MAX_TYPED = 200
MAX_ESSAY = 20_000
#: No paper has more questions than that many digits count; longer numbers are not even read.
MAX_PLACE_DIGITS = 4


class Unacceptable(ValueError):
    """Answers that cannot be stored; ``message`` says why and what to do. Nothing of them is kept."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer to one question of a paper may look like.

    ``rows``: what is answered one by one, for rowed kinds; ``options``: how many letters or positions there are.
    """

    kind: Kind
    options: int = 0
    rows: int = 0


def shape_of(kind: Kind, choices: Sequence[Choice]) -> Shape:
    """The shape of a question's answers."""
    if kind is Kind.MATCH:
        return Shape(kind, options=len(right_sides(choices)), rows=sum(bool(choice.text) for choice in choices))
    if kind in ROWED:
        return Shape(kind, options=len(choices), rows=len(choices))
    return Shape(kind, options=len(choices))


def right_sides(choices: Sequence[Choice], order: Sequence[int] | None = None) -> list[str]:
    """The different right sides of a match question in the order drawn: each stands where its first pair stands.

    >>> pairs = [Choice("1", match="x"), Choice("2", match="y"), Choice("3", match="x")]
    >>> right_sides(pairs, (2, 1, 0))
    ['x', 'y']
    """
    places = range(len(choices)) if order is None else order
    return list(dict.fromkeys(choices[index].match for index in places))


def clean_answers(given: Mapping[str, Iterable[str]], shapes: Sequence[Shape]) -> dict[str, str]:
    """Answers in the form they are kept, in order of place.

    ``given`` has by place what was sent: letters, the typed text, or a value for each row. Raises Unacceptable.

    >>> clean_answers({"2": ["d", "A"], "1": []}, [Shape(Kind.SINGLE, 4), Shape(Kind.MULTIPLE, 4)])
    {'2': 'AD'}
    >>> clean_answers({"1": ["T", "", "F"]}, [Shape(Kind.STATEMENTS, 3, 3)])
    {'1': 'T-F'}
    """
    kept = {}
    for place, values in given.items():
        short = place.isascii() and place.isdigit() and len(place) <= MAX_PLACE_DIGITS
        if not short or not 1 <= int(place) <= len(shapes):
            raise Unacceptable(
                message(N_("Đề thi không có câu %(place)s. Hãy tải lại trang bài thi."), place=place[:20])
            )
        number = int(place)
        answer = clean_answer(number, list(values), shapes[number - 1])
        if answer:
            kept[number] = answer
    return {str(number): kept[number] for number in sorted(kept)}


def clean_answer(place: int, values: Sequence[str], shape: Shape) -> str:
    """One answer as it is kept; empty for none. Raises Unacceptable."""
    if shape.rows:
        return _rows(place, values, shape)
    if shape.options:
        return _letters(place, values, shape)
    return _typed(place, values, shape)


def _letters(place: int, values: Sequence[str], shape: Shape) -> str:
    chosen = sorted({letter.strip().upper() for letter in values if letter.strip()})
    allowed = LETTERS[: shape.options]
    if any(len(letter) != 1 or letter not in allowed for letter in chosen):
        raise Unacceptable(
            message(
                N_("Câu %(place)s chỉ có các phương án %(letters)s. Hãy chọn lại."),
                place=place,
                letters=", ".join(allowed),
            )
        )
    if shape.kind is not Kind.MULTIPLE and len(chosen) > 1:
        raise Unacceptable(message(N_("Câu %(place)s chỉ được chọn một phương án."), place=place))
    return "".join(chosen)


def _rows(place: int, values: Sequence[str], shape: Shape) -> str:
    """One sign a row; as many as there are rows, trailing ones may be missing."""
    signs = [value.strip().upper() or NONE for value in values]
    signs += [NONE] * (shape.rows - len(signs))
    allowed = {NONE, *row_signs(shape)}
    if len(signs) > shape.rows or not allowed.issuperset(signs):
        raise Unacceptable(
            message(
                N_("Câu %(place)s có %(rows)s ý, mỗi ý chỉ nhận %(signs)s. Hãy chọn lại."),
                place=place,
                rows=shape.rows,
                signs=", ".join(row_signs(shape)),
            )
        )
    return "" if set(signs) == {NONE} else "".join(signs)


def row_signs(shape: Shape) -> str:
    """What a row may be answered with."""
    if shape.kind is Kind.STATEMENTS:
        return "TF"
    return "12345678"[: shape.options] if shape.kind is Kind.ORDER else LETTERS[: shape.options]


def _typed(place: int, values: Sequence[str], shape: Shape) -> str:
    text = clean("\n".join(values))
    limit = MAX_ESSAY if shape.kind is Kind.ESSAY else MAX_TYPED
    if len(text) > limit:
        raise Unacceptable(
            message(N_("Câu trả lời câu %(place)s dài quá %(limit)s ký tự. Hãy rút gọn."), place=place, limit=limit)
        )
    return text if shape.kind is Kind.ESSAY else " ".join(text.split())


def word_count(text: str) -> int:
    """Words as Vietnamese texts are counted: what stands between blanks and holds a letter or digit."""
    return sum(bool(re.search(r"\w", word)) for word in text.split())


def is_complete(answer: str, shape: Shape) -> bool:
    """Whether a question is answered in full: every row of a rowed kind, anything for the others."""
    return bool(answer) and not (shape.rows and NONE in answer)


def as_sent(answer: str, shape: Shape) -> list[str]:
    """A kept answer in the form in which programs send it: letters, one text, or a value for each row."""
    if shape.rows:
        return ["" if sign == NONE else sign for sign in answer.ljust(shape.rows, NONE)]
    return list(answer) if shape.options else [answer]
