"""Certificates as files: made beside the requests, one file or a zip of several, and single ones at once.

Word files are made of the template in force, and PDF of these where organizers put a template of their own in place of
ours and LibreOffice is installed; else PDF is set in our own layout.
"""

import io
import logging
import zipfile
from collections.abc import Sequence
from typing import Any

import segno
from flask import current_app
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL, Actor
from contest.documents import typesetting
from contest.documents.filling import Unfillable
from contest.documents.office import OfficeFailed
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import JobRefused, packed
from contest.reports import certificate_sheets, certificates, files, making
from contest.reports.certificate_rules import HEADING, Part, Printed, batches
from contest.reports.certificate_sheets import PDF, ZIP, Made
from contest.reports.drafts import About
from contest.reports.making import Way
from contest.reports.models import Certificate
from contest.reports.rules import CertificateKind, DocumentKind
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from questions.messages import N_, message

JOB = "reports.certificates"
TITLE = N_("Cấp giấy chứng nhận")
#: Up to so many are set within this process.
AT_ONCE = 20

log = logging.getLogger("contest.reports")

#: Words that every certificate of our layout has, in Vietnamese as the heading.
AWARDS, CHECK = "Chứng nhận", "Quét mã để kiểm tra giấy chứng nhận này."

DONE = N_("Đã tạo %(count)s giấy chứng nhận. Tệp tải về giữ trong 30 ngày.")
NOT_OWN = N_(
    "Đã tạo %(count)s giấy chứng nhận, nhưng theo mẫu có sẵn vì máy chủ không làm được PDF từ tệp mẫu riêng. Muốn giấy "
    "theo mẫu riêng, hãy tạo tệp Word, mở bằng Word rồi in hoặc lưu thành PDF. Tệp tải về giữ trong 30 ngày."
)


def register() -> None:
    jobs.register(JOB, run_job, TITLE)


def queue(
    session: Session,
    actor: Actor,
    contest: Contest,
    wanted: certificates.Wanted,
    printed: Printed,
    verify: str,
    form: str = "pdf",
) -> str:
    """Ask for certificates as ``docx`` or ``pdf``; the code of the work's page. ``verify``: the verifying page's
    address up to the code."""
    arguments = {
        "contest": contest.id,
        "kind": str(wanted.kind),
        "round": wanted.round_number,
        "printed": printed.data(),
        "verify": verify,
        "form": form,
    }
    return jobs.queue(session, JOB, arguments, actor.id, clock.now()).code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """Issue what is missing, then make everybody's file. Again after a crash: nobody gets a second certificate."""
    told = order.arguments
    actor = Actor(order.person_id, "") if order.person_id else TERMINAL
    wanted = certificates.Wanted(CertificateKind(told["kind"]), told["round"])
    with db.begin() as session:
        contest = session.get_one(Contest, told["contest"])
        try:
            found = certificates.issue(session, actor, contest, wanted, Printed(**told["printed"]), clock.now())
        except Refused as refused:
            raise JobRefused(*refused.reasons) from refused
        part, slug = certificates.part_of(contest, wanted.round_number), contest.slug
        way = way_of(session, contest, wanted.kind)
    form = told.get("form", "pdf")
    try:
        made, as_asked = files_of(found, part, slug, told["verify"], form, way, order.progress)
    except Unfillable as refusal:
        raise JobRefused(*refusal.reasons) from refusal
    name, media_type, content = made
    with db.begin() as session:
        stored = files.store(
            session, JOB, name, media_type, content, order.person_id, clock.now(), contest_id=told["contest"]
        )
    said = message(DONE if as_asked else NOT_OWN, count=len(found))
    return {"url": f"/tep/{stored.code}", "message": packed([said])[0], "count": len(found), "size": len(content)}


def way_of(session: Session, contest: Contest, kind: CertificateKind) -> Way:
    """By which template and program a contest's certificates become files."""
    about = About(DocumentKind(kind.value), contest.union_id, contest.id)
    return making.way_of(session, about, current_app.config.get("OFFICE", "none"))


def files_of(
    found: Sequence[Certificate],
    part: Part,
    slug: str,
    verify: str,
    form: str,
    way: Way,
    progress: jobs.Progress = lambda _d, _t: None,
) -> tuple[Made, bool]:
    """Certificates in a form of ``making.TYPES``, and whether they are as the template in force says: PDF that
    LibreOffice cannot make has our layout. Raises Unfillable for the template."""
    if found and (form == "docx" or way.office is not None):
        office = None if form == "docx" else way.office
        try:
            return certificate_sheets.files_of(found, part, slug, verify, way.template, office, progress), True
        except OfficeFailed:
            log.exception("certificates by the template %r are made in our layout", way.own)
    return bundle(found, part.title, slug, verify, progress), form == "pdf" and not way.own


def bundle(
    found: Sequence[Certificate], title: str, slug: str, verify: str, progress: jobs.Progress = lambda _d, _t: None
) -> Made:
    """File name, media type and bytes of certificates: one PDF, or a zip of PDFs in order when they are many."""
    parts = []
    progress(0, len(found))
    for start, end in batches(len(found)):
        setting = typesetting.pdf_apart if end - start > AT_ONCE else typesetting.pdf
        parts.append((start, end, setting("certificate", {"pages": _pages(found[start:end], title, verify)})))
        progress(end, len(found))
    if len(parts) == 1:
        return f"chung-nhan-{slug}.pdf", PDF, parts[0][2]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed_files:
        for start, end, content in parts:
            packed_files.writestr(f"chung-nhan-{slug}-{start + 1:05d}-{end:05d}.pdf", content)
    return f"chung-nhan-{slug}.zip", ZIP, target.getvalue()


def single(certificate: Certificate, title: str, verify: str) -> bytes:
    """One certificate as PDF."""
    return typesetting.pdf("certificate", {"pages": _pages([certificate], title, verify)})


def _pages(found: Sequence[Certificate], title: str, verify: str) -> list[dict[str, Any]]:
    return [page_data(certificate, title, verify) for certificate in found]


def page_data(certificate: Certificate, title: str, verify: str) -> dict[str, Any]:
    """What the layout is told of a certificate; ``title``: of the contest, ``verify``: as of :func:`queue`."""
    printed = Printed(**certificate.printed)
    drawn = io.BytesIO()
    segno.make(verify + certificate.code, error="m").save(drawn, kind="svg", xmldecl=False, border=1)
    return {
        "above": printed.above,
        "issuer": printed.issuer,
        "heading": printed.heading or HEADING,
        "awards": AWARDS,
        "name": certificate.name,
        "unit": certificate.unit,
        "words": printed.words,
        "title": certificate.title,
        "contest": title,
        "number": certificate.number,
        "basis": certificate.basis,
        "dated": printed.place_and_day,
        "on_behalf": printed.on_behalf,
        "signer_title": printed.signer_title,
        "signer": printed.signer,
        "qr": drawn.getvalue().decode(),
        "check": CHECK,
        "code": certificate.code,
    }
