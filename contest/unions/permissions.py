"""Who may manage unions: their organizers, and those of the unions above them."""

from collections.abc import Collection

from contest.accounts.permissions import covers
from contest.accounts.rules import Actor, Role


def may_manage(actor: Actor | None, ancestors: Collection[int]) -> bool:
    """Whether the actor organizes a union, given the ids of it and all above it."""
    return covers(actor, Role.ORGANIZER, ancestors)


def managed(actor: Actor) -> frozenset[int] | None:
    """The unions whose subtrees the actor manages; None for the whole tree."""
    return None if actor.is_administrator else actor.scopes(Role.ORGANIZER)
