"""The page behind a certificate's QR code, and where somebody without a camera types the code."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from contest.extensions import db
from contest.reports import certificates
from contest.reports.rules import CERTIFICATE_NAMES, CertificateKind
from contest.rounds.models import Contest
from contest.web.doors import public
from contest.web.errors import MAX_TYPED, unknown_code
from contest.web.negotiation import page_or_json
from contest.web.texts import instant

bp = Blueprint("verifying", __name__)


def tidy(typed: str) -> str:
    """What somebody typed from paper, as codes are written.

    >>> tidy(" j5bv 92t5-pg94 kkjl ")
    'J5BV92T5PG94KKJL'
    """
    return "".join(sign for sign in typed.upper() if sign.isalnum())


@bp.get("/chung-nhan")
@public
def ask() -> Any:
    """Where a code is typed in; ``?ma=`` leads to its page."""
    typed = request.args.get("ma", "").strip()
    if tidy(typed):
        return redirect(url_for("verifying.verify", code=tidy(typed)[:MAX_TYPED]), code=303)
    return render_template("reports/verify_ask.html", typed="", error=None)


@bp.get("/chung-nhan/<code>")
@public
def verify(code: str) -> Any:
    """What was printed on a certificate, and whether it holds."""
    found = certificates.by_code(db.session, tidy(code))
    if found is None:
        return _unknown(code)
    contest = db.session.get_one(Contest, found.contest_id)
    state = certificates.validity(db.session, contest, found)
    answer = page_or_json(
        "reports/verify.html",
        lambda: {
            "code": found.code,
            "state": state,
            "name": found.name,
            "unit": found.unit,
            "title": found.title,
            "contest": contest.slug,
            "number": found.number,
            "issuer": found.printed.get("issuer", ""),
            "issued_at": found.issued_at.isoformat(),
        },
        contest=contest,
        certificate=found,
        state=state,
        part=certificates.part_title(contest, found.round_number),
        kind_name=CERTIFICATE_NAMES[CertificateKind(found.kind)],
        issued=instant(found.issued_at),
    )
    response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _unknown(typed: str) -> Any:
    """404 that says what it means for the paper in one's hand, and lets one type the code again."""
    title = gettext("Không có giấy chứng nhận nào mang mã này")
    detail = gettext(
        "Hãy so lại từng chữ với 16 chữ và số in dưới mã QR. Mã đúng như in mà vẫn không có thì giấy không do hệ thống "
        "này cấp, có thể là giấy giả."
    )
    return unknown_code("reports/verify_ask.html", typed, title, detail)
