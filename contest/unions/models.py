"""Tables of the tree of trade unions."""

from datetime import date
from typing import Optional

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.accounts.rules import PersonKind
from contest.unions.rules import Level
from questions.base import Base, one_of, sort_text


class TradeUnion(Base):
    """A node of the tree. Never deleted while a result names it: it is closed on a date."""

    __tablename__ = "trade_union"
    __table_args__ = (
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint("parent_id <> id", name="not_own_parent"),
        Index(None, "parent_id", "name_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(120), default="")
    #: What a search looks in (``unions.rules.search_text``).
    name_fold: Mapped[str] = mapped_column(String(700))
    name_key: Mapped[str] = mapped_column(sort_text(1000))
    level: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"))
    #: Shown wherever the union is named in a demo: "Đơn vị hư cấu để minh hoạ".
    note: Mapped[str] = mapped_column(Text, default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    parent: Mapped[Optional["TradeUnion"]] = relationship(remote_side=[id])


class UnionAncestry(Base):
    """Every (ancestor, union) pair of the tree as it is, the union itself included at distance 0.

    Subtree questions and roll-ups are one join on this table, on both engines.
    """

    __tablename__ = "union_ancestry"
    __table_args__ = (Index(None, "union_id", "ancestor_id"),)

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), primary_key=True)
    distance: Mapped[int]


class Headcount(Base):
    """How many people of a kind belonged to a union on a day: the denominator of participation."""

    __tablename__ = "headcount"
    __table_args__ = (
        UniqueConstraint("union_id", "kind", "counted_on"),
        CheckConstraint(one_of("kind", PersonKind), name="kind"),
        CheckConstraint("number >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    counted_on: Mapped[date]
    number: Mapped[int]
