"""What a QTI 1.2 item gives for responses: its response conditions, run.

Written for the specification and for what Canvas, Blackboard and ILIAS make of it. Source: IMS QTI ASI Information
Model 1.2, section on response processing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


class OldProgram:
    """The response conditions of an item, ready to run."""

    def __init__(self, item: Element, cardinalities: Mapping[str, str]) -> None:
        self._cardinalities = cardinalities
        self.conditions = list(item.iterfind("resprocessing/respcondition"))
        named = [_variable(one) for condition in self.conditions for one in condition.iterfind("setvar")]
        self._name = next((name for name in named if name.upper() == "SCORE"), named[0] if named else "SCORE")
        declared = list(item.iterfind("resprocessing/outcomes/decvar"))
        own = [one for one in declared if (one.get("varname") or "SCORE").upper() == self._name.upper()]
        self._declared = own[0] if own else None
        self._most = _float(self._declared.get("maxvalue")) if self._declared is not None else 0.0
        #: Blackboard says no points for some kinds; showing the feedback "correct" stands for them.
        self._implied = not any(self._amount(v) > 0 for c in self.conditions for v in c.iterfind("setvar"))

    def run(self, given: Given) -> Outcome:
        """Points and feedback; raises Unsupported."""
        score = _float(self._declared.get("defaultval")) if self._declared is not None else 0.0
        shown: set[str] = set()
        fired = False
        for condition in self.conditions:
            if not self._holds(condition.find("conditionvar"), given, fired):
                continue
            links = [one.get("linkrefid") or "" for one in condition.iterfind("displayfeedback")]
            shown.update(links)
            for one in condition.iterfind("setvar"):
                fired = True
                if _variable(one).upper() == self._name.upper():
                    score = self._changed(score, one)
            if self._implied and any(link.lower() == "correct" for link in links):
                score, fired = score + 1, True
                continue
            if not _goes_on(condition):
                break
        return Outcome(self._bounded(score), frozenset(shown))

    def _bounded(self, score: float) -> float:
        if not math.isfinite(score):
            return 0.0
        if self._declared is None or self._implied:
            return score
        low, high = self._declared.get("minvalue"), self._declared.get("maxvalue")
        score = max(score, _float(low)) if low else score
        return min(score, _float(high)) if high and _float(high) > 0 else score

    def _changed(self, score: float, one: Element) -> float:
        amount = self._amount(one)
        match (one.get("action") or "Set").lower():
            case "add":
                return score + amount
            case "subtract":
                return score - amount
            case "multiply":
                return score * amount
            case "divide":
                return score / amount if amount else score
        return amount

    def _amount(self, one: Element) -> float:
        text = "".join(one.itertext()).strip()
        if text.upper().endswith(".MAX"):
            return self._most or 1.0
        return _float(text)

    def _holds(self, test: Element | None, given: Given, fired: bool) -> bool:
        """Whether all tests of a ``conditionvar`` or an ``and`` hold.

        Several plain comparisons of one single response stand for "one of these": Canvas writes accepted answers so,
        and no response could meet them all.
        """
        if test is None:
            return False
        alternatives: dict[str, list[bool]] = {}
        place: dict[str, int] = {}
        for part in test:
            name = part.get("respident") or ""
            if part.tag == "varequal" and self._cardinalities.get(name, "Single") == "Single":
                alternatives.setdefault(name, []).append(self._one(part, given, fired))
            elif part.tag == "varequal" and self._cardinalities.get(name) == "Ordered":
                place[name] = place.get(name, 0) + 1
                if not self._equal(part, given, place[name]):
                    return False
            elif not self._one(part, given, fired):
                return False
        return all(map(any, alternatives.values()))

    def _one(self, part: Element, given: Given, fired: bool) -> bool:
        match str(part.tag):
            case "and":
                return self._holds(part, given, fired)
            case "or":
                return any(self._one(one, given, fired) for one in part)
            case "not":
                return not any(self._one(one, given, fired) for one in part)
            case "other":
                return not fired
            case "unanswered":
                return not given.get(part.get("respident") or "")
            case "varequal":
                return self._equal(part, given)
            case "varlt" | "varlte" | "vargt" | "vargte":
                return _compared(part, given.get(part.get("respident") or "", ()))
            case "varsubset":
                wanted = {one.strip() for one in "".join(part.itertext()).split(",")}
                return wanted <= set(given.get(part.get("respident") or "", ()))
            case tag if tag in _IDLE:
                return True
        raise Unsupported(str(part.tag))

    def _equal(self, part: Element, given: Given, place: int = 0) -> bool:
        name, text = part.get("respident") or "", "".join(part.itertext()).strip()
        values = given.get(name, ())
        index = part.get("index") or ""
        if self._cardinalities.get(name) == "Ordered":
            at = int(index) if index.isascii() and index.isdigit() and len(index) < 4 else place
            values = values[at - 1 : at] if at >= 1 else values
        return any(_same(text, value, is_true(part, "case")) for value in values)


def _goes_on(condition: Element) -> bool:
    """Whether further conditions count; where nothing is said, after points that are added, as Canvas means it."""
    if condition.get("continue"):
        return is_true(condition, "continue")
    return any((one.get("action") or "").lower() == "add" for one in condition.iterfind("setvar"))


def _variable(one: Element) -> str:
    return one.get("varname") or one.get("variablename") or "SCORE"


def _same(text: str, value: str, case: bool) -> bool:
    if text == value or (not case and text.lower() == value.lower()):
        return True
    first, second = number(text), number(value)
    return first is not None and first == second


def _compared(part: Element, values: Sequence[str]) -> bool:
    bound = number("".join(part.itertext()))
    found = [value for value in map(number, values) if value is not None]
    if bound is None or not found:
        return False
    value = found[0]
    match part.tag:
        case "varlt":
            return value < bound
        case "varlte":
            return value <= bound
        case "vargt":
            return value > bound
    return value >= bound


def _float(text: str | None) -> float:
    value = number(text or "")
    return float(value) if value is not None else 0.0
