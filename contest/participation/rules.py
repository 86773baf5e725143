"""Who of how many: rolling up the tree, headcounts, rates, targets; pure.

People belong to exactly one union of a contest (frozen at their first attempt), so that adding up the unions below
never counts a person twice.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from contest.accounts.rules import PersonKind
from contest.rounds.settings import HeadcountBasis

BASIS_KINDS = {
    HeadcountBasis.MEMBERS: frozenset({PersonKind.MEMBER, PersonKind.OFFICIAL}),
    HeadcountBasis.ALL: frozenset(PersonKind),
}


class TargetSource(StrEnum):
    """Who set a union's target: one above it, or the union itself, upwards only."""

    GIVEN = "given"
    OWN = "own"


class Counts(NamedTuple):
    """People and attempts, always apart. ``score_sum`` adds the scores of all counted attempts."""

    people: int = 0
    attempts: int = 0
    perfect_people: int = 0
    perfect_attempts: int = 0
    score_sum: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.people + other.people,
            self.attempts + other.attempts,
            self.perfect_people + other.perfect_people,
            self.perfect_attempts + other.perfect_attempts,
            self.score_sum + other.score_sum,
        )

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(
            self.people - other.people,
            self.attempts - other.attempts,
            self.perfect_people - other.perfect_people,
            self.perfect_attempts - other.perfect_attempts,
            self.score_sum - other.score_sum,
        )

    @property
    def average(self) -> float | None:
        """Mean score of an attempt; None without attempts."""
        return self.score_sum / self.attempts if self.attempts else None


NOTHING = Counts()


def bottom_up(parents: Mapping[int, int | None]) -> list[int]:
    """The nodes of a tree, every node after all nodes below it. A parent outside of the mapping counts as none.

    Raises ValueError for a circle.

    >>> bottom_up({1: None, 2: 1, 3: 2})
    [3, 2, 1]
    """
    waiting = dict.fromkeys(parents, 0)
    for parent in parents.values():
        if parent in waiting:
            waiting[parent] += 1
    ready = [node for node, children in waiting.items() if not children]
    for node in ready:
        parent = parents[node]
        if parent in waiting:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    if len(ready) != len(waiting):
        raise ValueError("the tree has a circle")
    return ready


def rate(people: int, headcount: int | None) -> float | None:
    """People in per cent of the headcount; None without one. May pass 100: shown with a warning, never capped.

    >>> rate(30, 40), rate(3, 2), rate(3, 0), rate(3, None)
    (75.0, 150.0, None, None)
    """
    return 100 * people / headcount if headcount else None


def people_wanted(headcount: int | None, percent: int | None) -> int | None:
    """How many people a target of so many per cent asks for: rounded up; None without headcount or target.

    >>> people_wanted(41, 60), people_wanted(40, 60), people_wanted(None, 60)
    (25, 24, None)
    """
    if not headcount or percent is None:
        return None
    return -(-headcount * percent // 100)


def largest(wanted: Iterable[int | None]) -> int | None:
    """The largest of several targets; None where there is none.

    >>> largest([24, None, 30])
    30
    """
    return max((people for people in wanted if people is not None), default=None)


def missing_people(people: int, wanted: int | None) -> int | None:
    """Distance to the target in people: how many are still missing; below 0: so many above it.

    >>> missing_people(20, 25), missing_people(30, 25), missing_people(5, None)
    (5, -5, None)
    """
    return None if wanted is None else wanted - people


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
