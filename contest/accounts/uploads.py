"""Files between their preview and the confirmation of an import, kept in the database so that any node can go on.

A file belongs to the person who sent it and to one purpose (``union import``, ``bank:dia-ly``): nobody else can
confirm it, and not for something else.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contest.accounts.models import PendingFile

#: A preview that nobody confirms is thrown away after this long.
KEPT_FOR = timedelta(hours=24)
MAX_NAME = 255


def keep(
    session: Session, purpose: str, name: str, content: bytes, person_id: int, now: datetime, token: str | None = None
) -> str:
    """Keep a file until its import is confirmed; returns the token that names it (``token``: one made elsewhere).

    An earlier file of the same person for the same purpose is dropped, and so are everybody's forgotten ones.
    """
    drop_old(session, now)
    session.execute(delete(PendingFile).where(PendingFile.person_id == person_id, PendingFile.purpose == purpose))
    token = token or secrets.token_urlsafe(24)
    session.add(
        PendingFile(
            token=token,
            purpose=purpose,
            name=name[-MAX_NAME:],
            content=content,
            person_id=person_id,
            uploaded_at=now,
        )
    )
    session.flush()
    return token


def take(session: Session, token: str, purpose: str, person_id: int) -> PendingFile | None:
    """The kept file with its ``name`` and ``content``; None when it is gone, somebody else's, or for something else."""
    return session.scalars(
        select(PendingFile).where(
            PendingFile.token == token, PendingFile.purpose == purpose, PendingFile.person_id == person_id
        )
    ).first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kept file without what is in it."""

    token: str
    name: str
    uploaded_at: datetime


def waiting(session: Session, purpose: str, person_id: int) -> Waiting | None:
    """The file that a person has waiting for a purpose, whatever its token."""
    wanted = select(PendingFile.token, PendingFile.name, PendingFile.uploaded_at)
    row = session.execute(wanted.where(PendingFile.person_id == person_id, PendingFile.purpose == purpose)).first()
    return Waiting(*row) if row else None


def drop(session: Session, token: str) -> None:
    """Throw a file away, once imported or given up."""
    session.execute(delete(PendingFile).where(PendingFile.token == token))


def drop_old(session: Session, now: datetime) -> None:
    """Throw away every preview that was never confirmed."""
    session.execute(delete(PendingFile).where(PendingFile.uploaded_at < now - KEPT_FOR))
