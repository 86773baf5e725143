"""Reading lists of unions: what is understood, and what is refused with which sentence."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from support.lists import HEADER, PROVINCE, SCHOOL, text, workbook

from contest.accounts.rules import PersonKind
from contest.unions import sheets
from contest.unions.rules import Level


def messages(data):
    return [str(fault.message) for fault in sheets.read(data).faults]


@pytest.mark.parametrize(
    "data", [workbook([PROVINCE, SCHOOL]), text([PROVINCE, SCHOOL]), text([PROVINCE, SCHOOL], delimiter="\t")]
)
def test_excel_and_csv_give_the_same_rows(data):
    listed = sheets.read(data)
    assert listed.faults == ()
    province, school = listed.rows
    assert (province.row, province.code, province.level, province.parent) == (2, "LC", Level.PROVINCIAL, "")
    assert province.counts == {} and province.counted_on is None
    assert school.level is Level.GRASSROOTS
    assert school.counts == {PersonKind.MEMBER: 32, PersonKind.WORKER: 3, PersonKind.OFFICIAL: 2}
    assert school.counted_on == date(2023, 9, 30)
    assert school.note == "Đơn vị hư cấu"


def test_columns_are_found_by_name_below_a_title_and_empty_rows_are_skipped():
    header = ["STT", "Cấp trên", "Tên đơn vị", "Cấp công đoàn", "Mã đơn vị", "Số đoàn viên"]
    rows = [
        header,
        [],
        [1, "", "LĐLĐ tỉnh Lai Châu", "LĐLĐ tỉnh", "lc", ""],
        ["", "", "", "", "", ""],
        [2, "LC", "CĐCS Một", "CĐCS", "lc-1", 1200],
    ]
    listed = sheets.read(workbook(rows, header=["Danh sách đơn vị"]))
    assert listed.faults == ()
    assert [(row.row, row.code, row.parent) for row in listed.rows] == [(4, "LC", ""), (6, "LC-1", "LC")]
    assert listed.rows[1].counts == {PersonKind.MEMBER: 1200}


def test_a_csv_saved_in_the_old_vietnamese_code_page_is_read():
    row = ["LC", "Lai Chau", "", "Co so", "", 5]
    data = text([row], header=["Ma", "Ten don vi", "Viet tat", "Cap", "Ma cap tren", "Doan vien"], encoding="cp1258")
    assert sheets.read(data).rows[0].counts == {PersonKind.MEMBER: 5}


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"Cấp": "Xóm"}, "Không hiểu cấp “Xóm”. Hãy ghi một trong các cấp: Tổng LĐLĐ, LĐLĐ tỉnh,"),
        ({"Cấp": ""}, "Thiếu cấp của đơn vị. Hãy ghi một trong các cấp"),
        ({"Đoàn viên": "ba mươi"}, "Số Đoàn viên “ba mươi” không phải số nguyên."),
        ({"NLĐ": 2.5}, "Số Người lao động “2,5” không phải số nguyên."),
        ({"Ngày số liệu": "31/02/2023"}, "Không hiểu ngày “31/02/2023”. Hãy ghi dạng ngày/tháng/năm"),
    ],
)
def test_a_cell_that_is_not_understood_is_a_fault_of_its_row(cells, sentence):
    row = [cells.get(title, value) for title, value in zip(HEADER, SCHOOL, strict=True)]
    fault, *more = sheets.read(workbook([PROVINCE, row])).faults
    assert not more
    assert fault.row == 3
    assert str(fault.message).startswith(sentence)


def foreign_zip():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ghi-chu.txt", "không phải Excel")
    return out.getvalue()


def bomb():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 40_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Tệp trống."),
        (b"%PDF-1.7 x", "Đây là tệp PDF."),
        (foreign_zip(), "Đây không phải là tệp Excel (.xlsx)."),
        (bomb(), "Tệp mở ra quá lớn"),
        (workbook([PROVINCE])[:-300], "Tệp hỏng hoặc chưa tải lên hết."),
        (workbook([]), "Dưới dòng tiêu đề chưa có dòng nào."),
        (
            workbook([["a", "b"]], header=["Một", "Hai"]),
            "Không thấy dòng tiêu đề trong 10 dòng đầu. Cần có các cột: Mã, ",
        ),
        (workbook([PROVINCE[:2]], header=["Mã", "Tên công đoàn"]), "Dòng tiêu đề thiếu cột: Cấp, Mã cấp trên."),
        (workbook([[*PROVINCE, "x"]], header=[*HEADER, "Cấp"]), "Cột “Cấp” có hai lần."),
        (workbook([PROVINCE], hidden=True), "Danh sách nằm ở trang tính bị ẩn: Công đoàn."),
        (
            text([PROVINCE, SCHOOL]).decode("utf-8-sig").encode().decode("cp1252", "replace").encode(),
            "Chữ trong tệp bị lỗi phông",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(data, sentence):
    assert [line[: len(sentence)] for line in messages(data)] == [sentence]


def edited(part, old, new):
    """A list in whose file some bytes of a part are others."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook([PROVINCE, SCHOOL]))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            blob = source.read(name)
            if name == part:
                assert old in blob
                blob = blob.replace(old, new, 1)
            target.writestr(name, blob)
    return out.getvalue()


@pytest.mark.parametrize("number", [b"9" * 400, b"1e999", b"-1e999", b"NaN"])
def test_a_number_that_no_machine_holds_is_a_fault_of_its_row(number):
    (fault,) = sheets.read(edited("xl/worksheets/sheet1.xml", b"<v>32</v>", b"<v>" + number + b"</v>")).faults
    assert fault.row == 3
    assert "không phải số nguyên" in str(fault.message)


def test_a_part_in_an_encoding_that_there_is_not_makes_the_file_unreadable():
    (line,) = messages(edited("xl/workbook.xml", b"UTF-8", b"UTF-99"))
    assert "Không đọc được tệp này" in line


def test_a_sheet_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 1)
    assert messages(workbook([PROVINCE, SCHOOL])) == ["Tệp có hơn 1 dòng. Hãy chia thành nhiều tệp nhỏ hơn."]


def test_a_hidden_sheet_beside_the_list_is_left_alone():
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(workbook([PROVINCE])))
    hidden = book.create_sheet("Nháp")
    hidden.append(HEADER)
    hidden.append(SCHOOL)
    hidden.sheet_state = "hidden"
    out = BytesIO()
    book.save(out)
    assert [row.code for row in sheets.read(out.getvalue()).rows] == ["LC"]


def test_a_line_of_commas_without_end_is_not_looked_through():
    far = text([["x"] * 600 + ["LC"]], header=["x"] * 600 + HEADER)
    assert "Không thấy dòng tiêu đề" in messages(far)[0]
