"""Who may do what: pure predicates. A union's place in the tree comes in as the ids of it and all above it."""

from collections.abc import Collection

from contest.accounts.rules import Actor, Grant, Role


def covers(actor: Actor | None, role: Role, ancestors: Collection[int]) -> bool:
    """Whether a role of the actor covers a union, given the union's ancestry (itself included)."""
    if actor is None:
        return False
    return actor.is_administrator or not actor.scopes(role).isdisjoint(ancestors)


def is_at(actor: Actor, grant: Grant, workplaces: Collection[int]) -> bool:
    """Whether a grant is at a workplace itself (ids of grassroots unions and sections), as who knows its people has it.

    One handed on from above is only for who belongs there: nobody sees more through another than they do themselves.
    """
    handed_down = grant.in_place_of is not None and grant.giver_union_id not in workplaces
    return grant.union_id in workplaces and (not handed_down or grant.union_id == actor.union_id)


def works_at(actor: Actor | None, roles: Collection[Role], workplace: Collection[int]) -> bool:
    """Whether one of the actor's grants of these roles is at a workplace itself."""
    return actor is not None and any(g.role in roles and is_at(actor, g, workplace) for g in actor.grants)


def may_organize(actor: Actor | None) -> bool:
    """Whether the actor organizes anything at all: opens the organizers' desk."""
    return actor is not None and (actor.is_administrator or bool(actor.scopes(Role.ORGANIZER)))


def may_follow(actor: Actor | None) -> bool:
    """Whether the actor follows participation of some union: opens the officials' desk."""
    if actor is None:
        return False
    return actor.is_administrator or bool(actor.scopes(Role.OFFICIAL) | actor.scopes(Role.ORGANIZER))


def answers_for(actor: Actor | None, ancestors: Collection[int]) -> bool:
    """Whether the actor is an official or organizer of a union or of one above it, given its ancestry."""
    return covers(actor, Role.OFFICIAL, ancestors) or covers(actor, Role.ORGANIZER, ancestors)


def followed_scopes(actor: Actor) -> frozenset[int] | None:
    """Unions whose subtrees the actor answers for; None: all."""
    return None if actor.is_administrator else actor.scopes(Role.OFFICIAL) | actor.scopes(Role.ORGANIZER)


def may_administer(actor: Actor | None) -> bool:
    return actor is not None and actor.is_administrator
