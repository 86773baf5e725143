"""Rankings, and the result of one's own attempt."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for

from contest import clock
from contest.accounts.doors import signed_in
from contest.accounts.identity import current_actor
from contest.accounts.permissions import covers, may_organize
from contest.accounts.rules import KIND_NAMES, Role
from contest.attempts import queries as attempts
from contest.attempts.routes import visible_contest
from contest.attempts.states import AttemptState
from contest.extensions import db
from contest.rounds.models import Contest, Division
from contest.standings import pages, results, rules
from contest.unions.models import TradeUnion
from contest.unions.queries import ancestor_ids, by_code
from contest.web import kept
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from questions.rules import clean

bp = Blueprint("standings", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/cuoc-thi/<slug>/xep-hang")
@public
@kept.for_everybody("ten")
def ranking(slug: str) -> Response | str:
    """The ranking of a round or of the whole contest, by pages: ``?dot=<n>&bang=<code>&don-vi=<code>&trang=<n>``.

    ``ten`` looks for people of a full name, ``nguoi`` says which of them to show among their neighbours.
    """
    contest = visible_contest(slug)
    now = clock.now()
    number = pages.chosen_number(contest, _whole_number("dot"), now)
    if number is None:
        abort(404)
    view = pages.ranking_view(
        db.session,
        contest,
        number,
        pages.Asked(
            _whole_number("trang") or 1,
            _division(contest),
            _union(),
            clean(request.args.get("ten", ""))[:120],
            _whole_number("nguoi") or 1,
        ),
        entry_id=_own_entry(contest),
        organizer=_organizes(contest),
        now=now,
    )
    page, last = view.pages
    if view.shown and page > last:
        abort(404)
    return page_or_json(
        "standings/ranking.html",
        lambda: pages.ranking_data(view),
        view=view,
        contest=contest,
        kinds=KIND_NAMES,
        distance=rules.distance,
        too_high=rules.too_high,
    )


@bp.get("/bai-thi/<code>/ket-qua")
@signed_in
def result(code: str) -> Any:
    """The result of one's own attempt; an open one leads back to its paper."""
    attempt = attempts.attempt(db.session, code)
    if attempt is None or attempt.entry.person_id != current_actor().id:
        abort(404)
    if attempt.state == AttemptState.OPEN:
        return redirect(url_for("attempts.paper", code=code), code=303)
    view = results.result_view(db.session, db.memo, attempt, clock.now())
    return page_or_json("standings/result.html", lambda: results.result_data(view), view=view, contest=view.contest)


def _whole_number(name: str) -> int | None:
    """A number of the address: None when it is not there, 404 when it is something else."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        abort(404)
    return int(text)


def _division(contest: Contest) -> Division | None:
    code = request.args.get("bang", "").strip()
    if not code:
        return None
    return next((d for d in contest.divisions if d.code == code), None) or abort(404)


def _union() -> TradeUnion | None:
    code = request.args.get("don-vi", "").strip()
    if not code:
        return None
    return by_code(db.session, code) or abort(404)


def _own_entry(contest: Contest) -> int | None:
    actor = current_actor()
    entry = attempts.entry_of(db.session, contest.id, actor.id) if actor else None
    return entry.id if entry else None


def _organizes(contest: Contest) -> bool:
    actor = current_actor()
    return may_organize(actor) and covers(actor, Role.ORGANIZER, ancestor_ids(db.session, contest.union_id))
