"""What an uploaded file is, and whether it is safe to open: decided from its bytes, before any parser sees them.

Office files are zip archives of XML. They are read into memory as a whole, within limits on number, size and
ratio of the members, and without document type declarations (so no XML entity is ever expanded). Readers get the
members' bytes, never the archive, so that a lying archive cannot say one thing here and another to a parser.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from questions.messages import N_, Message, message

MAX_FILE_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 60_000_000
MAX_MEMBERS = 2_000
#: A content package has a file for each question.
MAX_CONTENT_MEMBERS = 45_000
#: Its members are read one by one, so that all together may be more.
MAX_CONTENT_BYTES = 240_000_000
MAX_RATIO = 250
#: Members smaller than this may be packed as tightly as they like.
RATIO_FROM_BYTES = 2_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_SUFFIXES = (".xml", ".rels")

_FOREIGN = (
    (b"%PDF", N_("Đây là tệp PDF. Hãy nhập từ tệp Word (.docx) hoặc Excel (.xlsx) gốc.")),
    (b"{\\rtf", N_("Đây là tệp RTF. Hãy mở bằng Word rồi lưu lại dạng Word Document (.docx).")),
    (b"\x89PNG", N_("Đây là tệp ảnh. Hãy nhập từ tệp Word, Excel hoặc CSV.")),
    (b"\xff\xd8\xff", N_("Đây là tệp ảnh. Hãy nhập từ tệp Word, Excel hoặc CSV.")),
    (b"GIF8", N_("Đây là tệp ảnh. Hãy nhập từ tệp Word, Excel hoặc CSV.")),
    (b"Rar!", N_("Đây là tệp nén. Hãy giải nén rồi nhập tệp Word, Excel hoặc CSV bên trong.")),
    (b"7z\xbc\xaf", N_("Đây là tệp nén. Hãy giải nén rồi nhập tệp Word, Excel hoặc CSV bên trong.")),
    (b"\x1f\x8b", N_("Đây là tệp nén. Hãy giải nén rồi nhập tệp Word, Excel hoặc CSV bên trong.")),
)
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": N_("Đây là tệp .odt. Hãy mở ra rồi lưu lại dạng Word (.docx)."),
    b"application/vnd.oasis.opendocument.spreadsheet": N_("Đây là tệp .ods. Hãy mở ra rồi lưu lại dạng Excel (.xlsx)."),
}


class Refused(Exception):
    """A file, or a part of it, cannot be taken; the message says why and what to do."""

    def __init__(self, why: Message, row: int | None = None) -> None:
        super().__init__(str(why))
        self.message, self.row = why, row


@dataclass(frozen=True, slots=True)
class Package:
    """An office file's members: the bytes of the XML parts by name, all names, and the pictures asked for."""

    parts: Mapping[str, bytes]
    names: frozenset[str]
    media: Mapping[str, bytes] = field(default_factory=dict)


#: What the zip module raises for archives that are cut off, lie about themselves, or use what is not supported.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def looks_zipped(data: bytes) -> bool:
    """Whether the bytes begin as a zip archive does (an empty one included)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def refuse_foreign(data: bytes) -> None:
    """Raise Refused for files of a kind that holds no questions for us: empty, old, locked, pictures ..."""
    if not data.strip(b"\x00\t\r\n "):
        raise Refused(message(N_("Tệp trống. Hãy chọn tệp có câu hỏi.")))
    if len(data) > MAX_FILE_BYTES:
        raise Refused(
            message(
                N_("Tệp lớn quá %(limit)s MB. Hãy chia thành nhiều tệp nhỏ hơn."),
                limit=MAX_FILE_BYTES // 1_000_000,
            )
        )
    if data.startswith(_OLE):
        raise Refused(message(_ole_kind(data)))
    for magic, text in _FOREIGN:
        if data.startswith(magic):
            raise Refused(message(text))
    if data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise Refused(
            message(N_("Đây là tệp web hoặc XML. Hãy mở bằng Word hoặc Excel rồi lưu lại dạng .docx hoặc .xlsx."))
        )


def _ole_kind(data: bytes) -> str:
    """Which old or locked file hides in the container: told by the names in its directory."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return N_("Tệp có mật khẩu. Hãy bỏ mật khẩu trong Word hoặc Excel, lưu lại rồi nhập.")
    if has("WordDocument"):
        return N_("Đây là tệp Word cũ (.doc). Hãy mở bằng Word, chọn Lưu thành, dạng Word Document (.docx).")
    if has("Workbook") or has("Book"):
        return N_("Đây là tệp Excel cũ (.xls). Hãy mở bằng Excel, chọn Lưu thành, dạng Excel Workbook (.xlsx).")
    return N_("Đây là tệp Office dạng cũ. Hãy mở ra rồi lưu lại dạng .docx hoặc .xlsx.")


def open_package(data: bytes, media: str | None = None) -> Package:
    """All XML parts of an office file; raises Refused for anything unsafe, broken or locked.

    ``media``: the folder whose other members are read too.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_members(members)
            _refuse_open_document(archive, members)
            parts = {
                member.filename: archive.read(member)
                for member in members
                if member.filename.lower().endswith(_XML_SUFFIXES)
            }
            pictures = {
                member.filename: archive.read(member)
                for member in members
                if media and member.filename.startswith(media) and member.filename not in parts
            }
    except _BROKEN as error:
        raise Refused(_broken()) from error
    for name, content in parts.items():
        _refuse_declarations(name, content)
    return Package(parts, frozenset(member.filename for member in members), pictures)


class Content:
    """The members of a content package (QTI), read one by one; the same checks as for office files.

    ``names`` are all members. Nothing is unpacked to a disk, so a path is only ever a name.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise Refused(_broken_package()) from error
        members = [member for member in self._archive.infolist() if not member.is_dir()]
        _check_members(members, MAX_CONTENT_MEMBERS, MAX_CONTENT_BYTES)
        self.names = frozenset(member.filename for member in members)

    def read(self, name: str) -> bytes:
        """A member's bytes; Refused for a broken one, KeyError for a name that is not there."""
        try:
            return self._archive.read(name)
        except _BROKEN as error:
            raise Refused(_broken_package()) from error


def manifest_of(names: frozenset[str]) -> str | None:
    """The manifest of a content package, also one that was packed together with its folder; None for other files."""
    found = [name for name in names if name.rsplit("/", 1)[-1] == "imsmanifest.xml" and "__MACOSX" not in name]
    return min(found, key=lambda name: (name.count("/"), name), default=None)


def _broken_package() -> Message:
    return message(N_("Tệp hỏng hoặc chưa tải lên hết. Hãy xuất lại từ phần mềm đã tạo ra nó rồi nhập lần nữa."))


def _broken() -> Message:
    return message(N_("Tệp hỏng hoặc chưa tải lên hết. Hãy mở thử bằng Word hoặc Excel, lưu lại rồi nhập lần nữa."))


def _check_members(members: list[zipfile.ZipInfo], most: int = MAX_MEMBERS, largest: int = MAX_UNPACKED_BYTES) -> None:
    """Refuse what is locked, holds macros, leads out of the archive, or is more than ``most`` files or bytes."""
    names = [member.filename for member in members]
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused(message(N_("Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi nhập.")))
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise Refused(message(N_("Tệp có macro. Hãy lưu lại dạng .docx hoặc .xlsx (không macro) rồi nhập.")))
    strange = any(_strange(member) for member in members)
    if strange or len(set(names)) < len(names):
        raise Refused(message(N_("Tệp nén có cấu trúc lạ nên không được mở. Hãy lưu lại bằng phần mềm đã tạo ra tệp.")))
    packed_too_tight = any(
        member.file_size > RATIO_FROM_BYTES and member.file_size > MAX_RATIO * max(1, member.compress_size)
        for member in members
    )
    sizes = [member.file_size for member in members]
    if packed_too_tight or len(sizes) > most or sum(sizes) > largest or max(sizes, default=0) > MAX_UNPACKED_BYTES:
        raise Refused(
            message(
                N_("Tệp mở ra quá lớn (trên %(limit)s MB). Hãy xoá ảnh và các trang không dùng, hoặc chia nhỏ tệp."),
                limit=largest // 1_000_000,
            )
        )


def _strange(member: zipfile.ZipInfo) -> bool:
    """A path that leads out of the archive, or a link."""
    name = member.filename.replace("\\", "/")
    outside = name.startswith("/") or name[1:3] == ":/" or ".." in name.split("/")
    return outside or stat.S_ISLNK(member.external_attr >> 16)


def _refuse_open_document(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    if members and members[0].filename == "mimetype" and members[0].file_size < 200:
        text = _OPEN_DOCUMENT.get(archive.read(members[0]).strip())
        if text:
            raise Refused(message(text))


def _refuse_declarations(name: str, content: bytes) -> None:
    """No part of an office file has a DOCTYPE; one that has could declare entities. UTF-16 is seen through."""
    plain = content.replace(b"\x00", b"") if b"\x00" in content[:200] else content
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Refused(
            message(N_("Tệp có khai báo XML không an toàn nên không được mở. Hãy lưu lại bằng Word hoặc Excel."))
        )
