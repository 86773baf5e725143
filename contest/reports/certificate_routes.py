"""Certificates: issuing for many, one of them again, taking one back."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.documents.checking import WORD
from contest.documents.filling import Unfillable
from contest.extensions import db
from contest.reports import certificate_sheets, certificate_single_work, certificate_work, certificates, making
from contest.reports.certificate_forms import IssueForm, RevokeForm
from contest.reports.certificate_rules import Printed, faults, first_words, numbered
from contest.reports.models import Certificate
from contest.reports.rules import CERTIFICATE_NAMES, CertificateKind
from contest.reports.wording import leaders
from contest.rounds.desk import actor_here, own_contest
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.web.limits import whole
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import say

bp = Blueprint("certificates", __name__)

BASE = "/to-chuc/cuoc-thi/<slug>/chung-nhan"
PER_PAGE = 100
#: Kinds as they stand in the address.
KINDS = {"tham-gia": CertificateKind.TAKING_PART, "dat-giai": CertificateKind.PRIZE}


def wanted_here(contest: Contest) -> certificates.Wanted:
    """``?loai=tham-gia|dat-giai&dot=<n>``, 0: the whole contest; a round that the contest does not have is not found.

    Without ``dot`` the whole contest where its results are announced, else the newest round whose results are.
    """
    kind = KINDS.get(request.args.get("loai", "dat-giai")) or abort(404)
    if "dot" not in request.args:
        return _ready(contest, kind)
    number = request.args.get("dot", 0, type=whole)
    if number and number not in {round_.number for round_ in contest.rounds}:
        abort(404)
    return certificates.Wanted(kind, number)


def _ready(contest: Contest, kind: CertificateKind) -> certificates.Wanted:
    whole_contest = certificates.Wanted(kind, 0)
    newest_first = sorted((one.number for one in contest.rounds), reverse=True)
    parts = [whole_contest, *(certificates.Wanted(kind, number) for number in newest_first)]
    now = clock.now()
    return next((one for one in parts if certificates.refusal(db.session, contest, one, now) is None), whole_contest)


def verify_base() -> str:
    """The verifying page's address up to the code, as the outside knows it: paper outlives the name of a server."""
    public = current_app.config.get("PUBLIC_URL")
    if public:
        return f"{public}/chung-nhan/"
    return url_for("verifying.verify", code="x", _external=True)[:-1]


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
            asked = request.form.get("form", "pdf")
            if asked not in making.TYPES:
                abort(404)
            code = certificate_work.queue(db.session, actor_here(), contest, wanted, printed, verify_base(), asked)
            db.session.commit()
            return redirect(url_for("jobs.show", code=code), code=303)
    return _desk(contest, wanted, form)


def _trial(contest: Contest, wanted: certificates.Wanted, printed: Printed) -> Any:
    """What the first certificate would look like; nothing is written down, and its code leads nowhere.

    A Word file where organizers put a template of their own in place of ours.
    """
    first = next(iter(certificates.holders(db.session, contest, wanted)), None) or abort(404)
    told = certificates.results(db.session, contest, wanted.round_number, first.entry_id) if first.entry_id else {}
    row = Certificate(
        code="XEM-THU",
        kind=wanted.kind,
        round_number=wanted.round_number,
        name=first.name,
        unit=first.unit,
        title=first.title,
        number=numbered(printed.number, printed.first),
        basis=printed.basis,
        printed=certificates.printed_for(first, printed, told),
    )
    own = certificate_work.way_of(db.session, contest, wanted.kind).own
    return _word(contest, row) if own else pdf_of(contest, row)


def _desk(contest: Contest, wanted: certificates.Wanted, form: IssueForm) -> Any:
    reason = certificates.refusal(db.session, contest, wanted, clock.now())
    people, having = (0, 0) if reason else certificates.outlook(db.session, contest, wanted)
    total = certificates.count_issued(db.session, contest, wanted)
    asked = paging(total, PER_PAGE)
    rows = certificates.issued(db.session, contest, wanted, PER_PAGE, asked.before)
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
        way=certificate_work.way_of(db.session, contest, wanted.kind),
        people=people,
        having=having,
        total=total,
        rows=rows,
        page=asked.page,
        pages=asked.pages,
        kinds=[
            (gettext(CERTIFICATE_NAMES[k]), _address(contest, slug, wanted), wanted.kind is k)
            for slug, k in KINDS.items()
        ],
        parts=_parts(contest, wanted),
        page_address=lambda n: url_for("certificates.desk", slug=contest.slug, **_asked(wanted), trang=n),
        here=_asked(wanted),
    )
    if form.is_submitted():
        return answer, 422 if form.errors else 409
    return answer


def _asked(wanted: certificates.Wanted) -> dict[str, Any]:
    slug = next(slug for slug, kind in KINDS.items() if kind is wanted.kind)
    return {"loai": slug, "dot": wanted.round_number}


def _address(contest: Contest, kind: str, wanted: certificates.Wanted) -> str:
    return url_for("certificates.desk", slug=contest.slug, loai=kind, dot=wanted.round_number)


def _parts(contest: Contest, wanted: certificates.Wanted) -> list[tuple[str, str, bool]]:
    names = [(row.number, row.title or gettext("Đợt %(number)s", number=row.number)) for row in contest.rounds]
    kind = _asked(wanted)["loai"]
    return [
        (name, url_for("certificates.desk", slug=contest.slug, loai=kind, dot=n), n == wanted.round_number)
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
        on_behalf=f"TM. {leaders(contest.union.name)}",
    )


@bp.get(f"{BASE}/<code>.pdf")
@organizers
def one(slug: str, code: str) -> Any:
    """One certificate again; one by a template of the organizers' own is made beside the requests."""
    contest = own_contest(slug)
    certificate = _own(contest, code)
    if certificate_single_work.way_of(db.session, certificate).office is None:
        return pdf_of(contest, certificate)
    flash(gettext("Tệp này làm lâu nên được làm riêng. Hãy bấm nút PDF ở dòng của giấy."), "info")
    wanted = certificates.Wanted(CertificateKind(certificate.kind), certificate.round_number)
    return redirect(url_for("certificates.desk", slug=slug, **_asked(wanted)), code=303)


@bp.get(f"{BASE}/<code>.docx")
@organizers
def one_word(slug: str, code: str) -> Any:
    """One certificate again, as a Word file."""
    contest = own_contest(slug)
    return _word(contest, _own(contest, code))


@bp.post(f"{BASE}/<code>/tep")
@organizers
def make(slug: str, code: str) -> Response:
    """Have the PDF of one certificate made beside the requests."""
    certificate = _own(own_contest(slug), code)
    work = certificate_single_work.queue(db.session, actor_here(), certificate, verify_base())
    db.session.commit()
    return redirect(url_for("jobs.show", code=work), code=303)


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


def pdf_of(contest: Contest, certificate: Certificate) -> Response:
    """A certificate in our layout."""
    title = certificates.part_title(contest, certificate.round_number)
    content = certificate_work.single(certificate, title, verify_base())
    return making.answer(content, f"chung-nhan-{contest.slug}.pdf", making.PDF)


def _word(contest: Contest, certificate: Certificate) -> Any:
    """A certificate by the Word template in force; why not, where that cannot be filled any more."""
    wanted = certificates.Wanted(CertificateKind(certificate.kind), certificate.round_number)
    part = certificates.part_of(contest, certificate.round_number)
    way = certificate_work.way_of(db.session, contest, wanted.kind)
    try:
        content = certificate_sheets.word_of(certificate, part, verify_base(), way.template)
    except Unfillable as refusal:
        flash(" ".join(say(reason) for reason in refusal.reasons), "error")
        return redirect(url_for("certificates.desk", slug=contest.slug, **_asked(wanted)), code=303)
    return making.answer(content, f"chung-nhan-{contest.slug}.docx", WORD)


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
        "url": url_for("verifying.verify", code=row.code),
    }
