"""The waiting page, put together from parts that are rendered and compressed once a process and language.

Only the few words that differ from person to person are put in; so a crowd at the door costs those inside next to
nothing. A gzip stream may be joined of parts that were compressed apart, as long as each begins anew.
"""

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Any
from urllib.parse import quote

from flask import Flask, render_template
from flask_babel import force_locale, gettext
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Request, Response

from contest.attempts.gate import Place
from contest.web.texts import LANGUAGES

#: What a page leaves open: ``@@name@@``.
_HOLE = re.compile(r"@@(\w+)@@")
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_STORED = struct.Struct("<BHH")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the page that is the same for everybody, and the name of what follows it ("" at the end)."""

    text: bytes
    deflated: bytes
    hole: str


def parts_of(page: str) -> tuple[Part, ...]:
    """A page cut at its holes, each piece compressed so that it can stand behind any other."""
    pieces = _HOLE.split(page)
    made = []
    for text, hole in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        last = zlib.Z_FULL_FLUSH if hole else zlib.Z_FINISH
        made.append(Part(text.encode(), packer.compress(text.encode()) + packer.flush(last), hole))
    return tuple(made)


def plain(parts: tuple[Part, ...], words: Mapping[str, str]) -> bytes:
    """The page with its holes filled."""
    return b"".join(part.text + words.get(part.hole, "").encode() for part in parts)


def gzipped(parts: tuple[Part, ...], words: Mapping[str, str]) -> bytes:
    """The same page as one gzip stream: the words lie in it as they are, the rest was compressed before."""
    whole, packed = plain(parts, words), [_HEAD]
    for part in parts:
        packed.append(part.deflated)
        word = words.get(part.hole, "").encode()
        if word:
            packed.append(_STORED.pack(0, len(word), len(word) ^ 0xFFFF) + word)
    return b"".join(packed) + struct.pack("<II", zlib.crc32(whole), len(whole))


@dataclass(frozen=True, slots=True)
class Texts:
    """The page in one language, and the sentences that say how long it takes."""

    waiting: tuple[Part, ...]
    due: tuple[Part, ...]
    ahead: str
    next: str
    soon: str
    minutes: str
    point: str

    def place(self, place: Place) -> str:
        """About how many are before somebody."""
        if place.ahead == 0:
            return self.next
        rounded = place.ahead if place.ahead < 100 else round(place.ahead, -1)
        return self.ahead.replace("@@count@@", f"{rounded:,}".replace(",", self.point))

    def time(self, place: Place) -> str:
        """About how long it takes."""
        minutes = round(place.seconds / 60)
        return self.minutes.replace("@@count@@", str(minutes)) if minutes else self.soon


class WaitingPages:
    """The waiting pages of one app, made when first asked for."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._made: dict[str, Texts] = {}

    def texts(self, language: str) -> Texts:
        if language not in self._made:
            with self._app.test_request_context("/phong-cho"), force_locale(language):
                self._made[language] = _texts()
        return self._made[language]

    def texts_for(self, visit: Any) -> Texts:
        language = visit.get("lang")
        return self.texts(language if language in LANGUAGES else "vi")

    def answer(self, request: Request, visit: Any, round_path: str, place: Place, wait: float) -> Response:
        """The page for somebody with this place: 202 in answer to a start, 200 to a look."""
        texts = self.texts_for(visit)
        address = escape(quote(request.environ.get("SCRIPT_NAME", "") + round_path), quote=True)
        starts = request.method == "POST"
        parts = texts.due if place.is_due and not starts else texts.waiting
        words = {
            "round": address,
            "contest": address.rsplit("/dot/", 1)[0],
            "token": self._token(visit),
            "wait": f"{wait:.1f}",
            "refresh": str(ceil(wait)),
            "place": texts.place(place),
            "time": texts.time(place),
        }
        packed = request.accept_encodings["gzip"] > 0
        body = gzipped(parts, words) if packed else plain(parts, words)
        response = Response(body, status=202 if starts else 200, content_type="text/html; charset=utf-8")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def _token(self, visit: Any) -> str:
        """The form's token as the product's other forms carry it."""
        config = self._app.config
        keys = URLSafeTimedSerializer(config.get("WTF_CSRF_SECRET_KEY") or self._app.secret_key, salt="wtf-csrf-token")
        return str(keys.dumps(visit["csrf_token"])) if "csrf_token" in visit else ""


def _texts() -> Texts:
    waiting = render_template("attempts/waiting.html", due=False)
    due = render_template("attempts/waiting.html", due=True)
    return Texts(
        waiting=parts_of(waiting),
        due=parts_of(due),
        ahead=gettext("Trước bạn còn khoảng %(count)s người.", count="@@count@@"),
        next=gettext("Bạn là người tiếp theo."),
        soon=gettext("Dự kiến đến lượt bạn trong chưa đầy một phút."),
        minutes=gettext("Dự kiến đến lượt bạn sau khoảng %(count)s phút.", count="@@count@@"),
        point=gettext("1.234")[1],
    )
