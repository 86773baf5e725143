"""Certificates as PDF: set beside the requests, one file or a zip of several, and single ones at once."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import segno
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL, Actor
from contest.documents import typesetting
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import JobRefused, packed
from contest.reports import certificates, files
from contest.reports.certificate_rules import Printed, batches
from contest.reports.models import Certificate
from contest.reports.rules import CertificateKind
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from questions.messages import N_, message

JOB = "reports.certificates"
TITLE = N_("Cấp giấy chứng nhận")
#: Up to so many are set within this process.
AT_ONCE = 20
PDF, ZIP = "application/pdf", "application/zip"

#: Words that every certificate has, in Vietnamese: the paper does not follow the reader's language.
HEADING, AWARDS, CHECK = "GIẤY CHỨNG NHẬN", "Chứng nhận", "Quét mã để kiểm tra giấy chứng nhận này."


def register() -> None:
    jobs.register(JOB, run_job, TITLE)


def queue(
    session: Session, actor: Actor, contest: Contest, wanted: certificates.Wanted, printed: Printed, verify: str
) -> str:
    """Ask for certificates; the code of the work's page. ``verify``: the verifying page's address up to the code."""
    arguments = {
        "contest": contest.id,
        "kind": str(wanted.kind),
        "round": wanted.round_number,
        "printed": printed.data(),
        "verify": verify,
    }
    return jobs.queue(session, JOB, arguments, actor.id, clock.now()).code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """Issue what is missing, then set everybody's. Again after a crash: nobody gets a second certificate."""
    told = order.arguments
    actor = Actor(order.person_id, "") if order.person_id else TERMINAL
    wanted = certificates.Wanted(CertificateKind(told["kind"]), told["round"])
    with db.begin() as session:
        contest = session.get_one(Contest, told["contest"])
        try:
            found = certificates.issue(session, actor, contest, wanted, Printed(**told["printed"]), clock.now())
        except Refused as refused:
            raise JobRefused(*refused.reasons) from refused
        title, slug = certificates.part_title(contest, wanted.round_number), contest.slug
    name, media_type, content = bundle(found, title, slug, told["verify"], order.progress)
    with db.begin() as session:
        made = files.store(
            session, JOB, name, media_type, content, order.person_id, clock.now(), contest_id=told["contest"]
        )
    said = message(N_("Đã tạo %(count)s giấy chứng nhận. Tệp tải về giữ trong 30 ngày."), count=len(found))
    return {"url": f"/tep/{made.code}", "message": packed([said])[0], "count": len(found), "size": len(content)}


def bundle(
    found: Sequence[Certificate], title: str, slug: str, verify: str, progress: jobs.Progress = lambda _d, _t: None
) -> tuple[str, str, bytes]:
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
        "dated": ", ".join(part for part in (printed.place, printed.dated) if part),
        "on_behalf": printed.on_behalf,
        "signer_title": printed.signer_title,
        "signer": printed.signer,
        "qr": drawn.getvalue().decode(),
        "check": CHECK,
        "code": certificate.code,
    }
