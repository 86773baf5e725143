"""The address of the waiting page for who does not wait: the door (``doorkeeper``) answers everybody who does."""

from typing import Any

from flask import jsonify, redirect, url_for

from contest.attempts.routes import bp
from contest.web.doors import public
from contest.web.negotiation import wants_json


@bp.get("/cuoc-thi/<slug>/dot/<int:number>/cho")
@public
def waiting(slug: str, number: int) -> Any:
    """Nobody has to wait: the way leads to the contest, for programs to the start."""
    if wants_json():
        start = url_for("attempts.start", slug=slug, number=number)
        return jsonify(waiting=False, place=0, seconds=0, retry_after_s=0, start=start)
    return redirect(url_for("attempts.contest", slug=slug), code=303)
