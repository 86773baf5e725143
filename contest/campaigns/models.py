"""Tables of the daily summary."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class Subscription(Base):
    """An official who wants the figures of a union every day at an hour (Vietnamese time)."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        Index(
            "uq_subscription_in_force",
            "person_id",
            "union_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: names it in the address that ends it.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), index=True)
    #: Where to send it; empty: only read on the desk.
    email: Mapped[str] = mapped_column(String(254), default="")
    hour: Mapped[int] = mapped_column(default=7)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Digest(Base):
    """One day's summary for a subscriber: figures as they stood when it was made."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("subscription_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"))
    #: The day it tells of.
    day: Mapped[date]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    #: When to send it, or to try again; None: nothing to send, sent, or given up.
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    #: Why sending failed last.
    failure: Mapped[str] = mapped_column(Text, default="")
