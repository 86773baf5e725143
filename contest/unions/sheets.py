"""Lists of unions as organizers keep them: one row a union, read from Excel or CSV and written as Excel."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.unions.list_rules import UnionRow
from contest.unions.models import Headcount, TradeUnion
from contest.unions.rules import LEVEL_WORDS, Fault, Level, normal_code, parse_level, unknown_level
from contest.unions.tables import Column, Row, cell_day, read_table, whole_number
from questions.files import Refused
from questions.messages import N_, Message, message

MAX_ROWS = 20_000

COLUMNS = (
    Column("code", "Mã", ("Mã đơn vị", "Mã công đoàn", "Mã CĐ", "code"), required=True),
    Column("name", "Tên công đoàn", ("Tên đơn vị", "Tên", "Đơn vị", "Công đoàn", "name"), required=True),
    Column("short_name", "Tên viết tắt", ("Viết tắt", "Tên ngắn", "short name")),
    Column("level", "Cấp", ("Cấp công đoàn", "Loại", "level"), required=True, spreads=True),
    Column(
        "parent", "Mã cấp trên", ("Cấp trên", "Mã đơn vị cấp trên", "Trực thuộc", "parent"), required=True, spreads=True
    ),
    Column("member", "Đoàn viên", ("Số đoàn viên", "ĐV", "members")),
    Column("worker", "NLĐ", ("Người lao động", "Số NLĐ", "Số người lao động", "workers")),
    Column("official", "Cán bộ", ("Cán bộ công đoàn", "Số cán bộ", "CBCĐ", "officials")),
    Column("counted_on", "Ngày số liệu", ("Ngày", "Số liệu ngày", "Tính đến ngày", "counted on"), spreads=True),
    Column("note", "Ghi chú", ("note",)),
    Column("place", "Địa bàn", ("Địa bàn hành chính", "Xã, phường", "place"), spreads=True),
)
_WIDTHS = (14, 60, 26, 26, 14, 12, 10, 10, 14, 40, 30)
_KINDS = {kind: str(kind) for kind in (PersonKind.MEMBER, PersonKind.WORKER, PersonKind.OFFICIAL)}


@dataclass(frozen=True, slots=True)
class UnionList:
    """What a file holds: its rows, and the faults of single cells."""

    rows: tuple[UnionRow, ...] = ()
    faults: tuple[Fault, ...] = ()


def read(data: bytes) -> UnionList:
    """The unions of a file; a file that cannot be taken at all gives one fault and no rows."""
    try:
        table = read_table(data, COLUMNS, MAX_ROWS)
    except Refused as refused:
        return UnionList(faults=(Fault(refused.message, refused.row),))
    faults: list[Fault] = []
    rows = tuple(_union(row, faults) for row in table)
    return UnionList(rows, tuple(faults))


def _union(row: Row, faults: list[Fault]) -> UnionRow:
    cells = row.cells
    problems = list(row.problems)
    level = parse_level(cells["level"])
    if level is None:
        problems.append(unknown_level(cells["level"]))
    counts = counts_of(cells, problems)
    counted_on = cell_day(cells.get("counted_on", ""))
    if cells.get("counted_on") and counted_on is None:
        problems.append(not_a_day(cells["counted_on"]))
    faults += [Fault(why, row.number) for why in problems]
    return UnionRow(
        row=row.number,
        code=normal_code(cells["code"]),
        name=cells["name"],
        level=level,
        parent=normal_code(cells["parent"]),
        short_name=cells.get("short_name", ""),
        note=cells.get("note", ""),
        counts=counts,
        counted_on=counted_on,
        place=cells.get("place"),
    )


def counts_of(cells: Mapping[str, str], problems: list[Message]) -> dict[PersonKind, int]:
    """People by kind of a row, only those written; what is no number is told in ``problems``."""
    counts = {}
    for kind, column in _KINDS.items():
        text = cells.get(column, "")
        number = whole_number(text)
        if number is not None:
            counts[kind] = number
        elif text:
            problems.append(
                message(
                    N_("Số %(kind)s “%(written)s” không phải số nguyên. Hãy ghi như 125, chưa có thì để trống."),
                    kind=message(KIND_NAMES[kind]),
                    written=_short(text),
                )
            )
    return counts


def not_a_day(text: str) -> Message:
    """For a cell that should hold a date."""
    return message(N_("Không hiểu ngày “%(day)s”. Hãy ghi dạng ngày/tháng/năm, ví dụ 30/09/2023."), day=_short(text))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def write(
    unions: Sequence[TradeUnion],
    codes: Mapping[int, str],
    counts: Mapping[int, Mapping[PersonKind, Headcount]],
    places: Mapping[int, str],
) -> bytes:
    """The same table as an Excel file, to fill in, to correct and to import again.

    ``codes`` gives the code of each parent by its id; ``counts`` the newest headcounts by union and kind; ``places``
    each place as "mã - tên" by its id.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        head = workbook.add_format({"bold": True, "text_wrap": True, "bg_color": "#D9E2F3", "border": 1})
        text = workbook.add_format({"num_format": "@"})
        date_format = workbook.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        page = workbook.add_worksheet("Công đoàn")
        for place, (column, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            page.set_column(place, place, width, None if column.field in _KINDS.values() else text)
            page.write_string(0, place, column.title, head)
        for number, union in enumerate(unions, start=1):
            for place, value in enumerate(_cells(union, codes, counts.get(union.id, {}), places)):
                if isinstance(value, date):
                    page.write_datetime(number, place, value, date_format)
                elif isinstance(value, int):
                    page.write_number(number, place, value)
                elif value:
                    page.write_string(number, place, value, text)
        page.freeze_panes(1, 0)
        page.data_validation(1, 3, MAX_ROWS, 3, {"validate": "list", "source": list(LEVEL_WORDS.values())})
    return out.getvalue()


def _cells(
    union: TradeUnion, codes: Mapping[int, str], counts: Mapping[PersonKind, Headcount], places: Mapping[int, str]
) -> Iterable[str | int | date | None]:
    yield union.code
    yield union.name
    yield union.short_name
    yield LEVEL_WORDS[Level(union.level)]
    yield codes.get(union.parent_id or 0, "")
    for kind in _KINDS:
        yield counts[kind].number if kind in counts else None
    yield max((headcount.counted_on for headcount in counts.values()), default=None)
    yield union.note
    yield places.get(union.place_id or 0, "")
