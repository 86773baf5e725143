"""Excel workbooks: our template, other people's sheets, and what must be refused."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import MergedCell

from questions.formats import read, write, xlsx
from questions.rules import Choice, Difficulty, Draft, Kind

HEADER = ["STT", "Câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Phương án D", "Đáp án"]
ROW = [1, "Thủ đô?", "Huế", "Hà Nội", "Vinh", "Đà Lạt", "B"]


def book(*rows, **sheets):
    """A workbook with these rows in its first sheet, and more sheets by name; saved bytes."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    for row in rows:
        page.append(row)
    for name, content in sheets.items():
        extra = workbook.create_sheet(name)
        for row in content:
            extra.append(row)
    return workbook


def saved(workbook):
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def of(*rows):
    return read(saved(book(*rows)))


def good(result):
    assert result.faults == ()
    return result.questions


def keys(question):
    return "".join("ABCDEFGH"[i] for i, choice in enumerate(question.choices) if choice.correct)


def told(result):
    return [(fault.row, str(fault.message)) for fault in result.faults]


def test_a_plain_sheet():
    (one,) = good(of(HEADER, ROW))
    assert (one.stem, keys(one), one.kind, one.row) == ("Thủ đô?", "B", Kind.SINGLE, 2)
    assert [choice.text for choice in one.choices] == ["Huế", "Hà Nội", "Vinh", "Đà Lạt"]


@pytest.mark.parametrize(
    "header",
    [
        ["stt", "cauhoi", "dapan1", "dapan2", "dapan3", "dapan4", "ketqua"],
        ["STT", "NỘI DUNG CÂU HỎI", "A", "B", "C", "D", "ĐÁP ÁN ĐÚNG"],
        ["TT", "Nội dung", "Đáp án A", "Đáp án B", "Đáp án C", "Đáp án D", "Đáp án"],
        ["Số", "Câu  hỏi (*)", "Lựa chọn 1", "Lựa chọn 2", "Lựa chọn 3", "Lựa chọn 4", "Đáp án (A, B, C)"],
        ["Ghi chú", "Câu hỏi", "PA1", "PA2", "PA3", "PA4", "Key"],
    ],
)
def test_headers_that_other_people_write(header):
    (one,) = good(of(["Ngân hàng câu hỏi"], [], header, ROW))
    assert (one.stem, keys(one), one.row, len(one.choices)) == ("Thủ đô?", "B", 4, 4)


def test_all_columns_in_any_order():
    header = ["Nguồn", "Lời giải", "Giữ cuối", "Đáp án", "B", "A", "Câu hỏi", "Loại", "Mức độ", "Chủ đề", "Mã câu"]
    row = ["Điều 1", "Vì thế", "A", "A, B", "hai", "một", "Gì?", "Nhiều đáp án", "Khó", "Luật", "L-01"]
    (one,) = good(of(header, row))
    assert (one.source, one.explanation, one.topic, one.code) == ("Điều 1", "Vì thế", "Luật", "L-01")
    assert (one.difficulty, one.kind, keys(one)) == (Difficulty.HARD, Kind.MULTIPLE, "AB")
    assert [(choice.text, choice.stays_last) for choice in one.choices] == [("một", True), ("hai", False)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("B", "B"),
        ("b", "B"),
        (" B. ", "B"),
        (2, "B"),
        ("2", "B"),
        ("A, C", "AC"),
        ("AC", "AC"),
        ("1;3", "AC"),
        (1.3, "AC"),
    ],
)
def test_keys_as_letters_and_numbers(key, expected):
    (one,) = good(of(HEADER, [*ROW[:-1], key]))
    assert keys(one) == expected
    assert one.kind is (Kind.MULTIPLE if len(expected) > 1 else Kind.SINGLE)


def test_values_read_as_they_were_typed():
    (one,) = good(of(HEADER, [1, 20, 2.5, datetime.date(2004, 1, 1), datetime.datetime(2024, 1, 1, 7, 30), True, "A"]))
    assert one.stem == "20"
    assert [choice.text for choice in one.choices] == ["2,5", "01/01/2004", "01/01/2024 07:30", "TRUE"]


def test_percentages_and_months_are_shown_as_people_see_them():
    workbook = book(HEADER, [1, "Tỷ lệ?", 0.6, 0.125, datetime.date(2023, 12, 1), "khác", "A"])
    page = workbook.active
    page["C2"].number_format = "0%"
    page["D2"].number_format = "0.0%"
    page["E2"].number_format = "mm/yyyy"
    (one,) = good(read(saved(workbook)))
    assert [choice.text for choice in one.choices] == ["60%", "12,5%", "12/2023", "khác"]


def test_a_fraction_that_excel_made_a_date_is_a_fault():
    workbook = book(HEADER, [1, "Phần nào?", datetime.date(2026, 5, 1), "1/2", "", "", "A"])
    workbook.active["C2"].number_format = "d-mmm"
    ((row, message),) = told(read(saved(workbook)))
    assert row == 2 and "ngày tháng" in message


def test_computed_formulas_are_read_and_others_are_faults():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ROW)
        page.write_formula(1, 1, '="Thủ " & "đô?"', value="Thủ đô?")
    (one,) = good(read(out.getvalue()))
    assert one.stem == "Thủ đô?"

    workbook = book(HEADER, ROW, [2, "Năm?", "=1900+45", "1954", "", "", "A"])
    workbook.active["D2"] = "#REF!"
    workbook.active["D2"].data_type = "e"
    assert told(read(saved(workbook))) == [
        (2, "Ô này báo lỗi công thức (như #REF!, #N/A). Hãy ghi lại nội dung của ô."),
        (2, "Có phương án trả lời bị trống. Hãy nhập nội dung hoặc xoá phương án đó."),
        (
            3,
            "Ô này là công thức chưa có kết quả. Hãy mở tệp bằng Excel rồi lưu lại, hoặc ghi thẳng giá trị.",
        ),
        (3, "Có phương án trả lời bị trống. Hãy nhập nội dung hoặc xoá phương án đó."),
    ]


def test_a_formula_outside_our_columns_does_no_harm():
    (one,) = good(of([*HEADER, "Điểm"], [*ROW, "=1+1"]))
    assert keys(one) == "B"


def test_merged_cells_name_their_rows_and_a_merged_title_is_fine():
    workbook = book(["Tiêu đề"], HEADER, ROW, [2, "Năm?", "1945", "1954", "", "", "A"])
    workbook.active.merge_cells("A1:G1")
    assert len(good(read(saved(workbook)))) == 2
    workbook.active.merge_cells("C3:C4")
    assert isinstance(workbook.active["C4"], MergedCell)
    faults = told(read(saved(workbook)))
    assert faults[0] == (3, "Các ô C3:C4 bị gộp (dòng 3 đến 4). Hãy bỏ gộp ô, ghi đủ từng dòng.")


def test_a_hidden_sheet_is_told_only_when_no_visible_one_has_questions():
    workbook = book(["Bìa"], Kho=[HEADER, ROW])
    workbook["Kho"].sheet_state = "hidden"
    assert told(read(saved(workbook))) == [
        (None, "Câu hỏi nằm ở trang tính bị ẩn: Kho. Hãy cho hiện trang đó rồi nhập lại.")
    ]
    workbook = book(HEADER, ROW, Kho=[HEADER, [1, "Cũ?", "a", "b", "", "", "A"]])
    workbook["Kho"].sheet_state = "veryHidden"
    assert [question.stem for question in good(read(saved(workbook)))] == ["Thủ đô?"]


def test_the_first_visible_sheet_with_a_header_is_read_and_a_second_one_is_told():
    assert len(good(read(saved(book(["Bìa"], Kho=[HEADER, ROW]))))) == 1
    ((_, message),) = told(read(saved(book(HEADER, ROW, Hai=[HEADER, ROW]))))
    assert message.startswith("Nhiều trang tính có câu hỏi: Sheet, Hai.")


def test_empty_rows_and_rows_with_a_number_only_are_skipped():
    one, two = good(of(HEADER, ROW, [], [None] * 7, [3], [4, "Năm?", "1945", "1954", "", "", "A"], [5, " "]))
    assert (one.row, two.row) == (2, 6)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([1, "Gì?", "a", "b", "", "", "C"], "Đáp án C không có trong các phương án. Hãy sửa đáp án."),
        ([1, "Gì?", "a", "b", "", "", "Z"], "Không hiểu đáp án “Z”."),
        ([1, "Gì?", "a", "b", "", "", None], "Câu hỏi chưa có đáp án đúng."),
        ([1, "", "a", "b", "", "", "A"], "Câu hỏi chưa có nội dung."),
        ([1, "Gì?", "a", "", "c", "", "A"], "Có phương án trả lời bị trống."),
        ([1, "Gì?", "a", "A", "", "", "A"], "Có hai phương án trả lời giống nhau."),
        ([1, "Gì?", "a", "", "", "", "A"], "Câu hỏi cần ít nhất 2 phương án"),
    ],
)
def test_faults_carry_the_row_of_the_sheet(row, expected):
    ((number, message),) = told(of(HEADER, ROW, row))
    assert number == 3 and message.startswith(expected)


def test_two_keys_for_a_question_that_is_said_to_have_one():
    ((row, message),) = told(of([*HEADER, "Loại"], [*ROW[:-1], "A, B", "Một đáp án"]))
    assert row == 2 and message == "Câu hỏi một đáp án nhưng có 2 đáp án đúng. Hãy để lại một đáp án."


def test_duplicates_and_codes_name_both_rows():
    header = [*HEADER, "Mã"]
    result = of(
        header,
        [*ROW, "X"],
        [9, "thủ đô ?", "Vinh", "Huế.", "Hà Nội", "Đà Lạt", "C", "Y"],
        [3, "Gì?", 1, 2, 3, 4, 1, "X"],
    )
    assert told(result) == [
        (3, "Trùng với câu hỏi ở dòng 2. Hãy bỏ một trong hai câu."),
        (4, "Mã câu “X” đã dùng ở dòng 2. Hãy đặt mã khác."),
    ]
    assert len(result.questions) == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Câu hỏi", "A", "B"], "Dòng tiêu đề thiếu cột: Đáp án."),
        (["Câu hỏi", "A", "Đáp án"], "Dòng tiêu đề thiếu cột: Phương án B."),
        (["A", "B", "Đáp án"], "Dòng tiêu đề thiếu cột: Câu hỏi."),
        (["Tên", "Tuổi"], "Không thấy dòng tiêu đề trong 10 dòng đầu."),
        (["Câu hỏi", "A", "B", "B", "Đáp án"], "Cột “B” có hai lần."),
        (["Câu hỏi", "A", "B", "Phương án I", "Đáp án"], "Bảng có quá 8 cột phương án."),
    ],
)
def test_headers_that_will_not_do(header, expected):
    ((_, message),) = told(of(header, ["x"] * len(header)))
    assert message.startswith(expected)


def test_an_empty_workbook_and_an_empty_template():
    assert told(of()) == [(None, "Các trang tính đều trống. Hãy nhập câu hỏi theo tệp mẫu.")]
    assert told(read(write((), "xlsx")))[0][1].startswith("Tệp chưa có câu hỏi nào.")


def test_a_cell_far_away_is_refused_without_reading_the_sheet():
    workbook = book(HEADER, ROW)
    workbook.active["XFD1048576"] = "x"
    ((_, message),) = told(read(saved(workbook)))
    assert message.startswith("Trang tính “Sheet” có ô quá xa (dòng 1048576, cột 16384).")


def test_empty_formatted_cells_far_away_do_no_harm():
    workbook = book(HEADER, ROW)
    workbook.active["G90000"].number_format = "@"
    assert len(good(read(saved(workbook)))) == 1


@pytest.mark.parametrize("module", ["sheet", "xlsx"])
def test_too_many_questions(module, monkeypatch):
    monkeypatch.setattr(f"questions.formats.{module}.MAX_QUESTIONS", 3)
    rows = [[n, f"Câu {n}?", "a", "b", "", "", "A"] for n in range(4)]
    assert len(good(of(HEADER, *rows[:3], [9]))) == 3
    result = of(HEADER, *rows)
    assert (result.questions, [message for _, message in told(result)]) == (
        (),
        ["Tệp có hơn 20000 câu hỏi. Hãy chia thành nhiều tệp nhỏ hơn."],
    )


def test_a_broken_sheet_inside_a_sound_archive_is_unreadable_not_an_error():
    source = zipfile.ZipFile(io.BytesIO(saved(book(HEADER, ROW))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    ((_, message),) = told(read(out.getvalue()))
    assert message.startswith("Không đọc được tệp này.")


def test_sheets_without_cell_references_are_counted():
    source = zipfile.ZipFile(io.BytesIO(saved(book(HEADER, [*ROW[:-2], "=1", "B"]))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if "sheet1" in name:
                content = re.sub(rb'(<(?:c|row)) r="[A-Z]*\d+"', rb"\1", content)
            target.writestr(name, content)
    assert told(read(out.getvalue()))[0] == (
        2,
        "Ô này là công thức chưa có kết quả. Hãy mở tệp bằng Excel rồi lưu lại, hoặc ghi thẳng giá trị.",
    )


def test_the_template_has_text_cells_a_guide_and_a_frozen_header():
    texts = ("+84", "-5", "http://x.vn", "007")
    question = Draft("=1+1", tuple(Choice(text, text == "-5") for text in texts), row=2)
    data = write((question,), "xlsx")
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    assert workbook.sheetnames == ["Câu hỏi", "Hướng dẫn"]
    page = workbook["Câu hỏi"]
    assert page.freeze_panes == "A2"
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} == {"s"}
    explained = {cell.value for cell in workbook["Hướng dẫn"]["A"]}
    assert {cell.value for cell in page[1]} - explained == {f"Phương án {letter}" for letter in "ABCD"}
    assert read(data, "xlsx").questions == (question,)


def test_the_module_says_what_it_is():
    assert xlsx.EXTENSIONS == (".xlsx",) and xlsx.MIME.endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    "head",
    [
        ("No", "Question", "Option A", "Option B", "Correct answer"),
        ("Question text", "Answer 1", "Answer 2", "Correct answers"),
        ("Question", "Choice A", "Choice B", "Answers"),
    ],
)
def test_english_names_of_columns(head):
    cells = ("1", "Thủ đô?", "Hà Nội", "Huế", "B")[5 - len(head) :]
    found = of(head, cells)
    assert not found.faults
    assert [choice.correct for choice in found.questions[0].choices] == [False, True]


def test_a_key_may_repeat_the_text_of_its_option():
    head = ("Câu hỏi", "A", "B", "Đáp án")
    one, two = good(of(head, ("Thủ đô?", "Huế", "Hà Nội", " hà nội "), ("Số mấy?", "2", "1", "2")))
    assert (keys(one), keys(two)) == ("B", "B")
