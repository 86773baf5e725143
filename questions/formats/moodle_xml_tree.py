"""Moodle XML as a tree: opened safely, question by question, with its texts, their formats and their files."""

import base64
import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from questions.dialect import tidy
from questions.files import MAX_FILE_BYTES, Refused, looks_zipped, refuse_foreign
from questions.formats.moodle import Marked, read_text
from questions.formats.moodle_pictures import Pictures
from questions.messages import N_, message
from questions.rules import clean

#: No honest question has so many elements; a file of them would fill the memory.
MAX_ELEMENTS = 100_000

_ROOT = re.compile(rb"(?:\s++|<\?xml[^?>]*+\?>|<!--(?:[^-]++|-(?!->))*+-->)*+<quiz[\s>/]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
#: Our own pictures are named so, by what texts call them.
OWN_PICTURE = re.compile(r"hinh-([0-9a-f]{64})\.\w+")
_PICTURE = re.compile(r"hinh:([0-9a-f]{64})")
_PLUGIN = re.compile(r"@@PLUGINFILE@@/([^\s\"')]+)")


def looks_like_quiz(data: bytes) -> bool:
    """Whether a file is XML whose root is ``quiz``, told without parsing it."""
    return bool(_ROOT.match(_as_utf8(data[:20_000])))


def questions_of(data: bytes) -> Iterator["Node"]:
    """Every question (and category) of a file in order; each is gone when the next is asked for. Raises Refused."""
    data = _checked(data)
    events = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        tag="question",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            parent = element.getparent()
            if parent is None or parent.tag != "quiz":
                continue
            yield Node(element)
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise Refused(
            message(N_("Tệp XML hỏng, hoặc có phần quá lớn. Hãy xuất lại tệp từ Moodle rồi nhập lần nữa.")),
            error.lineno,
        ) from error


def _checked(data: bytes) -> bytes:
    if looks_zipped(data):
        raise Refused(message(N_("Đây không phải là tệp Moodle XML. Hãy chọn đúng định dạng, hoặc để tự nhận.")))
    if len(data) > MAX_FILE_BYTES or not _as_utf8(data[:2000]).lstrip().startswith(b"<"):
        refuse_foreign(data)
    data = _as_utf8(data).lstrip()
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused(message(N_("Tệp có khai báo XML không an toàn nên không được mở. Hãy xuất lại tệp từ Moodle.")))
    if not _ROOT.match(data):
        raise Refused(message(N_("Đây không phải là tệp Moodle XML (không có thẻ quiz). Hãy chọn đúng định dạng.")))
    if any(part.count(b"<") > MAX_ELEMENTS for part in data.split(b"<question")):
        raise Refused(message(N_("Tệp XML có câu hỏi phức tạp bất thường nên không được mở.")))
    return data


def _as_utf8(data: bytes) -> bytes:
    """UTF-16 turned into UTF-8; anything else is left to the parser, which reads the declaration."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _DECLARATION.sub("", data.decode("utf-16", "replace")).encode()
    return data.removeprefix(codecs.BOM_UTF8)


@dataclass(slots=True)
class Node:
    """An element of the file by its children; ``pictures`` are shared by all parts of one question."""

    element: etree._Element
    format: str = "html"
    pictures: Pictures = field(default_factory=Pictures)
    unknown: list[str] = field(default_factory=list)

    @property
    def row(self) -> int:
        """Line of the file, from 1."""
        return int(self.element.sourceline or 1)

    def get(self, attribute: str) -> str:
        """An attribute, empty where it is not there."""
        return str(self.element.get(attribute, "")).strip()

    def all(self, name: str) -> list["Node"]:
        """The children of a name, with this question's format and pictures."""
        return [Node(child, self.format, self.pictures, self.unknown) for child in self.element.findall(name)]

    def first(self, name: str) -> "Node | None":
        """The first child of a name."""
        child = self.element.find(name)
        return None if child is None else Node(child, self.format, self.pictures, self.unknown)

    def value(self, name: str) -> str:
        """The text of a child that holds nothing else, whether or not it stands in a ``text`` of its own."""
        child = self.first(name)
        return child.raw.strip() if child else ""

    def on(self, name: str, otherwise: bool) -> bool:
        """A switch as Moodle writes it: 1 and true are on, and so is an empty element that stands for itself."""
        return self.value(name).lower() not in ("", "0", "false") if self.first(name) else otherwise

    @property
    def raw(self) -> str:
        """What the element's ``text`` says; elements typed into it without CDATA count as HTML."""
        text = self.element.find("text")
        inside = self.element if text is None else text
        if text is None or not len(text):
            return inside.text or ""
        return (text.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in text)

    def line(self) -> str:
        """The text on one line, without any markup."""
        return " ".join(clean(self.raw).split())

    def blank(self) -> bool:
        """Whether a text says nothing, its markup apart."""
        return not re.sub(r"<[^<>]*+>|&nbsp;|\s", "", self.raw)

    def text(self, name: str = "") -> str:
        """A text of the question in our words, its pictures taken along; empty for a child that is not there."""
        part = self.first(name) if name else self
        return part._text() if part else ""

    def _text(self) -> str:
        format = self.get("format") or self.format
        source = self.element.find("markdown")
        raw = self.raw
        files = self._files()
        if source is not None and source.get("of") == print_of_text(raw):
            return self._own(source.text or "", files)
        outer = self.pictures.files
        self.pictures.files = {**outer, **files}
        found = read_text(self._with_markdown_pictures(raw, format), format, self.pictures)
        self.pictures.files = outer
        if not format.startswith("plain") and _PLUGIN.search(raw):
            self._tell_unknown(raw)
        return found

    def _own(self, markdown: str, files: dict[str, bytes]) -> str:
        """Our own text, written beside its HTML."""
        named = {match[1]: content for name, content in files.items() if (match := OWN_PICTURE.fullmatch(name))}
        for sha in _PICTURE.findall(markdown):
            if sha in named:
                self.pictures.found[sha] = named[sha]
        text = tidy(markdown)
        return Marked(text) if text else ""

    def _with_markdown_pictures(self, raw: str, format: str) -> str:
        if format != "markdown":
            return raw

        def named(match: re.Match[str]) -> str:
            sha = self.pictures(match[0])
            return f"hinh:{sha}" if sha else match[0]

        return re.sub(r"(?<=\]\()@@PLUGINFILE@@/[^\s)]+", named, raw)

    def _tell_unknown(self, raw: str) -> None:
        """Files that the text wants and that are no pictures: sound, video, documents to load down."""
        pictures = re.findall(r"<img\b[^<>]*+|!\[[^\[\]]{0,300}+\]\([^()]{0,500}+", raw, re.IGNORECASE)
        shown = {name for part in pictures for name in _PLUGIN.findall(part)}
        self.unknown += [name for name in _PLUGIN.findall(raw) if name not in shown]

    def take_files(self) -> None:
        """Let every text of the question show the pictures of every other; Moodle wants them beside their text."""
        self.pictures.files = self._files(".//file")

    def _files(self, path: str = "file") -> dict[str, bytes]:
        found = {}
        for file in self.element.findall(path):
            name = (file.get("path") or "/").strip("/") + "/" + (file.get("name") or "")
            try:
                found[name.lstrip("/")] = base64.b64decode("".join((file.text or "").split()), validate=True)
            except ValueError:
                continue
        return found


def print_of_text(html: str) -> str:
    """By which a text beside its HTML is known to belong to it still."""
    return hashlib.sha256(html.strip().encode()).hexdigest()[:16]
