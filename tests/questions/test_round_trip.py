"""What is written is read back the same, and no text whatever makes a reader raise."""

import io
from dataclasses import replace

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from questions.faults import faults_of
from questions.formats import FORMATS, read, write
from questions.formats.common import unreadable
from questions.rules import Choice, Difficulty, Draft, Kind, ReadResult, clean, fingerprint

#: Pieces that readers look for, mixed with any text.
TRAPS = (
    ["Câu 1.", "Câu 2: x", "Bài 3", "1.", "2) b", "A.", "B. x", "a) y", "*C. z", "D/", "Đáp án:", "Đáp án: B"]
    + ["ĐA: Z", "ĐÁP ÁN", "1-A 2-B", "1A", "HẾT", "PHẦN I. X", "II. Y", "Chủ đề:", "Chủ đề: Z", "Mức độ: Dễ"]
    + ["Mã: 1", "Nguồn: n", "Lời giải", "Lời giải: l", "Giữ cuối: A", "Loại: Nhiều đáp án", "=1+1", "'=x", "-5"]
    + ["+", "@", "'", '"', ",", ";", "\n", "\n\n", " ", "  ", "\t", "CHỮ HOA", "_x0041_", "\u2028", "🙂", "\u00ad"]
    + ["Ä‘", "Cả A và B", "Không có phương án nào"]
)
wild = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(max_size=8)), max_size=6).map("".join)
written = wild.map(clean).filter(bool)
one_line = wild.map(clean).map(lambda text: " ".join(text.split()))


@st.composite
def drafts(pick):
    choices = pick(st.lists(written, min_size=2, max_size=8, unique_by=lambda text: " ".join(text.lower().split())))
    kind = pick(st.sampled_from(Kind))
    keys = pick(st.sets(st.integers(0, len(choices) - 1), min_size=1, max_size=1 if kind is Kind.SINGLE else 8))
    last = pick(st.sets(st.integers(0, len(choices) - 1), max_size=2))
    return Draft(
        stem=pick(written),
        choices=tuple(Choice(text, i in keys, i in last) for i, text in enumerate(choices)),
        kind=kind,
        code=pick(one_line)[:60].strip() or None,
        topic=pick(one_line),
        difficulty=pick(st.sampled_from(Difficulty)),
        source=pick(wild.map(clean)),
        explanation=pick(wild.map(clean)),
    )


def told_apart(found):
    """Of drafts of one file those that are sound and do not repeat an earlier one."""
    seen, codes, kept = set(), set(), []
    for draft in found:
        mark = fingerprint(draft.stem, (choice.text for choice in draft.choices))
        if faults_of(draft) or mark in seen or draft.code in codes:
            continue
        seen.add(mark)
        codes |= {draft.code} - {None}
        kept.append(draft)
    return kept


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=40, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=4).map(told_apart).filter(bool))
@example([Draft("Tỷ lệ?", (Choice("60%"), Choice("Cả A và B", True, True)), topic="Luật", source="Điều 1\nKhoản 2")])
def test_written_and_read_again_is_the_same(format, found):
    result = read(write(found, format), format)
    assert result.faults == ()
    assert [replace(draft, row=None) for draft in result.questions] == found


def sound(result):
    """Questions without faults or faults with words; never the excuse for a reader that broke."""
    assert isinstance(result, ReadResult)
    assert not [draft for draft in result.questions if faults_of(draft)]
    assert all(str(fault.message) for fault in result.faults)
    assert unreadable() not in [fault.message for fault in result.faults]
    assert result.questions or result.faults


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.binary(max_size=200), wild.map(str.encode), wild.map(lambda text: text.encode("utf-16"))))
def test_any_bytes_as_csv(data):
    sound(read(data, "csv"))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(wild, max_size=7), max_size=5))
def test_any_cells_below_a_header(rows):
    lines = [["Câu hỏi", "A", "B", "C", "Đáp án", "Mức độ", "Giữ cuối"], *rows]
    quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in lines)
    sound(read(quoted.encode("utf-8", "replace"), "csv"))


@settings(max_examples=80, deadline=None)
@given(st.lists(wild, max_size=14), st.lists(st.lists(wild, min_size=1, max_size=3), max_size=2))
def test_any_lines_in_a_word_file(lines, rows):
    book = docx.Document()
    for line in lines:
        paragraph = book.add_paragraph()
        run = paragraph.add_run("".join(c for c in line if c.isprintable() or c in "\n\t"))
        run.underline = "A" in line
        run.bold = "B" in line
    if rows:
        table = book.add_table(len(rows), max(map(len, rows)))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=False):
                cell.text = "".join(c for c in text if c.isprintable() or c in "\n\t")
    out = io.BytesIO()
    book.save(out)
    sound(read(out.getvalue(), "docx"))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["auto", *FORMATS]), st.sampled_from(["", "PK\x03\x04", "x.docx"]))
def test_any_bytes_as_anything(data, format, start):
    result = read(start.encode("latin-1") + data, format)
    assert result.questions or result.faults
