"""Word templates in the layout of union documents, made with python-docx and filled by docxtpl.

Decision 933/QĐ-TLĐ (14/5/2024), close to Decree 30/2020: A4 portrait, Times New Roman in black, the page number centred
in the top margin but not on page 1; issuing body top left, motto top right, both with a rule below; number and symbol,
place and day; name of the document (or ``V/v ...`` below the number of an official letter), ``Kính gửi``, the text, the
recipients left and the signature right. Whoever builds a letter adds its own text between ``opening`` and ``ending``.
"""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from contest.documents.rules import FONT, MARGINS_MM, MOTTO, PAGE_MM, WIDTH_MM

CENTRE, JUSTIFIED, LEFT, RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
BODY, SMALL, TABLE = 14, 12, 12
#: The two columns of the heading, and those of the end, in millimetres.
HEAD_COLUMNS, END_COLUMNS = (70, WIDTH_MM - 70), (80, WIDTH_MM - 80)


class Letter:
    """A letter while it is put together. Texts may hold docxtpl tags (fields: ``contest.reports.fields``)."""

    def __init__(self, title: str) -> None:
        self.book = Document()
        properties = self.book.core_properties
        properties.title, properties.author, properties.comments = title, "Hội Thi", ""
        _page(self.book)

    # Pieces

    def line(self, text: str, *, align: Any = JUSTIFIED, indent: int = 10, **look: Any) -> Paragraph:
        """A paragraph of the text; ``indent``: of its first line, in millimetres."""
        paragraph = self.book.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.first_line_indent = Mm(indent)
        write(paragraph, text, **look)
        return paragraph

    def tag(self, text: str) -> None:
        """A tag that stands for a paragraph of its own, e.g. ``for x in y``; nothing of the paragraph is left."""
        self.book.add_paragraph().add_run(f"{{%p {text} %}}")

    def heading(self, text: str, when: str = "") -> None:
        """A heading inside of the text, kept with what follows; ``when``: only if this field says something."""
        if when:
            self.tag(f"if {when}")
        paragraph = self.line(text, bold=True)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(6)
        if when:
            self.tag("endif")

    def paragraphs(self, field: str, *, stay: bool = False, **look: Any) -> None:
        """Every paragraph of a field that holds several; ``stay``: on one page with what follows."""
        self.tag(f"for doan in {field}")
        self.line("{{ doan }}", **look).paragraph_format.keep_with_next = stay or None
        self.tag("endfor")

    def table(self, field: str, columns: Sequence[tuple[str, str, int, Any]]) -> None:
        """A table with a row for each in ``field``: (head, name of the part, millimetres, alignment) a column."""
        table = _table(self.book, 3, [width for _head, _part, width, _align in columns], grid=True)
        head, loop, row = table.rows[0], table.rows[1], table.rows[2]
        for cell, (text, _part, _width, _align) in zip(head.cells, columns, strict=True):
            _in_cell(cell, text, CENTRE, size=TABLE, bold=True)
        _repeat(head)
        loop.cells[0].paragraphs[0].add_run(f"{{%tr for dong in {field} %}}")
        for cell, (_text, part, _width, align) in zip(row.cells, columns, strict=True):
            _in_cell(cell, f"{{{{ dong.{part} }}}}", align, size=TABLE)
        _together(row)
        table.add_row().cells[0].paragraphs[0].add_run("{%tr endfor %}")
        below = self.book.add_paragraph().paragraph_format
        below.line_spacing_rule, below.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(6)

    # What every letter has

    def opening(self) -> None:
        """From the issuing body to the addressees."""
        table = _table(self.book, 2, HEAD_COLUMNS)
        left, right = table.rows[0].cells
        _in_cell(left, "{{ co_quan_cap_tren }}", CENTRE, size=SMALL)
        rule(_in_cell(left, "{{ co_quan_ban_hanh }}", CENTRE, size=SMALL, bold=True, more=True), left, 24)
        _in_cell(right, MOTTO[0], CENTRE, size=SMALL, bold=True)
        rule(_in_cell(right, MOTTO[1], CENTRE, size=13, bold=True, more=True), right, 21)
        left, right = table.rows[1].cells
        _in_cell(left, "{{ so_ky_hieu }}", CENTRE, size=13)
        _add_tag(left, "if ve_viec")
        _in_cell(left, "{{ ve_viec }}", CENTRE, size=SMALL, italic=True, more=True)
        _add_tag(left, "endif")
        _in_cell(right, "{{ dia_danh_ngay_thang }}", CENTRE, size=13, italic=True)
        self.tag("if ten_loai")
        _gap(self.line("{{ ten_loai }}", align=CENTRE, indent=0, bold=True), 0, before=14)
        title = self.line("{{ trich_yeu }}", align=CENTRE, indent=0, bold=True)
        _gap(title, 2)
        rule(title, None, 60)
        self.tag("endif")
        self._addressees()

    def _addressees(self) -> None:
        self.tag("if kinh_gui|length == 1")
        _gap(self.line("Kính gửi: {{ kinh_gui|first }}", align=CENTRE, indent=0), 10, before=10)
        self.tag("endif")
        self.tag("if kinh_gui|length > 1")
        _gap(self.line("Kính gửi:", align=LEFT, indent=25), 0, before=10)
        self.tag("for noi in kinh_gui")
        addressee = self.line("{{ noi }}", align=LEFT, indent=0)
        addressee.paragraph_format.left_indent = Mm(40)
        _gap(addressee, 2)
        self.tag("endfor")
        self.tag("endif")

    def ending(self) -> None:
        """Recipients and signature."""
        above = self.book.add_paragraph()
        _gap(above, 0)
        above.paragraph_format.keep_with_next = True
        table = _table(self.book, 1, END_COLUMNS)
        left, right = table.rows[0].cells
        _together(table.rows[0])
        _in_cell(left, "Nơi nhận:", LEFT, size=SMALL, bold=True, italic=True)
        _add_tag(left, "for noi in noi_nhan")
        _in_cell(left, "{{ noi }}", LEFT, size=11, more=True)
        _add_tag(left, "endfor")
        _in_cell(right, "{{ quyen_han }}", CENTRE, size=BODY, bold=True)
        _in_cell(right, "{{ chuc_vu }}", CENTRE, size=BODY, bold=True, more=True)
        _gap(_in_cell(right, "", CENTRE, size=BODY, more=True), 54)
        _in_cell(right, "{{ nguoi_ky }}", CENTRE, size=BODY, bold=True, more=True)

    def content(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def write(
    paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False, size: int | None = None
) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size:
        run.font.size = Pt(size)


def _page(book: Any) -> None:
    """Paper, margins, fonts, and the number of the page on all pages but the first."""
    section = book.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in PAGE_MM)
    for side, width in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    style = book.styles["Normal"]
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(BODY), RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        properties.rFonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)
    style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    _field(number, "PAGE")


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word fills by itself, e.g. the number of the page."""
    for kind in ("begin", instruction, "separate", "1", "end"):
        run = paragraph.add_run()
        run.font.size = Pt(BODY)
        if kind == instruction:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = f" {instruction} "
        elif kind == "1":
            run.text = "1"
            continue
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _table(book: Any, rows: int, widths: Sequence[int], *, grid: bool = False) -> Table:
    """A table of fixed columns, in millimetres, without borders unless asked for."""
    table = book.add_table(rows=rows, cols=len(widths), style="Table Grid" if grid else None)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60" if grid else "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)
    for place, width in enumerate(widths):
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)
    return table


def _in_cell(cell: _Cell, text: str, align: Any, *, more: bool = False, **look: Any) -> Paragraph:
    """Write into a cell: into its first paragraph, or (``more``) into a next one."""
    paragraph = cell.add_paragraph() if more else cell.paragraphs[0]
    paragraph.alignment = align
    _gap(paragraph, 0)
    write(paragraph, text, **look)
    return paragraph


def _add_tag(cell: _Cell, text: str) -> None:
    cell.add_paragraph().add_run(f"{{%p {text} %}}")


def _gap(paragraph: Paragraph, after: int, before: int = 0) -> None:
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.paragraph_format.space_before = Pt(before)


def rule(above: Paragraph, cell: _Cell | None, indent: int) -> None:
    """A thin line below a paragraph, set in by so many millimetres on both sides."""
    paragraph = cell.add_paragraph() if cell is not None else Paragraph(OxmlElement("w:p"), above._parent)
    if cell is None:
        above._p.addnext(paragraph._p)
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Mm(indent)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    _gap(paragraph, 6, before=3)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _repeat(row: Any) -> None:
    """Have the head of a table stand on each of its pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _together(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
