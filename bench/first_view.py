"""What a phone must fetch before the paper can be seen and answered: bytes with heads, compressed, and requests."""

import gzip
import re
from collections.abc import Sequence
from typing import Any
from urllib.request import Request, urlopen

import brotli

from bench.client import Client
from bench.report import three
from bench.server import HOST
from bench.steps import Site, Visitor

ENCODINGS = ("gzip", "br")
#: What a browser fetches for a page by itself; an icon is no part of the view.
_FETCHED = re.compile(
    r"<link\s[^>]*rel=\"?(?:stylesheet|preload|modulepreload)\"?[^>]*href=\"?([^\s\">]+)"
    r"|<(?:script|img)\s[^>]*src=\"?([^\s\">]+)"
)


def measured(client: Client, site: Site, visitors: Sequence[Visitor]) -> dict[str, Any]:
    """By encoding: bytes of the page and of all that it needs, and how many requests that is, of several papers."""
    found = {}
    for encoding in ENCODINGS:
        rows = [_of(client, site, visitor, encoding) for visitor in visitors]
        found[encoding] = {name: three([row[name] for row in rows]) for name in rows[0]}
    return found


def _of(client: Client, site: Site, visitor: Visitor, encoding: str) -> dict[str, int]:
    method, path, headers, body = visitor.get(f"/bai-thi/{visitor.code}")
    headers |= {"Accept-Encoding": encoding}
    page = client.send(site.server.port, [(method, path, headers, body)], 1).answers[0]
    if page.headers.get("content-encoding") != encoding:
        raise RuntimeError(f"the paper does not come as {encoding}")
    text = _text(f"http://{HOST}:{site.server.port}{path}", headers, encoding)
    needed = sorted({address.removeprefix("../") for address in needs(text)})
    parts = [("GET", address, headers, None) for address in needed]
    answers = client.send(site.server.port, parts, 1).answers if parts else []
    whole = page.whole + sum(answer.whole for answer in answers)
    return {"bytes": whole, "page_bytes": page.whole, "requests": 1 + len(parts)}


def needs(page: str) -> list[str]:
    """
    >>> needs('<link rel=stylesheet href=/a.css><link rel=icon href=/i.svg><script type=module src="/b.js"></script>')
    ['/a.css', '/b.js']
    """
    return [first or second for first, second in _FETCHED.findall(page) if not (first or second).startswith("data:")]


def _text(url: str, headers: dict[str, str], encoding: str) -> str:
    with urlopen(Request(url, headers=headers), timeout=60) as answer:
        content = answer.read()
    return (brotli.decompress(content) if encoding == "br" else gzip.decompress(content)).decode()
