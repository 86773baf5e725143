"""Who a question bank belongs to, who may read it, and what its editors have under way."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class BankOwner(Base):
    """The union that keeps a bank: its organizers, and those above it, manage the questions."""

    __tablename__ = "bank_owner"

    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), index=True)


class BankShare(Base):
    """A union whose organizers may read a bank, copy from it and draw from it, but not change it."""

    __tablename__ = "bank_share"

    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), primary_key=True, index=True)
    shared_at: Mapped[datetime]
    shared_by: Mapped[str] = mapped_column(String(200))


class UnsavedQuestion(Base):
    """What somebody has typed into the editor and not saved yet, kept so that nothing typed is lost."""

    __tablename__ = "unsaved_question"
    __table_args__ = (UniqueConstraint("person_id", "bank_id", "question_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"), index=True)
    #: Empty: a new question.
    question_code: Mapped[str] = mapped_column(String(60), default="")
    #: The fields of the form as typed, with what the editor had seen of the question.
    fields: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


class ColumnMap(Base):
    """Which columns of a stranger's sheet mean what, as an organizer said once; used again for the same header."""

    __tablename__ = "column_map"
    __table_args__ = (UniqueConstraint("bank_id", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"))
    #: SHA-256 of the folded header cells.
    header: Mapped[str] = mapped_column(String(64))
    #: ``{"<column, from 0>": "<field>"}``.
    columns: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]
