"""GIFT as Moodle's documentation describes it, what is said about the rest, and our own files back again."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from support.questions import SIGNS, drafts, told_apart, unlost, wild

from questions.faults import faults_of
from questions.formats import gift
from questions.formats.charset import garbled
from questions.formats.common import unreadable
from questions.formats.legacy import hidden_script
from questions.rules import Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring

FILES = Path(__file__).parent / "files"
HALF = Fraction(1, 2)
PAIR = (Choice("a", match="**b**"),)


def read(text):
    return gift.read(text.encode())


def one(text):
    """The only question of a text without fault."""
    result = read(text)
    assert result.faults == ()
    (draft,) = result.questions
    return draft


def options(draft):
    return [(c.text, c.correct, c.points) for c in draft.choices]


def answers(draft):
    return [(a.text, a.points, a.tolerance, a.feedback) for a in draft.answers]


def test_a_file_of_every_kind():
    result = gift.read((FILES / "gift-kinds.txt").read_bytes())
    assert result.faults == ()
    assert Counter(draft.kind for draft in result.questions) == {
        Kind.SINGLE: 4, Kind.MULTIPLE: 1, Kind.TRUEFALSE: 2, Kind.SHORT: 2, Kind.NUMBER: 3, Kind.MATCH: 1,
        Kind.ORDER: 1, Kind.ESSAY: 1,
    }  # fmt: skip
    assert ["Phần dưới đây dành cho" in str(note.message) for note in result.notes] == [True]
    first = result.questions[0]
    assert (first.title, first.code, first.tags, first.row) == ("Thành lập", "LS-01", ("lịch sử", "công đoàn"), 5)
    assert (first.topic, first.difficulty) == ("Lịch sử / Thành lập 1/2", Difficulty.HARD)
    assert first.explanation == "Ngày 28/7/1929: Công hội đỏ."
    assert [c.feedback for c in first.choices] == ["", "Đúng rồi: 28/7/1929", "Sai"]
    assert {draft.topic for draft in result.questions[3:]} == {"Luật"}


def test_one_right_among_wrong_ones_and_a_gap():
    draft = one("Thủ đô là {~Huế =Hà Nội ~Sài Gòn} của Việt Nam.")
    assert draft.stem == "Thủ đô là _____ của Việt Nam."
    assert options(draft) == [("Huế", False, None), ("Hà Nội", True, None), ("Sài Gòn", False, None)]
    assert (draft.kind, draft.scoring) == (Kind.SINGLE, Scoring.ALL)


def test_part_of_the_points_for_a_half_right_option():
    draft = one("Hỏi?{~sai ~%50%nửa đúng#gần =đúng ~%-33.33333%hại}")
    assert options(draft) == [
        ("sai", False, 0),
        ("nửa đúng", False, HALF),
        ("đúng", True, 1),
        ("hại", False, Fraction(-1, 3)),
    ]
    assert (draft.kind, draft.scoring) == (Kind.SINGLE, Scoring.WEIGHTS)


@pytest.mark.parametrize(
    ("inside", "points"),
    [
        ("~%50%a ~%50%b ~%-50%c", [HALF, HALF, -HALF]),
        ("~%33.33333%a ~%33.33333%b ~%33.33333%c ~d", [Fraction(1, 3)] * 3 + [0]),
        ("~%33%a ~%33%b ~%33%c ~%-33%d", [Fraction(1, 3)] * 3 + [Fraction(-1, 3)]),
        ("~%100%a ~%-100%b", [1, -1]),
        ("=%50%a =%50%b ~c", [HALF, HALF, 0]),
    ],
)
def test_several_right_by_their_weights(inside, points):
    draft = one(f"Hỏi?{{{inside}}}")
    assert (draft.kind, draft.scoring) == (Kind.MULTIPLE, Scoring.WEIGHTS)
    assert [choice.points for choice in draft.choices] == points
    assert [choice.correct for choice in draft.choices] == [part > 0 for part in points]


@pytest.mark.parametrize(("sign", "right"), [("T", 0), ("TRUE", 0), ("F", 1), ("FALSE", 1)])
def test_true_or_false_with_what_is_said_to_whom(sign, right):
    draft = one(f"Trời xanh.{{{sign}#nhầm#giỏi####vì thế}}")
    assert draft.kind is Kind.TRUEFALSE
    assert [(c.text, c.correct) for c in draft.choices] == [("Đúng", right == 0), ("Sai", right == 1)]
    assert [c.feedback for c in draft.choices][right] == "giỏi"
    assert [c.feedback for c in draft.choices][1 - right] == "nhầm"
    assert draft.explanation == "vì thế"


def test_short_answers_with_weights_wildcards_and_feedback():
    draft = one("Ai?{=Bác Hồ#hay =%75%Hồ Chí M* =2\\\\*3}")
    assert draft.kind is Kind.SHORT and draft.exact and not draft.case
    assert answers(draft) == [
        ("Bác Hồ", 1, "0", "hay"),
        ("Hồ Chí M.*", Fraction(3, 4), "0", ""),
        ("2*3", 1, "0", ""),
    ]
    assert [answer.pattern for answer in draft.answers] == [False, True, False]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("#3.14:0.01", [("3.14", 1, "0.01", "")]),
        ("#1..5", [("3", 1, "2", "")]),
        ("#-2.5..-1", [("-1.75", 1, "0.75", "")]),
        ("#1822", [("1822", 1, "0", "")]),
        ("#=1822:0#đúng =%50%1822:2#gần ~#xa", [("1822", 1, "0", "đúng"), ("1822", HALF, "2", "gần")]),
        ("#\\=5", None),
        ("#1e2:.5", [("100", 1, "0.5", "")]),
    ],
)
def test_numbers(inside, expected):
    result = read(f"Bao nhiêu?{{{inside}}}")
    if expected is None:
        assert "không phải là số" in str(result.faults[0].message)
        return
    assert answers(result.questions[0]) == expected
    assert result.questions[0].kind is Kind.NUMBER
    assert len(result.notes) == ("~" in inside)


def test_pairs_with_one_that_belongs_to_nothing():
    draft = one("Ghép {\n=Pháp -> Paris\n=Nhật -> Tokyo \\= kinh đô\n= -> Rome\n####hết}")
    assert [(c.text, c.match) for c in draft.choices] == [("Pháp", "Paris"), ("Nhật", "Tokyo = kinh đô"), ("", "Rome")]
    assert (draft.kind, draft.scoring, draft.explanation) == (Kind.MATCH, Scoring.PARTIAL, "hết")


@pytest.mark.parametrize(
    ("head", "scoring"), [("ALL VERTICAL ALL_OR_NOTHING SHOW none", Scoring.ALL), ("", Scoring.PARTIAL)]
)
def test_items_to_put_in_order(head, scoring):
    draft = one(f"Xếp {{>3 {head}\nmột\n hai\nba\n}}")
    assert [choice.text for choice in draft.choices] == ["một", "hai", "ba"]
    assert (draft.kind, draft.scoring) == (Kind.ORDER, scoring)


def test_essay():
    assert one("Hãy viết. {}").kind is Kind.ESSAY
    assert one("Hãy viết. {####gợi ý}").explanation == "gợi ý"


def test_every_escape():
    draft = one(r"::a\:\:b:: \{x\} \~ \= \# c\: 1\\2\nhai {=\=\~ ~\#\{\}\\}")
    assert (draft.title, draft.stem) == ("a::b", "{x} ~ = # c: 1\\2\nhai")
    assert [choice.text for choice in draft.choices] == ["=~", "#{}\\"]


def test_text_formats():
    assert one("[html]<p>H<sub>2</sub>O &lt; 5</p>{=a ~<b>b</b>}") == Draft(
        "H~2~O < 5",
        (Choice("a", True), Choice("**b**")),
        row=1,
        markup=Markup.MARKDOWN,
    )
    assert one("[markdown]**x** 2{=1 * 2 ~[plain]3 * 4}").choices[1].text == "3 \\* 4"
    assert one("[plain]<b>x</b>{T}").stem == "<b>x</b>"
    moodle = one("dòng <i>một</i>\ndòng hai{T}")
    assert (moodle.stem, moodle.markup) == ("dòng *một*\ndòng hai", Markup.MARKDOWN)
    assert one("a < b\nc{T}").stem == "a < b\nc"
    assert one("[lạ]x{T}").stem == "[lạ]x"


def test_pictures_inside_the_text_are_taken_and_others_said():
    data = "iVBORw0KGgo\\="
    result = read(f'[html]<p>Cờ <img src\\="data\\:image/png;base64,{data}" alt\\="cờ"></p>{{T}}')
    ((sha, content),) = result.pictures.items()
    assert content.startswith(b"\x89PNG") and f"![cờ](hinh:{sha})" in result.questions[0].stem
    result = read('[html]<img src\\="@@PLUGINFILE@@/c%20o.png">x{T}')
    assert "“c o.png” không có trong tệp" in str(result.faults[0].message)


def test_comments_categories_and_titles_begin_where_they_should():
    text = (
        "//một\n$CATEGORY: $cat1$/top/A/B\n  // [id:x\\]1] [tag:a\\]b]\n::Một::Hỏi 1{T}\n::Hai::Hỏi 2{F}\n"
        "// hai {\n\n// xa [id:no]\n\n$CATEGORY: C\n\nHỏi 3{T}\n"
    )
    result = read(text)
    assert result.faults == ()
    assert [(d.title, d.topic, d.code, d.tags, d.row) for d in result.questions] == [
        ("Một", "A / B", "x]1", ("a]b",), 4),
        ("Hai", "A / B", None, (), 5),
        ("", "C", None, (), 12),
    ]


@pytest.mark.parametrize(
    ("text", "row", "word"),
    [
        ("Hỏi {=a ~b", 1, "không đủ cặp"),
        ("\nHỏi } x", 2, "không đủ cặp"),
        ("Hỏi 1{T}\nHỏi 2{F}", 1, "nhiều hơn một cụm"),
        ("Hỏi {=\\frac{1}{2} ~x}", 1, "nhiều hơn một cụm"),
        ("::Q::Hỏi {#}", 1, "chưa có đáp án"),
        ("Hỏi {#3,14}", 1, "“3,14” không phải là số"),
        ("Hỏi {=a -> b =c}", 1, "thiếu dấu ->"),
        ("Hỏi {~a ~b}", 1, "chưa có đáp án đúng"),
        ("Hỏi {=a ~a}", 1, "giống nhau"),
        ("Hỏi {=a =b ~c}", 1, "2 đáp án đúng"),
        ("Hỏi {~%50%a ~b}", 1, "cộng lại bằng 100%"),
        ("Hỏi {" + "~a" * 9 + "=b}", 1, "quá 8"),
        ("{T}", 1, "chưa có nội dung"),
        ("// [id:a]\nHỏi{T}\n\n// [id:a]\nHỏi nữa{T}", 5, "dùng ở dòng 2"),
        ("Hỏi{T}\n\nHỏi {F}", 3, "Trùng với câu hỏi ở dòng 1"),
        ("chỉ có lời", None, "chưa có câu hỏi nào"),
        ("", None, "Tệp trống"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, row, word):
    found = [(fault.row, str(fault.message)) for fault in read(text).faults]
    assert (row, True) in [(at, word in said) for at, said in found], found


def test_a_fault_names_the_question_by_its_title():
    assert read("::Q7::Hỏi {#x}").faults[0].question == "Q7"
    assert read("::Q8::Hỏi {~a ~b}").faults[0].question == "Q8"


def test_tags_that_do_not_fit_are_said():
    result = read(f"// [tag:{'x' * 41}] [tag:y]\nHỏi{{T}}")
    assert result.questions[0].tags == ("y",)
    assert "nhãn" in str(result.notes[0].message)


def test_what_gift_cannot_hold_is_listed():
    stem = "![cờ](hinh:" + "a" * 64 + ")"
    order = Draft("Xếp", (Choice("a", feedback="x"), Choice("b")), Kind.ORDER)
    rounded = Draft("Hỏi", (Choice("a", True, points=Fraction(1)), Choice("b", points=Fraction(1, 23))))
    cases = {
        "hình": Draft(stem, (Choice("a", True), Choice("b")), markup=Markup.MARKDOWN),
        "nhận xét": order,
        "làm tròn": replace(rounded, scoring=Scoring.WEIGHTS),
        "chữ trơn": replace(order, kind=Kind.MATCH, choices=PAIR, scoring=Scoring.PARTIAL, markup=Markup.MARKDOWN),
        "mã câu": Draft("x", kind=Kind.ESSAY, code="a\\"),
        "nhãn": Draft("x", kind=Kind.ESSAY, tags=("a\\]",)),
        "dấu ->": Draft("x", kind=Kind.SHORT, answers=(Answer("a->b"),)),
        "//": Draft("x", (Choice("//a"), Choice("b")), Kind.ORDER),
    }
    for word, draft in cases.items():
        (fault,) = gift.losses([draft])
        assert word in str(fault.message), word
    assert gift.losses([replace(order, choices=(Choice("a"), Choice("b")))]) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=3).map(told_apart))
@example(
    [
        Draft("Hỏi", (Choice("a", True), Choice("b", True), Choice("c")), Kind.MULTIPLE, topic="A", scoring=scoring)
        for scoring in (Scoring.ALL,)
    ]
    + [Draft("Sau", kind=Kind.ESSAY, source="Điều 1", passage="Đoạn", min_words=5)]
)
def test_what_is_written_without_loss_is_read_back_the_same(found):
    kept = unlost(found, gift)
    data = gift.write(kept)
    assume(kept and not garbled(data.decode()) and not hidden_script(data.decode()))
    result = gift.read(data)
    assert result.faults == ()
    assert [replace(draft, row=None) for draft in result.questions] == kept


@settings(max_examples=60, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=3))
def test_what_is_lost_keeps_nothing_from_being_written(found):
    assert isinstance(gift.write(found), bytes)


signs = st.lists(st.one_of(st.sampled_from([*SIGNS, "{", "}", "=", "~", "#", "\n\n"]), wild), max_size=12).map("".join)


@settings(max_examples=100, deadline=None)
@given(st.one_of(signs.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=200)))
def test_any_text_gives_questions_notes_or_faults(data):
    result = gift.read(data)
    assert result.questions or result.faults
    assert not [draft for draft in result.questions if faults_of(draft)]
    assert unreadable() not in [fault.message for fault in result.faults]


def test_a_file_written_by_another_program():
    """By gift-wrapper 1.8 (wrap.py), with formulas."""
    result = gift.read((FILES / "gift-wrapper.txt").read_bytes())
    assert result.faults == ()
    first, second, third = result.questions
    assert (first.kind, first.scoring, first.topic) == (Kind.SINGLE, Scoring.WEIGHTS, "Luật / Công đoàn")
    assert first.stem == "Tính $x^2 = 4$ và $\\frac{1}{2}$, H: a = b \\~ c # 1"
    assert options(first)[0] == ("$x=2$", True, 1)
    assert (answers(second), second.explanation) == ([("2.5", 1, "0.25", "")], "đúng vậy")
    assert [choice.points for choice in third.choices] == [HALF, HALF, -HALF]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x{" + "~a" * 501 + "}", "quá nhiều đáp án"),
        ("x{>2" + "\na" * 600 + "}", "quá nhiều đáp án"),
        ("\n" * 400_001 + "x{T}", "hơn 20000 câu hỏi"),
    ],
)
def test_more_than_a_person_writes_is_refused_unread(text, word):
    assert word in str(read(text).faults[0].message)


def test_a_name_as_long_as_a_question_is_cut_with_a_word():
    result = read(f"::{'Hỏi ' * 100}::Hỏi{{T}}")
    (draft,) = result.questions
    assert len(draft.title) <= 300 and draft.title.endswith("Hỏi…")
    assert "cắt bớt" in str(result.notes[0].message) and len(result.notes[0].question) <= 60
