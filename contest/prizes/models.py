"""Tables of awards and of how they were claimed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from contest.prizes.rules import AwardState
from questions.base import Base, one_of


class Award(Base):
    """A prize of a round (0: of the whole contest) for a person or a union, with the reason in words."""

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint(one_of("state", AwardState), name="state"),
        CheckConstraint("(entry_id IS NULL) <> (union_id IS NULL)", name="winner"),
        CheckConstraint("(state = 'refused') = (refused_at IS NOT NULL)", name="refused"),
        Index(
            "uq_award_entry",
            "contest_id",
            "round_number",
            "prize_line_id",
            "entry_id",
            unique=True,
            sqlite_where=text("entry_id IS NOT NULL"),
            postgresql_where=text("entry_id IS NOT NULL"),
        ),
        Index(
            "uq_award_union",
            "contest_id",
            "round_number",
            "prize_line_id",
            "union_id",
            unique=True,
            sqlite_where=text("union_id IS NOT NULL"),
            postgresql_where=text("union_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    round_number: Mapped[int]
    prize_line_id: Mapped[int] = mapped_column(ForeignKey("prize_line.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    #: Place in the ranking the prize goes by, as it was then.
    rank: Mapped[int]
    #: Why: sentences as :func:`contest.jobs.rules.packed` writes them.
    because: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(20), default=AwardState.PROPOSED)
    proposed_at: Mapped[datetime]
    #: Chosen by the committee where the rule for ties leaves it to them, with the reason; empty: by the rule.
    chosen_by: Mapped[str] = mapped_column(String(200), default="")
    chosen_reason: Mapped[str] = mapped_column(String(1000), default="")
    announced_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[str] = mapped_column(String(200), default="")
    refused_reason: Mapped[str] = mapped_column(String(1000), default="")


class Claim(Base):
    """A prize handed over: whose papers were seen, and who took it. Never a picture or a whole number of a paper."""

    __tablename__ = "claim"

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id", ondelete="CASCADE"), primary_key=True)
    claimed_at: Mapped[datetime]
    #: Who checked, as the audit log names actors.
    checked_by: Mapped[str] = mapped_column(String(200))
    #: What was shown, e.g. a citizen's card, with its last digits and the day it was issued.
    document: Mapped[str] = mapped_column(String(100))
    last_digits: Mapped[str] = mapped_column(String(4))
    issued_on: Mapped[date | None]
    #: Somebody who came instead, with the paper that authorises them; empty: the winner.
    recipient: Mapped[str] = mapped_column(String(120), default="")
    authorisation: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
