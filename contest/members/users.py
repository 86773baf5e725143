"""Accounts with roles from the terminal."""

from collections.abc import Mapping, Sequence

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts import actions as accounts
from contest.accounts.models import Person, RoleGrant
from contest.accounts.passwords import hash_password
from contest.accounts.queries import people_with_phone, people_with_roles
from contest.accounts.rules import TERMINAL, PersonKind, Role, normal_phone
from contest.extensions import db
from contest.members import actions, queries
from contest.members.rules import name_fault, password_fault
from contest.unions.models import TradeUnion
from contest.unions.printing import as_json, fail
from contest.unions.queries import by_code
from contest.web.texts import say
from questions.text import fold

group = AppGroup("user", help="Accounts with roles: create, grant, revoke, list, reset a password.")

PHONE = click.option("--phone", required=True, help="Phone number, e.g. 0912345678.")
NAME = click.option("--name", help="Needed when several people share the phone.")
PASSWORD = click.option("--password", help="Asked for when left out; do not type it where others can read it.")
ROLE = click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
UNION = click.option("--union", "code", help="Code of the union whose subtree the role covers.")


@group.command("create-organizer")
@PHONE
@click.option("--name", required=True, help="Full name.")
@click.option("--union", "code", required=True, help="Code of the union whose contests they organize.")
@PASSWORD
def create_organizer(phone: str, name: str, code: str, password: str | None) -> None:
    """Create somebody who organizes contests of a union and of those below it."""
    create(phone, name, Role.ORGANIZER, code, password)


@group.command("create-admin")
@PHONE
@click.option("--name", required=True, help="Full name.")
@PASSWORD
def create_admin(phone: str, name: str, password: str | None) -> None:
    """Create an administrator."""
    create(phone, name, Role.ADMINISTRATOR, None, password)


def create(phone: str, name: str, role: Role, code: str | None, password: str | None) -> None:
    """An account with a role. Somebody known by this phone and name gets the role, and the password if one is given."""
    number, now = checked_phone(phone), clock.now()
    fault = name_fault(name)
    if fault:
        fail(say(fault))
    with db.reading() as session:
        known = same_name(people_with_phone(session, number), name)
        has_password = bool(known and known.password_hash)
    hashed = None if has_password and password is None else new_hash(password, number)
    with db.begin() as session:
        union = union_of(session, code) if code else None
        person = same_name(people_with_phone(session, number), name)
        if person is None:
            person = accounts.new_person(
                session,
                name=name,
                phone=number,
                now=now,
                kind=PersonKind.OFFICIAL,
                union_id=union.id if union else None,
                password_hash=hashed,
            )
        elif hashed:
            actions.set_password(session, TERMINAL, person, hashed, now)
        accounts.grant_role(session, TERMINAL, person, role, union.id if union else None, now)
    click.echo(f"{name}: {role}" + (f" {code}" if code else ""))


def new_hash(password: str | None, phone: str) -> str:
    """The hash of the password given, or of the one asked for."""
    if password is None:
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    fault = password_fault(password, phone)
    if fault:
        fail(say(fault))
    return hash_password(password)


def checked_phone(text: str) -> str:
    return normal_phone(text) or fail(f"{text} is not a phone number; write ten digits, e.g. 0912345678")


def same_name(found: Sequence[Person], name: str) -> Person | None:
    return next((person for person in found if person.name_fold == fold(name)), None)


def union_of(session: Session, code: str) -> TradeUnion:
    return by_code(session, code) or fail(f"there is no union {code}")


def person_of(session: Session, phone: str, name: str | None) -> Person:
    """The one person meant by a phone and, where several share it, a name."""
    found = people_with_phone(session, checked_phone(phone))
    if name:
        found = [person for person in found if person.name_fold == fold(name)]
    if not found:
        fail("nobody has this phone" + (" and name" if name else ""))
    if len(found) > 1:
        fail("several people share this phone, say which with --name: " + "; ".join(person.name for person in found))
    return found[0]


def scope_of(session: Session, role: str, code: str | None) -> int | None:
    """The union a role is for: an administrator has none, everybody else needs one."""
    if (role == Role.ADMINISTRATOR) == (code is not None):
        fail("an administrator has no --union" if code else f"the role {role} needs --union CODE")
    return union_of(session, code).id if code else None


@group.command("grant")
@PHONE
@NAME
@ROLE
@UNION
def grant(phone: str, name: str | None, role: str, code: str | None) -> None:
    """Give somebody with an account a role."""
    with db.begin() as session:
        person = person_of(session, phone, name)
        accounts.grant_role(session, TERMINAL, person, Role(role), scope_of(session, role, code), clock.now())
        click.echo(f"{person.name}: {role}" + (f" {code}" if code else ""))


@group.command("revoke")
@PHONE
@NAME
@ROLE
@UNION
def revoke(phone: str, name: str | None, role: str, code: str | None) -> None:
    """End a role of somebody."""
    with db.begin() as session:
        person, scope = person_of(session, phone, name), scope_of(session, role, code)
        held = [
            g
            for g in person.grants
            if g.ended_at is None and g.source_id is None and g.role == role and g.union_id == scope
        ]
        if not held:
            fail(f"{person.name} does not have this role")
        if role == Role.ADMINISTRATOR and queries.administrators(session) == 1:
            fail("this is the only administrator; make another one first")
        for one in held:
            accounts.end_role(session, TERMINAL, one, clock.now())
        click.echo(f"{person.name}: no longer {role}" + (f" {code}" if code else ""))


@group.command("list")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
def list_users(json_wanted: bool) -> None:
    """Everybody with a role."""
    with db.reading() as session:
        today = clock.today()
        rows = [row_of(person, held) for person, grants in people_with_roles(session, today) for held in grants]
    if json_wanted:
        as_json(rows)
        return
    for row in rows:
        click.echo(f"{row['phone']}\t{row['name']}\t{row['role']}\t{row['union'] or '-'}")


def row_of(person: Person, held: RoleGrant) -> Mapping[str, object]:
    return {
        "name": person.name,
        "phone": person.phone,
        "role": held.role,
        "union": held.union.code if held.union else None,
        "has_password": person.password_hash is not None,
        "from": held.from_on.isoformat() if held.from_on else None,
        "until": held.until_on.isoformat() if held.until_on else None,
        "delegated": held.source_id is not None,
    }


@group.command("reset-password")
@PHONE
@NAME
@PASSWORD
def reset_password(phone: str, name: str | None, password: str | None) -> None:
    """Give somebody a new password and sign them out everywhere."""
    with db.reading() as session:
        person_id, number = person_of(session, phone, name).id, checked_phone(phone)
    hashed = new_hash(password, number)
    with db.begin() as session:
        person = session.get_one(Person, person_id)
        actions.set_password(session, TERMINAL, person, hashed, clock.now())
        click.echo(f"{person.name}: new password")
