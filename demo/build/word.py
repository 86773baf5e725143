"""Writes a question bank as a Word file typed the way a union office types it.

Times New Roman 13, A4, the page number centred at the top from page 2. Each part marks its answers in
another way people use: an answer line, an underlined letter, a red or bold option, a key table at the end.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

LETTERS = "ABCDEFGH"
RED = RGBColor(0xFF, 0x00, 0x00)
ROMAN = ("I", "II", "III", "IV", "V", "VI")
PER_LINE = {"lines": 1, "pairs": 2, "row": 4}
KEYS_IN_A_ROW = 6


def write_word_bank(bank: Any) -> bytes:
    """The bytes of a .docx for a :class:`sources.WordBank`."""
    document = Document()
    _set_page(document)
    _set_font(document)
    for line in bank.title:
        _centred(document, line, bold=True, size=14)
    _centred(document, bank.subtitle, italic=True)
    topic, part = None, 0
    for number, question in enumerate(bank.questions, start=1):
        if question.topic != topic:
            topic, part = question.topic, part + 1
            _heading(document, f"Phần {ROMAN[part - 1]}. {topic}")
        _write_question(document, number, question)
    _centred(document, "HẾT", bold=True)
    _write_key_table(document, bank.questions)
    return _saved(document)


def _write_question(document: Any, number: int, question: Any) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"Câu {number}.").bold = True
    paragraph.add_run(f" {question.stem}")
    _write_options(document, number, question)
    if question.marking == "answer_line":
        document.add_paragraph(f"Đáp án: {', '.join(question.keys)}")
    if question.explanation:
        document.add_paragraph(f"Lời giải: {question.explanation}")
    document.add_paragraph(f"Mức độ: {question.level}")
    source = document.add_paragraph()
    source.add_run(f"Nguồn: {question.source}").italic = True


def _write_options(document: Any, number: int, question: Any) -> None:
    rows = _lines_of(zip(LETTERS, question.options, strict=False), PER_LINE[question.layout])
    for row in rows:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.75)
        _set_tabs(paragraph, question.layout)
        for place, (letter, text) in enumerate(row):
            if place:
                paragraph.add_run("\t")
            marking = question.marking if letter in question.keys else ""
            _write_option(paragraph, letter, text, marking, bold=number % 2 == 0)


def _write_option(paragraph: Any, letter: str, text: str, marking: str, bold: bool) -> None:
    """One option; a right one is marked on its letter (underline) or as a whole (bold or red)."""
    if marking == "underline":
        paragraph.add_run(letter).underline = True
        paragraph.add_run(f". {text}")
        return
    run = paragraph.add_run(f"{letter}. {text}")
    if marking == "colour" and bold:
        run.bold = True
    elif marking == "colour":
        run.font.color.rgb = RED


def _write_key_table(document: Any, questions: Any) -> None:
    """ "BẢNG ĐÁP ÁN" with cells such as ``52-C`` for the questions marked by the table."""
    cells = [
        f"{number}-{question.keys[0]}"
        for number, question in enumerate(questions, start=1)
        if question.marking == "table"
    ]
    _centred(document, "BẢNG ĐÁP ÁN", bold=True)
    rows = list(_lines_of(cells, KEYS_IN_A_ROW))
    table = document.add_table(rows=len(rows), cols=KEYS_IN_A_ROW, style="Table Grid")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            paragraph = table.cell(row, column).paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(value)


def _heading(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(12)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _centred(document: Any, text: str, bold: bool = False, italic: bool = False, size: int | None = None) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size:
        run.font.size = Pt(size)


def _set_tabs(paragraph: Any, layout: str) -> None:
    step = {"lines": 0.0, "pairs": 8.0, "row": 4.0}[layout]
    for place in range(1, PER_LINE[layout]):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(0.75 + step * place))


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _set_font(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(2)
    properties = document.core_properties
    properties.title, properties.author, properties.language = "Ngân hàng câu hỏi", "Bản minh hoạ", "vi-VN"


def _lines_of(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The items cut into lines of at most ``size``."""
    every = list(items)
    return (every[start : start + size] for start in range(0, len(every), size))


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()
