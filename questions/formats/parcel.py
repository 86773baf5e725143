"""What a reader found, as bytes that another process can take up: questions of a large file are read only once."""

import json
import zlib
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from questions.messages import Message
from questions.rules import Answer, Choice, Difficulty, Draft, Fault, Kind, Markup, ReadResult, Scoring

_ENUMS = {"kind": Kind, "markup": Markup, "scoring": Scoring, "difficulty": Difficulty}


def pack(result: ReadResult) -> bytes:
    """Everything but the pictures, which are kept beside it."""
    data = {
        "questions": [_plain(draft) for draft in result.questions],
        "faults": [_plain(fault) for fault in result.faults],
        "notes": [_plain(fault) for fault in result.notes],
    }
    return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> ReadResult:
    """The way back.

    >>> result = ReadResult((Draft("Gì?", (Choice("a", True, points=Fraction(1, 3)),), tags=("x",)),))
    >>> unpack(pack(result)) == result
    True
    """
    found = json.loads(zlib.decompress(data))
    return ReadResult(
        tuple(_draft(row) for row in found["questions"]),
        tuple(_fault(row) for row in found["faults"]),
        notes=tuple(_fault(row) for row in found["notes"]),
    )


def _plain(value: Any) -> Any:
    match value:
        case Draft() | Choice() | Answer() | Fault() | Message():
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case tuple() | list():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case Fraction():
            return str(value)
        case None | bool() | int() | str():
            return value
    return str(value)


def _draft(row: dict[str, Any]) -> Draft:
    choices = tuple(replace(Choice(**one), points=_fraction(one["points"])) for one in row.pop("choices"))
    answers = tuple(replace(Answer(**one), points=Fraction(one["points"])) for one in row.pop("answers"))
    named = {name: kind(row.pop(name)) for name, kind in _ENUMS.items()}
    return Draft(**{**row, **named, "choices": choices, "answers": answers, "tags": tuple(row["tags"])})


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _fault(row: dict[str, Any]) -> Fault:
    return Fault(_message(row["message"]), row["row"], row["question"])


def _message(row: dict[str, Any]) -> Message:
    params = {name: _message(one) if isinstance(one, dict) else one for name, one in row["params"].items()}
    return Message(row["text"], params)
