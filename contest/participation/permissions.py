"""Who may follow whom."""

from collections.abc import Collection

from contest.accounts.permissions import covers
from contest.accounts.rules import Actor, Role


def may_follow_union(actor: Actor | None, ancestors: Collection[int]) -> bool:
    """Whether a union, given the ids of it and all above it, stands below one the actor answers for."""
    return covers(actor, Role.OFFICIAL, ancestors) or covers(actor, Role.ORGANIZER, ancestors)


def followed(actor: Actor) -> frozenset[int]:
    """Unions the actor answers for by role; an administrator's are none in particular."""
    return actor.scopes(Role.OFFICIAL) | actor.scopes(Role.ORGANIZER)
