"""One address, two forms: a page for people, the same rows as data for programs."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Response, jsonify, render_template, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header


def wants_json() -> bool:
    """Whether the request prefers JSON to a page."""
    return prefers_json(request.headers.get("Accept", ""))


@lru_cache(maxsize=1024)
def prefers_json(accepted: str) -> bool:
    """The same of an Accept header; browsers of one kind all send the same."""
    best = parse_accept_header(accepted, MIMEAccept).best_match(["text/html", "application/json"])
    return best == "application/json"


def page_or_json(template: str, data: Callable[[], Any], **context: Any) -> Response | str:
    """The page, or for ``Accept: application/json`` what ``data()`` returns."""
    if wants_json():
        response = jsonify(data())
        response.vary.add("Accept")
        return response
    return render_template(template, **context)
