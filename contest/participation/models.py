"""Kept counters of participation, one row a union and round."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class Tally(Base):
    """People and attempts that belong to a union itself (not to those below it); ``round_number`` 0: whole contest.

    People are distinct people with a counted attempt. ``union_id`` 0 collects those who belong to no union.
    """

    __tablename__ = "tally"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    perfect_people: Mapped[int] = mapped_column(default=0)
    perfect_attempts: Mapped[int] = mapped_column(default=0)
    #: Sum of the scores of counted attempts.
    score_sum: Mapped[int] = mapped_column(BigInteger, default=0)
