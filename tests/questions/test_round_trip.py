"""What is written is read back the same, and no text whatever makes a reader raise."""

import io
from dataclasses import replace

import docx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.questions import drafts, told_apart

from questions.faults import faults_of
from questions.formats import FORMATS, read, write
from questions.formats.common import unreadable
from questions.rules import Choice, Draft, Markup, ReadResult, clean

#: Pieces that readers look for, mixed with any text.
TRAPS = (
    ["Câu 1.", "Câu 2: x", "Bài 3", "1.", "2) b", "A.", "B. x", "a) y", "*C. z", "D/", "Đáp án:", "Đáp án: B"]
    + ["ĐA: Z", "ĐÁP ÁN", "1-A 2-B", "1A", "HẾT", "PHẦN I. X", "II. Y", "Chủ đề:", "Chủ đề: Z", "Mức độ: Dễ"]
    + ["Mã: 1", "Nguồn: n", "Lời giải", "Lời giải: l", "Giữ cuối: A", "Loại: Nhiều đáp án", "=1+1", "'=x", "-5"]
    + ["+", "@", "'", '"', ",", ";", "\n", "\n\n", " ", "  ", "\t", "CHỮ HOA", "_x0041_", "\u2028", "🙂", "\u00ad"]
    + ["Ä‘", "Cả A và B", "Không có phương án nào", "Đoạn văn chung cho câu 1:", "Ghép A: x", "##no-shuffle", "[2] x"]
    + ["Đọc đoạn văn sau và trả lời các câu từ 1 đến 2", "ĐSĐS", "=>", "/x/", "Tên câu: t", "Nhãn: n", "Số từ: 1-2"]
)
wild = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(max_size=8)), max_size=6).map("".join)

WRITTEN = ("docx", "xlsx", "csv")


@st.composite
def trapped(pick):
    """A question of any kind whose texts look like parts of a file."""
    draft = pick(drafts())
    if draft.markup is Markup.PLAIN:
        draft = replace(draft, stem=pick(wild.map(clean).filter(bool)), explanation=pick(wild.map(clean)))
        draft = replace(draft, passage=pick(wild.map(clean)), topic=" ".join(pick(wild.map(clean)).split()))
    return draft


@pytest.mark.parametrize("format", WRITTEN)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(trapped(), drafts()), min_size=1, max_size=4).map(told_apart).filter(bool))
@example([Draft("Tỷ lệ?", (Choice("60%"), Choice("Cả A và B", True, True)), topic="Luật", source="Điều 1\nKhoản 2")])
@example([Draft("Câu 1.", (Choice("Câu 2: x", True), Choice("y")))])
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
