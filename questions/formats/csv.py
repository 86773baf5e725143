"""Questions in a CSV file: comma, semicolon or tab, in the code pages that Vietnamese offices save.

A text that is no table is read as questions typed the way they are typed in Word.

Cells that a spreadsheet would run as a formula are written with an apostrophe in front, and read without it.
"""

import csv
import functools
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from questions.files import Refused, looks_zipped, refuse_foreign
from questions.formats import columns, grammar, paper, question, sheet
from questions.formats.charset import decode, unicode_text
from questions.formats.common import checked, never_raises
from questions.formats.losses import losses_of
from questions.formats.numbering import Mark
from questions.formats.rich import Speaker
from questions.formats.word import Document, Grid, Line
from questions.messages import N_, message
from questions.rules import Draft, Fault, ReadResult

EXTENSIONS = (".csv", ".tsv", ".txt")
MIME = "text/csv"

#: Lines of a text that are looked at to tell a table from questions as they are typed.
MOST_LOOKED_AT = 400
_DELIMITERS = ",;\t"
_RISKY = re.compile(r"'*[=+\-@]")


@never_raises
def read(data: bytes, find: columns.FindColumns | None = None) -> ReadResult:
    """Questions and faults of a CSV file; rows are counted as a spreadsheet shows them.

    ``find`` knows the columns of files whose header says nothing to us.
    """
    text, notes = _text(data)
    if _is_paper(text):
        return _paper(text, notes)
    rows = functools.partial(_rows, text, _delimiter(text))
    return sheet.read_rows(rows(), header=columns.choose(rows, find), notes=notes)


def look(data: bytes) -> columns.Look | None:
    """The top of the file, for a person to say what its columns mean; raises Refused."""
    text, _ = _text(data)
    return None if _is_paper(text) else columns.look(_rows(text, _delimiter(text)))


def _is_paper(text: str) -> bool:
    """Whether a text is no table but questions as they are typed in Word: "Câu 1.", then options or an answer."""
    lines = [line.strip() for line in text.split("\n", MOST_LOOKED_AT)[:MOST_LOOKED_AT]]
    starts = [line for line in lines if (start := grammar.question_start(line)) and start.certain]
    answers = [line for line in lines if grammar.option_start(line) or grammar.field_line(line)]
    return bool(starts and answers) and not _has_header(text)


def _has_header(text: str) -> bool:
    try:
        return any(sheet.find_header(_rows(text, delimiter)) for delimiter in _DELIMITERS)
    except Refused:
        return True


def _paper(text: str, notes: Iterable[Fault]) -> ReadResult:
    """The questions of such a text; rows are lines."""
    lines: list[Line | Grid] = []
    for number, typed in enumerate(text.split("\n"), start=1):
        line = Line(number)
        line.add(typed, Mark.NONE)
        lines.append(line)
    blocks, faults = paper.blocks(Document(lines, [], {}, set()))
    return checked((question.question(block, Speaker(())) for block in blocks), faults, notes)


def _text(data: bytes) -> tuple[str, list[Fault]]:
    refuse_foreign(data)
    if looks_zipped(data):
        raise Refused(message(N_("Đây không phải là tệp CSV. Hãy chọn đúng định dạng của tệp, hoặc để tự nhận.")))
    return unicode_text(decode(data).replace("\r\n", "\n").replace("\r", "\n"))


def _delimiter(text: str) -> str:
    """The one that shows the header; else the one that splits the first rows into the most cells."""
    for delimiter in _DELIMITERS:
        if sheet.find_header(_rows(text, delimiter)):
            return delimiter
    top = "\n".join(text.split("\n", sheet.HEADER_ROWS)[: sheet.HEADER_ROWS])
    return max(_DELIMITERS, key=top.count)


def _rows(text: str, delimiter: str) -> Iterator[sheet.Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(
                message(N_("Dòng này có dấu nháy kép mở mà không đóng, hoặc ô quá dài. Hãy sửa rồi nhập lại.")), number
            ) from error
        yield sheet.Row(number, [cell[1:] if cell[:1] == "'" and _RISKY.match(cell) else cell for cell in cells])


HOLDS = sheet.HOLDS


def losses(drafts: Sequence[Draft]) -> list[Fault]:
    """What a sheet cannot hold of these questions: the files of their pictures."""
    return losses_of(drafts, HOLDS)


def write(drafts: Sequence[Draft]) -> bytes:
    """A CSV file in UTF-8 with mark, as Excel opens it right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for cells in sheet.table(drafts):
        writer.writerow(["'" + cell if _RISKY.match(cell) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")
