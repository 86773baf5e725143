"""Pages that belong to no subject: health, language, the short words of the web."""

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, render_template, request, session
from flask import url_for as flask_url_for
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from contest import clock
from contest.extensions import compress, csrf, db
from contest.web import assets, errors, faults, headers, kept, limits, logs, navigation, sessions, texts, wording
from contest.web.doors import public

bp = Blueprint("web", __name__)


def init_app(app: Flask) -> None:
    if app.config.get("PROXIES"):
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    # A sign-in lasts as long as its row: sending its cookie again with every answer would only let copies of it linger.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    app.config.setdefault("COMPRESS_BR_LEVEL", 5)
    app.config.setdefault("COMPRESS_MIN_SIZE", 500)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    limits.init_app(app)
    logs.init_app(app)
    headers.init_app(app)
    sessions.init_app(app)
    db.init_app(app)
    csrf.init_app(app)
    app.config.setdefault("COMPRESS_REGISTER", False)
    compress.init_app(app)
    app.after_request(compress_pages)
    texts.init_app(app)
    faults.init_app(app)
    wording.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    kept.init_app(app)
    navigation.init_app(app)
    app.register_blueprint(bp)


def compress_pages(response: Response) -> Response:
    """Compress what is worth it: most answers are short, and looking at them closer would cost more than they weigh."""
    length = response.calculate_content_length() if response.is_sequence else None
    if response.content_encoding or (length is not None and length < current_app.config["COMPRESS_MIN_SIZE"]):
        return response
    return compress.after_request(response)


@bp.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """200 when the database answers, else 503. The clock may be off and yet right: see :mod:`contest.clock`."""
    try:
        # Reads only: a long import that holds SQLite's lock for writing is no sign of illness.
        with current_app.extensions["store"].session(readonly=True) as session:
            session.execute(text("SELECT 1 FROM alembic_version"))
    except SQLAlchemyError:
        return jsonify(status="unavailable", database=False), 503
    off = clock.off_by()
    return jsonify(status="ok", database=True, clock=f"off by {off:.1f} s" if off else "ok"), 200


@bp.get("/ngon-ngu")
@public
def languages() -> str:
    """The languages to choose from: where pages that are the same for everybody lead."""
    return render_template("language.html", next=local_address(request.args.get("next")))


@bp.post("/ngon-ngu")
@public
def language() -> Response:
    """Switch the language of the screens."""
    chosen = request.form.get("lang", "")
    if chosen in texts.LANGUAGES:
        session["lang"] = chosen
    return redirect(local_address(request.form.get("next")), code=303)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    return Response(
        "User-agent: *\nDisallow: /bai-thi/\nDisallow: /bien-nhan/\nDisallow: /to-chuc/\n", mimetype="text/plain"
    )


def local_address(target: str | None) -> str:
    """An address on this site to go to next; the home page for anything else."""
    safe = target and target.startswith("/") and not target.startswith(("//", "/\\"))
    if safe and target.isprintable() and "\\" not in target:
        return target
    return flask_url_for("attempts.home")
