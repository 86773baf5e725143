"""Who may see and keep the people of a union. Places in the tree come in as the ids of a union and all above it."""

from collections.abc import Collection

from contest.accounts.permissions import covers, works_at
from contest.accounts.rules import Actor, Role


def may_know(actor: Actor | None, ancestors: Collection[int], workplace: Collection[int]) -> bool:
    """Whether the actor sees the people of a union by name and keeps their list.

    Officials only those of their own grassroots union: ``workplace`` are the union and the base unions above it. An
    official of a union above sees numbers; organizers see all that they organize for.
    """
    return works_at(actor, (Role.OFFICIAL,), workplace) or covers(actor, Role.ORGANIZER, ancestors)
