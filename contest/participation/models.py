"""Kept counters of participation: pages add up a few rows a union, never the attempts."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contest.participation.rules import TargetSource
from questions.base import Base, one_of


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


class TallyHour(Base):
    """Attempts of a union itself that ended in an hour of the day (0 to 23, Vietnamese time), on all days together."""

    __tablename__ = "tally_hour"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),)

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)


class UnionTarget(Base):
    """What a contest asks of one union: handed down by one above it, or what it set itself on top of that."""

    __tablename__ = "union_target"
    __table_args__ = (
        CheckConstraint(one_of("source", TargetSource), name="source"),
        CheckConstraint("(percent IS NULL) <> (people IS NULL)", name="one_figure"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("people >= 0", name="people"),
    )

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    percent: Mapped[int | None]
    people: Mapped[int | None]
    #: The union in whose name it was set.
    set_from_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), index=True)
    set_at: Mapped[datetime]
    #: As the audit log names actors.
    set_by: Mapped[str] = mapped_column(String(60))
