"""Who is signed in: a random token in the signed cookie names a row of ``sign_in``; deleting it signs out.

The visitor is a frozen value, not a database row: pages and rules get an :class:`Actor`.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.grants import IN_FORCE, SOURCE
from contest.accounts.models import Person, RoleGrant, SignIn
from contest.accounts.rules import Actor, Grant, PersonKind, Role
from contest.db import READ_METHODS
from contest.extensions import db, login_manager
from contest.web.errors import SENTENCES, error_page
from contest.web.negotiation import wants_json


@dataclass(frozen=True, slots=True)
class Visitor:
    """What Flask-Login keeps as ``current_user``."""

    actor: Actor
    token: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def mark(self) -> str:
        """What a device remembers of who was here last, to see that somebody else is; tells nobody who."""
        key = hashlib.sha256(str(current_app.secret_key).encode()).digest()
        return hashlib.blake2s(str(self.actor.id).encode(), key=key, digest_size=8).hexdigest()

    def get_id(self) -> str:
        return self.token


class Stranger:
    """Nobody signed in."""

    actor = None
    name = ""
    is_authenticated = False
    is_active = False
    is_anonymous = True

    def get_id(self) -> None:
        return None


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    # Nobody is remembered beyond the sign-in's own row, and the hook would open the session of every request.
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)
    login_manager.session_protection = None
    login_manager.anonymous_user = Stranger
    login_manager.user_loader(load_visitor)
    login_manager.unauthorized_handler(ask_to_sign_in)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def load_visitor(token: str) -> Visitor | None:
    session = db.reader
    actor = actor_of_token(session, token)
    if request.method not in READ_METHODS:
        # What follows writes: it must not meet a reading transaction of its own request.
        session.rollback()
    return Visitor(actor, token) if actor else None


#: Asked for by every request of a signed-in person, so it is made once.
_ACTOR = (
    select(Person.id, Person.name, Person.union_id, Person.kind)
    .add_columns(RoleGrant.role, RoleGrant.union_id.label("scope"), SOURCE.person_id.label("giver"))
    .add_columns(SOURCE.union_id.label("giver_scope"))
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & IN_FORCE)
    .outerjoin(SOURCE.id.table, SOURCE.id == RoleGrant.source_id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.expires_at > bindparam("now", type_=SignIn.expires_at.type),
        Person.disabled_at.is_(None),
    )
)


def actor_of_token(session: Session, token: str) -> Actor | None:
    """The person behind a sign-in token with the roles in force, in one query; None when signed out or disabled."""
    now = clock.now()
    asked = {"token_hash": token_hash(token), "now": now, "today": clock.vietnamese_day(now)}
    rows = session.execute(_ACTOR, asked).all()
    if not rows:
        return None
    person_id, name, union_id, kind = rows[0][:4]
    grants = tuple(Grant(Role(role), *scope) for role, *scope in (row[4:] for row in rows) if role)
    return Actor(id=person_id, name=name, grants=grants, union_id=union_id, kind=PersonKind(kind))


def current_actor() -> Actor | None:
    """The signed-in person, or None."""
    return current_user.actor


def actor_here() -> Actor:
    """The signed-in person in front of the page; 401 where a door let a stranger in."""
    return current_user.actor or abort(401)


def ask_to_sign_in() -> Any:
    """Lead a stranger to the sign-in page and back; a form that was being sent leads back to its page.

    A program gets 401 with the reason instead of a page it cannot read.
    """
    if request.is_json or wants_json():
        return error_page(401, *SENTENCES[401])
    target = request.full_path.rstrip("?") if request.method == "GET" else _page_of_form()
    return redirect(url_for("accounts.sign_in", next=target or None), code=303)


def _page_of_form() -> str:
    """The page from which a form came, as the browser names it; empty when it does not, or not properly."""
    try:
        return urlsplit(request.referrer or "").path
    except ValueError:
        return ""
