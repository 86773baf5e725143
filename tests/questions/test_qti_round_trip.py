"""What is written as QTI comes back the same, and other programs find in it what QTI has words for."""

import io
import re
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from questions import formats
from questions.faults import faults_of
from questions.formats import qti
from questions.pictures import sha_of
from questions.rules import (
    SCORINGS,
    TRUE_FALSE,
    Answer,
    Choice,
    Difficulty,
    Draft,
    Kind,
    Markup,
    ReadResult,
    Scoring,
    clean,
    print_of,
)

VERSIONS = ("1.2", "2.1", "2.2", "3.0")
TRAPS = (
    [
        "<b>x</b>",
        "&amp;",
        "&lt;",
        "]]>",
        "<![CDATA[",
        "<!DOCTYPE html>",
        '"',
        "'",
        "\\(x\\)",
        "$$y$$",
        "$z$",
        "**đậm**",
        "*n*",
    ]
    + ["- một", "1. hai", "| a | b |", "H~2~O", "\n", "\n\n", "  ", "\t", "Đúng", "Sai", "True", "false", "____", "(1)"]
    + ["Tất cả các phương án trên", "Section 1", " / ", "/", "-", "choice_1", "🙂", "\u00ad", "\ufffe", "![h](x.png)"]
)
wild = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(max_size=6)), max_size=5).map("".join).map(clean)
written = wild.filter(bool)
one_line = wild.map(lambda text: " ".join(text.split()))
shares_ = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(0)])
numbers = st.decimals(-1000, 1000, places=2).map(lambda value: format(value.normalize() + 0, "f"))


def choices_of(pick, kind, scoring):
    """Options that suit a kind, most of the time."""
    made = pick(st.lists(written, min_size=2, max_size=6, unique_by=lambda text: " ".join(text.lower().split())))
    if kind is Kind.TRUEFALSE:
        made = list(TRUE_FALSE)
    if scoring is Scoring.STEPS:
        made = (made * 4)[:4]
        made = [f"{number} {text}" for number, text in enumerate(made)]
    most = 1 if kind in (Kind.SINGLE, Kind.TRUEFALSE) else len(made)
    least = 0 if kind is Kind.STATEMENTS else 1
    right = pick(st.sets(st.integers(0, len(made) - 1), min_size=least, max_size=most))
    feedback = [pick(wild) if pick(st.booleans()) else "" for _ in made]
    found = []
    for index, text in enumerate(made):
        points = None
        if scoring is Scoring.WEIGHTS:
            worst = pick(st.sampled_from([Fraction(0), Fraction(-1, 3), Fraction(-1)]))
            points = Fraction(1, len(right)) if index in right else worst
        found.append(
            Choice(
                text,
                correct=index in right and kind not in (Kind.ORDER, Kind.MATCH),
                stays_last=kind in (Kind.SINGLE, Kind.MULTIPLE) and pick(st.booleans()),
                points=points,
                match=pick(written) if kind is Kind.MATCH else "",
                feedback=feedback[index],
            )
        )
    if kind is Kind.MATCH and len(found) > 2 and pick(st.booleans()):
        found[pick(st.integers(0, len(found) - 1))] = Choice("", match=pick(written))
    return tuple(found)


def answers_of(pick, kind):
    if kind is Kind.NUMBER:
        values = pick(st.lists(numbers, min_size=1, max_size=3))
        return tuple(
            Answer(v, pick(shares_), pick(st.sampled_from(["0", "0.5", "10"])), feedback=pick(wild)) for v in values
        )
    values = pick(st.lists(one_line.filter(bool), min_size=1, max_size=3))
    return tuple(Answer(v, pick(shares_), pattern=pick(st.booleans()), feedback=pick(wild)) for v in values)


@st.composite
def drafts(pick):
    kind = pick(st.sampled_from(Kind))
    scoring = pick(st.sampled_from(SCORINGS[kind]))
    draft = Draft(
        stem=pick(written),
        kind=kind,
        scoring=scoring,
        markup=pick(st.sampled_from(Markup)),
        code=pick(one_line)[:60].strip() or None,
        title=pick(one_line),
        topic=pick(one_line),
        difficulty=pick(st.sampled_from(Difficulty)),
        source=pick(wild),
        explanation=pick(wild),
        passage=pick(st.sampled_from(["", "Đoạn chung\n\nhai đoạn", "<i>x</i>"])),
        guide=pick(wild) if kind is Kind.ESSAY else "",
        tags=tuple(pick(st.lists(one_line.filter(bool).map(lambda tag: tag[:40].strip() or "x"), max_size=2))),
        exact=kind is Kind.SHORT and pick(st.booleans()),
        case=kind is Kind.SHORT and pick(st.booleans()),
    )
    if kind in (Kind.SHORT, Kind.NUMBER):
        return replace(draft, answers=answers_of(pick, kind))
    if kind is Kind.ESSAY:
        return replace(
            draft, min_words=pick(st.none() | st.integers(1, 9)), max_words=pick(st.none() | st.integers(9, 90))
        )
    return replace(draft, choices=choices_of(pick, kind, scoring))


def told_apart(found):
    """Of drafts of one file those that are sound and do not repeat an earlier one."""
    seen, codes, kept = set(), set(), []
    for draft in found:
        mark = print_of(draft)
        if faults_of(draft) or mark in seen or draft.code in codes:
            continue
        seen.add(mark)
        codes |= {draft.code} - {None}
        kept.append(draft)
    return kept


def placed(found):
    return tuple(replace(draft, row=number) for number, draft in enumerate(found, start=1))


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=15, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=3).map(told_apart).filter(bool))
def test_written_and_read_again_is_the_same(version, found):
    result = qti.read(qti.write(found, version=version))
    assert result == ReadResult(placed(found))


def without_records(data: bytes) -> bytes:
    """A package as another program would give it back, with nothing that only we understand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode() if name.endswith(".xml") else source.read(name)
            if isinstance(content, str):
                content = re.sub(r"<record [^>]*>.*?</record>", "", content)
                field = r"<qtimetadatafield><fieldlabel>hoithi</fieldlabel>.*?</qtimetadatafield>"
                content = re.sub(field, "", content)
            target.writestr(name, content)
    return out.getvalue()


SIMPLE = [
    Draft(
        "Một đáp án?",
        (Choice("Huế", feedback="cố đô"), Choice("Hà Nội", True), Choice("Ý khác", stays_last=True)),
        code="A-1",
    ),
    Draft(
        "Tỉ lệ?", (Choice("a", True, points=Fraction(1)), Choice("b", points=Fraction(1, 3))), scoring=Scoring.WEIGHTS
    ),
    *(
        Draft(f"Nhiều {s}?", (Choice("a", True), Choice("b", True), Choice("c")), kind=Kind.MULTIPLE, scoring=s)
        for s in (Scoring.ALL, Scoring.PARTIAL, Scoring.RIGHT_MINUS_WRONG)
    ),
    Draft(
        "Nhiều tỉ lệ?",
        (
            Choice("a", True, points=Fraction(2, 3)),
            Choice("b", True, points=Fraction(1, 3)),
            Choice("c", points=Fraction(-1, 2)),
        ),
        kind=Kind.MULTIPLE,
        scoring=Scoring.WEIGHTS,
    ),
    Draft(
        "Đúng hay sai?",
        (Choice("Đúng", feedback="phải"), Choice("Sai", True)),
        kind=Kind.TRUEFALSE,
        explanation="Vì vậy.",
    ),
    *(
        Draft(
            f"Mệnh đề {s}",
            tuple(Choice(t, t in "ac") for t in "abcd"),
            kind=Kind.STATEMENTS,
            scoring=s,
            passage="Đoạn\n\nhai",
        )
        for s in (Scoring.ALL, Scoring.PARTIAL, Scoring.STEPS)
    ),
    Draft("Chữ?", kind=Kind.SHORT, answers=(Answer("Hà Nội"), Answer("HN", Fraction(1, 2))), exact=True, case=True),
    Draft(
        "Nhận xét?",
        kind=Kind.SHORT,
        answers=(Answer("Hà Nội", feedback="tốt"), Answer("Huế", Fraction(1, 2))),
        exact=True,
    ),
    Draft(
        "Số?", kind=Kind.NUMBER, answers=(Answer("3.14", tolerance="0.01"), Answer("3", Fraction(1, 2), feedback="gần"))
    ),
    *(
        Draft(f"Xếp {s}", tuple(map(Choice, "abcd")), kind=Kind.ORDER, scoring=s)
        for s in (Scoring.ALL, Scoring.PARTIAL)
    ),
    *(
        Draft(
            f"Ghép {s}",
            (Choice("a", match="1"), Choice("b", match="2"), Choice("c", match="2"), Choice("", match="3")),
            kind=Kind.MATCH,
            scoring=s,
        )
        for s in (Scoring.ALL, Scoring.PARTIAL)
    ),
    Draft("Viết.", kind=Kind.ESSAY, guide="Chấm theo ý.", topic="Địa lí / Việt Nam"),
]


@pytest.mark.parametrize("version", VERSIONS)
def test_other_programs_find_what_the_version_has_words_for(version):
    result = qti.read(without_records(qti.write(SIMPLE, version=version)))
    assert result.faults == ()
    for draft, found in zip(SIMPLE, result.questions, strict=True):
        wanted = draft
        if version == "1.2" and draft.scoring is Scoring.STEPS:
            wanted = replace(draft, scoring=Scoring.PARTIAL)
        assert replace(found, row=None, code=draft.code) == wanted


@pytest.mark.parametrize("version", ["2.1", "2.2", "3.0"])
def test_tags_difficulty_and_source_stand_in_the_words_of_lom(version):
    draft = replace(SIMPLE[0], tags=("đọc", "hiểu"), difficulty=Difficulty.HARD, source="Hiến pháp, Điều 13")
    (found,) = qti.read(without_records(qti.write([draft], version=version))).questions
    assert found == replace(draft, row=1)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_changed_elsewhere_counts_and_the_rest_is_kept(version):
    draft = replace(SIMPLE[0], code="mã lạ", source="Luật", tags=("x",), difficulty=Difficulty.EASY)
    draft = replace(draft, explanation="Dòng **một**", markup=Markup.MARKDOWN)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(qti.write([draft], version=version))) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name).replace("Hà Nội".encode(), "Thăng Long".encode()))
    (found,) = qti.read(out.getvalue()).questions
    assert [choice.text for choice in found.choices] == ["Huế", "Thăng Long", "Ý khác"]
    assert (found.code, found.source, found.tags, found.difficulty) == ("mã lạ", "Luật", ("x",), Difficulty.EASY)


def picture(colour):
    out = io.BytesIO()
    Image.new("RGB", (3, 2), colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("version", VERSIONS)
def test_pictures_tables_and_formulas_come_back(version):
    pictures = {sha_of(data): data for data in (picture((9, 8, 7)), picture((1, 2, 3)))}
    first, second = pictures
    found = [
        Draft(
            f"Xem ![một](hinh:{first})\n\n| a | b |\n| --- | --- |\n| 1 | $x^2$ |",
            (Choice(f"![hai](hinh:{second})", True), Choice("H~2~O"), Choice("*nghiêng* ++gạch++")),
            markup=Markup.MARKDOWN,
            passage=f"Đoạn có ![một](hinh:{first})",
        ),
        Draft("Không hình", (Choice("a", True), Choice("b")), passage="Đoạn khác"),
    ]
    data = qti.write(found, pictures, version)
    assert qti.read(data) == ReadResult(placed(found), pictures=pictures)
    seen = qti.read(without_records(data))
    assert seen.pictures == pictures and seen.faults == ()
    assert seen.questions[0].choices[:2] == found[0].choices[:2]
    assert seen.questions[0].passage == found[0].passage
    assert f"![một](hinh:{first})" in seen.questions[0].stem


def test_a_picture_that_is_not_given_is_left_out_and_its_place_kept():
    draft = Draft("![x](hinh:" + "a" * 64 + ")", (Choice("a", True), Choice("b")), markup=Markup.MARKDOWN)
    assert qti.read(qti.write([draft])) == ReadResult(placed([draft]))


def test_the_same_questions_give_the_same_file():
    assert qti.write(SIMPLE) == qti.write(SIMPLE)


def test_what_other_programs_will_not_see_is_said():
    found = [
        Draft("Chữ?", kind=Kind.SHORT, answers=(Answer("h.*", pattern=True),), code="c1"),
        Draft("Viết.", kind=Kind.ESSAY, max_words=100),
        Draft("Xếp", (Choice("a", feedback="x"), Choice("b")), kind=Kind.ORDER),
        replace(SIMPLE[9], code="st"),
        SIMPLE[0],
    ]
    said = [(fault.question, str(fault.message)) for fault in qti.losses(found)]
    assert [question for question, _ in said] == ["c1", "c1", "2", "3", "st"]
    assert "đúng dấu" in said[0][1] and "Biểu thức chính quy" in said[1][1] and "25%" in said[4][1]


@pytest.mark.parametrize(("format", "version"), [("qti", "2.1"), *((f"qti-{v}", v) for v in ("1.2", "2.2", "3.0"))])
def test_every_version_is_written_under_a_key_of_its_own(format, version):
    assert formats.write(SIMPLE, format) == qti.write(SIMPLE, version=version)
    assert formats.losses(SIMPLE, format) == qti.losses(SIMPLE)


def test_an_empty_file_is_a_package_without_questions():
    (fault,) = qti.read(qti.write(())).faults
    assert str(fault.message).startswith("Gói này không có câu hỏi QTI nào.")


def test_a_package_that_another_program_made_from_ours_means_the_same():
    """Made by qti-convert 0.2.0 (PyPI: citolab-qti-convert) from these questions in 2.1, without our records."""
    result = qti.read((Path(__file__).parent / "files" / "qti" / "converted-3.0.zip").read_bytes())
    assert result.faults == () and result.notes == ()
    for draft, found in zip(SIMPLE, result.questions, strict=True):
        assert replace(found, row=None, code=draft.code) == draft
