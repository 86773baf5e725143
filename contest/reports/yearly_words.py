"""A union's yearly report in words; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contest.documents.rules import short_name, vietnamese
from contest.reports.report_words import Numbers, instant, period, prize_data, spread
from contest.reports.rules import DocumentKind
from contest.reports.wording import head_words, letter_data, lines
from contest.reports.yearly_figures import Part, Yearly


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
    return {
        **letter_data(DocumentKind.YEARLY, words, yearly.union.name),
        "nam": str(yearly.year),
        "tinh_den": instant(yearly.at),
        "so_cuoc_thi": vietnamese(len(yearly.parts)),
        "so_lieu": _sentences(yearly),
        "cuoc_thi": [_contest(place, part) for place, part in enumerate(yearly.parts, 1)],
        "muc_giai": Numbers().next("Giải thưởng") if prizes else "",
        "giai_thuong": [prize_data(place, prize, contest) for place, (prize, contest) in enumerate(prizes, 1)],
        "danh_gia": lines(words.get("danh_gia", "")),
        "kien_nghi": lines(words.get("kien_nghi", "")),
    }


def _sentences(yearly: Yearly) -> list[str]:
    name = short_name(yearly.union.name)
    if not yearly.parts:
        return [f"Trong năm {yearly.year} không có cuộc thi trực tuyến nào dành cho {name}."]
    return [
        f"Tính đến {instant(yearly.at)}, trong năm {yearly.year} có {len(yearly.parts)} cuộc thi; {name} có "
        f"{vietnamese(yearly.people)} lượt người dự thi (một người dự nhiều cuộc thi được tính ở từng cuộc thi) với "
        f"{vietnamese(yearly.attempts)} lượt thi."
    ]


def _contest(place: int, part: Part) -> dict[str, str]:
    row = part.row
    return {
        "stt": str(place),
        "ten": part.contest.title,
        "thoi_gian": period(part.contest.rounds),
        "nguoi": vietnamese(row.counts.people),
        "luot": vietnamese(row.counts.attempts),
        "doan_vien": vietnamese(row.headcount),
        "ty_le": "–" if row.rate is None else f"{vietnamese(row.rate, 1)}%",
        "chi_tieu": vietnamese(row.wanted),
        "ket_qua": target_words(part),
    }


def target_words(part: Part) -> str:
    """Whether the target was reached, with the number that is missing."""
    if part.row.wanted is None:
        return "–"
    missing = part.row.missing or 0
    return "đạt" if missing <= 0 else f"thiếu {vietnamese(missing)} người"
