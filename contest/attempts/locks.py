"""Markings of a round share its keys; whoever decides about a key holds them alone.

So every attempt is marked wholly by the keys before a decision and then seen by the recount that follows it, or
wholly by the keys after it. On SQLite there is one writer at a time, and nothing has to be done. The keys are always
taken before the row of an entry, or for a moment only: see :func:`hold`.
"""

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

#: First half of the name of these locks among all advisory locks of the database.
_NAMES = 20_261
#: A start holds its entry and then wants the keys, so waiting for everybody must end before anybody is stuck.
_PATIENCE = "400ms"
_TRIES = 50


def sharing(session: Session, round_id: Any) -> list[Any]:
    """What a statement selects beside its columns to share the keys of a round until the transaction ends."""
    return [func.pg_advisory_xact_lock_shared(_NAMES, round_id)] if _is_postgresql(session) else []


def share(session: Session, round_id: int) -> None:
    """Share the keys of a round until the transaction ends."""
    if _is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock_shared(_NAMES, round_id)))


def hold(session: Session, round_id: int) -> None:
    """Hold the keys of a round alone until the transaction ends, which should be soon."""
    if not _is_postgresql(session):
        return
    for tries_left in reversed(range(_TRIES)):
        try:
            with session.begin_nested():
                session.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
                session.execute(select(func.pg_advisory_xact_lock(_NAMES, round_id)))
                session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
            return
        except OperationalError:
            if not tries_left:
                raise


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
