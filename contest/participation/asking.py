"""What a contest asks of each union: of the whole contest, handed down level by level, and set on top; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from contest.participation.rules import largest, people_wanted


@dataclass(frozen=True, slots=True)
class Ask:
    """A target: per cent of the headcount, or people; exactly one is not None. ``from_id``: the union that set it."""

    percent: int | None = None
    people: int | None = None
    from_id: int | None = None

    def wanted(self, headcount: int | None) -> int | None:
        """How many people it asks for; None where that depends on a headcount nobody knows."""
        return self.people if self.people is not None else people_wanted(headcount, self.percent)


@dataclass(frozen=True)
class Targets:
    """The targets of a contest (or of one round, which has no targets in people) in a tree.

    A union's target is the largest of what was handed down to it (its own row, else the per cent of the nearest union
    above that has one, else the contest's per cent) and what it set itself.
    """

    percent: int | None = None
    people: int | None = None
    #: The union of which the contest's people are asked.
    root_id: int | None = None
    given: Mapping[int, Ask] = field(default_factory=dict)
    own: Mapping[int, Ask] = field(default_factory=dict)
    #: What stands above each union.
    parents: Mapping[int, int | None] = field(default_factory=dict)
    whole: bool = True

    def wanted(self, union_id: int, headcount: int | None) -> int | None:
        """How many people are asked of a union with so large a headcount; None: nothing, or nobody knows.

        >>> Targets(percent=60, given={2: Ask(percent=80)}, parents={3: 2, 2: 1, 1: None}).wanted(3, 10)
        8
        """
        handed, own = self.handed(union_id).wanted(headcount), self.own.get(union_id)
        asked = self.people if union_id == self.root_id and self.whole else None
        if asked is None and own is None:
            # As with most of ten thousand unions.
            return handed
        return largest([handed, asked, own.wanted(headcount) if own and self._counts(own) else None])

    def handed(self, union_id: int) -> Ask:
        """What was handed down to a union: per cent or people, and by whom; both None: nothing."""
        mine = self.given.get(union_id)
        if mine and self._counts(mine):
            return mine
        return self.passed_on(self.parents.get(union_id))

    def passed_on(self, union_id: int | None) -> Ask:
        """What is asked of those right below a union that were given nothing themselves: a per cent, or nothing."""
        while union_id is not None and self.given:
            asked = self.given.get(union_id)
            if asked and asked.percent is not None:
                return Ask(percent=asked.percent, from_id=asked.from_id)
            union_id = self.parents.get(union_id)
        return self._common

    @cached_property
    def _common(self) -> Ask:
        return Ask(percent=self.percent)

    def _counts(self, ask: Ask) -> bool:
        return self.whole or ask.percent is not None
