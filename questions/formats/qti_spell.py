"""Writing XML of QTI: one way of saying an element for the spellings of 2.x and 3.0, and texts as XHTML."""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from html import escape

from lxml import etree, html

from questions import markup
from questions.rules import Markup

#: Elements of XHTML that every version of QTI takes, with the attributes that all of them take.
_ALLOWED = {
    **dict.fromkeys(
        ("p", "div", "span", "br", "em", "strong", "b", "i", "sub", "sup", "code", "pre", "ul", "ol", "li")
        + ("blockquote", "table", "thead", "tbody", "tr", "h3", "h4"),
        frozenset[str](),
    ),
    "th": frozenset({"colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "a": frozenset({"href"}),
}
_MATHML = "http://www.w3.org/1998/Math/MathML"

#: The address of a picture in a file, by its SHA-256; None for one that was not given.
Address = Callable[[str], str | None]


class Spell:
    """Elements as text, in the names of QTI 2, or for 3.0 with its prefix and hyphens."""

    def __init__(self, version: str) -> None:
        self.modern = version == "3.0"

    def __call__(self, name: str, *inside: str, **attributes: object) -> str:
        """An element; attributes that are None are left out, a name may end with "_" for Python's sake."""
        name = _kebab_tag(name) if self.modern else name
        said = "".join(
            f' {self._attribute(key)}="{quoted(str(value))}"' for key, value in attributes.items() if value is not None
        )
        content = "".join(inside)
        return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"

    def _attribute(self, key: str) -> str:
        key = key.rstrip("_")
        return _kebab(key) if self.modern else key

    def body(self, inside: str) -> str:
        """Flowing text where 3.0 wants it in an element of its own."""
        return self("contentBody", inside) if self.modern else inside


@lru_cache(maxsize=500)
def _kebab_tag(name: str) -> str:
    return "qti-" + _kebab(name)


@lru_cache(maxsize=500)
def _kebab(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "-" + match[0].lower(), name)


def quoted(text: str) -> str:
    """A text as the value of an attribute, line breaks kept."""
    return escape(text).replace("\n", "&#10;").replace("\t", "&#9;")


def points(share: Fraction | float) -> str:
    """A share as a decimal.

    >>> points(Fraction(1, 3)), points(Fraction(1)), points(Fraction(-1, 4))
    ('0.3333333333', '1', '-0.25')
    """
    return f"{float(share):.10f}".rstrip("0").rstrip(".")


def blocks(text: str, kind: Markup, address: Address) -> str:
    """A text as paragraphs, lists and tables of XHTML."""
    if not text:
        return ""
    if kind is not Markup.MARKDOWN:
        return "".join(f"<p>{_lines(part)}</p>" for part in text.split("\n\n"))
    return _xhtml(markup.to_html(text, kind, _shown(address)))


def inline(text: str, kind: Markup, address: Address) -> str:
    """The same without a paragraph around a single one."""
    if kind is not Markup.MARKDOWN:
        return _lines(text) if "\n\n" not in text else blocks(text, kind, address)
    return _xhtml(markup.to_inline(text, kind, _shown(address)))


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br/>")


def _shown(address: Address) -> markup.FindPicture:
    def find(sha: str) -> markup.Shown | None:
        found = address(sha)
        return markup.Shown(found) if found else None

    return find


def _xhtml(source: str) -> str:
    """HTML of ours as XHTML that QTI takes; an element that it has no name for becomes a span."""
    body = html.document_fromstring(f"<html><body>{source}</body></html>").find("body")
    for element in list(body.iter()):
        _fit(element)
    parts = [escape(body.text or "", quote=False)]
    parts += (etree.tostring(child, encoding="unicode", method="xml") for child in body)
    return "".join(parts)


def _fit(element: etree._Element) -> None:
    tag = str(element.tag)
    if tag == "body" or any(True for _ in element.iterancestors("math")):
        return
    if tag == "math":
        block = element.get("display")
        element.attrib.clear()
        element.set("xmlns", _MATHML)
        if block:
            element.set("display", block)
        return
    allowed = _ALLOWED.get(tag)
    if allowed is None:
        element.tag, allowed = "span", frozenset()
    for name in list(element.attrib):
        if name not in allowed:
            del element.attrib[name]
