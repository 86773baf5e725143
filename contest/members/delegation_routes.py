"""The page on which officials let somebody act in their place, and end it."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from werkzeug import Response as WerkzeugResponse
from wtforms import Field, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.accounts.models import Person, RoleGrant
from contest.accounts.queries import people_with_phone
from contest.accounts.rules import ROLE_NAMES, Role, masked_phone, normal_phone
from contest.extensions import db
from contest.members import delegating, queries
from contest.members.blueprint import bp
from contest.members.delegating import BadDeputy
from contest.members.delegation_rules import Own, roles_to_give
from contest.members.queries import Picked
from contest.unions.models import TradeUnion
from contest.web.forms import DayField, Form, TextField
from contest.web.limits import whole
from contest.web.negotiation import page_or_json
from contest.web.texts import say

HERE = "members.delegations"


class DeputyForm(Form):
    """Who acts in one's place: as what, where, on which days."""

    person = RadioField(_("Người được uỷ quyền"), validators=[InputRequired(_("Hãy chọn một người."))])
    role = RadioField(_("Quyền"), validators=[InputRequired(_("Hãy chọn quyền."))])
    union = TextField(_("Phạm vi: công đoàn này và các đơn vị bên dưới"))
    union_tu_khoa = TextField()
    from_on = DayField(_("Từ ngày"))
    until_on = DayField(_("Đến hết ngày"))

    def offer(self, people: list[Person], names: dict[int, str], held: list[Own]) -> None:
        """``names``: as the giver may see them; the union of somebody who is masked is not told either."""
        self.person.choices = [
            SelectChoice(
                str(person.id),
                f"{person.name} – {person.union.name if person.union else '–'}"
                if names[person.id] == person.name
                else names[person.id],
            )
            for person in people
        ]
        self.role.choices = [SelectChoice(str(role), gettext(ROLE_NAMES[role])) for role in roles_to_give(held)]

    def validate_from_on(self, field: Field) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(gettext("Hãy ghi ngày bắt đầu, ví dụ 05/09/2026."))


@bp.get("/theo-doi/uy-quyen")
@officials
def delegations() -> Response | str:
    """What one handed on, in whose place one acts, and the form; ``?phone=``: to whom."""
    form = DeputyForm(formdata=None)
    form.from_on.data = clock.today()
    return delegations_page(form, Picked())


def delegations_page(form: DeputyForm, picked: Picked) -> Response | str:
    actor, typed = actor_here(), request.values.get("phone", "")
    held = delegating.own_roles(db.session, actor.id, clock.today())
    found = people(typed)
    names = delegating.names_for(db.session, actor, found)
    form.offer(found, names, held)
    if form.role.data is None and form.role.choices:
        form.role.data = form.role.choices[0].value
    given = delegating.given(db.session, actor.id)
    names |= delegating.names_for(db.session, actor, [grant.person for grant in given])
    acting = delegating.acting(db.session, actor.id, clock.today())
    holding = delegating.in_force_among(db.session, given, clock.today())
    return page_or_json(
        "members/delegations.html",
        lambda: {
            "given": [as_data(grant, names[grant.person_id], grant.id in holding) for grant in given],
            "acting": [
                {"for": one.giver, "role": one.role, "union": one.union, "until": _day(one.until_on)} for one in acting
            ],
        },
        form=form,
        picked=picked,
        phone=typed,
        found=found,
        held=held,
        given=given,
        names=names,
        holding=holding,
        acting=acting,
        today=clock.today(),
        role_names=ROLE_NAMES,
        masked_phone=masked_phone,
    )


def as_data(grant: RoleGrant, name: str, holds: bool) -> dict[str, Any]:
    return {
        "id": grant.id,
        "name": name,
        "role": grant.role,
        "union": grant.union.code,
        "from": _day(grant.from_on),
        "until": _day(grant.until_on),
        "holds": holds,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def people(typed: str) -> list[Person]:
    """Who shares the phone number that was typed, but oneself."""
    phone = normal_phone(typed)
    found = people_with_phone(db.session, phone) if phone else []
    return [person for person in found if person.id != actor_here().id]


@bp.post("/theo-doi/uy-quyen")
@officials
def delegate() -> Any:
    """Let somebody act in one's place; sent twice it is given once."""
    form, actor, now = DeputyForm(), actor_here(), clock.now()
    found = people(request.form.get("phone", ""))
    names = delegating.names_for(db.session, actor, found)
    form.offer(found, names, delegating.own_roles(db.session, actor.id, clock.today()))
    code, typed = form.union.data or "", form.union_tu_khoa.data or ""
    picked = queries.pick_union(db.session, code, typed, clock.today()) if code or typed else Picked()
    form.union.data = picked.chosen.code if picked.chosen else ""
    if "tim_union" in request.form:
        results = [picked.chosen] if picked.chosen else picked.results
        return delegations_page(form, Picked(None, results or [], picked.query)), 200
    sound = form.validate()
    if picked.chosen is None:
        form.refuse("union", gettext("Hãy chọn công đoàn mà người này thay mặt bạn."))
    if not sound or form.errors or picked.chosen is None:
        return delegations_page(form, picked), 422
    person = next(person for person in found if str(person.id) == form.person.data)
    union = db.session.get_one(TradeUnion, picked.chosen.id)
    try:
        days = form.from_on.data, form.until_on.data
        delegating.give(db.session, actor, person, Role(form.role.data), union, days, now)
    except BadDeputy as bad:
        db.session.rollback()
        for field, reason in bad.by_field.items():
            form.refuse(field, say(reason))
        return delegations_page(form, picked), 409
    db.session.commit()
    flash(gettext("Đã uỷ quyền cho %(name)s.", name=names[person.id]), "success")
    return redirect(url_for(HERE), code=303)


@bp.post("/theo-doi/uy-quyen/thoi")
@officials
def end_delegation() -> WerkzeugResponse:
    """End what one handed on; twice it is ended once."""
    grant = db.session.get(RoleGrant, request.form.get("grant", 0, type=whole)) or abort(404)
    own = select(RoleGrant.id).where(RoleGrant.id == grant.source_id, RoleGrant.person_id == actor_here().id)
    if db.session.scalar(own) is None:
        abort(404)
    ended = delegating.end(db.session, actor_here(), grant, clock.now())
    db.session.commit()
    flash(gettext("Đã thôi uỷ quyền.") if ended else gettext("Uỷ quyền này đã thôi từ trước."), "success")
    return redirect(url_for(HERE), code=303)
