"""Faults of one change in the words of its page, each beside its field: a file's speak of columns and rows; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from contest.unions import faulty
from contest.unions.rules import ChangeKind, Fault, Level
from contest.unions.single_rules import Part, Said, named
from contest.unions.standing import Line
from questions.messages import N_, Message, message

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
            "Ngày %(day)s vẫn còn %(count)s đơn vị trực thuộc đơn vị này: %(named)s. Hãy chuyển các đơn vị đó sang cấp "
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
        codes = params["named"].split(", ")
        params["named"] = "; ".join([*(named(code, lines) for code in codes), *["…"] * (params["count"] > len(codes))])
    return PageFault(place, Message(words, params), slot)


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
