"""Bundles for everybody: what there is, the files, the program that checks them; making one, for organizers."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.attempts.routes import visible_contest
from contest.extensions import db
from contest.jobs.rules import JobRefused
from contest.proof import bundle, bundle_parts, bundle_work
from contest.proof.bundle_work import PROGRAM, README
from contest.proof.models import Bundle
from contest.proof.rules import instant
from contest.rounds.desk import own_contest
from contest.web import kept
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from contest.web.texts import say

bp = Blueprint("bundles", __name__)


@bp.get("/cuoc-thi/<slug>/minh-chung/goi")
@public
@kept.for_everybody()
def bundles(slug: str) -> Response | str:
    """Bundles of a contest with their hashes, and how to check one."""
    contest = visible_contest(slug)
    found = bundle_parts.bundles(db.session, contest.id)
    return page_or_json(
        "proof/bundles.html",
        lambda: {"contest": slug, "bundles": [bundle_data(slug, one) for one in found]},
        contest=contest,
        found=found,
        outlined=[one for one in bundle.told_rounds(db.session, contest, clock.now()) if one.outline] if found else [],
        program=bundle_work.program_digest(),
    )


@bp.get("/cuoc-thi/<slug>/minh-chung/goi/<int:number>.zip")
@public
def download(slug: str, number: int) -> Response:
    """The file of a bundle, part by part."""
    contest = visible_contest(slug)
    found = bundle_parts.bundle(db.session, contest.id, number) or abort(404)
    # Each part is read by itself: a slow reader holds no transaction.
    response = Response(bundle_work.content(found.id), mimetype="application/zip", direct_passthrough=True)
    response.content_length = found.size
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(found.digest)
    return response


@bp.get("/kiem-chung/hoithi_verify.py")
@public
def program() -> Response:
    """The program that checks a bundle: one file, to be read and run by anybody."""
    return _file(PROGRAM.read_bytes(), "text/x-python", 'attachment; filename="hoithi_verify.py"')


@bp.get("/kiem-chung/goi-kiem-chung.txt")
@public
def description() -> Response:
    """How a bundle is written, for whoever writes a program of their own."""
    return _file(README.read_bytes(), "text/plain", "inline")


def _file(content: bytes, mimetype: str, disposition: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.post("/to-chuc/cuoc-thi/<slug>/minh-chung/goi")
@organizers
def make(slug: str) -> Response:
    """Make a new bundle beside the requests."""
    contest = own_contest(slug)
    try:
        code = bundle_work.queue(db.session, actor_here(), contest, clock.now())
    except JobRefused as refused:
        for reason in refused.reasons:
            flash(say(reason), "error")
        return redirect(url_for("proof.desk", slug=slug), code=303)
    db.session.commit()
    return redirect(url_for("jobs.show", code=code), code=303)


def bundle_data(slug: str, made: Bundle) -> dict[str, Any]:
    return {
        "number": made.number,
        "made_at": instant(made.made_at),
        "rounds": [int(number) for number in made.rounds.split(",")],
        "size": made.size,
        "digest": made.digest,
        "url": url_for("bundles.download", slug=slug, number=made.number),
    }
