"""What a QTI 2.x or 3.0 item gives for a response: its response processing, run.

Files of other programs write the same rule in many ways (a template, a mapping, conditions). Instead of looking for
each of them, the rule is run on responses (:mod:`questions.formats.qti_score`) and told by what it gives.
Source: QTI 2.2 Assessment Test, Section and Item Information Model, sections on expressions and response processing.
"""

import contextlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from questions.formats.qti_xml import Element, is_true

#: A single value is a text, a number or a truth; containers are tuples, those without order sorted; None is NULL.
Value = Any
#: Rules run for one response at most; a file that asks for more is not one of a question.
MAX_STEPS = 5_000


class Unsupported(Exception):
    """A rule says something that is not understood here; the name of the element."""


class _Exit(Exception):
    pass


@dataclass(slots=True)
class Declaration:
    """A response or outcome variable: its type, what it is at first, and what is right.

    ``others`` are further right values of a single response; the specification has no such thing, programs do.
    """

    identifier: str
    cardinality: str = "single"
    base: str = "identifier"
    correct: Value = None
    others: tuple[Value, ...] = ()
    default: Value = None
    mapping: Element | None = None
    keys: dict[Value, float] = field(default_factory=dict)
    folded: dict[str, float] = field(default_factory=dict)

    def make(self, values: Sequence[str]) -> Value:
        """A value of this type from texts."""
        found = [_single(value, self.base) for value in values]
        if self.cardinality == "single":
            return found[0] if found else None
        return _bag(found) if self.cardinality == "multiple" else tuple(found)


def declaration(element: Element) -> Declaration:
    """The declaration that an element makes."""
    made = Declaration(
        element.get("identifier") or "", element.get("cardinality") or "single", element.get("baseType") or "string"
    )
    for name in ("correctResponse", "defaultValue"):
        place = element.find(name)
        if place is not None:
            values = ["".join(one.itertext()) for one in place.iterfind("value")]
            value = made.make(values) if values else None
            if name == "correctResponse":
                made.correct = value
                more = values[1:] if made.cardinality == "single" else ()
                made.others = tuple(_single(one, made.base) for one in more)
            else:
                made.default = value
    made.mapping = element.find("mapping")
    for entry in element.iterfind("mapping/mapEntry"):
        key, points = _single(entry.get("mapKey") or "", made.base), _float(entry.get("mappedValue"))
        made.keys.setdefault(key, points)
        if made.base == "string" and entry.get("caseSensitive") is not None and not is_true(entry, "caseSensitive"):
            made.folded.setdefault(str(key).lower(), points)
    return made


def _float(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _single(text: str, base: str) -> Value:
    text = text.strip()
    if base in ("integer", "float", "duration"):
        return _float(text)
    if base == "boolean":
        return text.lower() in ("true", "1")
    if base == "pair":
        return " ".join(sorted(text.split()))
    return " ".join(text.split()) if base in ("directedPair", "identifier") else text


def _bag(values: Sequence[Value]) -> tuple:
    return tuple(sorted((value for value in values if value is not None), key=lambda value: (str(type(value)), value)))


class Program:
    """The response processing of an item, ready to run."""

    def __init__(self, item: Element) -> None:
        self.responses = {d.identifier: d for d in map(declaration, item.iterfind("responseDeclaration"))}
        self.outcomes = {d.identifier: d for d in map(declaration, item.iterfind("outcomeDeclaration"))}
        self.tables = {one.get("identifier"): one.find("matchTable") for one in item.iterfind("outcomeDeclaration")}
        self.rules = _rules(item)
        self.template = self._template()
        self.score_name = self._score_name()
        self.values: dict[str, Value] = {}
        self._steps = 0

    def _template(self) -> str:
        """The last word of the address of a template, "match_correct"; nothing where the rules are written out."""
        if self.rules is None or len(self.rules):
            return ""
        address = self.rules.get("template") or self.rules.get("templateLocation") or ""
        return address.rpartition("/")[2].removesuffix(".xml")

    @property
    def all_or_nothing(self) -> bool:
        """Whether the one response is compared with the right one as a whole, told without running anything."""
        if len(self.responses) != 1:
            return False
        unsaid = not self.template and (self.rules is None or not len(self.rules))
        return self.template == "match_correct" or (unsaid and next(iter(self.responses.values())).mapping is None)

    def _score_name(self) -> str:
        set_ones = [] if self.rules is None else [e.get("identifier") or "" for e in self.rules.iter("setOutcomeValue")]
        if "SCORE" in self.outcomes or "SCORE" in set_ones:
            return "SCORE"
        numeric = [name for name, one in self.outcomes.items() if one.base in ("float", "integer")]
        return next((name for name in set_ones if name in numeric), numeric[0] if numeric else "SCORE")

    def run(self, given: Mapping[str, Value]) -> tuple[float, Mapping[str, Value]]:
        """The score and all outcomes for responses by name; raises Unsupported."""
        self.values = {name: one.default for name, one in self.outcomes.items()}
        for name, one in self.outcomes.items():
            if one.default is None and one.base in ("float", "integer") and one.cardinality == "single":
                self.values[name] = 0.0
        self.values |= {name: given.get(name) for name in self.responses}
        self._steps = 0
        if self.rules is None or not len(self.rules):
            self.values[self.score_name] = self._by_template(given)
        else:
            with contextlib.suppress(_Exit):
                self._block(self.rules)
        score = self.values.get(self.score_name)
        counts = isinstance(score, int | float) and math.isfinite(score)
        return (float(score) if counts else 0.0), self.values

    def _by_template(self, given: Mapping[str, Value]) -> float:
        name, *others = self.responses or [""]
        one = self.responses.get("RESPONSE") or self.responses.get(name) or Declaration("")
        if others or "point" in self.template:
            raise Unsupported(self.template or "responseProcessing")
        mapped = "map_response" in self.template or (not self.template and one.mapping is not None)
        if mapped:
            return self.mapped(one, given.get(one.identifier))
        if self.template and "match" not in self.template:
            raise Unsupported(self.template)
        value = given.get(one.identifier)
        return float(value is not None and (value == one.correct or value in one.others))

    def mapped(self, one: Declaration, value: Value) -> float:
        """What the mapping of a response gives."""
        if one.mapping is None or value is None:
            return 0.0
        otherwise = _float(one.mapping.get("defaultValue"))
        values = set(value) if isinstance(value, tuple) else {value}
        total = sum(one.keys.get(v, one.folded.get(str(v).lower(), otherwise)) for v in values)
        low, high = one.mapping.get("lowerBound"), one.mapping.get("upperBound")
        total = max(total, _float(low)) if low else total
        return min(total, _float(high)) if high else total

    def _block(self, rules: Element) -> None:
        for rule in rules:
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise Unsupported("responseProcessing")
            self._rule(rule)

    def _rule(self, rule: Element) -> None:
        match rule.tag:
            case "responseCondition":
                for branch in rule:
                    if branch.tag == "responseElse":
                        self._block(branch)
                        return
                    if len(branch) and self.value(branch[0]) is True:
                        for inside in branch[1:]:
                            self._rule(inside)
                        return
            case "setOutcomeValue":
                self.values[rule.get("identifier") or ""] = self.value(rule[0]) if len(rule) else None
            case "lookupOutcomeValue":
                name = rule.get("identifier") or ""
                self.values[name] = self._looked_up(name, self.value(rule[0]) if len(rule) else None)
            case "responseProcessingFragment":
                self._block(rule)
            case "exitResponse":
                raise _Exit
            case _:
                raise Unsupported(str(rule.tag))

    def _looked_up(self, name: str, value: Value) -> Value:
        table = self.tables.get(name)
        if table is None:
            raise Unsupported("lookupOutcomeValue")
        base = self.outcomes[name].base
        for entry in table.iterfind("matchTableEntry"):
            if _float(entry.get("sourceValue")) == value:
                return _single(entry.get("targetValue") or "", base)
        return _single(table.get("defaultValue") or "", base) if table.get("defaultValue") else None

    def value(self, expression: Element) -> Value:
        """What an expression is now."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Unsupported("responseProcessing")
        name = str(expression.tag)
        own = getattr(self, f"_do_{name}", None)
        if own is not None:
            return own(expression)
        simple = _SIMPLE.get(name)
        if simple is None:
            raise Unsupported(name)
        parts = [self.value(part) for part in expression]
        if name not in _TAKE_NULL and any(part is None for part in parts):
            return None
        try:
            return simple(expression, parts)
        except (TypeError, ValueError, ZeroDivisionError, IndexError, OverflowError, re.error) as error:
            raise Unsupported(name) from error

    def _named(self, expression: Element) -> str:
        return expression.get("identifier") or ""

    def _do_variable(self, expression: Element) -> Value:
        return self.values.get(self._named(expression))

    def _do_correct(self, expression: Element) -> Value:
        one = self.responses.get(self._named(expression))
        return one.correct if one else None

    def _do_default(self, expression: Element) -> Value:
        one = self.outcomes.get(self._named(expression)) or self.responses.get(self._named(expression))
        return one.default if one else None

    def _do_baseValue(self, expression: Element) -> Value:
        return _single("".join(expression.itertext()), expression.get("baseType") or "string")

    def _do_null(self, expression: Element) -> Value:
        return None

    def _do_mapResponse(self, expression: Element) -> Value:
        one = self.responses.get(self._named(expression))
        return self.mapped(one, self.values.get(one.identifier)) if one else 0.0

    def _do_and(self, expression: Element) -> bool:
        return all(self.value(part) is True for part in expression)

    def _do_or(self, expression: Element) -> bool:
        return any(self.value(part) is True for part in expression)


def _rules(item: Element) -> Element | None:
    """The response processing; None where rules are written out that never set anything, as Blackboard does."""
    rules = item.find("responseProcessing")
    if rules is None or (len(rules) and not any(True for _ in rules.iter("setOutcomeValue", "lookupOutcomeValue"))):
        return None
    return rules


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
    found = [_float(part) for part in (expression.get("tolerance") or "0").split()]
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


_SIMPLE: Mapping[str, Callable[[Element, Sequence[Value]], Value]] = {
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
    "multiple": lambda e, p: _bag(_contained(p)),
    "ordered": lambda e, p: _contained(p),
    "index": _index,
    "delete": lambda e, p: tuple(value for value in p[1] if value != p[0]),
}
_TAKE_NULL = frozenset({"isNull", "multiple", "ordered", "containerSize"})
