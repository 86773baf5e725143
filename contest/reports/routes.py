"""Organizers watch a round and take files away."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.actions import record
from contest.accounts.doors import organizers
from contest.extensions import db
from contest.reports import (
    certificate_routes,
    exports,
    file_routes,
    own_certificate_routes,
    queries,
    report_routes,
    result_routes,
    template_routes,
    verify_routes,
    yearly_routes,
)
from contest.rounds.desk import actor_here, own_contest, own_round
from contest.rounds.models import Contest, Round
from contest.rounds.rules import PHASE_NAMES, phase
from contest.rounds.windows import window_of
from contest.statistics.queries import suspects
from contest.web.negotiation import page_or_json
from contest.web.texts import clock_time
from contest.web.workbooks import workbook_response

bp = Blueprint("reports", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(certificate_routes.bp)
    app.register_blueprint(own_certificate_routes.bp)
    app.register_blueprint(verify_routes.bp)
    app.register_blueprint(file_routes.bp)
    app.register_blueprint(report_routes.bp)
    app.register_blueprint(yearly_routes.bp)
    app.register_blueprint(result_routes.bp)
    app.register_blueprint(template_routes.bp)


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/dien-bien")
@organizers
def watch(slug: str, number: int) -> Response | str:
    """A running round: people, attempts, in progress, the last minutes, unions, scores."""
    contest, round_ = own_round(slug, number)
    now = clock.now()
    live = queries.remembered(
        db.memo,
        ("live", round_.id),
        now,
        queries.FRESH,
        lambda: queries.live(db.session, db.memo, contest, round_, now),
    )
    scores = queries.remembered(
        db.memo, ("scores", round_.id), now, queries.HEAVY_FRESH, lambda: queries.scores(db.session, contest, round_)
    )
    window, wrong = window_of(round_), suspects(db.session, round_.id)
    state = phase(window, now)
    return page_or_json(
        "reports/watch.html",
        lambda: _data(contest, round_, state, live, scores) | {"suspect_questions": wrong},
        contest=contest,
        round=round_,
        state=state,
        settled_at=window.settled_at,
        phases=PHASE_NAMES,
        live=live,
        scores=scores,
        suspects=wrong,
        minutes=[(clock_time(at)[:5], count) for at, count in live.minutes],
        now=now,
        remaining=max(0, int((round_.closes_at - now).total_seconds())),
        rounds=[
            (
                r.title or gettext("Đợt %(number)s", number=r.number),
                url_for("reports.watch", slug=slug, number=r.number),
                r is round_,
            )
            for r in contest.rounds
        ],
    )


@bp.get("/to-chuc/cuoc-thi/<slug>/xuat/<what>.xlsx")
@organizers
def export(slug: str, what: str) -> Response:
    """Participants, attempts, a ranking or participation as an Excel file; who took personal data is written down."""
    make = exports.EXPORTS.get(what) or abort(404)
    wanted = _wanted(own_contest(slug))
    if what in exports.PERSONAL:
        details = {"what": what, "round": wanted.round_number, "division": wanted.division and wanted.division.code}
        # The reader lets go first: on SQLite without WAL it would keep the log from being written.
        db.session.rollback()
        with db.begin() as session:
            record(session, actor_here(), "report.export", f"contest:{slug}", clock.now(), details)
    contest = own_contest(slug)
    sheet = make(db.session, contest, _wanted(contest))
    return workbook_response(f"{slug}-{what}.xlsx", sheet.title, sheet.columns, sheet.rows)


def _wanted(contest: Contest) -> exports.Wanted:
    """``?dot=<n>&bang=<code>``; a round or division that the contest does not have is not found."""
    dot, code = request.args.get("dot", "0"), request.args.get("bang", "")
    number = int(dot) if dot.isascii() and dot.isdigit() and len(dot) < 6 else abort(404)
    if number and number not in {round_.number for round_ in contest.rounds}:
        abort(404)
    division = next((d for d in contest.divisions if d.code == code), None)
    if code and division is None:
        abort(404)
    return exports.Wanted(number, division)


def _data(contest: Contest, round_: Round, state: str, live: queries.Live, scores: queries.Scores) -> dict[str, Any]:
    return {
        "contest": contest.slug,
        "round": round_.number,
        "state": state,
        "people": live.counts.people,
        "attempts": live.counts.attempts,
        "perfect_people": live.counts.perfect_people,
        "perfect_attempts": live.counts.perfect_attempts,
        "in_progress": live.in_progress,
        "finished": live.finished,
        "average_score": None if scores.average is None else round(scores.average, 4),
        "scores": [{"score": label, "attempts": count} for label, count in scores.rows],
        "minutes": [{"at": at.isoformat(), "attempts": count} for at, count in live.minutes],
        "unions": [row.data() | row.scores_data() for row in live.unions],
    }
