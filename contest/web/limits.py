"""What requests may hold: numbers that a database column takes, JSON that is not nested without end."""

from typing import Any

from flask import Flask, Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import IntegerConverter

#: Digits of the longest number read from an address or a form; both databases store every such number.
DIGITS = 9
#: So much of a body that is too large is still taken in, in bytes.
DRAINED = 200 * 2**20


class ShortNumber(IntegerConverter):
    """``<int:...>`` in addresses: a longer number is an address that nothing answers to."""

    regex = rf"\d{{1,{DIGITS}}}"


class Json(DefaultJSONProvider):
    """JSON as programs send it: what is nested too deep to be read counts as unreadable, not as our failure."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deep") from None


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = ShortNumber
    app.json = Json(app)


def drain(request: Request) -> None:
    """Take in the rest of a body that is refused, up to a limit.

    A server that answers and closes while a browser is still sending makes it show a broken connection instead of
    the page that says what to do.
    """
    left = min(request.content_length or 0, DRAINED)
    while left > 0:
        chunk = request.environ["wsgi.input"].read(min(left, 2**16))
        if not chunk:
            return
        left -= len(chunk)


def whole(text: str) -> int:
    """A whole number from 0 on, short enough for a column; ValueError otherwise (``args.get(..., type=whole)``).

    >>> whole("12"), whole("0")
    (12, 0)
    """
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise ValueError(f"not a number of at most {DIGITS} digits")
    return int(text)
