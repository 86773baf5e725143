"""Interactions of QTI 2.x and 3.0 that are answered by typing: words, numbers, essays."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from questions.formats.qti_expressions import rounded_to, tolerances
from questions.formats.qti_items import BLANK, Item
from questions.formats.qti_program import Declaration
from questions.formats.qti_score import share
from questions.formats.qti_xml import Element
from questions.messages import N_, message
from questions.rules import Answer, Kind, clean

_TESTS = frozenset({"equal", "equalRounded", "match", "stringMatch", "substring", "patternMatch"})
#: TAO limits words by a pattern of this kind.
_WORDS = re.compile(r"\{(\d{1,4}),(\d{1,4})\}\$?\)?\$?$")
#: Something nobody answers; shows what is said to wrong answers.
_NONSENSE = "\u2063\u2063"
_MAX_LITERALS = 60
_DIGITS = re.compile(r"\s*[-+]?\.?\d")


def text_entry(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """textEntryInteraction: a word or a number in a sentence."""
    name = interaction.get("responseIdentifier") or ""
    response = item.program.responses.get(name) or Declaration(name, base="string")
    reads = _number if response.base in ("integer", "float") else _short
    return {**reads(item, response, feedback), "put": BLANK}


def extended_text(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """extendedTextInteraction: an essay; what is declared right helps those who mark."""
    name = interaction.get("responseIdentifier") or ""
    response = item.program.responses.get(name) or Declaration(name, base="string")
    item.feedback(feedback, [])
    low, high = _word_limits(interaction.get("patternMask") or "")
    notes = [_escaped(str(value)) for value in _declared(response) if value]
    return {"kind": Kind.ESSAY, "min_words": low, "max_words": high, "notes": notes}


def _word_limits(mask: str) -> tuple[int | None, int | None]:
    """The limits in a pattern that counts words.

    >>> _word_limits(r"^(?:(?:[^\\s\\:\\!]+)[\\s\\:\\!]*){0,150}$"), _word_limits("[a-z]{2,5}")
    ((None, 150), (None, None))
    """
    found = _WORDS.search(mask)
    if not found or r"\s" not in mask:
        return None, None
    low, high = int(found[1]), int(found[2])
    return low or None, high or None


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _short(item: Item, response: Declaration, feedback: Sequence[Element]) -> Mapping[str, Any]:
    patterns = [e for e in item.root.iter("patternMatch") if _is_about(e, response)]
    literals = list(dict.fromkeys(_literals(item, response)))[:_MAX_LITERALS]
    tries = item.tried(response.identifier, [*literals, _NONSENSE])
    if not tries:
        tries = [(1.0, {})] * len(literals) + [(0.0, {})]
    said = item.feedback(feedback, [outcomes for _, outcomes in tries])
    scores = [score for score, _ in tries[:-1]]
    by_pattern = [_points_behind(item, e) for e in patterns]
    best = max([*scores, *by_pattern], default=0)
    item.explain(said[-1] if said else "")
    answers = [
        Answer(clean(text), share(score / best), feedback=item.texts.of(own))
        for text, score, own in zip(literals, scores, said, strict=False)
        if best > 0 and score > 0
    ]
    answers += [
        Answer(pattern.get("pattern") or "", share(score / best), pattern=True)
        for pattern, score in zip(patterns, by_pattern, strict=True)
        if best > 0
    ]
    _refuse_substrings(item, response)
    case = _minds_case(item, response, literals, scores)
    return {"kind": Kind.SHORT, "answers": tuple(answers), "exact": True, "case": case}


def _refuse_substrings(item: Item, response: Declaration) -> None:
    """An answer that only has to contain something is not one of ours."""
    parts = [e for e in item.root.iter("substring", "stringMatch") if _is_about(e, response)]
    if any(e.tag == "substring" or e.get("substring") == "true" for e in parts):
        item.faults.append(
            message(N_("Câu chấp nhận mọi câu trả lời có chứa một đoạn chữ (substring); cách chấm này chưa nhập được."))
        )


def _minds_case(item: Item, response: Declaration, literals: Sequence[str], scores: Sequence[float]) -> bool:
    """Whether an answer in the other case gives less."""
    given = zip(literals, scores, strict=False)
    told = [(text, score) for text, score in given if text.swapcase() != text and score > 0]
    swapped = item.tried(response.identifier, [text.swapcase() for text, _ in told])
    return any(other < score for (_, score), (other, _) in zip(told, swapped, strict=False))


def _is_about(test: Element, response: Declaration) -> bool:
    return any(e.get("identifier") == response.identifier for e in test.iter("variable"))


def _literals(item: Item, response: Declaration) -> Iterator[str]:
    """Texts that an answer is compared with, in the order of the file."""
    yield from (str(value) for value in _declared(response) if value not in (None, ""))
    yield from (str(key) for key in response.keys if key != "")
    for test in item.root.iter("match", "stringMatch", "member", "contains"):
        if _is_about(test, response):
            yield from (text for e in test.iter("baseValue") if (text := "".join(e.itertext()).strip()))


def _declared(response: Declaration) -> tuple[Any, ...]:
    """All values that are declared right."""
    return response.correct if isinstance(response.correct, tuple) else (response.correct, *response.others)


def _points_behind(item: Item, test: Element) -> float:
    """What a condition gives when it holds: the first points set behind it."""
    for parent in test.iterancestors("responseIf", "responseElseIf"):
        for outcome in parent.iter("setOutcomeValue"):
            value = outcome.find("baseValue")
            if outcome.get("identifier") == item.program.score_name and value is not None:
                try:
                    return max(float("".join(value.itertext())), 0.0)
                except ValueError:
                    return 1.0
    return 1.0


def _number(item: Item, response: Declaration, feedback: Sequence[Element]) -> Mapping[str, Any]:
    found = list(dict.fromkeys(_ranges(item, response)))[:_MAX_LITERALS]
    tries = item.tried(response.identifier, [float(value) for value, _ in found] + [1e14])
    if not tries:
        tries = [(1.0, {})] * len(found) + [(0.0, {})]
    said = item.feedback(feedback, [outcomes for _, outcomes in tries])
    item.explain(said[-1] if said else "")
    best = max((score for score, _ in tries[:-1]), default=0)
    answers = [
        Answer(plain_number(value), share(score / best), plain_number(off), feedback=item.texts.of(own))
        for (value, off), (score, _), own in zip(found, tries, said, strict=False)
        if best > 0 and score > 0
    ]
    return {"kind": Kind.NUMBER, "answers": tuple(widest(answers))}


def widest(answers: Sequence[Answer]) -> Iterator[Answer]:
    """Without the answers that another one with at least as many points takes in."""
    for index, one in enumerate(answers):
        low, high = _ends(one)
        if not any(
            (_ends(other)[0] <= low and high <= _ends(other)[1])
            and (_ends(other) != (low, high) or at < index)
            and other.points >= one.points
            and replace(other, text="", tolerance="") == replace(one, text="", tolerance="", points=other.points)
            for at, other in enumerate(answers)
            if at != index
        ):
            yield one


def _ends(answer: Answer) -> tuple[Fraction, Fraction]:
    value, off = Fraction(answer.text), Fraction(answer.tolerance)
    return value - off, value + off


def _ranges(item: Item, response: Declaration) -> Iterator[tuple[Decimal, Decimal]]:
    """Numbers that an answer is compared with and how far off still counts, in the order of the file."""
    declared = [value for value in _declared(response) if isinstance(value, float)]
    for test in item.root.iter("equal", "equalRounded", "match", "and"):
        if not _is_about(test, response):
            continue
        if test.tag == "and":
            yield from _between(test)
            continue
        values = [_decimal(e) for e in test.iter("baseValue")]
        if any(e.get("identifier") == response.identifier for e in test.iter("correct")):
            values += map(_exact, declared)
        for value in values:
            if value is not None:
                yield _around(test, value)
    yield from ((_exact(key), Decimal(0)) for key in response.keys if isinstance(key, float))
    yield from ((_exact(value), Decimal(0)) for value in declared)


def _between(test: Element) -> Iterator[tuple[Decimal, Decimal]]:
    """Middle and half of a range: an ``and`` of not less than and not more than."""
    low = high = None
    for part in test:
        value = next((_decimal(e) for e in part.iter("baseValue")), None)
        first = part[0].tag == "variable" if len(part) else False
        if part.tag in ("gt", "gte", "lt", "lte") and value is not None:
            if (part.tag in ("gt", "gte")) == first:
                low = value
            else:
                high = value
    if low is not None and high is not None and low <= high:
        yield (low + high) / 2, (high - low) / 2


def _around(test: Element, value: Decimal) -> tuple[Decimal, Decimal]:
    if test.tag == "equalRounded":
        places = rounded_to(test)
        if (test.get("roundingMode") or "significantFigures") != "decimalPlaces" and value:
            places -= math.floor(math.log10(abs(value))) + 1
        return value, Decimal(5).scaleb(-places - 1)
    if test.tag != "equal" or (test.get("toleranceMode") or "exact") == "exact":
        return value, Decimal(0)
    below, above = (_exact(off) for off in tolerances(test))
    if test.get("toleranceMode") == "relative":
        below, above = abs(value) * below / 100, abs(value) * above / 100
    return value + (above - below) / 2, (above + below) / 2


def _decimal(element: Element) -> Decimal | None:
    return number("".join(element.itertext()))


def number(text: str) -> Decimal | None:
    """A number as QTI files write it, also in powers of ten; None for other texts and for what is out of reach.

    >>> number(" 1.50E2 "), number("+3"), number("1,5"), number("inf")
    (Decimal('150'), Decimal('3'), None, None)
    """
    if not _DIGITS.match(text):
        return None
    try:
        value = Decimal(text.strip())
    except (InvalidOperation, ValueError):
        return None
    if not value.is_finite() or abs(value) >= 10**15 or (value and abs(value) < Decimal("1e-12")):
        return None
    return value.normalize() + 0 if value.as_tuple().exponent < 0 else value.quantize(Decimal(1))


def _exact(value: float) -> Decimal:
    """The decimal that was written."""
    return number(repr(value)) or Decimal(0)


def plain_number(value: Decimal) -> str:
    """
    >>> plain_number(Decimal("3.1400")), plain_number(Decimal("1E+2")), plain_number(Decimal(0))
    ('3.14', '100', '0')
    """
    text = format(round(value, 10), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
