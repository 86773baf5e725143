"""Extra time granted to people and unions, as the organizers see it."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request
from flask_babel import gettext, ngettext
from wtforms.fields.choices import SelectChoice

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.rules import masked_name
from contest.extensions import db
from contest.rounds import allowances
from contest.rounds.desk import bp, done, own_contest, show_refusal
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.rounds.people_forms import AllowanceForm
from contest.unions.models import TradeUnion
from contest.unions.picking import Picked
from contest.web.negotiation import page_or_json

BASE = "/to-chuc/cuoc-thi/<slug>/them-gio"


@bp.route(BASE, methods=["GET", "POST"])
@organizers
def extra_time(slug: str) -> Any:
    """Who has more time and why; and a form to grant it to one person or to everybody of a union."""
    contest = own_contest(slug)
    form = AllowanceForm()
    picked = Picked(form, "union")
    if form.is_submitted():
        valid = form.validate()
        whom = meant(contest, form, picked) if picked.resolve() and valid else None
        if whom is not None:
            minutes, reason = form.minutes.data, form.reason.data
            try:
                _row, moved = allowances.grant(db.session, actor_here(), contest, whom, minutes, reason, clock.now())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return done(slug, granted_text(minutes, moved), "rounds.extra_time")
    rows = allowances.listed(db.session, contest.id)
    return page_or_json(
        "rounds/extra_time.html",
        lambda: [allowances.data_of(row) for row in rows],
        contest=contest,
        form=form,
        picked=picked,
        rows=rows,
        granters=allowances.granters(db.session, rows),
    )


def meant(contest: Contest, form: AllowanceForm, picked: Picked) -> Person | TradeUnion | None:
    """The one person or the union that the form names; None when it must be corrected first (the field says how)."""
    phone = form.phone.data
    if bool(phone) == bool(picked.union):
        text = gettext("Hãy ghi số điện thoại của một người, hoặc chọn một đơn vị (chỉ một trong hai).")
        form.phone.errors = [text]
        return None
    if picked.union:
        return picked.union
    found = allowances.people_of(db.session, contest, phone)
    if not found:
        text = gettext(
            "Không tìm thấy ai có số này thuộc %(union)s hoặc đã dự thi. Người đó cần đăng ký tài khoản trước; "
            "hãy kiểm tra lại số.",
            union=contest.union.name,
        )
        form.phone.errors = [text]
        return None
    return one_of(form, found)


def one_of(form: AllowanceForm, found: Sequence[Person]) -> Person | None:
    """The person chosen where several share a phone; None when nobody is chosen yet."""
    if len(found) == 1:
        return found[0]
    form.person.choices = [
        SelectChoice(str(one.id), f"{masked_name(one.name)}, {one.union.name}" if one.union else masked_name(one.name))
        for one in found
    ]
    chosen = next((one for one in found if str(one.id) == form.person.data), None)
    if chosen is None:
        form.person.errors = [gettext("Nhiều người dùng chung số này. Hãy chọn người được thêm giờ.")]
    return chosen


def granted_text(minutes: int, moved: int) -> str:
    if not moved:
        return gettext("Đã thêm %(minutes)s phút cho các lượt thi sau.", minutes=minutes)
    return ngettext(
        "Đã thêm %(minutes)s phút; %(num)s bài đang làm được thêm giờ ngay.",
        "Đã thêm %(minutes)s phút; %(num)s bài đang làm được thêm giờ ngay.",
        moved,
        minutes=minutes,
    )


@bp.post(f"{BASE}/ket-thuc")
@organizers
def end_extra_time(slug: str) -> Any:
    """End extra time; attempts in progress keep what they have."""
    contest = own_contest(slug)
    given = request.form.get("dong", "")
    row = allowances.of_contest(db.session, contest, int(given)) if given.isdecimal() and len(given) < 10 else None
    allowances.end(db.session, actor_here(), contest, row or abort(404), clock.now())
    return done(slug, gettext("Đã thôi thêm giờ. Bài đang làm giữ nguyên giờ đã có."), "rounds.extra_time")
