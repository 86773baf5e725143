"""Tables of people as union members: where they belonged before, corrections, cards, duplicates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.members.rules import MoveCause, RequestState
from contest.unions.models import TradeUnion
from questions.base import Base, one_of


class PastMembership(Base):
    """Where somebody belonged until a day (not included), and as what. The present stands in ``person``."""

    __tablename__ = "past_membership"
    __table_args__ = (
        CheckConstraint(one_of("kind", PersonKind), name="kind"),
        CheckConstraint(one_of("cause", MoveCause), name="cause"),
        Index(None, "person_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    #: None: not known.
    since: Mapped[date | None]
    until: Mapped[date]
    #: Why it ended.
    cause: Mapped[str] = mapped_column(String(20))
    #: The change of the tree behind it.
    change_id: Mapped[int | None] = mapped_column(ForeignKey("union_change.id", ondelete="SET NULL"), index=True)
    entered_at: Mapped[datetime]


class UnionRequest(Base):
    """A wrongly chosen union to be corrected: asked by the person or an official, decided by who takes them."""

    __tablename__ = "union_request"
    __table_args__ = (
        CheckConstraint(one_of("state", RequestState), name="state"),
        Index(
            "uq_union_request_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index(None, "to_union_id", "state"),
        Index(None, "from_union_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: names it in addresses.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    from_union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"))
    to_union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    #: The person themselves, or the official who found it.
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default=RequestState.ASKED)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    #: What became of their entries: {"moved": [{"contest", "title"}], "kept": [{"contest", "title", "reason"}]}.
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    from_union: Mapped[TradeUnion | None] = relationship(foreign_keys=[from_union_id])
    to_union: Mapped[TradeUnion] = relationship(foreign_keys=[to_union_id])


class PersonCard(Base):
    """A personal code on a printed card: who holds it signs in as the person. Only its hash is stored."""

    __tablename__ = "person_card"
    __table_args__ = (
        Index(
            "uq_person_card_in_force",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    #: SHA-256 of the code in normal form.
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    #: As the audit log names actors.
    made_by: Mapped[str] = mapped_column(String(60))
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PersonMerge(Base):
    """Two rows of one person made one; ``details`` is all that the way back needs."""

    __tablename__ = "person_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: names it in addresses.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    #: As the audit log names actors.
    made_by: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(60))

    kept: Mapped[Person] = relationship(foreign_keys=[kept_id])
    gone: Mapped[Person] = relationship(foreign_keys=[gone_id])


class NotDuplicate(Base):
    """Two people who look alike and are not one: looked at, so not listed again. The smaller id first."""

    __tablename__ = "not_duplicate"
    __table_args__ = (CheckConstraint("one_id < other_id", name="order"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(60))
