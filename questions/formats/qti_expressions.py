"""Expressions of QTI 2.x and 3.0 over values: comparing, counting, taking apart.

A single value is a text, a number or a truth; containers are tuples, those without order sorted; None is NULL.
Source: QTI 2.2 Assessment Test, Section and Item Information Model, section on expressions.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from questions.formats.qti_xml import Element, is_true

Value = Any


def as_float(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def single(text: str, base: str) -> Value:
    text = text.strip()
    if base in ("integer", "float", "duration"):
        return as_float(text)
    if base == "boolean":
        return text.lower() in ("true", "1")
    if base == "pair":
        return " ".join(sorted(text.split()))
    return " ".join(text.split()) if base in ("directedPair", "identifier") else text


def bag(values: Sequence[Value]) -> tuple:
    return tuple(sorted((value for value in values if value is not None), key=lambda value: (str(type(value)), value)))


def _numbers(parts: Sequence[Value]) -> list[float]:
    """All numbers of the operands, containers taken apart."""
    flat: list[float] = []
    for part in parts:
        flat += map(float, part) if isinstance(part, tuple) else [float(part)]
    return flat


def _equal(expression: Element, parts: Sequence[Value]) -> bool:
    first, second = float(parts[0]), float(parts[1])
    mode = expression.get("toleranceMode") or "exact"
    if mode == "exact":
        return first == second
    below, above = tolerances(expression)
    if mode == "relative":
        below, above = abs(first) * below / 100, abs(first) * above / 100
    return first - below - 1e-12 <= second <= first + above + 1e-12


def tolerances(expression: Element) -> tuple[float, float]:
    """How far below and above the value an ``equal`` still holds."""
    found = [as_float(part) for part in (expression.get("tolerance") or "0").split()]
    return (found[0], found[-1]) if found else (0.0, 0.0)


def rounded_to(expression: Element) -> int:
    """The number of places or figures that ``equalRounded`` looks at."""
    text = expression.get("figures") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def _equal_rounded(expression: Element, parts: Sequence[Value]) -> bool:
    places = rounded_to(expression)
    if (expression.get("roundingMode") or "significantFigures") == "decimalPlaces":
        return round(float(parts[0]), places) == round(float(parts[1]), places)
    return format(float(parts[0]), f".{max(places, 1)}g") == format(float(parts[1]), f".{max(places, 1)}g")


def _string_match(expression: Element, parts: Sequence[Value]) -> bool:
    first, second = str(parts[0]), str(parts[1])
    if not is_true(expression, "caseSensitive"):
        first, second = first.lower(), second.lower()
    return second in first if is_true(expression, "substring") else first == second


def _part_of(expression: Element, parts: Sequence[Value]) -> bool:
    inside, around = list(parts[0]), list(parts[1])
    return all(inside.count(value) <= around.count(value) for value in inside)


def _pattern(expression: Element, parts: Sequence[Value]) -> bool:
    """Never run: a pattern is looked up in the file, not tried out; Python's expressions can be made to hang."""
    return False


def _index(expression: Element, parts: Sequence[Value]) -> Value:
    at = int(expression.get("n") or 0)
    return parts[0][at - 1] if 1 <= at <= len(parts[0]) else None


def _contained(parts: Sequence[Value]) -> tuple:
    flat: list[Value] = []
    for part in parts:
        if part is not None:
            flat += part if isinstance(part, tuple) else [part]
    return tuple(flat)


SIMPLE: Mapping[str, Callable[[Element, Sequence[Value]], Value]] = {
    "match": lambda e, p: p[0] == p[1],
    "not": lambda e, p: not p[0],
    "isNull": lambda e, p: p[0] is None or p[0] == () or p[0] == "",
    "member": lambda e, p: p[0] in p[1],
    "contains": lambda e, p: _part_of(e, (p[1], p[0])),
    "equal": _equal,
    "equalRounded": _equal_rounded,
    "stringMatch": _string_match,
    "substring": lambda e, p: _string_match(e, (p[0], p[1])) or str(p[0]) in str(p[1]),
    "patternMatch": _pattern,
    "sum": lambda e, p: math.fsum(_numbers(p)),
    "product": lambda e, p: math.prod(_numbers(p)),
    "subtract": lambda e, p: float(p[0]) - float(p[1]),
    "divide": lambda e, p: float(p[0]) / float(p[1]),
    "max": lambda e, p: max(_numbers(p)),
    "min": lambda e, p: min(_numbers(p)),
    "round": lambda e, p: float(math.floor(float(p[0]) + 0.5)),
    "truncate": lambda e, p: float(math.trunc(float(p[0]))),
    "integerToFloat": lambda e, p: float(p[0]),
    "gt": lambda e, p: float(p[0]) > float(p[1]),
    "gte": lambda e, p: float(p[0]) >= float(p[1]) - 1e-12,
    "lt": lambda e, p: float(p[0]) < float(p[1]),
    "lte": lambda e, p: float(p[0]) <= float(p[1]) + 1e-12,
    "containerSize": lambda e, p: float(len(p[0])) if p[0] is not None else 0.0,
    "multiple": lambda e, p: bag(_contained(p)),
    "ordered": lambda e, p: _contained(p),
    "index": _index,
    "delete": lambda e, p: tuple(value for value in p[1] if value != p[0]),
}
TAKE_NULL = frozenset({"isNull", "multiple", "ordered", "containerSize"})
