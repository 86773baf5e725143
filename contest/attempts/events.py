"""What happens when an attempt closes: rooms above add what they keep (standings, participation)."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from contest.attempts.models import Attempt

#: Called in order, inside the transaction that closes the attempt; the row of its entry is locked.
closed: list[Callable[[Session, Attempt], None]] = []
