"""The paper of an attempt and its verbs: save, take over, review, submit."""

import hmac
from typing import Any

from flask import Response, abort, current_app, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from contest import clock
from contest.accounts.doors import signed_in
from contest.accounts.identity import ask_to_sign_in, current_actor, token_hash
from contest.attempts import actions, forms, pages, papers, queries, rules
from contest.attempts.actions import Fate, Saved
from contest.attempts.hot import Keep, Looker, SaveWriter
from contest.attempts.marks import new_mark, writing_key
from contest.attempts.paper_page import paper_page
from contest.attempts.queries import Held
from contest.attempts.routes import bp
from contest.extensions import csrf, db
from contest.rounds import snapshots
from contest.web.doors import mark
from contest.web.errors import error_page
from contest.web.negotiation import wants_json
from contest.web.texts import say
from questions.answers import Shape

#: Attempts whose shapes a process remembers; some hundred bytes each.
MAX_SHAPES = 50_000


@bp.get("/bai-thi/<code>")
def paper(code: str) -> Any:
    """The paper of an open attempt; after its end the way leads to the result. JSON gives its state."""
    now = clock.now()
    token = session.get("_user_id")
    if token is None:
        return ask_to_sign_in()
    looked = looker().look(token_hash(token), code, now)
    if looked is None:
        # Not theirs, or signed out on another page meanwhile.
        return abort(404) if person_id() else None
    attempt = looked.held
    if attempt.is_open and now >= attempt.late_until:
        attempt = closed_by_a_look(attempt, now)
    if wants_json():
        return jsonify(pages.state_data(attempt, shapes_of(attempt), now))
    if not attempt.is_open:
        return redirect(url_for("standings.result", code=code), code=303)
    settings = snapshots.remembered(db.memo, looked.contest_id, looked.revision)
    return render_paper(attempt, settings, answers=attempt.answers, prediction=attempt.prediction)


mark(paper, "signed in")


@bp.post("/bai-thi/<code>/luu")
def save(code: str) -> Any:
    """Keep the answers. 200 (or for a form 303) only after the commit; 409 with what stands when they are not taken.

    The statement that stores them checks the sign-in and whose attempt it is, so nothing else is asked before.
    """
    now = clock.now()
    token = session.get("_user_id")
    if token is None:
        return ask_to_sign_in()
    check_writer(token, code)
    shapes = remembered_shapes(code)
    if shapes is None:
        shapes = shapes_of(glance(code))
    try:
        sent = forms.read(request, shapes)
    except rules.Unacceptable as error:
        return refuse_save(glance(code), error)
    keep = keep_of(token, code, sent, now)
    kept = save_writer().save(keep)
    if kept is None:
        return not_taken(keep, sent)
    if request.is_json:
        return saved_data(actions.taken(keep, kept), clock.now())
    return redirect(url_for(next_page(), code=code), code=303)


mark(save, "signed in")
csrf.exempt(save)


@bp.post("/bai-thi/<code>/giu")
@signed_in
def take_over(code: str) -> Any:
    """Work on the attempt here from now on: a page opened elsewhere can no longer save."""
    attempt, now = own(code), clock.now()
    page = actions.take_over(db.session, attempt, now)
    db.session.commit()
    if not request.is_json and not wants_json():
        return redirect(url_for("attempts.paper", code=code), code=303)
    attempt = own(code)
    return jsonify(pages.state_data(attempt, shapes_of(attempt), now) | {"page": page})


@bp.get("/bai-thi/<code>/xem-lai")
@signed_in
def review(code: str) -> Any:
    """What is answered and what is not, before submitting."""
    attempt = own(code)
    now = clock.now()
    if not attempt.is_open or now >= attempt.due_at:
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
    """End the attempt, with the answers sent along if there are any. Again: changes nothing.

    Answers that cannot be stored keep it from ending: nobody is told "submitted" while answers are lost.
    """
    now = clock.now()
    attempt = own(code)
    if forms.has_answers(request):
        refusal = keep_along(attempt, now)
        if refusal is not None:
            return refusal
    ended = actions.submit(db.session, db.memo, attempt, now, by_itself=not forms.has_answers(request))
    data = pages.ended_data(ended)
    db.session.commit()
    if request.is_json or wants_json():
        return jsonify(data | {"result": url_for("standings.result", code=code)})
    return redirect(url_for("standings.result", code=code), code=303)


# Helpers


def check_writer(token: str, code: str) -> None:
    """Refuse a request that another site made a browser send: it knows neither of the two tokens.

    The attempt's own key never grows old while its person is signed in; a page's token is checked as everywhere.
    """
    sent = request.headers.get("X-CSRFToken") or ("" if request.is_json else request.form.get("csrf_token", ""))
    if hmac.compare_digest(sent.encode(), writing_key(current_app.config["SECRET_KEY"], token, code).encode()):
        return
    try:
        validate_csrf(sent)
    except ValidationError as error:
        raise CSRFError(error.args[0]) from None


def own(code: str) -> Held:
    """An attempt of the signed-in person; anybody else's does not exist for them."""
    return queries.held(db.session, code, person_id()) or abort(404)


def glance(code: str) -> Held:
    """One's own attempt, read without holding anything that a writer would have to wait for."""
    mine = person_id()
    db.end_reading()
    with db.reading() as reader:
        return queries.held(reader, code, mine) or abort(404)


def person_id() -> int:
    """The signed-in person; signed out on another page meanwhile: 401."""
    actor = current_actor()
    return actor.id if actor else abort(401)


def closed_by_a_look(attempt: Held, now: clock.datetime) -> Held:
    """Close an attempt of which nothing more is taken, as the closing job does it."""
    # The reader lets go first: on SQLite without WAL it would keep the end of the attempt from being written.
    db.end_reading()
    with db.begin() as session_:
        actions.close_if_over(session_, db.memo, attempt.id, now)
    return own(attempt.code)


def looker() -> Looker:
    """The process's own."""
    found = db.memo.get("looker")
    return found or db.memo.setdefault("looker", Looker(db.direct))


def shapes_of(attempt: Held) -> list[Shape]:
    """What the answers to an attempt's questions may look like; remembered by the process, as papers never change."""
    known = remembered_shapes(attempt.code)
    if known is None:
        items = rules.paper_items(attempt.paper)
        with db.reading() as reader:
            words = papers.wordings(reader, db.memo, [item.version_id for item in items])
        known = papers.shapes(items, words)
        shapes = db.memo.setdefault("shapes", {})
        if len(shapes) >= MAX_SHAPES:
            shapes.clear()
        shapes[attempt.code] = known
    return known


def remembered_shapes(code: str) -> list[Shape] | None:
    return db.memo.setdefault("shapes", {}).get(code)


def save_writer() -> SaveWriter:
    """The process's own."""
    found = db.memo.get("save_writer")
    return found or db.memo.setdefault("save_writer", SaveWriter(db.direct))


def keep_of(token: str, code: str, sent: forms.Sent, now: clock.datetime) -> Keep:
    return Keep(token_hash(token), code, sent.seq, sent.answers, sent.prediction, sent.page, now)


def store_within(attempt: Held, sent: forms.Sent, now: clock.datetime) -> Saved:
    """Store a set in the transaction of this request, or say why it is not stored."""
    keep = keep_of(session["_user_id"], attempt.code, sent, now)
    if actions.keep_within(db.session, keep):
        return Saved(Fate.TAKEN, sent.seq or attempt.seq + 1, now, attempt.due_at)
    held = own(attempt.code)
    return actions.explain(db.session, keep, held, sent.given_at)


def keep_along(attempt: Held, now: clock.datetime) -> Any:
    """Store what a submission brings along; the answer where that keeps the attempt from ending, else None.

    What it brings to an attempt that has ended is kept as evidence, as with a save.
    """
    try:
        sent = forms.read(request, shapes_of(attempt))
    except rules.Unacceptable as error:
        return refuse_save(attempt, error) if attempt.is_open else None
    actions.hold(db.session, attempt.id)
    saved = store_within(attempt, sent, now)
    if saved.fate in (Fate.STALE, Fate.ELSEWHERE) and not is_stored(saved, sent):
        db.session.commit()
        return explain_refusal(attempt.code, saved, sent)
    return None


def is_stored(saved: Saved, sent: forms.Sent) -> bool:
    """Whether what was sent is what stands: the same request for the second time."""
    held = saved.held
    return held is not None and (held.answers, held.prediction) == (sent.answers, sent.prediction)


def not_taken(keep: Keep, sent: forms.Sent) -> Any:
    """Say why a set was not stored; it may still count as a late delivery, and is kept as evidence if it is late."""
    saved = actions.explain(db.session, keep, own(keep.code), sent.given_at)
    db.session.commit()
    if saved.taken:
        return (
            jsonify(saved_data(saved, clock.now()))
            if request.is_json
            else redirect(url_for(next_page(), code=keep.code), code=303)
        )
    if saved.fate is Fate.OVER:
        return time_is_up(keep.code)
    if saved.fate is Fate.STALE and request.is_json:
        return saved_data(saved, clock.now()) | stored_data(saved)
    return explain_refusal(keep.code, saved, sent)


def explain_refusal(code: str, saved: Saved, sent: forms.Sent) -> Any:
    """Answers that another page keeps from being stored: what stands for a program, what was typed for people."""
    if request.is_json:
        title, detail = (
            (gettext("Bài đang mở ở nơi khác"), gettext("Muốn làm tiếp ở đây, hãy bấm “Làm tiếp ở đây”."))
            if saved.fate is Fate.ELSEWHERE
            else (gettext("Bài này đã được lưu ở trang khác"), gettext("Hãy tải lại bài rồi gửi lại."))
        )
        data = saved_data(saved, clock.now()) | stored_data(saved)
        return {**data, "reason": str(saved.fate.value), "title": title, "detail": detail}, 409
    page = render_paper(own(code), answers=sent.answers, prediction=sent.prediction, stale=saved, seq=saved.seq)
    return page, 409


def render_paper(
    attempt: Held,
    settings: snapshots.Settings | None = None,
    *,
    answers: dict[str, str],
    prediction: Any,
    error: str | None = None,
    stale: Saved | None = None,
    seq: int | None = None,
) -> Response:
    """The paper with these answers filled in; ``seq`` is the number of the last save the page knows of.

    ``settings``: the contest's, where they are known already.
    """
    now = clock.now()
    found = settings.by_id(attempt.round_id) if settings else None
    return paper_page(
        db.when_needed,
        db.memo,
        attempt,
        found or snapshots.of_round_id(db.session, db.memo, attempt.round_id),
        answers=answers,
        prediction=prediction,
        page=new_mark(now, attempt.holder),
        key=writing_key(current_app.config["SECRET_KEY"], session["_user_id"], attempt.code),
        now=now,
        error=error,
        stale=stale,
        seq=seq,
    )


def next_page() -> str:
    return "attempts.review" if request.form.get("then") == "xem-lai" else "attempts.paper"


def saved_data(saved: Saved, now: clock.datetime) -> dict[str, Any]:
    """The reply to a save: what is stored."""
    data: dict[str, Any] = {
        "seq": saved.seq,
        "saved_at": saved.saved_at.isoformat() if saved.saved_at else None,
        "remaining_ms": rules.remaining_ms(saved.due_at, now),
    }
    return data | {"late": True} if saved.late else data


def stored_data(saved: Saved) -> dict[str, Any]:
    """What stands in place of answers that were not taken."""
    held = saved.held
    return {"answers": pages.sent_answers(held.answers, shapes_of(held)), "prediction": held.prediction}


def time_is_up(code: str) -> Any:
    """Too late: what had been kept counts, and the page says so."""
    attempt = own(code)
    now = clock.now()
    if attempt.is_open and now >= attempt.late_until:
        actions.close_if_over(db.session, db.memo, attempt.id, now)
        db.session.commit()
        attempt = own(code)
    if request.is_json:
        state = pages.state_data(attempt, shapes_of(attempt), now)
        title = gettext("Đã hết giờ làm bài")
        detail = gettext("Những câu đã lưu trước đó được tính.")
        return jsonify({**state, "reason": "over", "title": title, "detail": detail}), 409
    return render_template("attempts/over.html", attempt=attempt), 409


def refuse_save(attempt: Held, error: rules.Unacceptable) -> Any:
    """Answers that cannot be stored: nothing of them is kept, everything typed stays on the page."""
    if request.is_json:
        return error_page(400, gettext("Chưa lưu được"), say(error.message), seq=attempt.seq)
    if not attempt.is_open:
        return redirect(url_for("standings.result", code=attempt.code), code=303)
    typed = pages.retyped(forms.typed(request), shapes_of(attempt))
    page = render_paper(attempt, answers=typed, prediction=request.form.get("prediction", ""), error=say(error.message))
    return page, 400
