"""Setting pages as PDF or pictures with Typst and the fonts that come with the product.

Layouts are Typst files in ``contest/documents/layouts``; what people wrote goes in as data, never as markup, so nothing
typed by anybody can change the layout or read a file. Setting takes some 20 ms a page and holds the interpreter: whole
lists belong into a job.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
FONTS = HERE / "fonts"
#: Seconds that setting one file may take, and bytes of address space.
APART_S, APART_MEMORY = 300, 3 * 1024**3
#: Families that a layout may name.
SERIF, SANS = "Liberation Serif", "Liberation Sans"
FILES = [
    f"{family.replace(' ', '')}-{cut}.ttf"
    for family in (SERIF, SANS)
    for cut in ("Regular", "Bold", "Italic", "BoldItalic")
]


class Unset(RuntimeError):
    """A file that could not be set; the text is the compiler's."""


class TooLong(Unset):
    """A file that needs more time or memory than one may have."""


def pdf(layout: str, data: Mapping[str, Any]) -> bytes:
    """A PDF of a layout (``report`` names ``layouts/report.typ``) filled with data that JSON can hold.

    The layout reads it as ``json(bytes(sys.inputs.data))``. Raises typst.TypstError when the layout is wrong.
    """
    return _compile(layout, data, format="pdf")


def pdf_apart(layout: str, data: Mapping[str, Any]) -> bytes:
    """The same as :func:`pdf` for hundreds of pages: in a process of its own, whose memory is bounded and given back.

    Raises TooLong when time or memory do not suffice, Unset with the compiler's words when the layout is wrong.
    """
    command = [sys.executable, str(HERE / "apart.py"), layout, str(LAYOUTS), fonts(), str(APART_MEMORY)]
    told = json.dumps(data, ensure_ascii=False).encode()
    try:
        done = subprocess.run(command, input=told, capture_output=True, timeout=APART_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as wrong:
        raise TooLong(f"{layout} was not set within {APART_S} s") from wrong
    said = done.stderr.decode(errors="replace")[-2000:]
    # Ended by a signal: the system, or Rust, had no memory to give.
    if done.returncode < 0 or "MemoryError" in said:
        raise TooLong(f"{layout} ended with {done.returncode}: {said}")
    if done.returncode:
        raise Unset(said)
    return done.stdout


def fonts() -> str:
    """The folder of the fonts. Raises Unset when one is missing: its letters would be left out without a word."""
    missing = [name for name in FILES if not (FONTS / name).is_file()]
    if missing:
        raise Unset(f"fonts are missing in {FONTS}: {', '.join(missing)}")
    return str(FONTS)


def picture(layout: str, data: Mapping[str, Any], dots_per_inch: int = 144) -> bytes:
    """The first page of a layout as a PNG."""
    made = _compile(layout, data, format="png", ppi=float(dots_per_inch))
    return made if isinstance(made, bytes) else made[0]


def _compile(layout: str, data: Mapping[str, Any], **how: Any) -> bytes | Sequence[bytes]:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.compile(
        str(LAYOUTS / f"{layout}.typ"),
        root=str(LAYOUTS),
        font_paths=[fonts()],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        **how,
    )
