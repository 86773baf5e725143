"""Our own Word template of certificates: a landscape A4 page in the look of our PDF, for organizers to begin with."""

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

from contest.documents.official import CENTRE, LEFT, rule
from contest.documents.rules import FONT, MOTTO, PAGE_MM
from contest.reports.certificate_fields import QR

RED, BORDER = RGBColor(0x9C, 0x1C, 0x1C), "9C1C1C"
MARGIN_X, MARGIN_Y = 24, 18
#: Millimetres of the page between the margins; heights of the heading, of the middle and of the end.
WIDTH, HEAD_MM, MIDDLE_MM, END_MM = PAGE_MM[1] - 2 * MARGIN_X, 30, 90, 50


def certificate_template() -> bytes:
    """The Word template of certificates, of every kind, with the fields of ``reports.certificate_fields``."""
    book = Document()
    book.core_properties.title, book.core_properties.author = "Giấy chứng nhận", "Hội Thi"
    book.core_properties.comments = ""
    _page(book)
    _heading(_table(book, HEAD_MM, WIDTH // 2, WIDTH - WIDTH // 2))
    (middle,) = _table(book, MIDDLE_MM, WIDTH)
    _middle(middle)
    _ending(_table(book, END_MM, 30, 107, WIDTH - 137))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _page(book: Any) -> None:
    """Landscape paper with a double frame, and letters that have every Vietnamese sign."""
    section = book.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_height, section.page_width = (Mm(side) for side in PAGE_MM)
    section.left_margin = section.right_margin = Mm(MARGIN_X)
    section.top_margin = section.bottom_margin = Mm(MARGIN_Y)
    section.header_distance = section.footer_distance = Mm(5)
    frame = OxmlElement("w:pgBorders")
    frame.set(qn("w:offsetFrom"), "page")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "thinThickSmallGap"), ("sz", "24"), ("space", "24"), ("color", BORDER)):
            line.set(qn(f"w:{name}"), value)
        frame.append(line)
    section._sectPr.find(qn("w:pgMar")).addnext(frame)
    style = book.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        style.element.rPr.rFonts.set(qn(script), FONT)
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(0), 1
    first = book.element.body.find(qn("w:p"))
    if first is not None:
        book.element.body.remove(first)


def _table(book: Any, height: int, *widths: int) -> list[_Cell]:
    """A row of cells without borders, at least so high; between two tables a line that takes no room."""
    table = book.add_table(rows=1, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    row = table.rows[0]
    row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.EXACTLY
    for column, cell, width in zip(table.columns, row.cells, widths, strict=True):
        column.width = cell.width = Mm(width)
    below = book.add_paragraph().paragraph_format
    below.line_spacing = Pt(1)
    return list(row.cells)


def _line(cell: _Cell, text: str, size: float, *, align: Any = CENTRE, **look: Any) -> Any:
    """A paragraph of a cell; the first one takes the paragraph that every cell has."""
    paragraph = cell.paragraphs[0] if not cell.text and len(cell.paragraphs) == 1 else cell.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), look.get("bold"), look.get("italic")
    if look.get("red"):
        run.font.color.rgb = RED
    paragraph.paragraph_format.space_before = Pt(look.get("before", 0))
    return paragraph


def _when(cell: _Cell, field: str, text: str, size: float, **look: Any) -> None:
    """A paragraph that stands there only if a field says something."""
    _line(cell, f"{{%p if {field} %}}", 8)
    _line(cell, text, size, **look)
    _line(cell, "{%p endif %}", 8)


def _heading(cells: list[_Cell]) -> None:
    left, right = cells
    _when(left, "co_quan_cap_tren", "{{ co_quan_cap_tren }}", 12.5)
    rule(_line(left, "{{ co_quan_cap }}", 12.5, bold=True), left, 46)
    _when(left, "so", "Số: {{ so }}", 12.5)
    _line(right, MOTTO[0], 12.5, bold=True)
    rule(_line(right, MOTTO[1], 12.5, bold=True), right, 38)


def _middle(cell: _Cell) -> None:
    _line(cell, "{{ tieu_de }}", 34, bold=True, red=True)
    _line(cell, "Chứng nhận", 15, italic=True, before=8)
    _line(cell, "{{ ho_ten }}", 28, bold=True, before=4)
    _when(cell, "don_vi", "{{ don_vi }}", 15, before=2)
    _line(cell, "{{ noi_dung }}{% if giai %} {% endif %}", 16, before=10)
    run = cell.paragraphs[-1].add_run("{{ giai }}")
    run.bold, run.font.size = True, Pt(16)
    _line(cell, "{% if dot_thi %}{{ dot_thi }} - {% endif %}{{ ten_cuoc_thi }}", 18, bold=True, before=4)


def _ending(cells: list[_Cell]) -> None:
    code, told, signed = cells
    _line(code, f"{{{{ {QR} }}}}", 8, align=LEFT)
    _line(told, "Quét mã để kiểm tra giấy chứng nhận này.", 8.5, align=LEFT, before=18)
    _line(told, "{{ ma_kiem_tra }}", 8, align=LEFT)
    _when(told, "can_cu", "{{ can_cu }}", 8.5, align=LEFT, before=4)
    _line(signed, "{{ dia_danh_ngay_thang }}", 13, italic=True)
    _when(signed, "quyen_han", "{{ quyen_han }}", 13, bold=True)
    _line(signed, "{{ chuc_vu }}", 13, bold=True)
    _line(signed, "{{ nguoi_ky }}", 13, bold=True, before=56)
