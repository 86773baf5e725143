"""Readers and writers of question files, one module a format, usable without Flask or database."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, ModuleType

from questions.files import MAX_FILE_BYTES, Refused, looks_zipped, open_package, refuse_foreign
from questions.formats import aiken, csv, docx, gift, moodle_xml, qti, sniff, xlsx
from questions.formats.columns import FindColumns, Look
from questions.formats.common import watcher
from questions.messages import N_, Message, message
from questions.rules import Draft, Fault, ReadResult

#: Each module has read(data) -> ReadResult, write(drafts) -> bytes, EXTENSIONS and MIME.
FORMATS: MappingProxyType[str, ModuleType] = MappingProxyType(
    {"docx": docx, "xlsx": xlsx, "csv": csv, "aiken": aiken, "gift": gift, "moodle-xml": moodle_xml, "qti": qti}
)
AUTO = "auto"
#: What can be written: each format under its key, and the other versions of QTI under keys of their own.
WRITTEN: MappingProxyType[str, ModuleType] = MappingProxyType(
    {**FORMATS, **{f"qti-{version}": qti for version in qti.VERSIONS if version != qti.USUAL}}
)
#: Formats whose columns a person may explain.
TABLES = frozenset({"xlsx", "csv"})


def read(
    source: str | os.PathLike[str] | bytes,
    format: str = AUTO,
    name: str | None = None,
    columns: FindColumns | None = None,
    watch: Callable[[int], None] | None = None,
) -> ReadResult:
    """Questions and faults of a file given by its path or its bytes; never raises because of the file.

    ``format`` is a key of FORMATS, or "auto": told by the content, then by the file's name. ``columns`` knows what the
    columns of tables mean whose header says nothing to us, see :mod:`questions.formats.columns`. ``watch`` is told
    now and then how many questions have been read.
    """
    try:
        data = source if isinstance(source, bytes) else _load(source)
        if not isinstance(source, bytes):
            name = name or os.fspath(source)
        chosen = detect(data, name) if format == AUTO else format
        module = FORMATS[chosen]
    except Refused as refused:
        return ReadResult(faults=(Fault(refused.message),))
    except KeyError:
        return ReadResult(faults=(Fault(_unknown_format(format)),))
    token = watcher.set(watch)
    try:
        return module.read(data, columns) if chosen in TABLES else module.read(data)
    finally:
        watcher.reset(token)


def look(data: bytes, format: str) -> Look | None:
    """The top of a table, for a person to say what its columns mean; None for what is no table, or no readable one."""
    try:
        return FORMATS[format].look(data) if format in TABLES else None
    except Exception:
        return None


def _load(path: str | os.PathLike[str]) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Refused(message(N_("Không mở được tệp. Hãy kiểm tra đường dẫn và quyền đọc tệp."))) from error


def _unknown_format(format: str) -> Message:
    return message(
        N_("Không có định dạng “%(format)s”. Hãy chọn một trong: %(known)s."),
        format=format,
        known=", ".join([AUTO, *FORMATS]),
    )


def detect(data: bytes, name: str | None = None) -> str:
    """The format of a file by its content, then by its name; raises Refused for a kind that is not taken."""
    if qti.looks_right(data):
        return "qti"
    if moodle_xml.looks_like_quiz(data):
        return "moodle-xml"
    refuse_foreign(data)
    if looks_zipped(data):
        names = open_package(data).names
        if any(part.startswith("word/") for part in names):
            return "docx"
        if any(part.startswith("xl/") for part in names):
            return "xlsx"
        raise Refused(message(N_("Đây là tệp nén, không phải tệp Word hay Excel. Hãy chọn lại tệp.")))
    suffix = Path(name or "").suffix.lower()
    if suffix in {".docx", ".docm", ".xlsx", ".xlsm"}:
        raise Refused(
            message(
                N_("Tệp có đuôi %(suffix)s nhưng bên trong không phải Word hay Excel. Hãy lưu lại tệp."), suffix=suffix
            )
        )
    return sniff.text_format(data, suffix) or "csv"


def write(drafts: Sequence[Draft], format: str, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A file with these questions; ``write((), format)`` is the empty template. Raises KeyError for no format.

    ``format`` is a key of WRITTEN. ``pictures`` by what texts call them; formats that hold none leave them out.
    """
    module = WRITTEN[format]
    if module is qti:
        return qti.write(drafts, pictures or {}, format.partition("-")[2] or qti.USUAL)
    with_pictures = pictures and "pictures" in inspect.signature(module.write).parameters
    return module.write(drafts, pictures) if with_pictures else module.write(drafts)


def losses(drafts: Sequence[Draft], format: str) -> list[Fault]:
    """What a file of this format cannot hold of these questions. Raises KeyError for no format."""
    return WRITTEN[format].losses(drafts)
