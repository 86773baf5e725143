"""The part of a GIFT question between its braces: told by its signs, as Moodle's importer tells it."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import takewhile

from questions.formats.fields import short
from questions.formats.gift_blocks import show
from questions.formats.moodle import (
    MAX_PARTS,
    Unread,
    middle,
    number,
    share,
    short_answer,
    too_many_parts,
    with_shares,
)
from questions.messages import N_, Message, message
from questions.rules import TRUE_FALSE, Answer, Choice, Draft, Kind, Scoring, clean

#: Turns a text as it stands, escaped signs hidden, into one of ours.
ReadText = Callable[[str], str]
#: Is told what is not taken of a question.
Note = Callable[[Message], None]

_SIGN = re.compile("[~=]")
_WEIGHT = re.compile(r"%(-*\d{1,3}(?:\.\d*)?)%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ORDER = re.compile(r">\s*\d+")
_ORDER_WORDS = re.compile(
    "ALL|EXACT|RANDOM|REL|CONTIG(UOUS)?|H|HORI(ZONTAL)?|V|VERT(ICAL)?|ALL_OR_NOTHING|ABS(OLUTE(_POSITION)?)?"
    "|RELATIVE(_[A-Z_]+)?|LONGEST_[A-Z_]+|SHOW|TRUE|YES|HIDE|FALSE|NO|0|1|NONE|123|ABCD?|I{3,4}"
)


def answered(draft: Draft, text: str, read: ReadText, note: Note, patterns: frozenset[int]) -> Draft:
    """The question with what its braces say; raises Unread for what cannot be taken.

    ``patterns``: numbers of the accepted answers that are regular expressions.
    """
    if not text:
        return replace(draft, kind=Kind.ESSAY)
    if text.count("~") + text.count("=") + text.count("\n") > MAX_PARTS:
        raise too_many_parts()
    if text.startswith("#"):
        return _numbers(draft, text[1:], read, note)
    if _ORDER.match(text):
        return _order(draft, text, read)
    if "~" in text:
        return _choices(draft, text, read)
    if "=" in text and "->" in text:
        return _pairs(draft, text, read)
    truth, *feedback = text.split("#", 2)
    if truth.strip() in _TRUTH:
        return _truth(draft, _TRUTH[truth.strip()], [read(part) for part in feedback])
    return _short(draft, text, read, patterns)


def _parts(text: str, sign: str = "=") -> list[str]:
    """Answers behind a sign; text before the first counts as one too."""
    first, *rest = text.split(sign)
    return [first, *rest] if first.strip() else rest


def _weighted(text: str) -> tuple[Fraction | None, str]:
    """The percentage that an answer begins with, and the rest of it."""
    text = text.strip()
    found = _WEIGHT.match(text)
    weight = share(re.sub("^-+", "-", found[1])) if found else None
    return (weight, text[found.end() :]) if found and weight is not None else (None, text)


def _with_feedback(text: str, read: ReadText) -> tuple[str, str]:
    """An answer as it stands, and the feedback behind it."""
    answer, _, feedback = text.partition("#")
    return answer.strip(), read(feedback)


def _choices(draft: Draft, text: str, read: ReadText) -> Draft:
    """``=`` brings everything, ``~`` nothing unless a percentage says so; one ``=`` makes it a single choice."""
    marks = ["~" if text[0] not in "~=" else "", *_SIGN.findall(text)]
    bodies = _SIGN.split(text)
    choices = []
    weights = []
    for sign, body in zip(marks, bodies, strict=True):
        if not sign and not body.strip():
            continue
        weight, rest = _weighted(body)
        answer, feedback = _with_feedback(rest, read)
        points = weight if weight is not None else Fraction(sign == "=")
        choices.append(Choice(read(answer), points=points, feedback=feedback))
        weights.append(points if sign == "=" else Fraction(0))
    single = any(weight == 1 for weight in weights)
    return with_shares(replace(draft, choices=tuple(choices)), single)


def _pairs(draft: Draft, text: str, read: ReadText) -> Draft:
    choices = []
    for part in _parts(text):
        left, arrow, right = part.partition("->")
        if not arrow:
            raise Unread(
                message(
                    N_("Cặp “%(words)s” thiếu dấu ->. Hãy ghi mỗi cặp dạng =vế trái -> vế phải."), words=_quote(part)
                )
            )
        choices.append(Choice(read(left), match=clean(show(right))))
    return replace(draft, kind=Kind.MATCH, choices=tuple(choices), scoring=Scoring.PARTIAL)


def _truth(draft: Draft, truth: bool, feedback: list[str]) -> Draft:
    """Behind the answer stands what is said to those who miss it, then to those who find it."""
    wrong, right = [*feedback, "", ""][:2]
    choices = (
        Choice(text, (text == TRUE_FALSE[0]) == truth, feedback=right if (text == TRUE_FALSE[0]) == truth else wrong)
        for text in TRUE_FALSE
    )
    return replace(draft, kind=Kind.TRUEFALSE, choices=tuple(choices))


def _short(draft: Draft, text: str, read: ReadText, patterns: frozenset[int]) -> Draft:
    answers = []
    for place, part in enumerate(_parts(text), start=1):
        weight, rest = _weighted(part)
        answer, feedback = _with_feedback(rest, read)
        points = Fraction(1) if weight is None else weight
        words = " ".join(show(re.sub(r"^\[(html|markdown|plain|moodle)\]", "", answer)).split())
        if place in patterns:
            answers.append(Answer(clean(words), points, pattern=True, feedback=feedback))
        else:
            answers.append(short_answer(words, points, feedback))
    return replace(draft, kind=Kind.SHORT, answers=tuple(answers), exact=True)


def _numbers(draft: Draft, text: str, read: ReadText, note: Note) -> Draft:
    text, _, wrong = text.partition("~")
    if wrong.strip(" #\n"):
        note(message(N_("Nhận xét cho các số khác đáp án không giữ được nên không lấy.")))
    answers = []
    for part in _parts(text):
        weight, rest = _weighted(part)
        answer, feedback = _with_feedback(rest, read)
        value, tolerance = _number(answer)
        answers.append(Answer(value, Fraction(1) if weight is None else weight, tolerance, feedback=feedback))
    return replace(draft, kind=Kind.NUMBER, answers=tuple(answers))


def _number(text: str) -> tuple[str, str]:
    """A number with what it may be off: ``3.14``, ``3.14:0.01`` or ``3.13..3.15``."""
    text = show(text).strip()
    low, dots, high = text.partition("..")
    if dots:
        found = middle(low, high)
    else:
        value, colon, off = text.partition(":")
        both = number(value), number(off) if colon else "0"
        found = (both[0], both[1]) if both[0] is not None and both[1] is not None else None
    if found is None:
        raise Unread(
            message(
                N_("“%(words)s” không phải là số. Hãy ghi dạng 3.14, 3.14:0.01 hoặc 3.13..3.15."), words=_quote(text)
            )
        )
    return found


def _order(draft: Draft, text: str, read: ReadText) -> Draft:
    """``>`` with settings of Moodle's ordering questions, then the items in the right order, one a line."""
    first, *lines = text[1:].strip().split("\n")
    words = first.split()[1:]
    settings = list(takewhile(lambda word: _ORDER_WORDS.fullmatch(word.upper()), words))
    items = [read(item) for item in (" ".join(words[len(settings) :]), *lines) if item.strip()]
    scoring = Scoring.ALL if "ALL_OR_NOTHING" in settings else Scoring.PARTIAL
    return replace(draft, kind=Kind.ORDER, choices=tuple(Choice(item) for item in items), scoring=scoring)


def _quote(text: str) -> str:
    return short(show(text))
