"""The officials' inbox of wrongly chosen unions: what waits, asking for somebody, answering."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.permissions import answers_for, followed_scopes
from contest.accounts.rules import normal_phone
from contest.extensions import db
from contest.members import request_queries, requests
from contest.members.blueprint import bp
from contest.members.models import UnionRequest
from contest.members.queries import Picked
from contest.members.request_forms import AnswerForm, FindForm
from contest.members.request_pages import as_data, shared
from contest.members.request_picking import chosen_union, search_union, settle_union, show
from contest.members.request_queries import DONE, LEAVING, WAITING
from contest.members.request_rules import Refused
from contest.members.rules import RequestState
from contest.unions.queries import ancestor_ids
from contest.web.negotiation import page_or_json
from contest.web.paging import paging

PER_PAGE = 50


@bp.get("/theo-doi/yeu-cau")
@officials
def union_requests() -> Response | str:
    """Requests that wait for the official, those by which somebody would leave, and those that are decided."""
    which = request.args.get("loc", WAITING)
    if which not in (WAITING, LEAVING, DONE):
        abort(404)
    scopes = followed_scopes(actor_here())
    counts = request_queries.counts(db.session, scopes)
    asked = paging(counts[which], PER_PAGE)
    rows = request_queries.inbox(db.session, scopes, which, PER_PAGE, asked.before)
    return page_or_json(
        "members/union_requests.html",
        lambda: {
            "rows": [as_data(row) for row in rows],
            "counts": {"waiting": counts[WAITING], "leaving": counts[LEAVING], "done": counts[DONE]},
            "page": asked.page,
            "pages": asked.pages,
        },
        rows=rows,
        counts=counts,
        page=asked.page,
        pages=asked.pages,
        which=which,
        tabs=[
            (gettext("Chờ bạn xác nhận"), WAITING),
            (gettext("Xin chuyển đi"), LEAVING),
            (gettext("Đã xong"), DONE),
        ],
        address=lambda n: url_for("members.union_requests", loc=which, trang=n),
        **shared(db.session, rows),
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
    person = one_of(people, form)
    if "tim_union" in request.form:
        return find_page(form, search_union(form, person), [one for one in people if answers(one.union_id)]), 200
    sound = form.validate()
    picked = settle_union(form, person)
    mine = [one for one in people if picked.chosen and may_ask(one, picked.chosen.id)]
    person = one_of(mine, form)
    if sound and picked.chosen and person is None:
        refuse_unfound(form, mine)
    if not sound or form.errors or person is None or picked.chosen is None:
        return find_page(form, picked, mine), 422
    try:
        made = requests.ask(db.session, actor, person, chosen_union(picked), form.reason.data or "", clock.now())
    except Refused as refusal:
        show(form, refusal)
        return find_page(form, picked, mine), 409
    db.session.commit()
    flash(gettext("Đã gửi yêu cầu. Công đoàn tiếp nhận xác nhận thì người này được chuyển."), "success")
    return redirect(url_for("members.union_request", code=made.code), code=303)


def may_ask(person: Person, to_id: int) -> bool:
    """Whether the official answers for the union somebody is in, or for the one they belong into."""
    ids = [union_id for union_id in (person.union_id, to_id) if union_id]
    return any(answers_for(actor_here(), ancestor_ids(db.session, union_id)) for union_id in ids)


def one_of(people: list[Person], form: FindForm) -> Person | None:
    """The one of several who was marked, or the only one there is."""
    chosen = [one for one in people if str(one.id) == form.person.data] or people
    return chosen[0] if len(chosen) == 1 else None


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


def may_withdraw(found: UnionRequest) -> bool:
    """Whether the one who asks this page asked for the request, or is an administrator."""
    actor = actor_here()
    return actor.id == found.asked_by_id or actor.is_administrator


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
        may_withdraw=open_ and may_withdraw(found),
        following=request_queries.following(db.session, followed_scopes(actor), found),
        **shared(db.session, [found]),
    )


@bp.post("/theo-doi/yeu-cau/<code>")
@officials
def answer_request(code: str) -> Any:
    """Confirm, refuse or take back, as the button (``do``) says. Twice counts once."""
    found, form = seen_request(code), AnswerForm()
    taken = gettext("Đã xác nhận: %(name)s thuộc đơn vị tiếp nhận.", name=found.person.name)
    if form.do.data == "confirm":
        return _answered(found, form, requests.confirm, taken)
    if form.do.data == "refuse":
        return _answered(found, form, requests.refuse, gettext("Đã từ chối yêu cầu."))
    if form.do.data == "withdraw" and may_withdraw(found):
        return _done(found, requests.withdraw(db.session, actor_here(), found, clock.now()), gettext("Đã rút yêu cầu."))
    abort(403)


def _answered(found: UnionRequest, form: AnswerForm, act: Callable[..., bool], told: str) -> Any:
    """Answer a request by ``requests.confirm`` or ``refuse``: only the union that takes the person does."""
    if not answers(found.to_union_id):
        abort(403)
    if not form.validate():
        return request_page(found, form), 422
    code = found.code
    try:
        done = act(db.session, actor_here(), found, form.answer.data or "", clock.now())
    except Refused as refusal:
        show(form, refusal)
        return request_page(seen_request(code), form), 409
    return _done(found, done, told)


def _done(found: UnionRequest, done: bool, told: str) -> WerkzeugResponse:
    """Store what was done and tell it, or that somebody was faster; back to the request."""
    code = found.code
    db.session.commit()
    if done:
        flash(told, "success")
    else:
        flash(gettext("Yêu cầu này đã được xử lý trước đó. Hãy xem kết quả bên dưới."), "warning")
    return redirect(url_for("members.union_request", code=code), code=303)
