"""Differences between two forms of a question, in words."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.changes import MAX_TOKENS, Edit, changes, word_diff
from questions.codes import code_key
from questions.rules import TRUE_FALSE, Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring

OLD = Draft(
    "Luật Công đoàn năm 2012 có mấy chương?",
    (Choice("Năm"), Choice("Sáu", True), Choice("Bảy")),
    code="C1",
    topic="Luật",
    source="Luật Công đoàn năm 2012",
)


def said(old, new):
    """The lines as "name: [-gone-] {+new+} same"."""
    marks = {Edit.SAME: "%s", Edit.GONE: "[-%s-]", Edit.NEW: "{+%s+}"}
    return [f"{line.name}: {''.join(marks[p.edit] % p.text for p in line.pieces)}" for line in changes(old, new)]


def test_the_key_is_said_by_letters_before_anything_else():
    new = replace(
        OLD, stem="Luật Công đoàn năm 2024 có mấy chương?", choices=(Choice("Năm"), Choice("Sáu"), Choice("Bảy", True))
    )
    assert said(OLD, new) == [
        "Đáp án: [-B-]{+C+}",
        "Nội dung: Luật Công đoàn năm [-2012-]{+2024+} có mấy chương?",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"topic": "Khác"}, "Chủ đề: [-Luật-]{+Khác+}"),
        ({"topic": ""}, "Chủ đề: [-Luật-]{+–+}"),
        ({"difficulty": Difficulty.HARD}, "Mức độ: [-Trung bình-]{+Khó+}"),
        ({"tags": ("b", "a")}, "Nhãn: [-–-]{+a, b+}"),
        ({"explanation": "Xem Điều 1."}, "Lời giải: {+Xem Điều 1.+}"),
        ({"source": ""}, "Nguồn: [-Luật Công đoàn năm 2012-]"),
        ({"markup": Markup.MARKDOWN}, "Cách viết: [-chữ thường-]{+Markdown+}"),
        ({"choices": OLD.choices[:2]}, "Phương án C: [-Bảy-]"),
        ({"choices": (*OLD.choices, Choice("Tám chương"))}, "Phương án D: {+Tám chương+}"),
        (
            {"choices": (*OLD.choices[:2], Choice("Bảy", stays_last=True))},
            "Phương án C giữ cuối: [-không-]{+có+}",
        ),
        ({"choices": (*OLD.choices[:2], Choice("Bảy", feedback="Gần đúng"))}, "Nhận xét phương án C: {+Gần đúng+}"),
        (
            {"choices": (*OLD.choices[:2], Choice("Bảy", points=Fraction(-1, 3)))},
            "Tỉ lệ điểm của phương án C: {+-33,33%+}",
        ),
    ],
)
def test_each_part_is_named_and_shown_before_and_after(change, line):
    assert said(OLD, replace(OLD, **change)) == [line]


def test_other_kinds_say_their_keys_in_their_own_words():
    true = Draft("?", (Choice(TRUE_FALSE[0], True), Choice(TRUE_FALSE[1])), Kind.TRUEFALSE)
    false = replace(true, choices=(Choice(TRUE_FALSE[0]), Choice(TRUE_FALSE[1], True)))
    assert said(true, false) == ["Đáp án: [-Đúng-]{+Sai+}"]
    rows = (Choice("Một", True), Choice("Hai", True), Choice("Ba"))
    group = Draft("?", rows, Kind.STATEMENTS, scoring=Scoring.PARTIAL)
    assert said(group, replace(group, choices=(rows[0], Choice("Hai"), rows[2]))) == [
        "Đáp án mệnh đề b: [-Đúng-]{+Sai+}"
    ]
    order = Draft("?", rows, Kind.ORDER)
    assert said(order, replace(order, choices=rows[::-1])) == ["Thứ tự đúng: [-Một → Hai → Ba-]{+Ba → Hai → Một+}"]
    number = Draft("?", kind=Kind.NUMBER, answers=(Answer("3.14", tolerance="0.01"),))
    changed = replace(number, answers=(Answer("3.14"), Answer("3", Fraction(1, 2))))
    assert said(number, changed) == ["Đáp án được chấp nhận: [-3.14 ± 0.01-]{+3.14; 3 (50%)+}"]


def test_nothing_is_said_of_two_equal_forms():
    assert changes(OLD, OLD) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_hold_both_texts(old, new):
    pieces = word_diff(old, new)
    assert "".join(p.text for p in pieces if p.edit is not Edit.NEW) == old
    assert "".join(p.text for p in pieces if p.edit is not Edit.GONE) == new


def test_a_very_long_text_is_compared_by_lines():
    old = "\n".join(f"dòng {n}" for n in range(MAX_TOKENS))
    pieces = word_diff(old, old.replace("dòng 7\n", "dòng bảy\n"))
    assert [p.text for p in pieces if p.edit is not Edit.SAME] == ["dòng 7\n", "dòng bảy\n"]


def test_codes_sort_with_their_numbers_by_value():
    codes = ["C10", "C2", "c1", "Bài 3", "C2b", "C02"]
    assert sorted(codes, key=code_key) == ["Bài 3", "c1", "C2", "C02", "C2b", "C10"]
