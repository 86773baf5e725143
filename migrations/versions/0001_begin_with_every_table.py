"""Begin with every table

Revision: 0001
Follows:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_subject_at"), ["subject", "at"], unique=False)

    op.create_table(
        "question_bank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_bank")),
        sa.UniqueConstraint("code", name=op.f("uq_question_bank_code")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "trade_union",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("short_name", sa.String(length=120), nullable=False),
        sa.Column("name_fold", sa.String(length=700), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=1000).with_variant(sa.String(length=1000, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'upper', 'grassroots', 'section')", name=op.f("ck_trade_union_level")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_trade_union_not_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["trade_union.id"], name=op.f("fk_trade_union_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_union")),
        sa.UniqueConstraint("code", name=op.f("uq_trade_union_code")),
    )
    with op.batch_alter_table("trade_union", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_union_parent_id_name_key"), ["parent_id", "name_key"], unique=False)

    op.create_table(
        "bank_owner",
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_bank_owner_bank_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_bank_owner_union_id")),
        sa.PrimaryKeyConstraint("bank_id", name=op.f("pk_bank_owner")),
    )
    with op.batch_alter_table("bank_owner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_owner_union_id"), ["union_id"], unique=False)

    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("organizer", sa.String(length=300), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("extra_rules", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("scope_union_id", sa.Integer(), nullable=True),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("criteria", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("total", sa.String(length=20), nullable=False),
        sa.Column("all_answers_required", sa.Boolean(), nullable=False),
        sa.Column("prediction_target", sa.String(length=20), nullable=True),
        sa.Column("prediction_scope", sa.String(length=20), nullable=False),
        sa.Column("prediction_rule", sa.String(length=30), nullable=False),
        sa.Column("name_display", sa.String(length=20), nullable=False),
        sa.Column("score_shown", sa.String(length=20), nullable=False),
        sa.Column("key_shown", sa.String(length=20), nullable=False),
        sa.Column("ranking_shown", sa.String(length=20), nullable=False),
        sa.Column("target_percent", sa.Integer(), nullable=True),
        sa.Column("target_people", sa.Integer(), nullable=True),
        sa.Column("headcount_basis", sa.String(length=20), nullable=False),
        sa.Column("one_prize", sa.String(length=20), nullable=False),
        sa.Column("collective_min_headcount", sa.Integer(), nullable=True),
        sa.Column("collective_min_percent", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "key_shown IN ('at_once', 'after_round', 'after_contest', 'never')", name=op.f("ck_contest_key_shown")
        ),
        sa.CheckConstraint("name_display IN ('full', 'masked', 'hidden')", name=op.f("ck_contest_name_display")),
        sa.CheckConstraint(
            "ranking_shown IN ('live', 'after_round', 'published')", name=op.f("ck_contest_ranking_shown")
        ),
        sa.CheckConstraint("score_shown IN ('at_once', 'after_round')", name=op.f("ck_contest_score_shown")),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_contest_state")),
        sa.CheckConstraint("total IN ('sum', 'best', 'none')", name=op.f("ck_contest_total")),
        sa.CheckConstraint("target_percent BETWEEN 1 AND 100", name=op.f("ck_contest_target_percent")),
        sa.ForeignKeyConstraint(["scope_union_id"], ["trade_union.id"], name=op.f("fk_contest_scope_union_id")),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_contest_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("slug", name=op.f("uq_contest_slug")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contest_union_id"), ["union_id"], unique=False)

    op.create_table(
        "headcount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('member', 'official', 'worker')", name=op.f("ck_headcount_kind")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_headcount_not_negative")),
        sa.ForeignKeyConstraint(
            ["union_id"], ["trade_union.id"], name=op.f("fk_headcount_union_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount")),
        sa.UniqueConstraint("union_id", "kind", "counted_on", name=op.f("uq_headcount_union_id_kind_counted_on")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_fold", sa.String(length=120), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=400).with_variant(sa.String(length=400, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("phone", sa.String(length=15), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('member', 'official', 'worker')", name=op.f("ck_person_kind")),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_person_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_name_fold"), ["name_fold"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_union_id_name_key"), ["union_id", "name_key"], unique=False)

    op.create_table(
        "question_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("path", sa.String(length=900), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_question_topic_bank_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["question_topic.id"], name=op.f("fk_question_topic_parent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_topic")),
        sa.UniqueConstraint("bank_id", "path", name=op.f("uq_question_topic_bank_id_path")),
    )
    with op.batch_alter_table("question_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_topic_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "union_ancestry",
        sa.Column("ancestor_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["trade_union.id"], name=op.f("fk_union_ancestry_ancestor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["union_id"], ["trade_union.id"], name=op.f("fk_union_ancestry_union_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ancestor_id", "union_id", name=op.f("pk_union_ancestry")),
    )
    with op.batch_alter_table("union_ancestry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_union_ancestry_union_id_ancestor_id"), ["union_id", "ancestor_id"], unique=False
        )

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint(
            "person_id", "purpose", "text_version", name=op.f("uq_consent_person_id_purpose_text_version")
        ),
    )
    op.create_table(
        "division",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_division_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_division_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division")),
        sa.UniqueConstraint("contest_id", "code", name=op.f("uq_division_contest_id_code")),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_division_union_id"), ["union_id"], unique=False)

    op.create_table(
        "exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=15), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("mode IN ('barred', 'unranked')", name=op.f("ck_exclusion_mode")),
        sa.CheckConstraint(
            "phone IS NOT NULL OR union_id IS NOT NULL OR kind IS NOT NULL", name=op.f("ck_exclusion_target")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_exclusion_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_exclusion_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusion_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exclusion_union_id"), ["union_id"], unique=False)

    op.create_table(
        "pending_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pending_file_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_file")),
        sa.UniqueConstraint("token", name=op.f("uq_pending_file_token")),
    )
    with op.batch_alter_table("pending_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_file_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pending_file_uploaded_at"), ["uploaded_at"], unique=False)

    op.create_table(
        "prize_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.CheckConstraint("scope IN ('round', 'contest', 'collective')", name=op.f("ck_prize_line_scope")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_prize_line_quantity")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_prize_line_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_line")),
    )
    with op.batch_alter_table("prize_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prize_line_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("text_fold", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'approved', 'retired')", name=op.f("ck_question_state")),
        sa.CheckConstraint("difficulty IN (1, 2, 3)", name=op.f("ck_question_difficulty")),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_question_bank_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["question_topic.id"], name=op.f("fk_question_topic_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("bank_id", "code", name=op.f("uq_question_bank_id_code")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_bank_id_fingerprint"), ["bank_id", "fingerprint"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_question_bank_id_state_topic_id_difficulty"),
            ["bank_id", "state", "topic_id", "difficulty"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_question_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "rank_step",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column(
            "prefix",
            sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_rank_step_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contest_id", "round_number", "division_id", "prefix", name=op.f("pk_rank_step")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'administrator') = (union_id IS NULL)", name=op.f("ck_role_grant_scope")),
        sa.CheckConstraint("role IN ('administrator', 'organizer', 'official')", name=op.f("ck_role_grant_role")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_role_grant_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_union_id"), ["union_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('quiz', 'works', 'live')", name=op.f("ck_stage_kind")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_stage_contest_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("contest_id", "position", name=op.f("uq_stage_contest_id_position")),
    )
    op.create_table(
        "tally",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("perfect_people", sa.Integer(), nullable=False),
        sa.Column("perfect_attempts", sa.Integer(), nullable=False),
        sa.Column("score_sum", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_tally_contest_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", "union_id", "kind", "division_id", name=op.f("pk_tally")),
    )
    op.create_table(
        "tally_day",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_tally_day_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contest_id", "day", "union_id", name=op.f("pk_tally_day")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=True),
        sa.Column("unranked", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('member', 'official', 'worker')", name=op.f("ck_entry_kind")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_entry_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["division_id"], ["division.id"], name=op.f("fk_entry_division_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entry_person_id")),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_entry_union_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("contest_id", "person_id", name=op.f("uq_entry_contest_id_person_id")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_contest_id_union_id"), ["contest_id", "union_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_division_id"), ["division_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_union_id"), ["union_id"], unique=False)

    op.create_table(
        "question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('single', 'multiple')", name=op.f("ck_question_version_kind")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_version_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("day_from", sa.Integer(), nullable=True),
        sa.Column("day_until", sa.Integer(), nullable=True),
        sa.Column("allowance_s", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=True),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("shuffle_questions", sa.Boolean(), nullable=False),
        sa.Column("shuffle_choices", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("prediction_actual", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("paper IN ('random', 'fixed')", name=op.f("ck_round_paper")),
        sa.CheckConstraint("(day_from IS NULL) = (day_until IS NULL)", name=op.f("ck_round_day_hours")),
        sa.CheckConstraint("allowance_s > 0", name=op.f("ck_round_allowance")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_round_window")),
        sa.CheckConstraint("day_from < day_until", name=op.f("ck_round_day_order")),
        sa.CheckConstraint(
            "day_from BETWEEN 0 AND 1439 AND day_until BETWEEN 1 AND 1440", name=op.f("ck_round_day_minutes")
        ),
        sa.CheckConstraint("max_attempts > 0", name=op.f("ck_round_max_attempts")),
        sa.CheckConstraint("number > 0", name=op.f("ck_round_number")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_round_weekdays")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_round_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_round_stage_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_round_contest_id_number")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paper", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("prediction", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=10), nullable=True),
        sa.Column("elapsed_ms", sa.BigInteger(), nullable=True),
        sa.Column("auto_score", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("max_score", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("correct", sa.Integer(), nullable=True),
        sa.Column("perfect", sa.Boolean(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL)", name=op.f("ck_attempt_closed_by")),
        sa.CheckConstraint("(state = 'closed') = (score IS NOT NULL)", name=op.f("ck_attempt_closed_has_score")),
        sa.CheckConstraint("(state = 'closed') = (submitted_at IS NOT NULL)", name=op.f("ck_attempt_closed_has_time")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_attempt_state")),
        sa.CheckConstraint("number > 0 AND seq >= 0", name=op.f("ck_attempt_counts")),
        sa.CheckConstraint("prediction >= 0", name=op.f("ck_attempt_prediction")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_attempt_entry_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_attempt_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("code", name=op.f("uq_attempt_code")),
        sa.UniqueConstraint("entry_id", "round_id", "number", name=op.f("uq_attempt_entry_id_round_id_number")),
        postgresql_with={"fillfactor": "70"},
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempt_open_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            batch_op.f("ix_attempt_round_id_submitted_at"), ["round_id", "submitted_at"], unique=False
        )
        batch_op.create_index(
            "uq_attempt_one_open",
            ["entry_id", "round_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "blueprint_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column("division_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_blueprint_row_count")),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 3", name=op.f("ck_blueprint_row_difficulty")),
        sa.CheckConstraint("points > 0", name=op.f("ck_blueprint_row_points")),
        sa.ForeignKeyConstraint(["bank_id"], ["question_bank.id"], name=op.f("fk_blueprint_row_bank_id")),
        sa.ForeignKeyConstraint(["division_id"], ["division.id"], name=op.f("fk_blueprint_row_division_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_blueprint_row_round_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["question_topic.id"], name=op.f("fk_blueprint_row_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint_row")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_blueprint_row_round_id_position")),
    )
    with op.batch_alter_table("blueprint_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blueprint_row_bank_id"), ["bank_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_blueprint_row_division_id"), ["division_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_blueprint_row_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "round_pool",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_pool_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_pool")),
    )
    op.create_table(
        "standing",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("ranked", sa.Boolean(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("elapsed_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("perfect", sa.Integer(), nullable=False),
        sa.Column("prediction_gap", sa.BigInteger(), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_standing_attempt_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_standing_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_standing_entry_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", "entry_id", name=op.f("pk_standing")),
    )
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(
            "ix_standing_division",
            ["contest_id", "round_number", "division_id", "ranked", "sort_key", "entry_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_standing_order", ["contest_id", "round_number", "ranked", "sort_key", "entry_id"], unique=False
        )
    _protect_rows()


def downgrade() -> None:
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_order")
        batch_op.drop_index("ix_standing_division")
        batch_op.drop_index(batch_op.f("ix_standing_attempt_id"))

    op.drop_table("standing")
    op.drop_table("round_pool")
    with op.batch_alter_table("blueprint_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blueprint_row_topic_id"))
        batch_op.drop_index(batch_op.f("ix_blueprint_row_division_id"))
        batch_op.drop_index(batch_op.f("ix_blueprint_row_bank_id"))

    op.drop_table("blueprint_row")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempt_one_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_attempt_round_id_submitted_at"))
        batch_op.drop_index(
            "ix_attempt_open_due", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )

    op.drop_table("attempt")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_stage_id"))

    op.drop_table("round")
    op.drop_table("question_version")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_union_id"))
        batch_op.drop_index(batch_op.f("ix_entry_person_id"))
        batch_op.drop_index(batch_op.f("ix_entry_division_id"))
        batch_op.drop_index(batch_op.f("ix_entry_contest_id_union_id"))

    op.drop_table("entry")
    op.drop_table("tally_day")
    op.drop_table("tally")
    op.drop_table("stage")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))
        batch_op.drop_index(batch_op.f("ix_sign_in_expires_at"))

    op.drop_table("sign_in")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_union_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))

    op.drop_table("role_grant")
    op.drop_table("rank_step")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_topic_id"))
        batch_op.drop_index(batch_op.f("ix_question_bank_id_state_topic_id_difficulty"))
        batch_op.drop_index(batch_op.f("ix_question_bank_id_fingerprint"))

    op.drop_table("question")
    with op.batch_alter_table("prize_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prize_line_contest_id"))

    op.drop_table("prize_line")
    with op.batch_alter_table("pending_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_file_uploaded_at"))
        batch_op.drop_index(batch_op.f("ix_pending_file_person_id"))

    op.drop_table("pending_file")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusion_union_id"))
        batch_op.drop_index(batch_op.f("ix_exclusion_contest_id"))

    op.drop_table("exclusion")
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_division_union_id"))

    op.drop_table("division")
    op.drop_table("consent")
    with op.batch_alter_table("union_ancestry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_union_ancestry_union_id_ancestor_id"))

    op.drop_table("union_ancestry")
    with op.batch_alter_table("question_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_topic_parent_id"))

    op.drop_table("question_topic")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_union_id_name_key"))
        batch_op.drop_index(batch_op.f("ix_person_phone"))
        batch_op.drop_index(batch_op.f("ix_person_name_fold"))

    op.drop_table("person")
    op.drop_table("headcount")
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contest_union_id"))

    op.drop_table("contest")
    with op.batch_alter_table("bank_owner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_owner_union_id"))

    op.drop_table("bank_owner")
    with op.batch_alter_table("trade_union", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_union_parent_id_name_key"))

    op.drop_table("trade_union")
    op.drop_table("throttle")
    op.drop_table("question_bank")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


#: Rows that are written once: the audit log never changes, a question version never changes its words.
REFUSALS = {
    "audit_entry": ("UPDATE", "DELETE"),
    "question_version": ("UPDATE",),
}


def _protect_rows() -> None:
    """Let the database itself refuse what must never be."""
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME; END $$"
        )
    for table, verbs in REFUSALS.items():
        for verb in verbs:
            name = f"{table}_no_{verb.lower()}"
            action = "EXECUTE FUNCTION refuse_change()"
            if not postgres:
                action = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are written once'); END"
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {action}")
