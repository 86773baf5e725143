"""Reads about people joining."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from contest.accounts.grants import in_force
from contest.accounts.models import AuditEntry, Consent, Person, RoleGrant, SignIn
from contest.accounts.rules import CONSENT_VERSION
from contest.members.registry import own_data
from contest.members.rules import PARTICIPATION, Account
from contest.unions import queries as unions
from contest.unions.queries import Found
from contest.unions.rules import Level

MAX_RESULTS = 20


@dataclass(frozen=True, slots=True)
class Picked:
    """The union that a form means: chosen, or the ones found for what was typed (None: nothing was looked for)."""

    chosen: Found | None = None
    results: Sequence[Found] | None = None
    query: str = ""


def accounts_with_phone(session: Session, phone: str) -> list[Account]:
    """Everybody with a phone number, for the rules of registration; the longest known first.

    Who was ever given a role that nobody ended, for some days only too, is not claimed by registering.
    """
    if not phone:
        return []
    role = select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None)).exists()
    rows = session.execute(
        select(Person.id, Person.name_fold, Person.union_id, Person.password_hash, role)
        .where(Person.phone == phone, Person.disabled_at.is_(None))
        .order_by(Person.id)
    )
    return [Account(*row) for row in rows]


def pick_union(session: Session, code: str, typed: str, on: date, levels: Collection[Level] | None = None) -> Picked:
    """The union behind a form's code or typed text: one that fits alone is chosen, several are offered."""
    union = unions.by_code(session, code) if code else None
    if union is not None and unions.is_open(union, on):
        return Picked(unions.found_of(session, [union])[0], None, typed)
    text = code or typed
    found = unions.search(session, text, MAX_RESULTS, levels=levels, on=on)
    return Picked(found[0], None, typed) if len(found) == 1 else Picked(None, found, text)


def union_of(session: Session, union_id: int | None) -> Found | None:
    """A union as pages show it."""
    found = unions.in_order(session, [union_id]) if union_id else []
    return unions.found_of(session, found)[0] if found else None


def consents(session: Session, person_id: int) -> Sequence[Consent]:
    """Everything a person consented to, newest first."""
    return session.scalars(
        select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at.desc(), Consent.id.desc())
    ).all()


def has_consent(session: Session, person_id: int) -> bool:
    """Whether a person's consent to taking part is in force, in the present wording."""
    wanted = select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.purpose == PARTICIPATION,
        Consent.text_version == CONSENT_VERSION,
        Consent.withdrawn_at.is_(None),
    )
    return session.scalar(wanted.limit(1)) is not None


def asked_for_consent(session: Session, person_id: int) -> bool:
    """Whether a person was ever asked for their consent to taking part and gave it, be it withdrawn since."""
    wanted = select(Consent.id).where(Consent.person_id == person_id, Consent.purpose == PARTICIPATION)
    return session.scalar(wanted.limit(1)) is not None


def has_withdrawn(session: Session, person_id: int) -> bool:
    """Whether a person took their consent to taking part back and has not given it again."""
    given = select(Consent.withdrawn_at).where(Consent.person_id == person_id, Consent.purpose == PARTICIPATION)
    withdrawals = session.scalars(given).all()
    return bool(withdrawals) and None not in withdrawals


def roles_in_force(session: Session, person_id: int, today: date) -> Sequence[RoleGrant]:
    """The roles that somebody holds on a day, delegated ones too."""
    return session.scalars(
        select(RoleGrant)
        .where(RoleGrant.person_id == person_id, in_force(today))
        .options(joinedload(RoleGrant.union))
        .order_by(RoleGrant.id)
    ).all()


def devices(session: Session, person_id: int) -> int:
    """On how many devices a person is signed in."""
    return session.scalar(select(func.count()).where(SignIn.person_id == person_id)) or 0


def everything_about(session: Session, person: Person, today: date) -> dict[str, Any]:
    """All that is stored of a person, as data for the person: rooms above add their parts."""
    union = union_of(session, person.union_id)
    data: dict[str, Any] = {
        "name": person.name,
        "phone": person.phone,
        "kind": person.kind,
        "union": {"code": union.code, "name": union.name, "path": union.path} if union else None,
        "birth_on": person.birth_on.isoformat() if person.birth_on else None,
        "created_at": person.created_at.isoformat(),
        "consents": [
            {
                "purpose": consent.purpose,
                "text_version": consent.text_version,
                "given_at": consent.given_at.isoformat(),
                "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
            }
            for consent in consents(session, person.id)
        ],
        "roles": [
            {
                "role": grant.role,
                "union": grant.union.code if grant.union else None,
                "until": grant.until_on.isoformat() if grant.until_on else None,
            }
            for grant in roles_in_force(session, person.id, today)
        ],
        "signed_in_devices": devices(session, person.id),
    }
    return data | {part: read(session, person.id) for part, read in own_data.items()}


def administrators(session: Session) -> int:
    """How many people administer the platform: a role without days, which nobody delegates.

    None of them ends until the transaction does, so that two who end each other's role leave one.
    """
    wanted = select(RoleGrant.person_id).where(RoleGrant.role == "administrator", RoleGrant.ended_at.is_(None))
    return len(set(session.scalars(wanted.order_by(RoleGrant.id).with_for_update(key_share=True))))


def count_audit(session: Session, subject: str) -> int:
    """How many entries of the log there are whose subject begins so."""
    fits = AuditEntry.subject.startswith(subject, autoescape=True)
    return session.scalar(select(func.count()).select_from(AuditEntry).where(fits)) or 0


def audit(session: Session, subject: str, limit: int, offset: int) -> Sequence[AuditEntry]:
    """Some of them, newest first."""
    fits = AuditEntry.subject.startswith(subject, autoescape=True)
    newest = select(AuditEntry).where(fits).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return session.scalars(newest.limit(limit).offset(offset)).all()
