"""Which headcount holds for a union on a day, and which figures have to be looked at; pure.

Confirmed figures go before those that still wait; one that waits is used only where no confirmed one is known, and is
marked. Of a union that was taken over, the figure goes to its successor unless that one has a later figure of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from contest.unions.headcount_rules import is_jump

#: kind of person -> the figure chosen
ByKind = Mapping[str, "Chosen"]


class Size(NamedTuple):
    """A headcount. ``late``: a figure dated after the day asked for stands in for an earlier one; ``unconfirmed``: a
    figure that waits to be confirmed does; ``missing``: so many unions at the lower end of the tree have no figure and
    are not in ``number``; ``before``: the figure before this one, of a union's own headcount; ``since`` and ``until``:
    the days of the earliest and of the latest figure in it."""

    number: int
    late: bool = False
    missing: int = 0
    unconfirmed: bool = False
    before: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def jumps(self) -> bool:
        """Whether it differs by half or more from the figure before.

        >>> Size(60, before=40).jumps, Size(59, before=40).jumps, Size(20, before=40).jumps, Size(9).jumps
        (True, False, True, False)
        """
        return self.before is not None and is_jump(self.before, self.number)


class Known(NamedTuple):
    """A figure as it was entered."""

    counted_on: date
    number: int
    confirmed: bool = True


class Chosen(NamedTuple):
    """The figure of a kind that holds on a day; ``earlier``: the one before it."""

    number: int
    counted_on: date
    late: bool = False
    unconfirmed: bool = False
    earlier: Known | None = None


def chosen(day: date, figures: Sequence[Known]) -> Chosen | None:
    """The figure that holds on a day: the latest on or before it, else the earliest after it, flagged.

    >>> told = [Known(date(2023, 1, 1), 40), Known(date(2024, 1, 1), 50)]
    >>> chosen(date(2023, 11, 13), told).number, chosen(date(2022, 11, 13), told).late
    (40, True)
    >>> chosen(date(2023, 11, 13), [Known(date(2023, 1, 1), 40), Known(date(2023, 6, 1), 90, confirmed=False)]).number
    40
    """
    if len(figures) == 1:
        # As with most of ten thousand unions.
        counted_on, number, confirmed = figures[0]
        return Chosen(number, counted_on, counted_on > day, not confirmed)
    sure = [one for one in figures if one.confirmed]
    ordered = sorted(sure or figures, key=lambda one: one.counted_on)
    if not ordered:
        return None
    place = sum(one.counted_on <= day for one in ordered) - 1
    one = ordered[max(place, 0)]
    earlier = ordered[place - 1] if place > 0 else None
    return Chosen(one.number, one.counted_on, place < 0, not sure, earlier)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A union that hangs under its successor; ``on``: the day it closed."""

    union_id: int
    successor_id: int
    on: date | None


def handed_over(own: Mapping[int, ByKind], taken: Sequence[TakenOver]) -> dict[int, ByKind]:
    """The figures of unions with those of unions they took over; ``taken``: every one before its own successor.

    A successor's figure dated on or after the day counts everybody already.

    >>> own = {1: {"member": Chosen(50, date(2023, 1, 1))}, 2: {"member": Chosen(30, date(2023, 1, 1))}}
    >>> handed_over(own, [TakenOver(2, 1, date(2025, 7, 1))])[1]["member"].number
    80
    """
    found: dict[int, dict[str, Chosen]] = {union: dict(kinds) for union, kinds in own.items()}
    for one in taken:
        for kind, figure in found.pop(one.union_id, {}).items():
            theirs = found.setdefault(one.successor_id, {})
            theirs[kind] = _with(theirs.get(kind), own.get(one.successor_id, {}).get(kind), figure, one.on)
    return found


def _with(sum_: Chosen | None, own: Chosen | None, more: Chosen, on: date | None) -> Chosen:
    """A successor's figure of a kind with that of a union it took over; ``own``: what was entered for it itself."""
    if sum_ is None:
        return more._replace(earlier=None)
    if own is None or (on is not None and own.counted_on < on):
        return sum_._replace(
            number=sum_.number + more.number,
            late=sum_.late or more.late,
            unconfirmed=sum_.unconfirmed or more.unconfirmed,
            earlier=None,
        )
    if sum_.earlier and on is not None and sum_.earlier.counted_on < on:
        # Nothing jumped where a union only took another over.
        return sum_._replace(earlier=sum_.earlier._replace(number=sum_.earlier.number + more.number))
    return sum_


def own_size(kinds: ByKind) -> Size | None:
    """A union's own headcount: its kinds' figures added up; None when no kind has one.

    >>> size = own_size({"member": Chosen(10, date(2026, 1, 1)), "official": Chosen(2, date(2026, 6, 1), late=True)})
    >>> size.number, size.late, size.before, str(size.since), str(size.until)
    (12, True, None, '2026-01-01', '2026-06-01')
    """
    if not kinds:
        return None
    number, before, late, unconfirmed, known = 0, 0, False, False, False
    for one in kinds.values():
        number += one.number
        before += one.earlier.number if one.earlier else one.number
        late, unconfirmed, known = late or one.late, unconfirmed or one.unconfirmed, known or one.earlier is not None
    days = [one.counted_on for one in kinds.values()]
    return Size(number, late, 0, unconfirmed, before if known else None, min(days), max(days))
