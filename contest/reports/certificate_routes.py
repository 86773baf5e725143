"""Certificates: issuing for many, taking one back, one's own, and the page behind the QR code."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers, signed_in
from contest.accounts.identity import current_actor
from contest.extensions import db
from contest.reports import certificate_work, certificates
from contest.reports.certificate_forms import IssueForm, RevokeForm
from contest.reports.certificate_rules import Printed, faults, first_words, numbered
from contest.reports.models import Certificate
from contest.reports.rules import CERTIFICATE_NAMES, CertificateKind
from contest.rounds.desk import actor_here, own_contest
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.web.doors import public
from contest.web.limits import whole
from contest.web.negotiation import page_or_json
from contest.web.texts import instant, say

bp = Blueprint("certificates", __name__)

BASE = "/to-chuc/cuoc-thi/<slug>/chung-nhan"
PER_PAGE = 100
#: Kinds as they stand in the address.
KINDS = {"tham-gia": CertificateKind.TAKING_PART, "dat-giai": CertificateKind.PRIZE}


def wanted_here(contest: Contest) -> certificates.Wanted:
    """``?loai=tham-gia|dat-giai&dot=<n>``; a round that the contest does not have is not found."""
    kind = KINDS.get(request.args.get("loai", "dat-giai")) or abort(404)
    number = request.args.get("dot", 0, type=whole)
    if number and number not in {round_.number for round_ in contest.rounds}:
        abort(404)
    return certificates.Wanted(kind, number)


def verify_base() -> str:
    """The verifying page's address up to the code."""
    return url_for("certificates.verify", code="x", _external=True)[:-1]


@bp.route(BASE, methods=["GET", "POST"])
@organizers
def desk(slug: str) -> Any:
    """Who is to have a certificate, the words on it, and those issued."""
    contest = own_contest(slug)
    wanted, now = wanted_here(contest), clock.now()
    form = _form(contest, wanted)
    if form.validate_on_submit():
        printed = form.printed()
        for field, why in faults(printed):
            form.refuse(field, say(why))
        reason = certificates.refusal(db.session, contest, wanted, now)
        if not form.errors and reason is None and "xem_thu" in request.form:
            return _trial(contest, wanted, printed)
        if not form.errors and reason is None:
            code = certificate_work.queue(db.session, actor_here(), contest, wanted, printed, verify_base())
            db.session.commit()
            return redirect(url_for("jobs.show", code=code), code=303)
    return _desk(contest, wanted, form)


def _trial(contest: Contest, wanted: certificates.Wanted, printed: Printed) -> Response:
    """What the first certificate would look like; nothing is written down, and its code leads nowhere."""
    first = next(iter(certificates.holders(db.session, contest, wanted)), None) or abort(404)
    row = Certificate(
        code="XEM-THU",
        name=first.name,
        unit=first.unit,
        title=first.title,
        number=numbered(printed.number, printed.first),
        basis=printed.basis,
        printed=printed.data(),
    )
    return _pdf(contest, row)


def _desk(contest: Contest, wanted: certificates.Wanted, form: IssueForm) -> Any:
    page = max(1, request.args.get("trang", 1, type=whole))
    reason = certificates.refusal(db.session, contest, wanted, clock.now())
    people, having = (0, 0) if reason else certificates.outlook(db.session, contest, wanted)
    total, rows = certificates.issued(db.session, contest, wanted, PER_PAGE, (page - 1) * PER_PAGE)
    answer = page_or_json(
        "reports/certificates.html",
        lambda: {
            "contest": contest.slug,
            "kind": wanted.kind,
            "round": wanted.round_number,
            "refusal": say(reason) if reason else None,
            "people": people,
            "having": having,
            "total": total,
            "rows": [certificate_data(row) for row in rows],
        },
        contest=contest,
        wanted=wanted,
        form=form,
        reason=reason,
        people=people,
        having=having,
        total=total,
        rows=rows,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        kinds=[
            (gettext(CERTIFICATE_NAMES[k]), _address(contest, slug, wanted), wanted.kind is k)
            for slug, k in KINDS.items()
        ],
        parts=_parts(contest, wanted),
        page_address=lambda n: url_for("certificates.desk", slug=contest.slug, **_asked(wanted), trang=n),
        here=_asked(wanted),
    )
    return (answer, 422) if form.errors else answer


def _asked(wanted: certificates.Wanted) -> dict[str, Any]:
    slug = next(slug for slug, kind in KINDS.items() if kind is wanted.kind)
    return {"loai": slug, "dot": wanted.round_number or None}


def _address(contest: Contest, kind: str, wanted: certificates.Wanted) -> str:
    return url_for("certificates.desk", slug=contest.slug, loai=kind, dot=wanted.round_number or None)


def _parts(contest: Contest, wanted: certificates.Wanted) -> list[tuple[str, str, bool]]:
    names = [(row.number, row.title or gettext("Đợt %(number)s", number=row.number)) for row in contest.rounds]
    kind = _asked(wanted)["loai"]
    return [
        (name, url_for("certificates.desk", slug=contest.slug, loai=kind, dot=n or None), n == wanted.round_number)
        for n, name in [(0, gettext("Cả cuộc thi")), *names]
    ]


def _form(contest: Contest, wanted: certificates.Wanted) -> IssueForm:
    """The words of the last issue, or what follows from the contest."""
    if request.method == "POST":
        return IssueForm()
    last = certificates.newest(db.session, contest, wanted)
    printed = Printed(**last.printed) if last else _first(contest, wanted)
    return IssueForm(formdata=None, data={**printed.data(), "day": clock.today()})


def _first(contest: Contest, wanted: certificates.Wanted) -> Printed:
    parent = contest.union.parent
    return Printed(
        above=parent.name if parent else "",
        issuer=contest.union.name,
        words=first_words(wanted.kind).text,
        number="{n}/GCN",
        on_behalf="TM. Ban Thường vụ",
    )


@bp.get(f"{BASE}/<code>.pdf")
@organizers
def one(slug: str, code: str) -> Response:
    """One certificate again."""
    contest = own_contest(slug)
    return _pdf(contest, _own(contest, code))


@bp.route(f"{BASE}/<code>/thu-hoi", methods=["GET", "POST"])
@organizers
def revoke(slug: str, code: str) -> Any:
    """Take a certificate back, with a reason."""
    contest = own_contest(slug)
    certificate = _own(contest, code)
    wanted = certificates.Wanted(CertificateKind(certificate.kind), certificate.round_number)
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            certificates.revoke(db.session, actor_here(), contest, certificate, form.ly_do.data or "", clock.now())
        except Refused as refused:
            flash(say(refused.reasons[0]), "error")
        else:
            db.session.commit()
            flash(gettext("Đã thu hồi giấy chứng nhận của %(name)s.", name=certificate.name), "success")
        return redirect(url_for("certificates.desk", slug=slug, **_asked(wanted)), code=303)
    back = url_for("certificates.desk", slug=slug, **_asked(wanted))
    page = render_template("reports/revoke.html", contest=contest, certificate=certificate, form=form, back=back)
    return (page, 422) if form.errors else page


def _own(contest: Contest, code: str) -> Certificate:
    found = certificates.by_code(db.session, code)
    if found is None or found.contest_id != contest.id:
        abort(404)
    return found


def _pdf(contest: Contest, certificate: Certificate) -> Response:
    content = certificate_work.single(certificate, contest.title, verify_base())
    response = Response(content, mimetype=certificate_work.PDF)
    response.headers.set("Content-Disposition", "attachment", filename=f"chung-nhan-{contest.slug}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/chung-nhan/<code>")
@public
def verify(code: str) -> Response | str:
    """What was printed on a certificate, and whether it holds: the page behind its QR code."""
    found = certificates.by_code(db.session, code.strip().upper()) or abort(404)
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
        kind_name=CERTIFICATE_NAMES[CertificateKind(found.kind)],
        issued=instant(found.issued_at),
    )
    response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/tai-khoan/chung-nhan")
@signed_in
def own() -> Any:
    """One's own certificates."""
    rows = certificates.of_person(db.session, _visitor())
    contests = {row.contest_id: db.session.get_one(Contest, row.contest_id) for row in rows}
    return page_or_json(
        "reports/own_certificates.html",
        lambda: {"rows": [certificate_data(row) for row in rows]},
        rows=rows,
        contests=contests,
        names=CERTIFICATE_NAMES,
    )


@bp.get("/tai-khoan/chung-nhan/<code>.pdf")
@signed_in
def own_pdf(code: str) -> Response:
    """One's own certificate as PDF; anybody else's is not found."""
    found = next((row for row in certificates.of_person(db.session, _visitor()) if row.code == code), None)
    certificate = found or abort(404)
    return _pdf(db.session.get_one(Contest, certificate.contest_id), certificate)


def _visitor() -> int:
    actor = current_actor()
    return (actor.id if actor else None) or 0


def certificate_data(row: Certificate) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "round": row.round_number,
        "name": row.name,
        "unit": row.unit,
        "title": row.title,
        "number": row.number,
        "issued_at": row.issued_at.isoformat(),
        "revoked": row.revoked_at is not None,
        "reason": row.revoked_reason,
        "url": url_for("certificates.verify", code=row.code),
    }
