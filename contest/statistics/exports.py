"""Statistics of a round's questions as rows of an Excel file."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext

from contest.statistics.pages import Line, line_of, options, reasons_of
from contest.statistics.queries import Measured
from contest.web.workbooks import Cell, Column
from questions.rules import LETTERS


def columns(measured: Sequence[Measured]) -> list[Column]:
    """As many groups of columns for options as the question with most of them needs."""
    percent = gettext("(%%)") % {}
    return [
        Column(gettext("Ngân hàng"), width=16),
        Column(gettext("Mã câu"), width=14),
        Column(gettext("Bản"), Cell.NUMBER, 6),
        Column(gettext("Nội dung"), width=60),
        Column(gettext("Số lượt rút"), Cell.NUMBER),
        Column(gettext("Số lượt tính"), Cell.NUMBER),
        Column(f"{gettext('Tỷ lệ đạt')} {percent}", Cell.DECIMAL),
        Column(f"{gettext('Độ lệch chuẩn')} {percent}", Cell.DECIMAL),
        Column(f"{gettext('Độ phân biệt')} {percent}", Cell.DECIMAL),
        Column(f"{gettext('Hiệu quả phân biệt')} {percent}", Cell.DECIMAL),
        Column(f"{gettext('Trọng số thực')} {percent}", Cell.DECIMAL),
        Column(f"{gettext('Điểm đoán mò')} {percent}", Cell.DECIMAL),
        Column(gettext("Cần xem lại"), width=60),
        Column(gettext("Không trả lời"), Cell.NUMBER),
        *(column for letter in LETTERS[: _most_options(measured)] for column in _option_columns(letter, percent)),
    ]


def _most_options(measured: Sequence[Measured]) -> int:
    return max((len(one.version.choice_rows) for one in measured if one.figures.get("options")), default=0)


def _option_columns(letter: str, percent: str) -> list[Column]:
    return [
        Column(gettext("%(letter)s: phương án", letter=letter), width=30),
        Column(gettext("%(letter)s: đáp án", letter=letter), width=8),
        Column(gettext("%(letter)s: lượt chọn", letter=letter), Cell.NUMBER),
        Column(f"{gettext('%(letter)s: chọn', letter=letter)} {percent}", Cell.DECIMAL),
        Column(f"{gettext('%(letter)s: nhóm cao chọn', letter=letter)} {percent}", Cell.DECIMAL),
        Column(f"{gettext('%(letter)s: nhóm thấp chọn', letter=letter)} {percent}", Cell.DECIMAL),
    ]


def rows(measured: Sequence[Measured]) -> Iterator[list[Any]]:
    """A row a question, in the columns of :func:`columns`."""
    places = _most_options(measured)
    for one in measured:
        line = line_of(one)
        yield [*_figures(line), " ".join(reasons_of(one)), one.figures.get("blank"), *_option_cells(one, places)]


def _figures(line: Line) -> list[Any]:
    return [
        line.bank,
        line.code,
        line.number,
        line.stem,
        line.drawn,
        line.attempts,
        line.facility,
        line.sd,
        line.discrimination_index,
        line.discriminative_efficiency,
        line.effective_weight,
        line.guess,
    ]


def _option_cells(measured: Measured, places: int) -> list[Any]:
    shown = [option for option in options(measured) if option.letter]
    cells: list[Any] = []
    for option in shown:
        right = gettext("đúng") if option.right else None
        cells += [option.text, right, option.count, option.share, option.top, option.bottom]
    return cells + [None] * (6 * (places - len(shown)))
