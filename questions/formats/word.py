"""A Word document as lines of text: each with the marks of its characters, its paragraph's number and place.

Deleted text of tracked changes is left out, inserted text is in; hidden text is out. Pictures, equations and tables
stand in the text as one character each, whose :class:`Thing` the document keeps. What cannot be held (notes, drawings,
formulas that cannot be told in LaTeX) is kept as a trouble of its line, so that nothing is dropped in silence.
"""

import hashlib
import posixpath
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Union
from urllib.parse import unquote

from lxml import etree

from questions.files import Package, Refused
from questions.formats import omml
from questions.formats.common import unreadable
from questions.formats.legacy import Script, convert, script_of_font
from questions.formats.numbering import (
    Element,
    Mark,
    Number,
    Numbering,
    Styles,
    child,
    font_of,
    local,
    own_marks,
    value,
)

#: Put in front of a line by our writer: "this is text, whatever it looks like". Word joiner, never seen.
PLAIN = "\u2060"

#: The soft hyphen is a letter in TCVN3.
_KEPT = PLAIN + "\u00ad"

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PASS = frozenset(
    {"hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "bdo", "dir", "customXml"}
)
_PICTURES = frozenset({"drawing", "pict", "object"})
_EQUATIONS = frozenset({"oMath", "oMathPara"})
_TROUBLES = {
    **dict.fromkeys(("footnoteReference", "endnoteReference"), "note"),
    "sym": "symbol",
}
_HEIGHTS = {"superscript": Mark.SUP, "subscript": Mark.SUB}
_HIGH = str.maketrans("0123456789+-()no", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ°")
_LOW = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")


#: How our writer names a picture: as the texts do.
_OWN_NAME = re.compile(r"hinh:([0-9a-f]{64})")
_OWN_WORDS = re.compile(r"(?:\\.|[^\]\[\\\n]){0,300}")
#: Characters from here on stand for pictures, formulas and tables.
THING = 0xF0000
MOST_THINGS = 60_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by the SHA-256 of its bytes, with the words that describe it."""

    sha: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    latex: str


Thing = Union[Picture, Formula, "Grid"]


@dataclass(slots=True)
class Line:
    """One line as seen. ``marks`` has one Mark a character; ``first`` tells the first line of its paragraph."""

    paragraph: int
    text: str = ""
    marks: list[int] = field(default_factory=list)
    first: bool = True
    number: Number | None = None
    label_marks: int = Mark.NONE
    heading: str = ""
    centred: bool = False
    troubles: set[str] = field(default_factory=set)

    def add(self, text: str, mark: int) -> None:
        text = unicodedata.normalize("NFC", text)
        if not text.isprintable():
            text = "".join(c for c in text if c in _KEPT or (unicodedata.category(c) != "Cf" and ord(c) < THING))
        self.add_as_is(text.replace("\u00a0", " "), mark)

    def add_as_is(self, text: str, mark: int) -> None:
        self.text += text
        self.marks += [mark] * len(text)

    def cut(self, start: int, end: int | None = None) -> "Line":
        """A part of the line; only a part from its beginning is still the first and numbered."""
        own = start == 0
        return Line(
            self.paragraph,
            self.text[start:end],
            self.marks[start:end],
            first=own and self.first,
            number=self.number if own else None,
            label_marks=self.label_marks if own else Mark.NONE,
            heading=self.heading if own else "",
            centred=self.centred,
            troubles=self.troubles if own else set(),
        )


@dataclass(slots=True)
class Grid:
    """A table: rows of cells of lines."""

    paragraph: int
    rows: list[list[list[Line]]]

    def lines(self) -> Iterator[Line]:
        for row in self.rows:
            for cell in row:
                yield from cell


@dataclass(slots=True)
class Document:
    """Lines and tables in order, what their special characters stand for, and the pictures among it by SHA-256."""

    items: list[Line | Grid]
    things: list[Thing]
    pictures: dict[str, bytes]
    #: Old scripts that were converted.
    scripts: set[Script]


def document(package: Package, part: str) -> Document:
    """All lines and tables of a document's body in order; paragraphs count from 1, those in tables included."""
    folder, _, name = part.rpartition("/")
    styles = Styles(_root(package, f"{folder}/styles.xml"))
    numbering = Numbering(_root(package, f"{folder}/numbering.xml"), styles)
    body = child(_root(package, part), "body")
    if body is None:
        raise Refused(unreadable())
    gallery = Gallery(package, folder, _root(package, f"{folder}/_rels/{name}.rels"))
    reader = _Reader(styles, numbering, gallery)
    items = reader.items(body)
    return Document(items, reader.things, gallery.pictures, reader.scripts)


class Gallery:
    """The pictures that a document's relations lead to."""

    def __init__(self, package: Package, folder: str, relations: Element | None) -> None:
        self.pictures: dict[str, bytes] = {}
        self._media = package.media
        self._names: dict[str, str] = {}
        for one in relations if relations is not None else ():
            if value(one, "TargetMode") != "External":
                target = unquote(value(one, "Target") or "")
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                self._names[value(one, "Id") or ""] = path

    def take(self, relation: str | None, name: str | None = None) -> str | None:
        """What texts call the picture behind a relation: its SHA-256, or the ``name`` that our writer gave it.

        None for one outside the file.
        """
        data = self._media.get(self._names.get(relation or "", ""))
        if data is None:
            return None
        sha = name or hashlib.sha256(data).hexdigest()
        self.pictures[sha] = data
        return sha


def _root(package: Package, part: str) -> Element | None:
    content = package.parts.get(part)
    if content is None:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content.replace(_STRICT, _USUAL), parser)
    except etree.XMLSyntaxError as error:
        raise Refused(unreadable()) from error


class _Reader:
    """Walks the body and counts its paragraphs."""

    def __init__(self, styles: Styles, numbering: Numbering, gallery: Gallery) -> None:
        self._styles, self._numbering, self._gallery = styles, numbering, gallery
        self._paragraphs = 0
        self.things: list[Thing] = []
        self.scripts: set[Script] = set()

    def put(self, thing: Thing, line: Line, mark: int = Mark.NONE) -> None:
        """Let one character of a line stand for a thing."""
        if len(self.things) >= MOST_THINGS:
            raise Refused(unreadable())
        self.things.append(thing)
        line.add_as_is(chr(THING + len(self.things) - 1), mark)

    def items(self, parent: Element) -> list[Line | Grid]:
        found: list[Line | Grid] = []
        for one in parent:
            name = local(one)
            if name == "p":
                found += self._paragraph(one)
            elif name == "tbl":
                found.append(self._table(one))
            elif name in _PASS:
                found += self.items(one)
        return found

    def _table(self, table: Element) -> Grid:
        start = self._paragraphs + 1
        rows = [[self._cell(cell) for cell in _inside(row, "tc")] for row in _inside(table, "tr")]
        return Grid(start, rows)

    def _cell(self, cell: Element) -> list[Line]:
        lines: list[Line] = []
        for item in self.items(cell):
            lines += [item] if isinstance(item, Line) else item.lines()
        return [line for line in lines if line.text.strip() or line.troubles or line.number]

    def _paragraph(self, paragraph: Element) -> list[Line]:
        self._paragraphs += 1
        properties = child(paragraph, "pPr")
        style = value(child(properties, "pStyle")) or self._styles.default
        first = Line(
            self._paragraphs,
            number=self._numbering.number(properties, style),
            heading=style if self._styles.heading(style) else "",
            centred=value(child(properties, "jc")) == "center",
        )
        first.label_marks = self._marks(child(properties, "rPr"), style)
        lines = [first]
        self._runs(paragraph, style, lines)
        while len(lines) > 1 and not lines[-1].text.strip() and not lines[-1].troubles:
            lines.pop()
        return lines

    def _runs(self, parent: Element, style: str, lines: list[Line]) -> None:
        for one in parent:
            name = local(one)
            if name == "r":
                self._run(one, style, lines)
            elif name in _PASS:
                self._runs(one, style, lines)
            elif name in _EQUATIONS:
                self._equation(one, lines[-1])
            elif name in _TROUBLES:
                lines[-1].troubles.add(_TROUBLES[name])

    def _equation(self, element: Element, line: Line) -> None:
        parts = [element] if local(element) == "oMath" else [one for one in element if local(one) == "oMath"]
        for part in parts:
            try:
                self.put(Formula(omml.latex(part)), line)
            except omml.Unknown:
                line.troubles.add("equation")

    def _drawing(self, element: Element, line: Line, mark: int) -> None:
        """A picture; what is drawn with shapes, charts and the like is a trouble."""
        inside = list(element.iter())
        if any("Equation" in (value(one, "ProgID") or "") for one in inside):
            line.troubles.add("equation")
            return
        relations = [value(one, "embed") or value(one, "link") for one in inside if local(one) == "blip"]
        relations += [value(one, "id") for one in inside if local(one) == "imagedata"]
        named = (value(one, "descr") or value(one, "title") for one in inside if local(one) in ("docPr", "shape"))
        words = next(filter(None, named), "") or ""
        own = next((_OWN_NAME.fullmatch(value(one, "name") or "") for one in inside if local(one) == "docPr"), None)
        if not (own and _OWN_WORDS.fullmatch(words)):
            words = " ".join(re.sub(r"[\[\]\\]", " ", words).split())[:200]
        shas = [self._gallery.take(relation, own and own[1]) for relation in relations]
        if not shas or any(sha is None for sha in shas) or any(local(one) == "txbxContent" for one in inside):
            line.troubles.add("picture")
            return
        for sha in shas:
            self.put(Picture(sha or "", words), line, mark)

    def _run(self, run: Element, style: str, lines: list[Line]) -> None:
        properties = child(run, "rPr")
        hidden = child(properties, "vanish")
        if hidden is not None and value(hidden) not in ("0", "false", "off"):
            return
        mark = self._marks(properties, style)
        height = value(child(properties, "vertAlign"))
        script = script_of_font(font_of(properties) or self._font(properties, style))
        for one in run:
            if local(one) == "t" and script and _western(one.text or ""):
                self.scripts.add(script[0])
                lines[-1].add(convert(one.text or "", *script), mark)
            else:
                self._content(one, mark, height, lines)

    def _font(self, properties: Element | None, style: str) -> str:
        own = value(child(properties, "rStyle"))
        return (own and self._styles.font(own)) or self._styles.font(style)

    def _content(self, one: Element, mark: int, height: str | None, lines: list[Line]) -> None:
        name = local(one)
        if name == "t":
            text = _raised(one.text or "", height)
            if text == one.text and text.strip() and height in _HEIGHTS:
                mark |= _HEIGHTS[height]
            lines[-1].add(text, mark)
        elif name in _PICTURES:
            self._drawing(one, lines[-1], mark)
        elif name in ("tab", "ptab"):
            lines[-1].add("\t", mark)
        elif name in ("br", "cr"):
            lines.append(Line(self._paragraphs, first=False, centred=lines[-1].centred))
        elif name == "noBreakHyphen":
            lines[-1].add("-", mark)
        elif name == "AlternateContent":
            for inner in child(one, "Choice") if child(one, "Choice") is not None else ():
                self._content(inner, mark, height, lines)
        elif name in _TROUBLES:
            lines[-1].troubles.add(_TROUBLES[name])

    def _marks(self, properties: Element | None, style: str) -> int:
        said = (
            self._styles.marks(style) | self._styles.marks(value(child(properties, "rStyle"))) | own_marks(properties)
        )
        mark = Mark.NONE
        for one, is_set in said.items():
            mark |= one if is_set else Mark.NONE
        return mark


def _inside(parent: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, through content controls."""
    for one in parent:
        if local(one) == name:
            yield one
        elif local(one) in _PASS:
            yield from _inside(one, name)


def _western(text: str) -> bool:
    """Whether a text has signs that an old font shows as Vietnamese, and none that only Unicode has."""
    return not text.isascii() and all(ord(char) < 0x100 or char in "–—‘’“”…" for char in text)


def _raised(text: str, height: str | None) -> str:
    """Raised and lowered digits as characters of their own: m² and H₂O must not become m2 and H2O."""
    if height == "superscript":
        return text.translate(_HIGH) if re.fullmatch(r"[0-9+\-()no\s]+", text) else text
    if height == "subscript":
        return text.translate(_LOW) if re.fullmatch(r"[0-9+\-()\s]+", text) else text
    return text


def lines_of(items: Sequence[Line | Grid]) -> Iterator[Line]:
    """Every line of a document, those in tables included."""
    for item in items:
        if isinstance(item, Line):
            yield item
        else:
            yield from item.lines()


def plain_text(items: Sequence[Line | Grid]) -> str:
    """All the words of a document, to be looked at as a whole."""
    return "\n".join(line.text for line in lines_of(items))


def rewrite(items: Sequence[Line | Grid], script: Script) -> None:
    """Turn a document whose fonts say nothing, but whose letters are of an old script, into Unicode."""
    for line in lines_of(items):
        pieces = [(convert(text, script), mark) for text, mark in _same_marks(line)]
        line.text, line.marks = "", []
        for text, mark in pieces:
            line.add_as_is(text, mark)


def _same_marks(line: Line) -> Iterator[tuple[str, int]]:
    start = 0
    for end in range(1, len(line.text) + 1):
        if end == len(line.text) or line.marks[end] != line.marks[start]:
            yield line.text[start:end], line.marks[start]
            start = end
