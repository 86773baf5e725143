"""Files that other programs wrote: pandoc 2.17 and LibreOffice 7.4, kept under ``files/office``."""

from pathlib import Path

import pytest

from questions.formats import read
from questions.markup import to_html
from questions.rules import Kind, Markup

FILES = Path(__file__).parent / "files" / "office"


def good(name):
    result = read(FILES / name)
    assert [str(fault.message) for fault in result.faults] == []
    return result


def keys(draft):
    return "".join("ABCDEFGH"[i] for i, choice in enumerate(draft.choices) if choice.correct)


@pytest.mark.parametrize("name", ["pandoc.docx", "libreoffice-tu-pandoc.docx"])
def test_a_word_file_of_every_usual_kind(name):
    found = good(name).questions
    assert [draft.kind for draft in found] == [
        Kind.SINGLE,
        Kind.TRUEFALSE,
        Kind.SINGLE,
        Kind.STATEMENTS,
        Kind.SHORT,
        Kind.SINGLE,
        Kind.NUMBER,
    ]
    assert {draft.topic for draft in found} == {"Luật Công đoàn"}
    assert [keys(draft) for draft in found] == ["A", "A", "B", "ACD", "", "A", ""]
    assert found[2].stem.endswith("| 2022 | 100 |\n| 2023 | 150 |")
    assert [answer.text for answer in (*found[4].answers, *found[6].answers)] == ["Hà Nội", "1929"]
    assert found[5].passage == found[6].passage and found[5].passage.startswith("Năm 1929, Đại hội")
    assert not any(draft.passage for draft in found[:5])


def test_equations_that_pandoc_wrote():
    two = good("pandoc.docx").questions[1]
    assert two.markup is Markup.MARKDOWN
    assert two.stem.startswith(r"Diện tích hình tròn bán kính $r$ là $\pi r^{2}$, còn chu vi là $\frac{2\pi r}{1}$.")
    assert to_html(two.stem, two.markup).count("<math") == 3


def test_a_picture_an_underlined_key_and_a_table_of_keys_from_libreoffice():
    result = good("libreoffice.docx")
    one, two, three = result.questions
    assert (keys(one), keys(two), keys(three)) == ("B", "B", "A")
    ((sha, data),) = result.pictures.items()
    assert f"(hinh:{sha})" in three.stem and data.startswith(b"\x89PNG")


def test_a_picture_that_is_only_linked_is_told():
    result = read(FILES / "libreoffice-anh-lien-ket.docx")
    assert [fault.question for fault in result.faults] == ["Câu 3"]
    assert "hình để ngoài tệp" in str(result.faults[0].message)


@pytest.mark.parametrize("name", ["libreoffice.xlsx", "cp1258.csv"])
def test_a_sheet_from_libreoffice_and_one_in_windows_1258(name):
    one, two, three = good(name).questions
    assert (one.stem, [choice.text for choice in one.choices]) == (
        "Thủ đô nước ta, ở đâu?",
        ["Huế", "Hà Nội", "Đà Nẵng"],
    )
    assert (one.code, one.topic, two.topic, keys(three), three.kind) == ("L1", "Địa lý", "Lịch sử", "AC", Kind.MULTIPLE)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("libreoffice.odt", "lưu lại dạng Word (.docx)"),
        ("libreoffice.ods", "lưu lại dạng Excel (.xlsx)"),
        ("libreoffice.doc", "chọn Lưu thành, dạng Word Document (.docx)"),
        ("libreoffice.xls", "chọn Lưu thành, dạng Excel Workbook (.xlsx)"),
    ],
)
def test_files_that_are_not_taken_say_how_to_save_them(name, words):
    result = read(FILES / name)
    assert result.questions == () and words in str(result.faults[0].message)
