"""Kept standings: one row a person and round, so that no page ever ranks from raw attempts."""

from sqlalchemy import BigInteger, ForeignKey, Index
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
    """How many ranked people of a round (0: whole contest) and division have sort keys that begin with ``prefix``."""

    __tablename__ = "rank_step"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(sort_text(160), primary_key=True)
    people: Mapped[int]
