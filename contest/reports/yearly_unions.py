"""The unions right below one over the contests of a year: who of how many, and the targets; pure.

A union counts in those contests in whose tree it stood right below, so that after a reorganisation in the middle of the
year nobody is counted under two of them: the rows, and people who belong to none of them, add up to the union above.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contest.participation import rules
from contest.participation.branches import UnionRow
from contest.participation.rules import NOTHING, Counts


@dataclass(frozen=True, slots=True)
class YearRow:
    """What a union had in the contests of a year, in their order; somebody in two contests counts in both."""

    rows: Sequence[UnionRow]

    @property
    def counts(self) -> Counts:
        return sum((row.counts for row in self.rows), NOTHING)

    @property
    def entered(self) -> int:
        """Contests in which somebody took part."""
        return sum(row.counts.people > 0 for row in self.rows)

    @property
    def headcount(self) -> int | None:
        """Those who could take part, added up over the contests; None where it is known of no contest."""
        return sum(row.headcount or 0 for row in self.rows) or None

    @property
    def rate(self) -> float | None:
        """In per cent, of the contests whose headcount is known."""
        return rules.rate(sum(row.counts.people for row in self.rows if row.headcount), self.headcount)

    @property
    def unsized(self) -> int:
        """Contests without a headcount, which the rate leaves out."""
        return sum(row.headcount is None for row in self.rows)

    @property
    def implausible(self) -> bool:
        """More people than the headcount knows, in at least one contest."""
        return any(row.implausible for row in self.rows)

    @property
    def asked(self) -> int:
        """Contests that ask for a number of people."""
        return sum(row.wanted is not None for row in self.rows)

    @property
    def reached(self) -> int:
        """Contests of these whose target is reached."""
        return sum(row.missing is not None and row.missing <= 0 for row in self.rows)

    @property
    def missing(self) -> int:
        """People missing to the targets that are not reached."""
        return sum(max(0, row.missing or 0) for row in self.rows)

    @property
    def latest(self) -> UnionRow:
        return self.rows[-1]


def by_union(contests: Iterable[Sequence[UnionRow]]) -> list[YearRow]:
    """The unions of several contests side by side, each once, by the name they had last."""
    found: dict[int, list[UnionRow]] = {}
    for rows in contests:
        for row in rows:
            found.setdefault(row.node.id, []).append(row)
    return sorted(
        (YearRow(rows) for rows in found.values()), key=lambda one: (one.latest.node.name_key, one.latest.node.id)
    )
