"""Printed papers as a Word file: plain paragraphs that anybody may change, a page break before each number."""

import io
from collections.abc import Mapping, Sequence

from docx import Document
from docx.document import Document as Book
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from flask_babel import gettext
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.papers import ShownQuestion
from contest.attempts.printing import Sheet
from contest.rounds.models import Contest, Round
from questions.markup import pictures, plain
from questions.models import Picture
from questions.rules import LETTERS, Kind, Markup

#: A4 with the margins of Nghị định 30/2020/NĐ-CP, in millimetres.
PAGE = (210, 297)
MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 15}
PICTURE_WIDTH = Mm(110)


def document(contest: Contest, round_: Round, sheets: Sequence[Sheet], shown: Mapping[str, bytes]) -> bytes:
    """The file; ``shown`` holds pictures by their names in texts, as PNG."""
    book = Document()
    _set_up(book)
    for place, sheet in enumerate(sheets):
        if place:
            book.add_page_break()
        _sheet(book, contest, round_, sheet, shown)
    book.add_page_break()
    _keys(book, sheets)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pictures_of(session: Session, sheets: Sequence[Sheet]) -> dict[str, bytes]:
    """Every picture that the sheets show, as PNG, which Word takes."""
    names = {
        name
        for sheet in sheets
        for question in sheet.questions
        if question.markup == Markup.MARKDOWN
        for text in (question.passage, question.stem, *question.choices, *question.sides)
        for name in pictures(text)
    }
    found = session.execute(select(Picture.sha256, Picture.data).where(Picture.sha256.in_(names)))
    return {name: _png(data) for name, data in found}


def _png(data: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _set_up(book: Book) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in PAGE)
    for name, width in MARGINS.items():
        setattr(section, name, Mm(width))
    style = book.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.paragraph_format.space_after = Pt(4)


def _sheet(book: Book, contest: Contest, round_: Round, sheet: Sheet, shown: Mapping[str, bytes]) -> None:
    _line(book, contest.title.upper(), bold=True, centred=True)
    name = round_.title or gettext("Đợt %(n)s", n=round_.number)
    _line(book, f"{name} – {gettext('Mã đề %(n)s', n=sheet.number)}", bold=True, centred=True)
    minutes = gettext("Thời gian làm bài: %(n)s phút", n=round_.allowance_s // 60)
    _line(book, minutes, centred=True)
    _line(book, gettext("Họ và tên: ..............................  Đơn vị: .............................."))
    passage = ""
    for question in sheet.questions:
        if question.passage and question.passage != passage:
            _text(book, question.passage, question.markup, shown)
        passage = question.passage
        _question(book, question, shown)


def _question(book: Book, question: ShownQuestion, shown: Mapping[str, bytes]) -> None:
    start = gettext("Câu %(n)s (%(points)s điểm).", n=question.place, points=question.points)
    _text(book, question.stem, question.markup, shown, start)
    if question.kind in (Kind.SHORT, Kind.NUMBER):
        _line(book, gettext("Trả lời: ........................................"))
    elif question.kind is Kind.ESSAY:
        for _ in range(8):
            _line(book, "." * 100)
    for place, text in enumerate(question.choices):
        letter = str(place + 1) if question.kind is Kind.MATCH else LETTERS[place]
        end = gettext("  (Đúng / Sai)") if question.kind is Kind.STATEMENTS else ""
        _text(book, text + end, question.markup, shown, f"{letter}.", bold=False)
    for place, text in enumerate(question.sides):
        _text(book, text, question.markup, shown, f"{LETTERS[place]}.", bold=False)


def _text(
    book: Book, text: str, markup: Markup, shown: Mapping[str, bytes], start: str = "", *, bold: bool = True
) -> None:
    paragraph = book.add_paragraph()
    if start:
        paragraph.add_run(start + " ").bold = bold
    paragraph.add_run(plain(text, markup))
    for name in pictures(text) if markup == Markup.MARKDOWN else ():
        if name in shown:
            book.add_picture(io.BytesIO(shown[name]), width=PICTURE_WIDTH)


def _line(book: Book, text: str, *, bold: bool = False, centred: bool = False) -> None:
    paragraph = book.add_paragraph()
    paragraph.add_run(text).bold = bold
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _keys(book: Book, sheets: Sequence[Sheet]) -> None:
    _line(book, gettext("ĐÁP ÁN – chỉ dành cho người chấm"), bold=True, centred=True)
    longest = max(len(sheet.keys) for sheet in sheets)
    table = book.add_table(rows=1, cols=1 + len(sheets), style="Table Grid")
    heads = [gettext("Câu"), *(str(sheet.number) for sheet in sheets)]
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    for place in range(longest):
        cells = table.add_row().cells
        cells[0].text = str(place + 1)
        for cell, sheet in zip(cells[1:], sheets, strict=True):
            cell.text = sheet.keys[place] if place < len(sheet.keys) else ""
