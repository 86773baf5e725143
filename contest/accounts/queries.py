"""Reads about people."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from contest.accounts.grants import in_force
from contest.accounts.models import Person, RoleGrant, Throttle


def people_with_phone(session: Session, phone: str) -> Sequence[Person]:
    """Everybody who shares a phone number, the longest known first; nobody for none: who has no phone shares none."""
    if not phone:
        return []
    return session.scalars(
        select(Person).where(Person.phone == phone, Person.disabled_at.is_(None)).order_by(Person.id)
    ).all()


def people_who_enter_by(session: Session, phone: str) -> Sequence[Person]:
    """The same with those who were made one with somebody: their phone and password still open the door."""
    in_use = or_(Person.disabled_at.is_(None), Person.merged_into_id.is_not(None))
    wanted = select(Person).where(Person.phone == phone, in_use)
    return session.scalars(wanted.order_by(Person.merged_into_id.is_not(None), Person.id)).all()


def kept_person(session: Session, person_id: int) -> Person | None:
    """Somebody whom a duplicate was merged into, unless they hold a role: that door has one key only."""
    role = select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None)).exists()
    return session.scalar(select(Person).where(Person.id == person_id, Person.disabled_at.is_(None), ~role))


def person(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def people_with_roles(session: Session, today: date) -> Sequence[tuple[Person, Sequence[RoleGrant]]]:
    """Everybody with a role by name, and their roles: in force on a day or yet to begin, nothing that is over."""
    wanted = (
        select(RoleGrant)
        .join(RoleGrant.person)
        .where(or_(in_force(today), and_(RoleGrant.ended_at.is_(None), RoleGrant.from_on > today)))
        .options(joinedload(RoleGrant.person), joinedload(RoleGrant.union))
        .order_by(Person.name_key, Person.id, RoleGrant.id)
    )
    rows = session.scalars(wanted).all()
    return [(person, list(held)) for person, held in groupby(rows, key=lambda grant: grant.person)]


def givers(session: Session, grants: Iterable[RoleGrant]) -> dict[int, str]:
    """The names of those in whose place delegated roles are held, by the id of the source."""
    sources = {grant.source_id for grant in grants} - {None}
    wanted = select(RoleGrant.id, Person.name).join(RoleGrant.person).where(RoleGrant.id.in_(sources))
    return dict(session.execute(wanted).all())


def names_by_label(session: Session, labels: Iterable[str | None]) -> dict[str, str]:
    """Names of people by how the audit log calls them (``person:<id>``); what names nobody is left out."""
    ids = {label.removeprefix("person:") for label in labels if label and label.startswith("person:")}
    wanted = select(Person.id, Person.name).where(Person.id.in_([int(one) for one in ids if one.isdecimal()]))
    return {f"person:{person_id}": name for person_id, name in session.execute(wanted)}


def tries(session: Session, key: str, seconds: int, epoch: int) -> int:
    """How many tries a key has had in the present window."""
    found = session.execute(select(Throttle.window, Throttle.count).where(Throttle.key == key)).first()
    return found.count if found and found.window == epoch // seconds else 0
