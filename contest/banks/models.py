"""Who a question bank belongs to, and files waiting for their import to be confirmed."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class BankOwner(Base):
    """The union that keeps a bank: its organizers, and those above it, manage the questions."""

    __tablename__ = "bank_owner"

    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), index=True)


class PendingFile(Base):
    """An uploaded file between preview and confirmation; in the database, so that any node can go on."""

    __tablename__ = "pending_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    #: What it is for, e.g. ``bank:dia-ly``.
    purpose: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    uploaded_at: Mapped[datetime]
