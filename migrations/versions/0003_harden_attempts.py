"""Harden attempts: grace, late deliveries, holders, receipts, extra time, signals

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
SIGNALS = ("one_device", "too_fast", "same_wrong", "registrations")


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def key(table: str, column: str, target: str, cascade: bool = False) -> sa.ForeignKeyConstraint:
    more = {"ondelete": "CASCADE"} if cascade else {}
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", **more)


def upgrade() -> None:
    _settings()
    _attempts()
    _late_deliveries()
    _extra_time()
    _signals()


def downgrade() -> None:
    for table in ("signal_attempt", "signal", "signal_run", "registration_trace", "time_allowance", "late_delivery"):
        op.drop_table(table)
    op.drop_index("ix_attempt_open_late", table_name="attempt")
    op.create_index("ix_attempt_open_due", "attempt", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    with op.batch_alter_table("attempt") as batch:
        batch.drop_constraint("uq_attempt_receipt", type_="unique")
        for column in ("taken_until", "late_until", "extra_s", "holder", "receipt", "late", "device", "network"):
            batch.drop_column(column)
    with op.batch_alter_table("round") as batch:
        batch.drop_constraint("ck_round_grace", type_="check")
        batch.drop_constraint("ck_round_late", type_="check")
        batch.drop_column("grace_s")
        batch.drop_column("late_minutes")
    with op.batch_alter_table("contest") as batch:
        batch.drop_column("revision")


def _settings() -> None:
    """Regulations that are published already promised no grace: their rounds keep 0."""
    with op.batch_alter_table("contest") as batch:
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("round") as batch:
        batch.add_column(sa.Column("grace_s", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("late_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint("ck_round_grace", "grace_s BETWEEN 0 AND 120")
        batch.create_check_constraint("ck_round_late", "late_minutes BETWEEN 0 AND 1440")


def _attempts() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("attempt") as batch:
        batch.drop_index("ix_attempt_open_due")
        batch.add_column(sa.Column("taken_until", moment, nullable=True))
        batch.add_column(sa.Column("late_until", moment, nullable=True))
        batch.add_column(sa.Column("extra_s", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("holder", sa.String(24), nullable=False, server_default=""))
        batch.add_column(sa.Column("receipt", sa.String(20), nullable=True))
        batch.add_column(sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("device", sa.String(16), nullable=True))
        batch.add_column(sa.Column("network", sa.String(16), nullable=True))
    op.execute("UPDATE attempt SET taken_until = due_at, late_until = due_at")
    with op.batch_alter_table("attempt") as batch:
        batch.alter_column("taken_until", existing_type=moment, nullable=False)
        batch.alter_column("late_until", existing_type=moment, nullable=False)
        batch.create_unique_constraint("uq_attempt_receipt", ["receipt"])
    op.create_index("ix_attempt_open_late", "attempt", ["late_until"], sqlite_where=OPEN, postgresql_where=OPEN)


def _late_deliveries() -> None:
    op.create_table(
        "late_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("answers", json(), nullable=False),
        sa.Column("prediction", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_late_delivery"),
        key("late_delivery", "attempt_id", "attempt", cascade=True),
    )
    op.create_index("ix_late_delivery_attempt_id", "late_delivery", ["attempt_id"])


def _extra_time() -> None:
    op.create_table(
        "time_allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("extra_s", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.String(200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_time_allowance"),
        key("time_allowance", "contest_id", "contest", cascade=True),
        key("time_allowance", "person_id", "person"),
        key("time_allowance", "union_id", "trade_union"),
        sa.CheckConstraint("(person_id IS NULL) <> (union_id IS NULL)", name="ck_time_allowance_target"),
        sa.CheckConstraint("extra_s BETWEEN 60 AND 14400", name="ck_time_allowance_extra"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_time_allowance_ended"),
    )
    for column in ("contest_id", "person_id", "union_id"):
        op.create_index(f"ix_time_allowance_{column}", "time_allowance", [column])


def _signals() -> None:
    op.create_table(
        "signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("details", json(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=True),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_signal"),
        key("signal", "round_id", "round", cascade=True),
        sa.UniqueConstraint("round_id", "kind", "subject", name="uq_signal_round_id_kind_subject"),
        sa.CheckConstraint(f"kind IN {SIGNALS!r}", name="ck_signal_kind"),
        sa.CheckConstraint("verdict IN ('explained', 'confirmed')", name="ck_signal_verdict"),
        sa.CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="ck_signal_decided"),
    )
    op.create_table(
        "signal_attempt",
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("signal_id", "attempt_id", name="pk_signal_attempt"),
        key("signal_attempt", "signal_id", "signal", cascade=True),
        key("signal_attempt", "attempt_id", "attempt", cascade=True),
    )
    op.create_index("ix_signal_attempt_attempt_id", "signal_attempt", ["attempt_id"])
    op.create_table(
        "signal_run",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("round_id", name="pk_signal_run"),
        key("signal_run", "round_id", "round", cascade=True),
    )
    op.create_table(
        "registration_trace",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(16), nullable=True),
        sa.Column("network", sa.String(16), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name="pk_registration_trace"),
        key("registration_trace", "person_id", "person", cascade=True),
    )
    op.create_index("ix_registration_trace_at", "registration_trace", ["at"])
