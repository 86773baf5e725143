"""Tables that people keep in Excel or CSV: columns found by their names, every cell as text, nothing lost in silence.

The files are opened as safely as question files are (``questions.files``): limits on size and packing, no macros, no
XML declarations. Only the first visible sheet whose header is recognised is read; hidden sheets are left alone.
"""

import csv
import datetime
import io
import math
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from contest.web.days import YEARS, day_of
from questions.files import Package, Refused, looks_zipped, open_package, refuse_foreign
from questions.formats.charset import decode, garbled
from questions.formats.worksheet import SheetFacts, archive_of, scan, sheet_parts
from questions.messages import N_, Message, message
from questions.rules import clean
from questions.text import fold

HEADER_ROWS = 10
#: Rows of a sheet beyond which nothing is looked at: a stray cell far down costs nothing.
MAX_SHEET_ROWS = 250_000
#: Columns of a CSV file beyond which nothing is looked at: a line of millions of commas costs nothing.
MAX_COLUMNS = 500
#: Cells that merged ranges may stand for, all together; what is merged beyond counts as empty.
MAX_SPREAD = 200_000
_DELIMITERS = ",;\t"
#: The day before the first of Excel's own numbers for days, as they are from March 1900 on.
_DAY_ZERO = datetime.date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``title`` as our template writes it, ``names`` other headings it is known by.

    ``spreads``: a cell merged over several rows stands for each of them. Never for numbers, which would be counted
    more than once, nor for what names a row. ``ignored``: known and not read, as we write it ourselves.
    """

    field: str
    title: str
    names: tuple[str, ...] = ()
    required: bool = False
    spreads: bool = False
    ignored: bool = False

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(map(squeeze, (self.title, *self.names)))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet shows it, its cells by field, and faults of single cells."""

    number: int
    cells: Mapping[str, str]
    problems: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: its rows, the headings of its columns that are none of those wanted, ignored ones by field."""

    rows: Sequence[Row]
    unread: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the file. ``merged``: for cells below the first of a merged range, its first row and what it holds."""

    number: int
    cells: Sequence[str]
    problems: Mapping[int, Message] = field(default_factory=dict)
    merged: Mapping[int, tuple[int, str]] = field(default_factory=dict)


def squeeze(name: str) -> str:
    """A heading as it is compared: letters and digits only, without marks or what stands in brackets.

    >>> squeeze("Số  điện thoại (bắt buộc)")
    'sodienthoai'
    """
    return re.sub(r"[^a-z0-9]", "", fold(re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name)))


def read_table(data: bytes, columns: Sequence[Column], max_rows: int) -> Sequence[Row]:
    """The rows of a file as :func:`read_sheet` finds them."""
    return read_sheet(data, columns, max_rows).rows


def read_sheet(data: bytes, columns: Sequence[Column], max_rows: int) -> Table:
    """The rows of a file below its header, empty ones skipped, and which columns are not read.

    Raises Refused, saying what to do, for a file that is no table, has no header with the required columns, has a
    column twice or more than ``max_rows`` rows.
    """
    header, body = _opened(data, columns)
    places, ignored = _places(header, columns), _ignored(header, columns)
    spreading = frozenset(column.field for column in columns if column.spreads)
    rows = []
    for place, line in enumerate(body):
        if place == 0 and _numbers_columns(line):
            continue
        row = _row(line, places, spreading, header.number)
        if row:
            rows.append(row)
        if len(rows) > max_rows:
            raise Refused(message(N_("Tệp có hơn %(limit)s dòng. Hãy chia thành nhiều tệp nhỏ hơn."), limit=max_rows))
    if not rows:
        raise Refused(message(N_("Dưới dòng tiêu đề chưa có dòng nào. Hãy ghi danh sách rồi nhập lại.")))
    return Table(rows, _unread(header, {*places.values(), *ignored}), frozenset(ignored.values()))


def copied_rows(
    data: bytes, columns: Sequence[Column], numbers: Collection[int]
) -> tuple[list[str], dict[int, list[str]]]:
    """The headings of a file and, by number, the cells of some of its rows as they stand, without ignored columns.

    For a file that :func:`read_sheet` takes. Read again, a copied row means what it meant: what a merged cell stands
    for is written out. Columns right of the last heading are left out.
    """
    header, body = _opened(data, columns)
    named = [place for place, cell in enumerate(header.cells) if clean(cell).strip()]
    places, ignored = _places(header, columns), _ignored(header, columns)
    kept = [place for place in range(named[-1] + 1) if place not in ignored]
    if len(kept) > MAX_COLUMNS:
        kept = sorted(places.values())
    spreading = {places[column.field] for column in columns if column.spreads and column.field in places}
    rows = {line.number: _copied(line, kept, spreading, header.number) for line in body if line.number in numbers}
    return [_tidy(header.cells[place]) for place in kept], rows


def _copied(line: _Line, kept: Sequence[int], spreading: Collection[int], header: int) -> list[str]:
    cells = []
    for place in kept:
        first, value = line.merged.get(place, (0, "")) if place in spreading else (0, "")
        cell = _tidy(line.cells[place]) if place < len(line.cells) else ""
        cells.append(cell or (_tidy(value) if first > header else ""))
    return cells


def _opened(data: bytes, columns: Sequence[Column]) -> tuple[_Line, Iterator[_Line]]:
    """The header of a file and the lines below it that hold something."""
    if not data.strip(b"\x00\t\r\n "):
        raise Refused(message(N_("Tệp trống. Hãy chọn tệp có danh sách cần nhập.")))
    refuse_foreign(data)
    rest = iter(_excel(data, columns) if looks_zipped(data) else _csv(data, columns))
    top = list(islice(rest, HEADER_ROWS))
    header = next((line for line in top if _is_header(line, columns)), None)
    if header is None:
        raise Refused(_no_header(top, columns))
    return header, _body(top, rest, header)


def _body(top: Sequence[_Line], rest: Iterator[_Line], header: _Line) -> Iterator[_Line]:
    """The lines below the header that hold something."""
    below = chain((line for line in top if line.number > header.number), rest)
    return (line for line in below if line.problems or line.merged or any(cell.strip() for cell in line.cells))


def _numbers_columns(line: _Line) -> bool:
    """Whether a line right below the header only numbers the columns, as in office tables: (1), (2), (3); A, B, 1."""
    told = [cell.strip().strip("()").strip() for cell in line.cells]
    told = [cell for cell in told if cell]
    letters = [cell for cell in told if not cell.isdecimal()]
    numbers = told[len(letters) :]
    counted = letters + numbers == told and numbers == [str(n + 1) for n in range(len(numbers))]
    return len(told) > 2 and counted and "".join(letters).upper() == "ABCDEFGH"[: len(letters)]


def _unread(header: _Line, read: Collection[int]) -> tuple[str, ...]:
    named = (clean(cell).strip() for place, cell in enumerate(header.cells) if place not in read)
    return tuple(" ".join(name.split())[:40] for name in named if name)


def _row(line: _Line, places: Mapping[str, int], spreading: frozenset[str], header: int) -> Row | None:
    cells = {name: _tidy(line.cells[place]) if place < len(line.cells) else "" for name, place in places.items()}
    problems = tuple(line.problems[place] for place in places.values() if place in line.problems)
    if not problems and not any(cells.values()):
        return None
    for name in spreading & places.keys():
        first, value = line.merged.get(places[name], (0, ""))
        if first > header:
            cells[name] = cells[name] or _tidy(value)
    return Row(line.number, cells, problems)


def _tidy(cell: str) -> str:
    """A cell in normal form, without the apostrophe by which people keep the zero of a number."""
    return re.sub(r"^'(?=[0-9+])", "", " ".join(clean(cell).split()))


def _is_header(line: _Line, columns: Sequence[Column]) -> bool:
    found = {squeeze(cell) for cell in line.cells}
    return all(found & column.keys for column in columns if column.required)


def _places(header: _Line, columns: Sequence[Column]) -> dict[str, int]:
    of_name = {key: column.field for column in columns if not column.ignored for key in column.keys}
    places: dict[str, int] = {}
    for place, cell in enumerate(header.cells):
        name = of_name.get(squeeze(cell))
        if name in places:
            raise Refused(
                message(N_("Cột “%(name)s” có hai lần. Hãy để lại một cột."), name=clean(cell)), header.number
            )
        if name:
            places[name] = place
    return places


def _ignored(header: _Line, columns: Sequence[Column]) -> dict[int, str]:
    """Columns by place that are ours, by field."""
    of_name = {key: column.field for column in columns if column.ignored for key in column.keys}
    named = {place: of_name.get(squeeze(cell)) for place, cell in enumerate(header.cells)}
    return {place: name for place, name in named.items() if name}


def _no_header(lines: Iterable[_Line], columns: Sequence[Column]) -> Message:
    required = [column for column in columns if column.required]
    for line in lines:
        found = {squeeze(cell) for cell in line.cells}
        missing = [column.title for column in required if not found & column.keys]
        if len(missing) < len(required):
            return message(
                N_("Dòng tiêu đề thiếu cột: %(columns)s. Hãy thêm cột rồi nhập lại."), columns=", ".join(missing)
            )
    return message(
        N_("Không thấy dòng tiêu đề trong %(rows)s dòng đầu. Cần có các cột: %(columns)s."),
        rows=HEADER_ROWS,
        columns=", ".join(column.title for column in required),
    )


def _csv(data: bytes, columns: Sequence[Column]) -> Iterator[_Line]:
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    trouble = garbled(text)
    if trouble:
        raise Refused(trouble)
    top = "\n".join(text.split("\n", HEADER_ROWS)[:HEADER_ROWS])
    for delimiter in _DELIMITERS:
        lines = islice(_csv_lines(top, delimiter, strict=False), HEADER_ROWS)
        if any(_is_header(line, columns) for line in lines):
            return _csv_lines(text, delimiter)
    return _csv_lines(text, max(_DELIMITERS, key=top.count))


def _csv_lines(text: str, delimiter: str, *, strict: bool = True) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
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
        yield _Line(number, cells[:MAX_COLUMNS])


def _excel(data: bytes, columns: Sequence[Column]) -> list[_Line]:
    package = open_package(data)
    parts = sheet_parts(package)
    if parts is None:
        raise Refused(message(N_("Đây không phải là tệp Excel (.xlsx). Hãy chọn lại tệp.")))
    try:
        visible, hidden = _sheets(package, parts, columns)
    except (CalamineError, zipfile.BadZipFile, ValueError) as error:
        raise Refused(
            message(N_("Không đọc được tệp này. Hãy mở bằng Excel, lưu lại dạng .xlsx rồi nhập lần nữa."))
        ) from error
    if not visible:
        if hidden:
            raise Refused(
                message(
                    N_("Danh sách nằm ở trang tính bị ẩn: %(names)s. Hãy cho hiện trang đó rồi nhập lại."),
                    names=", ".join(hidden),
                )
            )
        raise Refused(message(N_("Các trang tính đều trống. Hãy ghi danh sách rồi nhập lại.")))
    chosen = next((lines for lines in visible if any(_is_header(line, columns) for line in lines[:HEADER_ROWS])), None)
    lines = chosen or visible[0]
    trouble = garbled("\n".join(cell for line in lines for cell in line.cells))
    if trouble:
        raise Refused(trouble)
    return lines


def _sheets(
    package: Package, parts: Mapping[str, str], columns: Sequence[Column]
) -> tuple[list[list[_Line]], list[str]]:
    """The filled visible sheets, and the names of hidden ones that hold such a table."""
    visible, hidden = [], []
    with CalamineWorkbook.from_filelike(archive_of(package, parts)) as workbook:
        for index, metadata in enumerate(workbook.sheets_metadata):
            if metadata.name not in parts:
                continue
            facts = scan(package, parts[metadata.name], metadata.name, MAX_SHEET_ROWS, None)
            lines = list(_excel_lines(workbook.get_sheet_by_index(index).to_python(skip_empty_area=False), facts))
            if metadata.visible == SheetVisibleEnum.Visible:
                visible += [lines] if lines else []
            elif any(_is_header(line, columns) for line in lines[:HEADER_ROWS]):
                hidden.append(metadata.name)
    return visible, hidden


def _excel_lines(values: Sequence[Sequence[object]], facts: SheetFacts) -> Iterator[_Line]:
    merged = _merged(values, facts)
    for index, cells in enumerate(values):
        told = [shown(cell) for cell in cells]
        yield _Line(index + 1, told, facts.problems.get(index, {}), merged.get(index, {}))


def _merged(values: Sequence[Sequence[object]], facts: SheetFacts) -> dict[int, dict[int, tuple[int, str]]]:
    """By row and column from 0, what stands in the first row of a range of one column that covers the cell."""
    found: dict[int, dict[int, tuple[int, str]]] = {}
    left = MAX_SPREAD
    for _range, first, last, column, last_column in facts.merged:
        last = min(last, len(values) - 1)
        left -= max(last - first, 0)
        if left < 0:
            break
        if column == last_column and first < last and column < len(values[first]):
            value = first + 1, shown(values[first][column])
            for index in range(first + 1, last + 1):
                found.setdefault(index, {})[column] = value
    return found


def shown(value: object) -> str:
    """A cell as people typed it: 20 and not 20.0, dates as dd/mm/yyyy.

    >>> [shown(v) for v in (20.0, 2.5, datetime.date(2023, 12, 1), "x")]
    ['20', '2,5', '01/12/2023', 'x']
    """
    if isinstance(value, float | int) and not isinstance(value, bool):
        whole = math.isfinite(value) and value == int(value)
        return str(int(value)) if whole else format(value, ".15g").replace(".", ",")
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    return str(value)


def cell_day(text: str) -> datetime.date | None:
    """The day of a cell: typed as people do, or the number of days that Excel shows where the look was lost.

    Only numbers of five digits, which are days from 1927 on: shorter ones are years.

    >>> cell_day("01/7/2025"), cell_day("45839"), cell_day("1990")
    (datetime.date(2025, 7, 1), datetime.date(2025, 7, 1), None)
    """
    if not re.fullmatch(r"[0-9]{5}", text):
        return day_of(text)
    day = _DAY_ZERO + datetime.timedelta(days=int(text))
    return day if day.year in YEARS else None


def whole_number(text: str) -> int | None:
    """A whole number as people write it, thousands set apart by dots or blanks; None when it is none.

    >>> whole_number("1.234"), whole_number("-3"), whole_number("12,5"), whole_number("ba")
    (1234, -3, None, None)
    """
    plain = text.replace("\u2212", "-")
    if re.fullmatch(r"-?\d{1,3}([. ]\d{3})+", plain):
        plain = re.sub(r"[. ]", "", plain)
    return int(plain) if re.fullmatch(r"-?[0-9]{1,12}", plain) else None
