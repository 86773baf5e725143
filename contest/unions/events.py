"""What rooms above have a say in. ``contest/wiring.py`` fills the list."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

#: Called after unions were renamed or moved, inside the same transaction.
changed: list[Callable[[Session], object]] = []

#: Asked before the present tree changes, with None: whether somebody needs it kept; told then the id of the copy.
keeping: list[Callable[[Session, int | None, datetime], bool]] = []
