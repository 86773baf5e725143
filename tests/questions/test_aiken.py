"""Aiken files as Moodle's documentation allows them, and what is said about the others."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from questions.faults import faults_of
from questions.formats import aiken
from questions.formats.charset import garbled
from questions.formats.common import unreadable
from questions.formats.legacy import hidden_script
from questions.rules import Choice, Difficulty, Draft, Kind, Markup, Scoring, clean, print_of

FILES = Path(__file__).parent / "files"
GOOD = "Hỏi?\nA. Một\nB. Hai\nANSWER: B\n"


def read(text):
    return aiken.read(text.encode())


def said(text):
    """Rows and texts of the faults of a file."""
    return [(fault.row, str(fault.message)) for fault in read(text).faults]


def test_every_way_of_writing_that_the_format_allows():
    result = aiken.read((FILES / "aiken-variants.txt").read_bytes())
    assert result.faults == ()
    first, second, third = result.questions
    assert first.stem == "Which body calls a strike?"
    assert [(c.text, c.correct) for c in first.choices][1] == ("The executive committee of the trade union", True)
    assert [c.text for c in second.choices] == ["01/01/2025", "01/07/2025", "01/01/2026"]
    assert [c.correct for c in second.choices] == [False, True, False]
    assert (third.stem, third.row) == ("Câu hỏi có\nhai dòng?", 14)
    assert [(c.text, c.correct, c.stays_last) for c in third.choices] == [
        ("Đúng", False, False),
        ("Cả A và C", False, True),
        ("Tất cả các phương án trên", True, True),
    ]
    assert {draft.kind for draft in result.questions} == {Kind.SINGLE}


def test_utf16_is_taken():
    assert aiken.read(GOOD.encode("utf-16")).questions[0].choices[1].text == "Hai"


@pytest.mark.parametrize(
    ("text", "row", "word"),
    [
        ("Hỏi?\nA. Một\nB. Hai\nANSWER: D\n", 1, "Đáp án D không có"),
        ("Hỏi?\nA. Một\nB. Hai\nANSWER: b\n", 1, "chữ cái hoa"),
        ("Hỏi?\nA. Một\nB. Hai\nANSWER:\n", 1, "chữ cái hoa"),
        ("Hỏi?\nA. Một\nB. Hai\nANSWER: AB\n", 1, "chữ cái hoa"),
        ("Hỏi?\nA. Một\nB. Hai\nAnswer: B\n", 1, "dòng 4"),
        ("Hỏi?\nA. Một\nB. Hai\n", 1, "thiếu dòng đáp án"),
        (f"Hỏi nữa?\nA. Một\nB. Hai\n\n{GOOD}", 1, "thiếu dòng đáp án"),
        (f"{GOOD}\nHỏi nữa?\nA. Một\nANSWER: A\n", 6, "ít nhất 2 phương án"),
        (f"{GOOD}\nHỏi nữa?\nANSWER: A\n", 6, "Đáp án A không có"),
        ("Hỏi?\na. Một\nb. Hai\nANSWER: A\n", 1, "phải viết hoa"),
        ("Hỏi?\nA. Một\nC. Hai\nANSWER: A\n", 1, "theo thứ tự"),
        ("Hỏi?\nA. Một\nvà nửa\nB. Hai\nANSWER: A\n", 1, "Dòng 3 “và nửa”"),
        (f"A. Một\n{GOOD}", 1, "không thuộc câu hỏi nào"),
        (f"{GOOD}ANSWER: A\n", 5, "không thuộc câu hỏi nào"),
        ("Hỏi?\nA. Một\nB.\nANSWER: A\n", 1, "bị trống"),
        ("Hỏi?\n" + "".join(f"{c}. {c}\n" for c in "ABCDEFGHI") + "ANSWER: A\n", 1, "quá 8 phương án"),
        (f"{GOOD}\n{GOOD}", 6, "Trùng với câu hỏi ở dòng 1"),
        ("", None, "Tệp trống"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, row, word):
    found = said(text)
    assert (row, True) in [(at, word in message) for at, message in found], found


def test_a_question_without_key_does_not_swallow_the_next_one():
    text = "Hỏi một?\nA. Một\nB. Hai\nHỏi hai?\nA. Ba\nB. Bốn\nANSWER: A\n"
    result = read(text)
    assert [draft.stem for draft in result.questions] == ["Hỏi hai?"]
    assert [(fault.row, "thiếu dòng đáp án" in str(fault.message)) for fault in result.faults] == [(1, True)]


def test_lines_of_one_question_are_joined_but_a_heading_is_not_taken_for_one():
    result = read("ĐỀ THI\n\nHỏi\ntiếp?\nA. Một\nB. Hai\nANSWER: A\n")
    assert [draft.stem for draft in result.questions] == ["Hỏi\ntiếp?"]
    assert result.faults[0].row == 1


def test_what_aiken_cannot_hold_is_listed():
    choices = (Choice("Có", True), Choice("Không", stays_last=True))
    full = Draft(
        "Hỏi?\nThêm", choices, code="C1", topic="T", difficulty=Difficulty.EASY, source="S", explanation="G", title="N"
    )
    texts = [str(fault.message) for fault in aiken.losses([full])]
    for word in ("mã câu", "chủ đề", "mức độ", "nguồn", "lời giải", "tên câu hỏi", "đứng cuối", "xuống dòng"):
        assert any(word in text for text in texts), word
    assert len(texts) == 8
    assert aiken.losses([Draft("Hỏi?", (Choice("Có", True), Choice("Không")))]) == []


@pytest.mark.parametrize(
    ("draft", "word"),
    [
        (Draft("Viết", kind=Kind.ESSAY), "Tự luận"),
        (Draft("A. Gì?", (Choice("Có", True), Choice("Không"))), "giống một phương án"),
        (Draft("Chọn", (Choice("1", True), Choice("2", True)), Kind.MULTIPLE), "Nhiều đáp án"),
    ],
)
def test_what_cannot_be_written_is_left_out_and_said(draft, word):
    assert aiken.write([draft]) == b""
    (fault,) = aiken.losses([draft])
    assert word in str(fault.message)


def test_shares_and_true_or_false_are_losses_too():
    shares = (Choice("Có", True, points=Fraction(1)), Choice("Gần", points=Fraction(1, 2)))
    weighted = Draft("Hỏi?", shares, scoring=Scoring.WEIGHTS)
    truth = Draft("Trời xanh.", (Choice("Đúng", True), Choice("Sai")), Kind.TRUEFALSE)
    assert ["tỉ lệ điểm" in str(f.message) or "Đúng và Sai" in str(f.message) for f in aiken.losses([weighted, truth])]
    assert [draft.kind for draft in aiken.read(aiken.write([weighted, truth])).questions] == [Kind.SINGLE] * 2


def test_markup_is_written_as_plain_words():
    draft = Draft("**Nước** là gì?", (Choice("H~2~O", True), Choice("CO~2~")), markup=Markup.MARKDOWN)
    assert aiken.write([draft]).decode() == "Nước là gì?\nA. H2O\nB. CO2\nANSWER: A\n"


TRAPS = [
    "A. x",
    "B) y",
    "C.",
    "ANSWER: A",
    "ANSWER: Z",
    "ANSWER:",
    "answer: b",
    "a) z",
    "Hỏi?",
    "\n",
    "\n\n",
    "  ",
    "\t",
] + ["\r\n", "\r", "\u2028", "\x00", "ﬀ", "Cả A và B", "Không có phương án nào", "C©u hái"]
wild = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(max_size=8)), max_size=12).map("".join)
word = wild.map(clean).map(lambda text: " ".join(text.split())).filter(bool)


@st.composite
def drafts(pick):
    texts = pick(st.lists(word, min_size=2, max_size=8, unique_by=lambda text: " ".join(text.lower().split())))
    right = pick(st.integers(0, len(texts) - 1))
    return Draft(pick(word), tuple(Choice(text, index == right) for index, text in enumerate(texts)))


@settings(max_examples=80, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=4, unique_by=print_of))
@example([Draft("Hỏi", (Choice("A. a", True), Choice("ANSWER: B")))])
def test_what_is_written_without_loss_is_read_back_the_same(found):
    kept = [draft for draft in found if not aiken.losses([draft])]
    data = aiken.write(kept)
    assume(kept and not garbled(data.decode()) and not hidden_script(data.decode()))
    result = aiken.read(data)
    assert result.faults == ()
    assert [replace(draft, row=None) for draft in result.questions] == kept


@settings(max_examples=100, deadline=None)
@given(st.one_of(wild.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=200)))
def test_any_text_gives_questions_or_faults(data):
    result = aiken.read(data)
    assert result.questions or result.faults
    assert not [draft for draft in result.questions if faults_of(draft)]
    assert unreadable() not in [fault.message for fault in result.faults]


def test_many_questions_are_all_taken_in_order():
    many = "\n".join(GOOD.replace("Hỏi?", f"Hỏi số {number}?") for number in range(2000))
    assert [draft.stem for draft in read(many).questions] == [f"Hỏi số {number}?" for number in range(2000)]
