"""A participant's pages: home, contest, regulations, the paper, and the verbs of an attempt."""

from collections.abc import Callable
from importlib import import_module

from flask import Blueprint, Flask, Response, abort, render_template, url_for
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.doors import signed_in
from contest.accounts.identity import current_actor
from contest.accounts.models import Person
from contest.accounts.permissions import covers, may_organize
from contest.accounts.rules import Role
from contest.attempts import doorkeeper, pages, queries
from contest.attempts.receipts import spaced
from contest.extensions import db
from contest.rounds import queries as rounds
from contest.rounds.models import Contest
from contest.rounds.regulations import regulations as regulations_of
from contest.rounds.rules import PHASE_NAMES
from contest.rounds.settings import ContestState
from contest.rounds.windows import plan_of
from contest.unions.queries import ancestor_ids
from contest.web import kept, navigation
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from contest.web.pictures import qr_of
from questions.messages import N_

bp = Blueprint("attempts", __name__)


def init_app(app: Flask) -> None:
    import_module("contest.attempts.start_routes")
    import_module("contest.attempts.paper_routes")
    import_module("contest.attempts.gate_routes")
    import_module("contest.attempts.trial_routes")
    import_module("contest.attempts.print_routes")
    import_module("contest.attempts.receipt_routes")
    app.register_blueprint(bp)
    doorkeeper.init_app(app)
    navigation.add(app, N_("Bài thi của tôi"), "attempts.mine", lambda actor: actor is not None, whole_room=False)


# Pages before the paper


@bp.get("/")
@public
@kept.for_everybody()
def home() -> Response | str:
    """Running, coming and past contests; before them what the visitor has begun and not submitted."""
    now, actor = clock.now(), current_actor()
    listed = rounds.listed(db.session, now)
    unfinished = queries.unfinished(db.session, actor.id, now) if actor else ()
    return page_or_json("attempts/home.html", lambda: pages.home_data(listed), listed=listed, unfinished=unfinished)


@bp.get("/cuoc-thi/<slug>")
@public
@kept.for_everybody()
def contest(slug: str) -> Response | str:
    """A contest: its rounds, and for a signed-in person whether they may start, with every reason if not."""
    found = visible_contest(slug)
    view = pages.contest_view(db.session, found, current_person(), clock.now())
    return page_or_json(
        "attempts/contest.html", lambda: pages.contest_data(view), view=view, contest=found, phases=PHASE_NAMES
    )


@bp.get("/cuoc-thi/<slug>/the-le")
@public
@kept.for_everybody()
def regulations(slug: str) -> str:
    """The regulations, made from the settings that the software itself obeys."""
    found = visible_contest(slug, rounds.contest_by_slug)
    return render_template("attempts/regulations.html", contest=found, sections=regulations_of(plan_of(found)))


@bp.get("/cuoc-thi/<slug>/qr.svg")
@public
@kept.for_everybody()
def qr(slug: str) -> Response:
    """The contest's address as a QR code."""
    found = visible_contest(slug)
    response = qr_of(url_for("attempts.contest", slug=slug, _external=True), scale=8)
    if found.state == ContestState.PUBLISHED:
        response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/cua-toi")
@signed_in
def mine() -> Response | str:
    """All attempts of the signed-in person."""
    found = queries.attempts_of_person(db.session, current_actor().id)
    return page_or_json(
        "attempts/mine.html",
        lambda: [pages.attempt_data(attempt) for attempt in found],
        attempts=found,
        spaced=spaced,
    )


# Helpers of these pages


def visible_contest(slug: str, find: Callable[[Session, str], Contest | None] = rounds.shown_contest) -> Contest:
    """A contest its visitor may see: a published one, or a draft for its organizers; else 404."""
    return check_visible(find(db.session, slug) or abort(404))


def check_visible(found: Contest) -> Contest:
    """The contest, or 404 when its visitor may not know of it yet."""
    if found.state != ContestState.PUBLISHED:
        actor = current_actor()
        allowed = may_organize(actor) and covers(actor, Role.ORGANIZER, ancestor_ids(db.session, found.union_id))
        if not allowed:
            abort(404)
    return found


def current_person() -> Person | None:
    """The row of the signed-in person."""
    actor = current_actor()
    return db.session.get(Person, actor.id) if actor else None
