"""Lists of people as unions keep them: one row a person, from Excel or CSV."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contest.accounts.rules import PersonKind, normal_phone
from contest.members.rules import MAX_NAME, name_fault, password_fault, tidy_name
from contest.unions.rules import Fault, normal_code
from contest.unions.tables import Column, Row, cell_day, copied_rows, read_sheet
from questions.files import Refused
from questions.messages import N_, Message, message
from questions.text import fold

MAX_ROWS = 200_000
#: The column that we add to rows at fault when we give them back; what it says is not read.
MEND = "Cần sửa"

#: How lists of offices head these columns; marks, brackets and punctuation are not compared.
_OF_WHOM = tuple(f"{name} {who}" for name in ("Họ và tên", "Họ tên") for who in ("người dự thi", "đoàn viên", "CBCNV"))
_BORN = ("Ngày tháng năm sinh", "Ngày tháng sinh", "Năm sinh", "Sinh ngày", "Sinh năm", "NTNS")
COLUMNS = (
    Column("name", "Họ và tên", ("Họ tên", *_OF_WHOM, "name", "full name"), required=True),
    Column(
        "phone",
        "Số điện thoại",
        ("Điện thoại", "Số ĐT", "SĐT", "ĐT", "Di động", "Điện thoại di động", "Số di động", "ĐTDĐ", "phone"),
    ),
    Column(
        "union",
        "Mã đơn vị",
        ("Mã công đoàn", "Mã CĐCS", "Mã", "Đơn vị", "union", "union code"),
        required=True,
        spreads=True,
    ),
    Column("kind", "Đối tượng", ("Loại", "Tư cách", "kind"), spreads=True),
    Column("password", "Mật khẩu", ("password",)),
    Column("birth_on", "Ngày sinh", (*_BORN, "birth date", "date of birth")),
    Column("since", "Ngày vào", ("Ngày vào công đoàn", "Ngày vào đơn vị", "Từ ngày", "since"), spreads=True),
    Column("mend", MEND, ignored=True),
)
#: For one union: its code goes without saying.
_OF_ONE = tuple(replace(column, required=column.required and column.field != "union") for column in COLUMNS)
_KINDS = {
    PersonKind.MEMBER: ("", "doan vien", "dv", "member"),
    PersonKind.OFFICIAL: ("can bo cong doan", "can bo", "cbcd", "official"),
    PersonKind.WORKER: ("nguoi lao dong", "nld", "cnvcld", "worker"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a list; ``phone`` in normal form, ``union`` a code, ``password`` empty where none is given.

    ``phone`` empty: none, so the day of birth is known. ``birth_on`` and ``since`` None: the list does not say it.
    """

    row: int
    name: str
    phone: str
    union: str
    kind: PersonKind
    password: str = ""
    birth_on: date | None = None
    since: date | None = None
    #: Whether the list says the kind; where it does not, new people are members and known ones stay what they are.
    kind_said: bool = True

    @property
    def identity(self) -> tuple[str, ...]:
        """What two rows of one person share."""
        folded = fold(self.name)
        return (self.phone, folded) if self.phone else ("", folded, str(self.birth_on), self.union)


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file holds: its sound rows, the faults of the others, and the headings of columns that are not read.

    ``refused``: the faults are of the whole file, which has no rows then. ``rest``: it holds rows that we gave back to
    be mended, so it is no complete list. ``names`` and ``codes``: what stands for a name in rows at fault, cut short,
    and the union they mean where they name one, by row.
    """

    rows: tuple[PersonRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    unread: tuple[str, ...] = ()
    refused: bool = False
    rest: bool = False
    names: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[int, str] = field(default_factory=dict)


def read(data: bytes, union: str = "") -> Roster:
    """The people of a file; a file that cannot be taken at all gives one fault and no rows.

    ``union``: the code of the union meant where a row names none.
    """
    try:
        table = read_sheet(data, _OF_ONE if union else COLUMNS, MAX_ROWS)
    except Refused as refused:
        return Roster(faults=(Fault(refused.message, refused.row),), refused=True)
    rows: list[PersonRow] = []
    faults: list[Fault] = []
    names: dict[int, str] = {}
    codes: dict[int, str] = {}
    first: dict[tuple[str, ...], int] = {}
    unclear: set[int] = set()
    for line in table.rows:
        found = _person(line, union)
        if isinstance(found, list):
            faults += [Fault(why, line.number) for why in found]
            names[line.number] = tidy_name(line.cells["name"])[:MAX_NAME]
            if code := normal_code(line.cells.get("union", "")):
                codes[line.number] = code
            continue
        other = first.setdefault(found.identity, line.number)
        if other == line.number:
            rows.append(found)
            continue
        faults.append(Fault((_twice if found.phone else _same)(other), line.number))
        names[line.number] = found.name
        if not found.phone and other not in unclear:
            # Two people perhaps: taken first, one would be met by the other's phone as their own that came later.
            unclear.add(other)
            faults.append(Fault(_same(line.number), other))
            names[other] = found.name
    sound = tuple(row for row in rows if row.row not in unclear)
    return Roster(sound, tuple(faults), table.unread, rest="mend" in table.ignored, names=names, codes=codes)


def copied(data: bytes, numbers: Collection[int], union: str = "") -> tuple[list[str], dict[int, list[str]]]:
    """The headings of a file that :func:`read` took, and some of its rows by number, as they stand in it."""
    return copied_rows(data, _OF_ONE if union else COLUMNS, numbers)


def _person(line: Row, union: str) -> PersonRow | list[Message]:
    """The person of a row, or everything that is wrong with it."""
    cells = line.cells
    told = cells.get("phone", "")
    name, phone = tidy_name(cells["name"]), normal_phone(told)
    code = cells.get("union", "") or union
    kind = _KIND_OF.get(fold(cells.get("kind", "")))
    password = cells.get("password", "")
    wrong = [*line.problems]
    wrong += [fault for fault in [name_fault(name)] if fault]
    if not code:
        wrong.append(message(N_("Thiếu mã đơn vị. Hãy ghi mã công đoàn của người này.")))
    if kind is None:
        wrong.append(
            message(
                N_("Không hiểu đối tượng “%(kind)s”. Hãy ghi: Đoàn viên, Cán bộ công đoàn hoặc Người lao động."),
                kind=cells["kind"][:40],
            )
        )
    if password:
        wrong += [fault for fault in [password_fault(password, phone)] if fault]
    birth_on = _day(cells.get("birth_on", ""), _NO_BIRTH, wrong)
    since = _day(cells.get("since", ""), _NO_SINCE, wrong)
    if phone is None and (told or birth_on is None):
        wrong.append(_no_phone(told) if told or any(cells[one] for one in cells if one != "name") else _only_a_name())
    if wrong or kind is None:
        return wrong
    said = bool(cells.get("kind"))
    return PersonRow(line.number, name, phone or "", normal_code(code), kind, password, birth_on, since, said)


_NO_BIRTH = N_("Không hiểu ngày sinh “%(day)s”. Hãy ghi ngày/tháng/năm, ví dụ 05/09/1990.")
_YEAR_ONLY = N_("Chỉ có năm “%(day)s”. Hãy ghi đủ ngày/tháng/năm, hoặc để trống nếu người này có số điện thoại.")
_NO_SINCE = N_("Không hiểu ngày vào “%(day)s”. Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025.")


def _day(text: str, fault: str, wrong: list[Message]) -> date | None:
    """The day of a cell; one that is none is told among the ``wrong``."""
    found = cell_day(text) if text else None
    if text and found is None:
        wrong.append(message(_YEAR_ONLY if text.isdecimal() and len(text) == 4 else fault, day=text[:40]))
    return found


def _only_a_name() -> Message:
    """For a row that may be no person at all: a heading within the list, its total or who signed it."""
    return message(
        N_(
            "Thiếu số điện thoại. Hãy ghi số điện thoại; người không có điện thoại thì ghi ngày sinh; nếu là tiêu đề, "
            "tổng số hay chữ ký thì hãy xoá dòng này."
        )
    )


def _no_phone(text: str) -> Message:
    if not text:
        return message(
            N_(
                "Thiếu số điện thoại. Hãy ghi 10 chữ số, ví dụ 0912345678; "
                "người không có điện thoại thì ghi ngày sinh và để trống số điện thoại."
            )
        )
    return message(
        N_("Số điện thoại “%(phone)s” chưa đúng. Hãy ghi 10 chữ số bắt đầu bằng 0, ví dụ 0912345678."), phone=text[:40]
    )


def _twice(other: int) -> Message:
    return message(N_("Người này (cùng họ tên và số điện thoại) đã có ở dòng %(other)s. Hãy bỏ một dòng."), other=other)


def _same(other: int) -> Message:
    return message(
        N_(
            "Người này (cùng họ tên, ngày sinh và đơn vị, không có điện thoại) đã có ở dòng %(other)s. "
            "Hãy bỏ một dòng; nếu là hai người khác nhau thì ghi số điện thoại của một người."
        ),
        other=other,
    )
