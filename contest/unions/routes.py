"""Pages about unions: the organizers' tree, its import, headcounts, and the public search."""

from flask import Blueprint, Flask, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here, current_actor
from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.extensions import db
from contest.unions import (
    actions,
    day_pages,
    decision_queries,
    headcount_routes,
    permissions,
    places,
    queries,
    reorganisation_routes,
    sheets,
    single_routes,
    trees,
)
from contest.unions.forms import UploadForm
from contest.unions.headcounts import stands_above
from contest.unions.history import history as told_history
from contest.unions.list_rules import UnionRow
from contest.unions.models import TradeUnion
from contest.unions.rules import LEVEL_NAMES
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.workbooks import MIME

bp = Blueprint("unions", __name__)

PER_PAGE = 50
SEARCH_LIMIT = 20
PURPOSE = "union import"
#: So many faults and rows are shown; the rest is counted.
SHOWN = 200


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    headcount_routes.init_app(app)
    reorganisation_routes.init_app(app)
    single_routes.init_app(app)


@bp.get("/don-vi/tim")
@public
def search() -> Response:
    """Unions for what is being typed, for the picker."""
    found = queries.search(db.session, request.args.get("q", ""), SEARCH_LIMIT, on=clock.today())
    return jsonify([{"code": u.code, "name": u.name, "path": u.path, "note": u.note} for u in found])


@bp.get("/to-chuc/don-vi")
@organizers
def index() -> Response | WerkzeugResponse | str:
    """The unions the organizer manages, one level of the tree at a time, those a search finds, or those of a day."""
    scopes = permissions.managed(actor_here())
    if request.args.get("ngay"):
        return day_pages.view(scopes, managed_union(request.args["don-vi"]) if request.args.get("don-vi") else None)
    query = request.args.get("q", "").strip()
    code = request.args.get("don-vi", "")
    here = managed_union(code) if code and not query else None
    asked = paging(queries.count_children(db.session, here.id) if here else 0, PER_PAGE)
    path = []
    if query:
        found = [u.id for u in queries.search(db.session, query, PER_PAGE, below=scopes)]
        unions = queries.in_order(db.session, found)
    elif here:
        unions = queries.children(db.session, here.id, PER_PAGE, asked.before)
        path = managed_path(here, scopes)
    else:
        unions = queries.tops(db.session, scopes)
    lines = queries.lines(db.session, unions)
    return page_or_json(
        "unions/index.html",
        lambda: {"page": asked.page, "pages": asked.pages, "rows": [as_data(line) for line in lines]},
        lines=lines,
        here=here,
        path=path,
        query=query,
        page=asked.page,
        pages=asked.pages,
        level_names=LEVEL_NAMES,
        place_names=places.told(db.session),
        loose=decision_queries.loose_ends(db.session, scopes, clock.today()) if not (here or query) else None,
        day=None,
        address=lambda n: url_for("unions.index", **{"don-vi": code or None, "trang": n}),
    )


def as_data(line: queries.Line) -> dict[str, object]:
    counts = {f"{kind}s": line.counts.get(kind) for kind in PersonKind}
    union = line.union
    return {
        "code": union.code,
        "name": union.name,
        "level": union.level,
        "unions": line.unions,
        "uncounted": line.uncounted,
        **counts,
    }


def managed_path(here: TradeUnion, scopes: frozenset[int] | None) -> list[TradeUnion]:
    """The way down to a union, from the first one that the organizer manages."""
    path = list(queries.path_of(db.session, here.id))
    while scopes is not None and path[0].id not in scopes:
        del path[0]
    return path


def managed_union(code: str) -> TradeUnion:
    """The union of an address; 404 for none and for one the organizer does not manage alike."""
    union = queries.by_code(db.session, code)
    if union is None or not permissions.may_manage(current_actor(), queries.ancestor_ids(db.session, union.id)):
        abort(404)
    return union


@bp.get("/to-chuc/don-vi/tai-ve.xlsx")
@organizers
def export() -> Response:
    """The organizer's unions in the layout of the import: a list to correct and send back, or an empty one to fill."""
    unions = queries.tree(db.session, permissions.managed(actor_here()))
    content = sheets.write(unions, queries.codes(db.session), queries.headcounts(db.session), places.told(db.session))
    headers = {"Content-Disposition": 'attachment; filename="don-vi.xlsx"'}
    return Response(content, mimetype=MIME, headers=headers)


@bp.route("/to-chuc/don-vi/nhap", methods=["GET", "POST"])
@organizers
def upload() -> WerkzeugResponse | str | tuple[str, int]:
    """Send a list of unions; a sound one leads to its preview, any other shows every fault by row."""
    form = UploadForm()
    faults = []
    if form.validate_on_submit():
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            form.refuse("file", gettext("Hãy chọn tệp Excel (.xlsx) hoặc CSV."))
            return render_template("unions/upload.html", form=form, faults=[], shown=SHOWN), 422
        content = sent.read()
        actor, now = actor_here(), clock.now()
        listed = sheets.read(content)
        plan = actions.plan_import(db.reader, listed.rows, now, listed.faults, permissions.managed(actor))
        db.reader.rollback()
        if not plan.faults:
            token = uploads.keep(db.session, PURPOSE, sent.filename, content, actor.id or 0, now)
            db.session.commit()
            return redirect(url_for("unions.confirm", token=token), code=303)
        faults = plan.faults
    page = render_template("unions/upload.html", form=form, faults=faults, shown=SHOWN)
    return (page, 422) if faults or form.errors else page


@bp.route("/to-chuc/don-vi/nhap/<token>", methods=["GET", "POST"])
@organizers
def confirm(token: str) -> WerkzeugResponse | str | tuple[str, int]:
    """The preview of a list, and the button that stores it."""
    actor, now = actor_here(), clock.now()
    pending = uploads.take(db.reader, token, PURPOSE, actor.id or 0)
    if pending is None:
        flash(gettext("Tệp chờ nhập không còn. Hãy chọn lại tệp."), "warning")
        return redirect(url_for("unions.upload"), code=303)
    file_name, content = pending.name, pending.content
    db.reader.rollback()
    # Reading a large file takes a while, so it is over before the writing transaction begins.
    listed = sheets.read(content)
    if request.method == "POST":
        trees.lock(db.session)
        if uploads.take(db.session, token, PURPOSE, actor.id or 0) is None:
            flash(gettext("Danh sách này đã được nhập. Hãy xem các đơn vị bên dưới."), "warning")
            return redirect(url_for("unions.index"), code=303)
    plan = actions.plan_import(db.session, listed.rows, now, listed.faults, permissions.managed(actor))
    if request.method == "POST" and not plan.faults:
        actions.store_import(db.session, actor, plan, now)
        uploads.drop(db.session, token)
        db.session.commit()
        flash(
            gettext(
                "Đã nhập: %(new)s đơn vị mới, %(changed)s đơn vị thay đổi.",
                new=len(plan.new),
                changed=len(plan.changed),
            ),
            "success",
        )
        return redirect(url_for("unions.index"), code=303)
    names = {row.code: row.name for row in listed.rows} | queries.names(db.session, parents_of(listed.rows))
    page = render_template(
        "unions/confirm.html",
        plan=plan,
        file_name=file_name,
        names=names,
        shown=SHOWN,
        fields=actions.FIELDS,
        level_names=LEVEL_NAMES,
    )
    return (page, 409) if plan.faults else page


def parents_of(rows: tuple[UnionRow, ...]) -> set[str]:
    return {row.parent for row in rows if row.parent}


@bp.route("/to-chuc/don-vi/<code>", methods=["GET", "POST"])
@organizers
def headcounts(code: str) -> WerkzeugResponse | str | tuple[str, int]:
    """One union: where it stands, its headcounts, and a new one."""
    union = managed_union(code)
    counts = queries.headcounts(db.session, [union.id]).get(union.id, {})
    known = {str(kind): headcount.number for kind, headcount in counts.items()}
    form = headcount_routes.asked(union, known)
    above = stands_above(db.session, actor_here(), union.id)
    if form.validate_on_submit() and headcount_routes.told(form, union, above):
        return redirect(url_for("unions.headcounts", code=union.code), code=303)
    page = render_template(
        "unions/headcounts.html",
        form=form,
        union=union,
        waits=not above,
        ended=queries.ended_on(union, clock.today()),
        above=queries.path_of(db.session, union.id)[:-1],
        history=queries.headcount_history(db.session, union.id),
        sentences=told_history(db.session, union.id),
        place=places.told(db.session).get(union.place_id or 0, ""),
        kind_names=KIND_NAMES,
        level_names=LEVEL_NAMES,
    )
    return (page, 422) if form.errors else page
