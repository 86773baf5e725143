"""Setting pages as PDF or pictures with Typst and the fonts that come with the product.

Layouts are Typst files in ``contest/documents/layouts``; what people wrote goes in as data, never as markup, so nothing
typed by anybody can change the layout or read a file. Setting takes some 20 ms a page and holds the interpreter: whole
lists belong into a job.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
FONTS = HERE / "fonts"
#: Families that a layout may name.
SERIF, SANS = "Liberation Serif", "Liberation Sans"


def pdf(layout: str, data: Mapping[str, Any]) -> bytes:
    """A PDF of a layout (``report`` names ``layouts/report.typ``) filled with data that JSON can hold.

    The layout reads it as ``json(bytes(sys.inputs.data))``. Raises typst.TypstError when the layout is wrong.
    """
    return _compile(layout, data, format="pdf")


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
