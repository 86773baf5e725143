"""Settling the true number behind predictions again after rulings, beside the requests: all places may follow."""

from typing import Any

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import Actor
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import packed
from contest.rounds.models import Round
from contest.rulings import actions
from questions.messages import N_, message

JOB = "rulings.settle"
TITLE = N_("Tính lại số đúng của câu dự đoán")


def queue(session: Session, actor: Actor, round_: Round) -> str:
    """Ask for it; the code of the page of the work."""
    return jobs.queue(session, JOB, {"round": round_.id}, actor.id, clock.now()).code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """Find the true number of a round anew and rank by it, in one transaction; again it finds nothing to do."""
    with db.begin() as session:
        round_ = session.get_one(Round, order.arguments["round"])
        contest = round_.contest
        actions.hold_rounds(session, contest)
        actions.settle(session, contest, round_, clock.now(), however_many=True)
        said = message(
            N_("Số đúng của câu dự đoán đợt %(round)s nay là %(actual)s; xếp hạng đã theo số này."),
            round=round_.number,
            actual=round_.prediction_actual if round_.prediction_actual is not None else "–",
        )
        address = f"/to-chuc/cuoc-thi/{contest.slug}/xu-ly"
        return {"url": address, "message": packed([said])[0], "actual": round_.prediction_actual}
