"""A union's report on a contest in words: what stands in it before anybody writes, and every field of it; pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.clock import VIETNAM, last_day, vietnamese_day
from contest.documents.rules import short_name, vietnamese
from contest.participation.branches import KindRow, Measured, UnionRow
from contest.participation.queries import Part
from contest.reports.report_figures import Before, Prize, Report
from contest.reports.rules import DocumentKind
from contest.reports.wording import head_words, letter_data, lines
from contest.rounding import half_up
from contest.rounds.models import Contest, Round
from contest.rounds.settings import HeadcountBasis

#: Basic unions without anybody named in the text; the rest are counted (all are in the Excel file, which the text
#: does not promise: who sends the letter says what goes with it).
MAX_SILENT = 20
#: The rate of a kind of people that has no headcount.
NO_FIGURE = "chưa có số liệu"


def first_words(report: Report, today: date) -> dict[str, str]:
    """Our text of a report: nothing in it but what the figures and the contest say."""
    name = short_name(report.union.name)
    about = contest_words(report.contest)
    if report.round:
        about = f"{round_name(report.round)} {about}"
    basis = f"Thực hiện {cited(report.contest.legal_basis)}, " if report.contest.legal_basis else ""
    opening = f"{basis}{name} báo cáo kết quả tham gia {about} như sau:"
    return {
        **head_words(DocumentKind.REPORT, report.union.name, report.above, today),
        "trich_yeu": f"Kết quả tham gia {about}",
        "mo_dau": opening[:1].upper() + opening[1:],
        "danh_gia": "\n".join(_assessment(report, name)),
        "kien_nghi": "\n".join(_proposals(report)),
        "ket_thuc": f"Trên đây là báo cáo kết quả tham gia {about} của {name}.",
    }


def _assessment(report: Report, name: str) -> list[str]:
    row = report.row
    said = [f"{name} đã triển khai cuộc thi {spread(bool(row.units))}."]
    if row.wanted is not None:
        reached = (row.missing or 0) <= 0
        said.append(
            "Kết quả tham gia đã đạt chỉ tiêu được giao."
            if reached
            else f"Kết quả tham gia chưa đạt chỉ tiêu được giao, còn thiếu {vietnamese(row.missing)} người."
        )
    if row.units:
        said.append(
            f"Còn {vietnamese(row.silent)} trong {vietnamese(row.units)} đơn vị cơ sở chưa có người dự thi."
            if row.silent
            else f"Tất cả {vietnamese(row.units)} đơn vị cơ sở đều có người dự thi."
        )
    return said


def spread(has_units: bool) -> str:
    """To whom a union brought a contest; a workplace has no units below it."""
    if has_units:
        return "đến các đơn vị, vận động đoàn viên, người lao động tham gia"
    return "đến đoàn viên, người lao động và vận động tham gia"


def _proposals(report: Report) -> list[str]:
    said = []
    if report.above:
        said.append(
            "Đề nghị công đoàn cấp trên tiếp tục tổ chức các cuộc thi trực tuyến để đoàn viên, người lao động tham gia."
        )
    if report.row.headcount is None:
        said.append("Đề nghị bổ sung số đoàn viên để có căn cứ tính tỷ lệ tham gia.")
    return said


def report_data(report: Report, words: Mapping[str, str]) -> dict[str, Any]:
    """Every field of ``reports.fields.REPORT``."""
    numbers = Numbers()
    sections = {
        "muc_doi_tuong": numbers.next("Theo đối tượng") if report.kinds else "",
        "muc_bang_thi": numbers.next("Theo bảng và đối tượng") if report.divided else "",
        "muc_so_sanh": numbers.next(f"So với {report.before.name}") if report.before else "",
        "muc_don_vi": numbers.next("Kết quả của các đơn vị") if report.unions else "",
        "muc_giai": numbers.next("Giải thưởng") if report.prizes else "",
    }
    return {
        **letter_data(DocumentKind.REPORT, words, report.union.name),
        **contest_data(report.contest, report.round),
        "tinh_den": instant(report.at),
        **_figures(report),
        "so_lieu": _sentences(report),
        **sections,
        "doi_tuong": [_kind(row) for row in report.kinds],
        "luu_y_doi_tuong": [
            f"{kind_name(row)}: {remark}" for row in report.kinds for remark in kind_remarks(report, row)
        ],
        "bang_thi": [
            {
                "bang": part.division or "–",
                "ten": kind_name(part),
                "nguoi": vietnamese(part.counts.people),
                "luot": vietnamese(part.counts.attempts),
            }
            for part in report.divided
        ],
        "so_sanh": comparison(report.row, report.before) if report.before else [],
        "don_vi": _unions(report),
        **_silent(report),
        "giai_thuong": [prize_data(place, prize, report.contest) for place, prize in enumerate(report.prizes, 1)],
        "danh_gia": lines(words.get("danh_gia", "")),
        "kien_nghi": lines(words.get("kien_nghi", "")),
    }


class Numbers:
    """Numbers of the sections of a text, those that are there only; the first is always the figures."""

    def __init__(self) -> None:
        self._last = 1

    def next(self, title: str) -> str:
        self._last += 1
        return f"{self._last}. {title}"


def contest_data(contest: Contest, round_: Round | None) -> dict[str, str]:
    """What every document about a contest names."""
    rounds = [round_] if round_ else list(contest.rounds)
    return {
        "ten_cuoc_thi": contest.title,
        "dot_thi": round_name(round_) if round_ else "",
        "thoi_gian_thi": period(rounds),
        "don_vi_to_chuc": contest.organizer or short_name(contest.union.name),
    }


def _figures(report: Report) -> dict[str, str]:
    row, counts = report.row, report.row.counts
    return {
        "so_nguoi": vietnamese(counts.people),
        "so_luot": vietnamese(counts.attempts),
        "so_doan_vien": vietnamese(row.headcount),
        "ty_le": rate_words(row),
        "chi_tieu": vietnamese(row.wanted),
        "con_thieu": vietnamese(None if row.missing is None else max(0, row.missing)),
        "diem_trung_binh": vietnamese(counts.average, 2) if report.told else "–",
        "so_nguoi_dung_het": vietnamese(counts.perfect_people) if report.told else "–",
        "so_don_vi": vietnamese(row.units),
        "so_don_vi_co_nguoi": vietnamese(row.units - row.silent),
        "so_don_vi_chua_co": vietnamese(row.silent),
    }


def _sentences(report: Report) -> list[str]:
    """The general figures in sentences, each a paragraph."""
    row, counts = report.row, report.row.counts
    found = [
        f"Tính đến {instant(report.at)}, {short_name(report.union.name)} có {vietnamese(counts.people)} người dự thi "
        f"với {vietnamese(counts.attempts)} lượt thi."
    ]
    if row.rate is None:
        found.append("Chưa có số đoàn viên nên chưa tính được tỷ lệ tham gia.")
    else:
        basis = basis_words(report.contest)
        rate = f"Tỷ lệ tham gia đạt {rate_words(row)} trên tổng số {vietnamese(row.headcount)} {basis}."
        found.append(rate + counted_on(row, basis))
    found += [f"Lưu ý: {remark}" for remark in remarks(row)]
    if row.wanted is not None:
        reached = (row.missing or 0) <= 0
        ending = "đã đạt chỉ tiêu" if reached else f"còn thiếu {vietnamese(row.missing)} người"
        found.append(f"Chỉ tiêu được giao là {vietnamese(row.wanted)} người; {ending}.")
    if row.units:
        found.append(
            f"{vietnamese(row.units - row.silent)} trong {vietnamese(row.units)} đơn vị cơ sở có người dự thi."
        )
    if report.told and counts.attempts:
        found.append(
            f"Điểm trung bình một lượt thi là {vietnamese(counts.average, 2)}; có {vietnamese(counts.perfect_people)} "
            "người trả lời đúng tất cả."
        )
    return found


def remarks(row: Measured, headcount: str = "số đoàn viên") -> list[str]:
    """What has to be known about the rate of a union or of a kind of people in it; ``headcount``: as it is called."""
    found = []
    if row.implausible:
        found.append(f"số người dự thi lớn hơn {headcount}, cần rà soát lại {headcount}.")
    if row.size and row.size.late:
        found.append(f"{headcount} lấy theo số liệu sau ngày mở cuộc thi.")
    if row.size and row.size.unconfirmed:
        found.append(f"có {headcount} chưa được công đoàn cấp trên xác nhận.")
    if row.size and row.size.missing:
        found.append(f"chưa có {headcount} của {vietnamese(row.size.missing)} đơn vị cấp dưới.")
    return found


def _kind(row: KindRow) -> dict[str, str]:
    return {
        "ten": kind_name(row),
        "nguoi": vietnamese(row.counts.people),
        "luot": vietnamese(row.counts.attempts),
        "tong_so": vietnamese(row.headcount),
        "ty_le": NO_FIGURE if row.rate is None else f"{vietnamese(row.rate, 1)}%",
    }


def kind_name(row: KindRow | Part) -> str:
    return KIND_NAMES[PersonKind(row.kind)]


def kind_remarks(report: Report, row: KindRow) -> list[str]:
    """What has to be known about the rate of a kind of people and is not said of the whole union already."""
    if row.headcount is None:
        return []
    said = remarks(report.row)
    return [remark for remark in remarks(row, f"số {kind_name(row).lower()}") if remark not in said]


def _unions(report: Report) -> list[dict[str, str]]:
    """A row for each union right below; then who belongs to none of them, and all together."""
    if not report.unions:
        return []
    found = [_union(str(place), row) for place, row in enumerate(report.unions, 1)]
    direct = report.branch.direct
    if direct.people:
        known = {"ten": "Thuộc trực tiếp", "nguoi": vietnamese(direct.people), "luot": vietnamese(direct.attempts)}
        found.append(dict.fromkeys(found[0], "") | known)
    return [*found, _union("", report.row) | {"ma": "", "ten": "Cộng", "ghi_chu": ""}]


def _union(place: str, row: UnionRow) -> dict[str, str]:
    return {
        "stt": place,
        "ma": row.node.code,
        "ten": row.node.name,
        "nguoi": vietnamese(row.counts.people),
        "luot": vietnamese(row.counts.attempts),
        "doan_vien": vietnamese(row.headcount),
        "ty_le": "–" if row.rate is None else f"{vietnamese(row.rate, 1)}%",
        "chi_tieu": vietnamese(row.wanted),
        "con_thieu": vietnamese(None if row.missing is None else max(0, row.missing)),
        "ghi_chu": " ".join(remark[:1].upper() + remark[1:] for remark in remarks(row)),
    }


def _silent(report: Report) -> dict[str, Any]:
    names = [node.name for node in report.branch.silent()]
    shown = [f"- {name}" for name in names[:MAX_SILENT]]
    if len(names) > MAX_SILENT:
        shown.append(f"- và {vietnamese(len(names) - MAX_SILENT)} đơn vị khác.")
    return {"muc_chua_co": "Đơn vị cơ sở chưa có người dự thi:" if names else "", "don_vi_chua_co": shown}


def prize_data(place: int, prize: Prize, contest: Contest) -> dict[str, str]:
    """A prize as a row."""
    round_ = next((r for r in contest.rounds if r.number == prize.round_number), None)
    return {
        "stt": str(place),
        "giai": prize.title,
        "ten": prize.name or "(không nêu tên)",
        "don_vi": prize.union,
        "dot": round_name(round_) if round_ else "Cả cuộc thi",
        "gia_tri": prize.value,
        "cuoc_thi": contest.title,
    }


def comparison(row: UnionRow, before: Before) -> list[dict[str, str]]:
    """The main figures beside those of before."""
    then, now = before.row.counts, row.counts
    found = [
        _difference("Số người dự thi", then.people, now.people),
        _difference("Số lượt thi", then.attempts, now.attempts),
    ]
    if before.rate is not None and row.rate is not None:
        points = half_up(row.rate, 1) - half_up(before.rate, 1)
        found.append(
            {
                "noi_dung": "Tỷ lệ tham gia",
                "truoc": rate_words(before.row),
                "nay": rate_words(row),
                "thay_doi": f"{sign(points)}{vietnamese(abs(points), 1)} điểm %",
            }
        )
    return found


def _difference(name: str, then: int, now: int) -> dict[str, str]:
    change = f"{sign(now - then)}{vietnamese(abs(now - then))}"
    return {"noi_dung": name, "truoc": vietnamese(then), "nay": vietnamese(now), "thay_doi": change}


def sign(change: float | Decimal) -> str:
    """
    >>> sign(3), sign(-3), sign(0)
    ('+', '-', '')
    """
    return "+" if change > 0 else "-" if change < 0 else ""


def rate_words(row: UnionRow) -> str:
    return "chưa có số đoàn viên" if row.rate is None else f"{vietnamese(row.rate, 1)}%"


def counted_on(row: UnionRow, basis: str) -> str:
    """A sentence, behind another one, of which days the figures of a headcount are; ``basis``: who is counted."""
    since, until = (row.size.since, row.size.until) if row.size else (None, None)
    if since is None or until is None:
        return ""
    days = f"ngày {since:%d/%m/%Y}" if since == until else f"từ ngày {since:%d/%m/%Y} đến ngày {until:%d/%m/%Y}"
    return f" Số {basis} lấy theo số liệu {days}."


def basis_words(contest: Contest) -> str:
    return "đoàn viên" if contest.headcount_basis == HeadcountBasis.MEMBERS else "đoàn viên, người lao động"


def contest_words(contest: Contest) -> str:
    """A contest as a sentence names it: one that says itself that it is a contest is not said so twice."""
    title = contest.title.strip()
    if title.lower().startswith(("cuộc thi ", "hội thi ")):
        return title[:1].lower() + title[1:]
    return f"cuộc thi “{title}”"


def round_name(round_: Round) -> str:
    return round_.title or f"Đợt {round_.number}"


def cited(text: str) -> str:
    """A document to be named inside of a sentence: with its capital, as letters write it, without what ended it.

    >>> cited("Kế hoạch số 377/KH-TLĐ.")
    'Kế hoạch số 377/KH-TLĐ'
    """
    return text.strip().rstrip(".;,")


def period(rounds: Sequence[Round]) -> str:
    """From the first opening to the last close, in days."""
    if not rounds:
        return ""
    first = vietnamese_day(min(round_.opens_at for round_ in rounds))
    last = last_day(max(round_.closes_at for round_ in rounds))
    return f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"


def instant(at: datetime) -> str:
    local = at.astimezone(VIETNAM)
    return f"{local:%H:%M} ngày {local:%d/%m/%Y}"
