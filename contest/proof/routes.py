"""What everybody may check: promises, the chain of seals, where one's own attempt is sealed."""

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.attempts import queries as attempts
from contest.attempts.receipts import spaced, tidy
from contest.attempts.routes import visible_contest
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.proof import pages, queries, work
from contest.proof.bundle_routes import bp as bundles
from contest.rounds.desk import own_contest
from contest.web import kept
from contest.web.doors import public
from contest.web.negotiation import page_or_json

bp = Blueprint("proof", __name__)
PAGE_SIZE = 50


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(bundles)


@bp.get("/cuoc-thi/<slug>/minh-chung")
@public
@kept.for_everybody()
def proof(slug: str) -> Response | str:
    """What a contest has promised and sealed so far, and how to check it."""
    contest = visible_contest(slug)
    view = pages.proof_view(db.session, contest, clock.now())
    return page_or_json("proof/proof.html", lambda: pages.proof_data(view), view=view, contest=contest)


@bp.get("/cuoc-thi/<slug>/minh-chung/chuoi")
@public
@kept.for_everybody("truoc")
def chain(slug: str) -> Response | str:
    """Batches of the chain from the newest back: ``?truoc=<number>`` those before it."""
    contest = visible_contest(slug)
    text = request.args.get("truoc", "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        abort(404)
    seals = queries.seals(db.session, contest.id, int(text) if text else None, PAGE_SIZE)
    before = seals[-1].number if len(seals) == PAGE_SIZE and seals[-1].number > 1 else None
    return page_or_json(
        "proof/chain.html",
        lambda: {"contest": slug, "seals": [pages.seal_data(seal) for seal in seals], "before": before},
        contest=contest,
        seals=seals,
        before=before,
    )


@bp.get("/bien-nhan/<typed>/niem-phong")
@public
def sealed(typed: str) -> Response | str:
    """Where the attempt behind a receipt is sealed, and the way from its hash to the root of its batch."""
    tidied = tidy(typed)
    attempt = attempts.by_receipt(db.session, tidied) if tidied else None
    if attempt is None:
        abort(404)
    found = queries.sealed(db.session, attempt.id)
    receipt = spaced(attempt.receipt)
    return page_or_json(
        "proof/sealed.html",
        lambda: pages.sealed_data(receipt, found),
        found=found,
        receipt=receipt,
        contest=attempt.round.contest,
        practice=attempt.round.contest.practice,
    )


@bp.get("/to-chuc/cuoc-thi/<slug>/minh-chung")
@organizers
def desk(slug: str) -> Response | str:
    """The same for organizers, and looking through all that was sealed."""
    contest = own_contest(slug)
    view = pages.proof_view(db.session, contest, clock.now())
    return page_or_json("proof/desk.html", lambda: pages.proof_data(view), view=view, contest=contest)


@bp.post("/to-chuc/cuoc-thi/<slug>/minh-chung/kiem-tra")
@organizers
def verify(slug: str) -> Response:
    """Compare everything sealed with what is stored, beside the requests."""
    contest = own_contest(slug)
    job = jobs.queue(db.session, work.JOB, {"contest": contest.id}, actor_here().id, clock.now())
    db.session.commit()
    return redirect(url_for("jobs.show", code=job.code), code=303)
