"""Who of how many: rolling up the tree, headcounts, rates, targets; pure.

People belong to exactly one union of a contest (frozen at their first attempt), so that adding up the unions below
never counts a person twice.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from contest.accounts.rules import PersonKind
from contest.rounds.settings import HeadcountBasis
from contest.unions.rules import Level

BASIS_KINDS = {
    HeadcountBasis.MEMBERS: frozenset({PersonKind.MEMBER, PersonKind.OFFICIAL}),
    HeadcountBasis.ALL: frozenset(PersonKind),
}


class TargetSource(StrEnum):
    """Who set a union's target: one above it, or the union itself, upwards only."""

    GIVEN = "given"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Counts:
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


@dataclass(frozen=True, slots=True)
class Size:
    """A headcount. ``late``: a figure dated after the contest's opening stands in for an earlier one.
    ``missing``: so many unions at the lower end of the tree have no figure and are not in ``number``."""

    number: int
    late: bool = False
    missing: int = 0


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


def roll_up(parents: Mapping[int, int | None], own: Mapping[int, Counts]) -> dict[int, Counts]:
    """Figures of every node with all nodes below it, from what belongs to each node itself.

    >>> roll_up({1: None, 2: 1}, {1: Counts(people=1), 2: Counts(people=2)})[1].people
    3
    """
    totals = {node: own.get(node, NOTHING) for node in parents}
    for node in bottom_up(parents):
        parent = parents[node]
        if parent in totals and totals[node] is not NOTHING:
            totals[parent] = totals[parent] + totals[node]
    return totals


def figure_on(day: date, figures: Iterable[tuple[date, int]]) -> Size | None:
    """The headcount that holds on a day: the latest on or before it, else the earliest after it, flagged.

    >>> figure_on(date(2023, 11, 13), [(date(2023, 1, 1), 40), (date(2024, 1, 1), 50)])
    Size(number=40, late=False, missing=0)
    >>> figure_on(date(2022, 11, 13), [(date(2023, 1, 1), 40), (date(2024, 1, 1), 50)])
    Size(number=40, late=True, missing=0)
    """
    known = sorted(figures)
    before = [number for counted_on, number in known if counted_on <= day]
    if before:
        return Size(before[-1])
    return Size(known[0][1], late=True) if known else None


def own_size(day: date, figures: Mapping[str, Iterable[tuple[date, int]]]) -> Size | None:
    """A union's own headcount on a day: its kinds' figures added up; None when no kind has one."""
    found = [size for size in (figure_on(day, dated) for dated in figures.values()) if size]
    if not found:
        return None
    return Size(sum(size.number for size in found), late=any(size.late for size in found))


def roll_up_sizes(parents: Mapping[int, int | None], own: Mapping[int, Size]) -> dict[int, Size | None]:
    """Headcount of every node: the sum of those below it; its own figure where nothing below has one.

    >>> roll_up_sizes({1: None, 2: 1, 3: 1}, {1: Size(99), 2: Size(10)})[1]
    Size(number=10, late=False, missing=1)
    """
    below: dict[int, list[Size]] = {}
    unknown: dict[int, int] = {}
    sizes: dict[int, Size | None] = {}
    for node in bottom_up(parents):
        known = below.get(node)
        if known:
            missing = sum(size.missing for size in known) + unknown.get(node, 0)
            sizes[node] = Size(sum(s.number for s in known), any(s.late for s in known), missing)
        else:
            sizes[node] = own.get(node)
        parent = parents[node]
        if parent not in parents:
            continue
        if sizes[node]:
            below.setdefault(parent, []).append(sizes[node])
        else:
            unknown[parent] = unknown.get(parent, 0) + max(1, unknown.get(node, 0))
    return sizes


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


def nearest_wanted(wanted: Iterable[int | None]) -> int | None:
    """The larger of several targets; None where there is none.

    >>> nearest_wanted([24, None, 30])
    30
    """
    return max((people for people in wanted if people is not None), default=None)


def missing_people(people: int, wanted: int | None) -> int | None:
    """Distance to the target in people: how many are still missing; below 0: so many above it.

    >>> missing_people(20, 25), missing_people(30, 25), missing_people(5, None)
    (5, -5, None)
    """
    return None if wanted is None else wanted - people


def kept(parents: Mapping[int, int | None], open_on: Iterable[int], totals: Mapping[int, Counts]) -> set[int]:
    """Unions to show: those open on the day, those with participants, and whatever stands above them."""
    shown = set(open_on)
    for node in bottom_up(parents):
        if totals[node].attempts:
            shown.add(node)
        parent = parents[node]
        if node in shown and parent in parents:
            shown.add(parent)
    return shown


def units(
    parents: Mapping[int, int | None], levels: Mapping[int, str], shown: Collection[int], root: int
) -> dict[int, list[int]]:
    """For every shown node the basic units below it: grassroots unions, or whatever stands lowest.

    Sections within a grassroots union are no units of those above it; below that union itself they are.

    >>> units({1: None, 2: 1, 3: 1}, {1: "upper", 2: "grassroots", 3: "grassroots"}, {1, 2, 3}, 1)[1]
    [2, 3]
    """
    inner = {parents[node] for node in shown}
    below: dict[int, list[int]] = {node: [] for node in shown}
    for node in bottom_up(parents):
        parent = parents[node]
        if node not in below or node == root or parent not in below:
            continue
        is_unit = levels[node] == Level.GRASSROOTS or node not in inner
        below[parent] += [node] if is_unit else below[node]
    return {node: sorted(found) for node, found in below.items()}


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
