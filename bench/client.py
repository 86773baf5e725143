"""The load: a process of its own that sends requests over a few kept connections and notes how long each took.

``python -m bench.client`` reads a batch a line, as JSON: ``{"port", "connections", "jobs"}``, a job being
``[method, path, headers, body]``. It answers with a line ``[seconds of the whole batch, [[seconds, status, headers,
token, bytes], ...]]`` in the order of the jobs. It talks to 127.0.0.1 alone.
"""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any

import brotli

from bench.server import CLIENT_CORE, HOST, pinned

CONNECTIONS = 4
#: The server drops connections that were idle for longer.
IDLE_S = 5
_TOKEN = re.compile(rb'<meta name="csrf-token" content="([^"]+)"')

#: (method, path, headers, body)
Job = tuple[str, str, dict[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """``token`` is the page's CSRF token, if it shows one."""

    seconds: float
    status: int
    headers: dict[str, str]
    token: str
    size: int


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

    def send(self, port: int, jobs: Sequence[Job], connections: int = CONNECTIONS) -> Batch:
        """Send all jobs, as many at a time as there are connections."""
        assert self.process.stdin and self.process.stdout
        print(json.dumps({"port": port, "connections": connections, "jobs": jobs}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load client ended; see above")
        seconds, rows = json.loads(line)
        return Batch(seconds, [Answer(*row) for row in rows])

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


class Wire:
    """One kept connection."""

    def __init__(self) -> None:
        self.port = 0
        self.used_at = 0.0
        self.connection: HTTPConnection | None = None

    def ready(self, port: int) -> HTTPConnection:
        fresh = self.connection and self.port == port and time.monotonic() - self.used_at < IDLE_S
        if not fresh:
            if self.connection:
                self.connection.close()
            self.connection = HTTPConnection(HOST, port, timeout=120)
            self.connection.connect()
            self.port = port
        assert self.connection
        return self.connection

    def ask(self, port: int, job: Job) -> tuple[float, int, dict[str, str], str, int]:
        connection = self.ready(port)
        method, path, headers, body = job
        begun = time.perf_counter()
        connection.request(method, path, body.encode() if body is not None else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - begun
        self.used_at = time.monotonic()
        found = {name: value for name, value in answer.getheaders() if name in ("Location", "Set-Cookie")}
        return seconds, answer.status, found, token_in(content, answer.getheader("Content-Encoding")), len(content)


def token_in(content: bytes, encoding: str | None) -> str:
    plain = brotli.decompress(content) if encoding == "br" else content
    match = _TOKEN.search(plain)
    return match[1].decode() if match else ""


def run(wires: list[Wire], port: int, jobs: list[Job]) -> tuple[float, list[Any]]:
    """Send the jobs in order over the wires; the answers in the order of the jobs."""
    places, answers = count(), [None] * len(jobs)

    def work(wire: Wire) -> None:
        while (place := next(places)) < len(jobs):
            answers[place] = wire.ask(port, jobs[place])

    for wire in wires:
        wire.ready(port)
    threads = [threading.Thread(target=work, args=(wire,)) for wire in wires]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if None in answers:
        raise HTTPException("a request got no answer; see above")
    return seconds, answers


def main() -> None:
    pinned(CLIENT_CORE)
    wires: list[Wire] = []
    for line in sys.stdin:
        order = json.loads(line)
        wires += [Wire() for _ in range(order["connections"] - len(wires))]
        print(json.dumps(run(wires[: order["connections"]], order["port"], order["jobs"])), flush=True)


if __name__ == "__main__":
    main()
