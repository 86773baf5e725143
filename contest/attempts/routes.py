"""A participant's pages: home, contest, regulations, the paper, and the verbs of an attempt."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import segno
from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.doors import signed_in
from contest.accounts.identity import current_actor
from contest.accounts.models import Person
from contest.accounts.permissions import covers, may_organize
from contest.accounts.rules import Role
from contest.attempts import actions, forms, pages, papers, queries, rules, showing
from contest.attempts.queries import Held
from contest.extensions import db
from contest.rounds import queries as rounds
from contest.rounds.models import Contest, Round
from contest.rounds.regulations import regulations as regulations_of
from contest.rounds.rules import PHASE_NAMES
from contest.rounds.settings import PREDICTION_SCOPE_NAMES, PREDICTION_TARGET_NAMES, ContestState
from contest.rounds.windows import plan_of
from contest.unions.queries import ancestor_ids
from contest.web import navigation
from contest.web.doors import public
from contest.web.errors import error_page
from contest.web.negotiation import page_or_json, wants_json
from contest.web.texts import clock_time, say
from questions.answers import Shape
from questions.messages import N_

bp = Blueprint("attempts", __name__)


def init_app(app: Flask) -> None:
    import_module("contest.attempts.trial_routes")
    import_module("contest.attempts.print_routes")
    app.register_blueprint(bp)
    navigation.add(app, N_("Bài thi của tôi"), "attempts.mine", lambda actor: actor is not None, whole_room=False)


# Pages before the paper


@bp.get("/")
@public
def home() -> Response | str:
    """Running, coming and past contests; before them what the visitor has begun and not submitted."""
    now, actor = clock.now(), current_actor()
    listed = rounds.listed(db.session, now)
    unfinished = queries.unfinished(db.session, actor.id, now) if actor else ()
    return page_or_json("attempts/home.html", lambda: pages.home_data(listed), listed=listed, unfinished=unfinished)


@bp.get("/cuoc-thi/<slug>")
@public
def contest(slug: str) -> Response | str:
    """A contest: its rounds, and for a signed-in person whether they may start, with every reason if not."""
    found = visible_contest(slug)
    view = pages.contest_view(db.session, found, current_person(), clock.now())
    return page_or_json(
        "attempts/contest.html", lambda: pages.contest_data(view), view=view, contest=found, phases=PHASE_NAMES
    )


@bp.get("/cuoc-thi/<slug>/the-le")
@public
def regulations(slug: str) -> str:
    """The regulations, made from the settings that the software itself obeys."""
    found = visible_contest(slug, rounds.contest_by_slug)
    return render_template("attempts/regulations.html", contest=found, sections=regulations_of(plan_of(found)))


@bp.get("/cuoc-thi/<slug>/qr.svg")
@public
def qr(slug: str) -> Response:
    """The contest's address as a QR code."""
    visible_contest(slug)
    code = segno.make(url_for("attempts.contest", slug=slug, _external=True), error="m")
    response = Response(code.svg_inline(scale=8, border=3, omitsize=False), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/cua-toi")
@signed_in
def mine() -> Response | str:
    """All attempts of the signed-in person."""
    found = queries.attempts_of_person(db.session, current_actor().id)
    return page_or_json(
        "attempts/mine.html", lambda: [pages.attempt_data(attempt) for attempt in found], attempts=found
    )


# The verbs


@bp.post("/cuoc-thi/<slug>/dot/<int:number>/bat-dau")
@signed_in
def start(slug: str, number: int) -> Any:
    """Start an attempt, or go on with the one that is open. 409 with every reason when it may not be."""
    round_ = rounds.round_by_number(db.session, slug, number) or abort(404)
    found = check_visible(round_.contest)
    person = current_person() or abort(404)
    try:
        attempt = actions.start(db.session, db.memo, found, round_, person, clock.now())
    except actions.Refused as refusal:
        # An overdue attempt that was closed on the way stays closed.
        db.session.commit()
        return refuse_start(found, round_, refusal)
    code = attempt.code
    db.session.commit()
    return redirect(url_for("attempts.paper", code=code), code=303)


@bp.get("/bai-thi/<code>")
@signed_in
def paper(code: str) -> Any:
    """The paper of an open attempt; after its end the way leads to the result. JSON gives its state."""
    attempt = own(code)
    now = clock.now()
    if attempt.is_open and rules.is_over(attempt.due_at, now):
        attempt = close_overdue(attempt)
    if wants_json():
        return jsonify(pages.state_data(attempt, shapes_of(attempt), now))
    if not attempt.is_open:
        return redirect(url_for("standings.result", code=code), code=303)
    return render_paper(attempt, answers=attempt.answers, prediction=attempt.prediction)


@bp.post("/bai-thi/<code>/luu")
@signed_in
def save(code: str) -> Any:
    """Keep the answers. 200 (or for a form 303) only after the commit; 409 when time is up."""
    now = clock.now()
    attempt = own(code)
    try:
        sent = read_sent(attempt)
    except rules.Unacceptable as error:
        return refuse_save(attempt, error)
    saved = actions.save(db.session, attempt, seq=sent.seq, answers=sent.answers, prediction=sent.prediction, now=now)
    db.session.commit()
    if saved.over:
        return time_is_up(code)
    if request.is_json:
        return jsonify(saved_data(code, attempt, saved))
    if not saved.taken:
        page = render_paper(attempt, answers=sent.answers, prediction=sent.prediction, stale=saved, seq=saved.seq)
        return page, 409
    then = "attempts.review" if request.form.get("then") == "xem-lai" else "attempts.paper"
    return redirect(url_for(then, code=code), code=303)


@bp.get("/bai-thi/<code>/xem-lai")
@signed_in
def review(code: str) -> Any:
    """What is answered and what is not, before submitting."""
    attempt = own(code)
    now = clock.now()
    if not attempt.is_open or rules.is_over(attempt.due_at, now):
        return redirect(url_for("attempts.paper", code=code), code=303)
    found = queries.round_of(db.session, attempt.round_id)
    places = range(1, len(attempt.paper) + 1)
    done = rules.complete(attempt.answers, shapes_of(attempt))
    return render_template(
        "attempts/review.html",
        attempt=attempt,
        round=found,
        contest=found.contest,
        places=places,
        missing=[place for place in places if place not in done],
        begun=[place for place in places if place not in done and str(place) in attempt.answers],
        remaining_ms=rules.remaining_ms(attempt.due_at, now),
    )


@bp.post("/bai-thi/<code>/nop")
@signed_in
def submit(code: str) -> Any:
    """End the attempt, with the answers sent along if there are any. Again: changes nothing."""
    now = clock.now()
    attempt = own(code)
    if forms.has_answers(request) and attempt.is_open and not rules.is_over(attempt.due_at, now):
        try:
            sent = read_sent(attempt)
        except rules.Unacceptable as error:
            return refuse_save(attempt, error)
        actions.save(db.session, attempt, seq=sent.seq, answers=sent.answers, prediction=sent.prediction, now=now)
    actions.submit(db.session, db.memo, attempt, now)
    db.session.commit()
    return redirect(url_for("standings.result", code=code), code=303)


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


def own(code: str) -> Held:
    """An attempt of the signed-in person; anybody else's does not exist for them."""
    return queries.held(db.session, code, current_actor().id) or abort(404)


def read_sent(attempt: Held) -> forms.Sent:
    return forms.read(request, shapes_of(attempt))


def shapes_of(attempt: Held) -> list[Shape]:
    """What the answers to an attempt's questions may look like."""
    items = rules.paper_items(attempt.paper)
    words = papers.wordings(db.session, db.memo, [item.version_id for item in items])
    return papers.shapes(items, words)


def close_overdue(attempt: Held) -> Held:
    """Close an attempt whose time ran out, at the next look at it: the same as the closing job does."""
    # The reader lets go first: on SQLite without WAL it would keep the end of the attempt from being written.
    db.session.rollback()
    with db.begin() as session:
        actions.submit(session, db.memo, attempt, attempt.due_at)
    return own(attempt.code)


def render_paper(
    attempt: Held,
    *,
    answers: dict[str, str],
    prediction: Any,
    error: str | None = None,
    stale: actions.Saved | None = None,
    seq: int | None = None,
) -> str:
    """The paper with these answers filled in; ``seq`` is the number of the last save the page knows of."""
    now = clock.now()
    found = queries.round_of(db.session, attempt.round_id)
    items = rules.paper_items(attempt.paper)
    words = papers.wordings(db.session, db.memo, [item.version_id for item in items])
    left = rules.remaining_ms(attempt.due_at, now)
    return render_template(
        "attempts/paper.html",
        attempt=attempt,
        round=found,
        contest=found.contest,
        questions=showing.shown(db.session, db.memo, items, words),
        answers=answers,
        answered=rules.complete(answers, papers.shapes(items, words)),
        prediction=prediction,
        prediction_label=prediction_label(found.contest),
        error=error,
        stale=stale,
        seq=attempt.seq if seq is None else seq,
        remaining_ms=left,
        time_text=f"{left // 60000}:{left // 1000 % 60:02d}",
        saved_text=gettext("Đã lưu %(time)s", time=clock_time(attempt.saved_at)) if attempt.saved_at else "",
    )


def prediction_label(contest: Contest) -> str | None:
    """What the participant is asked to predict; None when the contest has no prediction."""
    if not contest.prediction_target:
        return None
    return gettext(
        "Dự đoán %(what)s %(where)s",
        what=say(PREDICTION_TARGET_NAMES[contest.prediction_target]),
        where=say(PREDICTION_SCOPE_NAMES[contest.prediction_scope]),
    )


def saved_data(code: str, attempt: Held, saved: actions.Saved) -> dict[str, Any]:
    """The reply to a save: what is stored; the answers too when this save was not the one that counts."""
    data = {
        "seq": saved.seq,
        "saved_at": saved.saved_at.isoformat() if saved.saved_at else None,
        "remaining_ms": rules.remaining_ms(attempt.due_at, clock.now()),
    }
    if not saved.taken:
        data["answers"] = pages.sent_answers(own(code).answers, shapes_of(attempt))
    return data


def time_is_up(code: str) -> Any:
    """Too late: what had been kept counts, and the page says so."""
    attempt = own(code)
    if attempt.is_open:
        actions.submit(db.session, db.memo, attempt, attempt.due_at)
        db.session.commit()
        attempt = own(code)
    if request.is_json:
        state = pages.state_data(attempt, shapes_of(attempt), clock.now())
        title = gettext("Đã hết giờ làm bài")
        return jsonify({**state, "title": title, "detail": gettext("Những câu đã lưu trước đó được tính.")}), 409
    return render_template("attempts/over.html", attempt=attempt), 409


def refuse_start(contest: Contest, round_: Round, refusal: actions.Refused) -> Any:
    reasons = [say(reason) for reason in refusal.reasons]
    if wants_json():
        return error_page(409, gettext("Chưa thể bắt đầu"), " ".join(reasons), reasons=reasons)
    page = render_template("attempts/refused.html", contest=contest, round=round_, reasons=reasons)
    return page, 409


def refuse_save(attempt: Held, error: rules.Unacceptable) -> Any:
    """Answers that cannot be stored: nothing of them is kept, everything typed stays on the page."""
    if request.is_json:
        return error_page(400, gettext("Chưa lưu được"), say(error.message), seq=attempt.seq)
    if not attempt.is_open:
        return redirect(url_for("standings.result", code=attempt.code), code=303)
    typed = pages.retyped(forms.typed(request), shapes_of(attempt))
    page = render_paper(attempt, answers=typed, prediction=request.form.get("prediction", ""), error=say(error.message))
    return page, 400
