"""One's own certificates: which there are, and each as PDF."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for

from contest.accounts.doors import signed_in
from contest.accounts.identity import actor_here
from contest.extensions import db
from contest.reports import certificate_single_work, certificates
from contest.reports.certificate_routes import certificate_data, pdf_of, verify_base
from contest.reports.models import Certificate
from contest.reports.rules import CERTIFICATE_NAMES
from contest.rounds.models import Contest
from contest.web.negotiation import page_or_json

bp = Blueprint("own_certificates", __name__)


@bp.get("/tai-khoan/chung-nhan")
@signed_in
def index() -> Any:
    """One's own certificates."""
    rows = certificates.of_person(db.session, actor_here().id or 0)
    return page_or_json(
        "reports/own_certificates.html",
        lambda: {"rows": [certificate_data(row) for row in rows]},
        rows=rows,
        contests={row.contest_id: db.session.get_one(Contest, row.contest_id) for row in rows},
        ways={row.code: certificate_single_work.way_of(db.session, row) for row in rows},
        names=CERTIFICATE_NAMES,
    )


@bp.get("/tai-khoan/chung-nhan/<code>.pdf")
@signed_in
def take(code: str) -> Any:
    """One's own certificate as PDF; one by a template of the organizers' is made from the page."""
    certificate = _own(code)
    if certificate_single_work.way_of(db.session, certificate).office is not None:
        return redirect(url_for("own_certificates.index"), code=303)
    return pdf_of(db.session.get_one(Contest, certificate.contest_id), certificate)


@bp.post("/tai-khoan/chung-nhan/<code>/tep")
@signed_in
def make(code: str) -> Response:
    """Have one's own certificate made beside the requests."""
    work = certificate_single_work.queue(db.session, actor_here(), _own(code), verify_base())
    db.session.commit()
    return redirect(url_for("jobs.show", code=work), code=303)


def _own(code: str) -> Certificate:
    """A certificate of the visitor's that was not taken back; anybody else's is not found."""
    rows = certificates.of_person(db.session, actor_here().id or 0)
    return next((row for row in rows if row.code == code), None) or abort(404)
