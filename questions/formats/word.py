"""A Word document as lines of text: each with the marks of its characters, its paragraph's number and place.

Deleted text of tracked changes is left out, inserted text is in; hidden text is out. What cannot be held as text
(pictures, equations, notes) is kept as a trouble of its line, so that nothing is dropped in silence.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from questions.files import Package, Refused
from questions.formats.common import unreadable
from questions.formats.numbering import (
    Element,
    Mark,
    Number,
    Numbering,
    Styles,
    child,
    local,
    own_marks,
    value,
)

#: Put in front of a line by our writer: "this is text, whatever it looks like". Word joiner, never seen.
PLAIN = "\u2060"

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PASS = frozenset(
    {"hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "bdo", "dir", "customXml"}
)
_PICTURES = frozenset({"drawing", "pict", "object"})
_TROUBLES = {
    **dict.fromkeys(_PICTURES, "picture"),
    **dict.fromkeys(("oMath", "oMathPara"), "equation"),
    **dict.fromkeys(("footnoteReference", "endnoteReference"), "note"),
    "sym": "symbol",
}
_HIGH = str.maketrans("0123456789+-()no", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ°")
_LOW = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")


@dataclass(slots=True)
class Line:
    """One line as seen. ``marks`` has one Mark a character; ``first`` tells the first line of its paragraph."""

    paragraph: int
    text: str = ""
    marks: list[Mark] = field(default_factory=list)
    first: bool = True
    number: Number | None = None
    label_marks: Mark = Mark.NONE
    heading: str = ""
    centred: bool = False
    troubles: set[str] = field(default_factory=set)

    def add(self, text: str, mark: Mark) -> None:
        text = unicodedata.normalize("NFC", text)
        if not text.isprintable():
            text = "".join(c for c in text if c == PLAIN or unicodedata.category(c) != "Cf")
        self.text += text.replace("\u00a0", " ")
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


def document(package: Package, part: str) -> list[Line | Grid]:
    """All lines and tables of a document's body in order; paragraphs count from 1, those in tables included."""
    folder = part.rpartition("/")[0]
    styles = Styles(_root(package, f"{folder}/styles.xml"))
    numbering = Numbering(_root(package, f"{folder}/numbering.xml"), styles)
    body = child(_root(package, part), "body")
    if body is None:
        raise Refused(unreadable())
    return _Reader(styles, numbering).items(body)


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

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles, self._numbering = styles, numbering
        self._paragraphs = 0

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
            elif name in _TROUBLES:
                lines[-1].troubles.add(_TROUBLES[name])

    def _run(self, run: Element, style: str, lines: list[Line]) -> None:
        properties = child(run, "rPr")
        hidden = child(properties, "vanish")
        if hidden is not None and value(hidden) not in ("0", "false", "off"):
            return
        mark = self._marks(properties, style)
        height = value(child(properties, "vertAlign"))
        for one in run:
            self._content(one, mark, height, lines)

    def _content(self, one: Element, mark: Mark, height: str | None, lines: list[Line]) -> None:
        name = local(one)
        if name == "t":
            lines[-1].add(_raised(one.text or "", height), mark)
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

    def _marks(self, properties: Element | None, style: str) -> Mark:
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


def _raised(text: str, height: str | None) -> str:
    """Raised and lowered digits as characters of their own: m² and H₂O must not become m2 and H2O."""
    if height == "superscript":
        return text.translate(_HIGH) if re.fullmatch(r"[0-9+\-()no\s]+", text) else text
    if height == "subscript":
        return text.translate(_LOW) if re.fullmatch(r"[0-9+\-()\s]+", text) else text
    return text


def plain_text(items: Sequence[Line | Grid]) -> str:
    """All the words of a document, to be looked at as a whole."""
    lines = (line for item in items for line in ([item] if isinstance(item, Line) else item.lines()))
    return "\n".join(line.text for line in lines)
