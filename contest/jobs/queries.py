"""Reads of long work."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from contest.jobs.models import Job
from contest.jobs.rules import SILENT, JobState

#: Jobs of a person that are looked through for the same work.
LATELY = 50


def job(session: Session, code: str) -> Job | None:
    return session.scalars(select(Job).where(Job.code == code)).first()


def next_job(session: Session, now: datetime, patient: Collection[str] = ()) -> Job | None:
    """The oldest job that nobody works on: a waiting one, or one that has fallen silent; those of ``patient`` kinds
    when there is no other."""
    silent = and_(Job.state == JobState.RUNNING, or_(Job.beat_at.is_(None), Job.beat_at < now - SILENT))
    wanted = select(Job).where(or_(Job.state == JobState.WAITING, silent))
    return session.scalars(wanted.order_by(Job.kind.in_(patient), Job.id).limit(1)).first()


def asked_before(session: Session, kind: str, arguments: Mapping[str, Any], person_id: int) -> Job | None:
    """The same work that a person asked for lately, if it waits, runs or is done."""
    wanted = select(Job).where(Job.person_id == person_id, Job.kind == kind, Job.state != JobState.FAILED)
    latest = session.scalars(wanted.order_by(Job.id.desc()).limit(LATELY))
    return next((job for job in latest if job.arguments == dict(arguments)), None)
