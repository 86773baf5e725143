"""Doors that ask who the visitor is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort
from flask_login import current_user

from contest.accounts import permissions
from contest.accounts.identity import ask_to_sign_in
from contest.accounts.rules import Actor
from contest.web.doors import mark

View = Callable[..., Any]


def _door(name: str, admits: Callable[[Actor | None], bool]) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return ask_to_sign_in()
            if not admits(current_user.actor):
                abort(403)
            return view(*args, **kwargs)

        return mark(guarded, name)

    return guard


#: Any signed-in person.
signed_in = _door("signed in", lambda actor: actor is not None)
#: Organizers and administrators; the page itself checks the union.
organizers = _door("organizers", permissions.may_organize)
#: Officials, organizers and administrators; the page itself checks the union.
officials = _door("officials", permissions.may_follow)
administrators = _door("administrators", permissions.may_administer)
