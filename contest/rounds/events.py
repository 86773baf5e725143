"""What rooms above have a say in. ``contest/wiring.py`` fills the lists."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.rules import Actor
from contest.rounds.models import Contest, PrizeLine, Round, TimeAllowance
from questions.messages import Message

#: Called after the times of a round have changed, inside the same transaction: open attempts follow.
changed: list[Callable[[Session, Round, datetime], object]] = []
#: Called after extra time was granted, inside the same transaction; each answers how many open attempts got longer.
granted: list[Callable[[Session, TimeAllowance, datetime], int]] = []
#: Asked before the results of a round are announced; each answers with the reasons against it.
announcing: list[Callable[[Session, Contest, Round, datetime], list[Message]]] = []
#: Called when nothing is against announcing the results of a round, inside the transaction that does, before they are
#: locked; with how it was asked for (None: as the contest's settings say). What is announced is written down.
announced: list[Callable[[Session, Actor, Contest, Round, datetime, Any], object]] = []
#: Asked before a line of the table of prizes is changed or taken out; each answers why it must stay.
prize_locks: list[Callable[[Session, PrizeLine], Message | None]] = []
#: Called before a line of the table of prizes is taken out: what was proposed for it goes.
prize_removed: list[Callable[[Session, PrizeLine], object]] = []
#: Ids of the banks an organizer may draw from (None: all).
usable_banks: list[Callable[[Session, Actor], Collection[int] | None]] = []
