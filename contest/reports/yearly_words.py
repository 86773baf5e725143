"""A union's yearly report in words; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contest.documents.rules import short_name, vietnamese
from contest.reports.report_words import Numbers, instant, period, prize_data, spread
from contest.reports.rules import DocumentKind
from contest.reports.wording import head_words, letter_data, lines
from contest.reports.yearly_figures import Part, Yearly
from contest.reports.yearly_unions import YearRow

#: Unions that a remark below the table names; the rest are counted.
MAX_NAMED = 5
#: The heads of the last rows of the table of unions: who belongs to none of them, and all together.
ELSEWHERE, ALL = "Người không thuộc đơn vị nào ở trên", "Cộng"


def first_words(yearly: Yearly, today: date) -> dict[str, str]:
    """Our text of a yearly report."""
    name = short_name(yearly.union.name)
    about = f"kết quả tham gia các cuộc thi trực tuyến năm {yearly.year}"
    return {
        **head_words(DocumentKind.YEARLY, yearly.union.name, yearly.above, today),
        "trich_yeu": about[:1].upper() + about[1:],
        "mo_dau": f"{name} báo cáo {about} như sau:",
        "danh_gia": "\n".join(_assessment(yearly, name)),
        "kien_nghi": "Đề nghị công đoàn cấp trên tiếp tục tổ chức các cuộc thi trực tuyến trong năm tới."
        if yearly.above and yearly.parts
        else "",
        "ket_thuc": f"Trên đây là báo cáo {about} của {name}.",
    }


def _assessment(yearly: Yearly, name: str) -> list[str]:
    """Nothing of a year without contests: nobody brought them anywhere."""
    if not yearly.parts:
        return []
    missed = [part for part in yearly.parts if (part.row.missing or 0) > 0]
    said = [f"{name} đã triển khai các cuộc thi {spread(any(part.row.units for part in yearly.parts))}."]
    if any(part.row.wanted is not None for part in yearly.parts):
        said.append(
            f"Còn {len(missed)} cuộc thi chưa đạt chỉ tiêu tham gia được giao."
            if missed
            else "Các cuộc thi có giao chỉ tiêu đều đạt."
        )
    return said


def yearly_data(yearly: Yearly, words: Mapping[str, str]) -> dict[str, Any]:
    """Every field of ``reports.fields.YEARLY``."""
    prizes = [(prize, part.contest) for part in yearly.parts for prize in part.prizes]
    unions, numbers = yearly.unions, Numbers()
    return {
        **letter_data(DocumentKind.YEARLY, words, yearly.union.name),
        "nam": str(yearly.year),
        "tinh_den": instant(yearly.at),
        "so_cuoc_thi": vietnamese(len(yearly.parts)),
        "so_lieu": _sentences(yearly, unions),
        "cuoc_thi": [_contest(place, part) for place, part in enumerate(yearly.parts, 1)],
        "muc_don_vi": numbers.next("Kết quả của các đơn vị") if unions else "",
        "don_vi": _unions(yearly, unions),
        "luu_y_don_vi": _remarks(unions),
        "muc_giai": numbers.next("Giải thưởng") if prizes else "",
        "giai_thuong": [prize_data(place, prize, contest) for place, (prize, contest) in enumerate(prizes, 1)],
        "danh_gia": lines(words.get("danh_gia", "")),
        "kien_nghi": lines(words.get("kien_nghi", "")),
    }


def _sentences(yearly: Yearly, unions: Sequence[YearRow]) -> list[str]:
    name, counts = short_name(yearly.union.name), yearly.total.counts
    if not yearly.parts:
        return [f"Trong năm {yearly.year} không có cuộc thi trực tuyến nào dành cho {name}."]
    said = [
        f"Tính đến {instant(yearly.at)}, trong năm {yearly.year} có {len(yearly.parts)} cuộc thi; {name} có "
        f"{vietnamese(counts.people)} lượt người dự thi (một người dự nhiều cuộc thi được tính ở từng cuộc thi) với "
        f"{vietnamese(counts.attempts)} lượt thi."
    ]
    if unions:
        some = sum(one.entered > 0 for one in unions)
        said.append(
            f"{vietnamese(some)} trong {vietnamese(len(unions))} đơn vị cấp dưới trực tiếp có người dự thi ít nhất "
            "một cuộc thi."
        )
    return said


def _contest(place: int, part: Part) -> dict[str, str]:
    row = part.row
    return {
        "stt": str(place),
        "ten": part.contest.title,
        "thoi_gian": period(part.contest.rounds),
        "nguoi": vietnamese(row.counts.people),
        "luot": vietnamese(row.counts.attempts),
        "doan_vien": vietnamese(row.headcount),
        "ty_le": _rate(row.rate),
        "chi_tieu": vietnamese(row.wanted),
        "ket_qua": target_words(part),
    }


def target_words(part: Part) -> str:
    """Whether the target was reached, with the number that is missing."""
    if part.row.wanted is None:
        return "–"
    missing = part.row.missing or 0
    return "đạt" if missing <= 0 else f"thiếu {vietnamese(missing)} người"


def _unions(yearly: Yearly, unions: Sequence[YearRow]) -> list[dict[str, str]]:
    """The unions right below with what they had in all contests, and what they add up to."""
    rows = [_union(str(place), one) for place, one in enumerate(unions, 1)]
    if not rows:
        return []
    if yearly.direct.people:
        rows.append(
            {
                **dict.fromkeys(rows[0], ""),
                "ten": ELSEWHERE,
                "nguoi": vietnamese(yearly.direct.people),
                "luot": vietnamese(yearly.direct.attempts),
            }
        )
    return [*rows, {**_union("", yearly.total), "ma": "", "ten": ALL, "ghi_chu": ""}]


def _union(place: str, one: YearRow) -> dict[str, str]:
    node, counts = one.latest.node, one.counts
    return {
        "stt": place,
        "ma": node.code,
        "ten": node.name,
        "cuoc_thi": f"{one.entered}/{len(one.rows)}",
        "nguoi": vietnamese(counts.people),
        "luot": vietnamese(counts.attempts),
        "doan_vien": vietnamese(one.headcount),
        "ty_le": _rate(one.rate),
        "chi_tieu": f"{one.reached}/{one.asked}" if one.asked else "–",
        "con_thieu": vietnamese(one.missing if one.asked else None),
        "ghi_chu": ". ".join(notes(one)),
    }


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{vietnamese(rate, 1)}%"


def notes(one: YearRow) -> list[str]:
    """What has to be known about a union's figures of the year."""
    found, closed = [], one.latest.node.closed_on
    if closed:
        found.append(f"Kết thúc hoạt động ngày {closed:%d/%m/%Y}")
    if one.unsized:
        found.append(f"Chưa có số đoàn viên ở {one.unsized}/{len(one.rows)} cuộc thi")
    if one.implausible:
        found.append("Số người dự thi lớn hơn số đoàn viên, cần rà soát lại số đoàn viên")
    return found


def _remarks(unions: Sequence[YearRow]) -> list[str]:
    """What has to be known about the table of unions, below it."""
    found = []
    if any(len(one.rows) > 1 for one in unions):
        found.append("Số người và số đoàn viên là số cộng của các cuộc thi trong năm mà đơn vị thuộc đối tượng dự thi.")
    if unsized := [one for one in unions if one.unsized]:
        found.append(
            f"Chưa có số đoàn viên ở một hoặc nhiều cuộc thi: {_named(unsized)}; tỷ lệ chỉ tính ở cuộc thi đã có số."
        )
    if implausible := [one for one in unions if one.implausible]:
        found.append(f"Số người dự thi lớn hơn số đoàn viên, cần rà soát lại số đoàn viên: {_named(implausible)}.")
    return found


def _named(unions: Sequence[YearRow]) -> str:
    """The first of some unions by name and how many others."""
    names = [short_name(one.latest.node.name) for one in unions[:MAX_NAMED]]
    rest = len(unions) - MAX_NAMED
    return "; ".join(names) + (f" và {vietnamese(rest)} đơn vị khác" if rest > 0 else "")
