"""The demo's content as plain values, read from the YAML files beside this module.

Questions and unions are written and reviewed in YAML; the office files are made from these values only.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
LETTERS = "ABCD"

NATIONAL = "Tổng LĐLĐ"
PROVINCIAL = "LĐLĐ tỉnh"
UPPER = "Cấp trên trực tiếp cơ sở"
GRASSROOTS = "Cơ sở"


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """One question as an author wrote it. ``keys`` are letters; ``layout`` and ``marking`` concern Word only."""

    topic: str
    stem: str
    options: tuple[str, ...]
    keys: tuple[str, ...]
    level: str
    source: str
    explanation: str = ""
    code: str = ""
    last: bool = False
    layout: str = "lines"
    marking: str = "answer_line"


@dataclass(frozen=True, slots=True)
class WordBank:
    """A bank for Word: title lines, a subtitle, and the questions in order."""

    title: tuple[str, ...]
    subtitle: str
    questions: tuple[SourceQuestion, ...]


@dataclass(frozen=True, slots=True)
class SheetBank:
    """A bank for a sheet."""

    title: str
    questions: tuple[SourceQuestion, ...]


@dataclass(frozen=True, slots=True)
class SourceUnion:
    """A row of the union file. The three headcounts never count a person twice; None is unknown."""

    code: str
    name: str
    short: str
    level: str
    parent: str
    members: int | None = None
    workers: int | None = None
    officials: int | None = None
    counted_on: date | None = None
    note: str = ""


def word_bank() -> WordBank:
    """The bank of "Gửi niềm tin, trao kỳ vọng"."""
    raw = read_yaml("niem_tin.yaml")
    questions = [
        _question(row, part["topic"], marking=part["marking"]) for part in raw["parts"] for row in part["questions"]
    ]
    return WordBank(tuple(raw["title"]), raw["subtitle"], tuple(questions))


def sheet_bank(name: str) -> SheetBank:
    """The bank in ``lai_chau.yaml`` or ``luyen_tap.yaml``; codes are the topic's prefix and a number."""
    raw = read_yaml(name)
    questions = [
        _question(row, topic["name"], code=f"{topic['prefix']}-{place:02d}")
        for topic in raw["topics"]
        for place, row in enumerate(topic["questions"], start=1)
    ]
    return SheetBank(raw["title"], tuple(questions))


def unions() -> tuple[SourceUnion, ...]:
    """The tree from the confederation down, every parent before its children."""
    raw = read_yaml("cong_doan.yaml")
    nation, province = raw["national"], raw["province"]
    found = [
        SourceUnion(nation["code"], nation["name"], nation["short"], NATIONAL, ""),
        SourceUnion(province["code"], province["name"], province["short"], PROVINCIAL, nation["code"]),
    ]
    for upper in raw["upper"]:
        found.append(
            SourceUnion(
                upper["code"], upper["name"], upper["short"], UPPER, province["code"], note=upper.get("note", "")
            )
        )
    for upper in raw["upper"]:
        found += _grassroots(upper, raw["counted_on"], raw["fictional_note"])
    return tuple(found)


def _grassroots(upper: dict[str, Any], counted_on: date, note: str) -> list[SourceUnion]:
    found = []
    for place, (name, members, workers, officials) in enumerate(upper["grassroots"], start=1):
        known = members is not None
        found.append(
            SourceUnion(
                code=f"{upper['code']}-{place:03d}",
                name=name,
                short="",
                level=GRASSROOTS,
                parent=upper["code"],
                members=members,
                workers=workers,
                officials=officials,
                counted_on=counted_on if known else None,
                note=note,
            )
        )
    return found


def _question(row: dict[str, Any], topic: str, code: str = "", marking: str = "answer_line") -> SourceQuestion:
    return SourceQuestion(
        topic=topic,
        stem=row["stem"],
        options=tuple(row["options"]),
        keys=tuple(letter.strip() for letter in row["key"].split(",")),
        level=row["level"],
        source=row["source"],
        explanation=row.get("explanation", ""),
        code=code,
        last=row.get("last", False),
        layout=row.get("layout", "lines"),
        marking=marking,
    )


def read_yaml(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
