"""One Word file of many sheets, as mail merge makes it."""

import io
import re
import zipfile

import pytest
import segno
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from contest.documents import sheets
from contest.documents.checking import structure_problems
from contest.documents.filling import Unfillable
from contest.documents.sheets import PICTURE, Sheet, Sheets, misplaced

NAMES = ["Lò Thị An", "Hà Văn Bình", "Mùa A <Cơ> & Con"]


def template(*paragraphs, change=None):
    book = Document()
    for text in paragraphs or ("{{ ten }}", "{{ ma_qr }}"):
        book.add_paragraph(text)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def picture(text="x"):
    out = io.BytesIO()
    segno.make(text).save(out, kind="png")
    return out.getvalue()


def filled(content, names=NAMES):
    made = Sheets(content, 26).filled([Sheet({"ten": name, "ma_qr": PICTURE}, picture(name)) for name in names])
    assert structure_problems(made) == []
    return made


def body_of(content):
    return Document(io.BytesIO(content)).element.body


def test_everybody_has_a_page_of_their_own_with_the_templates_paper():
    def landscape(book):
        book.sections[0].page_width, book.sections[0].page_height = Mm(297), Mm(210)
        book.sections[0].header.paragraphs[0].text = "Đầu trang"

    book = Document(io.BytesIO(filled(template(change=landscape))))
    assert [p.text for p in book.paragraphs if p.text.strip()] == NAMES
    assert len(book.sections) == 3
    for section in book.sections:
        assert round(section.page_width.mm) == 297 and section.start_type == WD_SECTION.NEW_PAGE
        assert section.header.paragraphs[0].text == "Đầu trang"


def test_each_sheet_has_its_own_picture_at_its_place_in_a_run():
    made = filled(template("Mã: {{ ma_qr }} của {{ ten }}"))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        pictures = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
    assert sorted(pictures) == sorted(picture(name) for name in NAMES)
    parts = Document(io.BytesIO(made)).part.related_parts
    paragraphs = list(body_of(made).iter(qn("w:p")))
    for name, paragraph in zip(NAMES, paragraphs, strict=True):
        (blip,) = paragraph.iter(qn("a:blip"))
        assert parts[blip.get(qn("r:embed"))].blob == picture(name)
        assert "".join(paragraph.itertext(qn("w:t"))) == f"Mã:  của {name}"
        (size,) = paragraph.iter(qn("wp:extent"))
        assert int(size.get("cx")) == Mm(26)


def test_a_line_of_fixed_height_does_not_cut_the_picture():
    def fixed(book):
        book.paragraphs[1].paragraph_format.line_spacing = Pt(12)

    paragraph = list(body_of(filled(template(change=fixed), NAMES[:1])).iter(qn("w:p")))[1]
    assert paragraph.pPr.spacing.get(qn("w:lineRule")) == "auto"


def test_names_of_places_and_numbers_of_pictures_stand_once():
    def marked(book):
        paragraph = book.paragraphs[0]._p
        paragraph.insert(0, parse_xml(f'<w:bookmarkStart xmlns:w="{_W}" w:id="1" w:name="cho"/>'))
        paragraph.append(parse_xml(f'<w:bookmarkEnd xmlns:w="{_W}" w:id="1"/>'))

    body = body_of(filled(template(change=marked)))
    assert not list(body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd")))
    numbers = [one.get("id") for one in body.iter(qn("wp:docPr"))]
    assert len(set(numbers)) == len(numbers) == 3


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_a_page_that_ends_with_a_table_or_a_section_is_closed_too():
    def table(book):
        book.add_table(1, 1).cell(0, 0).text = "{{ ten }}"

    def two_sided(book):
        book.add_section(WD_SECTION.NEW_PAGE)
        book.add_paragraph("Mặt sau của {{ ten }}")

    assert len(Document(io.BytesIO(filled(template(change=table)))).sections) == 3
    book = Document(io.BytesIO(filled(template(change=two_sided))))
    assert len(book.sections) == 6
    assert [p.text for p in book.paragraphs if p.text.startswith("Mặt sau")] == [f"Mặt sau của {n}" for n in NAMES]


def test_a_continuous_page_begins_a_new_one_all_the_same():
    def running(book):
        book.sections[0].start_type = WD_SECTION.CONTINUOUS

    book = Document(io.BytesIO(filled(template(change=running))))
    assert {section.start_type for section in book.sections} == {WD_SECTION.NEW_PAGE}


def test_the_sign_of_the_picture_in_somebodys_name_is_no_picture():
    made = Sheets(template("{{ ten }} {{ ma_qr }}"), 26).filled([Sheet({"ten": f"A{PICTURE}B", "ma_qr": PICTURE}, b"")])
    assert len(list(body_of(made).iter(qn("a:blip")))) == 1


def test_a_template_that_calls_something_is_refused():
    with pytest.raises(Unfillable, match="không được phép"):
        Sheets(template("{{ ten.upper() }}"), 26)


def test_a_heavy_page_makes_smaller_files_and_too_heavy_a_one_none(monkeypatch):
    one = Sheet({"ten": "Lan", "ma_qr": PICTURE}, picture())
    light = Sheets(template(), 26)
    assert light.at_once(one, 500) == 500
    monkeypatch.setattr(sheets, "MAX_FILE", 20_000)
    assert 1 <= light.at_once(one, 500) < 20
    monkeypatch.setattr(sheets, "MAX_SHEET", 1000)
    with pytest.raises(Unfillable, match="quá nặng"):
        light.filled([one])


def test_what_stands_once_for_all_holds_no_fields():
    def headed(book):
        book.sections[0].header.paragraphs[0].add_run("{")
        book.sections[0].header.paragraphs[0].add_run("{ ten }}")

    def noted(book):
        book.paragraphs[0].add_run()._r.append(parse_xml(f'<w:footnoteReference xmlns:w="{_W}" w:id="2"/>'))

    assert misplaced(template()) == []
    assert re.search("đầu trang hoặc chân trang", str(misplaced(template(change=headed))[0]))
    assert re.search("footnote", str(misplaced(template(change=noted))[0]))
