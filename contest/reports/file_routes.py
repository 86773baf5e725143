"""Made files, for who asked for them."""

from flask import Blueprint, Response, abort

from contest.accounts.doors import signed_in
from contest.accounts.identity import current_actor
from contest.extensions import db
from contest.reports import files

bp = Blueprint("files", __name__)


@bp.get("/tep/<code>")
@signed_in
def download(code: str) -> Response:
    """A file made for the visitor; anybody else's is not found."""
    actor = current_actor()
    made = files.made_for(db.session, code, actor.id if actor else None) or abort(404)

    store, file_id = db.store, made.id

    def read(number: int) -> bytes | None:
        # Each part is read by itself, when the request's context has ended: a slow reader holds no transaction.
        with store.session(readonly=True) as session:
            return files.part(session, file_id, number)

    response = Response(files.stream(read), mimetype=made.media_type, direct_passthrough=True)
    response.content_length = made.size
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    response.headers["Cache-Control"] = "no-store"
    return response
