"""What happens when an attempt closes or is marked again: rooms above add what they keep (standings, participation)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from contest.attempts.models import Attempt


@dataclass(frozen=True, slots=True)
class Before:
    """What an attempt had earned before it was marked again."""

    score: int | None
    max_score: int
    perfect: bool
    correct: int | None
    pending: int


#: Called in order for every attempt that ends, counted or not, inside the transaction that ends it.
ended: list[Callable[[Session, Attempt], None]] = []
#: Called in order, inside the transaction that closes the attempt; the row of its entry is locked.
closed: list[Callable[[Session, Attempt], None]] = []
#: Called in order when the marks of a counted attempt changed; the row of its entry is locked.
rescored: list[Callable[[Session, Attempt, Before], None]] = []
