"""Who may work in a bank."""

from collections.abc import Collection

from contest.accounts.permissions import covers
from contest.accounts.rules import Actor, Role


def may_manage(actor: Actor | None, ancestors: Collection[int]) -> bool:
    """Organizers of the bank's union or of one above it; ``ancestors`` are that union and all above it.

    A bank without a union belongs to the administrators.
    """
    return covers(actor, Role.ORGANIZER, ancestors)


def may_read(actor: Actor | None, readers: Collection[int]) -> bool:
    """Organizers of a union that a bank is shared with, or of one above it; ``readers``: those and all above them."""
    return covers(actor, Role.ORGANIZER, readers)
