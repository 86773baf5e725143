"""What rooms above tell about a result. ``contest/wiring.py`` fills the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from questions.messages import Message


@dataclass(frozen=True, slots=True)
class Correction:
    """A key that was changed after the fact (``undone``: changed back), as the owner of an attempt is told.

    ``place`` of the question in the paper; scores None where this attempt's did not change.
    """

    place: int
    said: Message
    reason: str
    at: datetime
    old_score: int | None
    new_score: int | None
    undone: bool


#: Asked for what was decided about questions of an attempt, in order.
corrections: list[Callable[[Session, Attempt], list[Correction]]] = []
