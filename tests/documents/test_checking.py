"""Word files that organizers upload: real, still, and with fields that there are; and what we make ourselves."""

import io
import re
import zipfile

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from support.source import ROOT

from contest.documents import checking
from contest.documents.checking import package_problems, structure_problems, template_problems
from contest.reports.fields import FIELDS, example, known
from contest.reports.rules import LETTERS, DocumentKind
from contest.reports.word import our_template

KNOWN = {"ten_cuoc_thi": None, "so_nguoi": None, "giai_thuong": ["ten", "giai"], "mo_dau": None}
EXAMPLE = {"ten_cuoc_thi": "X", "so_nguoi": "1", "giai_thuong": [{"ten": "a", "giai": "b"}], "mo_dau": ["đoạn"]}


def made(*paragraphs, change=None):
    book = Document()
    for text in paragraphs or ("{{ ten_cuoc_thi }}",):
        book.add_paragraph(text)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, replace=None, add=None):
    """The same package with parts replaced (bytes to bytes) or added."""
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            blob = source.read(name)
            for part, old, new in replace or ():
                if part == name:
                    assert old in blob
                    blob = blob.replace(old, new)
            target.writestr(name, blob)
        for name, blob in (add or {}).items():
            target.writestr(name, blob)
    return out.getvalue()


def problems(content):
    return " ".join(str(problem) for problem in template_problems(content, KNOWN, EXAMPLE))


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_our_own_templates_pass_and_name_every_field_that_there_is(kind):
    assert template_problems(our_template(kind), known(kind), example(kind)) == []


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_examples_have_every_column(kind):
    for field in FIELDS[kind]:
        if field.columns:
            assert set(field.example[0]) >= set(field.columns) - {"cuoc_thi"}, field.name


def test_a_good_template_passes():
    assert problems(made()) == ""
    assert problems(made("{%p for d in giai_thuong %}", "{{ d.ten }}", "{%p endfor %}")) == ""


@pytest.mark.parametrize("content", [b"", b"abc", b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0" * 100])
def test_what_is_no_word_file(content):
    assert "không phải là tệp Word" in problems(content)


def test_a_file_damaged_on_its_way():
    """One byte within a packed part is another: what it unpacks to is no longer what was packed."""
    whole = made()
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        part = package.getinfo("word/document.xml")
    start = part.header_offset + 30 + len(part.filename)
    for place in range(start, start + part.compress_size - 8, 5):
        damaged = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        assert "bị hỏng" in problems(damaged)


def test_parts_packed_in_a_way_that_word_does_not_know():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert "bị hỏng" in problems(out.getvalue())


def test_another_kind_of_package():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.xml", "<a/>")
    assert "không phải là tệp Word" in problems(out.getvalue())


def test_too_large_packed_or_unpacked(monkeypatch):
    monkeypatch.setattr(checking, "MAX_FILE", 1000)
    assert "quá lớn" in problems(made())
    monkeypatch.undo()
    bomb = repacked(made(), add={"word/media/a.bin.png": b"0" * (checking.MAX_UNPACKED + 1)})
    assert len(bomb) < checking.MAX_FILE and "quá lớn" in problems(bomb)
    many = repacked(made(), add={f"word/media/{n}.png": b"" for n in range(checking.MAX_PARTS)})
    assert "quá lớn" in problems(many)
    long = repacked(made(), add={"word/glossary.xml": b"<a>" + b"x" * checking.MAX_TEXT_PART + b"</a>"})
    assert "quá lớn" in problems(long)


def test_macros_and_embedded_objects():
    for name in ("word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml"):
        assert "macro" in problems(repacked(made(), add={name: b"<a/>"})), name
    types = (b"document.main+xml", b"document.macroEnabled.main+xml")
    assert "macro" in problems(repacked(made(), replace=[("[Content_Types].xml", *types)]))


@pytest.mark.parametrize(
    ("kind", "target", "mode"),
    [
        ("image", "http://example.com/a.png", "External"),
        ("attachedTemplate", "file:///C:/mau.dotm", "External"),
        ("hyperlink", "file:///etc/passwd", "External"),
        ("hyperlink", "javascript:alert(1)", "External"),
        ("image", "https://example.com/a.png", "Internal"),
    ],
)
def test_what_reaches_out_of_the_file(kind, target, mode):
    relation = (
        f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    bad = repacked(made(), replace=[("word/_rels/document.xml.rels", b"</Relationships>", relation.encode())])
    assert "lấy nội dung từ nơi khác" in problems(bad)


def test_a_link_that_somebody_clicks_is_allowed():
    relation = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        'Target="https://congdoan.vn" TargetMode="External"/></Relationships>'
    )
    good = repacked(made(), replace=[("word/_rels/document.xml.rels", b"</Relationships>", relation.encode())])
    assert package_problems(good) == []


def field(book, *instructions):
    """A field whose instruction is spread over several runs."""
    paragraph = book.add_paragraph()
    for kind in ("begin", *instructions, "end"):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind in ("begin", "end") else "w:instrText")
        if kind in ("begin", "end"):
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = kind
        run._r.append(part)


@pytest.mark.parametrize(
    "instruction",
    [("INCLUDETEXT ", '"\\\\\\\\server\\\\a"'), ("INCLUDE", "PICTURE x"), ("DDEAUTO cmd",), ("LINK a",), ("DATABASE",)],
)
def test_fields_of_word_that_fetch(instruction):
    assert "trường Word" in problems(made("{{ so_nguoi }}", change=lambda book: field(book, *instruction)))


def test_fields_of_word_that_stay_inside():
    assert problems(made("{{ so_nguoi }}", change=lambda book: field(book, " PA", "GE "))) == ""


def test_entities_are_not_read():
    start = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    entity = start + b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert "bị hỏng" in problems(repacked(made(), replace=[("word/document.xml", start, entity)]))


def test_broken_xml():
    assert "bị hỏng" in problems(repacked(made(), replace=[("word/document.xml", b"</w:body>", b"")]))


def test_unknown_fields_are_named_with_the_nearest():
    text = problems(made("{{ ten_cuoc_thii }} {{ xyzzy }}"))
    assert "(ở “{{ ten_cuoc_thii }} {{ xyzzy }}”). Có phải bạn muốn dùng: {{ ten_cuoc_thi }}?" in text
    assert "“{{ xyzzy }}” (ở" in text and "Hãy xem danh sách các trường." in text


def test_unknown_columns_are_named_too():
    text = problems(made("{%p for d in giai_thuong %}", "{{ d.tenn }}", "{%p endfor %}"))
    assert "“{{ d.tenn }}”" in text and "{{ d.ten }}" in text


def test_fields_in_the_header_are_looked_at_as_well():
    def head(book):
        book.sections[0].header.paragraphs[0].text = "{{ sai_ten }}"

    assert "sai_ten" in problems(made(change=head))


def test_a_template_without_fields():
    assert "không có trường dữ liệu nào" in problems(made("Chỉ có chữ"))


def test_violations_of_the_sandbox_in_plain_words():
    assert "lệnh không được phép (gọi hàm, ở “{{ ten_cuoc_thi.upper() }}”)" in problems(
        made("{{ ten_cuoc_thi.upper() }}")
    )
    assert "chỗ điền viết sai" in problems(made("{% if ten_cuoc_thi %}"))


@pytest.mark.parametrize("kind", LETTERS)
def test_what_we_make_is_whole_and_laid_out_as_demanded(kind):
    from contest.documents.filling import fill

    content = fill(our_template(kind), example(kind))
    assert structure_problems(content) == []
    book = Document(io.BytesIO(content))
    section = book.sections[0]
    sizes = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    assert [round(size.mm) for size in sizes] == [210, 297, 20, 20]
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 15)
    style = book.styles["Normal"]
    assert style.font.name == "Times New Roman" and style.font.size.pt == 14
    fonts = style.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")} == {"Times New Roman"}
    assert section.different_first_page_header_footer
    header = section.header.paragraphs[0]
    assert "PAGE" in header._p.xml and header.alignment == 1
    assert section.first_page_header.paragraphs[0].text == ""


def test_a_lost_relation_and_a_tag_left_are_found():
    assert structure_problems(made("{{ a }}")) == ["word/document.xml: {{ is left"]
    lost = repacked(made("chữ"), replace=[("word/_rels/document.xml.rels", b"styles.xml", b"stylex.xml")])
    assert any("stylex.xml does not exist" in problem for problem in structure_problems(lost))


def test_the_guide_names_every_field_and_no_other():
    guide = (ROOT / "docs" / "huong-dan" / "tep-mau.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE))
    assert told == {field.name for kind in DocumentKind for field in FIELDS[kind]}
    columns = set(re.findall(r"^\| `dong\.(\w+)` trong `(\w+)` \|", guide, re.MULTILINE))
    assert columns == {(c, field.name) for kind in DocumentKind for field in FIELDS[kind] for c in field.columns}


def test_an_entity_in_another_encoding_is_refused_too():
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x "lol">]><a>&x;</a>'
    assert "bị hỏng" in problems(repacked(made(), add={"word/la.xml": text.encode("utf-16")}))


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml", "C:/evil.xml"])
def test_parts_that_would_lie_elsewhere_are_refused(name):
    assert "bị hỏng" in problems(repacked(made(), add={name: b"<a/>"}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tổng số {{ so_ngoui }} người", "Không có trường “{{ so_ngoui }}” (ở “Tổng số {{ so_ngoui }} người”)"),
        ("Có {{ so_nguoi * 2 }} người", "(phép tính, ở “Có {{ so_nguoi * 2 }} người”)"),
        ("Các giải: {{ giai_thuong }}", "là một danh sách (ở “Các giải: {{ giai_thuong }}”)"),
        ("{% for d in so_nguoi %}{{ d }}{% endfor %}", "“so_nguoi” là một dòng chữ"),
        ("{% for d in giai_thuong %}{{ d }}{% endfor %}", "Không có trường “{{ d }}”"),
        ("{% for d in mo_dau %}{{ d.ten }}{% endfor %}", "Không có trường “{{ d.ten }}”"),
        ("{{ so_nguoi.__class__ }}", "Không có trường “{{ so_nguoi.__class__ }}”"),
        ("{{ so_nguoi|upperr }}", "bộ lọc hoặc phép thử không có. Chỉ dùng: upper, lower"),
        ("{% if so_nguoi > 3 %}x{% endif %}", "bị hỏng"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, said):
    assert said in problems(made(text))


def test_a_template_is_tried_with_nothing_in_the_fields_too():
    assert problems(made("{{ giai_thuong[0].ten }} {{ (giai_thuong|first).ten }}")) == ""
