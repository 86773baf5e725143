"""Every kind of question in a Word file, in the variants that are typed in Vietnam."""

import io
from fractions import Fraction

import docx
import pytest

from questions.formats import read
from questions.rules import Difficulty, Kind, Scoring

OPTIONS = ("A. Huế", "B. Hà Nội", "C. Vinh", "D. Cần Thơ")
STATEMENTS = ("a) Ý một.", "b) Ý hai.", "c) Ý ba.", "d) Ý bốn.")


def of(*lines):
    book = docx.Document()
    for line in lines:
        if isinstance(line, str):
            book.add_paragraph(line)
            continue
        table = book.add_table(len(line), max(map(len, line)))
        for row, texts in zip(table.rows, line, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
    out = io.BytesIO()
    book.save(out)
    return read(out.getvalue())


def good(*lines):
    result = of(*lines)
    assert [(fault.question, str(fault.message)) for fault in result.faults] == []
    return result.questions


def told(*lines):
    return [str(fault.message) for fault in of(*lines).faults]


def truths(draft):
    return "".join("Đ" if choice.correct else "S" for choice in draft.choices)


@pytest.mark.parametrize("line", ["Đáp án: Đúng", "Đáp án: ĐÚNG.", "ANSWER: True", "Đáp án: đ", "Đáp án đúng: Đúng"])
def test_true_or_false_without_options(line):
    (one,) = good("Câu 1. Trời xanh.", line)
    assert (one.kind, truths(one)) == (Kind.TRUEFALSE, "ĐS")


@pytest.mark.parametrize(("lines", "key"), [(("A. Đúng", "B. Sai"), "S"), (("A. Sai", "B. Đúng"), "Đ")])
def test_true_or_false_with_options(lines, key):
    (one,) = good("Câu 1. Trời xanh.", *lines, "Đáp án: B")
    assert one.kind is Kind.TRUEFALSE
    assert [choice.text for choice in one.choices if choice.correct] == [{"Đ": "Đúng", "S": "Sai"}[key]]


@pytest.mark.parametrize(
    "line", ["Đáp án: ĐSĐS", "Đáp án: TSTS", "Đáp án: Đ S Đ S", "Đáp án: a) Đ; b) S; c) Đ; d) S", "Đáp án: Đ-S-Đ-S"]
)
def test_four_statements(line):
    (one,) = good("Câu 1. Xét các ý sau:", *STATEMENTS, line)
    assert (one.kind, truths(one), one.scoring) == (Kind.STATEMENTS, "ĐSĐS", Scoring.STEPS)
    assert one.choices[0].text == "Ý một."


def test_four_true_statements_and_three():
    (one,) = good("Câu 1. Xét:", *STATEMENTS, "Đáp án: ĐĐĐĐ")
    assert (one.kind, truths(one)) == (Kind.STATEMENTS, "ĐĐĐĐ")
    (one,) = good("Câu 1. Xét:", *STATEMENTS[:3], "Đáp án: SSĐ")
    assert (one.kind, truths(one), one.scoring) == (Kind.STATEMENTS, "SSĐ", Scoring.PARTIAL)


def test_the_parts_of_the_examination_of_2025():
    one, two, three, four = good(
        "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn.",
        "Thí sinh trả lời từ câu 1 đến câu 18. Mỗi câu hỏi thí sinh chỉ chọn một phương án.",
        "Câu 1. Thủ đô?",
        *OPTIONS,
        "Đáp án: B",
        "PHẦN II. Câu trắc nghiệm đúng sai. Thí sinh trả lời từ câu 1 đến câu 4.",
        "Trong mỗi ý a), b), c), d) ở mỗi câu, thí sinh chọn đúng hoặc sai.",
        "Câu 1. Cho bảng số liệu:",
        *STATEMENTS,
        "Đáp án: ĐSSĐ",
        "PHẦN III. Câu trắc nghiệm trả lời ngắn.",
        "Thí sinh trả lời từ câu 1 đến câu 6.",
        "Câu 1. Hai cộng ba bằng bao nhiêu?",
        "Đáp án: 5",
        "Câu 2. Thủ đô nước Lào?",
        "Đáp án: Viêng Chăn",
        "----- HẾT -----",
    )
    assert [draft.kind for draft in (one, two, three, four)] == [
        Kind.SINGLE,
        Kind.STATEMENTS,
        Kind.NUMBER,
        Kind.SHORT,
    ]
    assert {draft.topic for draft in (one, two, three, four)} == {""}
    assert one.choices[3].text == "Cần Thơ"


def test_a_part_of_essays_and_a_topic_that_is_no_kind():
    one, two = good(
        "PHẦN A. Luật Công đoàn", "Câu 1. Thủ đô?", *OPTIONS, "Đáp án: B", "PHẦN B. TỰ LUẬN", "Câu 2. Hãy viết."
    )
    assert (one.topic, one.kind, two.kind) == ("Luật Công đoàn", Kind.SINGLE, Kind.ESSAY)


@pytest.mark.parametrize("line", ["Đáp án: Hà Nội | Thăng Long", "Đáp án: Hà Nội; Thăng Long"])
def test_short_answers(line):
    (one,) = good("Câu 1. Thủ đô?", line)
    assert (one.kind, [answer.text for answer in one.answers]) == (Kind.SHORT, ["Hà Nội", "Thăng Long"])


def test_a_short_answer_with_part_of_the_points_and_a_pattern():
    (one,) = good("Câu 1. Thủ đô?", r"Đáp án: Hà Nội | Huế [50%] | /Ha\s*Noi/", "So đáp án: Đúng dấu")
    assert [(a.text, a.points, a.pattern) for a in one.answers] == [
        ("Hà Nội", 1, False),
        ("Huế", Fraction(1, 2), False),
        (r"Ha\s*Noi", 1, True),
    ]
    assert (one.exact, one.case) == (True, False)


@pytest.mark.parametrize(
    ("line", "text", "off"),
    [
        ("Đáp án: 3,14", "3.14", "0"),
        ("Đáp án: 3,14 ± 0,01", "3.14", "0.01"),
        ("Đáp án: -2.5", "-2.5", "0"),
        ("Đáp án: 2..4", "3", "1"),
        ("Đáp án: 1.234,5", "1234.5", "0"),
    ],
)
def test_numbers(line, text, off):
    (one,) = good("Câu 1. Bao nhiêu?", line)
    assert (one.kind, one.answers[0].text, one.answers[0].tolerance) == (Kind.NUMBER, text, off)


def test_an_essay_with_its_limits():
    (one,) = good(
        "Câu 1. Hãy viết về công đoàn.", "Loại: Tự luận", "Số từ: 50-300", "Hướng dẫn chấm: Đủ ba ý", "mỗi ý 1 điểm"
    )
    assert (one.kind, one.min_words, one.max_words) == (Kind.ESSAY, 50, 300)
    assert one.guide == "Đủ ba ý\nmỗi ý 1 điểm"


def test_ordering():
    (one,) = good("Câu 1. Sắp theo năm.", "A. 1945", "B. 1929", "C. 1975", "Loại: Sắp thứ tự", "Đáp án: B, A, C")
    assert (one.kind, [choice.text for choice in one.choices]) == (Kind.ORDER, ["1929", "1945", "1975"])
    (one,) = good("Câu 1. Sắp theo năm.", "A. 1929", "B. 1945", "Loại: Sắp xếp")
    assert [choice.text for choice in one.choices] == ["1929", "1945"]


@pytest.mark.parametrize(
    "lines",
    [
        ("A. Việt Nam => Hà Nội", "B. Lào -> Viêng Chăn", "Loại: Ghép đôi"),
        ("A. Việt Nam", "B. Lào", "Loại: Nối cột", "Ghép A: Hà Nội", "Ghép B: Viêng Chăn"),
        ("A. Việt Nam", "B. Lào", "Ghép A: Hà Nội", "Ghép B: Viêng Chăn"),
    ],
)
def test_matching(lines):
    (one,) = good("Câu 1. Thủ đô?", *lines)
    assert one.kind is Kind.MATCH
    assert [(c.text, c.match) for c in one.choices] == [("Việt Nam", "Hà Nội"), ("Lào", "Viêng Chăn")]


def test_levels_in_brackets_and_answer_in_capitals():
    one, two = good("[1] Thủ đô?", *OPTIONS, "ANSWER: B", "[3] Cố đô?", *OPTIONS, "ANSWER: A")
    assert (one.stem, one.difficulty, two.difficulty) == ("Thủ đô?", Difficulty.EASY, Difficulty.HARD)
    assert two.choices[0].correct


def test_orders_for_shuffling():
    one, two = good(
        "##group-separator##",
        "Câu 1: Thủ đô?",
        *OPTIONS,
        "Đáp án: B",
        "##no-shuffle",
        "Câu 2: Cố đô?",
        *OPTIONS,
        "Đáp án: A",
    )
    assert all(choice.stays_last for choice in one.choices)
    assert not any(choice.stays_last for choice in two.choices)


@pytest.mark.parametrize(
    "line",
    [
        "Đọc đoạn văn sau và trả lời các câu từ 2 đến 3:",
        "Dựa vào thông tin dưới đây, trả lời câu 2-3",
        "Đọc đoạn trích dưới đây và trả lời các câu hỏi từ câu 2 đến câu 3.",
        "Sử dụng thông tin sau cho câu 2 và câu 3:",
        "Read the following passage and answer questions 2 to 3.",
    ],
)
def test_a_passage_belongs_to_the_questions_it_names(line):
    found = good(
        *("Câu 1. Thủ đô?", *OPTIONS, "Đáp án: B"),
        *(line, "Hà Nội có nhiều hồ.", "Huế có sông Hương."),
        *("Câu 2. Nơi nào có hồ?", *OPTIONS, "Đáp án: B"),
        *("Câu 3. Nơi nào có sông?", *OPTIONS, "Đáp án: A"),
        *("Câu 4. Nơi nào có chùa?", *OPTIONS, "Đáp án: A"),
    )
    text = "Hà Nội có nhiều hồ.\nHuế có sông Hương."
    assert [draft.passage for draft in found] == ["", text, text, ""]
    assert found[0].choices[3].text == "Cần Thơ"


def test_a_passage_without_its_questions_is_told():
    (message,) = told(
        "Câu 1. Thủ đô?", *OPTIONS, "Đáp án: B", "Đọc đoạn văn sau và trả lời các câu từ 5 đến 6:", "Một."
    )
    assert message.startswith("Đoạn văn chung cho câu 5 đến câu 6")


def test_shares_and_feedback_of_options():
    (one,) = good(
        "Câu 1. Thủ đô?",
        *OPTIONS[:3],
        "Đáp án: B",
        "Tỉ lệ điểm: -50%; 100%; 0%",
        "Nhận xét A: Cố đô",
        "Tên câu: Thủ đô",
        "Nhãn: địa lý; dễ",
    )
    assert [choice.points for choice in one.choices] == [Fraction(-1, 2), 1, 0]
    assert (one.scoring, one.choices[0].feedback, one.title) == (Scoring.WEIGHTS, "Cố đô", "Thủ đô")
    assert one.tags == ("địa lý", "dễ")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Câu 1. Xét:", *STATEMENTS, "Đáp án: ĐSĐ"), "Không hiểu đáp án “ĐSĐ”"),
        (("Câu 1. Xét:", *STATEMENTS, "Loại: Nhóm mệnh đề"), "Chưa có đáp án của nhóm mệnh đề"),
        (("Câu 1. Xét:", *OPTIONS, "Loại: Sắp thứ tự", "Đáp án: A, B"), "Không hiểu thứ tự đúng “A, B”"),
        (("Câu 1. Trời xanh.", "Loại: Đúng hay sai", "Đáp án: có thể"), "Không hiểu đáp án “có thể”"),
        (("Câu 1. Số?", "Loại: Điền số", "Đáp án: nhiều"), "“nhiều” không phải là số"),
        (("Câu 1. Gì?", *OPTIONS, "Đáp án: B", "Loại: Lạ"), "Không hiểu loại câu hỏi “Lạ”"),
        (("Câu 1. Gì?", *OPTIONS, "Đáp án: B", "Cách chấm: Lạ"), "Không dùng được cách chấm “Lạ”"),
        (("Câu 1. Gì?", *OPTIONS, "Đáp án: B", "Tỉ lệ điểm: x"), "Không hiểu tỉ lệ điểm “x”"),
        (("Câu 1. Viết.", "Loại: Tự luận", "Số từ: nhiều"), "Không hiểu số từ “nhiều”"),
        (("Câu 1. Viết.", "Loại: Trả lời ngắn"), "Câu hỏi chưa có đáp án."),
    ],
)
def test_what_cannot_be_understood_is_told(lines, expected):
    found = told(*lines)
    assert found and found[0].startswith(expected), found


def test_tables_of_keys_for_each_part_at_the_end():
    found = good(
        *("PHẦN I. Câu trắc nghiệm nhiều lựa chọn", "Câu 1. Thủ đô?", *OPTIONS, "Câu 2. Cố đô?", *OPTIONS),
        *("PHẦN II. Câu trắc nghiệm đúng sai", "Câu 1. Xét:", *STATEMENTS, "Câu 2. Xét thêm:", *STATEMENTS),
        *("PHẦN III. Trả lời ngắn", "Câu 1. Hai cộng ba?", "Câu 2. Thủ đô nước Lào?"),
        "BẢNG ĐÁP ÁN",
        [["Câu", "1", "2"], ["Đáp án", "B", "A"]],
        [["Câu", "Đáp án"], ["1", "ĐSĐS"], ["2", "SSSĐ"]],
        [["Câu", "1", "2"], ["Đáp án", "5", "Viêng Chăn"]],
    )
    assert [draft.kind for draft in found[2:]] == [Kind.STATEMENTS, Kind.STATEMENTS, Kind.NUMBER, Kind.SHORT]
    assert [truths(draft) for draft in found[:4]] == ["SĐSS", "ĐSSS", "ĐSĐS", "SSSĐ"]
    assert [draft.answers[0].text for draft in found[4:]] == ["5", "Viêng Chăn"]
