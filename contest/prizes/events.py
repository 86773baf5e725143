"""What the room of announcements tells about the whole contest. ``contest/wiring.py`` fills the list."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from contest.rounds.models import Contest

#: Asked whether the whole contest's results are announced, and whether a correction of them is being made.
whole_results: list[Callable[[Session, Contest], tuple[bool, bool]]] = []
