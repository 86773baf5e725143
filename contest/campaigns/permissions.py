"""Who may see names of people who have not joined."""

from collections.abc import Collection, Sequence
from itertools import takewhile

from contest.accounts.permissions import works_at
from contest.accounts.rules import Actor, Role
from contest.unions.rules import BASE_LEVELS


def own_line(path: Sequence[tuple[int, str]]) -> frozenset[int]:
    """The unions whose officials call the people of a union their own: itself and those above it within the same
    grassroots union. ``path``: ids and levels from the top of the tree down to the union.

    >>> sorted(own_line([(1, "provincial"), (2, "upper"), (3, "grassroots"), (4, "section")]))
    [3, 4]
    >>> own_line([(1, "provincial"), (2, "upper")])
    frozenset()
    """
    return frozenset(union for union, _ in takewhile(lambda place: place[1] in BASE_LEVELS, reversed(path)))


def may_name(actor: Actor | None, line: Collection[int]) -> bool:
    """Whether somebody sees names and not only numbers: their own role is at the grassroots union or section itself.

    Whoever answers for unions above, or administers the platform, gets numbers: the names are for those who know the
    people and speak to them.
    """
    return works_at(actor, (Role.OFFICIAL, Role.ORGANIZER), line)
