"""Who a question bank belongs to."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class BankOwner(Base):
    """The union that keeps a bank: its organizers, and those above it, manage the questions."""

    __tablename__ = "bank_owner"

    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), index=True)
