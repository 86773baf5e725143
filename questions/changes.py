"""What differs between two forms of a question, word by word and in words; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from questions.messages import N_, Message, message
from questions.rules import (
    DIFFICULTY_NAMES,
    KIND_NAMES,
    LETTERED,
    LETTERS,
    SCORING_NAMES,
    Answer,
    Choice,
    Draft,
    Kind,
    Markup,
    Scoring,
)

#: Longer texts are compared line by line: the work grows with the product of the lengths.
MAX_TOKENS = 3000
MARKUP_NAMES = {Markup.PLAIN: N_("chữ thường"), Markup.MARKDOWN: N_("Markdown")}
_TEXTS = (
    ("title", N_("Tên câu")),
    ("passage", N_("Đoạn văn chung")),
    ("stem", N_("Nội dung")),
    ("explanation", N_("Lời giải")),
    ("source", N_("Nguồn")),
    ("guide", N_("Hướng dẫn chấm")),
)
_YES = N_("có")
_NO = N_("không")


class Edit(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    edit: Edit
    text: str | Message


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed: its name, and the words before and after as pieces."""

    name: Message
    pieces: tuple[Piece, ...]


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The words of both texts in one row, each run once: what went before what came.

    >>> [(piece.edit.value, piece.text) for piece in word_diff("Điều 13 Luật cũ", "Điều 14 Luật cũ")]
    [('same', 'Điều '), ('gone', '13'), ('new', '14'), ('same', ' Luật cũ')]
    """
    before, after = re.findall(r"\w+|\s+|[^\w\s]", old), re.findall(r"\w+|\s+|[^\w\s]", new)
    if len(before) > MAX_TOKENS or len(after) > MAX_TOKENS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Edit.SAME, "".join(before[a:b])))
            continue
        gone, came = "".join(before[a:b]), "".join(after[c:d])
        pieces += [Piece(edit, text) for edit, text in ((Edit.GONE, gone), (Edit.NEW, came)) if text]
    return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Runs apart by blanks alone are one: whole phrases went and came, not every word by itself."""
    found: list[Piece] = []
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and (
            pieces[end].edit is not Edit.SAME or (end > at and not str(pieces[end].text).strip())
        ):
            end += 1
        run = pieces[at:end]
        if run and run[-1].edit is Edit.SAME:
            run, end = run[:-1], end - 1
        if not run:
            found.append(pieces[at])
            at += 1
            continue
        for edit in (Edit.GONE, Edit.NEW):
            text = "".join(str(piece.text) for piece in run if piece.edit in (edit, Edit.SAME))
            if text:
                found.append(Piece(edit, text))
        at = end
    return tuple(found)


def changes(old: Draft, new: Draft) -> list[Line]:
    """Everything that changed from one form of a question to another, the key first."""
    return [
        *_key_lines(old, new),
        *_text_lines(old, new),
        *_choice_lines(old, new),
        *_answer_lines(old, new),
        *_value_lines(old, new),
    ]


def _swap(name: Message, before: str | Message, after: str | Message) -> Line:
    pieces = [Piece(edit, text) for edit, text in ((Edit.GONE, before), (Edit.NEW, after)) if text]
    return Line(name, tuple(pieces))


def _letters(draft: Draft) -> str:
    return ", ".join(LETTERS[n] for n, choice in enumerate(draft.choices[: len(LETTERS)]) if choice.correct)


def _key_lines(old: Draft, new: Draft) -> Iterator[Line]:
    """The key as people say it: "B → C"; for statements each truth that turned."""
    if {old.kind, new.kind} <= {Kind.SINGLE, Kind.MULTIPLE} and _letters(old) != _letters(new):
        yield _swap(Message(N_("Đáp án")), _letters(old) or "–", _letters(new) or "–")
    elif old.kind is new.kind is Kind.TRUEFALSE and _letters(old) != _letters(new):
        yield _swap(Message(N_("Đáp án")), _truth(old.choices[:1]), _truth(new.choices[:1]))
    elif old.kind is new.kind is Kind.STATEMENTS:
        for place, (one, other) in enumerate(zip(old.choices, new.choices, strict=False)):
            if one.correct != other.correct:
                name = message(N_("Đáp án mệnh đề %(letter)s"), letter=LETTERS[place].lower())
                yield _swap(name, _truth((one,)), _truth((other,)))
    elif old.kind is new.kind is Kind.ORDER:
        before, after = [c.text for c in old.choices], [c.text for c in new.choices]
        if before != after and sorted(before) == sorted(after):
            yield _swap(Message(N_("Thứ tự đúng")), " → ".join(before), " → ".join(after))


def _truth(choices: Sequence[Choice]) -> Message:
    return Message(N_("Đúng") if choices and choices[0].correct else N_("Sai"))


def _text_lines(old: Draft, new: Draft) -> Iterator[Line]:
    for field, name in _TEXTS:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Line(Message(name), word_diff(before, after))


def _choice_lines(old: Draft, new: Draft) -> Iterator[Line]:
    """Options by place; an order that alone changed is said by the key."""
    if sorted(map(_said, old.choices)) == sorted(map(_said, new.choices)) and old.kind is new.kind is Kind.ORDER:
        return
    for place, (one, other) in enumerate(zip_longest(old.choices, new.choices)):
        letter = LETTERS[place] if place < len(LETTERS) else str(place + 1)
        name = message(N_("Phương án %(letter)s"), letter=letter)
        if _said(one) != _said(other):
            yield Line(name, word_diff(_said(one), _said(other)))
        if one is None or other is None:
            continue
        if one.stays_last != other.stays_last:
            yield _swap(message(N_("Phương án %(letter)s giữ cuối"), letter=letter), *_yes_no(one.stays_last))
        if one.points != other.points:
            name = message(N_("Tỉ lệ điểm của phương án %(letter)s"), letter=letter)
            yield _swap(name, percent(one.points), percent(other.points))
        if one.feedback != other.feedback:
            name = message(N_("Nhận xét phương án %(letter)s"), letter=letter)
            yield Line(name, word_diff(one.feedback, other.feedback))


def _said(choice: Choice | None) -> str:
    if choice is None:
        return ""
    return f"{choice.text} ↔ {choice.match}" if choice.match else choice.text


def _yes_no(before: bool) -> tuple[Message, Message]:
    return Message(_YES if before else _NO), Message(_NO if before else _YES)


def percent(share: object) -> str:
    """A share as people read it.

    >>> from fractions import Fraction
    >>> percent(Fraction(1, 3)), percent(Fraction(-1, 2)), percent(None)
    ('33,33%', '-50%', '')
    """
    if share is None:
        return ""
    text = f"{float(share) * 100:.2f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
    return text.replace(".", ",") + "%"


def answer_text(answer: Answer) -> str:
    """An accepted answer in one line: "3.14 ± 0.01 (50%)"."""
    text = f"/{answer.text}/" if answer.pattern else answer.text
    text += f" ± {answer.tolerance}" if answer.tolerance != "0" else ""
    return text if answer.points == 1 else f"{text} ({percent(answer.points)})"


def _answer_lines(old: Draft, new: Draft) -> Iterator[Line]:
    before, after = [answer_text(a) for a in old.answers], [answer_text(a) for a in new.answers]
    if before != after:
        yield _swap(Message(N_("Đáp án được chấp nhận")), "; ".join(before), "; ".join(after))
    notes = [[a.feedback for a in draft.answers if a.feedback] for draft in (old, new)]
    if notes[0] != notes[1]:
        yield Line(Message(N_("Nhận xét đáp án")), word_diff("\n".join(notes[0]), "\n".join(notes[1])))


def _value_lines(old: Draft, new: Draft) -> Iterator[Line]:
    for name, before, after in (
        (N_("Loại câu"), Message(KIND_NAMES[old.kind]), Message(KIND_NAMES[new.kind])),
        (N_("Cách chấm"), scoring_name(old), scoring_name(new)),
        (N_("Cách viết"), Message(MARKUP_NAMES[old.markup]), Message(MARKUP_NAMES[new.markup])),
        (N_("Phải đúng dấu tiếng Việt"), Message(_YES if old.exact else _NO), Message(_YES if new.exact else _NO)),
        (N_("Phải đúng chữ hoa, chữ thường"), Message(_YES if old.case else _NO), Message(_YES if new.case else _NO)),
        (N_("Số từ ít nhất"), str(old.min_words or "–"), str(new.min_words or "–")),
        (N_("Số từ nhiều nhất"), str(old.max_words or "–"), str(new.max_words or "–")),
        (N_("Chủ đề"), old.topic or "–", new.topic or "–"),
        (N_("Mức độ"), Message(DIFFICULTY_NAMES[old.difficulty]), Message(DIFFICULTY_NAMES[new.difficulty])),
        (N_("Nhãn"), ", ".join(sorted(old.tags)) or "–", ", ".join(sorted(new.tags)) or "–"),
    ):
        if before != after:
            yield _swap(Message(name), before, after)


def scoring_name(draft: Draft) -> Message | str:
    """How a question is scored, in words; nothing where there is only one way."""
    if (
        draft.kind is Kind.SINGLE
        and draft.scoring is Scoring.ALL
        or draft.kind
        not in LETTERED
        | {
            Kind.STATEMENTS,
            Kind.ORDER,
            Kind.MATCH,
        }
    ):
        return ""
    return Message(SCORING_NAMES[draft.scoring].replace("%", "%%"))
