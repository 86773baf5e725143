"""What a format cannot hold is said, each thing by itself and by question."""

from dataclasses import replace
from fractions import Fraction

import pytest

from questions.formats.losses import EVERY_KIND, EVERY_PART, Holds, Part, by_message, held, losses_of
from questions.messages import message
from questions.rules import Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring

PLAIN = Draft("Hỏi?", (Choice("Có", True), Choice("Không")))
NOTHING = Holds({Kind.SINGLE: {Scoring.ALL}, Kind.SHORT: {Scoring.ALL}, Kind.ESSAY: {Scoring.ALL}})
EVERYTHING = Holds(EVERY_KIND, EVERY_PART)
PICTURE = f"![Cờ](hinh:{'a' * 64})"

WITH = {
    Part.CODE: replace(PLAIN, code="C1"),
    Part.TOPIC: replace(PLAIN, topic="Luật / Điều lệ"),
    Part.DIFFICULTY: replace(PLAIN, difficulty=Difficulty.HARD),
    Part.SOURCE: replace(PLAIN, source="Điều 1"),
    Part.EXPLANATION: replace(PLAIN, explanation="Vì thế."),
    Part.TITLE: replace(PLAIN, title="Tên"),
    Part.TAGS: replace(PLAIN, tags=("luật",)),
    Part.PASSAGE: replace(PLAIN, passage="Đoạn văn"),
    Part.GUIDE: replace(PLAIN, choices=(), kind=Kind.ESSAY, guide="Chấm theo ý."),
    Part.LIMITS: replace(PLAIN, choices=(), kind=Kind.ESSAY, max_words=300),
    Part.STAYS_LAST: replace(PLAIN, choices=(Choice("Có", True), Choice("Không", stays_last=True))),
    Part.FEEDBACK: replace(PLAIN, choices=(Choice("Có", True), Choice("Không", feedback="Chưa đúng"))),
    Part.PATTERN: replace(PLAIN, choices=(), kind=Kind.SHORT, answers=(Answer("H.*", pattern=True),)),
    Part.EXACT: replace(PLAIN, choices=(), kind=Kind.SHORT, answers=(Answer("Huế"),), exact=True),
    Part.CASE: replace(PLAIN, choices=(), kind=Kind.SHORT, answers=(Answer("Huế"),), case=True),
    Part.MARKUP: replace(PLAIN, markup=Markup.MARKDOWN),
    Part.PICTURES: replace(PLAIN, stem=PICTURE, markup=Markup.MARKDOWN),
}


@pytest.mark.parametrize("part", Part)
def test_each_part_is_listed_once_and_only_where_it_is_lost(part):
    spare = {Part.MARKUP} if part is Part.PICTURES else set()
    faults = losses_of([PLAIN, WITH[part]], replace(NOTHING, parts=frozenset(spare)))
    assert len(faults) == 1
    assert faults[0].question == ("C1" if part is Part.CODE else "2")
    assert losses_of([WITH[part]], replace(NOTHING, parts=EVERY_PART - {part})) == [
        replace(faults[0], question=faults[0].question if part is Part.CODE else "1")
    ]
    assert losses_of([WITH[part]], EVERYTHING) == []


def test_a_picture_is_told_from_words_that_look_like_one():
    assert losses_of([replace(PLAIN, stem=PICTURE)], NOTHING) == []


def test_a_kind_that_is_not_held_is_named_and_nothing_else_said():
    order = Draft("Xếp", (Choice("Một"), Choice("Hai")), Kind.ORDER, code="X", topic="Luật")
    (fault,) = losses_of([order], NOTHING)
    assert "Sắp thứ tự" in str(fault.message)
    assert fault.question == "X"
    assert not held(order, NOTHING)


def test_a_scoring_that_is_not_held_is_named():
    shares = (Choice("Có", True, points=Fraction(1)), Choice("Gần đúng", points=Fraction(1, 2)))
    (fault,) = losses_of([replace(PLAIN, choices=shares, scoring=Scoring.WEIGHTS)], NOTHING)
    assert "tỉ lệ điểm riêng" in str(fault.message)


def test_a_format_may_add_its_own():
    odd = replace(NOTHING, others=lambda draft: [message("Lạ.")] if "?" in draft.stem else [])
    assert [str(fault.message) for fault in losses_of([PLAIN, replace(PLAIN, stem="Nói")], odd)] == ["Lạ."]


def test_a_format_may_refuse_a_question_for_its_texts():
    odd = replace(NOTHING, refuses=lambda draft: message("Lạ.") if "?" in draft.stem else None)
    assert [str(fault.message) for fault in losses_of([WITH[Part.CODE]], odd)] == ["Lạ."]
    assert not held(PLAIN, odd)
    assert held(replace(PLAIN, stem="Nói"), odd)


def test_for_people_each_sentence_stands_once_with_its_questions():
    faults = losses_of([WITH[Part.CODE], WITH[Part.TITLE], replace(PLAIN, title="T", code="C2")], NOTHING)
    assert [(str(why)[-12:], names) for why, names in by_message(faults)] == [
        ("được mã câu.", ("C1", "C2")),
        ("tên câu hỏi.", ("2", "C2")),
    ]
