"""Pictures that are drawn on the way: QR codes."""

from io import BytesIO

import segno
from flask import Response


def qr_of(address: str, scale: int) -> Response:
    """An address as a QR code.

    A file of its own and not a part of a page, so it names its namespace: without it browsers show no picture. White
    behind the dots, because readers of dark pages have to scan it as well.
    """
    return Response(qr_drawing(address, scale), mimetype="image/svg+xml")


def qr_drawing(address: str, scale: int = 8) -> str:
    """The drawing itself (SVG), for documents that hold it."""
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, scale=scale, border=3, light="#fff")
    return drawn.getvalue().decode()
