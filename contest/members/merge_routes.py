"""Pages on which officials look at possible duplicates, make two people one, and take that back."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug import Response as WerkzeugResponse
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import TextArea

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.rules import KIND_NAMES, masked_phone
from contest.extensions import db
from contest.members import merge_queries, merging, namesakes, registry
from contest.members.blueprint import bp
from contest.members.merge_queries import Pair
from contest.members.merge_rules import BECOMES_SENTENCES, WHY_NAMES
from contest.members.models import PersonMerge
from contest.members.person_codes import code_of, person_id_of
from contest.members.request_rules import MAX_REASON, Refused
from contest.web.forms import Form, TextField
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import say


class MergeForm(Form):
    """Which of two stays, and why they are one; ``do`` is the button that was pressed."""

    do = HiddenField()
    keep = RadioField(_("Tài khoản được giữ"), validators=[Optional()])
    reason = TextField(
        _("Căn cứ"),
        [Length(max=MAX_REASON, message=_("Lý do dài quá 500 ký tự. Hãy ghi ngắn hơn."))],
        widget=TextArea(),
    )

    def offer(self, one: Person, other: Person) -> None:
        self.keep.choices = [
            SelectChoice(code_of(person.id), f"{person.name}, {masked_phone(person.phone)}") for person in (one, other)
        ]


def init_app() -> None:
    """Let a person's own data say with whom they were made one; the pages stand in the room's blueprint."""
    registry.own_data["merges"] = merge_queries.about_person


@bp.get("/theo-doi/trung-lap")
@officials
def duplicates() -> Response | str:
    """Possible duplicates among the people whom the official knows by name; ``?loc=da-gop``: merges that were made."""
    scopes = merge_queries.known_scopes(db.session, actor_here())
    made_shown = request.args.get("loc") == "da-gop"
    found: list[Pair] = []
    made: Any = []
    if made_shown:
        asked = paging(merge_queries.count_merges(db.session, scopes), merge_queries.PER_PAGE)
        made = merge_queries.merges(db.session, scopes, asked.before)
    else:
        everything = merge_queries.pairs(db.session, scopes)
        asked = paging(len(everything), merge_queries.PER_PAGE)
        found = merge_queries.with_people(db.session, asked.cut(everything))
    return page_or_json(
        "members/duplicates.html",
        lambda: {
            "pairs": [pair_data(pair) for pair in found],
            "merges": [merge_data(row) for row in made],
            "page": asked.page,
            "pages": asked.pages,
        },
        found=found,
        made=made,
        made_shown=made_shown,
        page=asked.page,
        pages=asked.pages,
        code_of=code_of,
        why_names=WHY_NAMES,
        masked_phone=masked_phone,
        address=lambda n: url_for("members.duplicates", loc=request.args.get("loc"), trang=n),
    )


def pair_data(pair: Pair) -> dict[str, Any]:
    people = [{"code": code_of(p.id), "name": p.name, "phone": masked_phone(p.phone)} for p in (pair.one, pair.other)]
    return {"people": people, "why": str(pair.why)}


def merge_data(made: PersonMerge) -> dict[str, Any]:
    return {
        "code": made.code,
        "kept": made.kept.name,
        "gone": made.gone.name,
        "reason": made.reason,
        "made_at": made.made_at.isoformat(),
        "undone": made.undone_at is not None,
    }


@bp.get("/theo-doi/trung-lap/<first>/<second>")
@officials
def duplicate(first: str, second: str) -> Response | str:
    """Two people side by side, and what would become of what each entered."""
    return duplicate_page(known(first), known(second), MergeForm(formdata=None))


def known(code: str) -> Person:
    """Somebody in use whom the official knows by name; anybody else looks as if they were not there."""
    person_id = person_id_of(code)
    person = db.session.get(Person, person_id) if person_id is not None else None
    if person is None or person.disabled_at is not None:
        abort(404)
    if not merge_queries.may_know_person(db.session, merge_queries.known_scopes(db.session, actor_here()), person):
        abort(404)
    return person


def duplicate_page(one: Person, other: Person, form: MergeForm) -> Response | str:
    if one.id == other.id:
        abort(404)
    form.offer(one, other)
    sides = [(mine, merging.what_becomes(db.session, rest, mine)) for mine, rest in ((one, other), (other, one))]
    if form.keep.data is None:
        # Who would lose more, or holds a role, stays.
        weight = [(merge_queries.holds_role(db.session, mine.id), len(fates)) for mine, fates in sides]
        form.keep.data = code_of(one.id if weight[0] >= weight[1] else other.id)
    return page_or_json(
        "members/duplicate.html",
        lambda: {
            "people": [
                {
                    "code": code_of(mine.id),
                    "name": mine.name,
                    "phone": masked_phone(mine.phone),
                    "if_merged": [fate.stored() for fate in fates],
                }
                for mine, fates in sides
            ]
        },
        form=form,
        sides=sides,
        here=(code_of(one.id), code_of(other.id)),
        becomes=BECOMES_SENTENCES,
        kind_names=KIND_NAMES,
        masked_phone=masked_phone,
    )


@bp.post("/theo-doi/trung-lap/<first>/<second>")
@officials
def decide_duplicate(first: str, second: str) -> Any:
    """Make the two one, or remember that they are two (``do``). Sent twice it is done once."""
    already = done_already(first, second)
    if already:
        return already
    people, form, now = (known(first), known(second)), MergeForm(), clock.now()
    weak = namesakes.alike(people) and not namesakes.told_apart(*people)
    form.offer(*people)
    if form.do.data == "not":
        merging.not_the_same(db.session, actor_here(), *people, now)
        text = gettext("Đã ghi nhận đây là hai người khác nhau.")
    elif form.do.data == "merge":
        if not form.validate() or not form.keep.data:
            if not form.keep.data:
                form.refuse("keep", gettext("Hãy chọn tài khoản được giữ."))
            return duplicate_page(*people, form), 422
        kept, gone = people if form.keep.data == code_of(people[0].id) else people[::-1]
        try:
            merging.merge(db.session, actor_here(), kept, gone, form.reason.data or "", now)
        except Refused as refusal:
            db.session.rollback()
            if already := done_already(first, second):
                return already
            form.form_errors = [*form.form_errors, *(say(reason) for reason in refusal.reasons)]
            return duplicate_page(known(first), known(second), form), 409
        text = gettext("Đã gộp. Đăng nhập bằng tài khoản bị gộp sẽ vào tài khoản được giữ.")
    else:
        abort(400)
    db.session.commit()
    flash(text, "success")
    return redirect(url_for("members.namesake_list" if weak else "members.duplicates"), code=303)


def done_already(one: str, other: str) -> WerkzeugResponse | None:
    """Back to the list where somebody has just made these two one."""
    ids = {person_id_of(one), person_id_of(other)}
    people = [db.session.get(Person, person_id) for person_id in ids if person_id is not None]
    gone = [person for person in people if person and person.merged_into_id in ids]
    scopes = merge_queries.known_scopes(db.session, actor_here())
    if not gone or not all(p and merge_queries.may_know_person(db.session, scopes, p) for p in people):
        return None
    flash(gettext("Hai tài khoản này đã được gộp trước đó."), "warning")
    return redirect(url_for("members.duplicates", loc="da-gop"), code=303)


@bp.post("/theo-doi/trung-lap/tach")
@officials
def split_people() -> WerkzeugResponse:
    """Take a merge back; twice it is taken back once."""
    made = merge_queries.merge_by_code(db.session, request.form.get("ma", "")) or abort(404)
    scopes = merge_queries.known_scopes(db.session, actor_here())
    if not all(merge_queries.may_know_person(db.session, scopes, person) for person in (made.kept, made.gone)):
        abort(404)
    try:
        done = merging.undo(db.session, actor_here(), made, clock.now())
    except Refused as refusal:
        db.session.rollback()
        for reason in refusal.reasons:
            flash(say(reason), "error")
    else:
        db.session.commit()
        if done:
            flash(gettext("Đã tách lại thành hai người như trước khi gộp."), "success")
        else:
            flash(gettext("Lần gộp này đã được tách trước đó."), "warning")
    return redirect(url_for("members.duplicates", loc="da-gop"), code=303)
