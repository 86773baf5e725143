"""Lines of text with styles, written in the dialect of :mod:`questions.dialect`."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from questions.dialect import escape_signs, escape_starts

_SIGNS = {"b": "**", "i": "*", "u": "++"}


class Run(NamedTuple):
    """A stretch of one line: its text, its styles; ``raw`` is source that stands as it is (a formula, a picture)."""

    text: str
    styles: frozenset[str] = frozenset()
    raw: bool = False


class Block(NamedTuple):
    """A paragraph of runs, or lines of source that are ready (a list, a table)."""

    runs: tuple[Run, ...] = ()
    lines: str = ""


def trimmed(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs of one paragraph, equal neighbours joined, no blanks at the ends or doubled."""
    joined: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if joined and not run.raw and not joined[-1].raw and joined[-1].styles == run.styles:
            joined[-1] = Run(joined[-1].text + run.text, run.styles)
        else:
            joined.append(run)
    while joined and not joined[-1].raw and not joined[-1].text.strip():
        joined.pop()
    while joined and not joined[0].raw and not joined[0].text.strip():
        joined.pop(0)
    return tuple(joined)


def write_block(block: Block, signs: str = "biu") -> str:
    """Source of a block; ``signs`` are the styles that are written: bold, italic, underlined."""
    if block.lines:
        return block.lines
    written = "".join(_write_runs(list(block.runs), signs))
    lines = (line.strip() for line in written.split("\n"))
    return escape_starts("\n".join(line for line in lines if line))


def _write_runs(runs: list[Run], signs: str) -> Iterator[str]:
    """Source of runs: each sign in turn around all neighbours that bear it, so that signs stand inside each other."""
    if not signs:
        yield from map(_write_run, runs)
        return
    for marked, group in groupby(runs, key=lambda run: signs[0] in run.styles):
        inside = "".join(_write_runs(list(group), signs[1:]))
        core = inside.strip()
        if not marked or not core:
            yield inside
            continue
        # Blanks stand outside: a sign counts only next to something else.
        begin = inside.index(core)
        sign = _SIGNS[signs[0]]
        yield f"{inside[:begin]}{sign}{core}{sign}{inside[begin + len(core) :]}"


def _write_run(run: Run) -> str:
    if run.raw:
        return run.text
    raised = "~" if "sub" in run.styles else "^" if "sup" in run.styles else ""
    core = " ".join(run.text.split())
    if not raised or not core:
        return escape_signs(run.text)
    before, after = (" " if run.text[:1].isspace() else ""), (" " if run.text[-1:].isspace() else "")
    return f"{before}{raised}{escape_signs(core).replace(' ', chr(92) + ' ')}{raised}{after}"
