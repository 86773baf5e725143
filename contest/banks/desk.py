"""The desk all pages about banks share: their blueprint, who is at it, and which banks they may open."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from contest.accounts.identity import current_actor
from contest.accounts.rules import Actor, Role
from contest.banks import permissions, queries, review, rules
from contest.banks.queries import Owned
from contest.extensions import db
from contest.web.forms import Form
from questions import queries as library
from questions.changes import percent
from questions.likeness import HOW_NAMES
from questions.models import Question
from questions.rules import DIFFICULTY_NAMES, KIND_NAMES, LETTERS

bp = Blueprint("banks", __name__, url_prefix="/to-chuc/ngan-hang")

Page = Response | str | tuple[Response | str, int]


@bp.context_processor
def words() -> dict[str, Any]:
    """The words of the room for its templates."""
    return {
        "LETTERS": LETTERS,
        "states": rules.STATE_NAMES,
        "kinds": KIND_NAMES,
        "changes": rules.CHANGE_NAMES,
        "parts": rules.PART_NAMES,
        "levels": DIFFICULTY_NAMES,
        "hows": HOW_NAMES,
        "no_topic": rules.NO_TOPIC,
        "percent_of": percent,
        "steps": review.DONE_NAMES,
        "verbs": review.VERB_NAMES,
    }


def actor() -> Actor:
    """Who is signed in; the doors have seen to it that somebody is."""
    found = current_actor()
    if found is None:
        abort(403)
    return found


def owned(code: str, session: Session | None = None) -> Owned:
    """The bank of an address, to be worked in; a foreign one is not found, a shared one is forbidden."""
    found = readable(code, session)
    if not found.writable:
        abort(403)
    return found


def readable(code: str, session: Session | None = None) -> Owned:
    """The bank of an address, to be looked at: an own one, or one shared with the visitor's union."""
    session = session or db.session
    found = queries.find(session, code)
    if found is None:
        abort(404)
    if permissions.may_manage(actor(), found.ancestors):
        return found
    if not permissions.may_read(actor(), queries.reader_ids(session, found.bank.id)):
        abort(404)
    return replace(found, writable=False)


def question_of(found: Owned) -> Question:
    """The question named by ``?ma=``: codes are the organizers' own and may hold anything."""
    question = library.question(db.session, found.bank.id, request.args.get("ma", ""))
    if question is None:
        abort(404)
    return question


def scopes() -> frozenset[int] | None:
    """The unions whose banks the visitor manages; None: all."""
    return None if actor().is_administrator else actor().scopes(Role.ORGANIZER)


def status_of(form: Form) -> int:
    """200 for a page, 422 for a form that came with faults."""
    return 422 if form.errors else 200
