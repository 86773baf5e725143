"""The worked example of 2025: which rows a decision needs to lead the demo's unions of 2023 to those of today.

Communes, their numbers and days are true (``to_chuc_lai.yaml`` names the source); which communes have a union of their
own, who manages a neighbour's, and everything about grassroots unions is an illustration and marked as such.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sources import GRASSROOTS, UPPER, SourceUnion, read_yaml, unions

#: Words of a decision's file.
OPEN, CLOSE, RENAME, MOVE = "Thành lập", "Kết thúc", "Đổi tên", "Chuyển"
MERGE, SPLIT, PLACE = "Sáp nhập", "Chia tách", "Địa bàn"
HEADER = (
    "Việc",
    "Mã",
    "Tên",
    "Tên viết tắt",
    "Cấp",
    "Mã cấp trên mới",
    "Mã nhận",
    "Ngày hiệu lực",
    "Địa bàn",
    "Ghi chú",
)
WIDTHS = (12, 12, 60, 24, 24, 16, 30, 14, 24, 50)
_WARD = re.compile(r".*(?<!tác )\b(xã|phường|thị trấn) (.+)$")


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the decision's file."""

    kind: str
    code: str
    name: str = ""
    short: str = ""
    level: str = ""
    parent: str = ""
    successors: tuple[str, ...] = ()
    on: date | None = None
    place: str = ""
    note: str = ""


class Reorganisation:
    """The example's communes with the unions that manage them, and the grassroots unions by the commune they are in."""

    def __init__(self) -> None:
        self.raw: dict[str, Any] = read_yaml("to_chuc_lai.yaml")
        self.on: date = self.raw["decision"]["effective_on"]
        self.communes: dict[str, str] = {code: row["name"] for code, row in self.raw["communes"].items()}
        self.new_of = {
            (district, old): code
            for code, row in self.raw["communes"].items()
            for district, names in row["from"].items()
            for old in names
        }
        self.manager = {below: code for code, others in self.raw["unions"].items() for below in (code, *others)}
        #: Districts end; unions of sectors are not part of the example.
        self.districts = [union for union in unions() if union.code in self.raw["seats"]]
        self.grassroots = [
            union for union in unions() if union.level == GRASSROOTS and union.parent in self.raw["seats"]
        ]

    def commune_of(self, union: SourceUnion) -> str:
        """The commune of today in which a grassroots union of 2023 lies, by the commune its name says."""
        found = _WARD.match(union.name)
        if not found:
            return self.raw["seats"][union.parent]
        kind, old = found.groups()
        town = self.new_of.get((union.parent, f"{old} (thị trấn)"))
        return town if town and kind == "thị trấn" else self.new_of[union.parent, old]

    def changes(self) -> list[Change]:
        """Every row: unions open, workplaces go to them, agencies of merged communes merge, districts end."""
        return [*self._opened(), *self._moved(), *self._agencies(), *self._others(), *self._ended()]

    def _opened(self) -> Iterator[Change]:
        for code in self.raw["unions"]:
            name = self.communes[code]
            title = f"{name[0].lower()}{name[1:]}"
            yield Change(
                OPEN,
                f"LC-{code}",
                f"Công đoàn {title}",
                f"CĐ {title}",
                UPPER,
                "LC",
                on=self.on,
                place=f"{code} - {name}",
                note="Minh hoạ: chưa rõ xã, phường nào có công đoàn riêng",
            )

    def _moved(self) -> Iterator[Change]:
        gone = {union.code for group in self._by_commune().values() for union in group[1:]}
        gone |= {*self.raw["split"], *self.raw["closed"]}
        for union in self.grassroots:
            if union.code not in gone:
                code = self.commune_of(union)
                yield Change(MOVE, union.code, parent=f"LC-{self.manager[code]}", on=self.on)
                yield Change(PLACE, union.code, on=self.on, place=f"{code} - {self.communes[code]}")

    def _by_commune(self) -> dict[str, list[SourceUnion]]:
        """Unions of communes' and districts' agencies by the commune of today: these become one each."""
        found: dict[str, list[SourceUnion]] = defaultdict(list)
        for union in self.grassroots:
            if union.name.startswith("CĐCS Cơ quan"):
                found[self.commune_of(union)].append(union)
        return found

    def _agencies(self) -> Iterator[Change]:
        for code, group in self._by_commune().items():
            name = self.communes[code]
            first, *others = group
            title = f"CĐCS Cơ quan {name[0].lower()}{name[1:]}"
            if first.name != title:
                yield Change(RENAME, first.code, title, on=self.on)
            for union in others:
                yield Change(MERGE, union.code, successors=(first.code,), on=self.on)

    def _others(self) -> Iterator[Change]:
        note = self.raw["note"]
        for old, parts in self.raw["split"].items():
            for part in parts:
                code = part["commune"]
                yield Change(
                    OPEN,
                    part["code"],
                    part["name"],
                    "",
                    GRASSROOTS,
                    f"LC-{self.manager[code]}",
                    on=self.on,
                    place=f"{code} - {self.communes[code]}",
                    note=note,
                )
            yield Change(SPLIT, old, successors=tuple(part["code"] for part in parts), on=self.on)
            yield Change(CLOSE, old, on=self.on)
        for code in self.raw["closed"]:
            yield Change(CLOSE, code, on=self.on)

    def _ended(self) -> Iterator[Change]:
        for district in self.districts:
            mine = {self.commune_of(union) for union in self.grassroots if union.parent == district.code}
            heirs = sorted({f"LC-{self.manager[code]}" for code in mine})
            yield Change(CLOSE, district.code, successors=tuple(heirs), on=self.on)

    def rows(self) -> list[tuple[str | date | None, ...]]:
        """The rows of the file under :data:`HEADER`."""
        return [
            (c.kind, c.code, c.name, c.short, c.level, c.parent, ", ".join(c.successors), c.on, c.place, c.note)
            for c in self.changes()
        ]
