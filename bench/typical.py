"""The paper and its save written the usual way, to compare with: ``/_typical/...`` on the same tables.

What a careful Flask application does without having measured: Flask-Login with the person's row by the ORM, a token
against forged requests by Flask-WTF, attempt, entry, round, contest and questions loaded by the ORM, a Jinja page with
loops, a save that selects, checks, assigns and commits. It is kept honest: sessions do not expire on commit, the
questions come by one query and not by twenty, nothing is compressed, nothing is logged, the text is not translated.
"""

from datetime import datetime
from typing import Any

from flask import Flask, abort, g, jsonify, render_template, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_wtf import CSRFProtect
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from contest import clock
from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.db import READ_METHODS, Store
from contest.rounds.models import Entry, Round
from questions.models import QuestionVersion

LETTERS = "ABCDEFGH"


class User(UserMixin):
    def __init__(self, person: Person) -> None:
        self.person = person
        self.id = str(person.id)


def typical_app(url: str, secret_key: str) -> Flask:
    app = Flask("typical", root_path=__file__.rpartition("/")[0], static_folder=None)
    app.config.update(SECRET_KEY=secret_key, SESSION_COOKIE_NAME="typical", WTF_CSRF_TIME_LIMIT=None)
    store = Store(url)
    manager = LoginManager(app)
    csrf = CSRFProtect(app)

    def session() -> Session:
        if "session" not in g:
            g.session = store.session(readonly=request.method in READ_METHODS)
        return g.session

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        if "session" in g:
            g.session.close()

    @manager.user_loader
    def load_user(user_id: str) -> User | None:
        person = session().get(Person, int(user_id))
        return User(person) if person else None

    @app.post("/_typical/sign-in/<int:person_id>")
    @csrf.exempt
    def sign_in(person_id: int) -> str:
        login_user(User(session().get_one(Person, person_id)))
        return ""

    @app.get("/_typical/bai-thi/<code>")
    @login_required
    def paper(code: str) -> str:
        attempt = own(session(), code)
        if attempt.state != "open" or attempt.due_at <= clock.now():
            abort(409)
        return render_template(
            "typical.html", attempt=attempt, left=seconds_left(attempt), **paper_of(session(), attempt)
        )

    @app.post("/_typical/bai-thi/<code>/luu")
    @login_required
    def save(code: str) -> Any:
        attempt = own(session(), code)
        now = clock.now()
        if attempt.state != "open" or attempt.due_at <= now:
            abort(409)
        sent = request.get_json()
        if sent["seq"] <= attempt.seq:
            return jsonify(seq=attempt.seq)
        attempt.answers = checked(paper_of(session(), attempt)["questions"], sent["answers"])
        attempt.prediction, attempt.seq, attempt.saved_at = sent["prediction"], sent["seq"], now
        session().commit()
        return jsonify(seq=attempt.seq, saved_at=now.isoformat(), remaining_s=seconds_left(attempt))

    return app


def own(session: Session, code: str) -> Attempt:
    attempt = session.scalars(
        select(Attempt)
        .options(joinedload(Attempt.entry), joinedload(Attempt.round).joinedload(Round.contest))
        .where(Attempt.code == code)
    ).one_or_none()
    if attempt is None:
        abort(404)
    entry: Entry = attempt.entry
    if entry.person_id != current_user.person.id:
        abort(404)
    return attempt


def paper_of(session: Session, attempt: Attempt) -> dict[str, Any]:
    """The attempt's questions with their options in the order shown."""
    wanted = [row[0] for row in attempt.paper]
    versions = {
        version.id: version
        for version in session.scalars(
            select(QuestionVersion)
            .options(selectinload(QuestionVersion.question))
            .where(QuestionVersion.id.in_(wanted))
        )
    }
    questions = []
    for place, (version_id, order, points) in enumerate(attempt.paper, 1):
        version = versions[version_id]
        options = [(LETTERS[shown], version.choices[choice].text) for shown, choice in enumerate(order)]
        questions.append({"place": place, "version": version, "options": options, "points": points})
    return {"questions": questions}


def checked(questions: list[dict[str, Any]], answers: dict[str, Any]) -> dict[str, str]:
    """Answers as stored; 400 for one that its question does not offer."""
    kept = {}
    for question in questions:
        letters = answers.get(str(question["place"]))
        if letters is None:
            continue
        offered = {letter for letter, _text in question["options"]}
        if not set(letters) <= offered or (question["version"].kind == "single" and len(letters) > 1):
            abort(400)
        kept[str(question["place"])] = "".join(sorted(letters))
    return kept


def seconds_left(attempt: Attempt) -> int:
    due_at: datetime = attempt.due_at
    return max(0, round((due_at - clock.now()).total_seconds()))
