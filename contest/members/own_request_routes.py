"""A person's own page of correcting a wrongly chosen union: what was asked, asking, taking it back."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts.doors import signed_in
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.extensions import db
from contest.members import registry, request_queries, requests
from contest.members.actions import identity_locks
from contest.members.blueprint import bp
from contest.members.queries import Picked
from contest.members.request_forms import AskForm
from contest.members.request_pages import shared
from contest.members.request_picking import chosen_union, search_union, settle_union, show
from contest.members.request_rules import Refused
from contest.members.rules import RequestState
from contest.web.negotiation import page_or_json

OWN = "members.own_request"


def init_app() -> None:
    """Let the person's own data hold what was asked about them; the pages stand in the room's blueprint."""
    registry.own_data["union_requests"] = request_queries.about_person


@bp.get("/tai-khoan/cong-doan")
@signed_in
def own_request() -> Response | str:
    """Where one belongs, what was asked about it, and the form that asks."""
    return own_page(AskForm(formdata=None), Picked())


def own_page(form: AskForm, picked: Picked) -> Response | str:
    person = db.session.get_one(Person, actor_here().id)
    known = request_queries.of_person(db.session, person.id)
    waiting = next((one for one in known if one.state == RequestState.ASKED), None)
    return page_or_json(
        "members/own_request.html",
        lambda: {"requests": request_queries.about_person(db.session, person.id)},
        form=form,
        picked=picked,
        person=person,
        locked=identity_locks(db.session, person.id),
        known=known,
        waiting=waiting,
        fates=requests.what_becomes(db.session, waiting) if waiting else [],
        **shared(db.session, known),
    )


@bp.post("/tai-khoan/cong-doan")
@signed_in
def ask_own() -> Any:
    """Ask that one's own union be corrected; asked twice it is asked once."""
    form, actor = AskForm(), actor_here()
    person = db.session.get_one(Person, actor.id)
    if "tim_union" in request.form:
        return own_page(form, search_union(form, person)), 200
    if not identity_locks(db.session, person.id):
        flash(gettext("Bạn chưa dự thi nên tự đổi được ngay ở trang này, không cần gửi yêu cầu."), "warning")
        return redirect(url_for("members.profile"), code=303)
    sound = form.validate()
    picked = settle_union(form, person)
    if not sound or form.errors or picked.chosen is None:
        return own_page(form, picked), 422
    try:
        requests.ask(db.session, actor, person, chosen_union(picked), form.reason.data or "", clock.now())
    except Refused as refusal:
        show(form, refusal)
        return own_page(form, picked), 409
    db.session.commit()
    flash(gettext("Đã gửi yêu cầu. Công đoàn nơi bạn chọn sẽ xem và trả lời ở trang này."), "success")
    return redirect(url_for(OWN), code=303)


@bp.post("/tai-khoan/cong-doan/rut")
@signed_in
def withdraw_own() -> WerkzeugResponse:
    """Take one's request back."""
    found = request_queries.by_code(db.session, request.form.get("ma", "")) or abort(404)
    if found.person_id != actor_here().id:
        abort(404)
    taken = requests.withdraw(db.session, actor_here(), found, clock.now())
    db.session.commit()
    if taken:
        flash(gettext("Đã rút yêu cầu."), "success")
    else:
        flash(gettext("Yêu cầu đã được trả lời hoặc đã rút từ trước. Hãy xem bên dưới."), "warning")
    return redirect(url_for(OWN), code=303)
