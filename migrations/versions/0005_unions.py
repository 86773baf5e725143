"""Unions: a dated tree, headcounts told and confirmed, people who move, targets, the officials' desk, documents

Revision: 0005
Follows: 0004
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
#: Since when figures entered before times were kept are taken as known.
LONG_AGO = "2000-01-01 00:00:00.000000"
NEW_TABLES = (
    "digest",
    "subscription",
    "made_file_part",
    "made_file",
    "certificate",
    "draft",
    "document_template",
    "union_target",
    "tally_hour",
    "not_duplicate",
    "person_merge",
    "person_card",
    "union_request",
    "past_membership",
    "succession",
    "union_spell",
    "tree_node",
    "union_change",
    "union_decision",
    "kept_tree",
    "place",
)


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def sort_text() -> sa.types.TypeEngine:
    return sa.String(1000).with_variant(sa.String(1000, collation="C"), "postgresql")


def upgrade() -> None:
    _trees()
    _unions()
    _people()
    _accounts()
    _contests()
    _participation()
    _documents()
    _fill()


def downgrade() -> None:
    """Unions stay as they are today; history, requests, targets and documents are lost."""
    with op.batch_alter_table("trade_union") as batch:
        batch.drop_constraint(op.f("fk_trade_union_place_id"), type_="foreignkey")
        batch.drop_index(op.f("ix_trade_union_place_id"))
        batch.drop_column("place_id")
    with op.batch_alter_table("role_grant") as batch:
        batch.drop_constraint(op.f("ck_role_grant_period"), type_="check")
        batch.drop_constraint(op.f("fk_role_grant_source_id"), type_="foreignkey")
        batch.drop_index(op.f("ix_role_grant_source_id"))
        for column in ("from_on", "until_on", "source_id"):
            batch.drop_column(column)
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("fk_person_merged_into_id"), type_="foreignkey")
        batch.drop_index(op.f("ix_person_merged_into_id"))
        for column in ("union_since", "merged_into_id"):
            batch.drop_column(column)
    with op.batch_alter_table("contest") as batch:
        for other in ("previous_id", "tree_id"):
            batch.drop_constraint(op.f(f"fk_contest_{other}"), type_="foreignkey")
            batch.drop_index(op.f(f"ix_contest_{other}"))
        for column in ("previous_id", "tree_id", "size_classes"):
            batch.drop_column(column)
    op.execute("DELETE FROM headcount WHERE replaced_at IS NOT NULL")
    with op.batch_alter_table("headcount") as batch:
        batch.drop_index("uq_headcount_in_force")
        batch.drop_index(op.f("ix_headcount_union_id_kind_counted_on"))
        batch.drop_constraint(op.f("ck_headcount_source"), type_="check")
        for column in ("source", "entered_at", "entered_by", "confirmed_at", "confirmed_by", "replaced_at"):
            batch.drop_column(column)
        for column in ("sent_back_reason", "sent_back_by"):
            batch.drop_column(column)
        batch.create_unique_constraint(
            op.f("uq_headcount_union_id_kind_counted_on"), ["union_id", "kind", "counted_on"]
        )
    for table in NEW_TABLES:
        op.drop_table(table)


def _trees() -> None:
    """The dated tree, its decisions, and trees kept for contests."""
    op.create_table(
        "kept_tree",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_tree")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sort_text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
    )
    with op.batch_alter_table("place") as batch:
        batch.create_index(op.f("ix_place_parent_id"), ["parent_id"])
    op.create_table(
        "union_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(300), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.String(60), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(60), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_union_decision")),
        sa.UniqueConstraint("code", name=op.f("uq_union_decision_code")),
    )
    op.create_table(
        "union_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("details", json(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('open', 'close', 'rename', 'move', 'merge', 'split', 'place')", name=op.f("ck_union_change_kind")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["union_decision.id"], name=op.f("fk_union_change_decision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_union_change_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_union_change")),
    )
    with op.batch_alter_table("union_change") as batch:
        batch.create_index(op.f("ix_union_change_decision_id"), ["decision_id"])
        batch.create_index(op.f("ix_union_change_effective_on"), ["effective_on"])
        batch.create_index(
            "ix_union_change_waiting",
            ["effective_on"],
            sqlite_where=sa.text("applied_at IS NULL"),
            postgresql_where=sa.text("applied_at IS NULL"),
        )
        batch.create_index(op.f("ix_union_change_union_id_effective_on"), ["union_id", "effective_on"])
    op.create_table(
        "tree_node",
        sa.Column("tree_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("short_name", sa.String(120), nullable=False),
        sa.Column("name_key", sort_text(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed', 'absorbed', 'newcomer')", name=op.f("ck_tree_node_state")),
        sa.CheckConstraint("first <= last", name=op.f("ck_tree_node_interval")),
        sa.ForeignKeyConstraint(["tree_id"], ["kept_tree.id"], name=op.f("fk_tree_node_tree_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["union_id"], ["trade_union.id"], name=op.f("fk_tree_node_union_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tree_id", "union_id", name=op.f("pk_tree_node")),
    )
    with op.batch_alter_table("tree_node") as batch:
        batch.create_index(op.f("ix_tree_node_tree_id_first"), ["tree_id", "first"])
        batch.create_index(op.f("ix_tree_node_union_id"), ["union_id"])
    op.create_table(
        "union_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("short_name", sa.String(120), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'upper', 'grassroots', 'section')", name=op.f("ck_union_spell_level")
        ),
        sa.CheckConstraint("since < until", name=op.f("ck_union_spell_order")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["union_change.id"], name=op.f("fk_union_spell_change_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["trade_union.id"], name=op.f("fk_union_spell_parent_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_union_spell_place_id")),
        sa.ForeignKeyConstraint(
            ["union_id"], ["trade_union.id"], name=op.f("fk_union_spell_union_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_union_spell")),
    )
    with op.batch_alter_table("union_spell") as batch:
        batch.create_index(op.f("ix_union_spell_change_id"), ["change_id"])
        batch.create_index(op.f("ix_union_spell_parent_id"), ["parent_id"])
        batch.create_index(op.f("ix_union_spell_since"), ["since"])
        batch.create_index(op.f("ix_union_spell_union_id"), ["union_id"])
        batch.create_index(
            "uq_union_spell_in_force",
            ["union_id", "since"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
    op.create_table(
        "succession",
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["union_change.id"], name=op.f("fk_succession_change_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["trade_union.id"], name=op.f("fk_succession_predecessor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["trade_union.id"], name=op.f("fk_succession_successor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", "on_day", name=op.f("pk_succession")),
    )
    with op.batch_alter_table("succession") as batch:
        batch.create_index(op.f("ix_succession_change_id"), ["change_id"])


def _people() -> None:
    """Where people belonged, cards, duplicates, corrections."""
    op.create_table(
        "past_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "cause IN ('roster', 'correction', 'reorganisation', 'leaving', 'merge', 'own')",
            name=op.f("ck_past_membership_cause"),
        ),
        sa.CheckConstraint("kind IN ('member', 'official', 'worker')", name=op.f("ck_past_membership_kind")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["union_change.id"], name=op.f("fk_past_membership_change_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_past_membership_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_past_membership_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_membership")),
    )
    with op.batch_alter_table("past_membership") as batch:
        batch.create_index(op.f("ix_past_membership_change_id"), ["change_id"])
        batch.create_index(op.f("ix_past_membership_person_id_until"), ["person_id", "until"])
        batch.create_index(op.f("ix_past_membership_union_id"), ["union_id"])
    op.create_table(
        "union_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_union_id", sa.Integer(), nullable=True),
        sa.Column("to_union_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("outcome", json(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'refused', 'withdrawn')", name=op.f("ck_union_request_state")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_union_request_asked_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_union_request_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["from_union_id"], ["trade_union.id"], name=op.f("fk_union_request_from_union_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_union_request_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_union_id"], ["trade_union.id"], name=op.f("fk_union_request_to_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_union_request")),
        sa.UniqueConstraint("code", name=op.f("uq_union_request_code")),
    )
    with op.batch_alter_table("union_request") as batch:
        batch.create_index(op.f("ix_union_request_asked_by_id"), ["asked_by_id"])
        batch.create_index(op.f("ix_union_request_decided_by_id"), ["decided_by_id"])
        batch.create_index(op.f("ix_union_request_from_union_id_state"), ["from_union_id", "state"])
        batch.create_index(op.f("ix_union_request_to_union_id_state"), ["to_union_id", "state"])
        batch.create_index(
            "uq_union_request_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
    op.create_table(
        "person_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_card_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_card")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_person_card_code_hash")),
    )
    with op.batch_alter_table("person_card") as batch:
        batch.create_index(
            "uq_person_card_in_force",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("details", json(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(["gone_id"], ["person.id"], name=op.f("fk_person_merge_gone_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
        sa.UniqueConstraint("code", name=op.f("uq_person_merge_code")),
    )
    with op.batch_alter_table("person_merge") as batch:
        batch.create_index(op.f("ix_person_merge_gone_id"), ["gone_id"])
        batch.create_index(op.f("ix_person_merge_kept_id"), ["kept_id"])
    op.create_table(
        "not_duplicate",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("said_by", sa.String(60), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_not_duplicate_order")),
        sa.ForeignKeyConstraint(["one_id"], ["person.id"], name=op.f("fk_not_duplicate_one_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_not_duplicate_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_not_duplicate")),
    )
    with op.batch_alter_table("not_duplicate") as batch:
        batch.create_index(op.f("ix_not_duplicate_other_id"), ["other_id"])


def _participation() -> None:
    """Hours of the day, targets, daily summaries."""
    op.create_table(
        "tally_hour",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_tally_hour_hour")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_tally_hour_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contest_id", "union_id", "hour", name=op.f("pk_tally_hour")),
    )
    op.create_table(
        "union_target",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("set_from_id", sa.Integer(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by", sa.String(60), nullable=False),
        sa.CheckConstraint("source IN ('given', 'own')", name=op.f("ck_union_target_source")),
        sa.CheckConstraint("(percent IS NULL) <> (people IS NULL)", name=op.f("ck_union_target_one_figure")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_union_target_people")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_union_target_percent")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_union_target_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["set_from_id"], ["trade_union.id"], name=op.f("fk_union_target_set_from_id")),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_union_target_union_id")),
        sa.PrimaryKeyConstraint("contest_id", "union_id", "source", name=op.f("pk_union_target")),
    )
    with op.batch_alter_table("union_target") as batch:
        batch.create_index(op.f("ix_union_target_set_from_id"), ["set_from_id"])
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_subscription_hour")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_subscription_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_subscription_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("code", name=op.f("uq_subscription_code")),
    )
    with op.batch_alter_table("subscription") as batch:
        batch.create_index(op.f("ix_subscription_union_id"), ["union_id"])
        batch.create_index(
            "uq_subscription_in_force",
            ["person_id", "union_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", json(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_digest_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("subscription_id", "day", name=op.f("uq_digest_subscription_id_day")),
    )
    with op.batch_alter_table("digest") as batch:
        batch.create_index(op.f("ix_digest_next_at"), ["next_at"])


def _documents() -> None:
    """Drafts, templates, certificates, made files."""
    op.create_table(
        "document_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("uploaded_by", sa.String(60), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('report', 'yearly', 'notice', 'decision', 'taking_part', 'prize')",
            name=op.f("ck_document_template_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_document_template_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_document_template_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
        sa.UniqueConstraint("code", name=op.f("uq_document_template_code")),
    )
    with op.batch_alter_table("document_template") as batch:
        batch.create_index(op.f("ix_document_template_contest_id"), ["contest_id"])
        batch.create_index(op.f("ix_document_template_union_id_kind"), ["union_id", "kind"])
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("fields", json(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(60), nullable=False),
        sa.CheckConstraint("kind IN ('report', 'yearly', 'notice', 'decision')", name=op.f("ck_draft_kind")),
        sa.CheckConstraint("(contest_id IS NULL) = (year > 0)", name=op.f("ck_draft_about")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_draft_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_draft_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "contest_id",
            "union_id",
            "kind",
            "round_number",
            name=op.f("uq_draft_contest_id_union_id_kind_round_number"),
        ),
    )
    with op.batch_alter_table("draft") as batch:
        batch.create_index(op.f("ix_draft_union_id"), ["union_id"])
        batch.create_index(
            "uq_draft_of_year",
            ["union_id", "kind", "year"],
            unique=True,
            sqlite_where=sa.text("contest_id IS NULL"),
            postgresql_where=sa.text("contest_id IS NULL"),
        )
    op.create_table(
        "made_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_made_file_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_made_file_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_made_file_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_made_file")),
        sa.UniqueConstraint("code", name=op.f("uq_made_file_code")),
    )
    with op.batch_alter_table("made_file") as batch:
        batch.create_index(op.f("ix_made_file_contest_id"), ["contest_id"])
        batch.create_index(op.f("ix_made_file_made_at"), ["made_at"])
        batch.create_index(op.f("ix_made_file_person_id"), ["person_id"])
        batch.create_index(op.f("ix_made_file_union_id"), ["union_id"])
    op.create_table(
        "made_file_part",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["made_file.id"], name=op.f("fk_made_file_part_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_made_file_part")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("unit", sa.String(700), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("printed", json(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by", sa.String(60), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('taking_part', 'prize')", name=op.f("ck_certificate_kind")),
        sa.CheckConstraint("(entry_id IS NULL) <> (union_id IS NULL)", name=op.f("ck_certificate_whose")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_certificate_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_certificate_entry_id")),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_certificate_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
    )
    with op.batch_alter_table("certificate") as batch:
        batch.create_index(op.f("ix_certificate_entry_id"), ["entry_id"])
        batch.create_index(op.f("ix_certificate_union_id"), ["union_id"])
        batch.create_index(
            "uq_certificate_of_person",
            ["contest_id", "kind", "round_number", "title", "entry_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND entry_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND entry_id IS NOT NULL"),
        )


def _unions() -> None:
    """Figures that stand were told and confirmed long ago."""
    with op.batch_alter_table("trade_union") as batch:
        batch.add_column(sa.Column("place_id", sa.Integer(), nullable=True))
        batch.create_index(op.f("ix_trade_union_place_id"), ["place_id"])
        batch.create_foreign_key(op.f("fk_trade_union_place_id"), "place", ["place_id"], ["id"])
    with op.batch_alter_table("headcount") as batch:
        batch.add_column(sa.Column("source", sa.String(10), nullable=False, server_default="import"))
        batch.add_column(sa.Column("entered_at", MOMENT, nullable=False, server_default=LONG_AGO))
        batch.add_column(sa.Column("entered_by", sa.String(60), nullable=False, server_default=""))
        batch.add_column(sa.Column("confirmed_at", MOMENT, nullable=True, server_default=LONG_AGO))
        batch.add_column(sa.Column("confirmed_by", sa.String(60), nullable=True))
        batch.add_column(sa.Column("replaced_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("sent_back_reason", sa.String(300), nullable=False, server_default=""))
        batch.add_column(sa.Column("sent_back_by", sa.String(60), nullable=True))
        batch.drop_constraint(op.f("uq_headcount_union_id_kind_counted_on"), type_="unique")
        batch.create_check_constraint(op.f("ck_headcount_source"), "source IN ('own', 'above', 'import')")
        batch.create_index(op.f("ix_headcount_union_id_kind_counted_on"), ["union_id", "kind", "counted_on"])
        batch.create_index(
            "uq_headcount_in_force",
            ["union_id", "kind", "counted_on"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )


def _accounts() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("union_since", sa.Date(), nullable=True))
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_index(op.f("ix_person_merged_into_id"), ["merged_into_id"])
        batch.create_foreign_key(op.f("fk_person_merged_into_id"), "person", ["merged_into_id"], ["id"])
    with op.batch_alter_table("role_grant") as batch:
        batch.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("until_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("source_id", sa.Integer(), nullable=True))
        batch.create_index(op.f("ix_role_grant_source_id"), ["source_id"])
        batch.create_foreign_key(op.f("fk_role_grant_source_id"), "role_grant", ["source_id"], ["id"])
        batch.create_check_constraint(op.f("ck_role_grant_period"), "from_on <= until_on")


def _contests() -> None:
    with op.batch_alter_table("contest") as batch:
        batch.add_column(sa.Column("previous_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("tree_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("size_classes", json(), nullable=False, server_default="[]"))
        batch.create_index(op.f("ix_contest_previous_id"), ["previous_id"])
        batch.create_index(op.f("ix_contest_tree_id"), ["tree_id"])
        batch.create_foreign_key(
            op.f("fk_contest_previous_id"), "contest", ["previous_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_foreign_key(op.f("fk_contest_tree_id"), "kept_tree", ["tree_id"], ["id"])


def _fill() -> None:
    """Every union gets a spell since it opened (1900: nobody knows); the present tree is made of them by
    ``unions.trees`` when the server has migrated (``contest.migrate.fillers``)."""
    op.get_bind().execute(
        sa.text(
            "INSERT INTO union_spell (union_id, since, until, name, short_name, level, parent_id, entered_at) "
            "SELECT id, COALESCE(opened_on, :first), "
            "CASE WHEN closed_on > COALESCE(opened_on, :first) THEN closed_on END, "
            "name, short_name, level, parent_id, :entered FROM trade_union"
        ).bindparams(
            sa.bindparam("first", datetime(1900, 1, 1, tzinfo=UTC).date(), sa.Date()),
            sa.bindparam("entered", datetime(2000, 1, 1, tzinfo=UTC), MOMENT),
        )
    )
