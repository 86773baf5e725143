"""What trying a decision and trying to take one back have in common, and what follows when it is done."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.actions import record
from contest.accounts.identity import actor_here
from contest.attempts.models import KeyChange
from contest.corrections import pages, queries, work
from contest.corrections.desk import decision_url
from contest.corrections.rules import FILTER_NAMES, Filter, Turn
from contest.corrections.trial import Case
from contest.extensions import db
from contest.rounds.models import Contest, Round
from contest.web.texts import say
from contest.web.workbooks import workbook_response


def trial_view(contest: Contest, case: Case, seen: str) -> pages.TrialPage:
    """The page of a trial that the address asks for."""
    made = pages.trial_of(db.session, db.memo, case, seen)
    wanted = request.args.get("loc", Filter.SCORE.value)
    chosen = Filter(wanted) if wanted in list(Filter) else abort(404)
    query = request.args.get("tim", "").strip()[:120]
    view = pages.trial_page(db.session, contest, made, chosen, query, max(1, request.args.get("trang", 1, type=int)))
    if view.page > view.pages:
        abort(404)
    return view


def shared(contest: Contest, round_: Round, view: pages.TrialPage, address: Any) -> dict[str, Any]:
    """What the list of a trial needs, for a decision and for taking one back."""
    kept = {"thay": view.trial.seen}
    return {
        "contest": contest,
        "round": round_,
        "view": view,
        "trial": view.trial,
        "Turn": Turn,
        "gains": sorted(view.trial.gains.items()),
        "filters": [
            (say(name), address(**kept, loc=which.value), which is view.filter) for which, name in FILTER_NAMES.items()
        ],
        "list_url": address(),
        "page_address": lambda n: address(**kept, loc=view.filter.value, tim=view.query or None, trang=n),
    }


def trial_workbook(contest: Contest, round_: Round, case: Case) -> Response:
    """The chosen part of a trial's list as an Excel file."""
    made = pages.trial_of(db.session, db.memo, case, request.args.get("thay", ""))
    wanted = request.args.get("loc", Filter.SCORE.value)
    chosen = Filter(wanted) if wanted in list(Filter) else abort(404)
    moves = pages.chosen_moves(db.session, contest, made, chosen, request.args.get("tim", "").strip()[:120])
    # The reader lets go first: on SQLite without WAL it would keep the log from being written.
    db.session.rollback()
    with db.begin() as session:
        details = {"what": "key.trial", "round": round_.number, "people": len(moves)}
        record(session, actor_here(), "report.export", f"contest:{contest.slug}", clock.now(), details)
    rows = pages.sheet_rows(db.session, moves)
    return workbook_response(f"{contest.slug}-thu-dap-an.xlsx", gettext("Thay đổi"), pages.columns(), rows)


def stale_words() -> str:
    return gettext("Từ lúc bạn xem thử, dữ liệu của đợt đã thay đổi. Dưới đây là kết quả mới. Hãy xem lại rồi áp dụng.")


def carry_out(contest: Contest, round_: Round, change: KeyChange, *, undo: bool) -> Any:
    """Commit a decision and mark past attempts again: at once when they are few, else beside the requests."""
    actor = actor_here()
    which = queries.number_of(db.session, change)
    if queries.going_on(db.session, round_.id) is None:
        db.session.commit()
        return redirect(decision_url(contest, round_, which), code=303)
    if not work.is_small(db.session, round_.id, change.version_id):
        code = work.queue(db.session, actor, change, undo)
        db.session.commit()
        return redirect(url_for("jobs.show", code=code), code=303)
    db.session.commit()
    work.recount(change.id, undo, actor)
    flash(gettext("Đã rút lại quyết định.") if undo else gettext("Đã áp dụng."), "success")
    return redirect(decision_url(contest, round_, which), code=303)


def decision_data(found: queries.Decision) -> dict[str, Any]:
    change = found.change
    return {
        "number": found.number,
        "bank": found.bank,
        "code": found.code,
        "version": found.version,
        "kind": change.kind,
        **change.details,
        "reason": change.reason,
        "decided_at": change.decided_at.isoformat(),
        "undone_at": change.undone_at.isoformat() if change.undone_at else None,
        "undo_reason": change.undo_reason,
        "recount": "going on" if found.going_on else "done",
    }
