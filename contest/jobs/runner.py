"""Running what waits, one job at a time in each process, with a heart that others can hear."""

import logging
import threading
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from contest import clock
from contest.extensions import db
from contest.jobs import actions, queries
from contest.jobs.models import Job
from contest.jobs.rules import BROKEN, GIVEN_UP, TOO_OLD, JobRefused

log = logging.getLogger("contest.jobs")

#: Seconds between two heartbeats.
BEAT = 1.0


class Lost(BaseException):
    """Another process has taken the job up: this one was silent for too long.

    Like the signals that end a process, it passes through work that catches whatever goes wrong.
    """


class Heart:
    """Keeps the job's row alive beside the work, so that the work may hold a transaction as long as it likes."""

    def __init__(self, app: Flask, job_id: int, begun: datetime, seconds: float = BEAT) -> None:
        self.app, self.job_id, self.seen, self.seconds = app, job_id, begun, seconds
        self.done = self.total = 0
        self.lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"job-{job_id}", daemon=True)

    def progress(self, done: int, total: int) -> None:
        """How far the work is; raises Lost once it is somebody else's."""
        self.done, self.total = done, total
        if self.lost:
            raise Lost

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self.seconds) and not self.lost:
            with self.app.app_context():
                self._beat()

    def _beat(self) -> None:
        now = clock.now()
        try:
            with db.begin() as session:
                if actions.beat(session, self.job_id, self.seen, now, self.done, self.total):
                    self.seen = now
                else:
                    self.lost = True
        except OperationalError:
            # On SQLite the work itself holds the only lock while it writes; nobody else can take the job up then.
            log.debug("a heartbeat could not be written")


def run_waiting() -> int:
    """Do what waits, until nothing does; returns how many jobs were run. Needs an app context."""
    count = 0
    while run_next():
        count += 1
    return count


def run_next() -> bool:
    """Do the oldest job that nobody works on; whether there was one."""
    now = clock.now()
    with db.reading() as session:
        job = queries.next_job(session, now, actions.patient())
    if job is None:
        return False
    with db.begin() as session:
        if not actions.claim(session, job, now):
            return True
        if now - job.created_at > GIVEN_UP:
            actions.fail(session, job.id, now, now, [TOO_OLD])
            return True
    _run(job, now)
    return True


def _run(job: Job, begun: datetime) -> None:
    with Heart(current_app._get_current_object(), job.id, begun) as heart:
        outcome = _outcome(job, heart)
    if outcome is None or heart.lost:
        log.warning("job %s (%s) was taken up by another process", job.id, job.kind)
        return
    if outcome == "again":
        with db.begin() as session:
            actions.put_back(session, job.id, heart.seen)
        return
    with db.begin() as session:
        if isinstance(outcome, tuple):
            actions.fail(session, job.id, heart.seen, clock.now(), outcome)
        else:
            actions.finish(session, job.id, heart.seen, clock.now(), outcome)


def _outcome(job: Job, heart: Heart) -> dict | tuple | str | None:
    """The result; the reasons why there is none; "again" when the database was not to be had; None when lost."""
    try:
        work = actions.WORKS[job.kind].work
        return work(actions.Order(job.arguments, job.person_id, heart.progress))
    except JobRefused as refused:
        return refused.reasons
    except Lost:
        return None
    except OperationalError:
        log.exception("job %s (%s) did not get the database; it is tried again", job.id, job.kind)
        threading.Event().wait(BEAT)
        return "again"
    except Exception:
        log.exception("job %s (%s) failed", job.id, job.kind)
        return (BROKEN,)
