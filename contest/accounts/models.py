"""Tables of people and of who may do what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.accounts.rules import PersonKind, Role
from questions.base import Base, one_of, sort_text


class Person(Base):
    """Somebody known to the platform. A phone may be shared: phone and password together name one person."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(one_of("kind", PersonKind), name="kind"),
        Index(None, "union_id", "name_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_fold: Mapped[str] = mapped_column(String(120), index=True)
    name_key: Mapped[str] = mapped_column(sort_text(400))
    #: Ten digits beginning with 0 (``accounts.rules.normal_phone``).
    phone: Mapped[str] = mapped_column(String(15), index=True)
    kind: Mapped[str] = mapped_column(String(20), default=PersonKind.MEMBER)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"))
    #: Since which day they belong there; None: not known.
    union_since: Mapped[date | None]
    birth_on: Mapped[date | None]
    #: Argon2; None for somebody imported who has not claimed the account yet.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    #: The person this duplicate was merged into (:mod:`contest.members.merging`); None: a person of their own.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    demo: Mapped[bool] = mapped_column(default=False)

    union: Mapped[Any] = relationship("TradeUnion")
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", foreign_keys="RoleGrant.person_id", cascade="all, delete-orphan"
    )


class SignIn(Base):
    """One signed-in device. Deleting the row signs it out."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the random token in the cookie.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RoleGrant(Base):
    """A role within the subtree of a union; an administrator's has no union."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint("(role = 'administrator') = (union_id IS NULL)", name="scope"),
        CheckConstraint("from_on <= until_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: Days (both included) in which it holds; None: from the start, without end.
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    #: The grant whose holder delegated it: it holds only while that one does.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("role_grant.id"), index=True)

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])
    union: Mapped[Any] = relationship("TradeUnion")


class Consent(Base):
    """Evidence of a consent: what was agreed to, in which wording, when (Law 91/2025/QH15)."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("person_id", "purpose", "text_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who changed what, when. The database refuses updates and deletions of these rows."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    #: No foreign key: the log outlives the person's row.
    actor_id: Mapped[int | None]
    #: ``person:12`` or ``terminal``; never a name or a phone number.
    actor: Mapped[str] = mapped_column(String(60))
    #: Verb, e.g. ``round.extend``.
    action: Mapped[str] = mapped_column(String(60))
    #: What it was done to, e.g. ``contest:gui-niem-tin``.
    subject: Mapped[str] = mapped_column(String(160))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Throttle(Base):
    """A counter in a time window, for limits that hold across processes."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window: Mapped[int]
    count: Mapped[int]


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
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
