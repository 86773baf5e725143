"""Word files as people in Vietnam type them, built here with python-docx."""

import base64
import hashlib
import io
import unicodedata
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import RGBColor
from PIL import Image

from questions.formats import read, write
from questions.markup import to_html
from questions.rules import Choice, Difficulty, Draft, Kind, Markup

CAPITAL = ("A. Huế", "B. Hà Nội", "C. Đà Nẵng", "D. Cần Thơ")


PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC")


class Book:
    """A Word file under construction; text between two slashes-with-letter carries a mark: ``_u``, ``_b`` ..."""

    def __init__(self, *lines):
        self.document = docx.Document()
        for line in lines:
            self.add(line)

    def add(self, line, style=None):
        """Add a paragraph of a text or of (text, mark) pieces."""
        paragraph = self.document.add_paragraph(style=style)
        for piece in [line] if isinstance(line, str) else line:
            text, mark = piece if isinstance(piece, tuple) else (piece, "")
            run = paragraph.add_run(text)
            run.underline = True if "u" in mark else None
            run.bold = True if "b" in mark else None
            if "c" in mark:
                run.font.color.rgb = RGBColor(255, 0, 0)
            if "k" in mark:
                run.font.color.rgb = RGBColor(0, 0, 0)
            if "h" in mark:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            if "^" in mark:
                run.font.superscript = True
            if "v" in mark:
                run.font.subscript = True
        return paragraph

    def table(self, *rows):
        table = self.document.add_table(rows=len(rows), cols=max(map(len, rows)))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
        return table

    def number(self, paragraph, num_id, level=0):
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = num_id

    def numbering(self, *levels):
        """A new list whose levels have these (format, text); returns its number."""
        root = self.document.part.numbering_part.element
        name = str(100 + len(root.findall(qn("w:num"))))
        inner = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{f}"/><w:lvlText w:val="{t}"/></w:lvl>'
            for i, (f, t) in enumerate(levels)
        )
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}">{inner}</w:abstractNum>'
        root.insert(0, parse_xml(abstract))
        root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{name}"><w:abstractNumId w:val="{name}"/></w:num>'))
        return int(name)

    def read(self):
        out = io.BytesIO()
        self.document.save(out)
        return read(out.getvalue())


def of(*lines):
    return Book(*lines).read()


def good(result):
    assert result.faults == ()
    return result.questions


def keys(question):
    return "".join("ABCDEFGH"[i] for i, choice in enumerate(question.choices) if choice.correct)


def texts(question):
    return [choice.text for choice in question.choices]


def faults(result):
    return [(fault.row, fault.question, str(fault.message)) for fault in result.faults]


@pytest.mark.parametrize(
    "label", ["Câu 1.", "Câu 1:", "CÂU 1 :", "Câu 1)", "câu 1.", "Câu 1", "Bài 1.", "Bài 1", "Question 1:", "1.", "1)"]
)
def test_every_usual_label_starts_a_question(label):
    second = label.replace("1", "2")
    one, two = good(
        of(
            "NGÂN HÀNG CÂU HỎI",
            f"{label} Thủ đô nước ta ở đâu?",
            *CAPITAL,
            "Đáp án: B",
            f"{second} Năm nào?",
            "A. 1945",
            "B. 1954",
            "Đáp án: A",
        )
    )
    assert (one.stem, keys(one), one.kind, one.row) == ("Thủ đô nước ta ở đâu?", "B", Kind.SINGLE, 2)
    assert texts(one) == ["Huế", "Hà Nội", "Đà Nẵng", "Cần Thơ"]
    assert (two.stem, keys(two), two.row) == ("Năm nào?", "A", 8)


@pytest.mark.parametrize("style", ["{}. ", "{}) ", "{}: ", "{}.", "({}) ", "{}/ "])
@pytest.mark.parametrize("letters", ["ABCDEFGH", "ab", "ABC"])
def test_every_usual_way_of_lettering_options(style, letters):
    lines = [style.format(letter) + f"phương án {place}" for place, letter in enumerate(letters)]
    (one,) = good(of("Câu 1. Chọn?", *lines, "Đáp án: B"))
    assert texts(one) == [f"phương án {place}" for place in range(len(letters))]
    assert keys(one) == "B"


@pytest.mark.parametrize(
    "lines",
    [
        ["A. Huế\tB. Hà Nội\tC. Đà Nẵng\tD. Cần Thơ"],
        ["\tA. Huế\t\tB. Hà Nội", "\tC. Đà Nẵng\t\tD. Cần Thơ"],
        ["A. Huế    B. Hà Nội  C. Đà Nẵng     D. Cần Thơ  "],
        ["A. Huế", "B. Hà Nội   C. Đà Nẵng", "D. Cần Thơ"],
        ["A. Huế B. Hà Nội C. Đà Nẵng D. Cần Thơ"],
        ["A. Huế B. Hà Nội", "C. Đà Nẵng D. Cần Thơ"],
        ["A. Huế\nB. Hà Nội\nC. Đà Nẵng\nD. Cần Thơ"],
    ],
)
def test_options_on_one_line_or_on_several(lines):
    (one,) = good(of("Câu 1. Thủ đô?", *lines, "Đáp án: B"))
    assert texts(one) == ["Huế", "Hà Nội", "Đà Nẵng", "Cần Thơ"]


@pytest.mark.parametrize(
    "rows",
    [
        [["A. Huế", "B. Hà Nội"], ["C. Đà Nẵng", "D. Cần Thơ"]],
        [["A. Huế", "C. Đà Nẵng"], ["B. Hà Nội", "D. Cần Thơ"]],
        [["A.", "Huế", "B.", "Hà Nội"], ["C.", "Đà Nẵng", "D.", "Cần Thơ"]],
        [["A", "Huế"], ["B", "Hà Nội"], ["C", "Đà Nẵng"], ["D", "Cần Thơ"]],
    ],
)
def test_options_in_a_table(rows):
    book = Book("Câu 1. Thủ đô?")
    book.table(*rows)
    book.add("Đáp án: B")
    (one,) = good(book.read())
    assert texts(one) == ["Huế", "Hà Nội", "Đà Nẵng", "Cần Thơ"]


def test_a_whole_file_inside_a_table():
    book = Book("Đề thi")
    book.table(["1", "Câu 1. Thủ đô?\nA. Huế\nB. Hà Nội\nĐáp án: B"], ["2", "Câu 2. Năm?\nA. 1945\nB. 1954\nĐáp án: A"])
    one, two = good(book.read())
    assert (keys(one), keys(two)) == ("B", "A")


def test_everything_in_one_paragraph_with_soft_breaks():
    one, two = good(of("Câu 1. Thủ đô?\nA. Huế\nB. Hà Nội\nĐáp án: B\nCâu 2. Năm?\nA. 1945\nB. 1954\nĐáp án: A"))
    assert (one.stem, keys(one), two.stem, keys(two)) == ("Thủ đô?", "B", "Năm?", "A")


def test_questions_and_options_numbered_by_word():
    book = Book("Đề thi")
    both = book.numbering(("decimal", "%1."), ("upperLetter", "%2."))
    for stem, answer in (("Thủ đô?", "B"), ("Năm nào?", "A")):
        book.number(book.add(stem), both, 0)
        for text in ("một", "hai", "ba"):
            book.number(book.add(text), both, 1)
        book.add(f"Đáp án: {answer}")
    one, two = good(book.read())
    assert (one.stem, texts(one), keys(one)) == ("Thủ đô?", ["một", "hai", "ba"], "B")
    assert (two.stem, keys(two)) == ("Năm nào?", "A")


def test_word_numbers_that_say_cau_and_a_key_table_by_their_count():
    book = Book("Đề thi")
    labels = book.numbering(("decimal", "Câu %1."))
    for stem in ("Thủ đô?", "Năm nào?"):
        book.number(book.add(stem), labels)
        book.add("A. một\tB. hai")
    book.add("Đáp án")
    book.add("1-B; 2-A")
    one, two = good(book.read())
    assert (keys(one), keys(two)) == ("B", "A")


def test_the_list_number_style_starts_questions():
    book = Book()
    for stem in ("Thủ đô?", "Năm nào?"):
        book.add(stem, "List Number")
        book.add("A. một")
        book.add("B. hai")
        book.add("Đáp án: B")
    assert [question.stem for question in good(book.read())] == ["Thủ đô?", "Năm nào?"]


def test_a_numbered_list_inside_a_question_keeps_its_numbers():
    book = Book("Câu 1. Những việc nào đúng?")
    items = book.numbering(("decimal", "%1)"))
    book.number(book.add("Đóng đoàn phí"), items)
    book.number(book.add("Dự họp"), items)
    for line in ("A. Chỉ 1", "B. Cả 1 và 2", "Đáp án: B"):
        book.add(line)
    (one,) = good(book.read())
    assert one.stem == "Những việc nào đúng?\n1) Đóng đoàn phí\n2) Dự họp"


def test_typed_numbers_and_small_letters_inside_a_question_are_text():
    (one,) = good(of("Câu 1. Việc nào đúng?", "1. Họp", "a) Tổ", "b) Nhóm", "A. Chỉ a", "B. Cả hai", "Đáp án: A"))
    assert one.stem == "Việc nào đúng?\n1. Họp\na) Tổ\nb) Nhóm"
    assert texts(one) == ["Chỉ a", "Cả hai"]


def test_a_name_with_an_initial_is_not_an_option():
    (one,) = good(of("Câu 1. Hai ông", "C. Mác và Ph. Ăng-ghen viết gì?", "A. Sách", "B. Báo", "Đáp án: A"))
    assert one.stem == "Hai ông\nC. Mác và Ph. Ăng-ghen viết gì?"


@pytest.mark.parametrize(
    ("line", "key", "kind"),
    [
        ("Đáp án: B", "B", Kind.SINGLE),
        ("ĐA: b", "B", Kind.SINGLE),
        ("Đ/A: C.", "C", Kind.SINGLE),
        ("Đáp án đúng: B, C", "BC", Kind.MULTIPLE),
        ("Đáp án đúng là: D", "D", Kind.SINGLE),
        ("ANSWER: B", "B", Kind.SINGLE),
        ("Answer: AC", "AC", Kind.MULTIPLE),
        ("Chọn B", "B", Kind.SINGLE),
        ("Đáp án B", "B", Kind.SINGLE),
        ("Đáp án: B. Hà Nội", "B", Kind.SINGLE),
        ("Đáp án:\nB", "B", Kind.SINGLE),
    ],
)
def test_lines_that_say_the_answer(line, key, kind):
    (one,) = good(of("Câu 1. Thủ đô?", *CAPITAL, line))
    assert (keys(one), one.kind) == (key, kind)


@pytest.mark.parametrize("heading", ["BẢNG ĐÁP ÁN", "ĐÁP ÁN", "Bảng đáp án:", "Đáp án:"])
@pytest.mark.parametrize(
    "rows",
    [
        [["1-B", "2-A"], ["3-D", ""]],
        [["1.B", "2. A", "3 - d"]],
        [["1B", "2A", "3D"]],
        [["1", "2", "3"], ["B", "A", "D"]],
        [["Câu", "1", "2", "3"], ["Đáp án", "B", "A", "D"]],
        [["1", "2"], ["B", "A"], ["3", ""], ["D", ""]],
        [["Câu", "Đáp án"], ["1", "B"], ["2", "A"], ["3", "D"]],
    ],
)
def test_key_tables(heading, rows):
    book = Book(*(line for n in (1, 2, 3) for line in (f"Câu {n}. Hỏi gì {n}?", *CAPITAL)), "HẾT", heading)
    book.table(*rows)
    assert [keys(question) for question in good(book.read())] == ["B", "A", "D"]


@pytest.mark.parametrize(
    "lines", [["1-B; 2-A; 3-D"], ["1.B 2.A 3D"], ["Câu 1: B", "Câu 2: A", "Câu 3: D"], ["1-B,", "2-A,", "3-D"]]
)
def test_key_lists(lines):
    questions = [line for n in (1, 2, 3) for line in (f"Câu {n}. Hỏi gì {n}?", *CAPITAL)]
    assert [keys(question) for question in good(of(*questions, "-----HẾT-----", "ĐÁP ÁN", *lines))] == ["B", "A", "D"]


def test_each_part_has_its_own_key_table():
    part = [line for n in (1, 2) for line in (f"Câu {n}. Hỏi?", *CAPITAL)]
    other = [line.replace("Hỏi", "Hỏi thêm") for line in part]
    part[5], other[5] = "Câu 2. Việc nào?", "Câu 2. Việc nào nữa?"
    result = of("PHẦN I. LUẬT", *part, "ĐÁP ÁN", "1-A 2-B", "PHẦN II. SỬ", *other, "ĐÁP ÁN", "1-C 2-D")
    assert [(q.topic, keys(q)) for q in good(result)] == [("LUẬT", "A"), ("LUẬT", "B"), ("SỬ", "C"), ("SỬ", "D")]


@pytest.mark.parametrize("mark", ["u", "b", "c", "h", "bu"])
@pytest.mark.parametrize(
    "pieces", [[("B", "*"), ". Hà Nội"], [("B. Hà Nội", "*")], [("B.", "*"), " Hà Nội"], ["B. ", ("Hà Nội", "*")]]
)
def test_the_right_option_is_marked(mark, pieces):
    marked = [(piece[0], mark) if isinstance(piece, tuple) else piece for piece in pieces]
    (one,) = good(of("Câu 1. Thủ đô?", "A. Huế", marked, "C. Đà Nẵng"))
    assert (keys(one), one.kind) == ("B", Kind.SINGLE)


def test_a_mark_inside_a_line_of_options_counts_for_its_option():
    (one,) = good(of("Câu 1. Thủ đô?", ["A. Huế\t", ("B", "u"), ". Hà Nội\tC. Đà Nẵng"]))
    assert keys(one) == "B"


def test_an_asterisk_before_the_letter():
    (one,) = good(of("Câu 1. Thủ đô?", "A. Huế", "*B. Hà Nội", "C. Vinh"))
    assert (keys(one), texts(one)[1]) == ("B", "Hà Nội")


def test_bold_letters_on_all_options_are_no_mark_but_one_bold_text_is():
    lines = [[("A.", "b"), " Huế"], [("B.", "b"), (" Hà Nội", "b")], [("C.", "b"), " Vinh"]]
    (one,) = good(of([("Câu 1.", "b"), (" Thủ đô?", "b")], *lines))
    assert keys(one) == "B"


def test_all_bold_says_nothing_and_underline_decides():
    lines = [[("A. Huế", "b")], [("B", "bu"), (". Hà Nội", "b")], [("C. Vinh", "b")]]
    (one,) = good(of([("Câu 1. Thủ đô?", "b")], *lines))
    assert keys(one) == "B"


def test_black_is_no_colour_and_partly_marked_text_is_no_mark():
    result = of("Câu 1. Từ nào?", ["A. ", ("bo", "u"), "ok"], [("B. look", "k")])
    assert [message for _, _, message in faults(result)] == [
        "Câu hỏi chưa có đáp án đúng. Hãy đánh dấu phương án đúng."
    ]


def test_bold_from_a_style_is_seen():
    book = Book("Câu 1. Thủ đô?", "A. Huế")
    paragraph = book.add("B. ")
    paragraph.add_run("Hà Nội").style = "Strong"
    (one,) = good(book.read())
    assert keys(one) == "B"


def test_two_marked_options_are_two_keys_for_a_single_answer():
    result = of("Câu 7. Thủ đô?", [("A. Huế", "u")], [("B. Hà Nội", "u")], "C. Vinh")
    assert faults(result) == [(1, "Câu 7", "Câu hỏi một đáp án nhưng có 2 đáp án đúng. Hãy để lại một đáp án.")]
    assert result.questions == ()


@pytest.mark.parametrize(
    ("lines", "one", "other"),
    [
        ([[("A. Huế", "u")], "B. Hà Nội", "Đáp án: B"], "dòng Đáp án là B", "phần gạch chân là A"),
        ([[("A. Huế", "u")], [("B. Hà Nội", "c")], "C. Vinh"], "phần gạch chân là A", "phần tô màu là B"),
        (["A. Huế", "B. Vinh", "Đáp án: A", "HẾT", "ĐÁP ÁN", "1-B"], "dòng Đáp án là A", "bảng đáp án là B"),
    ],
)
def test_two_ways_that_disagree_are_a_fault(lines, one, other):
    ((row, question, message),) = faults(of("Câu 1. Thủ đô?", *lines))
    assert (row, question) == (1, "Câu 1")
    assert f"{one} nhưng {other}" in message


def test_ways_that_agree_are_fine():
    (one,) = good(of("Câu 1. Thủ đô?", "A. Huế", [("B. Hà Nội", "uc")], "Đáp án: B", "ĐÁP ÁN", "1-B"))
    assert keys(one) == "B"


def test_labelled_lines():
    (one,) = good(
        of(
            "Chủ đề: Luật Công đoàn",
            "Câu 1. Luật nào?",
            "A. Luật 1990",
            "B. Luật 2024",
            "Đáp án: B",
            "Mức độ: Nhận biết",
            "Mã: LCD-01",
            "Nguồn: Luật Công đoàn 2024,",
            "Điều 1",
            "Lời giải: Vì mới.",
            "Xem thêm điều 37.",
        )
    )
    assert (one.topic, one.code, one.difficulty) == ("Luật Công đoàn", "LCD-01", Difficulty.EASY)
    assert one.source == "Luật Công đoàn 2024,\nĐiều 1"
    assert one.explanation == "Vì mới.\nXem thêm điều 37."


@pytest.mark.parametrize("label", ["Lời giải", "Lời giải:", "Hướng dẫn:", "Giải thích chi tiết:", "Hướng dẫn giải:"])
def test_explanations_on_their_own_lines(label):
    (one,) = good(of("Câu 1. Gì?", "A. một", "B. hai", "Đáp án: A", label, "A. là đúng", "B. là sai"))
    assert one.explanation == "A. là đúng\nB. là sai"


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Chủ đề: Luật", "Luật"),
        ("CHỦ ĐỀ 2: Luật", "Luật"),
        ("Phần I. Luật", "Luật"),
        ("PHẦN 1: LUẬT", "LUẬT"),
        ("PHẦN I", "PHẦN I"),
        ("PHẦN II TRẮC NGHIỆM", ""),
        ("Chương 2. Luật", "Luật"),
        ("Mục 3: Luật", "Luật"),
        ("II. Luật", "Luật"),
    ],
)
def test_headings_give_the_topic_of_what_follows(heading, topic):
    lines = ("A. một", "B. hai", "Đáp án: A")
    first, second = good(of("Câu 1. Gì?", *lines, heading, "Câu 2. Sao?", *lines))
    assert (first.topic, second.topic) == ("", topic)


def test_heading_styles_give_topics_and_a_title_does_not():
    book = Book()
    book.add("Ngân hàng câu hỏi", "Heading 1")
    for topic in ("Luật", "Sử"):
        book.add(topic, "Heading 2")
        for line in (f"Câu 1. {topic} là gì?", "A. một", "B. hai", "Đáp án: A"):
            book.add(line)
    assert [question.topic for question in good(book.read())] == ["Luật", "Sử"]


def test_a_single_heading_under_the_title_is_a_topic():
    book = Book()
    book.add("Ngân hàng câu hỏi", "Heading 1")
    book.add("Luật", "Heading 2")
    for line in ("Câu 1. Gì?", "A. một", "B. hai", "Đáp án: A"):
        book.add(line)
    assert [question.topic for question in good(book.read())] == ["Luật"]


def test_a_mark_on_an_option_after_a_single_blank():
    (one,) = good(of("Câu 1. Thủ đô?", ["A. Huế ", ("B. Hà Nội", "u"), " C. Vinh"]))
    assert (keys(one), texts(one)) == ("B", ["Huế", "Hà Nội", "Vinh"])


def test_a_topic_line_inside_every_question_is_its_own():
    lines = ("A. một", "B. hai", "Đáp án: A")
    first, second = good(of("Câu 1. Gì?", *lines, "Chủ đề: X", "Câu 2. Sao?", *lines, "Chủ đề: Y"))
    assert (first.topic, second.topic) == ("X", "Y")


def test_a_level_in_brackets_after_the_number():
    lines = ("A. một", "B. hai", "Đáp án: A")
    hard, graded, noted = good(
        of("Câu 1 (VD): Gì?", *lines, "Câu 2 (0,25 điểm). Sao?", *lines, "Câu 3 (Lai Châu). Đâu?", *lines)
    )
    assert (hard.difficulty, hard.stem) == (Difficulty.HARD, "Gì?")
    assert (graded.difficulty, graded.stem) == (Difficulty.MEDIUM, "Sao?")
    assert noted.stem.startswith("(Lai Châu)")


def test_options_that_speak_of_the_others_stay_last():
    (one,) = good(of("Câu 1. Gì?", "A. một", "B. hai", "C. ba", "D. Cả ba phương án trên", "Đáp án: D"))
    assert [choice.stays_last for choice in one.choices] == [False, False, False, True]
    (one,) = good(of("Câu 1. Gì?", "A. một", "B. hai", "C. Cả A và B", "Đáp án: A", "Giữ cuối: Không"))
    assert not any(choice.stays_last for choice in one.choices)


def test_title_lines_are_left_out_and_so_is_what_follows_the_end():
    (one,) = good(
        of("LIÊN ĐOÀN LAO ĐỘNG", "Đề thi", "", "Câu 1. Gì?", "A. một", "B. hai", "Đáp án: A", "--- HẾT ---", "Giám thị")
    )
    assert (one.row, texts(one)) == (4, ["một", "hai"])


def test_a_question_after_the_end_is_told():
    lines = ("A. một", "B. hai", "Đáp án: A")
    result = of("Câu 1. Gì?", *lines, "HẾT", "Câu 2. Sao?", *lines)
    assert faults(result) == [(6, "Câu 2", "Có câu hỏi sau dòng HẾT. Hãy bỏ dòng HẾT hoặc xoá phần sau nó.")]


def test_raised_digits_keep_their_meaning():
    (one,) = good(of(["Câu 1. Bao nhiêu km", ("2", "^"), "?"], "A. 9068", "B. 9069", "Đáp án: A"))
    assert one.stem == "Bao nhiêu km²?"


def test_a_table_in_the_text_of_a_question_is_kept_as_a_table():
    book = Book("Câu 1. Xem bảng:")
    book.table(["Năm", "Số"], ["2004", "12"])
    for line in ("A. một", "B. hai", "Đáp án: A"):
        book.add(line)
    (one,) = good(book.read())
    assert one.markup is Markup.MARKDOWN
    assert one.stem == "Xem bảng:\n\n| Năm | Số |\n| --- | --- |\n| 2004 | 12 |"
    assert "<td>2004</td>" in to_html(one.stem, one.markup)


def test_tracked_changes_count_as_accepted():
    book = Book("Câu 1. Gì?", "A. một", "B. hai", "Đáp án: A")
    paragraph = book.document.paragraphs[0]._p
    for tag, text in (("w:ins", " thế?"), ("w:del", " bỏ")):
        change = OxmlElement(tag)
        run = OxmlElement("w:r")
        content = OxmlElement("w:t")
        content.text = text
        content.set(qn("xml:space"), "preserve")
        run.append(content)
        change.append(run)
        paragraph.append(change)
    (one,) = good(book.read())
    assert one.stem == "Gì? thế?"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Câu 3. Gì?", "A. một", "B. hai", "Đáp án: E"], "Đáp án E không có trong các phương án."),
        (["Câu 3. Gì?", "A. một", "B. hai", "Đáp án: Hà Nội"], "Không hiểu đáp án “Hà Nội”."),
        (["Câu 3. Gì?", "A. một", "B. hai"], "Câu hỏi chưa có đáp án đúng."),
        (["Câu 3. Gì?", "A. một", "Đáp án: A"], "Câu hỏi cần ít nhất 2 phương án trả lời."),
        (["Câu 3. Gì?", "A. một", "B.", "Đáp án: A"], "Có phương án trả lời bị trống."),
        (["Câu 3. Gì?", "A. một", "B. hai", "D. ba", "Đáp án: A"], "Phương án “D. ba” không đúng thứ tự"),
        (["Câu 3. Gì?", "A. một", "B. hai", "B. ba", "Đáp án: A"], "Phương án “B. ba” không đúng thứ tự"),
        (["Câu 3.", "A. một", "B. hai", "Đáp án: A"], "Câu hỏi chưa có nội dung."),
        (["Câu 3. Gì?", "A. một", "B. hai", "Đáp án: A", "Đáp án: B"], "Dòng “Đáp án: B” lặp lại."),
        (["Câu 3. Gì?", "A. một", "B. hai", "Đáp án: A", "Mức độ: Cao"], "Không hiểu mức độ “Cao”."),
        (["Câu 3. Gì?", "A. một", "B. hai", "Đáp án: A", "Xem tiếp"], "Không rõ dòng “Xem tiếp” thuộc phần nào."),
        (["Câu 3. Gì?", "A. một", "B. hai", "LUẬT LAO ĐỘNG", "Đáp án: A"], "Không rõ dòng “LUẬT LAO ĐỘNG”"),
        (["Câu 3. Gì?", "A. một", "B. hai", "Đáp án: A", "BẢNG ĐÁP ÁN", "3-A 4-B"], "Bảng đáp án có câu 4"),
        (["Câu 3. Gì?", "A. một", "B. hai", "BẢNG ĐÁP ÁN", "3-A 3-B"], "Bảng đáp án ghi câu 3 hai lần"),
        (["Câu 3. Gì?", *(f"{c}. {c}{c}" for c in "ABCDEFGH"), "I. ii", "Đáp án: A"], "Không rõ dòng “I. ii”"),
    ],
)
def test_faults_name_the_question_and_say_what_to_do(lines, expected):
    result = of(*lines)
    told = faults(result)
    assert len(told) == 1
    assert told[0][2].startswith(expected)
    assert told[0][1] in ("Câu 3", "Câu 4")


def test_a_centred_line_after_the_options_is_not_swallowed():
    book = Book("Câu 1. Gì?", "A. một", "B. hai")
    book.add("Luật Lao động").alignment = WD_ALIGN_PARAGRAPH.CENTER
    assert "Không rõ dòng “Luật Lao động”" in faults(book.read())[0][2]


def test_duplicates_and_codes_name_both_questions():
    lines = ("A. một", "B. hai", "Đáp án: A", "Mã: X")
    result = of("Câu 1. Gì?", *lines, "Câu 2. gì ?", *lines)
    assert [question.row for question in result.questions] == [1]
    assert faults(result) == [
        (6, "Câu 2", "Trùng với Câu 1 (đoạn 1). Hãy bỏ một trong hai câu."),
        (6, "Câu 2", "Mã câu “X” đã dùng ở Câu 1 (đoạn 1). Hãy đặt mã khác."),
    ]


def with_equation(*lines, inner):
    """Lines of which the first ends with an equation."""
    book = Book(*lines)
    book.document.paragraphs[0]._p.append(
        parse_xml(
            '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
            f' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{inner}</m:oMath>'
        )
    )
    return book.read()


def test_pictures_are_taken_with_their_words():
    book = Book("Câu 1. Hình nào? ")
    run = book.document.paragraphs[0].add_run()
    run.add_picture(io.BytesIO(PNG))
    run._r.find(".//" + qn("wp:docPr")).set("descr", "Bản đồ [tỉnh]")
    for line in ("A. một", "B. hai", "Đáp án: A"):
        book.add(line)
    result = book.read()
    (one,) = good(result)
    sha = hashlib.sha256(PNG).hexdigest()
    assert (one.stem, one.markup) == (f"Hình nào? ![Bản đồ tỉnh](hinh:{sha})", Markup.MARKDOWN)
    assert result.pictures == {sha: PNG}


def test_a_picture_outside_the_file_and_a_drawing_are_told():
    book = Book("Câu 1. Hình nào?", "A. một", "B. hai", "Đáp án: A")
    book.document.paragraphs[0].add_run().add_picture(io.BytesIO(PNG))
    part = book.document.part
    blip = book.document.element.body.find(".//" + qn("a:blip"))
    blip.set(qn("r:embed"), part.relate_to("http://example.vn/a.png", RT.IMAGE, is_external=True))
    ((row, question, text),) = faults(book.read())
    assert (row, question) == (1, "Câu 1") and text.startswith("Có hình vẽ, biểu đồ hoặc hình để ngoài tệp")


@pytest.mark.parametrize(
    ("inner", "latex"),
    [
        ("<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>x</m:t></m:r></m:den></m:f>", r"\frac{1}{x}"),
        (
            "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
            "<m:r><m:t>≤5</m:t></m:r>",
            r"x^{2}\le 5",
        ),
        (
            '<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e><m:r><m:t>2</m:t></m:r></m:e></m:rad>',
            r"\sqrt{2}",
        ),
        (
            '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub><m:sup><m:r>'
            "<m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>i</m:t></m:r></m:e></m:nary>",
            r"\sum_{i=1}^{n} i",
        ),
        (
            '<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:r><m:t>a</m:t></m:r></m:e></m:d>',
            r"\left[ a \right]",
        ),
        (
            "<m:func><m:fName><m:r><m:t>sin</m:t></m:r></m:fName><m:e><m:r><m:t>α</m:t></m:r></m:e></m:func>",
            r"\sin {\alpha}",
        ),
    ],
)
def test_equations_become_latex(inner, latex):
    (one,) = good(with_equation("Câu 1. Tính ", "A. 1", "B. 2", "Đáp án: A", inner=inner))
    assert (one.stem, one.markup) == (f"Tính ${latex}$", Markup.MARKDOWN)
    assert "<math" in to_html(one.stem, one.markup)


@pytest.mark.parametrize("inner", ["<m:r/>", "<m:strange><m:e/></m:strange>"])
def test_an_equation_that_cannot_be_told_is_a_fault(inner):
    ((row, question, text),) = faults(with_equation("Câu 1. Tính ", "A. 1", "B. 2", "Đáp án: A", inner=inner))
    assert (row, question) == (1, "Câu 1") and text.startswith("Có công thức")


def test_parts_of_a_text_that_stand_out_become_markdown():
    stem = ["Câu 1. ", ("H", ""), ("x", "v"), (" không ", ""), ("phải", "b"), (" là * a", "")]
    (one,) = good(of(stem, "A. một", "B. hai_ba", "Đáp án: A"))
    assert one.stem == r"H~x~ không **phải** là \* a"
    assert one.choices[1].text == "hai_ba"


def test_a_bold_question_and_bold_keys_stay_plain():
    (one,) = good(of([("Câu 1. Gì thế?", "b")], [("A. một", "b")], "B. hai"))
    assert (one.markup, keys(one), one.stem) == (Markup.PLAIN, "A", "Gì thế?")


def test_text_for_old_fonts_is_converted_with_a_note():
    result = of("C©u 1. Thñ ®« n­íc ta?", "A. HuÕ", "B. Hµ Néi", "§¸p ¸n: B")
    (one,) = good(result)
    assert (one.stem, texts(one), keys(one)) == ("Thủ đô nước ta?", ["Huế", "Hà Nội"], "B")
    assert "TCVN3" in str(result.notes[0].message)


@pytest.mark.parametrize(
    ("font", "typed", "meant"),
    [
        (".VnTime", "Hµ Néi", "Hà Nội"),
        (".VnTimeH", "hµ néi", "HÀ NỘI"),
        ("VNI-Times", "Haø Noäi", "Hà Nội"),
        (".VnTime", "Đà Nẵng", "Đà Nẵng"),
    ],
)
def test_the_font_of_a_run_tells_its_letters(font, typed, meant):
    book = Book("Câu 1. Thủ đô nước ta ở đâu?", "A. Huế", ["B. ", (typed, "")], "Đáp án: B")
    book.document.paragraphs[2].runs[1].font.name = font
    result = book.read()
    (one,) = good(result)
    assert texts(one) == ["Huế", meant]
    assert bool(result.notes) == (typed != meant)


def test_letters_typed_in_two_parts_are_joined():
    (one,) = good(of(*(unicodedata.normalize("NFD", t) for t in ("Câu 1. Thủ đô?", "A. Huế", "B. Vinh", "Đáp án: B"))))
    assert one.stem == "Thủ đô?" and unicodedata.is_normalized("NFC", one.stem)


def test_a_file_without_questions_says_how_to_write_them():
    ((_, _, message),) = faults(of("Kính gửi các công đoàn"))
    assert message.startswith("Không thấy câu hỏi nào.")


def pixel(kind):
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_written_and_read_back_under_their_names(kind):
    sha = hashlib.sha256(pixel(kind)).hexdigest()
    choices = (Choice(f"trái ![Một \\* hai](hinh:{sha}) phải", True), Choice("hai"))
    question = Draft(f"Xem ![](hinh:{sha}) này", choices, markup=Markup.MARKDOWN)
    result = read(write([question], "docx", {sha: pixel(kind)}))
    (one,) = good(result)
    assert replace(one, row=None) == question
    assert set(result.pictures) == {sha}
    assert Image.open(io.BytesIO(result.pictures[sha])).size == (3, 2)


def test_a_picture_that_is_not_there_stays_a_name():
    question = Draft(f"Xem ![x](hinh:{'a' * 64})", (Choice("1", True), Choice("2")), markup=Markup.MARKDOWN)
    result = read(write([question], "docx"))
    assert replace(good(result)[0], row=None) == question and result.pictures == {}


def test_a_picture_that_unpacks_to_more_than_a_file_may_is_refused():
    book = Book("Câu 1. Gì?", "A. một", "B. hai", "Đáp án: A")
    out = io.BytesIO()
    book.document.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/lon.png", b"\x89PNG" + bytes(61_000_000))
    ((_, _, text),) = faults(read(out.getvalue()))
    assert text.startswith("Tệp mở ra quá lớn")


@pytest.mark.parametrize(
    ("lines", "explanation"),
    [
        (["Lời giải", "Chọn B", "Vì Điều 5."], "Vì Điều 5."),
        (["Lời giải: Chọn B"], ""),
        (["Lời giải: Vì Điều 5.", "Chọn B."], "Vì Điều 5."),
        (["Đáp án: B", "Lời giải", "Chọn B", "Vì Điều 5."], "Chọn B\nVì Điều 5."),
    ],
)
def test_a_worked_solution_names_the_key(lines, explanation):
    found, _ = good(of("Câu 1. Một?", "A. x", "B. y", *lines, "Câu 2. Hai?", "A. x", "B. z", "Đáp án: A"))
    assert [choice.correct for choice in found.choices] == [False, True]
    assert found.explanation == explanation


@pytest.mark.parametrize("headed", [True, False])
def test_a_key_table_for_each_part_numbered_from_one(headed):
    book = Book("PHẦN I. Trắc nghiệm nhiều lựa chọn", "Câu 1. Một?", "A. x", "B. y", "Câu 2. Hai?", "A. x", "B. z")
    for line in ("PHẦN II. Đúng sai", "Câu 1. Xét:", "a) M", "b) N", "PHẦN III. Trả lời ngắn", "Câu 1. Bao nhiêu?"):
        book.add(line)
    book.add("BẢNG ĐÁP ÁN")
    for part, rows in (
        ("PHẦN I", [["Câu", "1", "2"], ["Đáp án", "A", "B"]]),
        ("PHẦN II", [["Câu", "1"], ["Đáp án", "ĐS"]]),
        ("PHẦN III", [["Câu", "1"], ["Đáp án", "12,5"]]),
    ):
        if headed:
            book.add(part)
        book.table(*rows)
    one, two, three, four = good(book.read())
    assert (keys(one), keys(two), keys(three)) == ("A", "B", "A")
    assert (three.kind, four.kind, four.answers[0].text) == (Kind.STATEMENTS, Kind.NUMBER, "12.5")
