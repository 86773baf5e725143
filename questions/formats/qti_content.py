"""Texts and pictures of one QTI item: XHTML inside elements, HTML inside texts, and what they become."""

import base64
import binascii
import hashlib
import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape as escape_html
from html import unescape
from urllib.parse import unquote, urlsplit

from lxml import etree

from questions import markup
from questions.formats.fields import short
from questions.formats.qti_xml import Element
from questions.messages import N_, Message, message
from questions.pictures import MAX_BYTES
from questions.rules import Draft, Markup, clean

#: A text in at most one element of flow, without anything that could be a formula.
_BARE = re.compile(r"\s*(?:<(?:p|div|contentBody)>)?([^<\\$]*)(?:</(?:p|div|contentBody)>)?\s*")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_EQUATION = re.compile(r"<img\b[^>]*?\bdata-equation-content=(\"[^\"]*\"|'[^']*')[^>]*>", re.IGNORECASE)
_FILEBASE = re.compile(r"^(?:\$|%24)IMS[-_]CC[-_]FILEBASE(?:\$|%24)/?", re.IGNORECASE)

#: Reads a file of the package by its path; None for one that is not there.
ReadFile = Callable[[str], bytes | None]


class _Source(str):
    """A text in Markdown, told from one that stands as it is until all texts of a question are known."""


class Texts:
    """Turns the HTML of one item into texts, and gathers its pictures and what is wrong with them."""

    def __init__(self, read: ReadFile, folder: str, pictures: dict[str, bytes]) -> None:
        self._read, self._pictures = read, pictures
        self.folders = [folder, "", "web_resources"]
        self.faults: list[Message] = []
        self.notes: list[Message] = []

    def of(self, source: str) -> str:
        """The text of a piece of HTML; :meth:`settle` makes one question's texts agree."""
        bare = _BARE.fullmatch(source)
        if bare:
            text = unescape(bare[1]) if "&" in source else bare[1]
            return clean(_BLANKS.sub(" ", text))
        source = _EQUATION.sub(lambda match: f"\\({match[1][1:-1]}\\)", source)
        text, kind = markup.from_html(source, self.picture)
        return _Source(text) if kind is Markup.MARKDOWN else text

    def settle(self, draft: Draft) -> Draft:
        """The draft with all its texts in one markup: plain where none needs more."""
        if not any(isinstance(text, _Source) for text in draft.texts):
            return draft
        return replace(
            draft,
            markup=Markup.MARKDOWN,
            stem=_marked(draft.stem),
            passage=_marked(draft.passage),
            explanation=_marked(draft.explanation),
            guide=_marked(draft.guide),
            choices=tuple(
                replace(c, text=_marked(c.text), match=_marked(c.match), feedback=_marked(c.feedback))
                for c in draft.choices
            ),
            answers=tuple(replace(answer, feedback=_marked(answer.feedback)) for answer in draft.answers),
        )

    def picture(self, source: str) -> str | None:
        """SHA-256 of the picture that a ``src`` names; what cannot be had becomes a fault or a note."""
        data = self._picture_bytes(source.strip())
        if data is None:
            return None
        name = short(source if not source.startswith("data:") else "data:")
        if len(data) > MAX_BYTES:
            limit = MAX_BYTES // 1_000_000
            self._fault(message(N_("Hình “%(name)s” lớn quá %(limit)s MB. Hãy thu nhỏ hình."), name=name, limit=limit))
            return None
        sha = hashlib.sha256(data).hexdigest()
        self._pictures[sha] = data
        return sha

    def _picture_bytes(self, source: str) -> bytes | None:
        if source.startswith("data:"):
            head, _, body = source.partition(",")
            try:
                return base64.b64decode(unquote(body)) if head.endswith(";base64") else unquote(body).encode()
            except (binascii.Error, ValueError):
                return b""
        if not source:
            return None
        if is_elsewhere(source):
            where = short(source)
            self.notes.append(message(N_("Hình ở “%(name)s” không nằm trong tệp nên không nhập được."), name=where))
            return None
        data = self.file(source)
        if data is None:
            self._fault(message(N_("Thiếu hình “%(name)s” trong tệp. Hãy thêm hình rồi nhập lại."), name=short(source)))
        return data

    def file(self, address: str) -> bytes | None:
        """A file of the package by an address in this item, relative to the item's own file."""
        bare = unquote(_FILEBASE.sub("", address).partition("?")[0].partition("#")[0])
        paths = dict.fromkeys(joined(folder, bare) for folder in self.folders)
        return next((data for path in paths if (data := self._read(path)) is not None), None)

    def _fault(self, why: Message) -> None:
        if why not in self.faults:
            self.faults.append(why)


def joined(folder: str, path: str) -> str:
    """A path in the package as seen from a folder of it; never one that leads out of it.

    >>> joined("items", "../images/a.png"), joined("", "../../etc/passwd")
    ('images/a.png', 'etc/passwd')
    """
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def is_elsewhere(address: str) -> bool:
    """Whether an address names a place outside the package, or one on a server."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc) or address.startswith("/")


def _marked(text: str) -> str:
    return str(text) if isinstance(text, _Source) else markup.escape(text)


def inner(element: Element | None) -> str:
    """What stands in an element as HTML.

    >>> inner(etree.fromstring("<p>a &lt; <b>b</b> c</p>"))
    'a &lt; <b>b</b> c'
    """
    if element is None:
        return ""
    parts = [escape_html(element.text or "", quote=False)]
    parts += (etree.tostring(child, encoding="unicode", method="html") for child in element)
    return "".join(parts)


def remove(element: Element, put: str = "") -> None:
    """Take an element out of its tree, its tail and a text in its place left behind."""
    parent = element.getparent()
    if parent is None:
        return
    left = put + (element.tail or "")
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + left
    else:
        parent.text = (parent.text or "") + left
    element.tail = None
    parent.remove(element)
