"""Writes question banks and the union list as Excel and CSV files an organizer would have."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

LETTERS = "ABCD"
QUESTION_HEADER = (
    "STT",
    "Mã câu",
    "Chủ đề",
    "Mức độ",
    "Câu hỏi",
    "Phương án A",
    "Phương án B",
    "Phương án C",
    "Phương án D",
    "Đáp án",
    "Giữ cuối",
    "Lời giải",
    "Nguồn",
)
QUESTION_WIDTHS = (6, 10, 28, 12, 60, 32, 32, 32, 32, 9, 9, 40, 50)
UNION_HEADER = (
    "Mã",
    "Tên công đoàn",
    "Tên viết tắt",
    "Cấp",
    "Mã cấp trên",
    "Đoàn viên",
    "NLĐ",
    "Cán bộ",
    "Ngày số liệu",
    "Ghi chú",
)
UNION_WIDTHS = (13, 60, 26, 26, 12, 11, 9, 9, 14, 46)
#: Stamped into the files so that two builds give the same bytes.
BUILT_AT = datetime(2023, 12, 1)

Row = Sequence[str | int | date | None]


def question_rows(bank: Any) -> list[Row]:
    """Rows of a :class:`sources.SheetBank` under :data:`QUESTION_HEADER`."""
    rows: list[Row] = []
    for number, question in enumerate(bank.questions, start=1):
        options = [*question.options, "", "", ""][: len(LETTERS)]
        rows.append(
            (
                number,
                question.code,
                question.topic,
                question.level,
                question.stem,
                *options,
                ", ".join(question.keys),
                LETTERS[len(question.options) - 1] if question.last else "",
                question.explanation,
                question.source,
            )
        )
    return rows


def union_rows(unions: Iterable[Any]) -> list[Row]:
    """Rows of the union list under :data:`UNION_HEADER`; an unknown headcount is an empty cell."""
    return [
        (
            union.code,
            union.name,
            union.short,
            union.level,
            union.parent,
            union.members,
            union.workers,
            union.officials,
            union.counted_on,
            union.note,
        )
        for union in unions
    ]


def write_question_sheet(bank: Any) -> bytes:
    return _workbook("Câu hỏi", QUESTION_HEADER, QUESTION_WIDTHS, question_rows(bank), bank.title)


def write_union_sheet(unions: Iterable[Any]) -> bytes:
    title = "Công đoàn tỉnh Lai Châu (bản minh hoạ)"
    return _workbook("Công đoàn", UNION_HEADER, UNION_WIDTHS, union_rows(unions), title)


def write_decision_sheet(header: Sequence[str], widths: Sequence[int], rows: Iterable[Row]) -> bytes:
    return _workbook("Thay đổi", header, widths, rows, "Sắp xếp tổ chức công đoàn năm 2025 (bản minh hoạ)")


def write_question_csv(bank: Any) -> bytes:
    """UTF-8 with a byte order mark and semicolons, as a Vietnamese Excel saves it."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(QUESTION_HEADER)
    writer.writerows(question_rows(bank))
    return out.getvalue().encode("utf-8-sig")


def _workbook(sheet_name: str, header: Sequence[str], widths: Sequence[int], rows: Iterable[Row], title: str) -> bytes:
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(out, options)
    workbook.set_properties({"title": title, "author": "Bản minh hoạ", "created": BUILT_AT})
    font = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    formats = {
        "header": workbook.add_format({**font, "bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True}),
        "text": workbook.add_format({**font, "text_wrap": True}),
        "number": workbook.add_format({**font, "num_format": "#,##0"}),
        "day": workbook.add_format({**font, "num_format": "dd/mm/yyyy", "align": "left"}),
    }
    sheet = workbook.add_worksheet(sheet_name)
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, formats["header"])
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write_cell(sheet, number, column, value, formats)
    workbook.close()
    return out.getvalue()


def _write_cell(sheet: Any, row: int, column: int, value: str | int | date | None, formats: dict[str, Any]) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["day"])
    elif isinstance(value, int):
        sheet.write_number(row, column, value, formats["number"])
    elif value:
        sheet.write_string(row, column, value, formats["text"])
