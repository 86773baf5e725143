"""Tables of announced results, their versions, and what a committee looked at before."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class Publication(Base):
    """Results of a round (0: of the whole contest) as announced. Version 1 is the announcement, every later one a
    numbered correction with its reason; all of them stay readable. The database refuses changes of these rows."""

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("contest_id", "round_number", "version"),
        CheckConstraint("version = 1 OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    round_number: Mapped[int]
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(2000), default="")
    #: What is shown: ``{"names": "full" | "masked" | "hidden", "unions": bool, ...}``.
    shown: Mapped[dict[str, Any]]
    #: People, attempts, all-correct, distribution, top unions ... as announced.
    figures: Mapped[dict[str, Any]]
    #: Winners as announced, in order, names as shown.
    winners: Mapped[list[Any]]
    #: SHA-256 of the ranking file, and the head of the sealed chain at that moment; hexadecimal.
    digest: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64), default="")
    published_at: Mapped[datetime]
    #: As the audit log names actors.
    published_by: Mapped[str] = mapped_column(String(200))


class PublicationPart(Base):
    """A piece of the ranking as announced, and of a correction what changed; see :mod:`contest.publishing.lines`."""

    __tablename__ = "publication_part"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True)
    #: ``ranking``, ``people`` (whose lines they are; never published) or ``changes``.
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ReviewMark(Base):
    """A point of the review list that the committee has looked at, with what they found."""

    __tablename__ = "review_mark"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    #: Which list it is on, and what it is about, so that the same point is found again.
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    note: Mapped[str] = mapped_column(String(1000), default="")
    marked_at: Mapped[datetime]
    #: As the audit log names actors.
    marked_by: Mapped[str] = mapped_column(String(200))


class Correction(Base):
    """A correction of announced results (0: of the whole contest) from when it was begun until it was announced as a
    version of its own, or called off with nothing changed (``version`` None)."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        CheckConstraint("version IS NULL OR ended_at IS NOT NULL", name="version"),
        Index(
            "uq_correction_open",
            "contest_id",
            "round_number",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    round_number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(2000))
    begun_at: Mapped[datetime]
    #: Who began and who ended it, as the audit log names actors.
    begun_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int | None]


class ResultCheck(Base):
    """The last comparison of a ranking with all its attempts: how many standings were not as they should be."""

    __tablename__ = "result_check"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    #: As the audit log names actors.
    checked_by: Mapped[str] = mapped_column(String(200))
    wrong: Mapped[int]
    #: Put right at once; a ranking that is announced is only compared.
    mended: Mapped[bool]
    #: Groups of people of one name, birth date and union.
    alike: Mapped[int]
