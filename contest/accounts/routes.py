"""Signing in and out."""

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, session
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user

from contest import clock
from contest.accounts import actions, identity, queries
from contest.accounts.doors import signed_in
from contest.accounts.forms import SignInForm
from contest.accounts.models import Person
from contest.accounts.passwords import password_fits
from contest.accounts.rules import normal_phone
from contest.extensions import db
from contest.web import traces
from contest.web.doors import public
from contest.web.routes import local_address

bp = Blueprint("accounts", __name__)

#: Wrong passwords for one phone number in a quarter of an hour; the number counts, never the network address:
#: a whole factory may sit behind one.
MAX_WRONG = 8
WINDOW_S = 15 * 60


def init_app(app: Flask) -> None:
    identity.init_app(app)
    app.register_blueprint(bp)


@bp.route("/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> Response | str | tuple[str, int]:
    """Sign in with phone and password."""
    form = SignInForm()
    target = request.values.get("next")
    if form.validate_on_submit():
        now = clock.now()
        phone = normal_phone(form.phone.data or "") or ""
        if not may_try(phone, now):
            form.refuse("password", gettext("Nhập sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại."))
            return render_template("accounts/sign_in.html", form=form, target=target), 429
        known = find_by_password(phone, form.password.data or "")
        person = kept_of(known) if known else None
        if person:
            actions.forgive_try(db.session, try_key(phone))
            open_door(person, now)
            if person is not known:
                text = gettext("Tài khoản bạn dùng đã được gộp, nên bạn đang ở tài khoản %(name)s.", name=person.name)
                flash(text, "info")
            return redirect(local_address(target), code=303)
        form.refuse("password", gettext("Số điện thoại hoặc mật khẩu chưa đúng. Hãy kiểm tra rồi nhập lại."))
    return render_template("accounts/sign_in.html", form=form, target=target)


def try_key(phone: str) -> str:
    """What guesses at the passwords of a phone are counted under, wherever they are made."""
    return f"sign-in:{phone}"


def may_try(phone: str, now: clock.datetime) -> bool:
    """Whether one more password of a phone is judged; counted beforehand, so that guesses sent at once count too."""
    key = try_key(phone)
    tried = queries.tries(db.reader, key, WINDOW_S, int(now.timestamp()))
    db.reader.rollback()
    if tried >= MAX_WRONG:
        return False
    tried = actions.count_try(db.session, key, WINDOW_S, now)
    db.session.commit()
    return tried <= MAX_WRONG


@bp.post("/dang-xuat")
@signed_in
def sign_out() -> Response:
    """End the sign-in; the device forgets what it kept of papers, for whoever uses it next."""
    actions.sign_out(db.session, current_user.token)
    db.session.commit()
    logout_user()
    session.clear()
    response = redirect(local_address(None), code=303)
    # Obeyed where the site is served by HTTPS; elsewhere static/js/shell.js does the same.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def find_by_password(phone: str, password: str) -> Person | None:
    """The person of this phone whose password it is. Reads only, so that no lock is held while hashing."""
    # Imported people who share a phone and have no password yet must not crowd out those who have one.
    people = [person for person in queries.people_who_enter_by(db.reader, phone) if person.password_hash][:10]
    # What was read stays as it is: asking for it again would begin another reading transaction.
    db.reader.expunge_all()
    db.reader.rollback()
    fitting = [person for person in people if password_fits(person.password_hash, password)]
    if not people:
        password_fits(None, password)
    return fitting[0] if fitting else None


def kept_of(person: Person) -> Person | None:
    """The person themselves, or the one they were made one with; a role is never entered by another's password."""
    if person.merged_into_id is None:
        return person
    kept = queries.kept_person(db.reader, person.merged_into_id)
    db.reader.expunge_all()
    db.reader.rollback()
    return kept


def open_door(person: Person, now: clock.datetime) -> None:
    """Sign a person in on this device, with a fresh session so that none can be planted beforehand."""
    traces.at_the_door()
    token = actions.sign_in(db.session, person.id, now)
    actor = identity.actor_of_token(db.session, token)
    db.session.commit()
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language
    session.permanent = True
    login_user(identity.Visitor(actor, token))
