"""The table of decisions about people and attempts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contest.rulings.rules import RulingKind
from questions.base import Base, one_of


class Ruling(Base):
    """A decision about a person in a contest, or about one attempt; numbered within the contest, never deleted."""

    __tablename__ = "ruling"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint(one_of("kind", RulingKind), name="kind"),
        CheckConstraint("(kind = 'annulled') = (attempt_id IS NOT NULL)", name="target"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
        Index(
            "uq_ruling_person_in_force",
            "entry_id",
            "kind",
            unique=True,
            sqlite_where=text("undone_at IS NULL AND attempt_id IS NULL"),
            postgresql_where=text("undone_at IS NULL AND attempt_id IS NULL"),
        ),
        Index(
            "uq_ruling_attempt_in_force",
            "attempt_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL AND attempt_id IS NOT NULL"),
            postgresql_where=text("undone_at IS NULL AND attempt_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(1000))
    decided_at: Mapped[datetime]
    #: Who decided and who took it back, as the audit log names actors.
    decided_by: Mapped[str] = mapped_column(String(200))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undo_reason: Mapped[str] = mapped_column(String(1000), default="")
