"""When a contest's settings count as changed: with every flush that touches a row of them.

``contest.revision`` grows in the same transaction, so that whoever remembers settings (``snapshots.py``) knows by one
small number whether they are still those. Writing them past the session (``session.execute(update(Round))``) would go
unseen: a test keeps that from happening.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, event, select, true, update
from sqlalchemy.orm import Session, SessionTransaction

from contest.rounds.models import (
    BlueprintRow,
    Contest,
    Division,
    Exclusion,
    PrizeLine,
    Round,
    RoundPool,
    Stage,
    TimeAllowance,
)

#: Rows that name their contest.
OWNED = (Stage, Round, Division, Exclusion, PrizeLine, TimeAllowance)
#: Rows that belong to a round.
DRAWN = (BlueprintRow, RoundPool)
SETTINGS = (Contest, *OWNED, *DRAWN)
#: Marks a session that has changed settings and not committed: what it reads must not be remembered.
CHANGED = "settings changed"

_CONTESTS = Contest.__table__
_ROUNDS = Round.__table__


def grow(session: Session, *contest_ids: int) -> None:
    """Let the settings of these contests count as changed; their rows stay locked until the transaction ends."""
    _grow(session, _CONTESTS.c.id.in_(sorted(contest_ids)))


def grow_all(session: Session) -> None:
    """Let the settings of all contests count as changed: names of unions they show have."""
    _grow(session, true())


def _grow(session: Session, those: ColumnElement[bool]) -> None:
    session.connection().execute(update(_CONTESTS).where(those).values(revision=_CONTESTS.c.revision + 1))
    session.info[CHANGED] = True


@event.listens_for(Session, "after_flush")
def _grow_with_settings(session: Session, _context: object) -> None:
    touched = list(_touched(session))
    contests = {row.id for row in touched if isinstance(row, Contest)}
    contests |= {row.contest_id for row in touched if isinstance(row, OWNED)}
    rounds = {row.round_id for row in touched if isinstance(row, DRAWN)}
    if contests or rounds:
        within = select(_ROUNDS.c.contest_id).where(_ROUNDS.c.id.in_(sorted(rounds)))
        _grow(session, _CONTESTS.c.id.in_(sorted(contests)) | _CONTESTS.c.id.in_(within))


def _touched(session: Session) -> Iterator[Any]:
    """Rows that a flush has written or deleted, and parents whose parts it has."""
    yield from session.new
    yield from session.deleted
    yield from (row for row in session.dirty if session.is_modified(row))


@event.listens_for(Session, "after_transaction_end")
def _nothing_pending(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(CHANGED, None)
