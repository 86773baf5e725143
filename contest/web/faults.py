"""What is wrong with a file, for its page: a sentence that many rows share is said once, with the rows."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Protocol

from flask import Flask
from flask_babel import gettext

from contest.web.texts import say
from questions.messages import Message

#: So many rows, or runs of rows, are named of one sentence; the rest is counted.
MOST_RUNS = 12


def init_app(app: Flask) -> None:
    app.jinja_env.filters["by_sentence"] = by_sentence


class Fault(Protocol):
    """Something wrong, in a row or in the whole file."""

    @property
    def row(self) -> int | None: ...
    @property
    def message(self) -> Message: ...


def by_sentence(faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """Faults as (rows, sentence), each sentence once and where it first came; a fault of the whole file has no row."""
    rows: dict[str, list[int]] = {}
    for fault in faults:
        found = rows.setdefault(say(fault.message), [])
        if fault.row:
            found.append(fault.row)
    return [(told_rows(found) if found else "–", sentence) for sentence, found in rows.items()]


def told_rows(rows: Iterable[int]) -> str:
    """Rows as people name them.

    >>> told_rows([2, 3, 4, 7, 7, 9])
    '2–4, 7, 9'
    """
    runs = list(_runs(sorted(set(rows))))
    named = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs[:MOST_RUNS])
    left = sum(last - first + 1 for first, last in runs[MOST_RUNS:])
    return gettext("%(rows)s và %(n)s dòng nữa", rows=named, n=left) if left else named


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of rows that follow each other, as (first, last)."""
    first = rows[0]
    for row, following in pairwise([*rows, rows[-1] + 2]):
        if following != row + 1:
            yield first, row
            first = following
