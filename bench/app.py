"""The product with a few doors more, for measuring only: ``gunicorn bench.app:app``.

An empty route and a route that commits one row are the floors to compare with; the others sign in without a
password, and tell what the process has used.
"""

import time

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import event

from contest import clock, create_app
from contest.accounts.models import Person
from contest.accounts.routes import open_door
from contest.extensions import csrf, db
from contest.web.doors import public

bp = Blueprint("bench", __name__, url_prefix="/_bench")
FLOOR = sa.text("UPDATE throttle SET count = count + 1 WHERE key = 'bench'")


def measured_app() -> Flask:
    app = create_app()
    app.extensions["bench"] = {"queries": 0, "counting": False}
    csrf.exempt(bp)
    app.register_blueprint(bp)
    return app


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
