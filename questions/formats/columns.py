"""Any sheet of questions: which column means what, guessed from names and contents, said by a person, remembered."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from questions.formats import sheet
from questions.formats.sheet import Header, Row
from questions.formats.wording import parse_letters
from questions.messages import N_, Message, message
from questions.rules import LETTERS, MAX_CHOICES
from questions.text import fold

#: Rows that are looked at for guessing, and shown to the person who says what the columns are.
LOOKED_AT = 60
SHOWN = 6
MOST_COLUMNS = 40
#: In a stored map: the number of the header row, 0 for a sheet without one.
HEADER_ROW = "header"

#: What a column may mean, by the name that maps use; ``choice0`` is option A.
FIELDS: dict[str, str] = {
    "stem": sheet.TITLES["stem"],
    **{f"choice{n}": f"Phương án {letter}" for n, letter in enumerate(LETTERS)},
    **{name: title for name, title in sheet.TITLES.items() if name not in ("stem", "number")},
}

#: The columns said for a header, by its :attr:`Look.digest`: ``{"0": "stem", "1": "choice0", "header": "1"}``; or None.
FindColumns = Callable[[str], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class Look:
    """The top of a sheet: where its header seems to be, and what its columns seem to mean, by their place from 0."""

    header_row: int
    titles: tuple[str, ...]
    digest: str
    guess: Mapping[int, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    #: Whether the header is one that needs nobody to explain it.
    known: bool = False


def look(rows: Iterable[Row]) -> Look | None:
    """What can be told of a sheet from its first rows; None for an empty one."""
    top = [row for row in islice(rows, LOOKED_AT) if any(cell.strip() for cell in row.cells)]
    if not top:
        return None
    header = _known(top)
    first = next((row for row in top if header and row.number == header.row), None) or _header_row(top)
    below = [row for row in top if row.number > first.number]
    titled = bool(below) and not _looks_like_question(first)
    width = min(max(len(row.cells) for row in top), MOST_COLUMNS)
    titles = tuple(" ".join(cell.split()) for cell in first.cells[:width])
    guess = _guess(titles if titled else (), below if titled else top, width)
    return Look(first.number if titled else 0, titles, digest_of(titles), guess, tuple(top[:SHOWN]), header is not None)


def _known(top: Sequence[Row]) -> Header | None:
    try:
        return sheet.find_header(top)
    except sheet.Refused:
        return None


def _header_row(top: Sequence[Row]) -> Row:
    """The first row with at least two cells; a title alone in its row is no header."""
    return next((row for row in top if sum(bool(cell.strip()) for cell in row.cells) > 1), top[0])


def _looks_like_question(row: Row) -> bool:
    """Whether a row is a question already: a long text that asks, or a key among longer texts."""
    return any(len(cell) > 60 or cell.rstrip().endswith("?") for cell in row.cells)


def digest_of(titles: Sequence[str]) -> str:
    """The key under which the columns of such a header are remembered."""
    return hashlib.sha256("\x1f".join(fold(title) for title in titles).encode()).hexdigest()


def _guess(titles: Sequence[str], rows: Sequence[Row], width: int) -> dict[int, str]:
    """Meanings by names first; then the key by its letters, the question by its length, options in their order."""
    found: dict[int, str] = {}
    for place, title in enumerate(titles):
        name = sheet.column_named(title)
        if name and name in FIELDS and name not in found.values():
            found[place] = name
    free = [place for place in range(width) if place not in found and any(_cells(rows, place))]
    numbered = [place for place in free if _is_count(_cells(rows, place))]
    free = [place for place in free if place not in numbered]
    keyed = [place for place in free if all(parse_letters(cell) is not None for cell in _cells(rows, place))]
    if "key" not in found.values() and (keyed or (numbered and len(numbered) > 1)):
        found[(keyed or numbered)[-1]] = "key"
    free = [place for place in free if place not in found]
    if "stem" not in found.values() and free:
        longest = max(free, key=lambda place: sum(map(len, _cells(rows, place))))
        found[longest] = "stem"
        free = [place for place in free if place > longest]
    if not any(name.startswith("choice") for name in found.values()):
        for number, place in enumerate(place for place in free if place not in found):
            if number < MAX_CHOICES:
                found[place] = f"choice{number}"
    return found


def _cells(rows: Sequence[Row], place: int) -> list[str]:
    return [row.cells[place].strip() for row in rows if place < len(row.cells) and row.cells[place].strip()]


def _is_count(cells: Sequence[str]) -> bool:
    """Numbers that only count the rows."""
    numbers = [int(cell) for cell in cells if cell.isdecimal() and len(cell) < 7]
    return len(numbers) == len(cells) > 1 and all(b == a + 1 for a, b in zip(numbers, numbers[1:], strict=False))


def header_of(columns: Mapping[str, str], header_row: int) -> Header:
    """The header that a map describes."""
    header = Header(header_row, {}, {}, {}, {})
    for place, name in columns.items():
        match = re.fullmatch(r"choice(\d)", name)
        if not place.isdecimal():
            continue
        if match:
            header.choices[int(match[1])] = int(place)
        elif name in sheet.TITLES:
            header.fields[name] = int(place)
    return header


def faults_of(columns: Mapping[str, str]) -> list[Message]:
    """Why a map will not do."""
    names = [name for place, name in columns.items() if place.isdecimal() and name]
    faults = []
    doubled = sorted({FIELDS[name] for name in names if names.count(name) > 1 and name in FIELDS})
    if doubled:
        faults.append(
            message(N_("Có hai cột cùng là “%(names)s”. Mỗi nội dung chỉ chọn một cột."), names=", ".join(doubled))
        )
    missing = [FIELDS[name] for name in ("stem", "key") if name not in names]
    if missing:
        faults.append(message(N_("Hãy chọn cột cho: %(names)s."), names=", ".join(missing)))
    return faults


def parse(text: str) -> tuple[dict[str, str], list[Message]]:
    """A map as the terminal gives it: columns by letters, meanings by option letters or names of fields.

    >>> parse("B=stem, C=A, D=B, G=key")[0]
    {'1': 'stem', '2': 'choice0', '3': 'choice1', '6': 'key'}
    """
    columns: dict[str, str] = {}
    faults: list[Message] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"([A-Za-z]{1,2})\s*=\s*([A-Za-z]+)", part)
        name = match[2] if match else ""
        if len(name) == 1 and name.upper() in LETTERS:
            name = f"choice{LETTERS.index(name.upper())}"
        if not match or name.lower() not in FIELDS:
            faults.append(
                message(
                    N_("Không hiểu “%(part)s”. Hãy ghi ví dụ B=stem,C=A,D=B,G=key; tên trường: %(known)s."),
                    part=part,
                    known=", ".join(sheet.TITLES),
                )
            )
            continue
        columns[str(_place(match[1]))] = name.lower()
    return columns, faults or faults_of(columns)


def _place(letters: str) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def letter_of(place: int) -> str:
    """
    >>> letter_of(0), letter_of(27)
    ('A', 'AB')
    """
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def choose(rows: Callable[[], Iterable[Row]], find: FindColumns | None) -> Header | None:
    """The header that somebody has said for a sheet like this one; None where nobody has."""
    seen = look(rows()) if find else None
    columns = find(seen.digest) if find and seen else None
    if not columns or seen is None:
        return None
    row = columns.get(HEADER_ROW, "")
    return header_of(columns, int(row) if row.isdecimal() else seen.header_row)
