"""What would become of a line of the table of prizes, as plain values."""

from collections.abc import Collection
from dataclasses import dataclass

from contest.prizes.collective import Table
from contest.prizes.models import Award
from contest.prizes.rules import AwardState, Drawn
from contest.rounds.models import PrizeLine
from questions.messages import Message


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody to get a prize, with the reasons."""

    line_id: int
    entry_id: int | None
    union_id: int | None
    rank: int
    because: list[Message]

    @property
    def key(self) -> tuple[int, int | None, int | None]:
        return self.line_id, self.entry_id, self.union_id


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who a standee is: a person with the union, or a union."""

    key: int
    rank: int
    name: str
    union: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the table of prizes with what would become of it now. ``table``: the league of a collective prize."""

    line: PrizeLine
    drawn: Drawn
    proposals: list[Proposal]
    notes: list[Message]
    candidates: list[Somebody]
    passed: list[tuple[Somebody, Message]]
    table: Table | None = None


def chosen_keys(stored: Collection[Award]) -> dict[int, set[int]]:
    """Whom the committee chose, by line: ids of entries, or of unions."""
    found: dict[int, set[int]] = {}
    for row in stored:
        if row.state != AwardState.REFUSED and row.chosen_by:
            found.setdefault(row.prize_line_id, set()).add(row.entry_id or row.union_id or 0)
    return found


def chosen_reason(stored: Collection[Award], line_id: int, key: int) -> str:
    """Why the committee chose somebody; empty when it did not."""
    found = (a.chosen_reason for a in stored if a.prize_line_id == line_id and (a.entry_id or a.union_id) == key)
    return next(found, "")
