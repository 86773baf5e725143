"""Marking attempts again after a decision: in batches of a transaction each, run again as often as need be.

Nothing is missed: a decision is written while nobody marks (``attempts.locks``), so whatever closed before it is seen
by the walk through the closed attempts, and whatever closes later obeys it by itself. Each batch leaves attempts,
standings and counters in step; a walk that was cut off and is begun anew finds only what is left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL, Actor
from contest.attempts.models import KeyChange
from contest.attempts.states import AttemptState
from contest.corrections import actions, queries, remark
from contest.corrections.models import KeyRecount
from contest.corrections.rules import AT_ONCE
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import packed
from contest.rounds.models import Contest, Round
from questions.messages import N_, message

JOB = "corrections.recount"
TITLE = N_("Tính lại điểm theo đáp án đã điều chỉnh")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a recount did: attempts with the question, scores that changed in this run."""

    looked: int
    changed: int


def recount(change_id: int, undo: bool, actor: Actor = TERMINAL, progress: Progress | None = None) -> Done:
    """Mark every closed attempt with the question again and end the recount."""
    with db.reading() as session:
        change, _round, _contest = _subject(session, change_id)
        total = remark.count(session, change.round_id, change.version_id, AttemptState.CLOSED)
    looked = changed = 0
    after: remark.Mark | None = None
    while True:
        with db.reading() as session:
            rows = remark.batch(session, change.round_id, change.version_id, after)
            keys = remark.Keys(session, db.memo, change.round_id).learn(rows)
            known = {found.row.id: found for found in remark.remarked(session, rows, keys) if found.differs}
        if not rows:
            break
        if known:
            with db.begin() as session:
                order = _order(session, change_id)
                changed += actions.rework(session, db.memo, *order, undo, list(known), clock.now(), known)
        looked, after = looked + len(rows), remark.end_of(rows)
        if progress:
            progress(looked, max(looked, total))
    with db.begin() as session:
        change, round_, contest = _subject(session, change_id)
        actions.finish(session, actor, contest, round_, change, undo, clock.now())
    return Done(looked, changed)


def _subject(session: Session, change_id: int) -> tuple[KeyChange, Round, Contest]:
    change = session.get_one(KeyChange, change_id)
    round_ = session.get_one(Round, change.round_id)
    return change, round_, round_.contest


def _order(session: Session, change_id: int) -> tuple[Contest, Round, KeyChange]:
    change, round_, contest = _subject(session, change_id)
    return contest, round_, change


# At once, or beside the requests


def is_small(session: Session, round_id: int, version_id: int) -> bool:
    """Whether so few attempts have the question that nobody need wait for them."""
    return remark.count(session, round_id, version_id, AttemptState.CLOSED) <= AT_ONCE


def queue(session: Session, actor: Actor, change: KeyChange, undo: bool) -> str:
    """Ask for a recount beside the requests; the code of its page."""
    job = jobs.queue(session, JOB, {"change": change.id, "undo": undo}, actor.id, clock.now())
    session.get_one(KeyRecount, (change.id, undo)).job_code = job.code
    session.flush()
    return job.code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """The recount as a long work."""
    arguments: Mapping[str, Any] = order.arguments
    actor = Actor(order.person_id, "") if order.person_id else TERMINAL
    recount(arguments["change"], arguments["undo"], actor, order.progress)
    with db.reading() as session:
        change, round_, contest = _subject(session, arguments["change"])
        count, up, down = queries.counts(session, change.id).get(arguments["undo"], (0, 0, 0))
        number = queries.number_of(session, change)
        slug, round_number = contest.slug, round_.number
    said = message(
        N_("Đã tính lại: %(count)s lượt thi đổi điểm, %(up)s tăng, %(down)s giảm."), count=count, up=up, down=down
    )
    address = f"/to-chuc/cuoc-thi/{slug}/dot/{round_number}/sua-dap-an/lan/{number}"
    return {"url": address, "message": packed([said])[0], "scores": count, "up": up, "down": down}
