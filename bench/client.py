"""The load: a process of its own that sends requests over a few kept connections and notes how long each took.

``python -m bench.client`` reads a batch a line, as JSON: ``{"port", "connections", "jobs", "rate"}``, a job being
``[method, path, headers, body]``. It answers with a line ``[seconds of the whole batch, [[seconds, status, headers,
marks, bytes, bytes with head], ...]]`` in the order of the jobs. It talks to 127.0.0.1 alone.

Without ``rate`` the next request follows the answer to the one before, on as many connections as are given. With it
requests arrive by chance, so many a second on average, whatever the answers do; one that finds no connection free
waits, and its waiting counts.
"""

import json
import random
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import brotli

from bench.cores import CLIENT_CORE, pinned
from bench.server import HOST

CONNECTIONS = 4
#: The server drops connections that were idle for longer.
IDLE_S = 3
#: An answer that takes longer ends the measuring.
PATIENCE_S = 120
_MARKS = {
    "token": re.compile(rb'<meta name="?csrf-token"? content="([^"]+)"'),
    "page": re.compile(rb'data-page="?([0-9a-f]+)'),
    "key": re.compile(rb'data-key="?([^\s">]+)'),
}
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
KEPT_HEADERS = ("location", "set-cookie", "content-encoding", "content-type")

#: (method, path, headers, body)
Job = tuple[str, str, dict[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """``marks``: what a page says of itself to its script, as far as it does; ``whole``: bytes, the head included.

    Of ``headers``, named in lower case, there are only the few that matter; several cookies stand on a line each.
    """

    seconds: float
    status: int
    headers: dict[str, str]
    marks: dict[str, str]
    size: int
    whole: int


@dataclass(frozen=True, slots=True)
class Batch:
    seconds: float
    answers: list[Answer]


class Client:
    """The load process as the measuring sees it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.client"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def send(self, port: int, jobs: Sequence[Job], connections: int = CONNECTIONS, rate: float | None = None) -> Batch:
        """Send all jobs, as many at a time as there are connections, or so many a second."""
        assert self.process.stdin and self.process.stdout
        order = {"port": port, "connections": connections, "jobs": jobs, "rate": rate}
        print(json.dumps(order), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load client ended; see above")
        seconds, rows = json.loads(line)
        return Batch(seconds, [Answer(*row) for row in rows])

    def stop(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Broken(Exception):
    """A request that got no answer."""


class Wire:
    """One kept connection, with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.used_at = 0.0
        self.socket: socket.socket | None = None
        self.got = bytearray()
        self.place = -1
        self.begun = 0.0

    def ready(self) -> socket.socket:
        if self.socket and time.perf_counter() - self.used_at > IDLE_S:
            self.close()
        if self.socket is None:
            self.socket = socket.create_connection((HOST, self.port), timeout=PATIENCE_S)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.used_at = time.perf_counter()
        return self.socket

    def close(self) -> None:
        if self.socket:
            self.socket.close()
            self.socket = None

    def send(self, place: int, request: bytes, since: float | None = None) -> None:
        """``since``: when the request arrived, where that was before now."""
        self.place = place
        self.begun = since or time.perf_counter()
        self.ready().sendall(request)

    def read(self) -> tuple[bytes, bytes] | None:
        """Head and body when all of the answer is there."""
        assert self.socket
        piece = self.socket.recv(262_144)
        if not piece:
            raise Broken(f"the server closed the connection after {len(self.got)} bytes of an answer")
        self.got += piece
        end = self.got.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.got[: end + 4])
        length = _LENGTH.search(head)
        if length:
            if len(self.got) < len(head) + int(length[1]):
                return None
        elif _CHUNKED.search(head) and not self.got.endswith(b"0\r\n\r\n"):
            return None
        body = bytes(self.got[len(head) :])
        self.got.clear()
        self.used_at = time.perf_counter()
        if _CLOSE.search(head):
            self.close()
        return head, body


class Load:
    """One batch on its way: what is still to be sent, which connections are free, what has come back."""

    def __init__(self, wires: list[Wire], requests: list[bytes], arrivals: list[float] | None) -> None:
        self.wires = wires
        self.requests = requests
        self.arrivals = arrivals
        self.answers: list[Any] = [None] * len(requests)
        self.free = deque(wires)
        self.next = 0
        self.open = 0
        self.selector = selectors.DefaultSelector()

    def run(self) -> tuple[float, list[Any]]:
        for wire in self.wires:
            wire.ready()
        begun = time.perf_counter()
        while self.next < len(self.requests) or self.open:
            pause = self._send_due(begun)
            for key, _events in self.selector.select(pause):
                self._receive(key.data)
            if self.open and not self.selector.get_map():
                raise Broken("a request got no answer")
        self.selector.close()
        return time.perf_counter() - begun, self.answers

    def _send_due(self, begun: float) -> float:
        """Send what is due as far as connections are free; returns how long nothing more will be."""
        while self.free and self.next < len(self.requests):
            since = None
            if self.arrivals is not None:
                since = begun + self.arrivals[self.next]
                ahead = since - time.perf_counter()
                if ahead > 0:
                    # The system wakes a sleeper late: the last part of the way is gone by looking at the clock.
                    return max(0.0, ahead - 0.0005)
            wire = self.free.popleft()
            wire.send(self.next, self.requests[self.next], since)
            assert wire.socket
            self.selector.register(wire.socket, selectors.EVENT_READ, wire)
            self.next += 1
            self.open += 1
        return PATIENCE_S

    def _receive(self, wire: Wire) -> None:
        held = wire.socket
        answer = wire.read()
        if answer is None:
            return
        assert held
        self.selector.unregister(held)
        self.answers[wire.place] = (wire.used_at - wire.begun, *answer)
        self.free.append(wire)
        self.open -= 1


def encoded(job: Job) -> bytes:
    method, path, headers, body = job
    content = (body or "").encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers.items())]
    if body is not None:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def told(seconds: float, head: bytes, body: bytes) -> tuple[float, int, dict[str, str], dict[str, str], int, int]:
    """An answer as the measuring is told of it."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if (name := name.lower()) in KEPT_HEADERS:
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    if headers.get("content-type", "").startswith("text/html"):
        marks = marks_of(body, headers)
    else:
        # Only a save that is not the one that counts is told what stands.
        marks = {"stale": "1"} if b'"answers":' in body else {}
    return seconds, int(first.split()[1]), headers, marks, len(body), len(head) + len(body)


def marks_of(body: bytes, headers: dict[str, str]) -> dict[str, str]:
    plain = brotli.decompress(body) if headers.get("content-encoding") == "br" else body
    found = {name: pattern.search(plain) for name, pattern in _MARKS.items()}
    return {name: match[1].decode() for name, match in found.items() if match}


def main() -> None:
    pinned(CLIENT_CORE)
    wires: dict[int, list[Wire]] = {}
    for line in sys.stdin:
        order = json.loads(line)
        requests = [encoded(job) for job in order["jobs"]]
        arrivals = None
        if order["rate"]:
            chance, at, arrivals = random.Random(len(requests)), 0.0, []
            for _ in requests:
                at += chance.expovariate(order["rate"])
                arrivals.append(at)
        known = wires.setdefault(order["port"], [])
        known += [Wire(order["port"]) for _ in range(order["connections"] - len(known))]
        seconds, answers = Load(known[: order["connections"]], requests, arrivals).run()
        print(json.dumps([seconds, [told(*answer) for answer in answers]]), flush=True)


if __name__ == "__main__":
    main()
