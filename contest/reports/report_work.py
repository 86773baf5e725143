"""Long reports as files: made beside the requests and kept for who asked."""

from typing import Any

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import Actor
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import packed
from contest.reports import files, report_files
from contest.reports.report_papers import Paper, paper_of
from contest.reports.rules import DocumentKind
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from questions.messages import N_, message

JOB = "reports.letter"
TITLE = N_("Làm tệp báo cáo")


def register() -> None:
    jobs.register(JOB, run_job, TITLE)


def queue(session: Session, actor: Actor, paper: Paper, form: str) -> str:
    """Ask for a report as a file; the code of the work's page."""
    report = paper.report
    arguments = {
        "contest": report.contest.id,
        "union": report.union.id,
        "round": report.round_number,
        "form": form,
    }
    return jobs.queue(session, JOB, arguments, actor.id, clock.now()).code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """Make the file from the figures of this moment."""
    told, kind = order.arguments, DocumentKind.REPORT
    with db.reading() as session:
        contest, union = session.get_one(Contest, told["contest"]), session.get_one(TradeUnion, told["union"])
        paper = paper_of(session, db.memo, contest, union, told["round"], clock.now())
        data, name = paper.data, f"{paper.name}.{told['form']}"
        content = None if told["form"] == "pdf" else report_files.word(session, kind, data, union.id, contest.id)
    if content is None:
        content = report_files.portable(kind, data, apart=True)
    media_type = report_files.TYPES[told["form"]]
    with db.begin() as session:
        made = files.store(
            session,
            JOB,
            name,
            media_type,
            content,
            order.person_id,
            clock.now(),
            contest_id=told["contest"],
            union_id=told["union"],
        )
    said = message(N_("Đã làm xong tệp báo cáo. Tệp giữ trong 30 ngày."))
    return {"url": f"/tep/{made.code}", "message": packed([said])[0], "size": len(content)}
