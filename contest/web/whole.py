"""Pages that arrive in one answer: style and script stand inside them, and nothing else need be fetched.

Such a page begins with a head that is the same for everybody who reads the same language. It is made and compressed
once a process; of each answer only the rest is compressed, by a compressor that already knows the head.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from flask import Response, current_app, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from contest.web import headers
from contest.web.assets import load_assets
from contest.web.texts import chosen_language

#: Effort for the rest of a page: the next one takes 1.7 times the processor time to save three bytes in a hundred.
LEVEL = 3
#: Deflate without a frame of its own; the frame is gzip's, written here.
_RAW = -zlib.MAX_WBITS
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@dataclass(frozen=True)
class Head:
    """The beginning of pages, from the doctype on, and the policy that lets them carry their style and script."""

    html: bytes
    policy: str

    @cached_property
    def _compressed(self) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, _RAW)
        return packer.compress(self.html) + packer.flush(zlib.Z_SYNC_FLUSH)

    @cached_property
    def _packer(self) -> Any:
        return zlib.compressobj(LEVEL, zlib.DEFLATED, _RAW, zdict=self.html)

    @cached_property
    def _sum(self) -> int:
        return zlib.crc32(self.html)

    def gzip(self, rest: bytes) -> bytes:
        """Head and rest of a page as one gzip file (RFC 1952).

        >>> head = Head(b"<!doctype html><title>", "")
        >>> zlib.decompress(head.gzip(b"Paper"), wbits=31)
        b'<!doctype html><title>Paper'
        """
        packer = self._packer.copy()
        packed = packer.compress(rest) + packer.flush()
        end = struct.pack("<LL", zlib.crc32(rest, self._sum), (len(self.html) + len(rest)) & 0xFFFFFFFF)
        return b"".join((_GZIP, self._compressed, packed, end))


def head(template: str, style: str, *scripts: str) -> Head:
    """The head that a template makes of a style sheet and module scripts, in the reader's language; made once.

    The template gets ``style``, the text of the asset of that name, and ``scripts``, those of the others.
    """
    made: dict[Any, Head] = current_app.extensions.setdefault("heads", {})
    wanted = (template, style, scripts, chosen_language())
    if wanted not in made:
        assets = load_assets().assets
        sheet, programs = assets[style], [assets[name] for name in scripts]
        html = render_template(template, style=_inside(sheet.body), scripts=[_inside(one.body) for one in programs])
        policy = headers.policy_of_whole(styles=[sheet.source], scripts=[one.source for one in programs])
        made[wanted] = Head(html.encode(), policy)
    return made[wanted]


def _inside(body: bytes) -> Markup:
    """The text of an asset as it stands between tags, where nothing may look like the end of it."""
    text = body.decode()
    if "</" in text or "<!--" in text:
        raise ValueError("a script or style that is inlined must not hold </ or <!--")
    return Markup(text)  # noqa: S704 -- our own file


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether a browser that accepts these encodings takes gzip; there are few different ones."""
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def answer(found: Head, rest: str) -> Response:
    """A page of this head: compressed where the browser takes gzip, under the policy that fits it."""
    body, packed = rest.encode(), takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = Response(found.gzip(body) if packed else found.html + body, content_type="text/html; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Security-Policy"] = found.policy
    return response
