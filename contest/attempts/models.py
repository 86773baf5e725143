"""The table of attempts. One row holds all of an attempt: paper as drawn, answers, result."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.attempts.states import AttemptState, ClosedBy, KeyChangeKind
from questions.base import Base, one_of


def _due_at(context: Any) -> datetime:
    return context.get_current_parameters()["due_at"]


class Attempt(Base):
    """One sitting of one round by one person.

    ``score`` is the sum of ``auto_score`` (marked by the key) and marks given by people, which later stages add.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("entry_id", "round_id", "number"),
        Index(
            "uq_attempt_one_open",
            "entry_id",
            "round_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_attempt_open_late",
            "late_until",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "round_id", "submitted_at"),
        Index(
            "ix_attempt_pending",
            "round_id",
            sqlite_where=text("pending > 0"),
            postgresql_where=text("pending > 0"),
        ),
        CheckConstraint(one_of("state", AttemptState), name="state"),
        CheckConstraint("(state = 'closed') = (submitted_at IS NOT NULL)", name="closed_has_time"),
        CheckConstraint("(state = 'closed') = (score IS NOT NULL)", name="closed_has_score"),
        CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL)", name="closed_by"),
        CheckConstraint("number > 0 AND seq >= 0", name="counts"),
        CheckConstraint("prediction >= 0", name="prediction"),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random and unguessable: the address ``/bai-thi/<code>``.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    #: 1, 2 ... within the round.
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=AttemptState.OPEN)
    started_at: Mapped[datetime]
    #: Until when the person may work, extra time included; what the page counts down to.
    due_at: Mapped[datetime]
    #: What is received before this counts as in time: ``due_at`` and the grace the regulations declare.
    taken_until: Mapped[datetime] = mapped_column(default=_due_at)
    #: From then on nothing is taken and the attempt is closed, whoever looks first. Later than ``taken_until`` only
    #: where the regulations count answers given in time and delivered late.
    late_until: Mapped[datetime] = mapped_column(default=_due_at)
    #: Seconds granted beyond the round's allowance, as they were at the start or when granted later.
    extra_s: Mapped[int] = mapped_column(default=0)
    #: ``[[version id, [choice index shown first, second, ...], points], ...]`` in the order shown.
    paper: Mapped[list[Any]]
    #: ``{"<place>": "<answer>"}`` as :mod:`questions.answers` writes it; the whole set as last saved.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prediction: Mapped[int | None] = mapped_column(BigInteger)
    #: Number of the last save; a save not above it changes nothing.
    seq: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    #: The page that may save, as :func:`contest.attempts.rules.page_mark` makes it: of two pages the one opened later.
    holder: Mapped[str] = mapped_column(String(24), default="")
    #: Some answers that count were delivered late: see :class:`LateDelivery`.
    late: Mapped[bool] = mapped_column(default=False)
    #: What the person can show for it, made when the attempt is closed: see :mod:`contest.attempts.receipts`.
    receipt: Mapped[str | None] = mapped_column(String(20), unique=True)
    #: Keyed hashes of the browser and the network it was started from, for signals; erased on a schedule.
    device: Mapped[str | None] = mapped_column(String(16))
    network: Mapped[str | None] = mapped_column(String(16))
    #: When it ended: the submission, or ``due_at`` when time ran out.
    submitted_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(10))
    #: Milliseconds from start to end.
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger)
    auto_score: Mapped[int | None]
    score: Mapped[int | None]
    max_score: Mapped[int]
    #: Points by place.
    marks: Mapped[list[Any] | None]
    correct: Mapped[int | None]
    #: Every question right.
    perfect: Mapped[bool | None]
    #: Answers that wait for a person's marks.
    pending: Mapped[int] = mapped_column(default=0)
    #: Counts for ranking and participation (never in practice; not when answers were missing and are required).
    counted: Mapped[bool] = mapped_column(default=False)
    #: By a recorded decision that holds (:mod:`contest.rulings`): does not count; its score stays as it was.
    annulled: Mapped[bool] = mapped_column(default=False)

    entry: Mapped[Any] = relationship("Entry")
    round: Mapped[Any] = relationship("Round")


class LateDelivery(Base):
    """Answers that arrived when time was up, as evidence: what came, when, and what the phone says of it."""

    __tablename__ = "late_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    received_at: Mapped[datetime]
    #: When the last of the answers was given, by the phone's own account; None: it says nothing.
    given_at: Mapped[datetime | None]
    seq: Mapped[int | None]
    answers: Mapped[dict[str, Any]]
    prediction: Mapped[int | None] = mapped_column(BigInteger)
    #: Whether the regulations let it count.
    counted: Mapped[bool]


class KeyChange(Base):
    """A key corrected for one round after the fact; every marking of the round obeys those that are not undone.

    What a version says never changes; this is what the committee decided about it.
    """

    __tablename__ = "key_change"
    __table_args__ = (
        CheckConstraint(one_of("kind", KeyChangeKind), name="kind"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
        Index(None, "round_id", "version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    #: For a new key or one more answer: ``{"keys": [option indexes]}`` or ``{"answers": [...]}`` as versions have them.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(String(1000))
    decided_at: Mapped[datetime]
    #: Who decided, as the audit log names actors.
    decided_by: Mapped[str] = mapped_column(String(200))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undo_reason: Mapped[str] = mapped_column(String(1000), default="")


class HandMark(Base):
    """Points that a person gave to one answer of an attempt; no recount and no change of keys touches them."""

    __tablename__ = "hand_mark"
    __table_args__ = (CheckConstraint("points >= 0", name="points"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[int]
    comment: Mapped[str] = mapped_column(String(2000), default="")
    marked_at: Mapped[datetime]
    #: Who marked, as the audit log names actors.
    marked_by: Mapped[str] = mapped_column(String(200))


__all__ = ["Attempt", "AttemptState", "ClosedBy", "HandMark", "KeyChange", "KeyChangeKind", "LateDelivery"]
