"""Headcounts of a branch as an Excel file: to download, to fill in and to send back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from contest.accounts.rules import PersonKind
from contest.unions import sheets
from contest.unions.headcount_imports import CountRow
from contest.unions.models import Headcount, TradeUnion
from contest.unions.rules import Fault, normal_code
from contest.unions.sheets import MAX_ROWS
from contest.unions.tables import Column, Row, cell_day, read_table
from contest.web import workbooks
from questions.files import Refused
from questions.messages import Message

KINDS = (PersonKind.MEMBER, PersonKind.WORKER, PersonKind.OFFICIAL)
_WANTED = {"code", "name", *KINDS, "counted_on"}
COLUMNS = tuple(
    Column(one.field, one.title, one.names, required=one.field == "code")
    for one in sheets.COLUMNS
    if one.field in _WANTED
)


@dataclass(frozen=True, slots=True)
class CountList:
    rows: tuple[CountRow, ...] = ()
    faults: tuple[Fault, ...] = ()


def read(data: bytes) -> CountList:
    """The rows of a file; a file that cannot be taken at all gives one fault and no rows."""
    try:
        table = read_table(data, COLUMNS, MAX_ROWS)
    except Refused as refused:
        return CountList(faults=(Fault(refused.message, refused.row),))
    faults: list[Fault] = []
    rows = tuple(_row(row, faults) for row in table)
    return CountList(rows, tuple(faults))


def _row(row: Row, faults: list[Fault]) -> CountRow:
    cells = row.cells
    problems: list[Message] = list(row.problems)
    counts = sheets.counts_of(cells, problems)
    day = cell_day(cells.get("counted_on", ""))
    if cells.get("counted_on") and day is None:
        problems.append(sheets.not_a_day(cells["counted_on"]))
    faults += [Fault(why, row.number) for why in problems]
    return CountRow(row.number, normal_code(cells["code"]), cells.get("name", ""), counts, day)


def columns() -> list[workbooks.Column]:
    return [
        workbooks.Column("Mã", width=16),
        workbooks.Column("Tên công đoàn", width=60),
        workbooks.Column("Đoàn viên", workbooks.Cell.NUMBER),
        workbooks.Column("NLĐ", workbooks.Cell.NUMBER),
        workbooks.Column("Cán bộ", workbooks.Cell.NUMBER),
        workbooks.Column("Ngày số liệu", width=16),
        workbooks.Column("Tình trạng", width=40),
    ]


def rows(
    unions: Sequence[TradeUnion],
    counts: Mapping[int, Mapping[PersonKind, Headcount]],
    doubts: Mapping[int, Sequence[str]],
) -> Iterator[list[Any]]:
    """The newest figures of each union; the last column says what is missing or doubtful and is not read back."""
    for union in unions:
        known = counts.get(union.id, {})
        day = max((headcount.counted_on for headcount in known.values()), default=None)
        remarks = list(doubts.get(union.id, ()))
        if any(headcount.confirmed_at is None for headcount in known.values()):
            remarks.append(gettext("chờ cấp trên xác nhận"))
        if not known:
            remarks.append(gettext("chưa có số liệu"))
        yield [
            union.code,
            union.name,
            *(known[kind].number if kind in known else None for kind in KINDS),
            day.strftime("%d/%m/%Y") if day else "",
            "; ".join(remarks),
        ]
