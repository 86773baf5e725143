"""Logs: one JSON line a request, with the route's pattern instead of its address, and nobody's name."""

import json
import logging
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, Response, g, request

from contest import clock

log = logging.getLogger("contest.access")

#: Asked for so often by machines that a line each would bury the others.
_QUIET = frozenset({"asset", "web.healthz"})
_encode = json.JSONEncoder(ensure_ascii=False).encode


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        row: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        row.update(getattr(record, "fields", {}))
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


def init_app(app: Flask) -> None:
    root = logging.getLogger("contest")
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        root.propagate = False
    app.before_request(begin_request)
    app.after_request(log_request)


def begin_request() -> None:
    g.request_id = secrets.token_hex(6)
    g.started = time.perf_counter()


def log_request(response: Response) -> Response:
    if request.endpoint not in _QUIET and log.isEnabledFor(logging.INFO):
        fields = {
            "request": g.get("request_id"),
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        }
        _write(fields)
    return response


def _write(fields: dict[str, Any]) -> None:
    """One line, without the detours of a record: every request of every participant writes one."""
    handlers = log.handlers or logging.getLogger("contest").handlers
    if len(handlers) != 1 or type(handlers[0].formatter) is not JsonLines:
        # Somebody listens in another way.
        log.info("request", extra={"fields": fields})
        return
    seconds = int(clock.now().timestamp())
    row = {"at": _stamp(seconds), "level": "info", "logger": log.name, "message": "request", **fields}
    stream = handlers[0].stream
    with suppress(OSError):
        # A full disk or a closed pipe costs the line, never the answer: what it tells of has been committed.
        stream.write(_encode(row) + "\n")
        stream.flush()


@lru_cache(maxsize=2)
def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%dT%H:%M:%S%z")
