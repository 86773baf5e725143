"""Pages of administrators: who has which role, and the log of who changed what."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import actions as accounts
from contest.accounts.doors import administrators
from contest.accounts.identity import actor_here
from contest.accounts.models import AuditEntry, Person, RoleGrant
from contest.accounts.queries import givers, names_by_label, people_with_phone, people_with_roles
from contest.accounts.rules import ROLE_NAMES, Role, masked_phone, normal_phone
from contest.extensions import db
from contest.members import queries
from contest.members.blueprint import bp
from contest.members.forms import GrantForm
from contest.members.queries import Picked
from contest.web.limits import whole
from contest.web.negotiation import page_or_json
from contest.web.paging import paging

ROLES = "members.roles"
PER_PAGE = 50


@bp.get("/quan-tri/phan-quyen")
@administrators
def roles() -> str:
    """Everybody with a role, and the form that gives one."""
    return roles_page(GrantForm(formdata=None), Picked())


def roles_page(form: GrantForm, picked: Picked) -> str:
    typed = request.values.get("phone", "")
    found = people(typed)
    form.offer([(person.id, person.name) for person in found])
    today = clock.today()
    holders = people_with_roles(db.session, today)
    return render_template(
        "members/roles.html",
        form=form,
        picked=picked,
        phone=typed,
        found=found,
        holders=holders,
        givers=givers(db.session, [grant for _person, grants in holders for grant in grants]),
        today=today,
        role_names=ROLE_NAMES,
        masked_phone=masked_phone,
    )


def people(typed: str) -> list[Person]:
    """Who shares the phone number that was typed."""
    phone = normal_phone(typed)
    return list(people_with_phone(db.session, phone)) if phone else []


@bp.post("/quan-tri/phan-quyen")
@administrators
def grant() -> WerkzeugResponse | tuple[str, int]:
    """Give somebody a role over a union's subtree."""
    form, now = GrantForm(), clock.now()
    found = people(request.form.get("phone", ""))
    form.offer([(person.id, person.name) for person in found])
    role = Role(form.role.data) if form.role.data in set(Role) else None
    picked = Picked()
    if role is not Role.ADMINISTRATOR:
        typed, today = form.union_tu_khoa.data or "", clock.vietnamese_day(now)
        picked = queries.pick_union(db.session, form.union.data or "", typed, today)
        form.union.data = picked.chosen.code if picked.chosen else ""
    if "tim_union" in request.form:
        return roles_page(form, Picked(None, [picked.chosen] if picked.chosen else picked.results, picked.query)), 200
    sound = form.validate()
    if role is not Role.ADMINISTRATOR and picked.chosen is None:
        form.refuse("union", gettext("Hãy chọn công đoàn mà quyền này áp dụng."))
    if not sound or form.errors or role is None:
        return roles_page(form, picked), 422
    person = next(person for person in found if str(person.id) == form.person.data)
    accounts.grant_role(db.session, actor_here(), person, role, picked.chosen.id if picked.chosen else None, now)
    db.session.commit()
    flash(gettext("Đã phân quyền cho %(name)s.", name=person.name), "success")
    return redirect(url_for(ROLES), code=303)


@bp.post("/quan-tri/phan-quyen/thoi")
@administrators
def end_role() -> WerkzeugResponse:
    """End a role; the last administrator stays."""
    held = db.session.get(RoleGrant, request.form.get("grant", 0, type=whole))
    if held is None or held.ended_at is not None:
        abort(404)
    if held.role == Role.ADMINISTRATOR and queries.administrators(db.session) == 1:
        flash(gettext("Đây là quản trị viên duy nhất. Hãy phân quyền cho người khác trước."), "error")
        return redirect(url_for(ROLES), code=303)
    if not accounts.end_role(db.session, actor_here(), held, clock.now()):
        abort(404)
    db.session.commit()
    flash(gettext("Đã thôi quyền."), "success")
    return redirect(url_for(ROLES), code=303)


@bp.get("/quan-tri/nhat-ky")
@administrators
def log() -> Response | str:
    """Who changed what, newest first, of one subject or of all."""
    subject = request.args.get("q", "").strip()
    total = queries.count_audit(db.session, subject)
    asked = paging(total, PER_PAGE)
    entries = queries.audit(db.session, subject, PER_PAGE, asked.before)
    return page_or_json(
        "members/log.html",
        lambda: {
            "page": asked.page,
            "pages": asked.pages,
            "total": total,
            "rows": [as_data(entry) for entry in entries],
        },
        entries=entries,
        names=names_by_label(db.session, (label for entry in entries for label in (entry.actor, entry.subject))),
        subject=subject,
        total=total,
        page=asked.page,
        pages=asked.pages,
        address=lambda n: url_for("members.log", q=subject or None, trang=n),
    )


def as_data(entry: AuditEntry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
    }
