"""Uploaded files that are not what they seem, and the one way in for all formats."""

import io
import struct
import zipfile

import pytest

from questions import files
from questions.formats import FORMATS, detect, read, write
from questions.rules import Choice, Draft

DRAFT = Draft("Thủ đô?", (Choice("Huế"), Choice("Hà Nội", True)))
GOOD = {format: write((DRAFT,), format) for format in FORMATS}
#: Any text may be one of these, so that what is said is what is missing in it.
TEXTS = {"csv", "aiken", "gift"}


def message(data, format="auto", name=None):
    result = read(data, format, name)
    assert result.questions == ()
    (fault,) = result.faults
    return str(fault.message)


def repacked(data, change=None, **more):
    """An office file with members changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(name, content) if change else content)
        for name, content in more.items():
            target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_is_told_by_its_content_and_read_by_path_or_bytes(format, tmp_path):
    assert detect(GOOD[format], "khong.biet") == format
    path = tmp_path / "cau hoi.bin"
    path.write_bytes(GOOD[format])
    for result in (read(GOOD[format]), read(path), read(str(path)), read(path, format)):
        assert [question.stem for question in result.questions] == ["Thủ đô?"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("other", FORMATS)
def test_a_file_read_as_another_format_is_refused(format, other):
    if format == other:
        return
    if {format, other} <= TEXTS:
        result = read(GOOD[format], other)
        assert result.questions == () and result.faults
    else:
        refusals = ("Đây không phải là tệp", "Tệp hỏng", "Đây là tệp web hoặc XML")
        assert message(GOOD[format], other).startswith(refusals)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "Tệp trống."),
        (b" \r\n\x00", "Tệp trống."),
        (b"%PDF-1.7 ...", "Đây là tệp PDF."),
        (b"{\\rtf1 ...", "Đây là tệp RTF."),
        (b"\x89PNG\r\n\x1a\n", "Đây là tệp ảnh."),
        (b"Rar!\x1a\x07", "Đây là tệp nén."),
        (b"<html><table>", "Đây là tệp web hoặc XML."),
        (b"PK\x03\x04rest", "Tệp hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "Đây là tệp Word cũ (.doc)."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "Đây là tệp Excel cũ (.xls)."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "Tệp có mật khẩu."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Đây là tệp Office dạng cũ."),
        (bytes(range(256)), "Đây không phải là tệp Word, Excel hay CSV."),
    ],
)
@pytest.mark.parametrize("format", ["auto", "csv"])
def test_files_of_another_kind_say_what_to_do(data, expected, format):
    if data.startswith(b"PK") and format == "csv":
        expected = "Đây không phải là tệp CSV."
    if data == bytes(range(256)):
        expected = ("Đây không phải là tệp Word", "Không nhận ra bảng mã")
    assert message(data, format).startswith(expected)


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_of_something_else():
    data = zipped(**{"anh.txt": "x"})
    assert message(data).startswith("Đây là tệp nén, không phải tệp Word hay Excel.")
    assert message(data, "docx").startswith("Đây không phải là tệp Word (.docx).")
    assert message(data, "xlsx").startswith("Đây không phải là tệp Excel (.xlsx).")
    assert message("Câu 1".encode(), name="de.docx").startswith("Tệp có đuôi .docx nhưng")


@pytest.mark.parametrize("kind", ["text", "spreadsheet"])
def test_open_document_files_name_the_way_out(kind):
    data = zipped(mimetype=f"application/vnd.oasis.opendocument.{kind}", **{"content.xml": "<x/>"})
    assert "lưu lại dạng" in message(data)


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_macros_paths_and_locked_members(format):
    data = GOOD[format]
    assert message(repacked(data, **{"word/vbaProject.bin": b"x"})).startswith("Tệp có macro.")
    assert message(repacked(data, **{"../../x.xml": b"x"})).startswith("Tệp nén có cấu trúc lạ")
    locked = bytearray(data)
    place = locked.find(b"PK\x01\x02")
    locked[place + 8] |= 1
    assert message(bytes(locked)).startswith("Tệp có mật khẩu.")


@pytest.mark.parametrize("format", ["docx", "xlsx"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_never_expanded(format, encoding):
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[format]

    def attack(name, content):
        if name != main:
            return content
        text = content.decode().split("?>", 1)[1]
        bomb = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'
        return f'<?xml version="1.0" encoding="{encoding}"?>{bomb}{text}'.encode(encoding)

    assert message(repacked(GOOD[format], attack)).startswith("Tệp có khai báo XML không an toàn")


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_bombs_are_refused_before_they_are_unpacked(format, monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 1_000_000)
    assert message(repacked(GOOD[format], **{"word/x.xml": b" " * 1_500_000})).startswith("Tệp mở ra quá lớn")
    monkeypatch.undo()
    assert message(repacked(GOOD[format], **{"word/x.xml": b" " * 3_000_000})).startswith("Tệp mở ra quá lớn")
    many = {f"word/{n}.xml": b"" for n in range(files.MAX_MEMBERS)}
    assert message(repacked(GOOD[format], **many)).startswith("Tệp mở ra quá lớn")


def test_a_member_that_lies_about_its_size_is_not_read_beyond_it():
    data = bytearray(repacked(GOOD["xlsx"], **{"xl/x.xml": b" " * 1_000_000}))
    place = data.rfind(b"PK\x01\x02")
    assert data[place + 46 :].startswith(b"xl/x.xml")
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    assert message(bytes(data)).startswith("Tệp hỏng")


def test_too_large_a_file(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 1000)
    monkeypatch.setattr("questions.formats.MAX_FILE_BYTES", 1000)
    path = tmp_path / "to.csv"
    path.write_bytes(b"x" * 5000)
    assert message(path).startswith("Tệp lớn quá")
    assert message(b"x" * 5000).startswith("Tệp lớn quá")


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_file_cut_short_anywhere_is_a_fault(format):
    data = GOOD[format]
    for end in range(1, len(data), len(data) // 40):
        assert read(data[:end]).faults


def test_a_missing_file_and_an_unknown_format():
    assert message("/khong/co/tep.docx").startswith("Không mở được tệp.")
    assert message("x\0y").startswith("Không mở được tệp.")
    known = ", ".join(["auto", *FORMATS])
    assert message(b"x", "pdf") == f"Không có định dạng “pdf”. Hãy chọn một trong: {known}."
    with pytest.raises(KeyError):
        write((), "pdf")


PAPER = "Câu 1. Hỏi {x; y}?\nA. Một\nB. Hai\nĐáp án: B\n"
TABLE = "Câu hỏi,A,B,Đáp án\n"


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        ("Hỏi?\r\nA) Một\r\nB) Hai\r\nANSWER: B\r\n", "de.txt", "aiken"),
        ("ĐỀ THI\n\nHỏi {x}?\nA. Một\nB. Hai\nANSWER:A", None, "aiken"),
        ("Hỏi? {=Một ~Hai}", "de.txt", "gift"),
        ("::Câu 1:: Viết\n{ }", None, "gift"),
        ("$CATEGORY: A/B\n\nHỏi {T}", "de.csv", "gift"),
        ("// lời\nBao nhiêu?{#5:1}", None, "gift"),
        ("chỉ có lời", "de.gift", "gift"),
        (PAPER, "de.txt", "csv"),
        (TABLE + '"{=a ~b}",Một,Hai,B\n"x\nANSWER: A\nA. x",Một,Hai,A\n', "de.csv", "csv"),
        (TABLE.replace(",", ";") + "Hỏi {T};Một;Hai;B\n", None, "csv"),
        ("a,b\n1,2\n", "de.csv", "csv"),
        ("<quiz>\n</quiz>", None, "moodle-xml"),
        ("<?xml version='1.0'?>\n<!-- x --><quiz ></quiz>", "de.txt", "moodle-xml"),
    ],
)
def test_text_formats_are_told_by_their_lines_and_a_table_stays_a_table(text, name, format):
    assert detect(text.encode(), name) == format
    assert detect(text.encode("utf-16"), name) == format
