"""Headcounts of a branch by Excel: to download, to fill in, to send back and to look at before they are stored."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.extensions import db
from contest.unions import headcount_imports, headcount_queries, headcount_sheets, queries
from contest.unions.actions import take_turns
from contest.unions.headcount_forms import FileForm
from contest.unions.headcount_routes import PER_PAGE, bp, counted_or_404, crumbs
from contest.web.texts import say
from contest.web.workbooks import workbook_response

PURPOSE = "headcounts"
#: So many faults and rows of a file are shown; the rest is counted.
SHOWN = 200


@bp.get("/theo-doi/so-lieu/<code>/tai-ve.xlsx")
@officials
def export(code: str) -> Response:
    """The branch with its newest figures, to fill in and to send back."""
    union = counted_or_404(code)
    unions = sorted(headcount_queries.branch(db.session, union.id, clock.today()), key=lambda one: one.id != union.id)
    counts = queries.headcounts(db.session, [one.id for one in unions] if len(unions) < PER_PAGE else None)
    doubts = {
        row.union.id: [say(why) for why in row.reasons]
        for row in headcount_queries.doubted(db.session, union.id, clock.today())
    }
    return workbook_response(
        f"so-lieu-{union.code}.xlsx",
        gettext("Số liệu"),
        headcount_sheets.columns(),
        headcount_sheets.rows(unions, counts, doubts),
    )


@bp.route("/theo-doi/so-lieu/<code>/nhap", methods=["GET", "POST"])
@officials
def upload(code: str) -> WerkzeugResponse | str | tuple[str, int]:
    """Send the filled-in file of a branch; a sound one leads to its preview, any other shows every fault by row."""
    union, form = counted_or_404(code), FileForm()
    faults: Any = ()
    if form.validate_on_submit():
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            form.refuse("file", gettext("Hãy chọn tệp Excel (.xlsx) hoặc CSV."))
        else:
            content, actor = sent.read(), actor_here()
            listed = headcount_sheets.read(content)
            plan = headcount_imports.plan_counts(db.reader, actor, union, listed.rows, clock.today(), listed.faults)
            db.reader.rollback()
            faults = plan.faults
            if not faults:
                purpose = f"{PURPOSE} {union.id}"
                token = uploads.keep(db.session, purpose, sent.filename, content, actor.id or 0, clock.now())
                db.session.commit()
                return redirect(url_for("headcounts.preview", code=union.code, token=token), code=303)
    page = render_template(
        "unions/headcount_upload.html",
        form=form,
        union=union,
        faults=faults,
        shown=SHOWN,
        crumbs=crumbs(union, gettext("Nhập từ tệp")),
    )
    return (page, 422) if faults or form.errors else page


@bp.route("/theo-doi/so-lieu/<code>/nhap/<token>", methods=["GET", "POST"])
@officials
def preview(code: str, token: str) -> WerkzeugResponse | str | tuple[str, int]:
    """What a file would change, and the button that stores it."""
    union, actor = counted_or_404(code), actor_here()
    pending = uploads.take(db.reader, token, f"{PURPOSE} {union.id}", actor.id or 0)
    if pending is None:
        flash(gettext("Tệp chờ nhập không còn. Hãy chọn lại tệp."), "warning")
        return redirect(url_for("headcounts.upload", code=union.code), code=303)
    file_name, content = pending.name, pending.content
    db.reader.rollback()
    listed = headcount_sheets.read(content)
    if request.method == "POST":
        take_turns(db.session, [union.id])
        if uploads.take(db.session, token, f"{PURPOSE} {union.id}", actor.id or 0) is None:
            flash(gettext("Tệp này đã được nhập. Hãy xem số liệu bên dưới."), "warning")
            return redirect(url_for("headcounts.desk", code=union.code), code=303)
    plan = headcount_imports.plan_counts(db.session, actor, union, listed.rows, clock.today(), listed.faults)
    if request.method == "POST" and not plan.faults:
        number = headcount_imports.store_counts(db.session, actor, union, plan, clock.now())
        uploads.drop(db.session, token)
        db.session.commit()
        flash(gettext("Đã nhập %(count)s số liệu.", count=number), "success")
        return redirect(url_for("headcounts.desk", code=union.code), code=303)
    page = render_template(
        "unions/headcount_preview.html",
        union=union,
        plan=plan,
        file_name=file_name,
        faults=plan.faults,
        shown=SHOWN,
        kinds=headcount_sheets.KINDS,
        crumbs=crumbs(union, gettext("Xem trước")),
    )
    return (page, 409) if plan.faults else page
