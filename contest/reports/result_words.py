"""Notices of results and decisions on prizes in words, from what was announced; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contest.documents.rules import ended, short_name, vietnamese
from contest.publishing.notice import Notice, UnionLine
from contest.reports.report_words import Numbers, basis_words, cited, contest_data, contest_words, instant, round_name
from contest.reports.rules import DocumentKind
from contest.reports.wording import head_words, leaders, letter_data, lines


def first_words(kind: DocumentKind, notice: Notice, above: Sequence[str], today: date) -> dict[str, str]:
    """Our text of a notice or a decision of the contest's organizers."""
    head = head_words(kind, notice.contest.union.name, above, today)
    return head | (_notice_words(notice) if kind is DocumentKind.NOTICE else _decision_words(notice, head))


def about(notice: Notice) -> str:
    """What the results are of, to stand inside of a sentence."""
    contest = contest_words(notice.contest)
    return f"{round_name(notice.round)} {contest}" if notice.round else contest


def _notice_words(notice: Notice) -> dict[str, str]:
    name = notice.contest.organizer or short_name(notice.contest.union.name)
    return {
        "trich_yeu": f"Kết quả {about(notice)}",
        "kinh_gui": "",
        "noi_nhan": "Công đoàn các cấp\nLưu: VT",
        "mo_dau": f"{name} thông báo kết quả {about(notice)} như sau:",
        "ket_thuc": f"{name} thông báo để các cấp công đoàn và người dự thi được biết.",
    }


def _decision_words(notice: Notice, head: Mapping[str, str]) -> dict[str, str]:
    contest = notice.contest
    basis = ["Căn cứ Điều lệ Công đoàn Việt Nam;"]
    if contest.legal_basis:
        basis.append(f"Căn cứ {cited(contest.legal_basis)};")
    basis.append(f"Căn cứ kết quả {about(notice)} công bố lúc {instant(notice.publication.published_at)};")
    return {
        "trich_yeu": f"Về việc trao giải {about(notice)}",
        "kinh_gui": "",
        "tham_quyen": f"{leaders(contest.union.name).upper()} {head['co_quan_ban_hanh']}",
        "can_cu": "\n".join(basis),
        "mo_dau": "Xét đề nghị của Ban Tổ chức cuộc thi.",
        "dieu": "\n".join(
            [
                f"Điều 1. Trao {_winners(notice)} {about(notice)} (có danh sách kèm theo).",
                "Điều 2. Kinh phí trao giải được chi theo quy định hiện hành.",
                "Điều 3. Ban Tổ chức cuộc thi, các đơn vị liên quan và các cá nhân, tập thể có tên trong danh sách "
                "chịu trách nhiệm thi hành Quyết định này.",
            ]
        ),
        "noi_nhan": "Như Điều 3\nLưu: VT",
    }


def _winners(notice: Notice) -> str:
    """How many prizes there are, for people and for unions."""
    collective = sum(1 for winner in notice.winners if winner["collective"])
    people = len(notice.winners) - collective
    parts = [
        f"{vietnamese(count)} {name}"
        for count, name in ((people, "giải cá nhân"), (collective, "giải tập thể"))
        if count
    ]
    return " và ".join(parts) or "0 giải"


def result_data(kind: DocumentKind, notice: Notice, words: Mapping[str, str]) -> dict[str, Any]:
    """Every field of ``reports.fields.NOTICE`` or ``DECISION``."""
    shared = {
        **letter_data(kind, words, notice.contest.union.name),
        **contest_data(notice.contest, notice.round),
        "giai_thuong": [_winner(place, row, notice) for place, row in enumerate(notice.winners, 1)],
    }
    return shared | (_notice_data(notice) if kind is DocumentKind.NOTICE else _decision_data(notice, words))


def _decision_data(notice: Notice, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "tham_quyen": words.get("tham_quyen", ""),
        "ve_cuoc_thi": about(notice),
        "can_cu": lines(words.get("can_cu", "")),
        "dieu": ended(lines(words.get("dieu", ""))),
        "so_giai": vietnamese(len(notice.winners)),
    }


def _notice_data(notice: Notice) -> dict[str, Any]:
    publication, numbers = notice.publication, Numbers()
    correction = ""
    if publication.version > 1:
        correction = f"Đính chính lần {publication.version - 1}: {publication.reason}"
    return {
        **_figures(notice),
        "cong_bo_luc": instant(publication.published_at),
        "dinh_chinh": correction,
        "so_lieu": _sentences(notice),
        "muc_giai": numbers.next("Người và đơn vị đạt giải") if notice.winners else "",
        "muc_don_vi": numbers.next("Công đoàn có đông người dự thi") if notice.unions else "",
        "don_vi": [_union(place, line) for place, line in enumerate(notice.unions, 1)],
        "ma_kiem_tra": publication.digest,
    }


def _figures(notice: Notice) -> dict[str, str]:
    figures, root = notice.figures, notice.root
    return {
        "so_nguoi": vietnamese(figures["people"]),
        "so_luot": vietnamese(figures["attempts"]),
        "so_doan_vien": vietnamese(root.headcount if root else None),
        "ty_le": f"{vietnamese(root.rate, 1)}%" if root and root.rate is not None else "chưa có số đoàn viên",
    }


def _sentences(notice: Notice) -> list[str]:
    """The general figures as they were announced, each a paragraph."""
    figures, root = notice.figures, notice.root
    found = [f"Kết quả được công bố lúc {instant(notice.publication.published_at)}."]
    if notice.period:
        opens, closes = notice.period
        found.append(f"Thời gian thi: từ {instant(opens)} đến {instant(closes)}.")
    found.append(
        f"Có {vietnamese(figures['people'])} người dự thi với {vietnamese(figures['attempts'])} lượt thi; "
        f"{vietnamese(figures['perfect_people'])} người trả lời đúng tất cả."
    )
    if notice.average is not None:
        found.append(f"Điểm trung bình một lượt thi là {vietnamese(notice.average, 2)}.")
    if root and root.rate is not None:
        basis = basis_words(notice.contest)
        found.append(f"Tỷ lệ dự thi đạt {vietnamese(root.rate, 1)}% trên tổng số {vietnamese(root.headcount)} {basis}.")
    if notice.true_number:
        found.append(str(notice.true_number))
    return found


def _winner(place: int, row: Mapping[str, Any], notice: Notice) -> dict[str, str]:
    return {
        "stt": str(place),
        "giai": row["prize"],
        "ten": row["name"] or "(không nêu tên)",
        "don_vi": row["union"],
        "dot": round_name(notice.round) if notice.round else "Cả cuộc thi",
        "gia_tri": row["value"],
    }


def _union(place: int, line: UnionLine) -> dict[str, str]:
    return {
        "stt": str(place),
        "ten": line.name,
        "nguoi": vietnamese(line.people),
        "luot": vietnamese(line.attempts),
        "ty_le": "–" if line.rate is None else f"{vietnamese(line.rate, 1)}%",
    }
