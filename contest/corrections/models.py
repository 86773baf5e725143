"""The log of scores that a decision changed, and how far its recount has come."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class ScoreChange(Base):
    """One attempt's score before and after a change of key was applied or undone; written once, never changed."""

    __tablename__ = "score_change"
    __table_args__ = (UniqueConstraint("attempt_id", "key_change_id", "undo"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_change_id: Mapped[int] = mapped_column(ForeignKey("key_change.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    old_score: Mapped[int]
    new_score: Mapped[int]
    #: The most there was, before and after.
    old_max: Mapped[int]
    new_max: Mapped[int]
    #: Written when the change was taken back.
    undo: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class KeyRecount(Base):
    """Marking a round's attempts again after a decision (``undo``: after it was taken back); rows stay as a record.

    Until it has ended no further decision is made in the round, so that every change of a score has one cause.
    """

    __tablename__ = "key_recount"
    __table_args__ = (
        Index(
            "ix_key_recount_going_on",
            "key_change_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    key_change_id: Mapped[int] = mapped_column(ForeignKey("key_change.id", ondelete="CASCADE"), primary_key=True)
    undo: Mapped[bool] = mapped_column(primary_key=True, default=False)
    #: Page of the long work that does it; empty: done at once.
    job_code: Mapped[str] = mapped_column(String(24), default="")
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
