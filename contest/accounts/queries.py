"""Reads about people."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from contest.accounts.models import AuditEntry, Person, RoleGrant, Throttle


def people_with_phone(session: Session, phone: str) -> Sequence[Person]:
    """Everybody who shares a phone number, the longest known first."""
    return session.scalars(
        select(Person).where(Person.phone == phone, Person.disabled_at.is_(None)).order_by(Person.id)
    ).all()


def person(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def people_with_roles(session: Session) -> Sequence[Person]:
    holders = select(RoleGrant.person_id).where(RoleGrant.ended_at.is_(None))
    return session.scalars(
        select(Person)
        .where(Person.id.in_(holders))
        .options(selectinload(Person.grants).joinedload(RoleGrant.union))
        .order_by(Person.name_key)
    ).all()


def tries(session: Session, key: str, seconds: int, epoch: int) -> int:
    """How many tries a key has had in the present window."""
    found = session.execute(select(Throttle.window, Throttle.count).where(Throttle.key == key)).first()
    return found.count if found and found.window == epoch // seconds else 0


def audit_entries(session: Session, subject: str | None = None, limit: int = 200) -> Sequence[AuditEntry]:
    """The newest entries of the log, of one subject or of all."""
    wanted = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)
    if subject:
        wanted = wanted.where(AuditEntry.subject == subject)
    return session.scalars(wanted).all()
