"""Looking into Word files: templates that are uploaded before they are kept, and files we made before they go out.

A Word file is a zip of XML parts and relations between them. What reaches out of the file (pictures, templates and
data from elsewhere), runs (macros, controls, embedded objects) or cannot be unpacked safely is refused in plain words.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from posixpath import dirname, normpath
from typing import Any

from docx import Document
from lxml import etree

from contest.documents.asking import Known, asks_for_anything, misused
from contest.documents.filling import BROKEN, UNREADABLE, Sandbox, Unfillable, fill
from questions.messages import N_, Message, message

MAX_FILE = 4 * 1024 * 1024
MAX_UNPACKED, MAX_PARTS, MAX_TEXT_PART = 40 * 1024 * 1024, 400, 1_500_000
MAX_TAGS = 2000
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN = f"{WORD}.main+xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: How Word packs parts, and what the zip module raises for what is no archive, is cut off, or lies about itself.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNOPENED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
#: Fields that Word makes of what is in the file; any other may fetch something or run.
FIELDS = {"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME", "HYPERLINK", "REF", "PAGEREF", "SEQ", "TOC"}
_RUNS = ("vbaproject", "vbadata", "activex", "embeddings/", "oleobject", "afchunk", "/attachedtoolbars")
_REFUSED_TAGS = {f"{_W}{name}" for name in ("altChunk", "object", "control", "subDoc", "mailMerge", "attachedTemplate")}

NO_WORD = message(N_("Tệp này không phải là tệp Word (.docx). Hãy mở bằng Word và lưu lại theo dạng .docx."))
TOO_LARGE = message(N_("Tệp quá lớn. Tệp mẫu chỉ được đến 4 MB; hãy bớt hình hoặc giảm cỡ hình."))
MACROS = message(
    N_("Tệp có macro, điều khiển hoặc đối tượng nhúng nên không nhận. Hãy bỏ chúng rồi lưu theo dạng .docx thường.")
)
OUTSIDE = message(
    N_(
        "Tệp lấy nội dung từ nơi khác (hình, mẫu hoặc dữ liệu liên kết ngoài tệp) nên không nhận. Hãy chèn thẳng nội "
        "dung vào tệp, hoặc chép sang một tệp mới làm từ tệp mẫu có sẵn."
    )
)


def package_problems(content: bytes) -> list[Message]:
    """Why a file cannot be taken as a Word template, before anything in it is used; empty when it can."""
    if len(content) > MAX_FILE:
        return [TOO_LARGE]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return [TOO_LARGE]
            names = [entry.filename for entry in entries]
            if (
                len(set(names)) < len(names)
                or any(entry.flag_bits & 1 or entry.compress_type not in _PACKED for entry in entries)
                or any(map(_strays, names))
            ):
                return [BROKEN]
            parts = _unpacked(package, names)
    except _UNOPENED:
        return [NO_WORD]
    return [BROKEN] if parts is None else _parts_problems(parts)


def _unpacked(package: zipfile.ZipFile, names: Collection[str]) -> dict[str, bytes] | None:
    """The parts by name; None where one was damaged after it was packed."""
    try:
        return {name: package.read(name) for name in names if not name.endswith("/")}
    except (*_UNOPENED, zlib.error):
        return None


def _parts_problems(parts: Mapping[str, bytes]) -> list[Message]:
    types = parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types or any(word in name.lower() for name in parts for word in _RUNS):
        return [MACROS]
    if any(len(blob) > MAX_TEXT_PART for name, blob in parts.items() if _is_xml(name)):
        return [TOO_LARGE]
    try:
        trees = {name: _parsed(blob) for name, blob in parts.items() if _is_xml(name)}
    except (etree.XMLSyntaxError, ValueError):
        return [BROKEN]
    if "[Content_Types].xml" not in trees or not _has_main(trees["[Content_Types].xml"]):
        return [NO_WORD]
    problems = [OUTSIDE] if any(_reaches_out(tree) for name, tree in trees.items() if name.endswith(".rels")) else []
    if any(element.tag in _REFUSED_TAGS for tree in trees.values() for element in tree.iter()):
        problems.append(OUTSIDE if OUTSIDE not in problems else MACROS)
    for field in sorted({field for tree in trees.values() for field in _fields(tree)} - FIELDS):
        problems.append(
            message(
                N_("Tệp có trường Word “%(field)s” không được phép. Hãy xoá trường đó (Ctrl+Shift+F9)."), field=field
            )
        )
    return problems


def _strays(name: str) -> bool:
    """Whether a part would lie outside of the folder that a file is unpacked to."""
    return name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _parsed(blob: bytes) -> Any:
    """A part as a tree. Raises ValueError for one that declares entities, XMLSyntaxError for what is no XML."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    tree = etree.fromstring(blob, parser)
    # Asked of the tree, not of the bytes: these may be written in another encoding.
    if tree.getroottree().docinfo.internalDTD is not None:
        raise ValueError("entities")
    return tree


def _has_main(types: Any) -> bool:
    return any(part.get("ContentType") == _MAIN for part in types.iter(f"{_TYPES}Override"))


def _reaches_out(relations: Any) -> bool:
    """Whether a part fetches something; links that somebody clicks do not."""
    for relation in relations.iter(_RELATION):
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            is_link = relation.get("Type", "").endswith("/hyperlink")
            if not (is_link and target.lower().startswith(("http://", "https://", "mailto:"))):
                return True
        elif "://" in target or target.startswith("\\\\"):
            return True
    return False


def _fields(tree: Any) -> Iterator[str]:
    """The first word of every field of a part, in capitals; instructions may be spread over several runs."""
    for simple in tree.iter(f"{_W}fldSimple"):
        yield _first_word(simple.get(f"{_W}instr", ""))
    open_fields: list[str] = []
    for element in tree.iter(f"{_W}fldChar", f"{_W}instrText"):
        if element.tag == f"{_W}instrText":
            if open_fields:
                open_fields[-1] += element.text or ""
            else:
                yield _first_word(element.text or "")
        elif element.get(f"{_W}fldCharType") == "begin":
            open_fields.append("")
        elif element.get(f"{_W}fldCharType") == "end" and open_fields:
            yield _first_word(open_fields.pop())
    yield from map(_first_word, open_fields)


def _first_word(instruction: str) -> str:
    words = instruction.split()
    return words[0].upper() if words else "PAGE"


# What a template asks for


def template_problems(content: bytes, known: Known, example: Mapping[str, Any]) -> list[Message]:
    """Why a file cannot serve as a template; empty when it can, filled with an example once and once with nothing."""
    problems = package_problems(content)
    if problems:
        return problems
    sandbox = Sandbox()
    try:
        _check_tags(content)
        made = fill(content, example, sandbox)
        fill(content, {name: type(value)() for name, value in example.items()})
    except Unfillable as refusal:
        return list(refusal.reasons)
    wrong = misused(sandbox.seen, known, example)
    if wrong:
        return wrong
    if not asks_for_anything(sandbox.seen):
        return [
            message(N_("Tệp không có trường dữ liệu nào, ví dụ {{ ten_cuoc_thi }}. Hãy bắt đầu từ tệp mẫu có sẵn."))
        ]
    return [BROKEN] if structure_problems(made) else []


def _check_tags(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        text = b"".join(package.read(name) for name in package.namelist() if _is_xml(name))
    if text.count(b"{{") + text.count(b"{%") > MAX_TAGS:
        raise Unfillable(message(N_("Tệp mẫu có quá nhiều chỗ điền. Hãy bắt đầu lại từ tệp mẫu có sẵn.")))


# What came out


def structure_problems(content: bytes) -> list[str]:
    """What is wrong with a Word file we made, for programs and tests; empty when Word can open it.

    Looks at every part: it parses, its relations lead somewhere, every part has a type, no tag is left unfilled.
    """
    problems: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        trees: dict[str, Any] = {}
        for name in filter(_is_xml, sorted(names)):
            try:
                trees[name] = _parsed(package.read(name))
            except (etree.XMLSyntaxError, ValueError) as wrong:
                problems.append(f"{name}: {wrong}")
    for name, tree in trees.items():
        if name.endswith(".rels"):
            problems += _lost_relations(name, tree, names)
        elif name.startswith("word/"):
            left = re.search(r"\{\{|\{%|%\}|\}\}", "".join(tree.itertext()))
            problems += [f"{name}: {left.group()} is left"] if left else []
    try:
        Document(io.BytesIO(content))
    except UNREADABLE as wrong:
        problems.append(str(wrong))
    return problems


def _lost_relations(name: str, relations: Any, names: Collection[str]) -> list[str]:
    """Relations of a part that lead to nothing in the file."""
    base = dirname(dirname(name))
    lost = []
    for relation in relations.iter(_RELATION):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else normpath(f"{base}/{target}").lstrip("/")
        if relation.get("TargetMode") != "External" and path not in names:
            lost.append(f"{name}: {target} does not exist")
    return lost
