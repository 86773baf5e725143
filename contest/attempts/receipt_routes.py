"""Checking a receipt: anybody may see that an attempt was received, when, and whether it counts; never whose it is."""

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from contest.accounts.identity import current_actor
from contest.accounts.permissions import covers, may_organize
from contest.accounts.rules import Role
from contest.attempts import late, queries
from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced, tidy
from contest.attempts.routes import bp
from contest.extensions import db
from contest.rounds.settings import ContestState
from contest.unions.queries import ancestor_ids
from contest.web.doors import public
from contest.web.errors import unknown_code
from contest.web.negotiation import wants_json
from contest.web.pictures import qr_of


@bp.get("/bien-nhan")
@public
def receipts() -> Any:
    """Where a receipt is typed in; ``?ma=`` leads to its page."""
    typed = request.args.get("ma", "").strip()
    receipt = tidy(typed)
    if receipt:
        return redirect(url_for("attempts.receipt", typed=spaced(receipt)), code=303)
    return not_found(typed) if typed else render_template("attempts/receipts.html", typed="", error=None)


@bp.get("/bien-nhan/<typed>")
@public
def receipt(typed: str) -> Any:
    """What a receipt stands for: neither the person nor the score, and no way on to them."""
    tidied = tidy(typed)
    found = queries.by_receipt(db.session, tidied) if tidied else None
    if found is None:
        return not_found(typed)
    deliveries = late.late_of(db.session, found)
    told = not found.annulled or may_know(found)
    if wants_json():
        response = jsonify(receipt_data(found, deliveries, told))
        response.vary.add("Accept")
        return response
    round_ = found.round
    return render_template(
        "attempts/receipt.html",
        attempt=found,
        round=round_,
        contest=round_.contest,
        contest_shown=round_.contest.state == ContestState.PUBLISHED,
        receipt=spaced(found.receipt),
        deliveries=late.last_of_each(deliveries),
        told=told,
    )


def may_know(found: Attempt) -> bool:
    """Whether who looks is told that a ruling annuls the attempt: its person and the organizers are, nobody else."""
    actor = current_actor()
    if actor is None:
        return False
    contest = found.round.contest
    organizes = may_organize(actor) and covers(actor, Role.ORGANIZER, ancestor_ids(db.session, contest.union_id))
    return organizes or found.entry.person_id == actor.id


@bp.get("/bien-nhan/<typed>/qr.svg")
@public
def receipt_qr(typed: str) -> Any:
    """The address of a receipt's page as a QR code."""
    tidied = tidy(typed)
    if tidied is None:
        return not_found(typed)
    response = qr_of(url_for("attempts.receipt", typed=spaced(tidied), _external=True), scale=6)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def receipt_data(found: Attempt, deliveries: list[late.Late], told: bool) -> dict[str, Any]:
    """The same page as data; ``counted`` is None to whom it is not ``told``."""
    round_ = found.round
    return {
        "receipt": spaced(found.receipt),
        "contest": round_.contest.slug,
        "title": round_.contest.title,
        "round": round_.number,
        "submitted_at": found.submitted_at.isoformat(timespec="seconds"),
        "closed_by": found.closed_by,
        "counted": found.counted if told else None,
        "practice": round_.contest.practice,
        "late": [
            {"received_at": one.received_at.isoformat(timespec="seconds"), "counted": one.counted}
            for one in late.last_of_each(deliveries)
        ],
        "announced_at": round_.published_at.isoformat(timespec="seconds") if round_.published_at else None,
    }


def not_found(typed: str) -> Any:
    """404 with what to do; the same for what cannot be a receipt and for what is none."""
    title = gettext("Không tìm thấy biên nhận này")
    detail = gettext(
        "Mã biên nhận có 16 chữ và số, ví dụ K7M2-9QXC-0123-ABCD. Hãy so lại từng ký tự với màn hình kết quả. "
        "Bài đang làm chưa có biên nhận: mã có ngay khi nộp bài, hoặc khi hết giờ."
    )
    return unknown_code("attempts/receipts.html", typed, title, detail)
