"""What rooms above have a say in. ``contest/wiring.py`` fills the list."""

from collections.abc import Callable

from sqlalchemy.orm import Session

#: Called after unions were renamed or moved, inside the same transaction.
changed: list[Callable[[Session], object]] = []
