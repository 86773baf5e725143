"""Who may do what: pure predicates. A union's place in the tree comes in as the ids of it and all above it."""

from collections.abc import Collection

from contest.accounts.rules import Actor, Role


def covers(actor: Actor | None, role: Role, ancestors: Collection[int]) -> bool:
    """Whether a role of the actor covers a union, given the union's ancestry (itself included)."""
    if actor is None:
        return False
    return actor.is_administrator or not actor.scopes(role).isdisjoint(ancestors)


def may_organize(actor: Actor | None) -> bool:
    """Whether the actor organizes anything at all: opens the organizers' desk."""
    return actor is not None and (actor.is_administrator or bool(actor.scopes(Role.ORGANIZER)))


def may_follow(actor: Actor | None) -> bool:
    """Whether the actor follows participation of some union: opens the officials' desk."""
    if actor is None:
        return False
    return actor.is_administrator or bool(actor.scopes(Role.OFFICIAL) | actor.scopes(Role.ORGANIZER))


def may_administer(actor: Actor | None) -> bool:
    return actor is not None and actor.is_administrator
