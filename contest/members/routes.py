"""Pages of people joining: registration and one's own account."""

from datetime import date, datetime

from flask import Flask, Response, abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import logout_user
from werkzeug import Response as WerkzeugResponse
from wtforms.widgets import PasswordInput

from contest import clock
from contest.accounts import actions as accounts
from contest.accounts import permissions
from contest.accounts.doors import signed_in
from contest.accounts.identity import actor_here
from contest.accounts.models import Consent, Person
from contest.accounts.passwords import hash_password, password_fits
from contest.accounts.queries import tries
from contest.accounts.routes import may_try, open_door, try_key
from contest.accounts.rules import KIND_NAMES, ROLE_NAMES, Actor, PersonKind, normal_phone
from contest.extensions import db
from contest.members import (
    actions,
    administration,
    card_routes,
    card_work,
    delegation_routes,
    leftover_routes,
    merge_routes,
    namesake_routes,
    own_request_routes,
    people_routes,
    queries,
    registry,
    request_routes,
    roster_routes,
    roster_work,
)
from contest.members.blueprint import bp
from contest.members.forms import BirthForm, PasswordForm, RegisterForm, UnionForm
from contest.members.queries import Picked
from contest.members.rules import (
    CONSENT_TEXT,
    PURPOSE_NAMES,
    Registration,
    birth_fault,
    registration_fault,
    union_fault,
)
from contest.unions.queries import by_code
from contest.unions.rules import BASE_LEVELS, MAX_CODE, Level
from contest.web import navigation, traces
from contest.web.doors import public
from contest.web.limits import whole
from contest.web.routes import local_address
from contest.web.texts import say
from questions.messages import N_
from questions.rules import clean

#: Registrations of one phone sent at the same moment take turns; more than so many at once are an error.
TURNS = 5
#: Wrong present passwords in a quarter of an hour.
MAX_WRONG = 8
WINDOW_S = 15 * 60
#: Pages of the room that stand in files of their own.
PARTS = (
    administration,
    card_routes,
    delegation_routes,
    leftover_routes,
    namesake_routes,
    people_routes,
    request_routes,
    roster_routes,
)


def init_app(app: Flask) -> None:
    people_routes.init_app()
    own_request_routes.init_app()
    merge_routes.init_app()
    card_work.register()
    roster_work.register_works()
    app.register_blueprint(bp)
    navigation.add(app, N_("Quản trị"), administration.ROLES, permissions.may_administer)


@bp.route("/dang-ky", methods=["GET", "POST"])
@public
def register() -> WerkzeugResponse | str | tuple[str, int]:
    """Register with name, phone, union and kind; afterwards signed in and back where one came from."""
    form = RegisterForm()
    picked, now = Picked(), clock.now()
    if not asks_birth(request.values.get("next")):
        del form.birth_on
    if "tim_union" in request.form:
        # The form comes back unjudged with all that was typed, the password too.
        form.password.widget = PasswordInput(hide_value=False)
        return registration_page(form, look_for_union(form, now), 200)
    if form.is_submitted():
        sound = form.validate()
        picked = settle_union(form, now)
        settle_birth(form, now)
        if sound and picked.chosen and not form.errors:
            person = enroll(form, picked.chosen.id, now)
            if person:
                open_door(person, now)
                return redirect(local_address(request.values.get("next")), code=303)
    else:
        picked = invited_union(form, now)
    return registration_page(form, picked, 422 if form.errors else 200)


def invited_union(form: RegisterForm, now: datetime) -> Picked:
    """The union whose picture or poster led here (``?don-vi=``), chosen beforehand; a code that fits none says nothing.

    Only where people belong: it must not look as if one could choose a level above.
    """
    code = clean(request.args.get("don-vi", ""))[:MAX_CODE]
    union = by_code(db.reader, code) if code else None
    if (
        union is None
        or Level(union.level) not in BASE_LEVELS
        or (union.closed_on or date.max) <= clock.vietnamese_day(now)
    ):
        return Picked()
    form.union.data = union.code
    return Picked(queries.union_of(db.reader, union.id))


def asks_birth(target: str | None) -> bool:
    """Whether the page somebody came from belongs to a contest that asks for the day of birth."""
    return any(asks(db.reader, local_address(target)) for asks in registry.asks_birth)


def settle_birth(form: RegisterForm | BirthForm, now: datetime) -> None:
    """Put what is wrong with a day of birth beside its field, where the form has one."""
    if "birth_on" not in form or form["birth_on"].errors:
        return
    fault = birth_fault(form["birth_on"].data, clock.vietnamese_day(now))
    if fault:
        form.refuse("birth_on", say(fault))


def registration_page(form: RegisterForm, picked: Picked, status: int) -> tuple[str, int]:
    target = request.values.get("next")
    page = render_template("members/register.html", form=form, picked=picked, target=target, consent_text=CONSENT_TEXT)
    return page, status


def look_for_union(form: UnionForm, now: datetime) -> Picked:
    """What the search button of a page without script finds; nothing else of the form is judged yet."""
    typed = form.union_tu_khoa.data or ""
    levels = None if form.chosen_kind in (None, PersonKind.OFFICIAL) else BASE_LEVELS
    found = queries.pick_union(db.reader, "", typed, clock.vietnamese_day(now), levels)
    form.union.data = ""
    return Picked(None, [found.chosen] if found.chosen else found.results or [], typed)


def settle_union(form: UnionForm, now: datetime) -> Picked:
    """The union that a form means, or the reason beside its field why there is none yet."""
    code, typed = form.union.data or "", form.union_tu_khoa.data or ""
    if not code and not typed:
        form.refuse("union", gettext("Hãy gõ tên công đoàn của bạn rồi chọn trong danh sách."))
        return Picked()
    levels = None if form.chosen_kind in (None, PersonKind.OFFICIAL) else BASE_LEVELS
    picked = queries.pick_union(db.reader, code, typed, clock.vietnamese_day(now), levels)
    if picked.chosen is None:
        several = gettext("Có nhiều công đoàn khớp với tên này. Hãy chọn công đoàn của bạn.")
        none = gettext("Không thấy công đoàn nào có tên này. Hãy gõ ít chữ hơn rồi bấm Tìm.")
        form.refuse("union", several if picked.results else none)
        form.union.data = ""
        return picked
    form.union.data = picked.chosen.code
    fault = union_fault(form.chosen_kind, Level(picked.chosen.level))
    if fault:
        form.refuse("union", say(fault))
    return picked


def enroll(form: RegisterForm, union_id: int, now: datetime) -> Person | None:
    """Make the account, or put the reason why not beside a field. Hashing happens before anything is locked."""
    phone, password = normal_phone(form.phone.data or "") or "", form.password.data or ""
    name = form.name.data or ""
    wanted = None
    for _turn in range(TURNS):
        known = queries.accounts_with_phone(db.reader, phone)
        db.reader.rollback()
        guarded = any(account.password_hash for account in known)
        # The answer says whether the password is right, so it counts like a try to sign in.
        if guarded and not may_try(phone, now):
            form.refuse("phone", gettext("Nhập sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại."))
            return None
        fits = {a.id: password_fits(a.password_hash, password) for a in known if a.password_hash}
        fault = registration_fault(known, fits, name, union_id)
        if fault:
            form.refuse("phone", say(fault))
            return None
        wanted = wanted or Registration(
            name,
            phone,
            union_id,
            PersonKind(form.kind.data),
            hash_password(password),
            traces.at_the_door(),
            form["birth_on"].data if "birth_on" in form else None,
        )
        person = actions.register(db.session, wanted, frozenset(account.id for account in known), now)
        if person:
            if guarded:
                accounts.forgive_try(db.session, try_key(phone))
            return person
        db.session.rollback()
    abort(503)


def person_here() -> Person:
    """The row of the signed-in person."""
    return db.session.get_one(Person, actor_here().id)


@bp.get("/tai-khoan")
@signed_in
def profile() -> str:
    """One's own data, password, consents."""
    return profile_page(person_here())


def profile_page(
    person: Person,
    password_form: PasswordForm | None = None,
    union_form: UnionForm | None = None,
    picked: Picked | None = None,
    birth_form: BirthForm | None = None,
) -> str:
    union = queries.union_of(db.session, person.union_id)
    return render_template(
        "members/profile.html",
        person=person,
        union=union,
        password_form=password_form or PasswordForm(formdata=None),
        union_form=union_form or UnionForm(formdata=None, data={"kind": person.kind, "union": union and union.code}),
        birth_form=birth_form or BirthForm(formdata=None, data={"birth_on": person.birth_on}),
        birth_asked=birth_form is not None or person.birth_on is not None or request.args.get("ngay-sinh") == "1",
        target=request.values.get("next"),
        form=password_form or union_form or birth_form,
        picked=picked or Picked(union),
        locked=actions.identity_locks(db.session, person.id),
        consents=queries.consents(db.session, person.id),
        consent_text=CONSENT_TEXT,
        in_force=queries.has_consent(db.session, person.id),
        roles=queries.roles_in_force(db.session, person.id, clock.today()),
        devices=queries.devices(db.session, person.id),
        kind_names=KIND_NAMES,
        role_names=ROLE_NAMES,
        purpose_names=PURPOSE_NAMES,
    )


@bp.post("/tai-khoan/mat-khau")
@signed_in
def change_password() -> WerkzeugResponse | tuple[str, int]:
    """A new password: signs out every other device."""
    form, now, actor = PasswordForm(), clock.now(), actor_here()
    if form.validate_on_submit() and may_change_password(form, actor, now):
        hashed = hash_password(form.new.data or "")
        person = person_here()
        actions.set_password(db.session, actor, person, hashed, now)
        open_door(person, now)
        flash(gettext("Đã đổi mật khẩu. Các thiết bị khác đã đăng xuất."), "success")
        return redirect(url_for("members.profile"), code=303)
    return profile_page(person_here(), password_form=form), 422


def may_change_password(form: PasswordForm, actor: Actor, now: datetime) -> bool:
    """Whether the present password is right and the new one names this person alone among those of the phone."""
    key = f"password:{actor.id}"
    person = db.reader.get_one(Person, actor.id)
    phone, stored = person.phone, person.password_hash
    tried = tries(db.reader, key, WINDOW_S, int(now.timestamp()))
    others = [a.password_hash for a in queries.accounts_with_phone(db.reader, phone) if a.id != actor.id]
    db.reader.rollback()
    if tried >= MAX_WRONG:
        form.refuse("current", gettext("Nhập sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại."))
    elif not password_fits(stored, form.current.data or ""):
        accounts.count_try(db.session, key, WINDOW_S, now)
        db.session.commit()
        form.refuse("current", gettext("Mật khẩu hiện tại chưa đúng. Hãy nhập lại."))
    elif form.new.data == phone or any(password_fits(other, form.new.data or "") for other in others if other):
        form.refuse("new", gettext("Không dùng được mật khẩu này. Hãy đặt mật khẩu khác."))
    return not form.errors


@bp.post("/tai-khoan/don-vi")
@signed_in
def change_identity() -> WerkzeugResponse | tuple[str, int]:
    """Another union or kind, as long as nothing has been taken part in."""
    form, now = UnionForm(), clock.now()
    if "tim_union" in request.form:
        return profile_page(person_here(), union_form=form, picked=look_for_union(form, now)), 200
    sound = form.validate()
    picked = settle_union(form, now)
    db.reader.rollback()
    if not sound or form.errors or picked.chosen is None:
        return profile_page(person_here(), union_form=form, picked=picked), 422
    kind = PersonKind(form.kind.data)
    if not actions.change_identity(db.session, actor_here(), person_here(), picked.chosen.id, kind, now):
        form.refuse("union", gettext("Bạn đã dự thi nên không tự đổi được. Hãy nhờ công đoàn của bạn sửa."))
        return profile_page(person_here(), union_form=form, picked=picked), 409
    db.session.commit()
    flash(gettext("Đã lưu công đoàn và tư cách tham gia."), "success")
    return redirect(url_for("members.profile"), code=303)


@bp.post("/tai-khoan/ngay-sinh")
@signed_in
def change_birth() -> WerkzeugResponse | tuple[str, int]:
    """Tell one's day of birth; another one as long as nothing has been taken part in. Then back where one came from."""
    form, now = BirthForm(), clock.now()
    sound = form.validate()
    settle_birth(form, now)
    if not sound or form.errors or form.birth_on.data is None:
        return profile_page(person_here(), birth_form=form), 422
    if not actions.change_birth(db.session, actor_here(), person_here(), form.birth_on.data, now):
        form.refuse("birth_on", gettext("Bạn đã dự thi nên không tự đổi được. Hãy nhờ công đoàn của bạn sửa."))
        return profile_page(person_here(), birth_form=form), 409
    db.session.commit()
    flash(gettext("Đã lưu ngày sinh."), "success")
    target = request.values.get("next")
    return redirect(local_address(target) if target else url_for("members.profile"), code=303)


@bp.post("/tai-khoan/dang-xuat-moi-noi")
@signed_in
def sign_out_everywhere() -> WerkzeugResponse:
    """Sign out on every device, this one included."""
    accounts.sign_out_everywhere(db.session, person_here().id)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"), code=303)


@bp.post("/tai-khoan/dong-y")
@signed_in
def consent() -> WerkzeugResponse:
    """Take a consent back, or give it again."""
    person, now = person_here(), clock.now()
    if request.form.get("act") == "give":
        actions.give_consent(db.session, person.id, now)
        flash(gettext("Đã ghi nhận đồng ý của bạn."), "success")
    else:
        given = db.session.get(Consent, request.form.get("consent", 0, type=whole))
        if given is None or given.person_id != person.id:
            abort(404)
        actions.withdraw_consent(db.session, actor_here(), given, now)
        flash(gettext("Đã rút lại đồng ý. Ban tổ chức ngừng xử lý thông tin của bạn trong vòng 15 ngày."), "success")
    db.session.commit()
    return redirect(url_for("members.profile"), code=303)


@bp.get("/tai-khoan/du-lieu.json")
@signed_in
def own_data() -> Response:
    """Everything stored about oneself, as a file."""
    response = jsonify(queries.everything_about(db.session, person_here(), clock.today()))
    response.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    return response
