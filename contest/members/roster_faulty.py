"""Rows of a list that are at fault, as they are given back: the same columns, and one more that says what to mend."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts import uploads
from contest.accounts.models import PendingFile
from contest.jobs.rules import packed, unpacked
from contest.members import sheets
from contest.unions.rules import Fault
from contest.web.texts import say
from contest.web.workbooks import Column, write_workbook
from questions.messages import N_, Message, message

SHEET = "Cần sửa"
#: Width in characters of a column of the list, and of the one that says what to mend.
WIDTH, WIDE = 18, 90

_WHERE = N_("Dòng %(row)s của tệp đã gửi: %(why)s")


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row as it stands in the file, and everything that is wrong with it."""

    row: int
    cells: Sequence[str]
    why: Sequence[Message]


@dataclass(frozen=True, slots=True)
class FaultyRows:
    """The rows at fault of one file, below its own headings."""

    heads: Sequence[str]
    rows: Sequence[FaultyRow]


def by_row(faults: Sequence[Fault]) -> dict[int, list[Message]]:
    """What is wrong with each row, in the order of the file."""
    found: dict[int, list[Message]] = {}
    for fault in faults:
        found.setdefault(fault.row or 0, []).append(fault.message)
    return found


def faulty_rows(content: bytes, faults: Sequence[Fault], union: str = "") -> FaultyRows:
    """The rows at fault of a file that was read for a union (``sheets.read``)."""
    wrong = by_row(faults)
    heads, cells = sheets.copied(content, wrong.keys(), union)
    return FaultyRows(heads, [FaultyRow(row, cells[row], why) for row, why in wrong.items() if row in cells])


def write(file: IO[bytes], found: FaultyRows) -> None:
    """Write them as an Excel file that can be mended and sent as it is."""
    write_workbook(file, SHEET, columns(found), lines(found))


def columns(found: FaultyRows) -> list[Column]:
    return [*(Column(head, width=WIDTH) for head in found.heads), Column(sheets.MEND, width=WIDE)]


def lines(found: FaultyRows) -> Iterator[list[str]]:
    for faulty in found.rows:
        why = " ".join(say(one) for one in faulty.why)
        yield [*faulty.cells, say(message(_WHERE, row=faulty.row, why=why))]


def as_data(said: Message) -> dict[str, Any]:
    """A sentence as data, its days as people write them."""
    params = {
        name: value.strftime("%d/%m/%Y") if isinstance(value, date) else value for name, value in said.params.items()
    }
    return packed([Message(said.text, params)])[0]


# Kept for who sent the list: beside a long one that is looked at, and a day long once its sound rows are stored


def keep(session: Session, purpose: str, token: str, name: str, found: FaultyRows, person_id: int) -> None:
    rows = [[faulty.row, list(faulty.cells), [as_data(one) for one in faulty.why]] for faulty in found.rows]
    content = json.dumps({"heads": list(found.heads), "rows": rows}, ensure_ascii=False).encode()
    uploads.keep(session, purpose, name, content, person_id, clock.now(), token)


def kept(file: PendingFile) -> FaultyRows:
    said = json.loads(file.content)
    return FaultyRows(said["heads"], [FaultyRow(row, cells, unpacked(why)) for row, cells, why in said["rows"]])
