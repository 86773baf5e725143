"""Writes of people joining: registration and what they change of their own."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import count_try, new_person, record, sign_out_everywhere
from contest.accounts.models import Consent, Person
from contest.accounts.rules import CONSENT_VERSION, Actor, PersonKind
from contest.clock import vietnamese_day
from contest.members.belonging import move
from contest.members.queries import accounts_with_phone
from contest.members.registry import locks, registered
from contest.members.rules import PARTICIPATION, MoveCause, Registration, account_to_claim

#: Window of the counter that registrations of one phone take turns on.
TURN_S = 60


def identity_locks(session: Session, person_id: int) -> bool:
    """Whether a person's union and kind are fixed: from the first attempt on."""
    return any(locked(session, person_id) for locked in locks)


def register(session: Session, wanted: Registration, known: frozenset[int], now: datetime) -> Person | None:
    """Make an account, or give the imported person of the same phone, name and union a password.

    ``known`` are the people with this phone whom the caller has looked at; None when there are others by now, so
    that two registrations sent at once never make two accounts: they take turns on the phone's counter.
    """
    count_try(session, f"register:{wanted.phone}", TURN_S, now)
    accounts = accounts_with_phone(session, wanted.phone)
    if {account.id for account in accounts} != known:
        return None
    claimed = account_to_claim(accounts, wanted.name, wanted.union_id)
    if claimed:
        person = session.get_one(Person, claimed.id)
        person.password_hash = wanted.password_hash
        # What the union's list says stands.
        person.birth_on = person.birth_on or wanted.birth_on
    else:
        person = new_person(
            session,
            name=wanted.name,
            phone=wanted.phone,
            now=now,
            kind=wanted.kind,
            union_id=wanted.union_id,
            password_hash=wanted.password_hash,
        )
        person.birth_on = wanted.birth_on
    give_consent(session, person.id, now)
    actor = Actor(id=person.id, name=person.name)
    record(session, actor, "person.claim" if claimed else "person.register", f"person:{person.id}", now)
    session.flush()
    for hear in registered:
        hear(session, person.id, wanted.trace, now)
    return person


def give_consent(session: Session, person_id: int, now: datetime) -> Consent:
    """Keep the evidence of a consent in the present wording; one that was withdrawn is given anew."""
    consent = session.scalar(
        select(Consent).where(
            Consent.person_id == person_id,
            Consent.purpose == PARTICIPATION,
            Consent.text_version == CONSENT_VERSION,
        )
    )
    if consent is None:
        consent = Consent(person_id=person_id, purpose=PARTICIPATION, text_version=CONSENT_VERSION, given_at=now)
        session.add(consent)
    elif consent.withdrawn_at:
        consent.given_at, consent.withdrawn_at = now, None
    session.flush()
    return consent


def withdraw_consent(session: Session, actor: Actor, consent: Consent, now: datetime) -> None:
    """Take a consent back; the row stays as evidence."""
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now
        details = {"purpose": consent.purpose, "text_version": consent.text_version}
        record(session, actor, "consent.withdraw", f"person:{consent.person_id}", now, details)
        session.flush()


def change_identity(
    session: Session, actor: Actor, person: Person, union_id: int, kind: PersonKind, now: datetime
) -> bool:
    """Change where a person belongs and as what they take part; False when that is fixed by now."""
    if identity_locks(session, person.id):
        return False
    move(session, actor, person, union_id, kind, vietnamese_day(now), MoveCause.OWN, now)
    return True


def change_birth(session: Session, actor: Actor, person: Person, birth_on: date, now: datetime) -> bool:
    """Keep a person's day of birth; False when they have told another and taken part since: divisions follow from it.

    Who has taken part in contests that did not ask for it may still tell it once.
    """
    if person.birth_on == birth_on:
        return True
    if person.birth_on is not None and identity_locks(session, person.id):
        return False
    details = {"first": person.birth_on is None}
    person.birth_on = birth_on
    record(session, actor, "person.birth", f"person:{person.id}", now, details)
    session.flush()
    return True


def set_password(session: Session, actor: Actor, person: Person, password_hash: str, now: datetime) -> None:
    """Give a person a new password and sign them out everywhere."""
    person.password_hash = password_hash
    sign_out_everywhere(session, person.id)
    record(session, actor, "person.password", f"person:{person.id}", now)
    session.flush()
