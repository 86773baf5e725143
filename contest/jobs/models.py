"""Long work that waits, runs or has ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from contest.jobs.rules import JobState
from questions.base import Base, one_of


class Job(Base):
    """One piece of work beside the requests. It may be run again after a crash and then gives the same result."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(one_of("state", JobState), name="state"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress"),
        Index(
            "ix_job_waiting",
            "id",
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: the address of its page.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    #: Which registered work it is.
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    #: 0: not known yet.
    total: Mapped[int] = mapped_column(default=0)
    #: What came of it, for the page that asked; of a failed one the reasons for people.
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    #: Told again and again while it runs; a running job that has been silent for long is taken up anew.
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
