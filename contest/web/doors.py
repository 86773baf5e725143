"""Doors: what a page asks of its visitor. Every view names one; a test fails where one has none."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def mark(view: View, door: str) -> View:
    """Note on a view which door it has."""
    vars(view)["door"] = door
    return view


def public(view: View) -> View:
    """Open to everybody."""
    return mark(view, "public")
