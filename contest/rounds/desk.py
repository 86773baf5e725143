"""What the pages of the organizers' desk share: the blueprint, whose contest it is, what was done."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug import Response

from contest.accounts.identity import actor_here
from contest.accounts.permissions import covers
from contest.accounts.rules import Actor, Role
from contest.extensions import db
from contest.rounds import events, queries
from contest.rounds.facts import Check, Place
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Round
from contest.unions import queries as unions
from contest.web.forms import Form
from contest.web.texts import say
from questions.messages import Message

bp = Blueprint("rounds", __name__)

#: Where each kind of check is mended.
PAGES = {
    Place.GENERAL: "general",
    Place.PEOPLE: "people",
    Place.RANKING: "ranking",
    Place.DISPLAY: "display",
    Place.TARGETS: "targets",
}


def own_contest(slug: str) -> Contest:
    """A contest of the organizer's unions; any other does not exist for them."""
    found = queries.contest_by_slug(db.session, slug) or abort(404)
    if not covers(actor_here(), Role.ORGANIZER, unions.ancestor_ids(db.session, found.union_id)):
        abort(404)
    return found


def own_round(slug: str, number: int) -> tuple[Contest, Round]:
    contest = own_contest(slug)
    return contest, queries.round_of(contest, number) or abort(404)


def usable_banks(actor: Actor) -> Collection[int] | None:
    """Ids of the banks the organizer may draw from; None: all."""
    answers = [ask(db.session, actor) for ask in events.usable_banks]
    known = [ids for ids in answers if ids is not None]
    return known[0] if known else None


def fix_url(contest: Contest, check: Check) -> str:
    """The page on which a check is mended."""
    slug = contest.slug
    if check.where in PAGES:
        return url_for("rounds.settings", slug=slug, part=PAGES[check.where])
    if check.where is Place.REVIEW:
        return url_for("banks.waiting")
    if check.where in (Place.ROUND, Place.PAPER) and check.number:
        endpoint = "rounds.edit_round" if check.where is Place.ROUND else "rounds.paper"
        return url_for(endpoint, slug=slug, number=check.number)
    endpoints = {Place.DIVISIONS: "divisions", Place.EXCLUSIONS: "exclusions", Place.PRIZES: "prizes"}
    return url_for(f"rounds.{endpoints.get(check.where, 'manage')}", slug=slug)


def done(slug: str, text: str, endpoint: str = "rounds.manage", **values: Any) -> Response:
    """Commit what was done, say so, and go on."""
    db.session.commit()
    flash(text, "success")
    return redirect(url_for(endpoint, slug=slug, **values), code=303)


def not_done(slug: str, refusal: Refused, endpoint: str = "rounds.manage", **values: Any) -> Response:
    """Keep nothing, say every reason, and go back."""
    db.session.rollback()
    for reason in refusal.reasons:
        flash(say(reason), "error")
    return redirect(url_for(endpoint, slug=slug, **values), code=303)


def show_refusal(form: Form, refusal: Refused) -> None:
    """Put the reasons of a refusal above the form."""
    db.session.rollback()
    form.form_errors = [*form.form_errors, *(say(reason) for reason in refusal.reasons)]


def sentence(message: Message | None) -> str:
    return say(message) if message else ""
