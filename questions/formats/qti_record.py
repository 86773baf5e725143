"""What QTI has no place for, kept beside a question in our own files, so that they come back as they were.

A record names the fields of a question that its reader would not find in the item, and carries a mark of what the
reader does find. When another program has changed the question, the mark no longer fits, and only those fields are
taken that say nothing about its texts and key.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from questions.rules import Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring

#: Fields that may be taken even where the question was changed elsewhere.
_LOOSE = ("code", "topic", "difficulty", "source", "tags")
_MARK = "mark"
_NAMES = tuple(one.name for one in fields(Draft) if one.name != "row")


def difference(draft: Draft, read: Draft) -> dict[str, Any]:
    """The record of a question of which a file alone would give ``read``; empty where that is all of it."""
    found = {name: _written(getattr(draft, name)) for name in _NAMES if getattr(draft, name) != getattr(read, name)}
    return {**found, _MARK: mark(read)} if found else {}


def apply(record: Mapping[str, Any], read: Draft) -> Draft:
    """The question as it was, from what the file gives and the record; what does not fit is passed over."""
    try:
        names = _NAMES if record.get(_MARK) == mark(read) else _LOOSE
        known = {name: _value(name, record[name]) for name in names if name in record}
        return replace(read, **known)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
        return read


def mark(draft: Draft) -> str:
    """A mark of what can be seen of a question: its texts, its key, how it counts."""
    seen = [_written(getattr(draft, name)) for name in _NAMES if name not in _LOOSE]
    text = json.dumps(seen, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def dumps(record: Mapping[str, Any]) -> str:
    """A record as text, ASCII only so that no program has a reason to change it."""
    return json.dumps(record, separators=(",", ":"))


def loads(text: str) -> Mapping[str, Any] | None:
    """A record from its text; None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _written(value: Any) -> Any:
    """A field as JSON holds it; parts of a question as the fields that differ from an empty one."""
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Choice | Answer):
        empty = type(value)("")
        parts = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: _written(part) for name, part in parts if part != getattr(empty, name)}
    return value


def _value(name: str, written: Any) -> Any:
    """A field from JSON; raises TypeError, ValueError or KeyError for what it cannot be."""
    match name:
        case "choices":
            return tuple(_part(Choice, one) for one in written)
        case "answers":
            return tuple(_part(Answer, one) for one in written)
        case "tags":
            return tuple(_text(one) for one in written)
        case "kind":
            return Kind(written)
        case "scoring":
            return Scoring(written)
        case "markup":
            return Markup(written)
        case "difficulty":
            return Difficulty(written)
        case "exact" | "case":
            return bool(written)
        case "code":
            return None if written is None else _text(written)
        case "min_words" | "max_words":
            return None if written is None else int(written)
    return _text(written)


def _part(kind: type, written: Mapping[str, Any]) -> Any:
    types = {one.name for one in fields(kind)}
    found: dict[str, Any] = {"text": ""}
    for name, value in written.items():
        if name not in types:
            raise KeyError(name)
        if name == "points":
            found[name] = None if value is None else _share(value)
        else:
            found[name] = value if isinstance(value, bool) else _text(value)
    return kind(**found)


def _share(value: Any) -> Fraction:
    """A fraction of few digits; nothing else, since large powers of ten are slow to work out."""
    if not re.fullmatch(r"-?\d{1,9}(/\d{1,9})?", _text(value), re.ASCII):
        raise ValueError(value)
    return Fraction(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value))
    return value
