"""Tables and lists of keys in a Word file: "BẢNG ĐÁP ÁN" and the like, and which questions they speak of."""

import re
from dataclasses import dataclass, field
from itertools import groupby

from questions.formats import grammar
from questions.formats.block import Block
from questions.formats.word import Grid
from questions.messages import N_, message
from questions.rules import Fault

_NUMBER_CELL = re.compile(r"(?:câu\s*)?(\d{1,5})[.:]?", re.IGNORECASE)
_LETTER_CELL = re.compile(r"[A-H](?:\s*[,&+]?\s*[A-H])*|[ĐSTF](?:\s*[,;–-]?\s*[ĐSTF]){1,7}", re.IGNORECASE)
#: In a table below "Bảng đáp án": numbers and short answers too.
_VALUE_CELL = re.compile(r"\S.{0,99}")


@dataclass(slots=True)
class Keys:
    """Keys of one table or list at the end, and how many questions stood before it."""

    paragraph: int
    after: int
    pairs: list[tuple[int, str]] = field(default_factory=list)


def key_grid(grid: Grid, announced: bool = False) -> list[tuple[int, str]] | None:
    """Keys of a table: cells such as 1-A, rows of numbers above rows of letters, or columns beside each other.

    ``announced``: a heading has said that keys follow, so that a key may be any short text.
    """
    rows = [[" ".join(line.text.strip() for line in cell) for cell in row] for row in grid.rows]
    texts = [text for row in rows for text in row if text]
    pairs = [grammar.key_pairs(text) for text in texts]
    if texts and all(pair is not None for pair in pairs):
        return [one for pair in pairs for one in pair or ()]
    across = [list(column) for column in zip(*rows, strict=False)]
    found = _stacked(rows, _LETTER_CELL) or _stacked(across, _LETTER_CELL)
    return found or (_stacked(across, _VALUE_CELL) or _stacked(rows, _VALUE_CELL) if announced else None)


def _stacked(rows: list[list[str]], value: re.Pattern[str]) -> list[tuple[int, str]] | None:
    """Keys of rows that hold numbers and letters in turn; words in front of them are labels."""
    rows = [row for row in rows if any(row)]
    found: list[tuple[int, str]] = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=False):
        for number, letters in zip(upper, lower, strict=False):
            if _NUMBER_CELL.fullmatch(number) and value.fullmatch(letters):
                key = letters.upper() if _LETTER_CELL.fullmatch(letters) else letters
                found.append((int(_NUMBER_CELL.fullmatch(number)[1]), key))
            elif any(c.isdigit() for c in number) or (len(letters) == 1 and letters.isalpha()):
                return None
    return found if found and len(rows) % 2 == 0 else None


def spread_keys(tables: list[Keys], found: list[Block]) -> list[Fault]:
    """Give the keys of each table to the questions before it; a table in front of all speaks of all.

    As many tables in a row as the questions before them have parts, each numbered from 1, speak of a part each.
    """
    faults = []
    start = 0
    for after, run in groupby((table for table in tables if table.pairs), key=lambda table: table.after):
        group = list(run)
        mine = found[start:after] or found[start:]
        start = after
        parts = _parts(mine)
        shares = parts if len(parts) == len(group) else [mine] * len(group)
        for table, share in zip(group, shares, strict=True):
            by_number: dict[int, list[Block]] = {}
            for block in share:
                by_number.setdefault(block.number, []).append(block)
            for number, letters in table.pairs:
                faults += _give(by_number.get(number, []), number, letters, table.paragraph)
    return faults


def _parts(found: list[Block]) -> list[list[Block]]:
    """Questions apart where their numbers begin again."""
    parts: list[list[Block]] = []
    for block in found:
        if not parts or block.number <= parts[-1][-1].number:
            parts.append([])
        parts[-1].append(block)
    return parts


def _give(mine: list[Block], number: int, letters: str, paragraph: int) -> list[Fault]:
    if not mine:
        return [
            Fault(
                message(N_("Bảng đáp án có câu %(n)s nhưng đề không có câu này. Hãy kiểm tra số câu."), n=number),
                paragraph,
                f"Câu {number}",
            )
        ]
    if len(mine) > 1:
        for block in mine:
            block.faults.append(
                message(N_("Có nhiều câu mang số %(n)s nên bảng đáp án không rõ. Hãy đánh lại số câu."), n=number)
            )
        return []
    block = mine[0]
    if block.key not in (None, letters):
        block.faults.append(message(N_("Bảng đáp án ghi câu %(n)s hai lần khác nhau. Hãy để lại một."), n=number))
    block.key = letters
    return []
