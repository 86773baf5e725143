"""Styles and automatic numbering of a Word document: what is bold by style, what is numbered without being typed.

The rules are those of ECMA-376 part 1, 17.7 (styles) and 17.9 (numbering), as far as questions need them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

Element = etree._Element

#: Colours whose strongest and weakest part differ less look black, grey or white.
COLOURFUL = 64


class Mark:
    """How a character stands out: bits of a plain number, for they are asked of every character of a file."""

    NONE = 0
    UNDERLINE = 1
    COLOUR = 2
    BOLD = 4
    ITALIC = 8
    #: Lowered or raised letters that have no character of their own.
    SUB = 16
    SUP = 32


@dataclass(frozen=True, slots=True)
class Number:
    """A paragraph's automatic number: "number", "letter" or "other", its level, value, and label as shown."""

    kind: str
    level: int
    value: int
    label: str


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


_KINDS = {"decimal": "number", "decimalZero": "number", "upperLetter": "letter", "lowerLetter": "letter"}
_NAMED_STYLES = {"list number": _Level("decimal", "%1.", 1), "list bullet": _Level("bullet", "-", 1)}


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, *names: str) -> Element | None:
    """The first child with that name, and so on down."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute whatever its namespace; None when there is none."""
    if element is None:
        return None
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), None)


def whole(text: str | None, default: int = 0) -> int:
    """A whole number from an attribute that may be missing or wrong."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else default


class Styles:
    """The styles of a document: what they are called, build on, mark and number."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {
            value(style, "styleId") or "": style
            for style in (root if root is not None else ())
            if local(style) == "style"
        }
        self._marks: dict[str, dict[int, bool]] = {}
        self._headings: dict[str | None, bool] = {}
        self._levels: dict[str | None, _Level | None] = {}
        self._fonts: dict[str | None, str] = {}
        defaults = next((one for one in (root if root is not None else ()) if local(one) == "docDefaults"), None)
        self._usual_font = font_of(child(defaults, "rPrDefault", "rPr"))
        self.default = next(
            (
                name
                for name, style in self._styles.items()
                if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on")
            ),
            "",
        )

    def chain(self, name: str | None) -> Iterator[Element]:
        """A style and those it builds on, itself first."""
        seen = set()
        while name and name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = value(child(self._styles[name], "basedOn"))

    def heading(self, name: str | None) -> bool:
        """Whether a paragraph style makes a heading."""
        if name not in self._headings:
            self._headings[name] = any(
                child(style, "pPr", "outlineLvl") is not None
                or (value(child(style, "name")) or "").lower().startswith("heading")
                for style in self.chain(name)
            )
        return self._headings[name]

    def named_level(self, name: str | None) -> _Level | None:
        """The numbering of Word's own list styles, for files that do not spell it out."""
        if name not in self._levels:
            titles = [(value(child(style, "name")) or "").lower() for style in self.chain(name)]
            named = (level for title in titles for start, level in _NAMED_STYLES.items() if title.startswith(start))
            self._levels[name] = next(named, None)
        return self._levels[name]

    def font(self, name: str | None) -> str:
        """The font that a style or one it builds on names, else the document's own; empty when none does."""
        if name not in self._fonts:
            named = (font_of(child(style, "rPr")) for style in self.chain(name))
            self._fonts[name] = next(filter(None, named), self._usual_font)
        return self._fonts[name]

    def marks(self, name: str | None) -> dict[int, bool]:
        """What a style and those it builds on say about marks."""
        if not name:
            return {}
        if name not in self._marks:
            said: dict[int, bool] = {}
            for style in self.chain(name):
                said = own_marks(child(style, "rPr")) | said
            self._marks[name] = said
        return self._marks[name]


def font_of(properties: Element | None) -> str:
    """The font for Latin letters that run properties name."""
    fonts = child(properties, "rFonts")
    return value(fonts, "ascii") or value(fonts, "hAnsi") or ""


def own_marks(properties: Element | None) -> dict[int, bool]:
    """What run properties say themselves: marks that are set or taken away; others are left to the style."""
    said: dict[int, bool] = {}
    for one in properties if properties is not None else ():
        name, text = local(one), value(one)
        if name == "b":
            said[Mark.BOLD] = text not in ("0", "false", "off")
        elif name == "i":
            said[Mark.ITALIC] = text not in ("0", "false", "off")
        elif name == "u":
            said[Mark.UNDERLINE] = text not in (None, "none")
        elif name == "color":
            said[Mark.COLOUR] = said.get(Mark.COLOUR, False) or _colourful(text)
        elif name == "highlight":
            said[Mark.COLOUR] = said.get(Mark.COLOUR, False) or text not in (None, "none", "white", "black")
        elif name == "shd":
            said[Mark.COLOUR] = said.get(Mark.COLOUR, False) or _colourful(value(one, "fill"))
    return said


def _colourful(text: str | None) -> bool:
    """Whether a colour "RRGGBB" is told from black, grey and white."""
    try:
        parts = bytes.fromhex(text or "")
    except ValueError:
        return False
    return len(parts) == 3 and max(parts) - min(parts) >= COLOURFUL


class Numbering:
    """Counts the numbered paragraphs of a document in order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._links: dict[str, str] = {}
        self._nums: dict[str, Element] = {}
        self._in_styles: dict[str | None, Element | None] = {}
        self._counts: dict[tuple[str, int], int] = {}
        for one in root if root is not None else ():
            if local(one) == "abstractNum":
                name = value(one, "abstractNumId") or ""
                self._abstract[name] = one
                link = value(child(one, "styleLink"))
                if link:
                    self._links[link] = name
            elif local(one) == "num":
                self._nums[value(one, "numId") or ""] = one

    def number(self, properties: Element | None, style: str | None) -> Number | None:
        """The number of the next paragraph, from its own properties or its style's; None when it has none."""
        own = child(properties, "numPr")
        found = own if own is not None else self._of_style(style)
        name = value(child(found, "numId"))
        if name == "0" or (found is None and self._styles.named_level(style) is None):
            return None
        depth = min(whole(value(child(found, "ilvl"))), 8)
        list_name, level = self._level(name, depth)
        level = level or self._styles.named_level(style)
        return self._count(list_name, depth, level) if level else None

    def _of_style(self, style: str | None) -> Element | None:
        if style not in self._in_styles:
            found = (child(one, "pPr", "numPr") for one in self._styles.chain(style))
            self._in_styles[style] = next((one for one in found if one is not None), None)
        return self._in_styles[style]

    def _level(self, name: str | None, depth: int) -> tuple[str, _Level | None]:
        num = self._nums.get(name or "")
        if num is None:
            return "", None
        abstract = value(child(num, "abstractNumId")) or ""
        own = next((o for o in num if local(o) == "lvlOverride" and whole(value(o, "ilvl")) == depth), None)
        linked = value(child(self._abstract.get(abstract), "numStyleLink"))
        element = child(own, "lvl")
        if element is None:
            definition = self._abstract.get(self._links.get(linked or "", abstract))
            levels = [] if definition is None else [one for one in definition if local(one) == "lvl"]
            element = next((one for one in levels if whole(value(one, "ilvl")) == depth), None)
        if element is None:
            return "", None
        start = whole(value(child(own, "startOverride")), whole(value(child(element, "start")), 1))
        level = _Level(value(child(element, "numFmt")) or "decimal", value(child(element, "lvlText")) or "", start)
        return (f"num {name}" if own is not None else abstract), level

    def _count(self, name: str, depth: int, level: _Level) -> Number:
        count = self._counts.get((name, depth), level.start - 1) + 1
        self._counts[name, depth] = count
        for deeper in range(depth + 1, 9):
            self._counts.pop((name, deeper), None)
        if level.format == "bullet":
            return Number("other", depth, count, "-")
        label = level.text.replace(f"%{depth + 1}", _spell(level.format, count))
        for upper in range(depth):
            label = label.replace(f"%{upper + 1}", str(self._counts.get((name, upper), 1)))
        return Number(_KINDS.get(level.format, "other"), depth, count, label)


def _spell(format: str, count: int) -> str:
    if format == "upperLetter":
        return chr(64 + (count - 1) % 26 + 1)
    if format == "lowerLetter":
        return chr(96 + (count - 1) % 26 + 1)
    return str(count)
