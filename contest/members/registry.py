"""What rooms above tell this one about a person; filled in ``contest.wiring``."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.members.request_rules import Fate

#: Whether a person's union and kind may no longer change: ``(session, person id) -> locked``.
locks: list[Callable[[Session, int], bool]] = []

#: Who hears of somebody having registered: ``(session, person id, trace of browser and network, now)``.
registered: list[Callable[[Session, int, tuple[str | None, str | None], datetime], None]] = []

#: Whether a page of this site (its address) belongs to a contest that asks participants for their day of birth.
asks_birth: list[Callable[[Session, str], bool]] = []

#: What else is stored of a person, for the person's own data: name of the part -> reader.
own_data: dict[str, Callable[[Session, int], Any]] = {}

#: Moves somebody's entries from wrongly chosen unions to the right one, with all that follows from it: ``(session,
#: person id, ids of the wrong unions, id of the right one, whether to do it)``. Not done, it says what would become.
entry_moves: list[Callable[[Session, int, Collection[int | None], int, bool], list[Fate]]] = []
