"""Tables of the dated tree of trade unions, its decisions, kept trees and headcounts."""

from datetime import date, datetime
from typing import Any, Optional

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.accounts.rules import PersonKind
from contest.unions.rules import LONG_AGO, ChangeKind, HeadcountSource, Level, NodeState
from questions.base import Base, one_of, sort_text


class TradeUnion(Base):
    """A union as it is today; what it was on other days stands in its spells. Never deleted: it is closed on a date.

    Of a closed union this row keeps the last name, level and parent.
    """

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
    #: Where it is on the map, apart from who manages it.
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    #: Shown wherever the union is named in a demo: "Đơn vị hư cấu để minh hoạ".
    note: Mapped[str] = mapped_column(Text, default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    parent: Mapped[Optional["TradeUnion"]] = relationship(remote_side=[id])


class UnionAncestry(Base):
    """Every (ancestor, union) pair of the present tree (``TreeNode`` of row 1), the union itself at distance 0.

    Who answers for whom today is one join on this table, on both engines. A closed union hangs under its successor,
    so that who took it over answers for what it did.
    """

    __tablename__ = "union_ancestry"
    __table_args__ = (Index(None, "union_id", "ancestor_id"),)

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), primary_key=True)
    distance: Mapped[int]


class Place(Base):
    """A province, commune or other piece of the map: geography, apart from management."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(sort_text(1000))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)


class UnionDecision(Base):
    """A decision that changes the tree: number and day as the document has them, entered once as a whole."""

    __tablename__ = "union_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: the address of its page.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    #: E.g. "1215/QĐ-LĐLĐ".
    number: Mapped[str] = mapped_column(String(80))
    decided_on: Mapped[date]
    #: Who issued it, as the document says.
    issued_by: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(500), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    entered_at: Mapped[datetime]
    #: As the audit log names actors.
    entered_by: Mapped[str] = mapped_column(String(60))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(60))
    undone_reason: Mapped[str] = mapped_column(Text, default="")

    changes: Mapped[list["UnionChange"]] = relationship(
        back_populates="decision", order_by="UnionChange.position", cascade="all, delete-orphan"
    )


class UnionChange(Base):
    """What a decision does to one union on one day. ``details`` holds names and codes as they were, for the history."""

    __tablename__ = "union_change"
    __table_args__ = (
        CheckConstraint(one_of("kind", ChangeKind), name="kind"),
        Index(None, "union_id", "effective_on"),
        Index(None, "effective_on"),
        Index(
            "ix_union_change_waiting",
            "effective_on",
            sqlite_where=text("applied_at IS NULL"),
            postgresql_where=text("applied_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("union_decision.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"))
    #: The first day on which it holds.
    effective_on: Mapped[date]
    #: When the present tree followed; None: its day has not come.
    applied_at: Mapped[datetime | None]
    #: {"from": {...}, "to": {...}, "successors": [{"code", "name"}], "predecessors": [...], "people_to": {...},
    #: "implied": true, "note": "..."}; what does not apply is left out.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

    decision: Mapped[UnionDecision] = relationship(back_populates="changes")
    union: Mapped[TradeUnion] = relationship()


class UnionSpell(Base):
    """How a union was from a day on until (not including) another; a day without a spell: it was not open.

    ``replaced_at`` set: what was believed until then; the tree as known at an instant is made of the rows entered
    before and not replaced by it. Spells of a union never overlap among those not replaced.
    """

    __tablename__ = "union_spell"
    __table_args__ = (
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint("since < until", name="order"),
        Index(
            "uq_union_spell_in_force",
            "union_id",
            "since",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index(None, "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), index=True)
    #: ``unions.rules.FIRST_DAY`` where the opening is not known.
    since: Mapped[date]
    until: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(120), default="")
    level: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    #: The change that began it; None: a list imported without a decision.
    change_id: Mapped[int | None] = mapped_column(ForeignKey("union_change.id", ondelete="SET NULL"), index=True)
    entered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Succession(Base):
    """Who took over from a union that closed, or what was split off from one, from a day on."""

    __tablename__ = "succession"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("union_change.id", ondelete="CASCADE"), index=True)


class KeptTree(Base):
    """A whole tree as nested intervals. Row 1 is the present; others were kept for contests when the tree changed."""

    __tablename__ = "kept_tree"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The last day on which the tree was so; None: the present.
    until: Mapped[date | None]
    made_at: Mapped[datetime]
    #: Grows with every rebuilding, so that a process knows when to read it again.
    revision: Mapped[int] = mapped_column(default=0)


class TreeNode(Base):
    """A union in a kept tree: everything below it has ``first`` between its own ``first`` and ``last``."""

    __tablename__ = "tree_node"
    __table_args__ = (
        CheckConstraint(one_of("state", NodeState), name="state"),
        CheckConstraint("first <= last", name="interval"),
        Index(None, "tree_id", "first"),
        Index(None, "union_id"),
    )

    tree_id: Mapped[int] = mapped_column(ForeignKey("kept_tree.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"), primary_key=True)
    #: The node above in this tree: for an absorbed union its successor.
    parent_id: Mapped[int | None]
    first: Mapped[int]
    last: Mapped[int]
    depth: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(120), default="")
    name_key: Mapped[str] = mapped_column(sort_text(1000))
    level: Mapped[str] = mapped_column(String(20))
    place_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10))


class Headcount(Base):
    """How many people of a kind belonged to a union on a day: the denominator of participation.

    Rows are never changed but replaced, so that what was known at an instant can be said: ``replaced_at`` set, a
    later figure for the same day took its place. Figures that a union enters itself wait for ``confirmed_at``.
    """

    __tablename__ = "headcount"
    __table_args__ = (
        CheckConstraint(one_of("kind", PersonKind), name="kind"),
        CheckConstraint(one_of("source", HeadcountSource), name="source"),
        CheckConstraint("number >= 0", name="not_negative"),
        Index(
            "uq_headcount_in_force",
            "union_id",
            "kind",
            "counted_on",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index(None, "union_id", "kind", "counted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    counted_on: Mapped[date]
    number: Mapped[int]
    source: Mapped[str] = mapped_column(String(10), default=HeadcountSource.ABOVE)
    entered_at: Mapped[datetime] = mapped_column(default=LONG_AGO)
    #: As the audit log names actors.
    entered_by: Mapped[str] = mapped_column(String(60), default="")
    #: None: not confirmed yet; used only where no confirmed figure is known, and marked so.
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(60))
    replaced_at: Mapped[datetime | None]
    #: Why the union above did not confirm it, and who; such a figure is replaced by nothing.
    sent_back_reason: Mapped[str] = mapped_column(String(300), default="")
    sent_back_by: Mapped[str | None] = mapped_column(String(60))
