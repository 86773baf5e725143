"""The blueprint of the room: its pages stand in ``routes`` and ``administration``."""

from flask import Blueprint, abort

from contest.accounts.identity import current_actor
from contest.accounts.rules import Actor

bp = Blueprint("members", __name__)


def actor_here() -> Actor:
    """The signed-in person in front of the page."""
    actor = current_actor()
    if actor is None:
        abort(401)
    return actor
