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
#: Seconds that setting one file may take.
APART_S = 300
#: Families that a layout may name.
SERIF, SANS = "Liberation Serif", "Liberation Sans"


def pdf(layout: str, data: Mapping[str, Any]) -> bytes:
    """A PDF of a layout (``report`` names ``layouts/report.typ``) filled with data that JSON can hold.

    The layout reads it as ``json(bytes(sys.inputs.data))``. Raises typst.TypstError when the layout is wrong.
    """
    return _compile(layout, data, format="pdf")


def pdf_apart(layout: str, data: Mapping[str, Any]) -> bytes:
    """The same as :func:`pdf` for hundreds of pages: in a process of its own, whose memory is given back.

    Raises RuntimeError with the compiler's words when the layout is wrong.
    """
    command = [sys.executable, str(HERE / "apart.py"), layout, str(LAYOUTS), str(FONTS)]
    told = json.dumps(data, ensure_ascii=False).encode()
    done = subprocess.run(command, input=told, capture_output=True, timeout=APART_S, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def picture(layout: str, data: Mapping[str, Any], dots_per_inch: int = 144) -> bytes:
    """The first page of a layout as a PNG."""
    made = _compile(layout, data, format="png", ppi=float(dots_per_inch))
    return made if isinstance(made, bytes) else made[0]


def _compile(layout: str, data: Mapping[str, Any], **how: Any) -> bytes | Sequence[bytes]:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.compile(
        str(LAYOUTS / f"{layout}.typ"),
        root=str(LAYOUTS),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        **how,
    )
