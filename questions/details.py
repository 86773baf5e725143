"""Versions as JSON and back: what a question says beyond its stem, kept small by leaving out what is usual."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

from questions.rules import Answer, Choice, Draft, Markup, Scoring

#: Fields of a draft that a version keeps in its ``details``, in this order.
NAMES = ("title", "markup", "answers", "scoring", "exact", "case", "min_words", "max_words", "guide", "passage")
_USUAL = {field.name: field.default for field in fields(Draft) if field.name in NAMES}


def choice_rows(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    """Options as a version keeps them.

    >>> choice_rows([Choice("Vinh", points=Fraction(-1, 3))])[0]
    {'text': 'Vinh', 'correct': False, 'last': False, 'points': '-1/3'}
    """
    rows = []
    for choice in choices:
        row: dict[str, Any] = {"text": choice.text, "correct": choice.correct, "last": choice.stays_last}
        if choice.points is not None:
            row["points"] = str(choice.points)
        if choice.match:
            row["match"] = choice.match
        if choice.feedback:
            row["feedback"] = choice.feedback
        rows.append(row)
    return rows


def choices_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """Options from how a version keeps them."""
    return tuple(
        Choice(
            row["text"],
            row["correct"],
            row["last"],
            Fraction(row["points"]) if "points" in row else None,
            row.get("match", ""),
            row.get("feedback", ""),
        )
        for row in rows
    )


def details(draft: Draft) -> dict[str, Any]:
    """What a version keeps beside its columns: only what differs from the usual."""
    found = {name: getattr(draft, name) for name in NAMES if getattr(draft, name) != _USUAL[name]}
    if "answers" in found:
        found["answers"] = [_answer_row(answer) for answer in draft.answers]
    return {name: str(value) if name in ("markup", "scoring") else value for name, value in found.items()}


def of_details(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a draft from what a version keeps."""
    found = dict(kept)
    if "answers" in found:
        found["answers"] = tuple(Answer(**{**row, "points": Fraction(row["points"])}) for row in found["answers"])
    if "markup" in found:
        found["markup"] = Markup(found["markup"])
    if "scoring" in found:
        found["scoring"] = Scoring(found["scoring"])
    return found


def _answer_row(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "points": str(answer.points),
        "tolerance": answer.tolerance,
        "pattern": answer.pattern,
        "feedback": answer.feedback,
    }
