"""Clients that are slow on purpose, or by a bad line, and what others notice of them.

Some hundred connections that send nothing, a head or a body bit by bit, or ask for an answer and never hang up;
meanwhile somebody asks for a page over new connections, one after the other, and gives up after some seconds.
"""

import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from bench.measure import nth_of_hundred
from bench.server import HOST

_FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
KINDS = {
    "silent": b"",
    "slow head": b"GET / HTTP/1.1\r\nHost: x\r\n",
    "slow body": b"POST /dang-nhap HTTP/1.1\r\nHost: x\r\n" + _FORM + b"1000\r\n\r\n",
    "slow large body": b"POST /dang-nhap HTTP/1.1\r\nHost: x\r\n" + _FORM + b"1000000\r\n\r\n",
    "not hanging up": b"GET /_bare/empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}
DRIP = {"silent": b"", "slow head": b"X-A: 1\r\n", "slow body": b"x", "slow large body": b"x", "not hanging up": b""}
DRIP_S = 1.0
GIVE_UP_S = 5.0


def besieged(port: int, kind: str, connections: int, seconds: float) -> dict[str, float]:
    """What somebody else's requests take meanwhile, in milliseconds, and how many of them failed."""
    with _slow(port, kind, connections):
        time.sleep(min(1.0, seconds))
        times, failed, until = [], 0, time.perf_counter() + seconds
        while time.perf_counter() < until:
            begun = time.perf_counter()
            if not _answered(port):
                failed += 1
            times.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.02)
    times.sort()
    return {
        "asked": len(times),
        "failed": failed,
        "p50_ms": statistics.median(times),
        "p99_ms": nth_of_hundred(times, 99),
    }


def _answered(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=GIVE_UP_S)
    try:
        connection.request("GET", "/_bare/empty")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _slow(port: int, kind: str, connections: int) -> Iterator[None]:
    stop = threading.Event()
    held: list[socket.socket] = []

    def drip() -> None:
        while not stop.wait(DRIP_S):
            for one in held:
                _send(one, DRIP[kind])

    for _ in range(connections):
        one = socket.create_connection((HOST, port), timeout=GIVE_UP_S)
        held.append(one)
        _send(one, KINDS[kind])
    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for one in held:
            one.close()


def _send(one: socket.socket, some: bytes) -> None:
    """A server that has had enough closes the connection; the others go on."""
    try:
        if some:
            one.send(some)
    except OSError:
        return
