"""Kept figures of questions and rounds; always to be made again from the attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class QuestionStatistic(Base):
    """What a round's attempts say of one question version."""

    __tablename__ = "question_statistic"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("question_version.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: Attempts that drew it.
    drawn: Mapped[int]
    figures: Mapped[dict[str, Any]]
    #: Looks wrong; the reasons stand in the figures.
    suspect: Mapped[bool] = mapped_column(default=False)
    computed_at: Mapped[datetime]


class RoundStatistic(Base):
    """What a round's attempts say of its papers as a whole."""

    __tablename__ = "round_statistic"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    attempts: Mapped[int]
    #: The newest of the attempts that were taken in, to see whether there are newer ones.
    last_attempt_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]
