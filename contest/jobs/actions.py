"""Which work can be asked for, asking for it, and keeping how far it is.

A room registers its work at wiring time; a page queues it and sends its visitor to ``/viec/<code>``. Work may
be run again after a crash, so it must give the same when it is: all it stores belongs into one transaction.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from contest.jobs.models import Job
from contest.jobs.rules import KEPT_FOR, JobState, packed
from questions.messages import Message

#: Tells how much is done of how much (0: not known yet). Cheap, and safe inside a transaction of the work's own.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a work gets: the arguments it was queued with, and who asked (None: nobody is known any more)."""

    arguments: Mapping[str, Any]
    person_id: int | None
    progress: Progress


#: Does the work in transactions of its own (``db.begin()``); returns the result as data, in which ``url`` is the
#: address that shows it and ``message`` a :func:`packed` sentence. Raises JobRefused with the reasons.
Work = Callable[[Order], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Registered:
    work: Work
    #: What its page is headed, in Vietnamese.
    title: str
    #: Done when nothing else waits: work that thousands of people may ask for in the same hour.
    patient: bool = False


WORKS: dict[str, Registered] = {}


def register(kind: str, work: Work, title: str, *, patient: bool = False) -> None:
    """Make a kind of work known; may be done again for each app of a process. ``patient``: it lets others go first."""
    WORKS[kind] = Registered(work, title, patient)


def patient() -> list[str]:
    """Kinds of work that let others go first."""
    return [kind for kind, known in WORKS.items() if known.patient]


def queue(session: Session, kind: str, arguments: Mapping[str, Any], person_id: int | None, now: datetime) -> Job:
    """Ask for work; its ``code`` names its page. Raises KeyError for a kind that nobody registered."""
    if kind not in WORKS:
        raise KeyError(kind)
    session.execute(delete(Job).where(Job.ended_at < now - KEPT_FOR))
    job = Job(
        code=secrets.token_urlsafe(16),
        kind=kind,
        arguments=dict(arguments),
        person_id=person_id,
        created_at=now,
    )
    session.add(job)
    session.flush()
    return job


def claim(session: Session, job: Job, now: datetime) -> bool:
    """Take a job on, if it still stands as it was read; whoever else tries gets False."""
    changed = {"state": JobState.RUNNING, "beat_at": now, "done": 0, "total": 0}
    return _if_unchanged(session, job.id, job.state, job.beat_at, changed)


def beat(session: Session, job_id: int, seen: datetime, now: datetime, done: int, total: int) -> bool:
    """Say that a job is alive; False when somebody else has taken it up meanwhile."""
    changed = {"beat_at": now, "done": max(0, done), "total": max(0, total)}
    return _if_unchanged(session, job_id, JobState.RUNNING, seen, changed)


def put_back(session: Session, job_id: int, seen: datetime) -> bool:
    """Let a job wait again: the database was not to be had, which passes."""
    return _if_unchanged(session, job_id, JobState.RUNNING, seen, {"state": JobState.WAITING, "beat_at": None})


def finish(session: Session, job_id: int, seen: datetime, now: datetime, result: Mapping[str, Any]) -> bool:
    """Keep what came of a job."""
    changed = {"state": JobState.DONE, "result": dict(result), "beat_at": now, "ended_at": now}
    return _if_unchanged(session, job_id, JobState.RUNNING, seen, changed)


def fail(session: Session, job_id: int, seen: datetime, now: datetime, reasons: Iterable[Message]) -> bool:
    """Keep why a job could not be done."""
    result = {"reasons": packed(reasons)}
    changed = {"state": JobState.FAILED, "result": result, "beat_at": now, "ended_at": now}
    return _if_unchanged(session, job_id, JobState.RUNNING, seen, changed)


def _if_unchanged(
    session: Session, job_id: int, state: str, beat_at: datetime | None, values: Mapping[str, Any]
) -> bool:
    """Compare and set: of several nodes only one changes a job."""
    found = update(Job).where(Job.id == job_id, Job.state == state, Job.beat_at.is_not_distinct_from(beat_at))
    return session.execute(found.values(**values)).rowcount == 1
