"""The headcount desk: officials tell their union's figures, those above confirm them, whole branches by Excel."""

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here, current_actor
from contest.accounts.permissions import answers_for, followed_scopes
from contest.accounts.queries import names_by_label
from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.extensions import db
from contest.unions import headcount_queries, headcount_sheets, headcounts, queries
from contest.unions.forms import HeadcountForm
from contest.unions.headcount_forms import DecisionForm
from contest.unions.headcount_rules import day_fault, number_fault
from contest.unions.models import TradeUnion
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import say

bp = Blueprint("headcounts", __name__)

PER_PAGE = 100
SEND_BACK = "tra-lai"


def init_app(app: Flask) -> None:
    import_module("contest.unions.headcount_file_routes")
    app.register_blueprint(bp)


def counted_or_404(code: str) -> TradeUnion:
    """A union whose headcounts the visitor keeps; one of others looks as if it were not there."""
    union = queries.by_code(db.session, code) or abort(404)
    if not answers_for(current_actor(), queries.ancestor_ids(db.session, union.id)):
        abort(404)
    return union


def crumbs(union: TradeUnion, last: str | None = None) -> list[tuple[str, str | None]]:
    """The way to a page of the desk; ``last`` None: the union's own page."""
    here = url_for("headcounts.desk", code=union.code) if last else None
    found: list[tuple[str, str | None]] = [
        (gettext("Số liệu đoàn viên"), url_for("headcounts.index")),
        (union.short_name or union.name, here),
    ]
    return [*found, (last, None)] if last else found


@bp.get("/theo-doi/so-lieu")
@officials
def index() -> Response | str:
    """The unions an official keeps headcounts of, with what waits and what is missing."""
    mine = queries.tops(db.session, followed_scopes(actor_here()))
    lines = queries.lines(db.session, mine)
    waiting = headcount_queries.waiting_below(db.session, [union.id for union in mine])
    return page_or_json(
        "unions/headcount_index.html",
        lambda: {"rows": [_index_data(line, waiting.get(line.union.id, 0)) for line in lines]},
        waiting=waiting,
        lines=lines,
        level_kinds=headcount_sheets.KINDS,
    )


def _index_data(line: queries.Line, waiting: int) -> dict[str, Any]:
    union = line.union
    return {
        "code": union.code,
        "name": union.name,
        "waiting_unions": waiting,
        "missing_unions": line.uncounted,
        **{kind: line.counts.get(kind) for kind in PersonKind},
    }


@bp.route("/theo-doi/so-lieu/<code>", methods=["GET", "POST"])
@officials
def desk(code: str) -> WerkzeugResponse | Response | str | tuple[str, int]:
    """One union: its figures with who told and confirmed them, a new one, and what its branch still needs."""
    union = counted_or_404(code)
    counts = queries.headcounts(db.session, [union.id]).get(union.id, {})
    known = headcount_queries.newest_numbers(counts)
    form = asked(union, known)
    above = headcounts.stands_above(db.session, actor_here(), union.id)
    if form.validate_on_submit() and told(form, union, above):
        return redirect(url_for("headcounts.desk", code=union.code), code=303)
    rows = headcount_queries.history(db.session, union.id)
    labels = [label for row in rows for label in (row.entered_by, row.confirmed_by, row.sent_back_by)]
    context = {
        "doubts": headcount_queries.doubts_of(db.session, union.id),
        "waiting": headcount_queries.count_waiting(db.session, union.id),
        "missing": headcount_queries.count_missing(db.session, union.id, clock.today()),
        "branch": queries.lines(db.session, [union])[0],
    }
    answer = page_or_json(
        "unions/headcount_desk.html",
        lambda: _desk_data(union, rows, context),
        form=form,
        union=union,
        ended=queries.ended_on(union, clock.today()),
        above=above,
        rows=rows,
        sent_back=headcount_queries.sent_back(rows),
        names=names_by_label(db.session, labels),
        kind_names=KIND_NAMES,
        crumbs=crumbs(union),
        **context,
    )
    return (answer, 422) if form.errors and isinstance(answer, str) else answer


def _desk_data(union: TradeUnion, rows: Any, context: dict[str, Any]) -> dict[str, Any]:
    return {
        "union": union.code,
        "waiting_unions": context["waiting"],
        "missing_unions": context["missing"],
        "doubts": [say(reason) for reason in context["doubts"]],
        "figures": [
            {
                "kind": row.kind,
                "counted_on": row.counted_on.isoformat(),
                "number": row.number,
                "source": row.source,
                "entered_at": row.entered_at.isoformat(),
                "confirmed_at": row.confirmed_at and row.confirmed_at.isoformat(),
                "replaced_at": row.replaced_at and row.replaced_at.isoformat(),
                "sent_back_reason": row.sent_back_reason if row.sent_back_by else None,
            }
            for row in rows
        ],
    }


def asked(union: TradeUnion, known: Mapping[str, int]) -> HeadcountForm:
    """The form of a union's figures: what is known, as of today or of the last day of a union that ended."""
    if request.method != "GET":
        return HeadcountForm()
    end = queries.ended_on(union, clock.today())
    return HeadcountForm(data={**known, "counted_on": end - timedelta(days=1) if end else clock.today()})


def told(form: HeadcountForm, union: TradeUnion, above: bool) -> bool:
    """Store the figures of a form, or put beside its fields why not. ``above``: they hold at once."""
    numbers = {str(kind): form[str(kind)].data for kind in PersonKind if form[str(kind)].data is not None}
    if not numbers:
        form.refuse("member", gettext("Hãy ghi ít nhất một số liệu."))
    for kind, number in numbers.items():
        if too_many := number_fault([number], union.level):
            form.refuse(kind, say(too_many))
    if why := day_fault(form.counted_on.data, clock.today(), union.closed_on):
        form.refuse("counted_on", say(why))
    if form.errors:
        return False
    if refused := headcounts.tell(db.session, actor_here(), union, numbers, form.counted_on.data, clock.now()):
        form.refuse("counted_on", say(refused))
        return False
    db.session.commit()
    flash(gettext("Đã lưu số liệu.") if above else gettext("Đã lưu. Số liệu chờ cấp trên xác nhận."), "success")
    return True


@bp.route("/theo-doi/so-lieu/<code>/cho-xac-nhan", methods=["GET", "POST"])
@officials
def waiting(code: str) -> WerkzeugResponse | Response | str | tuple[str, int]:
    """What unions below told themselves: confirmed or sent back, all that is shown or some of it."""
    union = counted_or_404(code)
    form = DecisionForm()
    if form.validate_on_submit():
        back = request.form.get("viec") == SEND_BACK
        if back and not form.reason.data:
            form.refuse("reason", gettext("Hãy ghi lý do để đơn vị biết cần sửa gì."))
        else:
            _decide(ticked(), back, form.reason.data or "")
            return redirect(url_for("headcounts.waiting", code=union.code), code=303)
    total = headcount_queries.count_waiting(db.session, union.id)
    asked = paging(total, PER_PAGE)
    rows = headcount_queries.waiting(db.session, union.id, PER_PAGE, asked.before)
    answer = page_or_json(
        "unions/headcount_waiting.html",
        lambda: {"union": union.code, "total": total, "page": asked.page, "rows": [_waiting_data(row) for row in rows]},
        form=form,
        union=union,
        rows=rows,
        total=total,
        page=asked.page,
        pages=asked.pages,
        names=names_by_label(db.session, [row.entered_by for row in rows]),
        kinds=headcount_sheets.KINDS,
        ticked=set(request.form.getlist("so")) if form.errors else None,
        crumbs=crumbs(union, gettext("Chờ xác nhận")),
        page_address=lambda n: url_for("headcounts.waiting", code=union.code, trang=n),
    )
    return (answer, 422) if form.errors and isinstance(answer, str) else answer


def ticked() -> set[int]:
    """The rows of ticked boxes; each box names the rows of one union and day."""
    words = " ".join(request.form.getlist("so")).split()
    return {int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 10}


def _decide(ids: set[int], back: bool, reason: str) -> None:
    actor, now = actor_here(), clock.now()
    if back:
        done = headcounts.send_back(db.session, actor, ids, now, reason)
    else:
        done = headcounts.confirm(db.session, actor, ids, now)
    db.session.commit()
    if not ids:
        flash(gettext("Chưa đánh dấu đơn vị nào. Hãy đánh dấu rồi bấm lại."), "warning")
    elif not done:
        flash(gettext("Các số liệu này đã được xử lý trước đó; không có gì thay đổi."), "warning")
    elif back:
        flash(gettext("Đã trả lại %(count)s số liệu.", count=done), "success")
    else:
        flash(gettext("Đã xác nhận %(count)s số liệu.", count=done), "success")


def _waiting_data(row: headcount_queries.Waiting) -> dict[str, Any]:
    return {
        "code": row.union.code,
        "name": row.union.name,
        "counted_on": row.counted_on.isoformat(),
        "entered_at": row.entered_at.isoformat(),
        "figures": {kind: headcount.number for kind, headcount in row.rows.items()},
        "before": dict(row.before),
        "doubts": [say(reason) for reason in row.doubts],
    }


@bp.get("/theo-doi/so-lieu/<code>/can-xem")
@officials
def lists(code: str) -> Response | str:
    """Unions of the branch without a headcount, or with one that is hard to believe (``?xem=bat-thuong``)."""
    union = counted_or_404(code)
    odd = request.args.get("xem") == "bat-thuong"
    doubted = headcount_queries.doubted(db.session, union.id, clock.today()) if odd else []
    missing = headcount_queries.count_missing(db.session, union.id, clock.today())
    asked = paging(len(doubted) if odd else missing, PER_PAGE)
    if odd:
        rows = asked.cut(doubted)
    else:
        found = headcount_queries.missing(db.session, union.id, clock.today(), PER_PAGE, asked.before)
        rows = [headcount_queries.Doubted(one, ()) for one in found]
    return page_or_json(
        "unions/headcount_lists.html",
        lambda: {
            "union": union.code,
            "missing": missing,
            "implausible": len(doubted) if odd else None,
            "page": asked.page,
            "rows": [
                {"code": row.union.code, "name": row.union.name, "reasons": [say(why) for why in row.reasons]}
                for row in rows
            ],
        },
        union=union,
        rows=rows,
        odd=odd,
        missing=missing,
        doubted=len(doubted) if odd else None,
        page=asked.page,
        pages=asked.pages,
        crumbs=crumbs(union, gettext("Thiếu và bất thường")),
        page_address=lambda n: url_for("headcounts.lists", code=union.code, xem=request.args.get("xem"), trang=n),
    )
