"""What rooms above tell this one about a person; filled in ``contest.wiring``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.rules import Actor
from contest.members.merge_rules import EntryFate
from contest.members.request_rules import Fate
from questions.messages import Message

#: Whether a person's union and kind may no longer change: ``(session, person id) -> locked``.
locks: list[Callable[[Session, int], bool]] = []

#: Who hears of somebody having registered: ``(session, person id, trace of browser and network, now)``.
registered: list[Callable[[Session, int, tuple[str | None, str | None], datetime], None]] = []

#: Whether a page of this site (its address) belongs to a contest that asks participants for their day of birth.
asks_birth: list[Callable[[Session, str], bool]] = []

#: What else is stored of a person, for the person's own data: name of the part -> reader.
own_data: dict[str, Callable[[Session, int], Any]] = {}

#: What would become of somebody's entries if they went from wrongly chosen unions to the right one: ``(session,
#: person id, ids of the wrong unions, id of the right one)``.
move_fates: list[Callable[[Session, int, Collection[int | None], int], list[Fate]]] = []

#: Moves them, with all that follows from it; the same arguments.
entry_moves: list[Callable[[Session, int, Collection[int | None], int], list[Fate]]] = []

#: What would become of the entries of one person made one with another: ``(session, kept id, gone id)``.
entry_fates: list[Callable[[Session, int, int], list[EntryFate]]] = []

#: Does it: ``(session, actor, kept id, gone id, reason, now)``.
entry_merges: list[Callable[[Session, Actor, int, int, str, datetime], list[EntryFate]]] = []

#: Why that cannot be taken back any more: ``(session, kept id, what was stored of the entries, when)``.
merge_locks: list[Callable[[Session, int, Sequence[Mapping[str, Any]], datetime], list[Message]]] = []

#: Takes it back: ``(session, actor, gone id, what was stored of the entries, reason, now)``.
entry_splits: list[Callable[[Session, Actor, int, Sequence[Mapping[str, Any]], str, datetime], None]] = []
