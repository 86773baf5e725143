"""What is left to do after a reorganisation: people and roles that still stand at unions which have ended."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import actions as accounts
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.models import RoleGrant
from contest.accounts.rules import KIND_NAMES, ROLE_NAMES, masked_phone
from contest.extensions import db
from contest.members import leftover_queries as queries
from contest.members import leftover_sheets, leftovers
from contest.members.blueprint import bp
from contest.members.leftover_queries import Heir, Left
from contest.unions.models import TradeUnion
from contest.unions.permissions import managed, may_manage
from contest.unions.queries import ancestor_ids, by_code, path_of, subtree_ids
from contest.unions.rules import BASE_LEVELS
from contest.web.limits import whole
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.workbooks import MIME

PER_PAGE = 50


def left_or_404(code: str) -> Left:
    """An ended union the organizer manages, and what stands at it."""
    union = by_code(db.session, code) or abort(404)
    if not may_manage(actor_here(), ancestor_ids(db.session, union.id)):
        abort(404)
    return queries.left_at(db.session, union, clock.today()) or abort(404)


def heir_of(left: Left, code: str) -> Heir | None:
    """The heir of that code, if the organizer manages it too."""
    found = next((heir for heir in left.heirs if heir.code == code), None)
    return found if found and may_manage(actor_here(), ancestor_ids(db.session, found.id)) else None


@bp.get("/to-chuc/don-vi/viec-con-lai")
@organizers
def leftovers_index() -> Response | str:
    """Ended unions at which people or roles still stand."""
    scopes, today = managed(actor_here()), clock.today()
    asked = paging(queries.count(db.session, scopes, today), PER_PAGE)
    found = queries.left(db.session, scopes, today, PER_PAGE, asked.before)
    return page_or_json(
        "members/leftovers.html",
        lambda: {"page": asked.page, "pages": asked.pages, "rows": [_as_data(left) for left in found]},
        found=found,
        movable=len(_my_movable_roles()),
        page=asked.page,
        pages=asked.pages,
        address=lambda n: url_for("members.leftovers_index", trang=n),
    )


def _as_data(left: Left) -> dict[str, Any]:
    return {
        "code": left.code,
        "name": left.name,
        "closed_on": left.closed_on.isoformat(),
        "people": left.people,
        "roles": [{"person": grant.person.name, "role": grant.role} for grant in left.roles],
        "heirs": [heir.code for heir in left.heirs],
    }


def _my_movable_roles() -> list[tuple[RoleGrant, Heir]]:
    """Roles with one heir that the organizer manages."""
    scopes = managed(actor_here())
    found = queries.movable_roles(db.session, scopes, clock.today())
    mine = None if scopes is None else subtree_ids(db.session, scopes)
    return [(grant, heir) for grant, heir in found if mine is None or heir.id in mine]


@bp.post("/to-chuc/don-vi/viec-con-lai/quyen")
@organizers
def move_roles() -> WerkzeugResponse:
    """Let every role at an ended union with one heir hold there."""
    found = _my_movable_roles()
    for grant, heir in found:
        leftovers.move_role(db.session, actor_here(), grant, heir, clock.now())
    db.session.commit()
    flash(gettext("Đã chuyển %(count)s quyền sang đơn vị nhận.", count=len(found)), "success")
    return redirect(url_for("members.leftovers_index"), code=303)


@bp.post("/to-chuc/don-vi/viec-con-lai/<code>/quyen")
@organizers
def move_role(code: str) -> WerkzeugResponse:
    """Let one role hold at an heir (`to`), or end it (`do=end`)."""
    left = left_or_404(code)
    asked = request.form.get("grant", 0, type=whole)
    grant = next((one for one in left.roles if one.id == asked), None) or abort(404)
    if request.form.get("do") == "end":
        accounts.end_role(db.session, actor_here(), grant, clock.now())
        told = gettext("Đã thôi quyền của %(name)s.", name=grant.person.name)
    else:
        heir = heir_of(left, request.form.get("to", ""))
        if heir is None:
            return _no_heir(left)
        leftovers.move_role(db.session, actor_here(), grant, heir, clock.now())
        told = gettext("Đã chuyển quyền của %(name)s sang %(union)s.", name=grant.person.name, union=heir.name)
    db.session.commit()
    flash(told, "success")
    return redirect(url_for("members.leftover", code=left.code), code=303)


def _no_heir(left: Left) -> WerkzeugResponse:
    flash(gettext("Hãy chọn một đơn vị nhận trong danh sách rồi bấm chuyển."), "error")
    return redirect(url_for("members.leftover", code=left.code), code=303)


@bp.get("/to-chuc/don-vi/viec-con-lai/<code>")
@organizers
def leftover(code: str) -> Response | str:
    """One ended union: who is left, who goes where, and the roles at it."""
    left = left_or_404(code)
    asked = paging(left.people, PER_PAGE)
    people = queries.people(db.session, left.id, PER_PAGE, asked.before)
    return page_or_json(
        "members/leftover.html",
        lambda: {**_as_data(left), "page": asked.page, "pages": asked.pages, "names": [one.name for one in people]},
        left=left,
        heirs=[heir for heir in left.heirs if heir_of(left, heir.code)],
        people=people,
        decided=queries.ending_change(db.session, left.id) is not None,
        above=_common_manager(left),
        kind_names=KIND_NAMES,
        role_names=ROLE_NAMES,
        masked_phone=masked_phone,
        page=asked.page,
        pages=asked.pages,
        address=lambda n: url_for("members.leftover", code=left.code, trang=n),
    )


def _common_manager(left: Left) -> TradeUnion | None:
    """The nearest open union that the organizer manages above the ended one and all its heirs: takes the list."""
    shared = [ancestor_ids(db.session, heir.id) for heir in left.heirs]
    for union in reversed(path_of(db.session, left.id)):
        fits = union.closed_on is None and union.level not in BASE_LEVELS and all(union.id in ids for ids in shared)
        if fits and shared and may_manage(actor_here(), ancestor_ids(db.session, union.id)):
            return union
    return None


@bp.get("/to-chuc/don-vi/viec-con-lai/<code>.xlsx")
@organizers
def leftover_file(code: str) -> Response:
    """Who is left, as a list in which only the new union is to be filled in."""
    left = left_or_404(code)
    content = leftover_sheets.write(left, queries.people(db.session, left.id))
    response = Response(content, mimetype=MIME)
    response.headers.set("Content-Disposition", "attachment", filename=f"con-lai-{left.code}.xlsx")
    return response


@bp.post("/to-chuc/don-vi/viec-con-lai/<code>/nguoi")
@organizers
def move_leftover(code: str) -> WerkzeugResponse:
    """Let the marked people (`nguoi`), or with `do=all` everybody who is left, belong to an heir (`to`)."""
    left = left_or_404(code)
    heir = heir_of(left, request.form.get("to", ""))
    everybody = request.form.get("do") == "all"
    picked = request.form.getlist("nguoi", type=whole)
    if heir is None:
        return _no_heir(left)
    back = redirect(url_for("members.leftover", code=left.code), code=303)
    if not everybody and not picked:
        flash(gettext("Hãy đánh dấu những người cần chuyển."), "error")
        return back
    count = leftovers.move_people(db.session, actor_here(), left, heir, None if everybody else picked, clock.now())
    db.session.commit()
    flash(gettext("Đã chuyển %(count)s người sang %(union)s.", count=count, union=heir.name), "success")
    return back
