"""Products with one thing wrong, which the judge must catch: a judge that passes one of them fails the build.

Each takes the app and plants its fault, as far as can be in front of the app, so that it stays a fault however the
product is built inside.
"""

import io
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from faults.stage import ALLOWANCE_S, KEY_MARK, SHORT
from flask import Flask

from contest import clock
from contest.rounds import rules

Environ = dict[str, Any]
#: Status line, headers, body.
Answer = tuple[str, list[tuple[str, str]], bytes]
Inner = Callable[[Environ], Answer]
_CODE = re.compile(r"^/bai-thi/([A-Z0-9]+)/(luu|nop)$")


def around(app: Flask, middle: Callable[[Environ, Inner], Answer]) -> None:
    """Put something between the server and the app that sees whole requests and whole answers."""
    inner = app.wsgi_app

    def ask(environ: Environ) -> Answer:
        kept: list[Any] = []
        body = b"".join(inner(environ, lambda status, headers, *_error: kept.extend((status, headers))))
        return kept[0], kept[1], body

    def outer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, headers, body = middle(environ, ask)
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start_response(status, [*kept, ("Content-Length", str(len(body)))])
        return [body]

    app.wsgi_app = outer


def verb_of(environ: Environ) -> tuple[str, str]:
    """Code and verb of a save or a submission; two empty texts for anything else."""
    found = _CODE.match(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
    return (found[1], found[2]) if found else ("", "")


def with_body(environ: Environ, body: bytes) -> Environ:
    return {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def read_body(environ: Environ) -> bytes:
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


def as_json(data: dict[str, Any]) -> Answer:
    return "200 OK", [("Content-Type", "application/json")], json.dumps(data).encode()


def lazy(app: Flask) -> None:
    """Acknowledges at once and writes half a second later."""

    def middle(environ: Environ, ask: Inner) -> Answer:
        if verb_of(environ)[1] != "luu":
            return ask(environ)
        body = read_body(environ)

        def later() -> None:
            time.sleep(0.5)
            ask(with_body(environ, body))

        threading.Thread(target=later, daemon=True).start()
        now = datetime.now(UTC).isoformat()
        return as_json({"seq": json.loads(body)["seq"], "saved_at": now, "remaining_ms": 60_000})

    around(app, middle)


def last_wins(app: Flask) -> None:
    """Takes whatever arrives last for the newest."""
    lock, given = threading.Lock(), {}

    def middle(environ: Environ, ask: Inner) -> Answer:
        code, verb = verb_of(environ)
        if verb == "luu":
            sent = json.loads(read_body(environ))
            with lock:
                taken, _shown = given.get(code, (0, 0))
                given[code] = taken + 1, sent["seq"]
            status, headers, body = ask(with_body(environ, json.dumps({**sent, "seq": taken + 1}).encode()))
            return status, headers, renumbered(body, sent["seq"])
        status, headers, body = ask(environ)
        known = given.get(environ["PATH_INFO"].rpartition("/")[2])
        return status, headers, renumbered(body, known[1]) if known else body

    around(app, middle)


def renumbered(body: bytes, seq: int) -> bytes:
    """An answer in JSON with another number of the save."""
    try:
        data = json.loads(body)
    except ValueError:
        return body
    return json.dumps({**data, "seq": seq}).encode() if isinstance(data, dict) and "seq" in data else body


def double(app: Flask) -> None:
    """Marks an attempt again at every submission, as if none had been before."""
    again = sa.text(
        "UPDATE attempt SET state = 'open', submitted_at = NULL, score = NULL, closed_by = NULL "
        "WHERE code = :code AND state = 'closed'"
    )

    def middle(environ: Environ, ask: Inner) -> Answer:
        code, verb = verb_of(environ)
        if verb == "nop":
            with app.extensions["store"].engine.begin() as connection:
                connection.execute(again, {"code": code})
        return ask(environ)

    around(app, middle)


def endless(app: Flask) -> None:
    """Takes saves after the deadline: their time is read as a minute ago."""
    real, shifted = clock.now, threading.local()
    clock.now = lambda: real() - timedelta(seconds=getattr(shifted, "by", 0))

    def middle(environ: Environ, ask: Inner) -> Answer:
        shifted.by = ALLOWANCE_S[SHORT] + 60 if verb_of(environ)[1] == "luu" else 0
        try:
            return ask(environ)
        finally:
            shifted.by = 0

    around(app, middle)


def unlimited(_app: Flask) -> None:
    """Counts no attempts before it makes one more."""
    real = rules.round_refusals

    def forgetful(window: Any, now: datetime, _used: int, allowed: int | None) -> Any:
        return real(window, now, 0, allowed)

    users = [module for name, module in sys.modules.items() if name.startswith("contest.")]
    for module in users:
        if getattr(module, "round_refusals", None) is real:
            module.round_refusals = forgetful


def burning(app: Flask) -> None:
    """A start that comes again, because its reply was lost, ends the attempt that was begun and makes another."""

    def middle(environ: Environ, ask: Inner) -> Answer:
        if not environ["PATH_INFO"].endswith("/bat-dau"):
            return ask(environ)
        body = read_body(environ)
        first = ask(with_body(environ, body))
        code = dict(first[1]).get("Location", "").rpartition("/")[2]
        if not code:
            return first
        ask(with_body({**environ, "PATH_INFO": f"/bai-thi/{code}/nop"}, b"{}"))
        return ask(with_body(environ, body))

    around(app, middle)


def boastful(app: Flask) -> None:
    """Says saved whatever became of it."""

    def middle(environ: Environ, ask: Inner) -> Answer:
        if verb_of(environ)[1] != "luu":
            return ask(environ)
        sent = json.loads(body := read_body(environ))
        answer = ask(with_body(environ, body))
        if not answer[0].startswith("503"):
            return answer
        return as_json({"seq": sent["seq"], "saved_at": datetime.now(UTC).isoformat(), "remaining_ms": 60_000})

    around(app, middle)


def naive(app: Flask) -> None:
    """Believes the machine's clock, whatever it says."""
    clock.now = lambda: clock._wall()


def talkative(app: Flask) -> None:
    """Tells with the state of an attempt what explains the key."""

    def middle(environ: Environ, ask: Inner) -> Answer:
        status, headers, body = ask(environ)
        if environ["PATH_INFO"].startswith("/bai-thi/") and body.startswith(b"{"):
            body = json.dumps({**json.loads(body), "explanation": KEY_MARK}).encode()
        return status, headers, body

    around(app, middle)


#: By the name of what is wrong with them.
MUTANTS: dict[str, Callable[[Flask], None]] = {
    "lazy": lazy,
    "last_wins": last_wins,
    "double": double,
    "endless": endless,
    "unlimited": unlimited,
    "burning": burning,
    "boastful": boastful,
    "naive": naive,
    "talkative": talkative,
}
