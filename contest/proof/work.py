"""What a server does for the proof every few seconds, and looking through all that was sealed as a long work."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from contest import clock
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import packed
from contest.proof import actions, checking, queries
from contest.proof.actions import BATCH
from contest.rounds import ahead
from contest.rounds.models import Contest, Round
from questions.messages import N_, message

log = logging.getLogger("contest.proof")

JOB = "proof.verify"
TITLE = N_("Kiểm tra niêm phong")


def promise_due() -> int:
    """Publish what rounds draw from whose questions were frozen; returns how many. Any number of processes may."""
    with db.reading() as session:
        found = queries.without_promise(session)
    for round_id in found:
        with db.begin() as session:
            row = session.get_one(Round, round_id)
            ahead.lock(session, row.contest_id)
            actions.promise(session, row, clock.now())
    return len(found)


def seal_due() -> int:
    """Seal everything that was submitted since the last time; returns how many attempts."""
    with db.reading() as session:
        waiting = sorted(queries.waiting(session))
    return sum(seal_contest(contest_id) for contest_id in waiting)


def seal_contest(contest_id: int) -> int:
    """Seal what waits in one contest, batch by batch, each in a transaction of its own."""
    done = 0
    while True:
        with db.reading() as session:
            contest = session.get(Contest, contest_id)
            ids = queries.waiting_ids(session, contest_id, BATCH)
            leaves = queries.leaves(session, contest.owner_salt, ids) if contest else []
        if not ids:
            return done
        with db.begin() as session:
            if contest is None:
                actions.forget(session, ids)
            elif leaves and actions.seal(session, contest, leaves, clock.now()) is None:
                # Another process was quicker; what is left is its own next batch.
                session.rollback()
                return done
        done += len(leaves)
        if len(leaves) < len(ids):
            if contest is not None:
                log.error(
                    "%s attempts of contest %s wait to be sealed and are not there", len(ids) - len(leaves), contest_id
                )
            return done
        if len(ids) < BATCH:
            return done


# Looking through


def verify(contest_id: int, progress: Callable[[int, int], None] | None = None) -> checking.Report:
    """Compare everything that was sealed of a contest with what is stored now."""
    with db.reading() as session:
        return checking.look_through(session, session.get_one(Contest, contest_id), clock.now(), progress)


def run_job(order: jobs.Order) -> dict[str, Any]:
    """The look-through as a long work."""
    arguments: Mapping[str, Any] = order.arguments
    report = verify(arguments["contest"], order.progress)
    with db.reading() as session:
        slug = session.get_one(Contest, arguments["contest"]).slug
    if report.found:
        said = message(
            N_("Có %(count)s chỗ không khớp với niêm phong. Hãy báo quản trị viên và giữ nguyên dữ liệu."),
            count=report.count,
        )
    else:
        said = message(
            N_("%(count)s lượt thi trong %(batches)s lô đều khớp với niêm phong."),
            count=report.records,
            batches=report.batches,
        )
    return {
        "url": f"/to-chuc/cuoc-thi/{slug}/minh-chung",
        "message": packed([said])[0],
        "records": report.records,
        "batches": report.batches,
        "differences": [found.data() for found in report.found[:100]],
    }
