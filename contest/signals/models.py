"""Tables of signals. Everything here is erased some time after the round: see :mod:`contest.signals.work`."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contest.signals.rules import SignalKind, Verdict
from questions.base import Base, one_of


class Signal(Base):
    """Something odd about some attempts of a round, with its reason; a person decides what it means."""

    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("round_id", "kind", "subject"),
        CheckConstraint(one_of("kind", SignalKind), name="kind"),
        CheckConstraint(one_of("verdict", Verdict), name="verdict"),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    #: What it is about, so that looking again finds the same signal: a device, an attempt, a set of answers, an hour.
    subject: Mapped[str] = mapped_column(String(80))
    #: Figures behind the reason; the words are made from them.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    people: Mapped[int]
    #: 0 to 100: the list's order.
    strength: Mapped[int]
    found_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(1000), default="")
    decided_at: Mapped[datetime | None]
    #: As the audit log names actors.
    decided_by: Mapped[str | None] = mapped_column(String(200))


class SignalAttempt(Base):
    """An attempt that a signal is about."""

    __tablename__ = "signal_attempt"

    signal_id: Mapped[int] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True, index=True)


class SignalRun(Base):
    """When the signals of a round were last looked for, over how many attempts, and when its traces were erased."""

    __tablename__ = "signal_run"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    attempts: Mapped[int]
    computed_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class RegistrationTrace(Base):
    """From which browser and network somebody registered, as keyed hashes."""

    __tablename__ = "registration_trace"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str | None] = mapped_column(String(16))
    network: Mapped[str | None] = mapped_column(String(16))
