"""One address, two forms: a page for people, the same rows as data for programs."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, render_template, request


def wants_json() -> bool:
    """Whether the request prefers JSON to a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def page_or_json(template: str, data: Callable[[], Any], **context: Any) -> Response | str:
    """The page, or for ``Accept: application/json`` what ``data()`` returns."""
    if wants_json():
        response = jsonify(data())
        response.vary.add("Accept")
        return response
    return render_template(template, **context)
