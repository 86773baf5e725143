"""Reads of long work."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from contest.jobs.models import Job
from contest.jobs.rules import SILENT, JobState


def job(session: Session, code: str) -> Job | None:
    return session.scalars(select(Job).where(Job.code == code)).first()


def next_job(session: Session, now: datetime) -> Job | None:
    """The oldest job that nobody works on: a waiting one, or one that has fallen silent."""
    silent = and_(Job.state == JobState.RUNNING, or_(Job.beat_at.is_(None), Job.beat_at < now - SILENT))
    wanted = select(Job).where(or_(Job.state == JobState.WAITING, silent))
    return session.scalars(wanted.order_by(Job.id).limit(1)).first()
