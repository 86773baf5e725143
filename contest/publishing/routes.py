"""The committee's pages of results: the desk, the review, announcing, correcting; and everybody's page of versions."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.extensions import db
from contest.proof import queries as proof
from contest.publishing import actions, notice_routes, pages, review, work
from contest.publishing.forms import LotsForm, NoteForm, ShownForm
from contest.publishing.rules import TOPIC_NAMES, WHOLE, Shown, Topic
from contest.publishing.step_rules import STATE_NAMES, StepKey
from contest.publishing.winners import winners_of
from contest.rounds.desk import done, not_done, own_contest
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Round
from contest.rounds.queries import round_of
from contest.rounds.settings import PREDICTION_TARGET_NAMES
from contest.standings import lots
from contest.web.negotiation import page_or_json
from contest.web.texts import say

bp = Blueprint("publishing", __name__)


def init_app(app: Flask) -> None:
    import_module("contest.publishing.correction_routes")
    app.register_blueprint(bp)
    app.register_blueprint(notice_routes.bp)


def results_here(slug: str) -> tuple[Contest, int]:
    """The organizer's contest and which of its results the address or the form means."""
    contest = own_contest(slug)
    text = request.values.get("dot", "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 8):
        abort(404)
    number = pages.chosen_number(contest, int(text) if text else None, clock.now())
    return contest, number if number is not None else abort(404)


def name_of(contest: Contest, number: int) -> str:
    """What results are called: of a round, of the whole contest."""
    if number == WHOLE:
        return gettext("Kết quả cả cuộc thi")
    row = round_of(contest, number)
    return gettext("Kết quả %(round)s", round=(row.title if row else "") or gettext("Đợt %(n)s", n=number))


def shared(contest: Contest, number: int) -> dict[str, Any]:
    """What every page of these results has."""
    tabs = [
        (tab_of(contest, n), url_for("publishing.desk", slug=contest.slug, dot=n), n == number) for n in of(contest)
    ]
    return {"contest": contest, "number": number, "name": name_of(contest, number), "tabs": tabs}


def of(contest: Contest) -> list[int]:
    return pages.numbers_of(contest)


def tab_of(contest: Contest, number: int) -> str:
    return gettext("Đợt %(n)s", n=number) if number else gettext("Cả cuộc thi")


# The desk


@bp.get("/to-chuc/cuoc-thi/<slug>/ket-qua")
@organizers
def desk(slug: str) -> Response | str:
    """What stands between here and announcing, step by step, each with what to do next."""
    contest, number = results_here(slug)
    view = pages.desk(db.session, contest, number, clock.now())
    return page_or_json(
        "publishing/desk.html",
        lambda: pages.desk_data(view),
        **shared(contest, number),
        view=view,
        states=STATE_NAMES,
        keys=StepKey,
        lots_form=LotsForm(formdata=None),
        target=PREDICTION_TARGET_NAMES.get(contest.prediction_target or ""),
        by=pages.who(db.session, view.publication.published_by) if view.publication else "",
    )


def act(slug: str, number: int, verb: Callable[[], Any], text: str) -> Any:
    """Do one thing to results and go back to their desk."""
    try:
        verb()
    except Refused as refusal:
        return not_done(slug, refusal, "publishing.desk", dot=number)
    return done(slug, text, "publishing.desk", dot=number)


def beside(kind: str, contest: Contest, number: int | None, **more: Any) -> Response:
    """Ask for long work and show its page."""
    code = work.queue(db.session, kind, actor_here(), contest, number, **more)
    db.session.commit()
    return redirect(url_for("jobs.show", code=code), code=303)


@bp.post("/to-chuc/cuoc-thi/<slug>/ket-qua/doi-chieu")
@organizers
def check(slug: str) -> Any:
    """Compare the ranking with its attempts: at once in a small contest, else beside the requests."""
    contest, number = results_here(slug)
    if not work.is_small(db.session, contest):
        return beside(work.CHECK, contest, number)
    row = work.check(db.session, actor_here(), contest, number, clock.now())
    return done(slug, say(work.checked_text(row)), "publishing.desk", dot=number)


@bp.post("/to-chuc/cuoc-thi/<slug>/ket-qua/boc-tham")
@organizers
def draw(slug: str) -> Any:
    """Draw lots: once, with the public text that was read out."""
    contest, number = results_here(slug)
    form = LotsForm()
    if not form.validate():
        flash(" ".join(form.public_text.errors), "error")
        return redirect(url_for("publishing.desk", slug=slug, dot=number), code=303)
    text = form.public_text.data or ""
    if not work.is_small(db.session, contest):
        return beside(work.DRAW, contest, number, public_text=text)
    head = proof.head(db.session, contest.id)
    return act(
        slug,
        number,
        lambda: lots.draw_lots(db.session, actor_here(), contest, number, head, text, clock.now()),
        gettext("Đã bốc thăm."),
    )


# The review


@bp.get("/to-chuc/cuoc-thi/<slug>/ket-qua/ra-soat")
@organizers
def points(slug: str) -> Response | str:
    """Everything to look at before announcing, with what was found by those who looked."""
    contest, number = results_here(slug)
    found = review.points(db.session, contest, number)
    marked = review.marks(db.session, contest.id, number)
    left = review.left(found, marked)
    topics = [(topic, [point for point in found if point.topic is topic]) for topic in Topic]
    return page_or_json(
        "publishing/review.html",
        lambda: pages.review_data(found, marked, left),
        **shared(contest, number),
        topics=[(topic, listed) for topic, listed in topics if listed],
        names=TOPIC_NAMES,
        marked=marked,
        left=left,
        address=pages.address,
        who=lambda label: pages.who(db.session, label),
    )


@bp.post("/to-chuc/cuoc-thi/<slug>/ket-qua/ra-soat")
@organizers
def look(slug: str) -> Any:
    """Mark a point as looked at."""
    contest, number = results_here(slug)
    topic, subject = request.form.get("topic", ""), request.form.get("subject", "")
    known = {(point.topic.value, point.subject) for point in review.points(db.session, contest, number)}
    if (topic, subject) not in known:
        flash(gettext("Điểm này không còn trong danh sách. Hãy xem lại danh sách mới."), "error")
        return redirect(url_for("publishing.points", slug=slug, dot=number), code=303)
    note = NoteForm().note.data or ""
    try:
        actions.look_at(db.session, actor_here(), contest, number, Topic(topic), subject, note, clock.now())
    except Refused as refusal:
        return not_done(slug, refusal, "publishing.points", dot=number)
    return done(slug, gettext("Đã ghi là đã xem."), "publishing.points", dot=number)


# Announcing


@bp.route("/to-chuc/cuoc-thi/<slug>/ket-qua/cong-bo", methods=["GET", "POST"])
@organizers
def publish(slug: str) -> Any:
    """Say what everybody is to see, look at it, announce it."""
    contest, number = results_here(slug)
    view = pages.desk(db.session, contest, number, clock.now())
    if view.publication:
        return redirect(url_for("publishing.desk", slug=slug, dot=number), code=303)
    form = ShownForm(data=actions.default_shown(contest).data())
    preview = None
    if form.validate_on_submit():
        preview = form.shown
        if "xac_nhan" in request.form:
            if not view.left or form.left.data:
                return announced(contest, number, form.shown, view.left)
            form.left.errors = [gettext("Hãy đánh dấu ô này, hoặc xem hết các điểm rà soát.")]
    page = render_template(
        "publishing/publish.html",
        **shared(contest, number),
        view=view,
        form=form,
        preview=preview,
        winners=winners_of(db.session, contest, number, preview, proposed=True) if preview else [],
    )
    return page, 422 if form.errors else 200


def announced(contest: Contest, number: int, shown: Shown, left: int) -> Any:
    if not work.is_small(db.session, contest):
        return beside(work.PUBLISH, contest, number, shown=shown.data(), left=left)
    return act(
        contest.slug,
        number,
        lambda: actions.publish(db.session, actor_here(), contest, number, shown, clock.now(), left),
        gettext("Đã công bố kết quả."),
    )


def round_of_results(contest: Contest, number: int) -> Round | None:
    """The round of results; None: the whole contest's."""
    return round_of(contest, number) if number else None
