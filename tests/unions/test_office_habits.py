"""Files as offices keep them: dates as Excel's own numbers, merged cells, a row that numbers the columns."""

import io
from datetime import date

import pytest
import xlsxwriter
from support.lists import HEADER, SCHOOL, text, workbook

from contest.members import sheets as people
from contest.unions import reorganisation_sheets, sheets
from contest.unions.rules import ChangeKind
from contest.unions.tables import cell_day

CHANGES = ["Việc", "Mã", "Mã cấp trên mới", "Ngày hiệu lực"]
PEOPLE = ["STT", "Họ và tên", "Số ĐT", "Ngày sinh"]
LAN = [1, "Lò Thị Lan", "0912345678", "05/09/1990"]
HUNG = [2, "Vàng Văn Hùng", "0912345679", "06/10/1991"]


def merged(header, rows, ranges):
    """A sheet of rows below a header, with cells of a column merged: (first row, last row, column, value), from 1."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([header, *rows]):
            for column, value in enumerate(row):
                page.write(number, column, value)
        for first, last, column, value in ranges:
            page.merge_range(first, column, last, column, value)
    return out.getvalue()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("45839", date(2025, 7, 1)),
        ("25059", date(1968, 8, 9)),
        ("01/7/2025", date(2025, 7, 1)),
        ("1990", None),
        ("9999", None),
        ("99999", None),
        ("458390", None),
        ("45839,5", None),
    ],
)
def test_a_day_that_lost_its_look_is_still_a_day(typed, day):
    assert cell_day(typed) == day


@pytest.mark.parametrize("written", [workbook, text])
def test_days_as_numbers_of_the_spreadsheet_are_read_in_every_list(written):
    change = reorganisation_sheets.read(written([["Chuyển", "LC-1", "LC", 45839]], CHANGES))
    assert change.faults == () and change.rows[0].effective_on == date(2025, 7, 1)
    person = people.read(written([[*LAN[:3], 33121]], PEOPLE), "LC-1")
    assert person.faults == () and person.rows[0].birth_on == date(1990, 9, 5)
    school = [45199 if title == "Ngày số liệu" else value for title, value in zip(HEADER, SCHOOL, strict=True)]
    assert sheets.read(written([school])).rows[0].counted_on == date(2023, 9, 30)


def test_a_merged_cell_stands_for_every_row_it_covers_where_that_can_be_meant():
    rows = [["", "LC-1", "", ""], ["", "LC-2", "", ""], ["", "LC-3", "", ""], ["Kết thúc", "LC-4", "", ""]]
    data = merged(CHANGES, rows, [(1, 3, 0, "Chuyển"), (1, 2, 2, "LC-X1"), (1, 3, 3, "01/07/2025")])
    listed = reorganisation_sheets.read(data)
    assert listed.faults == ()
    assert [(row.kind, row.parent) for row in listed.rows] == [
        (ChangeKind.MOVE, "LC-X1"),
        (ChangeKind.MOVE, "LC-X1"),
        (ChangeKind.MOVE, ""),
        (ChangeKind.CLOSE, ""),
    ]
    assert [row.effective_on for row in listed.rows] == [date(2025, 7, 1)] * 3 + [None]


def test_a_merged_number_is_not_counted_for_every_row_and_merged_headings_are_no_rows():
    row = dict(zip(HEADER, SCHOOL, strict=True))
    other = [{"Mã": "LC-PT-002", "Đoàn viên": ""}.get(title, row[title]) for title in HEADER]
    data = merged(HEADER, [SCHOOL, other], [(1, 2, HEADER.index("Đoàn viên"), 32)])
    assert [sum(one.counts.values()) for one in sheets.read(data).rows] == [37, 5]
    two_rows = merged(PEOPLE, [["", "", "", ""], LAN], [(0, 1, place, title) for place, title in enumerate(PEOPLE)])
    assert [one.name for one in people.read(two_rows, "LC-1").rows] == ["Lò Thị Lan"]


@pytest.mark.parametrize(
    "numbers", [["(1)", "(2)", "(3)", "(4)"], [1, 2, 3, 4], ["A", "B", 1, 2], ["(a)", "(b)", 1, ""]]
)
def test_a_row_that_numbers_the_columns_is_no_row_of_the_list(numbers):
    listed = people.read(workbook([numbers, LAN, HUNG], PEOPLE), "LC-1")
    assert listed.faults == ()
    assert [(one.row, one.name) for one in listed.rows] == [(3, "Lò Thị Lan"), (4, "Vàng Văn Hùng")]


@pytest.mark.parametrize("cells", [[1, 2, "", ""], [1, 3, 2, ""], [1, "Lò Thị Lan", 3, 4], [2, 3, 4, 5]])
def test_other_rows_of_numbers_are_told(cells):
    listed = people.read(workbook([cells, HUNG], PEOPLE), "LC-1")
    assert [fault.row for fault in listed.faults][:1] == [2]


def test_only_the_first_row_can_number_the_columns():
    listed = people.read(workbook([LAN, ["(1)", "(2)", "(3)", "(4)"]], PEOPLE), "LC-1")
    assert {fault.row for fault in listed.faults} == {3}


def test_an_apostrophe_that_kept_a_zero_is_no_part_of_the_number():
    listed = people.read(text([[1, "Lò Thị Lan", "'0912 345 678", "05/09/1990"]], PEOPLE), "LC-1")
    assert listed.faults == () and listed.rows[0].phone == "0912345678"


def test_a_line_with_nothing_but_a_name_is_told_to_be_taken_out():
    fault, *_more = people.read(workbook([LAN, ["", "Người lập biểu", "", ""]], PEOPLE), "LC-1").faults
    assert fault.row == 3 and "hãy xoá dòng này" in str(fault.message)


def test_a_heading_within_a_decision_is_told_to_be_taken_out():
    fault, *_more = reorganisation_sheets.read(workbook([["", "Khối huyện", "", ""]], CHANGES)).faults
    assert fault.row == 2 and "hãy xoá dòng này" in str(fault.message)
