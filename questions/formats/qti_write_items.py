"""Questions as items of QTI 2.1, 2.2 and 3.0, each kind in the interaction that is meant for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from questions.formats.qti_spell import Address, Spell, blocks, inline, points
from questions.rules import Answer, Choice, Draft, Kind

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

    def __init__(
        self, version: str, address: Address, kinds: Mapping[Kind, Callable[["Writer", Draft], Parts]]
    ) -> None:
        self.version, self.address, self._kinds = version, address, kinds
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
        parts = self._kinds[draft.kind](self, draft)
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


#: Writes the parts of a question of one kind.
WriteKind = Callable[[Writer, Draft], Parts]
