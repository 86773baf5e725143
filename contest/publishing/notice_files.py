"""The notice of results as files: a Word text to be changed and sent, an Excel file of its tables."""

import io
from collections.abc import Iterable, Sequence

from docx import Document
from docx.document import Document as Book
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from flask_babel import gettext

from contest.publishing.notice import Notice, UnionLine
from contest.web.texts import day, instant, number, say
from contest.web.workbooks import Cell, Column, Table

#: A4 with the margins of Decision 933/QĐ-TLĐ (top and bottom 20-25, left 30-35, right 15-20), in millimetres.
PAGE = (210, 297)
MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 15}


def title_of(notice: Notice) -> str:
    """What the results are of, in words."""
    round_ = notice.round
    if round_ is None:
        return gettext("Kết quả cuộc thi")
    return gettext("Kết quả %(round)s", round=round_.title or gettext("Đợt %(n)s", n=round_.number))


def facts(notice: Notice) -> list[tuple[str, str]]:
    """The main figures as (name, value)."""
    figures = notice.figures
    counts = [
        (gettext("Số người dự thi"), number(figures["people"])),
        (gettext("Số lượt dự thi"), number(figures["attempts"])),
        (gettext("Số người trả lời đúng tất cả"), number(figures["perfect_people"])),
        (gettext("Số lượt đúng tất cả"), number(figures["perfect_attempts"])),
    ]
    if notice.average is not None:
        counts.append((gettext("Điểm trung bình một lượt"), number(round(notice.average, 2))))
    return [*_period(notice), *counts, *_rate(notice)]


def frame(notice: Notice) -> list[tuple[str, str]]:
    """What stands around the counts: the period, the rate, the target."""
    return [*_period(notice), *_rate(notice)]


def _period(notice: Notice) -> list[tuple[str, str]]:
    if notice.period is None:
        return []
    opens, closes = notice.period
    return [(gettext("Thời gian"), gettext("từ %(a)s đến %(b)s", a=instant(opens), b=instant(closes)))]


def _rate(notice: Notice) -> list[tuple[str, str]]:
    rows = []
    root = notice.root
    if root and root.headcount:
        text = gettext("%(rate)s%% (trên %(count)s)", rate=number(round(root.rate, 2)), count=number(root.headcount))
        rows.append((gettext("Tỷ lệ dự thi"), text))
    if root and root.wanted is not None:
        rows.append((gettext("Chỉ tiêu"), gettext("%(count)s người", count=number(root.wanted))))
    return rows


# Word


def document(notice: Notice) -> bytes:
    """The notice in plain paragraphs and tables that anybody may change."""
    book = Document()
    _set_up(book)
    contest = notice.contest
    _line(book, (contest.organizer or contest.union.name).upper(), bold=True)
    _line(book, gettext("THÔNG BÁO"), bold=True, centred=True, size=14)
    _line(book, f"{title_of(notice)}: {contest.title}", bold=True, centred=True)
    publication = notice.publication
    told = gettext("Công bố lúc %(at)s.", at=instant(publication.published_at))
    _line(book, told, centred=True)
    if publication.version > 1:
        _line(book, gettext("Đính chính lần %(n)s: %(reason)s", n=publication.version - 1, reason=publication.reason))
    for name, value in facts(notice):
        _line(book, f"{name}: {value}")
    if notice.true_number:
        _line(book, say(notice.true_number))
    for table in _tables(notice):
        _heading(book, table.title)
        _table(book, [column.title for column in table.columns], table.rows)
    _line(book, gettext("Mã kiểm tra của bảng xếp hạng (SHA-256): %(digest)s", digest=publication.digest))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _set_up(book: Book) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in PAGE)
    for name, width in MARGINS.items():
        setattr(section, name, Mm(width))
    style = book.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.paragraph_format.space_after = Pt(4)


def _line(book: Book, text: str, *, bold: bool = False, centred: bool = False, size: int | None = None) -> None:
    paragraph = book.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = bold
    if size:
        run.font.size = Pt(size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _heading(book: Book, text: str) -> None:
    paragraph = book.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _table(book: Book, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = book.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        cells = table.add_row().cells
        for cell, value in zip(cells, row, strict=True):
            cell.text = _said(value)


def _said(value: object) -> str:
    if value is None:
        return ""
    return number(round(value, 2)) if isinstance(value, int | float) else str(value)


# Tables


def sheets(notice: Notice) -> list[Table]:
    """Everything the notice tells, a sheet each."""
    columns = [Column(gettext("Số liệu"), width=34), Column(gettext("Giá trị"), width=60)]
    rows = [*facts(notice)]
    if notice.true_number:
        rows.append((gettext("Câu dự đoán"), say(notice.true_number)))
    return [Table(gettext("Số liệu chung"), columns, rows), *_tables(notice)]


def _tables(notice: Notice) -> list[Table]:
    found = [_winners(notice), _scores(notice), _kinds(notice), _days(notice)]
    found.append(_unions(gettext("Công đoàn có đông người thi"), notice.unions))
    found.append(_unions(gettext("Công đoàn có tỷ lệ cao"), notice.unions_by_rate))
    return [table for table in found if table.rows]


def _winners(notice: Notice) -> Table:
    columns = [
        Column(gettext("Giải"), width=24),
        Column(gettext("Người đạt giải"), width=34),
        Column(gettext("Đơn vị"), width=44),
        Column(gettext("Hạng"), Cell.NUMBER, 8),
        Column(gettext("Giá trị giải"), width=24),
    ]
    rows = [
        [group.title, winner["name"] or gettext("(không nêu tên)"), winner["union"], winner["rank"], group.value]
        for group in notice.prizes
        for winner in group.winners
    ]
    return Table(gettext("Người và đơn vị đạt giải"), columns, rows)


def _scores(notice: Notice) -> Table:
    columns = [Column(gettext("Điểm")), Column(gettext("Số lượt"), Cell.NUMBER)]
    return Table(gettext("Phân bố điểm"), columns, notice.scores)


def _kinds(notice: Notice) -> Table:
    columns = [
        Column(gettext("Đối tượng"), width=24),
        Column(gettext("Bảng"), width=24),
        Column(gettext("Số người"), Cell.NUMBER),
        Column(gettext("Số lượt"), Cell.NUMBER),
        Column(gettext("Người đúng tất cả"), Cell.NUMBER),
    ]
    rows = [[gettext(kind), *rest] for kind, *rest in notice.kinds]
    return Table(gettext("Theo đối tượng và bảng"), columns, rows)


def _days(notice: Notice) -> Table:
    columns = [
        Column(gettext("Ngày")),
        Column(gettext("Người mới"), Cell.NUMBER),
        Column(gettext("Số lượt"), Cell.NUMBER),
    ]
    return Table(gettext("Theo ngày"), columns, [[day(on), people, attempts] for on, people, attempts in notice.days])


def _unions(title: str, lines: Sequence[UnionLine]) -> Table:
    columns = [
        Column(gettext("Mã"), width=14),
        Column(gettext("Công đoàn"), width=44),
        Column(gettext("Số người"), Cell.NUMBER),
        Column(gettext("Số lượt"), Cell.NUMBER),
        Column(gettext("Số đoàn viên"), Cell.NUMBER),
        Column(gettext("Tỷ lệ (%)"), Cell.DECIMAL),
        Column(gettext("Chỉ tiêu (người)"), Cell.NUMBER),
    ]
    rows = [
        [line.code, line.name, line.people, line.attempts, line.headcount, line.rate, line.wanted] for line in lines
    ]
    return Table(title, columns, rows)
