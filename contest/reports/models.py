"""Tables of documents: drafts of reports, replaced templates, certificates, and files made beside the requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.reports.rules import LETTERS, CertificateKind, DocumentKind
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from questions.base import Base, one_of


class DocumentTemplate(Base):
    """A Word file that a union's organizers use in place of ours, for all its contests or for one."""

    __tablename__ = "document_template"
    __table_args__ = (
        CheckConstraint(one_of("kind", DocumentKind), name="kind"),
        Index(None, "union_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: names it in addresses.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"))
    contest_id: Mapped[int | None] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    #: SHA-256 of the content.
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    #: As the audit log names actors.
    uploaded_by: Mapped[str] = mapped_column(String(60))
    replaced_at: Mapped[datetime | None]


class Draft(Base):
    """The words that somebody wrote into a document of a union on a contest, or on a whole year; figures are taken
    anew every time."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("contest_id", "union_id", "kind", "round_number"),
        CheckConstraint(one_of("kind", LETTERS), name="kind"),
        CheckConstraint("(contest_id IS NULL) = (year > 0)", name="about"),
        Index(
            "uq_draft_of_year",
            "union_id",
            "kind",
            "year",
            unique=True,
            sqlite_where=text("contest_id IS NULL"),
            postgresql_where=text("contest_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int | None] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    #: 0: the whole contest.
    round_number: Mapped[int] = mapped_column(default=0)
    #: 0: of a contest.
    year: Mapped[int] = mapped_column(default=0)
    #: Texts that differ from ours, by field name (``reports.wording``).
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Counts up, so that two people writing at once are told.
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(60))

    contest: Mapped[Contest | None] = relationship()
    union: Mapped[TradeUnion] = relationship()


class Certificate(Base):
    """A certificate as it was printed: what the verifying page says of the QR code on it."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(one_of("kind", CertificateKind), name="kind"),
        CheckConstraint("(entry_id IS NULL) <> (union_id IS NULL)", name="whose"),
        Index(
            "uq_certificate_of_person",
            "contest_id",
            "kind",
            "round_number",
            "title",
            "entry_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL AND entry_id IS NOT NULL"),
            postgresql_where=text("revoked_at IS NULL AND entry_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random, in the QR code.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    round_number: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(20))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    #: What is printed: name, workplace, what for (the prize, or having taken part).
    name: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(700), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    #: Number of the certificate and of the decision behind it, as printed.
    number: Mapped[str] = mapped_column(String(80), default="")
    basis: Mapped[str] = mapped_column(String(300), default="")
    #: The rest of what is printed: issuing body, place, day, words, who signs (``certificates.Printed``).
    printed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(60))
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(Text, default="")


class MadeFile(Base):
    """A file made beside the requests for who asked; its bytes are in parts. Kept for ``reports.rules.KEPT_FOR``."""

    __tablename__ = "made_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random: its address.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    #: What it is, e.g. ``certificates``.
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(100))
    contest_id: Mapped[int | None] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    #: Who asked, and the only one who gets it.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Complete: until then it is not offered.
    ended_at: Mapped[datetime | None]


class MadeFilePart(Base):
    """So many bytes of a made file."""

    __tablename__ = "made_file_part"

    file_id: Mapped[int] = mapped_column(ForeignKey("made_file.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
