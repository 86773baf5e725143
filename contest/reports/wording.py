"""The words of official letters: what stands in them before anybody writes, and what becomes of what was written; pure.

``words`` are texts by the names below, as forms have them: several paragraphs or lines are divided by line breaks.
Documents are Vietnamese whatever language their reader has chosen.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from contest.documents import rules as letters
from contest.reports.rules import DocumentKind

#: Names of documents of a kind and the letters of their symbols.
KIND_WORDS = {
    DocumentKind.REPORT: ("BÁO CÁO", "BC"),
    DocumentKind.YEARLY: ("BÁO CÁO", "BC"),
    DocumentKind.NOTICE: ("THÔNG BÁO", "TB"),
    DocumentKind.DECISION: ("QUYẾT ĐỊNH", "QĐ"),
}
#: How a document is headed: by its name, or as an official letter with ``V/v``.
NAMED, LETTER = "ten_loai", "cong_van"

_HEAD = (
    *("the_thuc", "co_quan_cap_tren", "co_quan_ban_hanh", "so", "ky_hieu", "dia_danh", "ngay"),
    *("trich_yeu", "kinh_gui", "mo_dau"),
)
_FOOT = ("ket_thuc", "noi_nhan", "quyen_han", "chuc_vu", "nguoi_ky")
#: What may be written into a document of a kind, in the order of its form.
WRITTEN = {
    DocumentKind.REPORT: (*_HEAD, "danh_gia", "kien_nghi", *_FOOT),
    DocumentKind.YEARLY: (*_HEAD, "danh_gia", "kien_nghi", *_FOOT),
    DocumentKind.NOTICE: (*_HEAD, *_FOOT),
    DocumentKind.DECISION: (
        *(name for name in _HEAD if name not in ("the_thuc", "kinh_gui")),
        *("tham_quyen", "can_cu", "dieu"),
        *(name for name in _FOOT if name != "ket_thuc"),
    ),
}
#: What the next document of a union takes over from its last one.
KEPT = (
    *("the_thuc", "co_quan_cap_tren", "co_quan_ban_hanh", "dia_danh", "kinh_gui", "noi_nhan"),
    *("quyen_han", "chuc_vu", "nguoi_ky", "tham_quyen"),
)
#: Of these only from a document of the same kind.
OF_KIND = ("the_thuc", "kinh_gui", "noi_nhan", "ky_hieu", "tham_quyen")


def head_words(kind: DocumentKind, name: str, above: Sequence[str], today: date) -> dict[str, str]:
    """Heading and signature of a union's letters as we would guess them; ``above``: names, the nearest first."""
    own = letters.short_name(name)
    upper = letters.short_name(above[0]) if above else ""
    return {
        "the_thuc": NAMED,
        "co_quan_cap_tren": upper.upper(),
        "co_quan_ban_hanh": own.upper(),
        "so": "",
        "ky_hieu": letters.symbol_of(KIND_WORDS[kind][1], name),
        "dia_danh": letters.place_of([name, *above]),
        "ngay": today.strftime("%d/%m/%Y"),
        "kinh_gui": f"{leaders(above[0])} {upper}" if above else "",
        "noi_nhan": "Như kính gửi\nLưu: VT" if above else "Lưu: VT",
        "quyen_han": f"TM. {leaders(name).upper()}",
        "chuc_vu": "CHỦ TỊCH",
        "nguoi_ky": "",
    }


def leaders(name: str) -> str:
    """Who leads a union between its congresses: letters are addressed to them, and signed in their name.

    The confederation has a presidium (Charter of the Vietnam Trade Unions).
    """
    bodies = {"TLĐ": "Đoàn Chủ tịch", "CĐCS": "Ban Chấp hành", "CĐ": "Ban Chấp hành"}
    return bodies.get(letters.symbol_of("", name), "Ban Thường vụ")


def letter_data(kind: DocumentKind, words: Mapping[str, str], name: str) -> dict[str, Any]:
    """The fields that every document has, from its words; ``name``: the union it is about."""
    named = words.get("the_thuc", NAMED) != LETTER
    subject = words.get("trich_yeu", "")
    symbol = words.get("ky_hieu", "")
    return {
        "co_quan_cap_tren": words.get("co_quan_cap_tren", ""),
        "co_quan_ban_hanh": words.get("co_quan_ban_hanh", ""),
        "so": words.get("so", ""),
        "ky_hieu": symbol,
        "so_ky_hieu": letters.number_words(words.get("so", ""), symbol),
        "dia_danh_ngay_thang": letters.place_and_day(words.get("dia_danh", ""), written_day(words.get("ngay", ""))),
        "ten_loai": KIND_WORDS[kind][0] if named else "",
        "trich_yeu": subject,
        "ve_viec": "" if named or not subject else f"V/v {subject[:1].lower()}{subject[1:]}",
        "kinh_gui": letters.addressees(lines(words.get("kinh_gui", ""))),
        "noi_nhan": letters.recipients(lines(words.get("noi_nhan", ""))),
        "quyen_han": words.get("quyen_han", ""),
        "chuc_vu": words.get("chuc_vu", ""),
        "nguoi_ky": words.get("nguoi_ky", ""),
        "ten_don_vi": letters.short_name(name),
        "mo_dau": lines(words.get("mo_dau", "")),
        "ket_thuc": letters.ended(lines(words.get("ket_thuc", ""))),
    }


def lines(text: str) -> list[str]:
    """
    >>> lines(" a\\n\\n b ")
    ['a', 'b']
    """
    return [line.strip() for line in text.split("\n") if line.strip()]


def written_day(text: str) -> date | None:
    """The day of a letter as forms write it; None for a gap to be filled by hand.

    >>> written_day("04/07/2022"), written_day("")
    (datetime.date(2022, 7, 4), None)
    """
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    day, month, year = map(int, parts)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def changed(typed: Mapping[str, str], generated: Mapping[str, str], shown: str) -> dict[str, str]:
    """Of what was typed, what somebody wrote: a text left as it was shown goes on following the figures.

    ``shown``: digests (:func:`digests`) of our texts as they stood in the form.

    >>> changed({"a": "new", "b": "old", "c": "ours"}, {"a": "x", "b": "now", "c": "ours"}, digests({"b": "old"}))
    {'a': 'new'}
    """
    known = set(shown.split())
    return {
        name: text
        for name, text in typed.items()
        if text != generated.get(name, "") and digests({name: text}) not in known
    }


def digests(words: Mapping[str, str]) -> str:
    """Texts by name so shortly that a form can carry them along."""
    return " ".join(sha256(f"{name}={text}".encode()).hexdigest()[:12] for name, text in words.items())
