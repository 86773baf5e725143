"""The token that shows that a form comes from a page of ours."""

from flask import current_app, session
from flask_wtf.csrf import generate_csrf

#: Visits whose token a process remembers; some 200 bytes each.
MAX_REMEMBERED = 50_000


def page_token() -> str:
    """The token of this visit's forms; signed once for each visit and not anew for each page."""
    known: dict[str, str] = current_app.extensions.setdefault("page_tokens", {})
    raw = session.get("csrf_token")
    if raw in known:
        return known[raw]
    token = generate_csrf()
    if len(known) >= MAX_REMEMBERED:
        known.clear()
    known[session["csrf_token"]] = token
    return token
