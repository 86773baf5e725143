"""Documents that take long, as files: made beside the requests and kept for who asked."""

from dataclasses import asdict
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import Actor
from contest.documents.filling import Unfillable
from contest.documents.typesetting import TooLong
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import JobRefused, packed
from contest.reports import files, making
from contest.reports.drafts import About
from contest.reports.papers import paper_about
from contest.reports.rules import DocumentKind
from questions.messages import N_, message

JOB = "reports.letter"
TITLE = N_("Làm tệp văn bản")

DONE = message(N_("Đã làm xong tệp. Tệp giữ trong 30 ngày."))
NOT_OWN = message(
    N_(
        "Đã làm xong tệp, nhưng theo mẫu có sẵn vì LibreOffice trên máy chủ không làm được PDF từ tệp mẫu riêng. "
        "Muốn PDF theo mẫu riêng, hãy tải tệp Word, mở bằng Word và lưu thành PDF. Tệp giữ trong 30 ngày."
    )
)
GONE = message(N_("Kết quả của phần này không còn được công bố nên không làm được văn bản. Hãy mở lại trang văn bản."))
TOO_LONG = message(N_("Văn bản dài quá nên không làm xong được. Hãy tải tệp Word hoặc Excel."))


def register() -> None:
    jobs.register(JOB, run_job, TITLE)


def queue(session: Session, actor: Actor, about: About, form: str) -> str:
    """Ask for a document as a file; the code of the work's page."""
    return jobs.queue(session, JOB, {**asdict(about), "form": form}, actor.id, clock.now()).code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """Make the file from the figures of this moment."""
    told = dict(order.arguments)
    form = told.pop("form")
    about = About(**{**told, "kind": DocumentKind(told["kind"])})
    with db.reading() as session:
        paper = paper_about(session, db.memo, about, clock.now())
        if paper is None:
            raise JobRefused(GONE)
        data, name = paper.data, f"{paper.name}.{form}"
        way = making.way_of(session, about, current_app.config.get("OFFICE", "none"))
    try:
        content, as_asked = making.made(about.kind, data, form, way, apart=True)
    except TooLong as wrong:
        raise JobRefused(TOO_LONG) from wrong
    except Unfillable as refusal:
        raise JobRefused(*refusal.reasons) from refusal
    with db.begin() as session:
        file = files.store(
            session,
            JOB,
            name,
            making.TYPES[form],
            content,
            order.person_id,
            clock.now(),
            contest_id=about.contest_id,
            union_id=about.union_id,
        )
    said = packed([DONE if as_asked else NOT_OWN])[0]
    return {"url": f"/tep/{file.code}", "message": said, "size": len(content)}
