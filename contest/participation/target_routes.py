"""Targets: an official hands them down to the unions right below, and a union takes more upon itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import officials
from contest.extensions import db
from contest.participation import pages, targets, targets_import
from contest.participation.asking import Ask
from contest.participation.blueprint import actor_here, bp, branch_of, followed_or_404, published_or_404
from contest.participation.branches import Branch, UnionRow
from contest.participation.rules import TargetSource
from contest.participation.target_forms import TargetFileForm, TargetForm, ask_of, row_of, written
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import say
from contest.web.workbooks import Cell, Column, workbook_response
from questions.messages import Message

PER_PAGE = 100
#: So many faults and rows of a file are shown; the rest is counted.
SHOWN = 200
OWN = "tu-dang-ky"


@bp.route("/theo-doi/<slug>/<code>/chi-tieu", methods=["GET", "POST"], endpoint="targets")
@officials
def targets_page(slug: str, code: str) -> WerkzeugResponse | Response | str | tuple[str, int]:
    """What is asked of a union, what it takes upon itself, and what it hands down to those right below."""
    contest, union = published_or_404(slug), followed_or_404(code)
    branch = _branch(contest, union)
    rows = branch.children()
    asked = paging(len(rows), PER_PAGE)
    shown = asked.cut(rows)
    form, faults = TargetForm(), {}
    if form.validate_on_submit():
        own = request.form.get("viec") == OWN
        faults = _take_on(form, contest, union, branch) if own else _hand_down(contest, union, shown)
        if not faults:
            db.session.commit()
            flash(gettext("Đã lưu chỉ tiêu."), "success")
            return redirect(url_for("participation.targets", slug=slug, code=union.code, trang=asked.page), code=303)
        db.session.rollback()
        contest, union = published_or_404(slug), followed_or_404(code)
    given = branch.rolled.frame.targets.given
    mine = branch.rolled.frame.targets.own.get(union.id)
    answer = page_or_json(
        "participation/targets.html",
        lambda: _data(contest, branch, rows),
        form=form,
        faults=faults,
        contest=contest,
        union=union,
        branch=branch,
        rows=shown,
        asked=targets.asked_of(branch, union.id),
        ask=branch.rolled.frame.targets.handed(union.id),
        asked_from=_asked_from(branch),
        own=mine,
        handed=targets.handed(branch),
        typed=lambda row: request.form.get(f"ct-{row.node.code}", written(given.get(row.node.id))),
        own_typed=request.form.get("own", written(mine)),
        written=written,
        owns=branch.rolled.frame.targets.own,
        headcount_short=pages.headcount_short(contest),
        page=asked.page,
        pages=asked.pages,
        page_address=lambda n: url_for("participation.targets", slug=slug, code=code, trang=n),
        crumbs=_crumbs(contest, branch, gettext("Chỉ tiêu")),
    )
    return (answer, 422) if faults and isinstance(answer, str) else answer


def _asked_from(branch: Branch) -> TradeUnion | None:
    """Who handed a union's target down to it; None where the contest asks all alike, or nothing."""
    known = branch.rolled.frame.targets.handed(branch.root_id).from_id
    return db.session.get(TradeUnion, known) if known else None


def _branch(contest: Contest, union: TradeUnion) -> Branch:
    """Targets go by the contest's own tree and headcounts, like the rates they are compared with."""
    return branch_of(contest, union.id, 0)


def _crumbs(contest: Contest, branch: Branch, last: str) -> list[tuple[str, str | None]]:
    node = branch.root.node
    follow = url_for("participation.follow", slug=contest.slug, code=node.code)
    return [(gettext("Theo dõi"), url_for("participation.desk")), (node.short_name or node.name, follow), (last, None)]


def _hand_down(contest: Contest, union: TradeUnion, rows: Sequence[UnionRow]) -> dict[str, str]:
    """Store the table's fields as a whole; why not, by the field's name."""
    faults: dict[str, str] = {}
    asked = []
    for number, row in enumerate(rows, 1):
        typed = request.form.get(f"ct-{row.node.code}")
        ask = ask_of(typed) if typed is not None else None
        if isinstance(ask, Message):
            faults[f"ct-{row.node.code}"] = say(ask)
        elif typed is not None:
            asked.append(row_of(number, row.node.code, ask))
    if faults:
        return faults
    plan = targets_import.apply_targets(db.session, actor_here(), contest, union, asked, clock.now())
    named = {row.row: row.code for row in asked}
    return {f"ct-{named[fault.row]}" if fault.row else "": say(fault.message) for fault in plan.faults}


def _take_on(form: TargetForm, contest: Contest, union: TradeUnion, branch: Branch) -> dict[str, str]:
    """Store what the union takes upon itself; an empty field takes it back."""
    ask, actor, now = ask_of(form.own.data or ""), actor_here(), clock.now()
    if isinstance(ask, Message):
        return {"own": say(ask)}
    try:
        if ask is None:
            targets.drop(db.session, actor, contest, union, TargetSource.OWN, union, now)
        else:
            targets.commit_own(db.session, actor, contest, union, ask, now, branch.root.headcount)
    except Refused as refused:
        return {"own": " ".join(say(reason) for reason in refused.reasons)}
    return {}


def _data(contest: Contest, branch: Branch, rows: Sequence[UnionRow]) -> dict[str, Any]:
    known, handed, giver = branch.rolled.frame.targets, targets.handed(branch), _asked_from(branch)

    def told(ask: Ask | None) -> dict[str, int | None] | None:
        return {"percent": ask.percent, "people": ask.people} if ask else None

    return {
        "contest": contest.slug,
        "union": branch.root.node.code,
        "target_percent": contest.target_percent,
        "asked_people": targets.asked_of(branch, branch.root_id),
        "asked_from": giver.code if giver else None,
        "own": told(known.own.get(branch.root_id)),
        "handed_people": handed.below,
        "not_handed_people": handed.short,
        "rows": [
            {
                "code": row.node.code,
                "name": row.node.name,
                "headcount": row.headcount,
                "given": told(known.given.get(row.node.id)),
                "own": told(known.own.get(row.node.id)),
                "target_people": row.wanted,
                "people": row.counts.people,
            }
            for row in rows
        ],
    }


# By Excel


@bp.get("/theo-doi/<slug>/<code>/chi-tieu.xlsx")
@officials
def targets_export(slug: str, code: str) -> Response:
    """The unions right below with what is given to them, to fill in and to send back."""
    contest, union = published_or_404(slug), followed_or_404(code)
    branch = _branch(contest, union)
    columns = [
        Column("Mã", width=16),
        Column("Tên công đoàn", width=60),
        Column(pages.headcount_label(contest), Cell.NUMBER),
        Column("Chỉ tiêu theo tỷ lệ (%)", Cell.NUMBER),
        Column("Chỉ tiêu theo số người", Cell.NUMBER),
        Column("Tính ra người (không nhập)", Cell.NUMBER),
    ]
    return workbook_response(
        f"chi-tieu-{contest.slug}-{union.code}.xlsx", gettext("Chỉ tiêu"), columns, _sheet_rows(branch)
    )


def _sheet_rows(branch: Branch) -> Iterator[list[Any]]:
    for row in branch.children():
        ask = branch.rolled.frame.targets.given.get(row.node.id) or Ask()
        yield [row.node.code, row.node.name, row.headcount, ask.percent, ask.people, row.wanted]


@bp.route("/theo-doi/<slug>/<code>/chi-tieu/nhap", methods=["GET", "POST"])
@officials
def targets_upload(slug: str, code: str) -> WerkzeugResponse | str | tuple[str, int]:
    """Send the filled-in sheet; a sound one leads to its preview, any other shows every fault by row."""
    contest, union, form = published_or_404(slug), followed_or_404(code), TargetFileForm()
    faults: Any = ()
    if form.validate_on_submit():
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            form.refuse("file", gettext("Hãy chọn tệp Excel (.xlsx) hoặc CSV."))
        else:
            content, actor = sent.read(), actor_here()
            listed = targets_import.read(content)
            plan = targets_import.plan_targets(db.session, contest, union, listed.rows, listed.faults)
            faults = plan.faults
            if not faults:
                purpose = _purpose(contest, union)
                token = uploads.keep(db.session, purpose, sent.filename, content, actor.id or 0, clock.now())
                db.session.commit()
                preview = url_for("participation.targets_preview", slug=slug, code=union.code, token=token)
                return redirect(preview, code=303)
    page = render_template(
        "participation/targets_upload.html",
        form=form,
        contest=contest,
        union=union,
        faults=faults,
        shown=SHOWN,
        crumbs=_crumbs(contest, _branch(contest, union), gettext("Nhập chỉ tiêu từ tệp")),
    )
    return (page, 422) if faults or form.errors else page


def _purpose(contest: Contest, union: TradeUnion) -> str:
    return f"targets {contest.id} {union.id}"


@bp.route("/theo-doi/<slug>/<code>/chi-tieu/nhap/<token>", methods=["GET", "POST"])
@officials
def targets_preview(slug: str, code: str, token: str) -> WerkzeugResponse | str | tuple[str, int]:
    """What a sheet would change, and the button that stores it."""
    contest, union, actor = published_or_404(slug), followed_or_404(code), actor_here()
    pending = uploads.take(db.session, token, _purpose(contest, union), actor.id or 0)
    if pending is None:
        flash(gettext("Tệp chờ nhập không còn. Hãy chọn lại tệp."), "warning")
        return redirect(url_for("participation.targets_upload", slug=slug, code=union.code), code=303)
    listed, name = targets_import.read(pending.content), pending.name
    if request.method == "POST" and not listed.faults:
        plan = targets_import.apply_targets(db.session, actor, contest, union, listed.rows, clock.now())
        if not plan.faults:
            uploads.drop(db.session, token)
            db.session.commit()
            flash(gettext("Đã nhập %(count)s chỉ tiêu.", count=len(plan.changes)), "success")
            return redirect(url_for("participation.targets", slug=slug, code=union.code), code=303)
        db.session.rollback()
        contest, union = published_or_404(slug), followed_or_404(code)
    else:
        plan = targets_import.plan_targets(db.session, contest, union, listed.rows, listed.faults)
    page = render_template(
        "participation/targets_preview.html",
        contest=contest,
        union=union,
        plan=plan,
        file_name=name,
        faults=plan.faults,
        shown=SHOWN,
        written=written,
        crumbs=_crumbs(contest, _branch(contest, union), gettext("Xem trước chỉ tiêu")),
    )
    return (page, 409) if plan.faults else page
