"""Tables of the question bank.

A question is an identity; what it says is in its versions, which are never altered. Attempts name versions.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from questions.base import Base, one_of, sort_text
from questions.codes import MAX_KEY, code_key
from questions.details import choices_of
from questions.rules import Choice, Difficulty, Kind, ReviewRule, State, Verb


class QuestionBank(Base):
    __tablename__ = "question_bank"
    __table_args__ = (CheckConstraint(one_of("review", ReviewRule), name="review"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Short name used in addresses, files and commands.
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    demo: Mapped[bool] = mapped_column(default=False)
    #: Whether a question needs a second person's approval before it is drawn.
    review: Mapped[str] = mapped_column(String(10), default=ReviewRule.ONE)

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
        Index(None, "bank_id", "code_key"),
        Index(None, "bank_id", "state", "topic_id", "difficulty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id", ondelete="CASCADE"))
    #: The organizer's code; importing the same code again makes a new version instead of a double.
    code: Mapped[str] = mapped_column(String(60))
    #: Sort key of the code: C2 before C10.
    code_key: Mapped[str] = mapped_column(
        sort_text(MAX_KEY), default=lambda context: code_key(context.get_current_parameters()["code"])
    )
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("question_topic.id", ondelete="SET NULL"), index=True)
    difficulty: Mapped[int] = mapped_column(default=Difficulty.MEDIUM)
    #: State of the newest version.
    state: Mapped[str] = mapped_column(String(20), default=State.APPROVED)
    #: Number of the newest version.
    version_number: Mapped[int] = mapped_column(default=1)
    #: Number of the version that is drawn: the newest approved one; None before the first approval. A retired
    #: question keeps it and is not drawn.
    approved_number: Mapped[int | None]
    #: SHA-256 of :func:`questions.rules.print_of` of the newest version.
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: Folded texts of the newest version, for search without diacritics.
    text_fold: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    bank: Mapped[QuestionBank] = relationship()
    topic: Mapped[Topic | None] = relationship()
    versions: Mapped[list["QuestionVersion"]] = relationship(
        back_populates="question", order_by="QuestionVersion.number", cascade="all, delete-orphan"
    )
    tag_rows: Mapped[list["QuestionTag"]] = relationship(order_by="QuestionTag.tag", cascade="all, delete-orphan")

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(row.tag for row in self.tag_rows)


class QuestionTag(Base):
    """A word that organizers put on questions, to find and to draw them by."""

    __tablename__ = "question_tag"
    __table_args__ = (Index(None, "tag", "question_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)


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
    #: ``[{"text": str, "correct": bool, "last": bool}, ...]`` in the author's order; see ``questions.details``.
    choice_rows: Mapped[list[Any]] = mapped_column("choices")
    source: Mapped[str] = mapped_column(Text, default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    #: Everything else that the kind keeps, only what differs from the default; see ``questions.details``.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Why this version was written.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Who wrote it, as the audit log names actors.
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    question: Mapped[Question] = relationship(back_populates="versions")

    @property
    def choices(self) -> tuple[Choice, ...]:
        return choices_of(self.choice_rows)

    @property
    def keys(self) -> frozenset[int]:
        """Indexes of the right options in the author's order."""
        return frozenset(i for i, row in enumerate(self.choice_rows) if row["correct"])


class QuestionStep(Base):
    """One step in a question's life: asked for review, approved, returned, retired, or a comment."""

    __tablename__ = "question_step"
    __table_args__ = (CheckConstraint(one_of("verb", Verb), name="verb"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    #: The version it was said of.
    version_number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(20))
    #: Who did it, as the audit log names actors.
    actor: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class Picture(Base):
    """A picture that questions show, made fit for phones; texts name it by ``hinh:<sha256>``."""

    __tablename__ = "question_picture"

    #: Of the bytes, so that the same picture is stored once.
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    mime: Mapped[str] = mapped_column(String(30))
    width: Mapped[int]
    height: Mapped[int]
    #: Bytes.
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class LegalDocument(Base):
    """A document that questions cite: a law, a decree, a resolution, a book."""

    __tablename__ = "legal_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Normal form under which sources that mean the same document meet.
    key: Mapped[str] = mapped_column(String(200), unique=True)
    title: Mapped[str] = mapped_column(String(500))
    #: Another name of this document: citations of this row belong to that one.
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("legal_document.id"), index=True)
    #: From when it no longer stands as cited (amended, replaced, expired); None: in force as far as known.
    changed_on: Mapped[date | None]
    #: What happened and by which document.
    change_note: Mapped[str] = mapped_column(Text, default="")
    #: When somebody noted the change.
    noted_at: Mapped[datetime | None]


class Citation(Base):
    """A place that the newest version of a question cites."""

    __tablename__ = "question_citation"
    __table_args__ = (UniqueConstraint("question_id", "document_id", "article"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("legal_document.id"), index=True)
    #: Article, clause, page; empty: the document as a whole.
    article: Mapped[str] = mapped_column(String(200), default="")
