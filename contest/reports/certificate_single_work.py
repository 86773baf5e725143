"""One certificate as a file for one person: at once in our layout, beside the requests where LibreOffice sets it.

Thousands fetch their own in the hour after a contest, so this work lets all other work go first, and whoever asks again
gets what was made for them before.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import Actor
from contest.documents.filling import Unfillable
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs import queries
from contest.jobs.rules import JobRefused, packed
from contest.reports import certificate_work, certificates, files
from contest.reports.making import Way
from contest.reports.models import Certificate
from contest.reports.rules import CertificateKind
from contest.rounds.models import Contest
from questions.messages import N_, message

JOB = "reports.certificate"
TITLE = N_("Làm tệp giấy chứng nhận")
DONE = message(N_("Đã làm xong tệp giấy chứng nhận. Tệp giữ trong 30 ngày."))
NOT_OWN = message(
    N_(
        "Đã làm xong tệp giấy chứng nhận, theo mẫu có sẵn vì máy chủ chưa làm được PDF từ tệp mẫu riêng của ban tổ "
        "chức. Nội dung và mã kiểm tra là một. Tệp giữ trong 30 ngày."
    )
)


def register() -> None:
    jobs.register(JOB, run_job, TITLE, patient=True)


def way_of(session: Session, certificate: Certificate) -> Way:
    """How a certificate becomes a file; with ``office`` it is made beside the requests."""
    contest = session.get_one(Contest, certificate.contest_id)
    return certificate_work.way_of(session, contest, CertificateKind(certificate.kind))


def queue(session: Session, actor: Actor, certificate: Certificate, verify: str) -> str:
    """Ask for the PDF of a certificate; the code of the work's page. Whoever may see it has been asked before."""
    digest = sha256(way_of(session, certificate).template).hexdigest()
    arguments = {"certificate": certificate.id, "template": digest, "verify": verify}
    before = queries.asked_before(session, JOB, arguments, actor.id or 0)
    return before.code if before else jobs.queue(session, JOB, arguments, actor.id, clock.now()).code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """Make the file by the template in force."""
    told = order.arguments
    with db.reading() as session:
        certificate = session.get_one(Certificate, told["certificate"])
        contest = session.get_one(Contest, certificate.contest_id)
        part, slug = certificates.part_of(contest, certificate.round_number), contest.slug
        way = way_of(session, certificate)
    try:
        made, as_asked = certificate_work.files_of([certificate], part, slug, told["verify"], "pdf", way)
    except Unfillable as refusal:
        raise JobRefused(*refusal.reasons) from refusal
    with db.begin() as session:
        stored = files.store(session, JOB, *made, order.person_id, clock.now(), contest_id=certificate.contest_id)
    said = packed([DONE if as_asked else NOT_OWN])[0]
    return {"url": f"/tep/{stored.code}", "message": said, "size": len(made[2])}
