"""What a QTI 2.x or 3.0 item gives for a response: its response processing, run.

Files of other programs write the same rule in many ways (a template, a mapping, conditions). Instead of looking for
each of them, the rule is run on responses (:mod:`questions.formats.qti_score`) and told by what it gives.
Source: QTI 2.2 Assessment Test, Section and Item Information Model, sections on expressions and response processing.
"""

import contextlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from questions.formats.qti_expressions import SIMPLE, TAKE_NULL, Value, as_float, bag, single
from questions.formats.qti_xml import Element, is_true

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
        found = [single(value, self.base) for value in values]
        if self.cardinality == "single":
            return found[0] if found else None
        return bag(found) if self.cardinality == "multiple" else tuple(found)


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
                made.others = tuple(single(one, made.base) for one in more)
            else:
                made.default = value
    made.mapping = element.find("mapping")
    for entry in element.iterfind("mapping/mapEntry"):
        key, points = single(entry.get("mapKey") or "", made.base), as_float(entry.get("mappedValue"))
        made.keys.setdefault(key, points)
        if made.base == "string" and entry.get("caseSensitive") is not None and not is_true(entry, "caseSensitive"):
            made.folded.setdefault(str(key).lower(), points)
    return made


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
        otherwise = as_float(one.mapping.get("defaultValue"))
        values = set(value) if isinstance(value, tuple) else {value}
        total = sum(one.keys.get(v, one.folded.get(str(v).lower(), otherwise)) for v in values)
        low, high = one.mapping.get("lowerBound"), one.mapping.get("upperBound")
        total = max(total, as_float(low)) if low else total
        return min(total, as_float(high)) if high else total

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
            if as_float(entry.get("sourceValue")) == value:
                return single(entry.get("targetValue") or "", base)
        return single(table.get("defaultValue") or "", base) if table.get("defaultValue") else None

    def value(self, expression: Element) -> Value:
        """What an expression is now."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Unsupported("responseProcessing")
        name = str(expression.tag)
        own = getattr(self, f"_do_{name}", None)
        if own is not None:
            return own(expression)
        simple = SIMPLE.get(name)
        if simple is None:
            raise Unsupported(name)
        parts = [self.value(part) for part in expression]
        if name not in TAKE_NULL and any(part is None for part in parts):
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
        return single("".join(expression.itertext()), expression.get("baseType") or "string")

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
