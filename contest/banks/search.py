"""What of a bank is looked at, as the address says it; pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from questions.messages import N_
from questions.rules import MAX_TAG, Kind, State

SORTS = ("code", "topic", "difficulty", "state", "changed")
#: Stands for "no topic" where a topic is asked for.
NO_TOPIC = "-"


class Figures(StrEnum):
    """What the statistics of any round say of a question, as the desk asks for it; bounds in per cent."""

    SUSPECT = "nghi-van"
    HARD = "kho"
    FITTING = "vua"
    EASY = "de"
    FLAT = "phan-biet-kem"
    SHARP = "phan-biet-tot"
    NONE = "chua-co"


FIGURE_NAMES = {
    Figures.SUSPECT: N_("Có dấu hiệu sai"),
    Figures.HARD: N_("Ít người làm đúng (dưới 30%)"),
    Figures.FITTING: N_("Từ 30% đến 85% làm đúng"),
    Figures.EASY: N_("Hầu hết làm đúng (trên 85%)"),
    Figures.FLAT: N_("Phân biệt kém (dưới 20%)"),
    Figures.SHARP: N_("Phân biệt tốt (từ 20%)"),
    Figures.NONE: N_("Chưa có số liệu"),
}
#: Figure and bounds of each band: from (included) and below; None is open.
BANDS: Mapping[Figures, tuple[str, int | None, int | None]] = MappingProxyType(
    {
        Figures.HARD: ("facility", None, 30),
        Figures.FITTING: ("facility", 30, 85),
        Figures.EASY: ("facility", 85, None),
        Figures.FLAT: ("discrimination_index", None, 20),
        Figures.SHARP: ("discrimination_index", 20, None),
    }
)
#: Asked for among the states: an approved question with a newer version that is not approved yet.
NEWER = "ban-moi"
#: Names in the address of what is asked for beside text, topic, level and state.
ASKED = {"kind": "loai", "author": "nguoi", "tag": "nhan", "figures": "so-lieu", "lack": "thieu"}
LACKS = {
    "nguon": N_("Chưa ghi nguồn"),
    "loi-giai": N_("Chưa có lời giải"),
    "chu-de": N_("Chưa có chủ đề"),
    "van-ban": N_("Văn bản căn cứ đã thay đổi"),
}


@dataclass(frozen=True, slots=True)
class Search:
    """What of a bank is looked at, as the address says it. ``author`` as the audit log names actors."""

    text: str = ""
    topic: str = ""
    difficulty: int = 0
    state: str = ""
    kind: str = ""
    author: str = ""
    tag: str = ""
    figures: str = ""
    lack: str = ""
    sort: str = "code"
    descending: bool = False
    page: int = 1

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Search":
        """Read from an address or a form; what makes no sense is left out."""
        sort = args.get("xep", "")
        return cls(
            text=args.get("tim", "").strip()[:200],
            topic=args.get("chu-de", ""),
            difficulty=_whole(args.get("muc", ""), 3),
            state=_among(args.get("tinh-trang", ""), {*State, NEWER}),
            kind=_among(args.get("loai", ""), set(Kind)),
            author=args.get("nguoi", "").strip()[:200],
            tag=clean_tag(args.get("nhan", "")),
            figures=_among(args.get("so-lieu", ""), set(Figures)),
            lack=_among(args.get("thieu", ""), LACKS),
            sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "code",
            descending=sort.startswith("-"),
            page=_whole(args.get("trang", ""), 10**6) or 1,
        )

    def args(self, **changes: Any) -> dict[str, Any]:
        """The way back into an address, with changes; defaults are left out."""
        new = replace(self, **changes)
        sort = ("-" if new.descending else "") + new.sort
        found = {
            "tim": new.text,
            "chu-de": new.topic,
            "muc": new.difficulty,
            "tinh-trang": new.state,
            **{name: getattr(new, field) for field, name in ASKED.items()},
            "xep": "" if sort == "code" else sort,
            "trang": new.page if new.page > 1 else "",
        }
        return {name: value for name, value in found.items() if value}

    def sorted_by(self, sort: str) -> dict[str, Any]:
        """Address of the list sorted by a column, the other way round when it is already."""
        return self.args(sort=sort, descending=self.sort == sort and not self.descending, page=1)

    @property
    def narrowed(self) -> bool:
        return bool(self.text or self.topic or self.difficulty or self.state or self.more)

    @property
    def more(self) -> bool:
        """Whether anything is asked for that stands behind "more filters"."""
        return any(getattr(self, field) for field in ASKED)


def _among(text: str, known: Collection[str]) -> str:
    return text if text in known else ""


def clean_tag(text: str) -> str:
    """A tag as it is kept: single blanks, without commas.

    >>> clean_tag("  Biển   Đảo, ")
    'Biển Đảo'
    """
    return " ".join(text.replace(",", " ").split())[:MAX_TAG].strip()


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as people type them: "biển đảo, lịch sử".

    >>> tags_of("Lịch sử, biển  đảo,, lịch sử")
    ('Lịch sử', 'biển đảo', 'lịch sử')
    """
    return tuple(sorted({tag for part in re.split("[,;\n]", text) if (tag := clean_tag(part))}))


def _whole(text: str, most: int) -> int:
    """A number from 1 to ``most``; 0 for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return number if number <= most else 0
