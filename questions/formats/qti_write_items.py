"""Questions as items of QTI 2.1, 2.2 and 3.0, each kind in the interaction that is meant for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from questions.formats.qti_score import STEPS
from questions.formats.qti_spell import Address, Spell, blocks, inline, points
from questions.rules import Answer, Choice, Draft, Kind, Scoring, shares

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPACES = {
    "2.1": ("http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"),
    "2.2": ("http://www.imsglobal.org/xsd/imsqti_v2p2", "http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd"),
    "3.0": (
        "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    ),
}
_TEMPLATES = {
    "2.1": "http://www.imsglobal.org/question/qti_v2p1/rptemplates/{}",
    "2.2": "http://www.imsglobal.org/question/qti_v2p2/rptemplates/{}",
    "3.0": "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}.xml",
}
#: Characters a word of an essay takes up in a hint on the size of its box.
_WORD = 7


@dataclass(frozen=True, slots=True)
class Parts:
    """What a kind of question puts into its item: response, interaction and rules; ``outcomes`` beside the score."""

    response: str
    interaction: str
    rules: str
    outcomes: str = ""
    feedback: str = ""


class Writer:
    """Writes items of one version."""

    def __init__(self, version: str, address: Address) -> None:
        self.version, self.address = version, address
        self.x = Spell(version)

    def root(self, name: str, inside: str, **attributes: object) -> str:
        """A whole file with this root element."""
        space, schema = _SPACES[self.version]
        text = self.x(name, "\0", **attributes)
        head, _, tail = text.partition("\0")
        spaces = f' xmlns="{space}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{space} {schema}" xml:lang="vi">'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head[:-1]}{spaces}{inside}{tail}\n'

    def item(self, draft: Draft, identifier: str, stimulus: str | None) -> str:
        """The file of a question; ``stimulus`` names the file of its passage, where the version has such files."""
        x = self.x
        draft = arranged(draft)
        parts = _KINDS[draft.kind](self, draft)
        passage = "" if stimulus else self._rubric(draft, draft.passage, "candidate")
        reference = ""
        if stimulus:
            reference = x("assessmentStimulusRef", identifier=stimulus, href=f"../passages/{stimulus}.xml")
        guide = self._rubric(draft, draft.guide, "scorer")
        told, solution = self._solution(draft)
        inside = (
            parts.response
            + self._score(draft)
            + parts.outcomes
            + told
            + reference
            + x("itemBody", passage, self.blocks(draft, draft.stem), parts.interaction, guide)
            + parts.rules
            + parts.feedback
            + solution
        )
        return self.root(
            "assessmentItem",
            inside,
            identifier=identifier,
            title=draft.title or identifier,
            adaptive="false",
            timeDependent="false",
        )

    def stimulus(self, draft: Draft, identifier: str) -> str:
        """The file of a passage."""
        body = self.x("stimulusBody", self.blocks(draft, draft.passage))
        return self.root("assessmentStimulus", body, identifier=identifier, title=identifier)

    def blocks(self, draft: Draft, text: str) -> str:
        """A text of a question in paragraphs."""
        return blocks(text, draft.markup, self.address)

    def inline(self, draft: Draft, text: str) -> str:
        """A text of a question for an option."""
        return inline(text, draft.markup, self.address)

    def _score(self, draft: Draft) -> str:
        x = self.x
        by_hand = "human" if draft.kind is Kind.ESSAY and self.version != "2.1" else None
        zero = x("defaultValue", x("value", "0"))
        return x(
            "outcomeDeclaration",
            zero,
            identifier="SCORE",
            cardinality="single",
            baseType="float",
            normalMaximum="1",
            externalScored=by_hand,
        )

    def _rubric(self, draft: Draft, text: str, view: str) -> str:
        return self.x("rubricBlock", self.x.body(self.blocks(draft, text)), view=view) if text else ""

    def _solution(self, draft: Draft) -> tuple[str, str]:
        """The explanation as feedback that is always shown."""
        if not draft.explanation:
            return "", ""
        x = self.x
        told = x(
            "outcomeDeclaration",
            x("defaultValue", x("value", "loi_giai")),
            identifier="SOLUTION",
            cardinality="single",
            baseType="identifier",
        )
        return told, self._modal("SOLUTION", "loi_giai", self.blocks(draft, draft.explanation))

    def _modal(self, outcome: str, identifier: str, inside: str) -> str:
        return self.x(
            "modalFeedback", self.x.body(inside), outcomeIdentifier=outcome, identifier=identifier, showHide="show"
        )

    def response(self, base: str, cardinality: str, right: Iterable[str], mapping: str = "") -> str:
        """The declaration of the response with what is right."""
        x = self.x
        values = "".join(x("value", escaped(one)) for one in right)
        correct = x("correctResponse", values) if values else ""
        return x("responseDeclaration", correct, mapping, identifier="RESPONSE", cardinality=cardinality, baseType=base)

    def mapping(self, shares_of: Mapping[str, Fraction], otherwise: str = "0", **bounds: str) -> str:
        """What each value brings."""
        entries = "".join(self.x("mapEntry", mapKey=key, mappedValue=points(one)) for key, one in shares_of.items())
        return self.x("mapping", entries, defaultValue=otherwise, **bounds)

    def template(self, name: str) -> str:
        """Rules by the address of one of the specification's templates."""
        return self.x("responseProcessing", template=_TEMPLATES[self.version].format(name))

    def set(self, outcome: str, value: str) -> str:
        """A rule that sets an outcome."""
        return self.x("setOutcomeValue", value, identifier=outcome)

    def number(self, value: Fraction | float) -> str:
        """A number as an expression."""
        return self.x("baseValue", points(value), baseType="float")

    def given(self) -> str:
        """The response as an expression."""
        return self.x("variable", identifier="RESPONSE")

    def first_of(self, branches: Sequence[tuple[str, str]], otherwise: str = "") -> str:
        """Conditions with rules, of which the first that holds counts."""
        x = self.x
        named = ["responseIf", *["responseElseIf"] * (len(branches) - 1)]
        parts = [x(name, *branch) for name, branch in zip(named, branches, strict=True)]
        return x("responseCondition", *parts, x("responseElse", otherwise) if otherwise else "")

    def chosen_feedback(self, draft: Draft, ones: Sequence[Choice | Answer], ids: Sequence[str]) -> str:
        """Feedback that belongs to single options or answers."""
        pairs = zip(ones, ids, strict=True)
        return "".join(self._modal("FEEDBACK", i, self.blocks(draft, one.feedback)) for one, i in pairs if one.feedback)

    def feedback_outcome(self, cardinality: str) -> str:
        """The outcome that says which feedback is shown."""
        return self.x("outcomeDeclaration", identifier="FEEDBACK", cardinality=cardinality, baseType="identifier")


def arranged(draft: Draft) -> Draft:
    """The question with the options that stay last where they stay: QTI keeps an option in its place, wherever."""
    return replace(draft, choices=tuple(sorted(draft.choices, key=lambda choice: choice.stays_last)))


def escaped(text: str) -> str:
    """A text between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _options(w: Writer, draft: Draft) -> Parts:
    """Single, multiple, true or false as a choiceInteraction."""
    single = draft.kind is not Kind.MULTIPLE
    ids = [f"choice_{number}" for number in range(1, len(draft.choices) + 1)]
    right = [name for name, choice in zip(ids, draft.choices, strict=True) if choice.correct]
    cardinality = "single" if single else "multiple"
    mapping = _option_mapping(w, draft, dict(zip(ids, shares(draft), strict=True)))
    simple = "".join(
        w.x("simpleChoice", w.inline(draft, choice.text), identifier=name, fixed="true" if choice.stays_last else None)
        for name, choice in zip(ids, draft.choices, strict=True)
    )
    shuffle = "false" if draft.kind is Kind.TRUEFALSE else "true"
    most = "1" if single else "0"
    interaction = w.x("choiceInteraction", simple, responseIdentifier="RESPONSE", shuffle=shuffle, maxChoices=most)
    rules = w.template("map_response" if mapping else "match_correct")
    outcomes = feedback = ""
    if any(choice.feedback for choice in draft.choices):
        rules = w.x("responseProcessing", _scored(w, bool(mapping)), w.set("FEEDBACK", w.given()))
        outcomes, feedback = w.feedback_outcome(cardinality), w.chosen_feedback(draft, draft.choices, ids)
    return Parts(w.response("identifier", cardinality, right, mapping), interaction, rules, outcomes, feedback)


def _scored(w: Writer, mapped: bool) -> str:
    """The two templates written out."""
    if mapped:
        return w.set("SCORE", w.x("mapResponse", identifier="RESPONSE"))
    test = w.x("match", w.given(), w.x("correct", identifier="RESPONSE"))
    return w.first_of([(test, w.set("SCORE", w.number(1)))], w.set("SCORE", w.number(0)))


def _option_mapping(w: Writer, draft: Draft, worth: Mapping[str, Fraction]) -> str:
    """A mapping that counts as the scoring does; none for all or nothing."""
    if draft.scoring is Scoring.ALL:
        return ""
    if draft.kind is Kind.SINGLE:
        return w.mapping(worth)
    bounds = {"lowerBound": "0", "upperBound": "1"}
    if draft.scoring is Scoring.WEIGHTS:
        return w.mapping(worth, **bounds)
    right = {name: share for name, share in worth.items() if share}
    otherwise = "-1" if draft.scoring is Scoring.PARTIAL else points(-next(iter(right.values()), Fraction(1)))
    return w.mapping(right, otherwise, **bounds)


def _order(w: Writer, draft: Draft) -> Parts:
    ids = [f"choice_{number}" for number in range(1, len(draft.choices) + 1)]
    simple = "".join(
        w.x("simpleChoice", w.inline(draft, choice.text), identifier=name)
        for name, choice in zip(ids, draft.choices, strict=True)
    )
    rules = w.template("match_correct")
    if draft.scoring is Scoring.PARTIAL:
        steps = [w.set("SCORE", w.number(0))]
        for place, name in enumerate(ids, start=1):
            test = w.x("match", w.x("index", w.given(), n=place), w.x("baseValue", name, baseType="identifier"))
            more = w.x("sum", w.x("variable", identifier="SCORE"), w.number(Fraction(1, len(ids))))
            steps.append(w.first_of([(test, w.set("SCORE", more))]))
        rules = w.x("responseProcessing", *steps)
    interaction = w.x("orderInteraction", simple, responseIdentifier="RESPONSE", shuffle="true")
    return Parts(w.response("identifier", "ordered", ids), interaction, rules)


def _statements(w: Writer, draft: Draft) -> Parts:
    left = {f"y_{number}": choice.text for number, choice in enumerate(draft.choices, start=1)}
    pairs = [f"{name} {'dung' if c.correct else 'sai'}" for name, c in zip(left, draft.choices, strict=True)]
    return _pairs(w, draft, left, {"dung": "Đúng", "sai": "Sai"}, pairs)


def _match(w: Writer, draft: Draft) -> Parts:
    rows = [choice for choice in draft.choices if choice.text]
    sides = dict.fromkeys(choice.match for choice in (*rows, *(c for c in draft.choices if not c.text)))
    names = {text: f"p_{number}" for number, text in enumerate(sides, start=1)}
    left = {f"t_{number}": choice.text for number, choice in enumerate(rows, start=1)}
    pairs = [f"{name} {names[row.match]}" for name, row in zip(left, rows, strict=True)]
    return _pairs(w, draft, left, {name: text for text, name in names.items()}, pairs)


def _pairs(w: Writer, draft: Draft, left: Mapping[str, str], right: Mapping[str, str], pairs: Sequence[str]) -> Parts:
    """A matchInteraction whose left sides take one right side each."""
    count = len(left)
    sets = [_match_set(w, draft, left, 1), _match_set(w, draft, right, count)]
    interaction = w.x("matchInteraction", *sets, responseIdentifier="RESPONSE", shuffle="true", maxAssociations=count)
    if draft.scoring is Scoring.ALL:
        return Parts(w.response("directedPair", "multiple", pairs), interaction, w.template("match_correct"))
    mapping = w.mapping(dict.fromkeys(pairs, Fraction(1, count or 1)))
    response = w.response("directedPair", "multiple", pairs, mapping)
    rules = _steps(w) if draft.scoring is Scoring.STEPS else w.template("map_response")
    return Parts(response, interaction, rules)


def _match_set(w: Writer, draft: Draft, side: Mapping[str, str], most: int) -> str:
    choices = (
        w.x("simpleAssociableChoice", w.inline(draft, text), identifier=name, matchMax=most)
        for name, text in side.items()
    )
    return w.x("simpleMatchSet", *choices)


def _steps(w: Writer) -> str:
    """One to four right statements give 10, 25, 50, 100 per cent; a mapping counts them in quarters."""
    counted = w.x("mapResponse", identifier="RESPONSE")
    branches = [
        (w.x("gte", counted, w.number(right / 4 - 0.05)), w.set("SCORE", w.number(STEPS[right])))
        for right in (4, 3, 2, 1)
    ]
    return w.x("responseProcessing", w.first_of(branches, w.set("SCORE", w.number(0))))


def _typed(w: Writer, draft: Draft) -> Parts:
    """Short texts and numbers as a textEntryInteraction."""
    numbers = draft.kind is Kind.NUMBER
    base = "float" if numbers else "string"
    right = [answer.text for answer in draft.answers if answer.points == 1 and not answer.pattern][:1]
    entry = f"<p>{w.x('textEntryInteraction', responseIdentifier='RESPONSE')}</p>"
    plain = not numbers and not any(answer.pattern or answer.feedback for answer in draft.answers)
    if plain:
        entries = "".join(
            w.x("mapEntry", mapKey=a.text, mappedValue=points(a.points), caseSensitive=str(draft.case).lower())
            for a in draft.answers
        )
        mapping = w.x("mapping", entries, defaultValue="0") if entries else ""
        return Parts(w.response(base, "single", right, mapping), entry, w.template("map_response"))
    ids = [f"answer_{number}" for number in range(1, len(draft.answers) + 1)]
    branches = []
    for name, answer in zip(ids, draft.answers, strict=True):
        rules = w.set("SCORE", w.number(answer.points))
        if answer.feedback:
            rules += w.set("FEEDBACK", w.x("baseValue", name, baseType="identifier"))
        branches.append((_accepts(w, draft, answer), rules))
    rules = w.x("responseProcessing", w.first_of(branches, w.set("SCORE", w.number(0)))) if branches else ""
    feedback = w.chosen_feedback(draft, draft.answers, ids)
    return Parts(
        w.response(base, "single", right), entry, rules, w.feedback_outcome("single") if feedback else "", feedback
    )


def _accepts(w: Writer, draft: Draft, answer: Answer) -> str:
    """The condition under which an answer counts."""
    if draft.kind is Kind.NUMBER:
        value = w.x("baseValue", answer.text, baseType="float")
        off = f"{answer.tolerance} {answer.tolerance}"
        if answer.tolerance == "0":
            return w.x("equal", value, w.given(), toleranceMode="exact")
        return w.x("equal", value, w.given(), toleranceMode="absolute", tolerance=off)
    if answer.pattern:
        return w.x("patternMatch", w.given(), pattern=answer.text)
    value = w.x("baseValue", escaped(answer.text), baseType="string")
    return w.x("stringMatch", w.given(), value, caseSensitive=str(draft.case).lower())


def _essay(w: Writer, draft: Draft) -> Parts:
    length = draft.max_words * _WORD if draft.max_words else None
    box = w.x("extendedTextInteraction", responseIdentifier="RESPONSE", expectedLength=length)
    return Parts(w.response("string", "single", ()), box, "")


_KINDS: Mapping[Kind, Callable[[Writer, Draft], Parts]] = {
    Kind.SINGLE: _options,
    Kind.MULTIPLE: _options,
    Kind.TRUEFALSE: _options,
    Kind.STATEMENTS: _statements,
    Kind.SHORT: _typed,
    Kind.NUMBER: _typed,
    Kind.ORDER: _order,
    Kind.MATCH: _match,
    Kind.ESSAY: _essay,
}
