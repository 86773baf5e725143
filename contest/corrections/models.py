"""The log of scores that a decision changed."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class ScoreChange(Base):
    """One attempt's score before and after a change of key was applied or undone; written once, never changed."""

    __tablename__ = "score_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_change_id: Mapped[int] = mapped_column(ForeignKey("key_change.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    old_score: Mapped[int]
    new_score: Mapped[int]
    #: Written when the change was taken back.
    undo: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
