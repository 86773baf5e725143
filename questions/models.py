"""Tables of the question bank.

A question is an identity; what it says is in its versions, which are never altered. Attempts name versions.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from questions.base import Base, one_of
from questions.rules import Choice, Difficulty, Kind, State


class QuestionBank(Base):
    __tablename__ = "question_bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Short name used in addresses, files and commands.
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    demo: Mapped[bool] = mapped_column(default=False)

    topics: Mapped[list["Topic"]] = relationship(
        back_populates="bank", order_by="Topic.position", cascade="all, delete-orphan"
    )


class Topic(Base):
    """A subject within a bank; ``path`` spells the names from the top, joined by " / "."""

    __tablename__ = "question_topic"
    __table_args__ = (UniqueConstraint("bank_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("question_topic.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    path: Mapped[str] = mapped_column(String(900))
    position: Mapped[int] = mapped_column(default=0)

    bank: Mapped[QuestionBank] = relationship(back_populates="topics")


class Question(Base):
    """A question's identity: what stays the same while its wording changes."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("bank_id", "code"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("difficulty", [d.value for d in Difficulty]).replace("'", ""), name="difficulty"),
        Index(None, "bank_id", "fingerprint"),
        Index(None, "bank_id", "state", "topic_id", "difficulty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"))
    #: The organizer's code; importing the same code again makes a new version instead of a double.
    code: Mapped[str] = mapped_column(String(60))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("question_topic.id", ondelete="SET NULL"), index=True)
    difficulty: Mapped[int] = mapped_column(default=Difficulty.MEDIUM)
    state: Mapped[str] = mapped_column(String(20), default=State.APPROVED)
    #: Number of the version in force.
    version_number: Mapped[int] = mapped_column(default=1)
    #: SHA-256 of :func:`questions.rules.fingerprint` of the version in force.
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: Folded stem and options, for search without diacritics.
    text_fold: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    bank: Mapped[QuestionBank] = relationship()
    topic: Mapped[Topic | None] = relationship()
    versions: Mapped[list["QuestionVersion"]] = relationship(
        back_populates="question", order_by="QuestionVersion.number", cascade="all, delete-orphan"
    )


class QuestionVersion(Base):
    """The wording, options and key at one time. Rows are written once; the database refuses updates."""

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint(one_of("kind", Kind), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(20))
    stem: Mapped[str] = mapped_column(Text)
    #: ``[{"text": str, "correct": bool, "last": bool}, ...]`` in the author's order.
    choice_rows: Mapped[list[Any]] = mapped_column("choices")
    source: Mapped[str] = mapped_column(Text, default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    #: Who wrote it, as the audit log names actors.
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    question: Mapped[Question] = relationship(back_populates="versions")

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(row["text"], row["correct"], row["last"]) for row in self.choice_rows)

    @property
    def keys(self) -> frozenset[int]:
        """Indexes of the right options in the author's order."""
        return frozenset(i for i, row in enumerate(self.choice_rows) if row["correct"])
