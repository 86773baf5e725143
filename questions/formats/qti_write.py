"""QTI packages: the manifest, the sections of topics, one file an item (2.1 to 3.0) or one file for all (1.2).

What an item itself cannot say is kept in the manifest (or a metadata field of 1.2) as a record, told by reading each
item back as it was written; see :mod:`questions.formats.qti_record`.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from questions.formats import qti_record
from questions.formats.qti_content import Texts, inner
from questions.formats.qti_items import Entry, Handler, read_item
from questions.formats.qti_old_items import read_old_item
from questions.formats.qti_old_kinds import handle
from questions.formats.qti_package import said_of, with_title
from questions.formats.qti_spell import Spell
from questions.formats.qti_write_items import Writer, escaped
from questions.formats.qti_write_kinds import KINDS
from questions.formats.qti_write_old import OldWriter
from questions.formats.qti_xml import root_of
from questions.rules import Difficulty, Draft

VERSIONS = ("1.2", "2.1", "2.2", "3.0")
#: Versions with files of their own for passages.
_WITH_STIMULI = ("2.2", "3.0")
#: The name space of our records.
RECORD_SPACE = "urn:hoithi:qti:record"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_PACKAGES = {
    "1.2": ("http://www.imsglobal.org/xsd/imscp_v1p1", "IMS Content", "1.1.3"),
    "2.1": ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.1 Package", "1.0.0"),
    "2.2": ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.2 Package", "1.0.0"),
    "3.0": ("http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "3.0.0"),
}
_TYPES = {"2.1": "imsqti_{}_xmlv2p1", "2.2": "imsqti_{}_xmlv2p2", "3.0": "imsqti_{}_xmlv3p0"}
_LEVELS = {Difficulty.EASY: "easy", Difficulty.MEDIUM: "medium", Difficulty.HARD: "difficult"}
_SUFFIXES = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"RIFF", "webp"), (b"BM", "bmp"))
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,59}", re.ASCII)
#: Entries of a zip without a date of their own: the same questions give the same file.
_DATE = (1980, 1, 1, 0, 0, 0)
#: What a program shows in place of no section title; read back as no topic.
_NO_TITLE = "-"


def package(
    drafts: Sequence[Draft], pictures: Mapping[str, bytes], version: str, handlers: Mapping[str, Handler]
) -> bytes:
    """A package with these questions; raises KeyError for a version that is not written."""
    if version not in VERSIONS:
        raise KeyError(version)
    made = _Package(pictures, version, handlers)
    if version == "1.2":
        made.all_in_one(drafts)
    else:
        made.one_by_one(drafts)
    return made.zipped()


class _Package:
    """Files of a package as they are made, and what its manifest says of them."""

    def __init__(self, pictures: Mapping[str, bytes], version: str, handlers: Mapping[str, Handler]) -> None:
        self.version, self.handlers, self.pictures = version, handlers, pictures
        self.files: dict[str, bytes] = {}
        self.resources: list[str] = []
        self.x = Spell("2.1")
        self._used: dict[str, None] = {}
        self._passages: dict[tuple[str, str], str] = {}

    def address(self, sha: str) -> str | None:
        """Where a picture is as seen from the item, noted as used; None where its bytes are not given."""
        data = self.pictures.get(sha)
        if data is None:
            return None
        suffix = next((name for magic, name in _SUFFIXES if data.startswith(magic)), "img")
        path = f"images/{sha[:20]}.{suffix}"
        self.files[path] = data
        self._used[path] = None
        return path if self.version == "1.2" else f"../{path}"

    def texts(self, folder: str) -> Texts:
        """Reads texts back with the pictures of this package."""
        return Texts(self.files.get, folder, {})

    def all_in_one(self, drafts: Sequence[Draft]) -> None:
        """QTI 1.2: a file of sections and items."""
        writer = OldWriter(self.address)
        names = list(identifiers(drafts))

        def item(number: int) -> str:
            draft, name = drafts[number], names[number]
            root = root_of(writer.item(draft, name).encode())
            entry = Entry(root, number + 1, _seen_topic(draft))
            found, _ = read_old_item(entry, self.texts(""), {}, set(), handle)
            record = qti_record.difference(draft, found.draft) if found else {}
            return writer.item(draft, name, qti_record.dumps(record)) if record else writer.item(draft, name)

        inside = "".join(self._sections(drafts, item, "section", "ident"))
        self.files["cau-hoi.xml"] = writer.file(self.x("assessment", inside, ident="cau-hoi")).encode()
        self.resources.append(self._resource("cau-hoi", "imsqti_xmlv1p2", "cau-hoi.xml"))

    def one_by_one(self, drafts: Sequence[Draft]) -> None:
        """QTI 2.1 to 3.0: a file an item, and a test whose sections are the topics."""
        writer = Writer(self.version, self.address, KINDS)
        names = list(identifiers(drafts))
        for number, (draft, name) in enumerate(zip(drafts, names, strict=True), start=1):
            path = f"items/cau-{number:05d}.xml"
            stimulus = self._stimulus(writer, draft)
            self._used.clear()
            self.files[path] = writer.item(draft, name, stimulus).encode()
            metadata = self._metadata(draft, path, number, stimulus)
            needs = [_stimulus_name(stimulus)] if stimulus else []
            self.resources.append(self._resource(_item_name(name), self._type("item"), path, metadata, needs))

        def reference(number: int) -> str:
            return writer.x("assessmentItemRef", identifier=names[number], href=f"items/cau-{number + 1:05d}.xml")

        sections = "".join(self._sections(drafts, reference, "assessmentSection", "identifier", writer.x))
        part = writer.x(
            "testPart", sections, identifier="part-1", navigationMode="nonlinear", submissionMode="individual"
        )
        if drafts:
            self.files["de.xml"] = writer.root("assessmentTest", part, identifier="de", title="Câu hỏi").encode()
            self._used.clear()
            self.resources.insert(0, self._resource("test", self._type("test"), "de.xml", "", map(_item_name, names)))

    def _type(self, what: str) -> str:
        return _TYPES[self.version].format(what)

    def _stimulus(self, writer: Writer, draft: Draft) -> str | None:
        """The name of the file of a passage, made once for all questions that share it."""
        if not draft.passage or self.version not in _WITH_STIMULI:
            return None
        key = (draft.passage, draft.markup)
        if key not in self._passages:
            name = f"doan-{len(self._passages) + 1:04d}"
            self._passages[key] = name
            path = f"passages/{name}.xml"
            self._used.clear()
            self.files[path] = writer.stimulus(draft, name).encode()
            self.resources.append(self._resource(_stimulus_name(name), self._type("stimulus"), path))
        return self._passages[key]

    def _read_back(self, draft: Draft, path: str, number: int, stimulus: str | None, metadata: str) -> Draft:
        """What a reader finds in the item and its metadata as they were written."""
        said = said_of(root_of(f'<resource xmlns:lom="{_LOM}">{metadata}</resource>'.encode()))
        shared = inner(root_of(self.files[f"passages/{stimulus}.xml"]).find("stimulusBody")) if stimulus else ""
        entry = Entry(root_of(self.files[path]), number, _seen_topic(draft), shared, "", said.tags, said.difficulty)
        entry.source = said.source
        found, _ = read_item(entry, self.texts("items"), self.handlers)
        return found.draft

    def _metadata(self, draft: Draft, path: str, number: int, stimulus: str | None) -> str:
        """Keywords, difficulty and source in the words of LOM, and the record."""
        x = self.x

        def text(value: str) -> str:
            return x("lom:string", escaped(value), language="vi")

        tags = "".join(x("lom:keyword", text(tag)) for tag in draft.tags)
        level = x("lom:source", "LOMv1.0") + x("lom:value", _LEVELS[draft.difficulty])
        kind = x("lom:kind", x("lom:source", "LOMv1.0"), x("lom:value", "isbasedon"))
        source = x("lom:relation", kind, x("lom:resource", x("lom:description", text(draft.source))))
        lom = x(
            "lom:lom",
            x("lom:general", tags) if tags else "",
            x("lom:educational", x("lom:difficulty", level)),
            source if draft.source else "",
        )
        read = self._read_back(draft, path, number, stimulus, x("metadata", lom))
        record = qti_record.difference(draft, read)
        own = f'<record xmlns="{RECORD_SPACE}">{escaped(qti_record.dumps(record))}</record>' if record else ""
        return x("metadata", lom, own)

    def _resource(self, name: str, kind: str, path: str, metadata: str = "", needs: Iterable[str] = ()) -> str:
        """An entry of the manifest for a file with the pictures it uses."""
        x = self.x
        listed = "".join(x("file", href=one) for one in (path, *self._used))
        needed = "".join(x("dependency", identifierref=one) for one in needs)
        return x("resource", metadata, listed, needed, identifier=name, type=kind, href=path)

    def _sections(self, drafts: Sequence[Draft], item, name: str, ident: str, x: Spell | None = None) -> Iterator[str]:
        """Nested sections for topics, opened and closed as the questions go."""
        x = x or self.x
        opened: list[str] = []
        count = 0
        for number, draft in enumerate(drafts):
            path = [one for one in draft.topic.split(" / ") if one] or [_NO_TITLE]
            same = 0
            while same < min(len(path), len(opened)) and path[same] == opened[same]:
                same += 1
            close = x(name, "\0").partition("\0")[2]
            yield close * (len(opened) - same)
            del opened[same:]
            for title in path[same:]:
                count += 1
                attributes = {ident: f"muc-{count}", "title": title}
                if name == "assessmentSection":
                    attributes["visible"] = "true"
                yield x(name, "\0", **attributes).partition("\0")[0]
                opened.append(title)
            yield item(number)
        yield x(name, "\0").partition("\0")[2] * len(opened)

    def zipped(self) -> bytes:
        """The package as a zip file, its manifest first."""
        x = self.x
        space, schema, number = _PACKAGES[self.version]
        said = x("metadata", x("schema", schema), x("schemaversion", number))
        resources = x("resources", "".join(self.resources)) if self.resources else "<resources/>"
        mark = hashlib.sha256("".join(self.resources).encode()).hexdigest()[:16]
        head = f'<manifest xmlns="{space}" xmlns:lom="{_LOM}" identifier="hoithi-{mark}">'
        manifest = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{said}<organizations/>{resources}</manifest>\n'
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {"imsmanifest.xml": manifest.encode(), **self.files}.items():
                archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _item_name(name: str) -> str:
    return f"item-{name}"


def _stimulus_name(name: str) -> str:
    return f"passage-{name}"


def _seen_topic(draft: Draft) -> str:
    """The topic that a reader makes of the titles of the sections."""
    titles: tuple[str, ...] = ()
    for title in draft.topic.split(" / "):
        titles = with_title(titles, title)
    return " / ".join(titles)


def identifiers(drafts: Sequence[Draft]) -> Iterator[str]:
    """A name for each item: its code where that can be one and is not taken, else one by its number."""
    taken = {draft.code for draft in drafts}
    seen: set[str] = set()
    for number, draft in enumerate(drafts, start=1):
        name = draft.code or ""
        if not _IDENTIFIER.fullmatch(name) or name in seen:
            name = f"cau-{number:05d}"
            while name in taken or name in seen:
                name += "-a"
        seen.add(name)
        yield name
