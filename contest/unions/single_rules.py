"""One change of one union as a clerk says it on a page: the rows of the decision it makes, and its faults in the words
of that page (a file's faults speak of columns and rows); pure."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from contest.unions import faulty
from contest.unions.changes import ChangeRow
from contest.unions.planning import Heading
from contest.unions.rules import BASE_LEVELS, ChangeKind, Fault, Level, may_stand_under
from contest.unions.standing import Line, shape_on
from questions.messages import N_, Message, message

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


# Faults

_D = date(2000, 1, 1)
#: A fault in a file's words -> the field of the page it belongs to, and the page's words.
_ON_THE_PAGE = {
    faulty.same_name("").text: ("name", N_("Tên mới giống tên đang dùng. Hãy ghi tên mới như trong quyết định.")),
    faulty.same_parent("", "").text: (
        "partner",
        N_("Đơn vị đang trực thuộc %(parent)s rồi. Hãy chọn cấp trên khác."),
    ),
    faulty.own_successor("").text: ("partner", N_("Đơn vị không thể nhận chính mình. Hãy chọn đơn vị khác.")),
    faulty.no_such_successor("", _D).text: (
        "partner",
        N_(
            "%(code)s không hoạt động vào ngày %(day)s. Hãy chọn đơn vị khác hoặc sửa ngày hiệu lực; "
            "đơn vị nhận chưa có thì thành lập trước."
        ),
    ),
    faulty.other_kind_of_level("", "").text: (
        "partner",
        N_(
            "%(code)s khác loại: công đoàn cơ sở chỉ nhập vào hoặc tách ra công đoàn cơ sở, cấp trên với cấp trên. "
            "Hãy chọn đơn vị khác."
        ),
    ),
    faulty.unknown_parent("").text: (
        "partner",
        N_("Không có đơn vị mã %(parent)s. Hãy tìm cấp trên theo tên rồi chọn trong danh sách."),
    ),
    faulty.ended_parent("", _D).text: (
        "partner",
        N_("%(parent)s không hoạt động vào ngày %(day)s. Hãy chọn cấp trên khác hoặc sửa ngày hiệu lực."),
    ),
    faulty.wrong_level("", Level.SECTION, "", Level.SECTION).text: (
        "partner",
        N_(
            "%(code)s (%(level)s) không thể trực thuộc %(parent)s (%(above)s). "
            "Hãy chọn đơn vị khác, hoặc cấp khác nếu quyết định đổi cấp."
        ),
    ),
    faulty.left_below("", _D, "", 0).text: (
        "effective_on",
        N_(
            "Ngày %(day)s vẫn còn %(count)s đơn vị trực thuộc %(parent)s: %(named)s. Hãy chuyển các đơn vị đó sang cấp "
            "trên khác trước (mở từng đơn vị, chọn Chuyển), hoặc chọn Sáp nhập để chúng đi theo, hoặc nhập cả quyết "
            "định từ tệp."
        ),
    ),
    faulty.ring([""]).text: (
        "partner",
        N_("Đơn vị được chọn nằm dưới chính đơn vị này. Hãy chọn một đơn vị không ở bên dưới."),
    ),
    faulty.outside("").text: (
        "partner",
        N_("%(code)s không thuộc phạm vi bạn quản lý. Hãy chọn đơn vị khác, hoặc nhờ cấp trên nhập quyết định."),
    ),
    faulty.closed("", "", _D).text: (
        "effective_on",
        N_("%(code)s đã kết thúc hoạt động từ ngày %(day)s. Hãy sửa ngày hiệu lực."),
    ),
}
#: Faults that read well anywhere, by the field they belong to.
_FIELD = {
    faulty.later("", _D, "").text: "effective_on",
    faulty.later("", _D, "x").text: "effective_on",
    faulty.opens_and_ends("", _D).text: "effective_on",
    faulty.too_far(_D).text: "effective_on",
    faulty.odd_decision_day(_D).text: "decided_on",
    faulty.no_place().text: "place",
    faulty.no_level().text: "level",
}
_FIELD |= dict.fromkeys((why.text for why in faulty.of_code("")), "code")
_FIELD |= dict.fromkeys((why.text for why in faulty.of_code("đ")), "code")
_FIELD[faulty.code_taken("", "").text] = "code"
#: Where anything else is said.
_MAIN = {
    ChangeKind.RENAME: "name",
    ChangeKind.OPEN: "name",
    ChangeKind.MOVE: "partner",
    ChangeKind.MERGE: "partner",
    ChangeKind.PLACE: "place",
}


@dataclass(frozen=True, slots=True)
class PageFault:
    """A fault beside a field; ``slot`` of the part it is about, 0 for the page's own fields."""

    field: str
    message: Message
    slot: int = 0


def page_fault(fault: Fault, kind: ChangeKind, lines: Mapping[str, Line], parts: Collection[Part] = ()) -> PageFault:
    """A fault of the plan in the words of the page, unions by their names."""
    text, params = fault.message.text, dict(fault.message.params)
    slot = next((part.slot for part in parts if part.heir == params.get("code")), fault.row or 0)
    if text not in _ON_THE_PAGE:
        return PageFault(_FIELD.get(text, _MAIN.get(kind, "effective_on")), fault.message, slot)
    place, words = _ON_THE_PAGE[text]
    for key in ("code", "parent"):
        if key in params:
            params[key] = named(params[key], lines)
    if "named" in params:
        params["named"] = "; ".join(named(code, lines) for code in params["named"].split(", "))
    return PageFault(place, Message(words, params), slot)


def named(code: str, lines: Mapping[str, Line], on: date | None = None) -> str:
    """A union by its name of a day (or its last one) with its code beside it; the code alone where nobody knows it."""
    line = lines.get(code, ())
    shape = (shape_on(line, on) if on else None) or (line[-1].shape if line else None)
    return f"{shape.name} ({code})" if shape else code


def part_faults(said: Said) -> list[PageFault]:
    """What is missing before the parts of a union can be planned."""
    found = [
        PageFault("name", message(N_("Hãy ghi tên đơn vị mới.")), part.slot)
        for part in said.parts
        if not part.union and not part.name
    ]
    found += [
        PageFault("code", message(N_("Hãy ghi mã cho đơn vị mới, ví dụ LC-PT-001.")), part.slot)
        for part in said.parts
        if not part.union and not part.code
    ]
    seen: set[str] = set()
    for part in said.parts:
        if part.heir and part.heir in seen:
            text = N_("Đơn vị này đã có ở phần trên. Hãy để lại một phần.")
            found.append(PageFault("union" if part.union else "code", message(text), part.slot))
        seen.add(part.heir)
    if not said.parts:
        found.append(PageFault("parts", message(N_("Hãy chọn hoặc ghi ít nhất một đơn vị nhận ở phần 1.")), 1))
    elif said.ends and len(said.parts) == 1:
        text = N_("Đơn vị kết thúc mà chỉ có một nơi nhận thì là sáp nhập. Hãy ghi thêm một phần hoặc chọn Sáp nhập.")
        found.append(PageFault("ends", message(text)))
    if said.ends and said.people_to and said.people_to not in {part.slot for part in said.parts}:
        found.append(PageFault("people_to", message(N_("Phần này để trống. Hãy chọn phần có đơn vị nhận."))))
    return found
