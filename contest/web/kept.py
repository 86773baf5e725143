"""What everybody sees alike, made once every few seconds by each process instead of once for everybody who asks.

:func:`for_everybody` keeps whole pages for visitors without a sign-in, ready compressed; :func:`value` keeps what pages
of signed-in people show to all alike. Whoever comes while something is being made anew gets what was there.

How late a change may be seen: KEPT_SECONDS (3) and while it is being made anew at most STALE_S at the server; where a
browser or a proxy keeps a copy, as long again: 16 seconds in all. Without the setting, as in tests, nothing is kept.

Nothing that names a visitor is kept: no page of a signed-in one, no form's token, no passing message, no cookie.
Whether a visitor may see a page is decided when it is made, as for a stranger, so that what only some may see never is
one of these.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import brotli
from flask import Flask, Response, current_app, g, make_response, request, session

from contest.web.negotiation import wants_json

Value = TypeVar("Value")
View = TypeVar("View", bound=Callable[..., Any])

#: For how long something that is not fresh any more is still shown while a new one is being made, in seconds.
STALE_S = 5
#: How long somebody waits for what another request is making for the first time, in seconds.
PATIENCE_S = 5.0
#: Things kept by a process; pages are some 10 kB each.
MAX_KEPT = 500
#: What a visitor's cookie may hold while they still see what everybody does.
_COMMON = frozenset({"lang", "csrf_token", "_fresh", "_permanent"})


@dataclass(slots=True)
class _Thing:
    """Something kept; ``busy``: a new one is being made, set when it is there."""

    value: Any = None
    made_at: float = float("-inf")
    busy: threading.Event | None = None


class Shelf:
    """Things by key, each made by one request at a time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._things: OrderedDict[Hashable, _Thing] = OrderedDict()

    def get(self, key: Hashable, seconds: float, make: Callable[[], tuple[Value, bool]]) -> Value:
        """What is kept under a key, made anew when it is older; ``make`` also says whether it may be kept."""
        with self._lock:
            thing = self._things.setdefault(key, _Thing())
            self._things.move_to_end(key)
            while len(self._things) > MAX_KEPT:
                self._things.popitem(last=False)
            busy = thing.busy
            if self._is_good(thing, seconds + STALE_S if busy else seconds):
                return thing.value
            if busy is None:
                thing.busy = threading.Event()
        if busy is None:
            return self._make(key, thing, make)
        busy.wait(PATIENCE_S)
        return thing.value if self._is_good(thing, seconds + STALE_S) else make()[0]

    def _is_good(self, thing: _Thing, seconds: float) -> bool:
        return self._now() - thing.made_at < seconds

    def _make(self, key: Hashable, thing: _Thing, make: Callable[[], tuple[Value, bool]]) -> Value:
        began, keep, done = self._now(), False, thing.busy
        try:
            value, keep = make()
            return value
        finally:
            with self._lock:
                if keep:
                    thing.value, thing.made_at = value, began
                else:
                    thing.made_at = float("-inf")
                    self._things.pop(key, None)
                thing.busy = None
            if done:
                done.set()

    def clear(self) -> None:
        with self._lock:
            self._things.clear()


def init_app(app: Flask) -> None:
    app.extensions["kept"] = Shelf()
    app.context_processor(lambda: {"for_everybody": g.get("for_everybody", False)})


def value(key: Hashable, make: Callable[[], Value]) -> Value:
    """Something plain that pages show to all alike, made once every few seconds in a process."""
    seconds = current_app.config.get("KEPT_SECONDS", 0) if current_app else 0
    if not seconds:
        return make()
    return current_app.extensions["kept"].get(("value", key), seconds, lambda: (make(), True))


@dataclass(frozen=True, slots=True)
class _Page:
    """An answer as it was made, and its body in the forms it is sent in."""

    answer: Response
    bodies: dict[str, bytes]
    digest: str


def for_everybody(*unless: str) -> Callable[[View], View]:
    """Keep a page for all visitors without a sign-in, but for questions (``?name=``) that hardly two ask."""

    def keep(view: View) -> View:
        @wraps(view)
        def seen(*args: Any, **more: Any) -> Any:
            seconds = current_app.config.get("KEPT_SECONDS", 0)
            if not seconds or not _common(unless):
                return view(*args, **more)
            key = ("page", request.url, wants_json(), session.get("lang"))
            made = current_app.extensions["kept"].get(key, seconds, lambda: _made(view, args, more))
            return _answer(made, seconds) if isinstance(made, _Page) else made

        return seen  # type: ignore[return-value]

    return keep


def _common(unless: tuple[str, ...]) -> bool:
    """Whether the visitor sees what everybody does."""
    return session.keys() <= _COMMON and not any(name in request.args for name in unless)


def _made(view: Callable[..., Any], args: Any, more: Any) -> tuple[Any, bool]:
    """A page and whether it may be kept: not when it turned out to hold something of its visitor."""
    g.for_everybody = True
    answer = make_response(view(*args, **more))
    g.for_everybody = False
    if answer.status_code != 200 or session.modified or "Set-Cookie" in answer.headers:
        return answer, False
    body = answer.get_data()
    bodies = {"": body, "gzip": gzip.compress(body, 6, mtime=0), "br": brotli.compress(body, quality=6)}
    return _Page(answer, bodies, hashlib.sha256(body).hexdigest()[:16]), True


def _answer(page: _Page, seconds: int) -> Response:
    accepted = request.accept_encodings
    encoding = next((name for name in ("br", "gzip") if accepted[name] > 0), "")
    answer = Response(page.bodies[encoding], content_type=page.answer.content_type)
    if encoding:
        answer.content_encoding = encoding
    mine = f"public, max-age={seconds}, stale-while-revalidate={STALE_S}"
    answer.headers["Cache-Control"] = page.answer.headers.get("Cache-Control", mine)
    answer.vary.update(["Cookie", "Accept", "Accept-Encoding"])
    answer.set_etag(f"{page.digest}-{encoding}" if encoding else page.digest)
    return answer.make_conditional(request)
