"""Our own packages keep to the structure that the specifications give: names, order, attributes, references."""

import io
import re
import zipfile
from dataclasses import replace
from fractions import Fraction

import pytest
from lxml import etree

from questions.formats import qti
from questions.rules import SCORINGS, Answer, Choice, Draft, Kind, Markup, Scoring

VERSIONS = ("2.1", "2.2", "3.0")
SPACES = {
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
MATHML = "http://www.w3.org/1998/Math/MathML"
BLOCK = "p|div|ul|ol|table|blockquote|pre|h3|h4"
INTERACTION = "choiceInteraction|orderInteraction|matchInteraction|extendedTextInteraction"
#: For each element the order of its children, and its attributes; a "!" marks those it must have.
#: Source: IMS QTI 2.1 Assessment Test, Section and Item Information Model and its XML binding.
RULES = {
    "assessmentItem": (
        "(responseDeclaration )*(outcomeDeclaration )*(assessmentStimulusRef )*(itemBody )?(responseProcessing )?"
        "(modalFeedback )*",
        "identifier! title! adaptive! timeDependent!",
    ),
    "responseDeclaration": ("(correctResponse )?(mapping )?", "identifier! cardinality! baseType"),
    "outcomeDeclaration": ("(defaultValue )?", "identifier! cardinality! baseType normalMaximum externalScored"),
    "correctResponse": ("(value )+", ""),
    "defaultValue": ("(value )+", ""),
    "value": ("", ""),
    "mapping": ("(mapEntry )+", "defaultValue lowerBound upperBound"),
    "mapEntry": ("", "mapKey! mappedValue! caseSensitive"),
    "assessmentStimulusRef": ("", "identifier! href!"),
    "itemBody": (f"((rubricBlock|{INTERACTION}|{BLOCK}) )+", ""),
    "rubricBlock": (f"(({BLOCK}|contentBody) )+", "view!"),
    "contentBody": (f"(({BLOCK}) )+", ""),
    "choiceInteraction": ("(simpleChoice )+", "responseIdentifier! shuffle! maxChoices!"),
    "orderInteraction": ("(simpleChoice )+", "responseIdentifier! shuffle!"),
    "simpleChoice": (None, "identifier! fixed"),
    "matchInteraction": ("(simpleMatchSet ){2}", "responseIdentifier! shuffle! maxAssociations!"),
    "simpleMatchSet": ("(simpleAssociableChoice )*", ""),
    "simpleAssociableChoice": (None, "identifier! matchMax!"),
    "textEntryInteraction": ("", "responseIdentifier!"),
    "extendedTextInteraction": ("", "responseIdentifier! expectedLength"),
    "responseProcessing": ("((responseCondition|setOutcomeValue) )*", "template"),
    "responseCondition": ("responseIf (responseElseIf )*(responseElse )?", ""),
    "responseIf": (r"\w+ ((responseCondition|setOutcomeValue) )*", ""),
    "responseElseIf": (r"\w+ ((responseCondition|setOutcomeValue) )*", ""),
    "responseElse": ("((responseCondition|setOutcomeValue) )+", ""),
    "setOutcomeValue": ("(baseValue|variable|mapResponse|sum) ", "identifier!"),
    "baseValue": ("", "baseType!"),
    "variable": ("", "identifier!"),
    "correct": ("", "identifier!"),
    "mapResponse": ("", "identifier!"),
    "match": (r"\w+ \w+ ", ""),
    "sum": (r"(\w+ )+", ""),
    "index": (r"\w+ ", "n!"),
    "gte": (r"\w+ \w+ ", ""),
    "equal": (r"\w+ \w+ ", "toleranceMode! tolerance"),
    "stringMatch": (r"\w+ \w+ ", "caseSensitive!"),
    "patternMatch": (r"\w+ ", "pattern!"),
    "modalFeedback": (f"(({BLOCK}|contentBody) )+", "outcomeIdentifier! identifier! showHide!"),
    "assessmentTest": ("(testPart )+", "identifier! title!"),
    "testPart": ("(assessmentSection )+", "identifier! navigationMode! submissionMode!"),
    "assessmentSection": ("((assessmentSection|assessmentItemRef) )*", "identifier! title! visible!"),
    "assessmentItemRef": ("", "identifier! href!"),
    "assessmentStimulus": ("stimulusBody ", "identifier! title!"),
    "stimulusBody": (f"(({BLOCK}) )+", ""),
}
HTML = {
    **dict.fromkeys(
        [
            "p",
            "div",
            "ul",
            "ol",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "blockquote",
            "pre",
            "h3",
            "h4",
            "strong",
            "em",
            "span",
            "sub",
            "sup",
            "code",
            "br",
        ],
        "",
    ),
    "td": "colspan rowspan",
    "th": "colspan rowspan",
    "img": "src! alt! width height",
    "a": "href!",
}
IDENTIFIER = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
PICTURE = "a" * 64
RICH = (
    f"Đoạn **đậm** *nghiêng* ++gạch++ $x^2$ H~2~O `mã` [liên kết](https://example.org)\n\n- một\n- hai\n\n1. ba\n\n"
    f"| a | b |\n| --- | --: |\n| 1 | 2 |\n\n> trích\n\n![h](hinh:{PICTURE})\n\n$$y$$"
)


def every_kind():
    """A question of each kind with each of its scorings, plain and with everything that Markdown has."""
    for kind in Kind:
        for scoring in SCORINGS[kind]:
            draft = Draft(
                f"Câu {kind} {scoring}", kind=kind, scoring=scoring, topic=f"Chủ đề / {kind}", explanation="Vì vậy."
            )
            points = Fraction(1) if scoring is Scoring.WEIGHTS else None
            right = Choice("Đúng", True, points=points, match="x", feedback="phải")
            others = (
                Choice("Sai", match="y", stays_last=kind is Kind.SINGLE),
                Choice("c", match="y"),
                Choice("d", match="x"),
            )
            if kind in (Kind.SHORT, Kind.NUMBER):
                draft = replace(
                    draft, answers=(Answer("1", tolerance="0.5"), Answer("2", Fraction(1, 2), feedback="gần"))
                )
            elif kind is not Kind.ESSAY:
                draft = replace(draft, choices=(right, *others)[: 2 if kind is Kind.TRUEFALSE else 4])
            else:
                draft = replace(draft, guide="Chấm", max_words=50)
            yield draft
            yield replace(
                draft,
                stem=RICH,
                passage=RICH + " chung",
                explanation=RICH,
                markup=Markup.MARKDOWN,
                code=f"{kind}.{scoring}",
            )
    yield Draft("Chữ", kind=Kind.SHORT, answers=(Answer("a"), Answer("b")))


def camel(name):
    first, *rest = name.removeprefix("qti-").split("-")
    return first + "".join(part.capitalize() for part in rest)


def name_of(element, version):
    """An element's name as the rules above have it; its namespace must be the version's."""
    space, _, local = element.tag[1:].partition("}")
    if space == MATHML:
        return None
    assert space == SPACES[version], element.tag
    if version != "3.0":
        return local
    assert local.startswith("qti-") != (local in HTML), local
    return camel(local)


def check_attributes(element, allowed, version):
    wanted = allowed.split()
    names = {camel(name) if version == "3.0" else name for name in element.attrib if "}" not in name}
    assert names <= {name.rstrip("!") for name in wanted}, (element.tag, names)
    assert {name[:-1] for name in wanted if name.endswith("!")} <= names, (element.tag, names)


def check(element, version):
    """One element and all in it against the rules."""
    name = name_of(element, version)
    if name is None:
        return
    children = list(element)
    if name in RULES:
        order, attributes = RULES[name]
        check_attributes(element, attributes, version)
        if order is not None:
            said = "".join(f"{name_of(child, version)} " for child in children)
            assert re.fullmatch(order, said), (name, said)
            assert len(children) == 0 or not (element.text or "").strip(), name
    else:
        assert name in HTML, name
        check_attributes(element, HTML[name], version)
    if name == "p":
        assert not {name_of(child, version) for child in children} & set(BLOCK.split("|"))
    for child in children:
        check(child, version)


def packed(version):
    data = qti.write(list(every_kind()), {PICTURE: b"\x89PNG\r\n\x1a\n"}, version)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("version", VERSIONS)
def test_items_tests_and_passages_keep_to_the_specification(version):
    files = packed(version)
    roots = {name: etree.fromstring(data) for name, data in files.items() if name.endswith(".xml")}
    for name, root in roots.items():
        if name != "imsmanifest.xml":
            check(root, version)
    kinds = {name.partition("/")[0] for name in roots}
    assert kinds == {"imsmanifest.xml", "de.xml", "items"} | ({"passages"} if version != "2.1" else set())


@pytest.mark.parametrize("version", VERSIONS)
def test_every_name_that_is_used_is_declared(version):
    for name, data in packed(version).items():
        if not name.startswith("items/"):
            continue
        root = etree.fromstring(data)
        for element in root.iter():
            element.tag = camel(element.tag.partition("}")[2])
            for key in list(element.keys()):
                element.set(camel(key), element.get(key))
        declared = {e.get("identifier") for e in root.iter("responseDeclaration", "outcomeDeclaration")}
        used = {e.get("responseIdentifier") for e in root.iter() if e.get("responseIdentifier")}
        used |= {e.get("identifier") for e in root.iter("variable", "correct", "mapResponse", "setOutcomeValue")}
        used |= {e.get("outcomeIdentifier") for e in root.iter("modalFeedback")}
        assert used <= declared
        choices = [e.get("identifier") for e in root.iter("simpleChoice", "simpleAssociableChoice")]
        assert len(set(choices)) == len(choices) and all(map(IDENTIFIER.fullmatch, choices))
        if choices:
            values = " ".join(e.text for e in root.iterfind("responseDeclaration/correctResponse/value")).split()
            values += " ".join(e.get("mapKey") for e in root.iter("mapEntry")).split()
            assert set(values) <= set(choices)


@pytest.mark.parametrize("version", ("1.2", *VERSIONS))
def test_the_manifest_names_every_file_once_and_nothing_else(version):
    files = packed(version)
    root = etree.fromstring(files["imsmanifest.xml"])
    space = root.tag[1:].partition("}")[0]
    assert [child.tag.partition("}")[2] for child in root] == ["metadata", "organizations", "resources"]
    resources = list(root.iter(f"{{{space}}}resource"))
    names = [one.get("identifier") for one in resources]
    assert len(set(names)) == len(names) and all(map(IDENTIFIER.fullmatch, names))
    assert {one.get("identifierref") for one in root.iter(f"{{{space}}}dependency")} <= set(names)
    listed = {one.get("href") for one in root.iter(f"{{{space}}}file")}
    assert {one.get("href") for one in resources} <= listed
    assert listed == set(files) - {"imsmanifest.xml"}


def test_1_2_says_each_response_and_feedback_that_it_names():
    root = etree.fromstring(packed("1.2")["cau-hoi.xml"])
    for element in root.iter():
        element.tag = element.tag.partition("}")[2]
    items = list(root.iter("item"))
    assert len({item.get("ident") for item in items}) == len(items) == len(list(every_kind()))
    for item in items:
        assert [child.tag for child in item if child.tag != "itemrubric"][:2] == ["itemmetadata", "presentation"]
        responses = {
            e.get("ident"): {label.get("ident") for label in e.iter("response_label")}
            for e in item.iter()
            if e.tag.startswith("response_") and e.tag != "response_label"
        }
        for test in item.iter("varequal", "vargte", "varlte"):
            assert test.get("respident") in responses
            if item.find(".//render_choice") is not None:
                assert test.text in responses[test.get("respident")]
        feedback = {e.get("ident") for e in item.iter("itemfeedback")}
        assert {e.get("linkrefid") for e in item.iter("displayfeedback")} == feedback
