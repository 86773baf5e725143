"""What a QTI 1.2 item gives for responses: its response conditions, run.

Written for the specification and for what Canvas, Blackboard and ILIAS make of it. Source: IMS QTI ASI Information
Model 1.2, section on response processing.
"""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from questions.formats.qti_program import Unsupported
from questions.formats.qti_typed import number
from questions.formats.qti_xml import Element, is_true

#: Responses by the name of the response element; each a row of texts.
Given = Mapping[str, Sequence[str]]
_IDLE = frozenset({"qticomment", "durequal", "durlt", "durlte", "durgt", "durgte"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What responses earn, and the names of the feedback they show."""

    score: float
    shown: frozenset[str]


#: Whether a condition holds for responses; the second says whether points were given before.
Test = Callable[[Given, bool], bool]


@dataclass(frozen=True, slots=True)
class _Condition:
    """A response condition, its tests and amounts read once."""

    holds: Test
    rules: tuple[tuple[str, float], ...]
    sets: bool
    links: tuple[str, ...]
    goes_on: bool


class OldProgram:
    """The response conditions of an item, ready to run."""

    def __init__(self, item: Element, cardinalities: Mapping[str, str]) -> None:
        self._cardinalities = cardinalities
        self.conditions = list(item.iterfind("resprocessing/respcondition"))
        named = [_variable(one) for condition in self.conditions for one in condition.iterfind("setvar")]
        self._name = next((name for name in named if name.upper() == "SCORE"), named[0] if named else "SCORE").upper()
        declared = list(item.iterfind("resprocessing/outcomes/decvar"))
        own = next((one for one in declared if (one.get("varname") or "SCORE").upper() == self._name), None)
        self._start = _float(own.get("defaultval")) if own is not None else 0.0
        self._low = _float(own.get("minvalue")) if own is not None and own.get("minvalue") else -math.inf
        self._most = _float(own.get("maxvalue")) if own is not None else 0.0
        self._made = [self._condition(one) for one in self.conditions]
        #: Blackboard says no points for some kinds; showing the feedback "correct" stands for them.
        self._implied = not any(amount > 0 for one in self._made for _, amount in one.rules)

    def _condition(self, condition: Element) -> _Condition:
        tests = condition.find("conditionvar")
        setting = list(condition.iterfind("setvar"))
        rules = ((one.get("action") or "Set", self._amount(one)) for one in setting if self._is_score(one))
        return _Condition(
            _never if tests is None else self._all(tests),
            tuple((action.lower(), amount) for action, amount in rules),
            bool(setting),
            tuple(one.get("linkrefid") or "" for one in condition.iterfind("displayfeedback")),
            _goes_on(condition),
        )

    def _is_score(self, one: Element) -> bool:
        return _variable(one).upper() == self._name

    def run(self, given: Given) -> Outcome:
        """Points and feedback; raises Unsupported."""
        score, fired = self._start, False
        shown: set[str] = set()
        for condition in self._made:
            if not condition.holds(given, fired):
                continue
            shown.update(condition.links)
            fired = fired or condition.sets
            for action, amount in condition.rules:
                score = _changed(score, action, amount)
            if self._implied and any(link.lower() == "correct" for link in condition.links):
                score, fired = score + 1, True
            elif not condition.goes_on:
                break
        return Outcome(self._bounded(score), frozenset(shown))

    def _bounded(self, score: float) -> float:
        if not math.isfinite(score):
            return 0.0
        if self._implied:
            return score
        score = max(score, self._low)
        return min(score, self._most) if self._most > 0 else score

    def _amount(self, one: Element) -> float:
        text = "".join(one.itertext()).strip()
        return (self._most or 1.0) if text.upper().endswith(".MAX") else _float(text)

    def _all(self, tests: Element) -> Test:
        """All tests of a ``conditionvar`` or an ``and``.

        Several plain comparisons of one single response stand for "one of these": Canvas writes accepted answers so,
        and no response could meet them all.
        """
        every: list[Test] = []
        alternatives: dict[str, list[Test]] = {}
        place: dict[str, int] = {}
        for part in tests:
            name = part.get("respident") or ""
            cardinality = self._cardinalities.get(name, "Single")
            if part.tag == "varequal" and cardinality == "Single":
                alternatives.setdefault(name, []).append(self._one(part))
            elif part.tag == "varequal" and cardinality == "Ordered":
                place[name] = place.get(name, 0) + 1
                every.append(self._equal(part, place[name]))
            else:
                every.append(self._one(part))
        every += map(_any, alternatives.values())
        return every[0] if len(every) == 1 else lambda given, fired: all(one(given, fired) for one in every)

    def _one(self, part: Element) -> Test:
        name, tag = part.get("respident") or "", str(part.tag)
        match tag:
            case "and":
                return self._all(part)
            case "or":
                return _any([self._one(one) for one in part])
            case "not":
                inside = _any([self._one(one) for one in part])
                return lambda given, fired: not inside(given, fired)
            case "other":
                return lambda given, fired: not fired
            case "unanswered":
                return lambda given, fired: not given.get(name)
            case "varequal":
                return self._equal(part)
            case "varlt" | "varlte" | "vargt" | "vargte":
                return _compared(name, tag, number("".join(part.itertext())))
            case "varsubset":
                wanted = {one.strip() for one in "".join(part.itertext()).split(",")}
                return lambda given, fired: wanted <= set(given.get(name, ()))
        return _always if tag in _IDLE else _unsupported(tag)

    def _equal(self, part: Element, place: int = 0) -> Test:
        name, text = part.get("respident") or "", "".join(part.itertext()).strip()
        same = _same(text, is_true(part, "case"))
        if self._cardinalities.get(name) != "Ordered":
            return lambda given, fired: any(map(same, given.get(name, ())))
        index = part.get("index") or ""
        at = int(index) if index.isascii() and index.isdigit() and len(index) < 4 else place
        where = slice(at - 1, at) if at >= 1 else slice(None)
        return lambda given, fired: any(map(same, given.get(name, ())[where]))


def _never(given: Given, fired: bool) -> bool:
    return False


def _always(given: Given, fired: bool) -> bool:
    return True


def _any(tests: Sequence[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda given, fired: any(one(given, fired) for one in tests)


def _unsupported(tag: str) -> Test:
    """A test that is not understood; only what comes to it fails."""

    def fail(given: Given, fired: bool) -> bool:
        raise Unsupported(tag)

    return fail


def _changed(score: float, action: str, amount: float) -> float:
    match action:
        case "add":
            return score + amount
        case "subtract":
            return score - amount
        case "multiply":
            return score * amount
        case "divide":
            return score / amount if amount else score
    return amount


def _goes_on(condition: Element) -> bool:
    """Whether further conditions count; where nothing is said, after points that are added, as Canvas means it."""
    if condition.get("continue"):
        return is_true(condition, "continue")
    return any((one.get("action") or "").lower() == "add" for one in condition.iterfind("setvar"))


def _variable(one: Element) -> str:
    return one.get("varname") or one.get("variablename") or "SCORE"


def _same(text: str, case: bool) -> Callable[[str], bool]:
    """Whether a response is a text; numbers are the same however they are written."""
    folded, exact = text.lower(), number(text)

    def same(value: str) -> bool:
        if text == value or (not case and folded == value.lower()):
            return True
        return exact is not None and exact == number(value)

    return same


def _compared(name: str, tag: str, bound: Decimal | None) -> Test:
    compare = {"varlt": operator.lt, "varlte": operator.le, "vargt": operator.gt, "vargte": operator.ge}[tag]

    def holds(given: Given, fired: bool) -> bool:
        found = [value for value in map(number, given.get(name, ())) if value is not None]
        return bool(found) and bound is not None and compare(found[0], bound)

    return holds


def _float(text: str | None) -> float:
    value = number(text or "")
    return float(value) if value is not None else 0.0
