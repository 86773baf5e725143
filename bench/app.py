"""The product with a few doors more, for measuring only: ``gunicorn bench.app:app``.

An empty route and a route that commits one row show what the product's furniture costs; the others sign in without a
password, and tell what the process has used. Beside the product the same process serves the floors (``bench/bare.py``)
and the usual way of writing the same (``bench/typical.py``), which are told from it before it sees the request.
"""

import time
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import event

from bench.bare import bare_app, floor_row
from bench.typical import typical_app
from contest import clock, create_app
from contest.accounts.models import Person
from contest.accounts.routes import open_door
from contest.extensions import csrf, db
from contest.web.doors import public

bp = Blueprint("bench", __name__, url_prefix="/_bench")
FLOOR = floor_row()


def measured_app() -> Flask:
    app = create_app()
    app.extensions["bench"] = {"queries": 0, "counting": False}
    csrf.exempt(bp)
    app.register_blueprint(bp)
    _beside(app)
    return app


def _beside(app: Flask) -> None:
    """Serve the floors and the usual way under addresses of their own, before anything of the product runs."""
    url = app.config["DATABASE_URL"]
    product, bare, typical = app.wsgi_app, bare_app(url).wsgi_app, typical_app(url, app.config["SECRET_KEY"]).wsgi_app

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if path.startswith("/_bare/"):
            return bare(environ, start_response)
        if path.startswith("/_typical/"):
            return typical(environ, start_response)
        return product(environ, start_response)

    app.wsgi_app = serve


@bp.get("/empty")
@public
def empty() -> str:
    """What Flask, the server and the product's common furniture cost alone."""
    return ""


@bp.post("/commit")
@public
def commit() -> str:
    """One raw update of one row and a commit: nothing that is stored can cost less."""
    with db.engine.begin() as connection:
        if connection.execute(FLOOR).rowcount != 1:
            raise LookupError("the row to update is missing")
    return ""


@bp.post("/sign-in/<int:person_id>")
@public
def sign_in(person_id: int) -> str:
    """Open the door as the sign-in page does once the password fits."""
    open_door(db.session.get_one(Person, person_id), clock.now())
    return ""


@bp.get("/used")
@public
def used() -> Response:
    """Processor time of this process in nanoseconds, and the statements counted so far."""
    return jsonify(cpu_ns=time.process_time_ns(), queries=current_app.extensions["bench"]["queries"])


@bp.post("/count")
@public
def count() -> str:
    """Count statements from now on; never while times are taken."""
    state = current_app.extensions["bench"]
    if not state["counting"]:
        state["counting"] = True

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "ROLLBACK", "COMMIT")):
                state["queries"] += 1

    return ""


app = measured_app()
