"""What rooms above have a say in. ``contest/wiring.py`` fills the lists."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.orm import Session

from contest.accounts.rules import Actor
from contest.rounds.models import Contest, Round, TimeAllowance
from questions.messages import Message

#: Called after the times of a round have changed, inside the same transaction: open attempts follow.
changed: list[Callable[[Session, Round, datetime], object]] = []
#: Called after extra time was granted, inside the same transaction; each answers how many open attempts got longer.
granted: list[Callable[[Session, TimeAllowance, datetime], int]] = []
#: Asked before the results of a round are announced; each answers with the reasons against it.
announcing: list[Callable[[Session, Contest, Round, datetime], list[Message]]] = []
#: Ids of the banks an organizer may draw from (None: all).
usable_banks: list[Callable[[Session, Actor], Collection[int] | None]] = []
