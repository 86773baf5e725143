"""Text of a Word file with its marks, and the Markdown that says the same."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from questions.dialect import escape_signs, escape_starts
from questions.formats.numbering import Mark
from questions.formats.word import PLAIN, THING, Formula, Grid, Line, Picture, Thing

_EMPHASES = (Mark.BOLD, Mark.ITALIC, Mark.UNDERLINE)
_SIGNS = {Mark.BOLD: "**", Mark.ITALIC: "*", Mark.UNDERLINE: "++", Mark.SUB: "~", Mark.SUP: "^"}
_SPECIAL = re.compile(r"([!-/:-@\[-`{-~ ])")


@dataclass(slots=True)
class Rich:
    """Characters with one Mark each."""

    text: str = ""
    marks: list[int] = field(default_factory=list)

    def add(self, text: str, marks: Sequence[int] | int = Mark.NONE) -> None:
        self.text += text
        self.marks += [marks] * len(text) if isinstance(marks, int) else marks

    @classmethod
    def of(cls, line: Line, start: int = 0) -> "Rich":
        return cls(line.text[start:], line.marks[start : len(line.text)])

    @property
    def has_things(self) -> bool:
        return any(ord(char) >= THING for char in self.text)

    def quiet(self, meant: int = Mark.NONE) -> "Rich":
        """Only the marks that set a part of the text apart: not those of all words, nor those ``meant`` otherwise."""
        words = [mark for char, mark in zip(self.text, self.marks, strict=True) if char.isalnum()]
        kept = Mark.SUB | Mark.SUP
        for emphasis in _EMPHASES:
            if not emphasis & meant and any(emphasis & mark for mark in words) and not all(m & emphasis for m in words):
                kept |= emphasis
        return Rich(self.text, [mark & kept for mark in self.marks])

    @property
    def needs_markdown(self) -> bool:
        """Whether plain text cannot say it; to be asked of :meth:`quiet` text."""
        said = (mark for char, mark in zip(self.text, self.marks, strict=True) if not char.isspace())
        return self.has_things or any(mark for mark in said)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Writes texts of one document: knows what its special characters stand for."""

    things: Sequence[Thing]

    def markdown(self, rich: Rich) -> str:
        """The source in Markdown that shows the text as it was, its own signs escaped."""
        pairs = zip(rich.text.replace(PLAIN, ""), _without(rich), strict=True)
        # A blank or a break at the edge of a mark belongs outside of it.
        runs = groupby(pairs, key=lambda pair: (Mark.NONE if pair[0] == "\n" else pair[1], ord(pair[0]) >= THING))
        pieces = [
            "".join(self.source(char) for char, _ in run) if thing else _marked("".join(c for c, _ in run), mark)
            for (mark, thing), run in runs
        ]
        return escape_starts("".join(pieces))

    def source(self, char: str) -> str:
        thing = self.things[ord(char) - THING] if 0 <= ord(char) - THING < len(self.things) else None
        match thing:
            case Picture(sha, words):
                return f"![{words}](hinh:{sha})"
            case Formula(latex):
                return f"${latex}$"
            case Grid():
                return self._table(thing)
        return ""

    def as_typed(self, text: str) -> str:
        """A text that is Markdown already, with its pictures and formulas in place."""
        return "".join(self.source(char) if ord(char) >= THING else char for char in text)

    def _table(self, grid: Grid) -> str:
        rows = [[self._cell(cell) for cell in row] for row in grid.rows if row]
        width = max(map(len, rows), default=0)
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
        return "\n".join(["", lines[0], "|" + " --- |" * width, *lines[1:], ""]) if lines else ""

    def _cell(self, lines: Sequence[Line]) -> str:
        found = (self.markdown(Rich.of(line).quiet()) for line in lines)
        return " ".join(" ".join(text.split()) for text in found if text.strip())


def _without(rich: Rich) -> Iterator[int]:
    """The marks of all characters but the mark for plain text."""
    return (mark for char, mark in zip(rich.text, rich.marks, strict=True) if char != PLAIN)


def _marked(text: str, mark: int) -> str:
    inner = text.strip()
    if not mark or not inner:
        return escape_signs(text)
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    height = mark & (Mark.SUB | Mark.SUP)
    said = escape_signs(inner)
    if height:
        sign = _SIGNS[Mark.SUP if height & Mark.SUP else Mark.SUB]
        said = sign + _SPECIAL.sub(r"\\\1", inner) + sign
    for emphasis in _EMPHASES:
        if mark & emphasis:
            said = _SIGNS[emphasis] + said + _SIGNS[emphasis]
    return lead + said + tail


def any_needs(texts: Collection[Rich]) -> bool:
    return any(text.needs_markdown for text in texts)
