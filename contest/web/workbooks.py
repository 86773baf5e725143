"""Excel files of any length: rows are written as they come, text stays text, times are Vietnamese."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO
from os import SEEK_END
from typing import IO, Any

from flask import Response
from xlsxwriter import Workbook

from contest.clock import VIETNAM

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Sheets wider than so many characters are printed across.
MAX_UPRIGHT = 90
A4 = 9

#: What an Excel sheet and a cell can hold.
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767


class Cell(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    #: Counts and shares below each other: whole numbers without decimals, others with two.
    FIGURE = "figure"
    INSTANT = "instant"


FORMATS = {
    Cell.TEXT: "@",
    Cell.NUMBER: "#,##0",
    Cell.DECIMAL: "#,##0.00",
    Cell.FIGURE: "#,##0.00",
    Cell.INSTANT: "dd/mm/yyyy hh:mm:ss",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet; ``width`` in characters."""

    title: str
    cell: Cell = Cell.TEXT
    width: int = 14


def write_workbook(file: IO[bytes], sheet: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write an Excel file into ``file`` row by row; returns how many rows. More than a sheet holds go on in a next.

    Nothing is ever written as a formula or a link: a name that begins with ``=`` stays the name it is.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with Workbook(file, options) as workbook:
        formats = {cell: workbook.add_format({"num_format": code}) for cell, code in FORMATS.items()}
        head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        page = None
        for number, row in enumerate(rows):
            place = number % (MAX_ROWS - 1)
            if place == 0:
                page = _new_page(workbook, sheet, columns, head)
            _write_row(page, place + 1, columns, row, formats)
            count += 1
        if page is None:
            _new_page(workbook, sheet, columns, head)
    return count


def _new_page(workbook: Workbook, sheet: str, columns: Sequence[Column], head: Any) -> Any:
    number = len(workbook.worksheets())
    return _headed(workbook.add_worksheet(f"{sheet[:25]} {number + 1}" if number else sheet[:31]), columns, head)


def _headed(page: Any, columns: Sequence[Column], head: Any) -> Any:
    """A sheet with its heads, which stay in sight; printed it is as wide as the paper, with the heads on each page."""
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    if sum(column.width for column in columns) > MAX_UPRIGHT:
        page.set_landscape()
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, head)
    return page


def _write_row(page: Any, number: int, columns: Sequence[Column], row: Sequence[Any], formats: dict[Cell, Any]) -> None:
    for place, (column, value) in enumerate(zip(columns, row, strict=True)):
        whole = column.cell == Cell.FIGURE and isinstance(value, int)
        shape = formats[Cell.NUMBER if whole else column.cell]
        if value is None or value == "":
            continue
        if isinstance(value, datetime):
            page.write_datetime(number, place, value.astimezone(VIETNAM).replace(tzinfo=None), shape)
        elif isinstance(value, date):
            page.write_datetime(number, place, value, shape)
        elif column.cell in (Cell.NUMBER, Cell.DECIMAL, Cell.FIGURE):
            page.write_number(number, place, value, shape)
        else:
            page.write_string(number, place, str(value)[:MAX_TEXT], shape)


def workbook_response(name: str, sheet: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Response:
    """An Excel file to download, written to a temporary file first so that no length fills the memory."""
    with ExitStack() as failing:
        file = failing.enter_context(tempfile.TemporaryFile(suffix=".xlsx"))
        write_workbook(file, sheet, columns, rows)
        size = file.seek(0, SEEK_END)
        # From here on the body owns the file and closes it once it is sent.
        failing.pop_all()
    response = Response(_chunks(file), mimetype=MIME)
    response.call_on_close(file.close)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(lambda: file.read(64 * 1024), b"")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a file of several: a few rows, all at hand."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


def write_tables(file: IO[bytes], tables: Sequence[Table]) -> None:
    """Write an Excel file of several sheets; texts stay texts as in :func:`write_workbook`."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as workbook:
        formats = {cell: workbook.add_format({"num_format": code}) for cell, code in FORMATS.items()}
        head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for table in tables:
            page = _headed(workbook.add_worksheet(table.title[:31]), table.columns, head)
            for number, row in enumerate(table.rows, 1):
                _write_row(page, number, table.columns, row, formats)


def sheets_response(name: str, tables: Sequence[Table]) -> Response:
    """A small Excel file of several sheets to download."""
    file = BytesIO()
    write_tables(file, tables)
    response = Response(file.getvalue(), mimetype=MIME)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
