"""One change of one union as a clerk says it on a page: its words, and the rows of the decision it makes; pure."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from contest.unions.changes import ChangeRow
from contest.unions.planning import Heading
from contest.unions.rules import BASE_LEVELS, ChangeKind, Level, may_stand_under
from contest.unions.standing import Line, shape_on
from questions.messages import N_

#: What a change is called in addresses.
SLUGS = {
    ChangeKind.RENAME: "doi-ten",
    ChangeKind.MOVE: "chuyen",
    ChangeKind.MERGE: "sap-nhap",
    ChangeKind.SPLIT: "chia-tach",
    ChangeKind.CLOSE: "ket-thuc",
    ChangeKind.PLACE: "dia-ban",
    ChangeKind.OPEN: "thanh-lap",
}
KIND_OF = {slug: kind for kind, slug in SLUGS.items()}

#: What each does, as a heading and as a line below it.
TITLES = {
    ChangeKind.RENAME: N_("Đổi tên"),
    ChangeKind.MOVE: N_("Chuyển sang cấp trên khác"),
    ChangeKind.MERGE: N_("Sáp nhập vào đơn vị khác"),
    ChangeKind.SPLIT: N_("Chia tách"),
    ChangeKind.CLOSE: N_("Kết thúc hoạt động"),
    ChangeKind.PLACE: N_("Đổi địa bàn"),
    ChangeKind.OPEN: N_("Thành lập đơn vị trực thuộc"),
}
LEADS = {
    ChangeKind.RENAME: N_("Đơn vị giữ mã, người, số liệu và lịch sử; chỉ tên đổi từ ngày hiệu lực."),
    ChangeKind.MOVE: N_("Đơn vị cùng các đơn vị bên dưới do một cấp trên khác quản lý từ ngày hiệu lực."),
    ChangeKind.MERGE: N_("Đơn vị này kết thúc; người và các đơn vị trực thuộc chuyển sang một đơn vị nhận."),
    ChangeKind.SPLIT: N_("Một phần hay toàn bộ đơn vị thành các đơn vị riêng, mới lập hoặc đã có."),
    ChangeKind.CLOSE: N_("Đơn vị kết thúc và không có đơn vị nào nhận; người ở đó được ghi là người lao động."),
    ChangeKind.PLACE: N_("Nơi đóng trên bản đồ đổi; cấp quản lý giữ nguyên."),
    ChangeKind.OPEN: N_("Một đơn vị mới ngay dưới đơn vị này."),
}

#: Parts that one page takes; more come from a file.
MAX_PARTS = 10


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a union that is split: ``union`` the code of one that exists, or else code and name of a new one."""

    slot: int
    union: str = ""
    code: str = ""
    name: str = ""

    @property
    def heir(self) -> str:
        return self.union or self.code


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said on the page of a change; ``partner`` is the code of the manager or of who takes over.

    ``people_to`` is the slot of the part that takes all people of a union that ends; 0: none of them does.
    """

    number: str
    decided_on: date
    effective_on: date | None = None
    issued_by: str = ""
    code: str = ""
    name: str = ""
    short_name: str = ""
    level: str = ""
    place: str = ""
    partner: str = ""
    parts: tuple[Part, ...] = ()
    ends: bool = False
    people_to: int = 0

    @property
    def on(self) -> date:
        """The first day on which it holds."""
        return self.effective_on or self.decided_on

    @property
    def heading(self) -> Heading:
        return Heading(self.number, self.decided_on, self.issued_by)


def packed(said: Said) -> bytes:
    """What was said, to be kept until it is confirmed."""
    return json.dumps(asdict(said), default=date.isoformat).encode()


def unpacked(content: bytes) -> Said | None:
    """The other way; None for one that is done.

    >>> said = Said("12/QĐ", date(2025, 7, 1), parts=(Part(1, code="LC-9", name="CĐCS Chín"),))
    >>> unpacked(packed(said)) == said
    True
    """
    values = json.loads(content)
    if "decision" in values:
        return None
    days = {name: date.fromisoformat(values[name]) if values[name] else None for name in ("decided_on", "effective_on")}
    return Said(**{**values, **days, "parts": tuple(Part(**part) for part in values["parts"])})


def done(decision: str) -> bytes:
    """What is kept once a change is stored: the code of its decision."""
    return json.dumps({"decision": decision}).encode()


def decision_of(content: bytes) -> str:
    """The code of the decision that a change became; "" for one that waits.

    >>> decision_of(done("Zk3")), decision_of(packed(Said("12/QĐ", date(2025, 7, 1))))
    ('Zk3', '')
    """
    return json.loads(content).get("decision", "")


def rows_of(said: Said, kind: ChangeKind, union: str, level: Level, parent: str) -> list[ChangeRow]:
    """The rows of the decision; ``level`` and ``parent`` of the union are what its new parts take from it.

    A row that opens a part carries the part's slot as its number, any other row 0.
    """
    on = said.effective_on
    match kind:
        case ChangeKind.OPEN:
            wanted = Level(said.level) if said.level else None
            names = {"name": said.name, "short_name": said.short_name}
            return [
                ChangeRow(0, kind, said.code, **names, level=wanted, parent=union, effective_on=on, place=said.place)
            ]
        case ChangeKind.RENAME:
            return [ChangeRow(0, kind, union, said.name, said.short_name, effective_on=on)]
        case ChangeKind.MOVE:
            wanted = Level(said.level) if said.level else None
            return [ChangeRow(0, kind, union, level=wanted, parent=said.partner, effective_on=on)]
        case ChangeKind.MERGE:
            return [ChangeRow(0, kind, union, successors=(said.partner,), effective_on=on)]
        case ChangeKind.PLACE:
            return [ChangeRow(0, kind, union, place=said.place, effective_on=on)]
        case ChangeKind.SPLIT:
            return _split(said, union, level, parent)
    return [ChangeRow(0, kind, union, effective_on=on)]


def _split(said: Said, union: str, level: Level, parent: str) -> list[ChangeRow]:
    on, heirs = said.effective_on, tuple(part.heir for part in said.parts)
    rows = [
        ChangeRow(part.slot, ChangeKind.OPEN, part.code, part.name, level=level, parent=parent, effective_on=on)
        for part in said.parts
        if not part.union
    ]
    rows.append(ChangeRow(0, ChangeKind.SPLIT, union, successors=heirs, effective_on=on))
    if said.ends:
        to = next((part.heir for part in said.parts if part.slot == said.people_to), "")
        rows.append(ChangeRow(0, ChangeKind.CLOSE, union, successors=heirs, effective_on=on, people_to=to))
    return rows


def partner_levels(kind: ChangeKind, level: Level) -> Collection[Level]:
    """The levels a new manager, or who takes over, may have.

    >>> sorted(partner_levels(ChangeKind.MERGE, Level.GRASSROOTS))
    [<Level.GRASSROOTS: 'grassroots'>, <Level.SECTION: 'section'>]
    """
    if kind == ChangeKind.MOVE:
        # The level may change with the manager: any level that stands above another one comes into question.
        return frozenset(Level) if level in BASE_LEVELS else frozenset(Level) - BASE_LEVELS
    return frozenset(one for one in Level if (one in BASE_LEVELS) == (level in BASE_LEVELS))


def levels_below(level: Level) -> list[Level]:
    """The levels of unions that may be opened right below one.

    >>> levels_below(Level.GRASSROOTS)
    [<Level.SECTION: 'section'>]
    """
    return [one for one in Level if may_stand_under(one, level)]


def named(code: str, lines: Mapping[str, Line], on: date | None = None) -> str:
    """A union by its name of a day (or its last one) with its code beside it; the code alone where nobody knows it."""
    line = lines.get(code, ())
    shape = (shape_on(line, on) if on else None) or (line[-1].shape if line else None)
    return f"{shape.name} ({code})" if shape else code
