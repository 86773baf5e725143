"""CSV files as spreadsheets save them, in the code pages of Vietnamese offices."""

import unicodedata

import pytest

from questions.formats import read, write
from questions.formats.typed import read_answers
from questions.rules import Choice, Draft, Kind

LINES = (
    "Câu hỏi,Phương án A,Phương án B,Đáp án,Chủ đề",
    "Thủ đô nước ta?,Huế,Hà Nội,B,Địa lý",
    "Năm nào?,1945,1954,A,Sử",
)
TEXT = "\r\n".join(LINES)


def good(result):
    assert result.faults == ()
    return result.questions


def told(result):
    return [(fault.row, str(fault.message)) for fault in result.faults]


def old_windows(text):
    """Windows-1258 holds tones as marks of their own after the letter."""
    marks = "\u0300\u0301\u0303\u0309\u0323"
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", char)
            tones = "".join(c for c in apart if c in marks)
            letter = unicodedata.normalize("NFC", "".join(c for c in apart if c not in marks))
            out += (letter + tones).encode("cp1258")
    return out


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        old_windows(TEXT),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        b"\xef\xbb\xbf" + TEXT.replace(",", ";").encode(),
    ],
)
def test_code_pages_and_separators(data):
    one, two = good(read(data))
    assert (one.stem, one.topic, one.row) == ("Thủ đô nước ta?", "Địa lý", 2)
    assert [(choice.text, choice.correct) for choice in one.choices] == [("Huế", False), ("Hà Nội", True)]
    assert two.row == 3


def test_quoted_cells_with_separators_and_line_ends_count_as_one_row():
    data = LINES[0] + '\n"Thủ đô, nơi\nnào?","Huế ""cổ""",Hà Nội,B,\n\n' + LINES[2]
    one, two = good(read(data.encode()))
    assert (one.stem, one.choices[0].text) == ("Thủ đô, nơi\nnào?", 'Huế "cổ"')
    assert two.row == 4


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TEXT.encode().decode("cp1252", "replace").replace("\ufffd", "").encode(), "Chữ trong tệp bị lỗi phông"),
        (TEXT.encode().decode("latin-1").encode(), "Chữ trong tệp bị lỗi phông"),
        (TEXT.encode()[:-1] + b"\xff", "Không nhận ra bảng mã của tệp."),
        (
            "C©u hái,A,B,§¸p ¸n\nThñ ®« qwµzt wxµ kjµh zzµw?,HuÕ,Hµ Néi,B".encode("cp1252"),
            "Chữ trong tệp theo bảng mã TCVN3",
        ),
        (
            "cauhoi,dapan1,dapan2,ketqua\nThuû wqzñx zxôûw jjaâq wwaâx?,Hueá,Haø Noäi,2".encode("cp1252"),
            "Chữ trong tệp theo bảng mã VNI",
        ),
        (
            b"cauhoi,dapan1,dapan2,ketqua\nTh? ?? n??c ta l? th?nh ph? n?o?,Hu?,H? N?i l?m,2",
            "Chữ có dấu trong tệp đã bị mất",
        ),
        (b"\xff\xfea", "Không nhận ra bảng mã của tệp."),
    ],
)
def test_wrong_code_pages_say_what_to_do(data, expected):
    ((row, message),) = told(read(data, "csv"))
    assert row is None and message.startswith(expected)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("C©u hái,Ph­¬ng ¸n A,Ph­¬ng ¸n B,§¸p ¸n\nThñ ®« n­íc ta?,HuÕ,Hµ Néi,B", "TCVN3"),
        ("Caâu hoûi,Phöông aùn A,Phöông aùn B,Ñaùp aùn\nThuû ñoâ nöôùc ta?,Hueá,Haø Noäi,B", "VNI"),
    ],
)
@pytest.mark.parametrize("code", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_letters_of_old_fonts_are_converted_with_a_note(text, script, code):
    result = read(text.encode(code), "csv")
    (one,) = good(result)
    assert (one.stem, [choice.text for choice in one.choices]) == ("Thủ đô nước ta?", ["Huế", "Hà Nội"])
    ((row, note),) = [(note.row, str(note.message)) for note in result.notes]
    assert row is None and script in note


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(code):
    assert [one.stem for one in good(read(TEXT.encode(code), "csv"))] == [
        one.stem for one in good(read(TEXT.encode(), "csv"))
    ]


def test_a_file_without_header_and_one_with_a_missing_column():
    assert told(read("Xin chào các bạn".encode()))[0][1].startswith("Không thấy dòng tiêu đề")
    assert told(read("Câu hỏi;A;B\nx;y;z".encode()))[0][1].startswith("Dòng tiêu đề thiếu cột: Đáp án.")


def test_a_cell_without_end_is_told():
    data = LINES[0] + '\n"' + "x" * 200_000
    ((row, message),) = told(read(data.encode()))
    assert row == 2 and "dấu nháy kép" in message


def test_cells_are_written_so_that_no_spreadsheet_runs_them():
    texts = ("=1+1", "+84", "-5 độ", "@tất cả", "'=x", "'nháy'", "thường")
    draft = Draft("=HYPERLINK(1)", tuple(Choice(text, text == "+84") for text in texts), row=2)
    data = write((draft,), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    cells = data.decode("utf-8-sig").split("\r\n")[1].split(",")
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]
    assert good(read(data)) == (draft,)


def test_the_empty_template_has_its_header_only():
    assert write((), "csv").decode("utf-8-sig").startswith("STT,Mã câu,Chủ đề,Mức độ,Loại,Câu hỏi,Phương án A,")
    assert told(read(write((), "csv")))[0][1].startswith("Tệp chưa có câu hỏi nào.")


@pytest.mark.parametrize(
    ("cell", "answers"),
    [
        ("Hà Nội|Huế", ["Hà Nội", "Huế"]),
        ("Hà Nội; Huế", ["Hà Nội", "Huế"]),
        ("a; b|c", ["a; b", "c"]),
        (r"a\|b|c", ["a|b", "c"]),
        ("/a|b/ | c", ["a|b", "c"]),
        ("/a;b/", ["a;b"]),
        (r"/\d+/ [50%]|1/2", [r"\d+", "1/2"]),
        (r"//a\/b\|c//", ["a/b|c"]),
        ("||", []),
    ],
)
def test_lists_of_accepted_answers(cell, answers):
    assert [answer.text for answer in read_answers(cell, Kind.SHORT)] == answers


PAPER = "Câu 1. Thủ đô?\nA. Huế\nB. Hà Nội\nĐáp án: B\n\nCâu 2: Số nào, chẵn?\nĐáp án: 2\n"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_typed_as_in_word_is_read_so(code):
    one, two = good(read(PAPER.encode(code), name="de.txt"))
    assert (one.row, one.stem, one.choices[1].correct) == (1, "Thủ đô?", True)
    assert (two.row, two.kind, two.answers[0].text) == (6, Kind.NUMBER, "2")


def test_such_a_text_for_old_fonts_and_one_with_a_fault():
    old = "C©u 1. Thñ ®« n­íc ta?\nA. HuÕ\nB. Hµ Néi\n§¸p ¸n: B\n"
    (one,) = good(read(old.encode("cp1252"), name="de.txt"))
    assert [choice.text for choice in one.choices] == ["Huế", "Hà Nội"]
    ((row, text),) = told(read(PAPER.replace("Đáp án: B", "Đáp án: D").encode(), name="de.txt"))
    assert row == 1 and text.startswith("Đáp án D không có")


def test_a_table_whose_cells_look_like_a_paper_stays_a_table():
    table = 'Câu hỏi,A,B,Đáp án\n"Xét:\nCâu 1. x\nA. y\nB. z",1,2,A\n'
    (one,) = good(read(table.encode()))
    assert one.stem == "Xét:\nCâu 1. x\nA. y\nB. z"
