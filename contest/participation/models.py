"""Kept counters of participation: pages add up a few rows a union, never the attempts."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class Tally(Base):
    """People and attempts that belong to a union itself (not to those below it); ``round_number`` 0: whole contest.

    People are distinct people with a counted attempt. ``union_id`` 0 collects those who belong to no union. One row
    a kind of participant and division, so that a union's figures can be broken down at no further cost.
    """

    __tablename__ = "tally"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: 0: no division.
    division_id: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    perfect_people: Mapped[int] = mapped_column(default=0)
    perfect_attempts: Mapped[int] = mapped_column(default=0)
    #: Sum of the scores of counted attempts.
    score_sum: Mapped[int] = mapped_column(BigInteger, default=0)


class TallyDay(Base):
    """Participation of a union itself by day, Vietnamese time, in the whole contest.

    ``people`` joined that day: their earliest counted attempt of the contest ended then.
    """

    __tablename__ = "tally_day"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
