"""Kept standings: one row a person and round, so that no page ever ranks from raw attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base, sort_text


class Standing(Base):
    """A person's result in a round (``round_number`` 0: in the whole contest).

    ``sort_key`` packs the criteria in order into fixed-width text whose byte order is the ranking: a smaller key
    stands higher, equal keys share a place. It can always be made again from the attempts.
    """

    __tablename__ = "standing"
    __table_args__ = (
        Index("ix_standing_order", "contest_id", "round_number", "ranked", "sort_key", "entry_id"),
        Index(
            "ix_standing_division",
            "contest_id",
            "round_number",
            "division_id",
            "ranked",
            "sort_key",
            "entry_id",
        ),
    )

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    #: 0: no division.
    division_id: Mapped[int] = mapped_column(default=0)
    ranked: Mapped[bool] = mapped_column(default=True)
    #: The attempt that stands for the person; None for the whole contest.
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"), index=True)
    score: Mapped[int]
    elapsed_ms: Mapped[int] = mapped_column(BigInteger)
    #: Counted attempts and those of them with every answer right.
    attempts: Mapped[int]
    perfect: Mapped[int]
    #: Distance of the prediction; None: not known yet, or none given.
    prediction_gap: Mapped[int | None] = mapped_column(BigInteger)
    #: Rounds taken, for the whole contest.
    rounds: Mapped[int] = mapped_column(default=1)
    sort_key: Mapped[str] = mapped_column(sort_text(160))


class RankStep(Base):
    """How many ranked people of a round (0: whole contest) and division have sort keys that begin with ``prefix``.

    Two ladders: coarse steps, and ``fine`` ones between two of them. A step is the sum of its shards, so that people
    who end on the same step at the same moment do not wait for each other.
    """

    __tablename__ = "rank_step"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    fine: Mapped[bool] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(sort_text(160), primary_key=True)
    division_id: Mapped[int] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]


class FrozenStanding(Base):
    """What a standing was when its ranking was frozen, kept when it changes for the first time afterwards.

    ``sort_key`` None: there was none. Standings that are not here are still as they were.
    """

    __tablename__ = "frozen_standing"
    __table_args__ = (
        Index("ix_frozen_standing_order", "contest_id", "round_number", "ranked", "sort_key", "entry_id"),
    )

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    division_id: Mapped[int] = mapped_column(default=0)
    ranked: Mapped[bool] = mapped_column(default=False)
    attempt_id: Mapped[int | None] = mapped_column(BigInteger)
    score: Mapped[int] = mapped_column(default=0)
    elapsed_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    perfect: Mapped[int] = mapped_column(default=0)
    prediction_gap: Mapped[int | None] = mapped_column(BigInteger)
    rounds: Mapped[int] = mapped_column(default=1)
    sort_key: Mapped[str | None] = mapped_column(sort_text(160))


class FrozenStep(Base):
    """The ladder of a ranking as it was when it was frozen."""

    __tablename__ = "frozen_step"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    fine: Mapped[bool] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(sort_text(160), primary_key=True)
    division_id: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]


class LotDraw(Base):
    """A draw by lot as it was made (0: for the whole contest): the seed, what it was made from, who drew."""

    __tablename__ = "lot_draw"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[str] = mapped_column(String(64))
    #: The members of what was hashed, as :func:`contest.standings.lots.lot_seed` takes them.
    sources: Mapped[dict[str, Any]]
    drawn_at: Mapped[datetime]
    #: As the audit log names actors.
    drawn_by: Mapped[str] = mapped_column(String(200))
