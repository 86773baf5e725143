"""The main navigation: each room adds its entry and says to whom it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext
from flask_login import current_user


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    current: bool
    #: How much waits there; 0 says nothing.
    count: int = 0


def init_app(app: Flask) -> None:
    app.extensions["navigation"] = []
    app.context_processor(lambda: {"nav_items": nav_items(app)})


def add(
    app: Flask,
    label: str,
    endpoint: str,
    admits: Callable[[Any], bool] = lambda _actor: True,
    *,
    whole_room: bool = True,
    count: Callable[[Any], int] | None = None,
) -> None:
    """Add an entry; ``admits(actor)`` decides who sees it (actor None: a stranger).

    It is marked as current on every page of its room and on those whose addresses lie below its own, or
    (``whole_room`` false) on its own page only. ``count(actor)``: how much waits there, shown beside the words.
    """
    app.extensions["navigation"].append((label, endpoint, admits, whole_room, count))


def nav_items(app: Flask) -> list[NavItem]:
    """Entries for the present visitor; the one whose room is open is marked as current."""
    return [
        NavItem(
            gettext(label),
            url_for(endpoint),
            endpoint == request.endpoint or (whole_room and _inside(endpoint)),
            count(current_user.actor) if count else 0,
        )
        for label, endpoint, admits, whole_room, count in app.extensions["navigation"]
        if admits(current_user.actor)
    ]


def _inside(endpoint: str) -> bool:
    """Whether the present page belongs to the room of an entry, or stands below it."""
    below = request.path.startswith(f"{url_for(endpoint)}/")
    return below or endpoint.split(".")[0] == request.blueprint
