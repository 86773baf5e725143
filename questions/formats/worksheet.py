"""First look at the XML of an Excel worksheet: how far it goes, and what a reader of values cannot see.

The XML is read once as a stream (expat), so that a sheet with one cell a million rows down costs nothing. Its
parts are named by the specification ECMA-376, part 1, 18.3 (worksheets) and 18.8 (styles).
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import unquote
from xml.parsers import expat

from questions.files import Package, Refused
from questions.formats.common import MAX_QUESTIONS, too_many, unreadable
from questions.messages import N_, Message, message

MAX_ROW = 100_000
MAX_COLUMN = 200
MAX_CELLS = 3_000_000
#: A row with so many cells may be a question.
LEAST_CELLS = 3
#: Rows that may stand above the questions.
HEADER_ROWS = 10

_FORMULA = message(N_("Ô này là công thức chưa có kết quả. Hãy mở tệp bằng Excel rồi lưu lại, hoặc ghi thẳng giá trị."))
_ERROR = message(N_("Ô này báo lỗi công thức (như #REF!, #N/A). Hãy ghi lại nội dung của ô."))
_AUTO_DATE = message(
    N_("Excel đã đổi ô này thành ngày tháng (ví dụ 1/5 thành 1 tháng 5). Hãy đặt ô dạng Văn bản rồi ghi lại.")
)
_BUILT_IN = {9: "0%", 10: "0.00%", 16: "d-mmm", 17: "mmm-yy"}


class Shown(Enum):
    """Number formats that change what people see so much that the value alone would mislead."""

    PERCENT = auto()
    MONTH = auto()
    DAY_WITHOUT_YEAR = auto()


@dataclass(slots=True)
class SheetFacts:
    """Rows and columns count from 0; ``merged`` holds (range, first row, last row, first column, last column)."""

    problems: dict[int, dict[int, Message]] = field(default_factory=dict)
    shown: dict[int, dict[int, Shown]] = field(default_factory=dict)
    merged: list[tuple[str, int, int, int, int]] = field(default_factory=list)


def sheet_parts(package: Package) -> dict[str, str] | None:
    """The part of each worksheet by the sheet's name; None when the package is not a workbook.

    Two sheets of one name are refused: the reader of values might open the one that was not looked through.
    """
    workbook = "xl/workbook.xml"
    if workbook not in package.parts:
        return None
    targets = _related(package, workbook, "worksheet")
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            if targets.get(relation) in package.parts:
                if attributes.get("name", "") in found:
                    raise Refused(unreadable())
                found[attributes.get("name", "")] = targets[relation]

    _parse(package.parts[workbook], start)
    return found or None


def archive_of(package: Package, parts: Mapping[str, str]) -> io.BytesIO:
    """A fresh archive for the reader of values, of the parts that were checked, never the archive as it came.

    Worksheets that no name of ``parts`` leads to stay out: a cell there that no sheet has room for would end the
    whole process, as the reader makes room for all cells before it.
    """
    fresh, looked_through = io.BytesIO(), set(parts.values())
    if len({name.lower() for name in package.parts}) < len(package.parts):
        raise Refused(unreadable())
    with zipfile.ZipFile(fresh, "w") as archive:
        for name, content in package.parts.items():
            if name in looked_through or b"sheetData" not in content.replace(b"\0", b""):
                archive.writestr(name, content)
    fresh.seek(0)
    return fresh


def _related(package: Package, part: str, kind: str) -> dict[str, str]:
    """Targets of a part's relationships of one kind, by their id."""
    folder, name = posixpath.split(part)
    content = package.parts.get(posixpath.join(folder, "_rels", name + ".rels"), b"")
    found: dict[str, str] = {}

    def start(_name: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "").endswith("/" + kind):
            target = unquote(attributes.get("Target", ""))
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[attributes.get("Id", "")] = path

    if content:
        _parse(content, start)
    return found


def _parse(content: bytes, start, end=None, text=None) -> None:
    """Run expat over a part; one that is not XML, or says an encoding that there is not, makes the file unreadable."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Refused(unreadable()) from error


def _styles(package: Package) -> list[Shown | None]:
    """What each cell style (attribute ``s``) does to a number."""
    part = next((name for name in package.parts if name.lower().endswith("xl/styles.xml")), None)
    formats: dict[int, str] = dict(_BUILT_IN)
    used: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        if name == "xf" and inside and inside[-1] == "cellXfs":
            number = attributes.get("numFmtId", "0")
            used.append(int(number) if number.isdecimal() else 0)
        inside.append(name)

    def end(_name: str) -> None:
        inside.pop()

    if part:
        _parse(package.parts[part], start, end)
    return [_shown(formats.get(number, "")) for number in used]


def _shown(code: str) -> Shown | None:
    """What a number format shows, see ECMA-376 part 1, 18.8.31.

    >>> [_shown(code).name for code in ("0.0%", "mm/yyyy", "d-mmm")], _shown("dd/mm/yyyy"), _shown("#,##0")
    (['PERCENT', 'MONTH', 'DAY_WITHOUT_YEAR'], None, None)
    """
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code.split(";")[0]).lower()
    if "%" in plain:
        return Shown.PERCENT
    if "m" not in plain or "h" in plain or "s" in plain:
        return None
    if "d" not in plain and "y" in plain:
        return Shown.MONTH
    return Shown.DAY_WITHOUT_YEAR if "y" not in plain and "d" in plain else None


def scan(
    package: Package, part: str, name: str, max_row: int = MAX_ROW, max_filled: int | None = MAX_QUESTIONS
) -> SheetFacts:
    """Look through a worksheet; raises Refused when it goes further than ``max_row`` or a sane number of columns.

    ``max_filled``: rows below the header that hold something, for sheets of questions; None: ``max_row`` is enough.
    """
    scanner = _Scanner(name, _styles(package), max_row, max_filled)
    _parse(package.parts[part], scanner.start, scanner.end, scanner.text)
    return scanner.facts


class _Scanner:
    """Handlers for expat over one worksheet."""

    def __init__(self, sheet: str, styles: list[Shown | None], max_row: int, max_filled: int | None) -> None:
        self.facts = SheetFacts()
        self._sheet, self._styles, self._max_row, self._max_filled = sheet, styles, max_row, max_filled
        self._row = self._column = -1
        self._type = self._inside = ""
        self._shown: Shown | None = None
        self._formula = self._holds = False
        self._value = ""
        self._rows = self._columns = 0
        self._cells = self._full = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdecimal() else self._row + 1
            self._column, self._cells = -1, 0
        elif name == "f":
            self._formula = True
        elif name in ("v", "is"):
            self._inside, self._holds = name, True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = _place(attributes.get("r", ""))
        if place is None and "r" in attributes:
            # The reader of values would make room for a place that no sheet has, and take the process down.
            raise Refused(unreadable())
        self._row, self._column = place or (self._row, self._column + 1)
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._shown = self._styles[int(style)] if style.isdecimal() and int(style) < len(self._styles) else None
        self._formula, self._holds, self._value = False, False, ""

    def text(self, text: str) -> None:
        if self._inside:
            self._value = (self._value + text)[:40]

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "is"):
            self._inside = ""
        elif name == "c" and (self._holds or self._formula):
            self._check_place()
            if self._value or self._formula:
                self._end_cell()

    def _check_place(self) -> None:
        """Refuse what lies too far out; a cell that holds nothing at all, only a look, may lie anywhere."""
        self._rows, self._columns = max(self._rows, self._row + 1), max(self._columns, self._column + 1)
        if self._row >= self._max_row or self._column >= MAX_COLUMN or self._rows * self._columns > MAX_CELLS:
            raise Refused(
                message(
                    N_("Trang tính “%(sheet)s” có ô quá xa (dòng %(row)s, cột %(column)s). Hãy xoá dòng và cột thừa."),
                    sheet=self._sheet,
                    row=self._row + 1,
                    column=self._column + 1,
                )
            )

    def _end_cell(self) -> None:
        self._count()
        problem = self._problem()
        if problem:
            self.facts.problems.setdefault(self._row, {})[self._column] = problem
        elif self._shown and self._type == "n":
            self.facts.shown.setdefault(self._row, {})[self._column] = self._shown

    def _count(self) -> None:
        """Stop at once where there are more rows that could be questions than are taken."""
        self._cells += 1
        if self._cells == LEAST_CELLS:
            self._full += 1
            if self._max_filled is not None and self._full > self._max_filled + HEADER_ROWS:
                raise Refused(too_many())

    def _problem(self) -> Message | None:
        if self._type == "e":
            return _ERROR
        if self._formula and not self._value and self._type != "str":
            return _FORMULA
        if self._shown is Shown.DAY_WITHOUT_YEAR and self._type in ("n", "d"):
            return _AUTO_DATE
        return None

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _place(first), _place(last or first)
        if start and end:
            self.facts.merged.append((reference, start[0], end[0], start[1], end[1]))


def _place(reference: str) -> tuple[int, int] | None:
    """Row and column from 0 of a reference.

    >>> _place("A1"), _place("AB10"), _place("?")
    ((0, 0), (9, 27), None)
    """
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", reference)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1
