"""Writes about people: sign-in, roles, and the audit log."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.accounts.identity import token_hash
from contest.accounts.models import AuditEntry, Person, RoleGrant, SignIn, Throttle
from contest.accounts.rules import Actor, PersonKind, Role
from questions.text import fold, name_key

SIGN_IN_LASTS = timedelta(days=30)


def record(
    session: Session, actor: Actor, action: str, subject: str, now: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """Write down who did what. ``details`` holds settings and numbers, never names or phones.

    Whoever acts by a role that was handed on is noted with those in whose place they hold it.
    """
    told, givers = dict(details or {}), sorted({g.in_place_of for g in actor.grants if g.in_place_of is not None})
    if givers:
        told["in_place_of"] = [f"person:{giver}" for giver in givers]
    entry = AuditEntry(at=now, actor_id=actor.id, actor=actor.label, action=action, subject=subject, details=told)
    session.add(entry)


def new_person(
    session: Session,
    *,
    name: str,
    phone: str,
    now: datetime,
    kind: PersonKind = PersonKind.MEMBER,
    union_id: int | None = None,
    password_hash: str | None = None,
    demo: bool = False,
) -> Person:
    """Add a person. ``phone`` in normal form; the keys for sorting and searching are made here."""
    person = Person(
        phone=phone, kind=kind, union_id=union_id, password_hash=password_hash, created_at=now, demo=demo, **names(name)
    )
    session.add(person)
    session.flush()
    return person


def names(name: str) -> dict[str, str]:
    """The three columns of a person's name."""
    return {"name": name, "name_fold": fold(name), "name_key": name_key(name)}


def sign_in(session: Session, person_id: int, now: datetime) -> str:
    """Begin a signed-in device; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(token_hash=token_hash(token), person_id=person_id, created_at=now, expires_at=now + SIGN_IN_LASTS)
    )
    session.flush()
    return token


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def sign_out_everywhere(session: Session, person_id: int) -> None:
    """Sign a person out on every device, e.g. after a change of password."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def drop_expired(session: Session, now: datetime, most: int) -> int:
    """Forget devices whose sign-in has run out, at most so many at once; returns how many."""
    expired = select(SignIn.id).where(SignIn.expires_at < now).order_by(SignIn.expires_at).limit(most)
    return session.execute(delete(SignIn).where(SignIn.id.in_(expired))).rowcount


def grant_role(
    session: Session, actor: Actor, person: Person, role: Role, union_id: int | None, now: datetime
) -> RoleGrant:
    """Give somebody a role over a union's subtree (an administrator's has no union); given twice it is given once."""
    session.flush()
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    session.refresh(person, ["grants"])
    for held in person.grants:
        lasting = held.source_id is None and held.from_on is None and held.until_on is None
        if lasting and held.ended_at is None and held.role == role and held.union_id == union_id:
            return held
    grant = RoleGrant(person=person, role=role, union_id=union_id, granted_at=now)
    session.add(grant)
    session.flush()
    record(session, actor, "role.grant", f"person:{person.id}", now, {"role": str(role), "union_id": union_id})
    return grant


def end_role(session: Session, actor: Actor, grant: RoleGrant, now: datetime) -> bool:
    """End a role; False when it was ended before."""
    session.refresh(grant, with_for_update={"of": RoleGrant, "key_share": True})
    if grant.ended_at is not None:
        return False
    grant.ended_at = now
    record(
        session,
        actor,
        "role.end",
        f"person:{grant.person_id}",
        now,
        {"role": grant.role, "union_id": grant.union_id},
    )
    return True


def count_try(session: Session, key: str, seconds: int, now: datetime) -> int:
    """Count a try in the present window of so many seconds; returns how many there were, this one included.

    One statement on both engines, so that the count holds across threads, processes and nodes.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    window = int(now.timestamp()) // seconds
    added = insert(Throttle).values(key=key, window=window, count=1)
    same = Throttle.window == added.excluded.window
    from_here = {"window": added.excluded.window, "count": (Throttle.count * same.cast(Throttle.count.type)) + 1}
    return session.execute(
        added.on_conflict_do_update(index_elements=["key"], set_=from_here).returning(Throttle.count)
    ).scalar_one()


def forgive_try(session: Session, key: str) -> None:
    """Take back a try that was counted before it turned out to be right."""
    session.execute(update(Throttle).where(Throttle.key == key, Throttle.count > 0).values(count=Throttle.count - 1))


def disable_person(session: Session, actor: Actor, person: Person, now: datetime) -> None:
    session.execute(update(Person).where(Person.id == person.id).values(disabled_at=now))
    sign_out_everywhere(session, person.id)
    record(session, actor, "person.disable", f"person:{person.id}", now)
