"""What rooms above have a say in. ``contest/wiring.py`` fills the lists."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from contest.unions.headcount_rules import Crowd


@dataclass(frozen=True, slots=True)
class PeopleMove:
    """A union whose people go to another on a day; ``to_id`` None: to none, they stay as workers."""

    change_id: int
    from_id: int
    to_id: int | None
    on: date


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """People and roles that still stand at unions which have ended."""

    people: int = 0
    roles: int = 0

    def __bool__(self) -> bool:
        return bool(self.people or self.roles)


#: Called after unions were renamed or moved, inside the same transaction.
changed: list[Callable[[Session], object]] = []

#: Asked before the present tree changes, with None: whether somebody needs it kept; told then the id of the copy.
keeping: list[Callable[[Session, int | None, datetime], bool]] = []

#: Asked for a preview: the titles of contests that would keep the present tree.
keepers: list[Callable[[Session, datetime], Sequence[str]]] = []

#: Called when a union ends and its people go elsewhere, inside the same transaction, in the order of days.
people_moved: list[Callable[[Session, Sequence[PeopleMove], datetime], object]] = []

#: Called with the ids of changes that are undone: who still stands where they put them goes back.
people_returned: list[Callable[[Session, Sequence[int], datetime], object]] = []

#: Asked for the people of each union of a branch (the id of its top), or (True) of its top alone, in contests whose
#: results are not announced.
crowds: list[Callable[[Session, int, bool], Iterable[Crowd]]] = []

#: Asked what was left open below some unions (None: anywhere) by one decision (its id; None: by all), on a day.
loose_ends: list[Callable[[Session, Collection[int] | None, int | None, date], LooseEnds]] = []
