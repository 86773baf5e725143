"""Pages of correcting a wrongly chosen union: the person's own, and the officials' inbox."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts.doors import officials, signed_in
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.permissions import answers_for, followed_scopes
from contest.accounts.rules import PersonKind, normal_phone
from contest.extensions import db
from contest.members import queries, registry, request_queries, requests
from contest.members.actions import identity_locks
from contest.members.blueprint import bp
from contest.members.models import UnionRequest
from contest.members.queries import Picked
from contest.members.request_forms import AnswerForm, AskForm, FindForm
from contest.members.request_pages import as_data, shared
from contest.members.request_queries import DONE, LEAVING, WAITING
from contest.members.request_rules import Refused
from contest.members.rules import RequestState
from contest.unions.models import TradeUnion
from contest.unions.queries import ancestor_ids
from contest.unions.rules import BASE_LEVELS
from contest.web.limits import whole
from contest.web.negotiation import page_or_json
from contest.web.texts import say

OWN = "members.own_request"


def init_app() -> None:
    """Let the person's own data hold what was asked about them; the pages stand in the room's blueprint."""
    registry.own_data["union_requests"] = request_queries.about_person


# The person's own page


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


# Officials


@bp.get("/theo-doi/yeu-cau")
@officials
def union_requests() -> Response | str:
    """Requests that wait for the official, those by which somebody would leave, and those that are decided."""
    which = request.args.get("loc", WAITING)
    if which not in (WAITING, LEAVING, DONE):
        abort(404)
    found = request_queries.inbox(
        db.session, followed_scopes(actor_here()), which, request.args.get("trang", 1, type=whole)
    )
    return page_or_json(
        "members/union_requests.html",
        lambda: {
            "rows": [as_data(row) for row in found.rows],
            "counts": {"waiting": found.counts[WAITING], "leaving": found.counts[LEAVING], "done": found.counts[DONE]},
            "page": found.page,
            "pages": found.pages,
        },
        found=found,
        which=which,
        tabs=[
            (gettext("Chờ bạn xác nhận"), WAITING),
            (gettext("Xin chuyển đi"), LEAVING),
            (gettext("Đã xong"), DONE),
        ],
        address=lambda n: url_for("members.union_requests", loc=which, trang=n),
        **shared(db.session, found.rows),
    )


@bp.get("/theo-doi/yeu-cau/moi")
@officials
def ask_for() -> str:
    """The form by which an official asks that somebody's union be corrected; ``?ten=&dien-thoai=`` fill it in."""
    known = {"name": request.args.get("ten", ""), "phone": request.args.get("dien-thoai", "")}
    return find_page(FindForm(formdata=None, data=known), Picked(), [])


def find_page(form: FindForm, picked: Picked, people: list[Person]) -> str:
    form.offer(people)
    return render_template("members/ask_for.html", form=form, picked=picked, several=len(people) > 1)


@bp.post("/theo-doi/yeu-cau/moi")
@officials
def ask_for_person() -> Any:
    """Ask about somebody of one's unions, or somebody who belongs into them: known by name and phone alike."""
    form, actor = FindForm(), actor_here()
    phone = normal_phone(form.phone.data or "")
    people = list(request_queries.people_called(db.session, phone, form.name.data or "")) if phone else []
    form.offer(people)
    chosen = [one for one in people if str(one.id) == form.person.data] or people
    person = chosen[0] if len(chosen) == 1 else None
    if "tim_union" in request.form:
        return find_page(form, search_union(form, person), [one for one in people if answers(one.union_id)]), 200
    sound = form.validate()
    picked = settle_union(form, person)
    if sound and picked.chosen and (person is None or not may_ask(person, picked.chosen.id)):
        refuse_unfound(form, people)
    if not sound or form.errors or person is None or picked.chosen is None:
        return find_page(form, picked, people if may_see(people, picked) else []), 422
    try:
        made = requests.ask(db.session, actor, person, chosen_union(picked), form.reason.data or "", clock.now())
    except Refused as refusal:
        show(form, refusal)
        return find_page(form, picked, people), 409
    db.session.commit()
    flash(gettext("Đã gửi yêu cầu. Công đoàn tiếp nhận xác nhận thì người này được chuyển."), "success")
    return redirect(url_for("members.union_request", code=made.code), code=303)


def may_ask(person: Person, to_id: int) -> bool:
    """Whether the official answers for the union somebody is in, or for the one they belong into."""
    ids = [union_id for union_id in (person.union_id, to_id) if union_id]
    return any(answers_for(actor_here(), ancestor_ids(db.session, union_id)) for union_id in ids)


def may_see(people: list[Person], picked: Picked) -> bool:
    """Whether several people of one name and phone may be told apart to the official."""
    return picked.chosen is not None and all(may_ask(person, picked.chosen.id) for person in people)


def refuse_unfound(form: FindForm, people: list[Person]) -> None:
    """Say why nobody is meant yet; of people outside one's unions nothing is told."""
    if len(people) > 1:
        form.refuse("name", gettext("Có nhiều người cùng họ tên và số điện thoại. Hãy chọn đúng người."))
    else:
        form.refuse(
            "name",
            gettext(
                "Không thấy ai có đúng họ tên và số điện thoại này mà bạn được đề nghị chuyển. "
                "Hãy kiểm tra lại; công đoàn đi hoặc công đoàn đến phải thuộc phạm vi bạn phụ trách."
            ),
        )


@bp.get("/theo-doi/yeu-cau/<code>")
@officials
def union_request(code: str) -> Response | str:
    """One request: who, from where to where, why, what would become of what they entered."""
    return request_page(seen_request(code), AnswerForm(formdata=None))


def seen_request(code: str) -> UnionRequest:
    """A request that concerns the official's unions; any other looks as if it were not there."""
    found = request_queries.by_code(db.session, code) or abort(404)
    if not (answers(found.to_union_id) or answers(found.from_union_id)):
        abort(404)
    return found


def answers(union_id: int | None) -> bool:
    return union_id is not None and answers_for(actor_here(), ancestor_ids(db.session, union_id))


def request_page(found: UnionRequest, form: AnswerForm) -> Response | str:
    actor = actor_here()
    open_ = found.state == RequestState.ASKED
    fates = requests.what_becomes(db.session, found) if open_ else []
    takes = answers(found.to_union_id)
    return page_or_json(
        "members/union_request.html",
        lambda: (
            as_data(found)
            | {
                "would": [{"contest": fate.contest, "stays": fate.stays} for fate in fates],
                "may_answer": open_ and takes,
            }
        ),
        asked=found,
        form=form,
        fates=fates,
        open=open_,
        takes=takes,
        own=actor.id == found.person_id,
        may_withdraw=open_ and (actor.id == found.asked_by_id or actor.is_administrator),
        following=request_queries.following(db.session, followed_scopes(actor), found),
        **shared(db.session, [found]),
    )


@bp.post("/theo-doi/yeu-cau/<code>")
@officials
def answer_request(code: str) -> Any:
    """Confirm, refuse or take back (``do``); only the union that takes the person answers. Twice counts once."""
    found, form, actor, now = seen_request(code), AnswerForm(), actor_here(), clock.now()
    verb = form.do.data
    if verb == "withdraw" and (actor.id == found.asked_by_id or actor.is_administrator):
        done = requests.withdraw(db.session, actor, found, now)
        text = gettext("Đã rút yêu cầu.")
    elif verb in ("confirm", "refuse") and answers(found.to_union_id):
        if not form.validate():
            return request_page(found, form), 422
        try:
            act = requests.confirm if verb == "confirm" else requests.refuse
            done = act(db.session, actor, found, form.answer.data or "", now)
        except Refused as refusal:
            show(form, refusal)
            return request_page(seen_request(code), form), 409
        confirmed = gettext("Đã xác nhận: %(name)s thuộc đơn vị tiếp nhận.", name=found.person.name)
        text = confirmed if verb == "confirm" else gettext("Đã từ chối yêu cầu.")
    else:
        abort(403)
    db.session.commit()
    if done:
        flash(text, "success")
    else:
        flash(gettext("Yêu cầu này đã được xử lý trước đó. Hãy xem kết quả bên dưới."), "warning")
    return redirect(url_for("members.union_request", code=code), code=303)


# Unions in the forms


def levels_for(person: Person | None) -> Any:
    """Members and workers belong to a workplace."""
    return None if person is None or person.kind == PersonKind.OFFICIAL else BASE_LEVELS


def search_union(form: AskForm, person: Person | None) -> Picked:
    """What the search button of a page without script finds; nothing else is judged yet."""
    typed = form.union_tu_khoa.data or ""
    found = queries.pick_union(db.session, "", typed, clock.today(), levels_for(person))
    form.union.data = ""
    return Picked(None, [found.chosen] if found.chosen else found.results or [], typed)


def settle_union(form: AskForm, person: Person | None) -> Picked:
    """The union that a form means, or the reason beside its field why there is none yet."""
    code, typed = form.union.data or "", form.union_tu_khoa.data or ""
    if not code and not typed:
        form.refuse("union", gettext("Hãy gõ tên công đoàn đúng rồi chọn trong danh sách."))
        return Picked()
    picked = queries.pick_union(db.session, code, typed, clock.today(), levels_for(person))
    if picked.chosen is None:
        several = gettext("Có nhiều công đoàn khớp với tên này. Hãy chọn công đoàn đúng.")
        none = gettext("Không thấy công đoàn nào có tên này. Hãy gõ ít chữ hơn rồi bấm Tìm.")
        form.refuse("union", several if picked.results else none)
    form.union.data = picked.chosen.code if picked.chosen else ""
    return picked


def chosen_union(picked: Picked) -> TradeUnion:
    return db.session.get_one(TradeUnion, picked.chosen.id if picked.chosen else None)


def show(form: Any, refusal: Refused) -> None:
    """Put the reasons of a refusal above the form; nothing is kept."""
    db.session.rollback()
    form.form_errors = [*form.form_errors, *(say(reason) for reason in refusal.reasons)]
