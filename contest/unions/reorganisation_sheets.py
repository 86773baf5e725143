"""Decisions about unions as Excel or CSV: one row a change, read with every fault of a cell, and an empty template."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import xlsxwriter

from contest.unions.changes import ChangeRow
from contest.unions.rules import LEVEL_WORDS, ChangeKind, Fault, normal_code, parse_level, unknown_level
from contest.unions.sheets import not_a_day
from contest.unions.tables import Column, Row, cell_day, read_table
from questions.files import Refused
from questions.messages import N_, Message, message
from questions.text import fold

MAX_ROWS = 20_000
#: Successors of one union: more are a mistake of the file.
MAX_SUCCESSORS = 200

COLUMNS = (
    Column("kind", "Việc", ("Loại thay đổi", "Thay đổi", "Nội dung", "change"), required=True, spreads=True),
    Column("code", "Mã", ("Mã đơn vị", "Mã công đoàn", "Mã CĐ", "code"), required=True),
    Column("name", "Tên", ("Tên công đoàn", "Tên đơn vị", "Tên mới", "name")),
    Column("short_name", "Tên viết tắt", ("Viết tắt", "Tên ngắn", "short name")),
    Column("level", "Cấp", ("Cấp công đoàn", "level"), spreads=True),
    Column(
        "parent", "Mã cấp trên mới", ("Mã cấp trên", "Cấp trên mới", "Cấp trên", "Trực thuộc", "parent"), spreads=True
    ),
    Column(
        "successors",
        "Mã nhận",
        ("Mã đơn vị nhận", "Đơn vị nhận", "Mã đơn vị mới", "Kế thừa", "successors"),
        spreads=True,
    ),
    Column("effective_on", "Ngày hiệu lực", ("Hiệu lực", "Có hiệu lực từ", "Từ ngày", "effective on"), spreads=True),
    Column("place", "Địa bàn", ("Địa bàn hành chính", "Xã, phường", "place"), spreads=True),
    Column("note", "Ghi chú", ("note",)),
    Column("people_to", "Mã nhận người", ("Đơn vị nhận người", "Người chuyển về", "people to")),
)
_WIDTHS = (14, 16, 60, 26, 26, 18, 24, 14, 30, 40, 18)

#: What to write in the column "Việc".
KIND_WORDS = {
    ChangeKind.OPEN: "Thành lập",
    ChangeKind.CLOSE: "Kết thúc",
    ChangeKind.RENAME: "Đổi tên",
    ChangeKind.MOVE: "Chuyển",
    ChangeKind.MERGE: "Sáp nhập",
    ChangeKind.SPLIT: "Chia tách",
    ChangeKind.PLACE: "Địa bàn",
}
_KINDS = {
    ChangeKind.OPEN: ("open", "thanh lap", "thanh lap moi", "lap moi", "mo"),
    ChangeKind.CLOSE: ("close", "ket thuc", "ket thuc hoat dong", "giai the", "cham dut", "cham dut hoat dong"),
    ChangeKind.RENAME: ("rename", "doi ten"),
    ChangeKind.MOVE: ("move", "chuyen", "chuyen cap tren", "dieu chuyen", "chuyen giao"),
    ChangeKind.MERGE: ("merge", "sap nhap", "hop nhat", "nhap"),
    ChangeKind.SPLIT: ("split", "chia tach", "tach", "chia"),
    ChangeKind.PLACE: ("place", "dia ban", "doi dia ban"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class ChangeList:
    """What a file holds: its rows, and the faults of single cells."""

    rows: tuple[ChangeRow, ...] = ()
    faults: tuple[Fault, ...] = ()


def parse_kind(text: str) -> ChangeKind | None:
    """The change a cell names.

    >>> parse_kind("Sáp nhập"), parse_kind("Giải thể"), parse_kind("bay")
    (<ChangeKind.MERGE: 'merge'>, <ChangeKind.CLOSE: 'close'>, None)
    """
    return _KIND_OF.get(" ".join(re.sub(r"[^a-z ]", " ", fold(text)).split()))


def read(data: bytes) -> ChangeList:
    """The changes of a file; a file that cannot be taken at all gives one fault and no rows."""
    try:
        table = read_table(data, COLUMNS, MAX_ROWS)
    except Refused as refused:
        return ChangeList(faults=(Fault(refused.message, refused.row),))
    faults: list[Fault] = []
    rows = []
    for row in table:
        change, problems = _change(row)
        faults += [Fault(why, row.number) for why in problems]
        if change is not None:
            rows.append(change)
    return ChangeList(tuple(rows), tuple(faults))


def _change(row: Row) -> tuple[ChangeRow | None, list[Message]]:
    cells = row.cells
    problems = list(row.problems)
    kind = parse_kind(cells["kind"])
    if kind is None:
        problems.append(_unknown_kind(cells["kind"]))
    level = parse_level(cells["level"]) if cells.get("level") else None
    if cells.get("level") and level is None:
        problems.append(unknown_level(cells["level"]))
    day = _day(cells, problems)
    successors = codes_of(cells.get("successors", ""))
    if len(successors) > MAX_SUCCESSORS:
        problems.append(message(N_("Có hơn %(limit)s mã nhận trong một ô. Hãy kiểm tra lại."), limit=MAX_SUCCESSORS))
    if kind is None or problems:
        return None, problems
    return ChangeRow(
        row=row.number,
        kind=kind,
        code=normal_code(cells["code"]),
        name=cells.get("name", ""),
        short_name=cells.get("short_name", ""),
        level=level,
        parent=normal_code(cells.get("parent", "")),
        successors=successors,
        effective_on=day,
        place=cells.get("place", ""),
        note=cells.get("note", ""),
        people_to=normal_code(cells.get("people_to", "")),
    ), []


def _day(cells: Mapping[str, str], problems: list[Message]) -> date | None:
    text = cells.get("effective_on", "")
    day = cell_day(text)
    if text and day is None:
        problems.append(not_a_day(text))
    return day


def codes_of(text: str) -> tuple[str, ...]:
    """The codes of a cell, each once, set apart by commas, semicolons or blanks.

    >>> codes_of("lc-1; LC-2, lc-1")
    ('LC-1', 'LC-2')
    """
    return tuple(dict.fromkeys(normal_code(part) for part in re.split(r"[,;\s]+", text) if part))


def _unknown_kind(text: str) -> Message:
    words = ", ".join(KIND_WORDS.values())
    if not text:
        return message(
            N_(
                "Thiếu việc cần làm. Hãy ghi một trong các việc: %(words)s; nếu là tiêu đề hay tổng số thì hãy xoá "
                "dòng này."
            ),
            words=words,
        )
    return message(
        N_("Không hiểu việc “%(kind)s”. Hãy ghi một trong các việc: %(words)s."), kind=text[:40], words=words
    )


#: A small example in the template; read as rows it would be refused, because nobody has these codes.
_EXAMPLE = (
    ("Thành lập", "VD-XA-01", "Công đoàn xã Ví Dụ", "", "Cấp trên trực tiếp cơ sở", "VD", "", "01/07/2025", "Xã Ví Dụ"),
    ("Sáp nhập", "VD-HUYEN", "", "", "", "", "VD-XA-01", "01/07/2025", ""),
    ("Chuyển", "VD-CS-07", "", "", "", "VD-XA-02", "", "01/07/2025", ""),
)
_HELP = (
    ("Thành lập", "Mã mới, Tên, Cấp, Mã cấp trên mới; Địa bàn nếu có."),
    ("Kết thúc", "Mã. Có một mã ở Mã nhận là sáp nhập; không có thì người ở đó thành NLĐ không thuộc công đoàn nào."),
    ("Đổi tên", "Mã, Tên (tên mới)."),
    ("Chuyển", "Mã, Mã cấp trên mới; Cấp nếu cấp thay đổi."),
    ("Sáp nhập", "Mã đơn vị kết thúc, Mã nhận (đúng một). Người và đơn vị trực thuộc chuyển theo."),
    ("Chia tách", "Mã, Mã nhận (các phần tách ra, cách nhau bằng dấu phẩy). Đơn vị cũ hết thì thêm dòng Kết thúc."),
    (
        "Mã nhận người",
        "Ở dòng Kết thúc của đơn vị chia cho nhiều nơi: một trong các mã nhận, tất cả người chuyển về đó. "
        "Để trống thì người ở lại cho đến khi chia theo danh sách ở trang Việc còn lại.",
    ),
    ("Địa bàn", "Mã, Địa bàn (mã - tên)."),
    ("Ngày hiệu lực", "Để trống là ngày của quyết định. Thứ tự các dòng trong cùng ngày không quan trọng."),
)


def template() -> bytes:
    """An empty file to fill in, with a sheet that says what each change needs."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        head = workbook.add_format({"bold": True, "text_wrap": True, "bg_color": "#D9E2F3", "border": 1})
        text = workbook.add_format({"num_format": "@"})
        page = workbook.add_worksheet("Thay đổi")
        for place, (column, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            page.set_column(place, place, width, text)
            page.write_string(0, place, column.title, head)
        page.freeze_panes(1, 0)
        page.data_validation(1, 0, MAX_ROWS, 0, {"validate": "list", "source": list(KIND_WORDS.values())})
        page.data_validation(1, 4, MAX_ROWS, 4, {"validate": "list", "source": list(LEVEL_WORDS.values())})
        guide = workbook.add_worksheet("Cách ghi")
        guide.set_column(0, 8, 22, text)
        for number, line in enumerate((*_HELP, ("",), ("Ví dụ",), [c.title for c in COLUMNS[:9]], *_EXAMPLE)):
            for place, cell in enumerate(line):
                guide.write_string(number, place, cell, head if line[0] in ("Ví dụ", "Việc") else text)
    return out.getvalue()
