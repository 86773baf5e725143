"""A bad line between a phone and the server: slow, losing requests and replies, silent or dead for a while.

It speaks HTTP as far as it must to tell one exchange from another, so that what is lost is a whole request (the server
never hears of it) or a whole reply (the server has done and stored it, the phone never hears of it). Which ones are
lost is drawn from a seed.
"""

import random
import re
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from bench.ports import free_port

#: Delay one way, share of exchanges lost, bytes a second of a 2G phone in a valley.
VALLEY = {"delay": 0.225, "loss": 0.3, "rate": 12_000}
#: So long a test waits for what must come, also on a machine that has much else to do.
PATIENCE_S = 60
_LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)
_CONNECTION = re.compile(rb"\r\nConnection: *[^\r]*", re.IGNORECASE)


class Fate(StrEnum):
    PASSED = "passed"
    REQUEST_LOST = "request lost"
    REPLY_LOST = "reply lost"


@dataclass
class Exchange:
    """One request as the line saw it; ``status`` is what the server answered, whether or not that arrived."""

    method: str
    path: str
    fate: Fate
    status: int | None = None
    ended: bool = False


class Hold:
    """An exchange that the server has carried out and whose reply waits on the line until it is let go."""

    def __init__(self, method: str, path: str) -> None:
        self.method, self.path = method, re.compile(path)
        self._come, self._go = threading.Event(), threading.Event()

    def wait(self) -> None:
        """Until the reply is on the line."""
        assert self._come.wait(PATIENCE_S), f"no {self.method} {self.path.pattern}"

    def release(self) -> None:
        self._go.set()

    def take(self) -> None:
        self._come.set()
        self._go.wait(PATIENCE_S)


@dataclass
class Link:
    """Listens at ``url`` and leads to the server; ``down``, ``silent`` and ``up`` play an outage."""

    server_port: int
    delay: float = 0.0
    loss: float = 0.0
    rate: float | None = None
    seed: int = 1
    #: So long a lost exchange hangs before it is cut.
    hang: float = 1.0
    log: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.doomed: list[tuple[str, re.Pattern, Fate]] = []
        self.holds: list[Hold] = []
        self.guard = threading.Lock()
        self.open: set[socket.socket] = set()
        self.is_silent = False
        self.is_restarting = False
        self.port = free_port()
        self.listener = listen(self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                phone, _ = listener.accept()
            except OSError:
                return
            with self.guard:
                self.open.add(phone)
            threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    # what a test plays

    def down(self) -> None:
        """Nobody can connect, and what was under way is cut."""
        # Waking up who waits in accept: closing alone leaves the port open until the next caller.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._cut()

    def up(self) -> None:
        """The line works again, at the same address."""
        if self.is_silent:
            self.is_silent = False
            self._cut()
        else:
            self.listener = listen(self.port)
            self._serve()

    def silent(self) -> None:
        """Connections are taken and nothing ever comes back."""
        self.is_silent = True

    def restarting(self, server_is: bool = True) -> None:
        """Every request is answered by the proxy before the server: 502."""
        self.is_restarting = server_is

    def lose(self, method: str, path: str, fate: Fate = Fate.REPLY_LOST, times: int = 1) -> None:
        """What happens to the next exchanges of this method whose path the pattern matches.

        A reply is lost only of what the server has carried out: its status is below 400.
        """
        self.doomed += [(method, re.compile(path), fate)] * times

    def hold(self, method: str, path: str) -> Hold:
        """Keeps back the reply to the next exchange of this method whose path the pattern matches."""
        hold = Hold(method, path)
        self.holds.append(hold)
        return hold

    def close(self) -> None:
        self.listener.close()
        self._cut()

    def seen(self, method: str, path: str) -> list[Exchange]:
        return [one for one in self.log if one.method == method and re.search(path, one.path)]

    # carrying

    def _cut(self) -> None:
        with self.guard:
            for phone in self.open:
                shut(phone)

    def _carry(self, phone: socket.socket) -> None:
        try:
            request = read_request(phone)
            if request:
                self._exchange(phone, request)
        except OSError:
            pass
        finally:
            with self.guard:
                self.open.discard(phone)
            phone.close()

    def _exchange(self, phone: socket.socket, request: bytes) -> None:
        method, path, _ = request.split(b" ", 2)
        exchange = Exchange(method.decode(), path.decode(), self._drawn())
        if self._doom(exchange, Fate.REQUEST_LOST):
            exchange.fate = Fate.REQUEST_LOST
        self.log.append(exchange)
        while self.is_silent:
            time.sleep(0.05)
        self._wait(len(request))
        if exchange.fate is Fate.REQUEST_LOST:
            time.sleep(self.hang)
            return
        reply = self._ask_server(request)
        exchange.status = int(reply.split(b" ", 2)[1]) if reply else None
        if hold := self._held(exchange):
            hold.take()
        if exchange.status and exchange.status < 400 and self._doom(exchange, Fate.REPLY_LOST):
            exchange.fate = Fate.REPLY_LOST
        self._wait(len(reply))
        if exchange.fate is Fate.REPLY_LOST:
            time.sleep(self.hang)
            return
        phone.sendall(reply)
        exchange.ended = True

    def _drawn(self) -> Fate:
        with self.guard:
            drawn = self.chance.random()
        if drawn >= self.loss:
            return Fate.PASSED
        return Fate.REQUEST_LOST if drawn < self.loss / 2 else Fate.REPLY_LOST

    def _doom(self, exchange: Exchange, fate: Fate) -> bool:
        """Whether a test wants this exchange to end so; it is taken off the list."""
        with self.guard:
            for doom in self.doomed:
                if doom[0] == exchange.method and doom[2] is fate and doom[1].search(exchange.path):
                    self.doomed.remove(doom)
                    return True
        return False

    def _held(self, exchange: Exchange) -> Hold | None:
        """The hold that a test has put on this exchange; it is taken off the list."""
        with self.guard:
            for hold in self.holds:
                if hold.method == exchange.method and hold.path.search(exchange.path):
                    self.holds.remove(hold)
                    return hold
        return None

    def _wait(self, size: int) -> None:
        time.sleep(self.delay + (size / self.rate if self.rate else 0))

    def _ask_server(self, request: bytes) -> bytes:
        if self.is_restarting:
            return b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>502</h1>"
        try:
            server = socket.create_connection(("127.0.0.1", self.server_port), timeout=30)
        except OSError:
            return b""
        with server:
            server.sendall(_CONNECTION.sub(b"", request).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            parts = []
            while part := server.recv(65536):
                parts.append(part)
        return b"".join(parts)


def listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    return listener


def shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def read_request(phone: socket.socket) -> bytes:
    """One whole request; empty when the phone goes away before."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = phone.recv(65536)
        if not part:
            return b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    missing = (int(length[1]) if length else 0) - len(body)
    while missing > 0:
        part = phone.recv(65536)
        if not part:
            return b""
        body, missing = body + part, missing - len(part)
    return head + b"\r\n\r\n" + body
