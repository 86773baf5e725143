"""The door before the start of attempts: lets people in at the pace of :mod:`gate`, gives the others a waiting page.

It stands in front of the app, so that who waits costs no database, no sign-in and no template: what they get is put
together from parts made once. Saves, papers and submissions do not come through here.
"""

import json
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request, Response

from contest import clock
from contest.accounts.identity import token_hash
from contest.attempts import tickets
from contest.attempts.gate import Gate, Place
from contest.attempts.waiting_page import Texts, WaitingPages
from contest.direct import Direct
from contest.web.headers import HEADERS
from contest.web.texts import LANGUAGES

_ADDRESS = re.compile(r"(/cuoc-thi/([^/]+)/dot/(\d{1,9}))/(bat-dau|cho)")
_IN_LANE = re.compile(rb"[A-Z]+ [^ ?]*/(?:(bai-thi/[A-Z2-9]+)|cuoc-thi/[^/ ?]+/dot/\d{1,9}/(?:bat-dau|cho))[ ?]")
#: A request may wait so long for a start that is being served to end, in seconds; no more than two do.
PATIENCE_S = 0.25
PATIENT = 2
#: People whose tickets a process finds again when their cookie does not come back.
MAX_KNOWN = 100_000

_OPEN = """
SELECT 1 FROM sign_in
JOIN entry ON entry.person_id = sign_in.person_id
JOIN contest ON contest.id = entry.contest_id
JOIN round ON round.contest_id = contest.id
JOIN attempt ON attempt.entry_id = entry.id AND attempt.round_id = round.id
WHERE sign_in.token_hash = :token AND contest.slug = :slug AND round.number = :number AND attempt.state = 'open'
"""


def rank(seen: bytes) -> int | None:
    """The rank in the lane of a request with these first bytes: papers of who went in, then who stands at the door."""
    found = _IN_LANE.match(seen)
    return None if found is None else 0 if found[1] else 1


@lru_cache(maxsize=2)
def _open(direct: Direct) -> str:
    return direct.text(_OPEN)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a round's start or waiting page."""

    request: Request
    holder: tickets.Holder
    slug: str
    number: int
    starts: bool
    visit: Any


class Doorkeeper:
    """A WSGI app around the product's; one of each process.

    Setting ``START_RATE``: starts a second that a process lets in; None: as many as it finds it can serve.
    """

    def __init__(self, app: Flask, inner: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._inner = inner
        # One writer is all that SQLite has; elsewhere a start waits for the database half of its time.
        slots = 1 if app.extensions["store"].direct.on_sqlite else 2
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.gate = Gate(app.config["START_RATE"], slots, app.config.get("PROCESSES", 1), cores)
        self._lock = threading.Lock()
        self._left = threading.Condition(self._lock)
        self._patient = 0
        self._signer = tickets.signer(app.config["SECRET_KEY"])
        self._known: OrderedDict[str, int] = OrderedDict()
        self._pages = WaitingPages(app)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        address = _ADDRESS.fullmatch(path) if path.endswith(("/bat-dau", "/cho")) else None
        if address is None:
            return self._inner(environ, start_response)
        starts = address[4] == "bat-dau"
        if starts and environ["REQUEST_METHOD"] == "POST":
            with self._lock:
                free = self.gate.walk_in(self._now()) and self._take_slot()
            if free:
                return self._let_in(environ, start_response)
        elif starts or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._inner(environ, start_response)
        request = Request(environ)
        visit = self._app.session_interface.open_session(self._app, request) or {}
        sign_in = visit.get("_user_id")
        if not sign_in:
            return self._inner(environ, start_response)
        holder = tickets.Holder(address[1], str(sign_in))
        asked = Asked(request, holder, address[2], int(address[3]), starts, visit)
        return self._queue(asked, environ, start_response)

    def _queue(self, asked: Asked, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        arrival = self._ticket_of(asked)
        if arrival is None:
            if not asked.starts or self._is_inside(asked):
                return self._inner(environ, start_response)
            with self._lock:
                arrival = self._new_ticket(asked.holder)
        with self._lock:
            place = self.gate.place(arrival, self._now())
            admitted = asked.starts and place.is_due and self._take_slot()
            if asked.starts and place.is_due and not admitted:
                self.gate.found_no_place(self._now())
        if admitted:
            return self._let_in(environ, start_response)
        return self._tell(asked, place, arrival)(environ, start_response)

    # tickets

    def _ticket_of(self, asked: Asked) -> int | None:
        """The arrival that the request proves, or that this process remembers, while its turn is not long over."""
        cookie = asked.request.cookies.get(tickets.COOKIE, "")
        arrival = tickets.read(self._signer, asked.holder, cookie) if cookie else None
        with self._lock:
            known = self._known.get(asked.holder.key)
            arrival = min((each for each in (arrival, known) if each is not None), default=None)
            if arrival is not None and self.gate.is_stale(arrival, self._now()):
                self._known.pop(asked.holder.key, None)
                return None
        return arrival

    def _new_ticket(self, holder: tickets.Holder) -> int:
        arrival = self._known[holder.key] = self.gate.ticket(self._now())
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return arrival

    def _is_inside(self, asked: Asked) -> bool:
        """Whether the person has an open attempt of the round: they go on without waiting."""
        direct = self._app.extensions["store"].direct
        wanted = {"token": token_hash(asked.holder.sign_in), "slug": asked.slug, "number": asked.number}
        try:
            return direct.first(_open(direct), wanted) is not None
        except SQLAlchemyError:
            # The app behind the door says that the database is away, and when to come again.
            return True

    # going in

    def _take_slot(self) -> bool:
        """A place among the starts being served; waits a moment for one. The lock is held."""
        if self.gate.inside >= self.gate.slots and self._patient < PATIENT:
            self._patient += 1
            self._left.wait_for(lambda: self.gate.inside < self.gate.slots, PATIENCE_S)
            self._patient -= 1
        free = self.gate.inside < self.gate.slots
        self.gate.inside += free
        return free

    def _let_in(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, cpu = time.perf_counter(), time.thread_time()
        try:
            return self._inner(environ, start_response)
        finally:
            with self._lock:
                self.gate.inside -= 1
                self.gate.finished(time.thread_time() - cpu, time.perf_counter() - began)
                self._left.notify()

    def _now(self) -> float:
        return clock.now().timestamp()

    @property
    def lane(self) -> tuple[int, int, Callable[[bytes], int | None]]:
        """How many requests the server is to serve at a time, of how many ranks, and which: see contest/worker.py."""
        return self.gate.slots, 2, rank

    def prepare(self) -> None:
        """Make the parts of the waiting page before anybody waits."""
        for language in LANGUAGES:
            self._pages.texts(language)

    # what those who wait are told

    def _tell(self, asked: Asked, place: Place, arrival: int) -> Response:
        wait = 1.0 if place.is_due else place.look_after
        if asked.request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
            response = _data(asked, place, wait, self._pages.texts_for(asked.visit))
        else:
            response = self._pages.answer(asked.request, asked.visit, asked.holder.round_path, place, wait)
        response.headers.update(HEADERS)
        if asked.starts or not place.is_due:
            response.headers["Retry-After"] = str(ceil(wait))
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Vary"] = "Accept, Accept-Encoding, Cookie"
        response.set_cookie(
            tickets.COOKIE,
            tickets.written(self._signer, asked.holder, arrival),
            max_age=3 * 60 * 60,
            path=asked.holder.round_path,
            secure=self._app.config.get("SESSION_COOKIE_SECURE", False),
            httponly=True,
            samesite="Lax",
        )
        return response


def _data(asked: Asked, place: Place, wait: float, texts: Texts) -> Response:
    """The place as data: 202 while one has to wait, 200 when the start is to be asked for now."""
    due = place.is_due and not asked.starts
    told = {
        "waiting": not due,
        "place": place.ahead,
        "place_text": texts.place(place),
        "seconds": round(place.seconds),
        "time_text": texts.time(place),
        "retry_after_s": 0 if due else round(wait, 1),
        "start": f"{asked.holder.round_path}/bat-dau",
    }
    return Response(json.dumps(told), status=200 if due else 202, mimetype="application/json")


def init_app(app: Flask) -> None:
    """Put the door in front of an app, unless its setting says that starts never wait."""
    if app.config.get("START_RATE", 0) == 0:
        return
    keeper = Doorkeeper(app, app.wsgi_app)
    app.wsgi_app = keeper
    app.extensions["doorkeeper"] = keeper
    #: The server gives only so many threads at a time to those at the door (contest/worker.py).
    app.extensions["lane"] = keeper.lane
