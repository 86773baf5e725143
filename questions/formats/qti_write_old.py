"""Questions as items of QTI 1.2, in the way that Canvas and other programs take it; texts as HTML inside mattext."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from questions.faults import decimal
from questions.formats.qti_spell import Address, Spell, blocks, inline, points
from questions.formats.qti_write_items import arranged, escaped
from questions.rules import Choice, Draft, Kind, Markup, Scoring, shares

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_SCHEMA = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd"
#: The names by which Canvas and programs after it tell kinds.
_NAMES = {
    Kind.SINGLE: "multiple_choice_question",
    Kind.MULTIPLE: "multiple_answers_question",
    Kind.TRUEFALSE: "true_false_question",
    Kind.STATEMENTS: "matching_question",
    Kind.SHORT: "short_answer_question",
    Kind.NUMBER: "numerical_question",
    Kind.ORDER: "ordering_question",
    Kind.MATCH: "matching_question",
    Kind.ESSAY: "essay_question",
}
_RESPONSE = "response1"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a kind puts into an item: what is presented, conditions with points, and feedback by name."""

    presented: str
    conditions: str = ""
    feedback: tuple[tuple[str, str], ...] = ()


class OldWriter:
    """Writes items of QTI 1.2."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.x = Spell("1.2")

    def file(self, inside: str) -> str:
        """A whole file of assessments and items."""
        head = f'<questestinterop xmlns="{_SPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_SPACE} {_SCHEMA}">'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{inside}</questestinterop>\n'

    def item(self, draft: Draft, identifier: str, record: str = "") -> str:
        """A question; ``record`` is what stands in a field of our own."""
        x = self.x
        draft = arranged(draft)
        parts = _KINDS[draft.kind](self, draft)
        fields = {"question_type": _NAMES[draft.kind], "points_possible": "1", "hoithi": record}
        said = "".join(
            x("qtimetadatafield", x("fieldlabel", label), x("fieldentry", escaped(entry)))
            for label, entry in fields.items()
            if entry
        )
        passage = self.material(draft, draft.passage, label="passage") if draft.passage else ""
        guide = x("itemrubric", self.material(draft, draft.guide), view="Scorer") if draft.guide else ""
        general = self._condition("<other/>", "", "general_fb", more=True) if draft.explanation else ""
        feedback = [("general_fb", draft.explanation)] if draft.explanation else []
        score = x("outcomes", x("decvar", varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100"))
        return x(
            "item",
            x("itemmetadata", x("qtimetadata", said)),
            guide,
            x("presentation", passage, self.material(draft, draft.stem), parts.presented),
            x("resprocessing", score, general, parts.conditions) if parts.conditions or general else "",
            *(self._feedback(draft, name, text) for name, text in (*feedback, *parts.feedback)),
            ident=identifier,
            title=draft.title or identifier,
        )

    def material(self, draft: Draft, text: str, label: str | None = None, short: bool = False) -> str:
        """A text: plain where it is one line without markup, else HTML."""
        if draft.markup is not Markup.MARKDOWN and "\n" not in text:
            return self.x("material", self.x("mattext", escaped(text), texttype="text/plain"), label=label)
        write = inline if short else blocks
        html = write(text, draft.markup, self.address)
        return self.x("material", self.x("mattext", escaped(html), texttype="text/html"), label=label)

    def _feedback(self, draft: Draft, name: str, text: str) -> str:
        return self.x("itemfeedback", self.x("flow_mat", self.material(draft, text)), ident=name)

    def _condition(self, test: str, rule: str, feedback: str = "", more: bool = False) -> str:
        x = self.x
        shown = x("displayfeedback", feedbacktype="Response", linkrefid=feedback) if feedback else ""
        # The attribute is called like a word of Python.
        named = {"continue": "Yes" if more else "No"}
        return x("respcondition", x("conditionvar", test), rule, shown, **named)

    def when(
        self, test: str, share: Fraction | None, feedback: str = "", action: str = "Set", more: bool = False
    ) -> str:
        """A condition with its points, as a percentage."""
        rule = "" if share is None else self.x("setvar", points(share * 100), action=action, varname="SCORE")
        return self._condition(test, rule, feedback, more)

    def equal(self, value: str, name: str = _RESPONSE, **more: object) -> str:
        """A response equals a value."""
        return self.x("varequal", escaped(value), respident=name, **more)

    def choices(self, draft: Draft, labels: Mapping[str, Choice | str], shuffle: str, **response: str) -> str:
        """A response that is one or several of labelled options."""
        made = ""
        for name, one in labels.items():
            text, last = (one, False) if isinstance(one, str) else (one.text, one.stays_last)
            shown = self.material(draft, text, short=True)
            made += self.x("response_label", shown, ident=name, rshuffle="No" if last else None)
        inside = self.x("render_choice", made, shuffle=shuffle)
        beside = response.pop("beside", "")
        return self.x("response_lid", beside, inside, **response)


def _options(w: OldWriter, draft: Draft) -> Parts:
    labels = {f"choice_{number}": choice for number, choice in enumerate(draft.choices, start=1)}
    single = draft.kind is not Kind.MULTIPLE
    shuffle = "No" if draft.kind is Kind.TRUEFALSE else "Yes"
    lid = w.choices(draft, labels, shuffle, ident=_RESPONSE, rcardinality="Single" if single else "Multiple")
    told = [(name, choice) for name, choice in labels.items() if choice.feedback]
    conditions = "".join(w.when(w.equal(name), None, f"{name}_fb", more=True) for name, _ in told)
    worth = dict(zip(labels, shares(draft), strict=True))
    if draft.scoring is Scoring.ALL and single:
        conditions += "".join(w.when(w.equal(name), Fraction(1)) for name, c in labels.items() if c.correct)
    elif draft.scoring is Scoring.ALL:
        tests = (w.equal(name) if c.correct else w.x("not", w.equal(name)) for name, c in labels.items())
        conditions += w.when(w.x("and", *tests), Fraction(1))
    else:
        wrong = _wrong(draft, worth)
        added = {name: share if share or labels[name].correct else wrong for name, share in worth.items()}
        conditions += "".join(w.when(w.equal(n), s, action="Add", more=True) for n, s in added.items() if s)
    return Parts(lid, conditions, tuple((f"{name}_fb", choice.feedback) for name, choice in told))


def _wrong(draft: Draft, worth: Mapping[str, Fraction]) -> Fraction:
    """What a wrong option takes away, where options have no shares of their own."""
    if draft.scoring is Scoring.WEIGHTS:
        return Fraction(0)
    if draft.scoring is Scoring.PARTIAL:
        return Fraction(-1)
    return -max(worth.values(), default=Fraction(0))


def _order(w: OldWriter, draft: Draft) -> Parts:
    labels = {f"choice_{number}": choice for number, choice in enumerate(draft.choices, start=1)}
    lid = w.choices(draft, labels, "Yes", ident=_RESPONSE, rcardinality="Ordered")
    tests = [w.equal(name, index=place) for place, name in enumerate(labels, start=1)]
    if draft.scoring is Scoring.PARTIAL:
        share = Fraction(1, len(labels) or 1)
        return Parts(lid, "".join(w.when(test, share, action="Add", more=True) for test in tests))
    return Parts(lid, w.when(w.x("and", *tests), Fraction(1)))


def _rows(w: OldWriter, draft: Draft) -> Parts:
    """Statements and pairs: a response for each row, all with the same options."""
    statements = draft.kind is Kind.STATEMENTS
    rows = [choice for choice in draft.choices if choice.text]
    if statements:
        sides = {"dung": "Đúng", "sai": "Sai"}
        keys = ["dung" if row.correct else "sai" for row in rows]
    else:
        texts = dict.fromkeys(choice.match for choice in (*rows, *(c for c in draft.choices if not c.text)))
        names = {text: f"p_{number}" for number, text in enumerate(texts, start=1)}
        sides, keys = {name: text for text, name in names.items()}, [names[row.match] for row in rows]
    ids = [f"response_{number}" for number in range(1, len(rows) + 1)]
    presented = "".join(
        w.choices(draft, sides, "Yes", ident=name, rcardinality="Single", beside=w.material(draft, row.text))
        for name, row in zip(ids, rows, strict=True)
    )
    tests = [w.equal(key, name) for name, key in zip(ids, keys, strict=True)]
    if draft.scoring is Scoring.ALL:
        return Parts(presented, w.when(w.x("and", *tests), Fraction(1)))
    share = Fraction(1, len(rows) or 1)
    return Parts(presented, "".join(w.when(test, share, action="Add", more=True) for test in tests))


def _typed(w: OldWriter, draft: Draft) -> Parts:
    numbers = draft.kind is Kind.NUMBER
    fib = w.x("render_fib", w.x("response_label", ident="answer1"), fibtype="Decimal" if numbers else "String")
    presented = w.x("response_num" if numbers else "response_str", fib, ident=_RESPONSE, rcardinality="Single")
    conditions, feedback = "", []
    for number, answer in enumerate(draft.answers, start=1):
        if answer.pattern:
            continue
        name = f"answer_{number}_fb" if answer.feedback else ""
        test = _near(w, answer.text, answer.tolerance) if numbers else _says(w, draft, answer.text)
        conditions += w.when(test, answer.points, name)
        if name:
            feedback.append((name, answer.feedback))
    return Parts(presented, conditions, tuple(feedback))


def _says(w: OldWriter, draft: Draft, text: str) -> str:
    return w.equal(text, case="Yes" if draft.case else "No")


def _near(w: OldWriter, text: str, tolerance: str) -> str:
    value, off = decimal(text) or Decimal(0), decimal(tolerance) or Decimal(0)
    exact = w.equal(text)
    if not off:
        return exact
    low = w.x("vargte", format(value - off, "f"), respident=_RESPONSE)
    high = w.x("varlte", format(value + off, "f"), respident=_RESPONSE)
    return w.x("or", exact, w.x("and", low, high))


def _essay(w: OldWriter, draft: Draft) -> Parts:
    fib = w.x("render_fib", w.x("response_label", ident="answer1"), rows="10")
    return Parts(w.x("response_str", fib, ident=_RESPONSE, rcardinality="Single"))


_KINDS: Mapping[Kind, Callable[[OldWriter, Draft], Parts]] = {
    Kind.SINGLE: _options,
    Kind.MULTIPLE: _options,
    Kind.TRUEFALSE: _options,
    Kind.STATEMENTS: _rows,
    Kind.SHORT: _typed,
    Kind.NUMBER: _typed,
    Kind.ORDER: _order,
    Kind.MATCH: _rows,
    Kind.ESSAY: _essay,
}
