"""Requests as phones send them over bad lines: kept connections, replies nobody reads, many at the same moment."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

HOST = "127.0.0.1"
#: Longer than the product ever makes anybody wait; who waits so long has lost the reply.
PATIENCE_S = 40


class Lost(Exception):
    """No reply came: whether the request was obeyed is not known."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. ``body`` is sent as JSON where it is no text."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def send(self, connection: HTTPConnection) -> None:
        headers, body = dict(self.headers), self.body
        if body is not None and not isinstance(body, str):
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        elif body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(self.method, self.path, None if body is None else body.encode(), headers)


@dataclass(frozen=True, slots=True)
class Reply:
    """``sent_at`` and ``got_at`` are seconds since the epoch, by this machine's clock."""

    status: int
    headers: dict[str, str]
    body: bytes
    sent_at: float
    got_at: float

    @property
    def data(self) -> dict[str, Any]:
        """The body as data; empty when it is a page."""
        if "json" not in self.headers.get("content-type", ""):
            return {}
        return json.loads(self.body)

    @property
    def place(self) -> str:
        """Last part of the address it leads to."""
        return self.headers.get("location", "").rsplit("/", 1)[-1]


class Wire:
    """One kept connection to one server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection: HTTPConnection | None = None
        self.used_at = 0.0

    def ask(self, ask: Ask) -> Reply:
        """The reply to a request; raises Lost, after which the next request goes over a new connection."""
        if self.connection and time.monotonic() - self.used_at > 0.5:
            # The server gives up idle connections after a second, perhaps at this very moment.
            self.close()
        sent_at = time.time()
        try:
            self.connection = self.connection or HTTPConnection(HOST, self.port, timeout=PATIENCE_S)
            ask.send(self.connection)
            return _read(self.connection, sent_at)
        except (OSError, HTTPException) as error:
            self.close()
            raise Lost(str(error) or type(error).__name__) from error
        finally:
            self.used_at = time.monotonic()

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None


def fire(port: int, ask: Ask) -> bool:
    """Send a request and hang up before its reply; whether it could be sent at all."""
    connection = HTTPConnection(HOST, port, timeout=PATIENCE_S)
    try:
        ask.send(connection)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def burst(asks: Sequence[tuple[int, Ask]]) -> list[Reply | None]:
    """Send requests (port, request) at the same moment, each over a connection of its own; None for a lost reply."""
    opened = [_opened(port) for port, _ask in asks]
    sent: list[tuple[HTTPConnection | None, float]] = []
    for connection, (_port, ask) in zip(opened, asks, strict=True):
        sent_at = time.time()
        try:
            if connection:
                ask.send(connection)
            sent.append((connection, sent_at))
        except (OSError, HTTPException):
            sent.append((None, sent_at))
    replies = [_read_or_none(connection, sent_at) for connection, sent_at in sent]
    for connection in opened:
        if connection:
            connection.close()
    return replies


def _opened(port: int) -> HTTPConnection | None:
    connection = HTTPConnection(HOST, port, timeout=PATIENCE_S)
    try:
        connection.connect()
    except OSError:
        return None
    return connection


def _read_or_none(connection: HTTPConnection | None, sent_at: float) -> Reply | None:
    if connection is None:
        return None
    try:
        return _read(connection, sent_at)
    except (OSError, HTTPException):
        return None


def _read(connection: HTTPConnection, sent_at: float) -> Reply:
    answer = connection.getresponse()
    body = answer.read()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(answer.status, headers, body, sent_at, time.time())
