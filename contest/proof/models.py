"""Tables of the proof: what was promised before a round, what was sealed in it, what was published after it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from questions.base import Base


class Commitment(Base):
    """Hashes published when a round's questions were frozen; all of 64 hexadecimal digits (SHA-256).

    Questions frozen anew before the opening are promised anew; what was promised first stays readable.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        Index(
            "uq_commitment_in_force",
            "round_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    seed_digest: Mapped[str] = mapped_column(String(64))
    questions_digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Unsealed(Base):
    """An attempt that has ended and is not sealed yet: a row put by its submission, taken away by the sealing."""

    __tablename__ = "unsealed"

    #: No foreign keys: a row is put in every submission, and what is deleted must not go unnoticed.
    attempt_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    contest_id: Mapped[int]


class Seal(Base):
    """A batch of attempts sealed at once: a tree of their records, and a chain of the batches of a contest."""

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    #: 1, 2, 3 ... within the contest.
    number: Mapped[int]
    sealed_at: Mapped[datetime]
    #: Records in this batch, and in all so far.
    count: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)
    #: Root of the tree of the batch, and the head of the chain with it; hexadecimal.
    root: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))


class SealedRecord(Base):
    """The sealed hash of an attempt, at its place in its batch."""

    __tablename__ = "sealed_record"
    __table_args__ = (Index(None, "attempt_id"),)

    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    #: No foreign key: an attempt that was deleted must not go unnoticed.
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    leaf: Mapped[str] = mapped_column(String(64))


class Bundle(Base):
    """A file with all that a stranger needs to compute a contest's results again; its bytes are in parts."""

    __tablename__ = "bundle"
    __table_args__ = (UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    #: As the audit log names actors.
    made_by: Mapped[str] = mapped_column(String(200))
    #: Numbers of the published rounds in it, separated by commas.
    rounds: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    #: Complete: until then it is not offered.
    ended_at: Mapped[datetime | None]


class BundlePart(Base):
    """So many bytes of a bundle."""

    __tablename__ = "bundle_part"

    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
