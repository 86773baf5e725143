"""The page of a long work: how far it is, and where its result stands."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, make_response

from contest.accounts.doors import signed_in
from contest.accounts.identity import current_actor
from contest.accounts.permissions import may_follow, may_organize
from contest.extensions import db
from contest.jobs import actions, queries
from contest.jobs.models import Job
from contest.jobs.rules import STATE_NAMES, JobState, unpacked
from contest.web.negotiation import page_or_json
from questions.messages import N_

bp = Blueprint("jobs", __name__)
#: Headline of work that this version of the program no longer knows.
UNKNOWN = N_("Việc dài")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/viec/<code>")
@signed_in
def show(code: str) -> Response:
    """For the person who asked, and for administrators."""
    job, actor = queries.job(db.session, code), current_actor()
    if job is None or actor is None or not (actor.is_administrator or job.person_id == actor.id):
        abort(404)
    known = actions.WORKS.get(job.kind)
    response = make_response(
        page_or_json(
            "jobs/show.html",
            lambda: job_data(job),
            job=job,
            title=known.title if known else UNKNOWN,
            states=STATE_NAMES,
            organizes=may_organize(actor),
            follows=may_follow(actor),
            running=job.state in (JobState.WAITING, JobState.RUNNING),
            message=next(iter(unpacked([job.result["message"]])), None) if "message" in job.result else None,
            reasons=unpacked(job.result.get("reasons", ())),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def job_data(job: Job) -> dict[str, Any]:
    return {
        "code": job.code,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "reasons": [str(reason) for reason in unpacked(job.result.get("reasons", ()))],
        "result": {name: value for name, value in job.result.items() if name not in ("reasons", "message")},
    }
