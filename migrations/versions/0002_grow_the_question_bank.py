"""Grow the question bank: kinds, review, tags, pictures, citations, statistics, corrections

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from questions.codes import code_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = ("single", "multiple", "truefalse", "statements", "short", "number", "order", "match", "essay")
STATES = ("draft", "review", "approved", "retired")
#: New tables, in an order in which they can be dropped.
AROUND = ("question_citation", "legal_document", "question_picture", "question_step", "question_tag")
BESIDE = ("question_statistic", "round_statistic", "marking_lease", "score_change", "key_recount", "job")
DESK = ("bank_share", "column_map", "unsaved_question")


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    _banks()
    _questions()
    _code_keys()
    _around_questions()
    _rounds()
    _attempts()
    _beside_contests()
    _jobs()
    _desk()


def downgrade() -> None:
    for table in DESK + BESIDE + ("key_change", "hand_mark", "printed_paper") + AROUND:
        op.drop_table(table)
    with op.batch_alter_table("attempt") as batch:
        batch.drop_index("ix_attempt_pending")
        batch.drop_column("pending")
    with op.batch_alter_table("blueprint_row") as batch:
        batch.drop_column("tags")
    with op.batch_alter_table("round") as batch:
        batch.drop_column("prefer_unseen")
    op.execute(
        "DELETE FROM question WHERE state = 'review' OR EXISTS (SELECT 1 FROM question_version v "
        "WHERE v.question_id = question.id AND v.kind NOT IN ('single', 'multiple'))"
    )
    op.drop_index("ix_question_bank_id_code_key", table_name="question")
    with op.batch_alter_table("question") as batch:
        batch.drop_column("code_key")
        batch.drop_column("approved_number")
        batch.drop_constraint(op.f("ck_question_state"), type_="check")
        batch.create_check_constraint(op.f("ck_question_state"), one_of("state", ("draft", "approved", "retired")))
    _unguard()
    with op.batch_alter_table("question_version") as batch:
        batch.drop_column("details")
        batch.drop_column("note")
        batch.drop_constraint(op.f("ck_question_version_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_question_version_kind"), one_of("kind", ("single", "multiple")))
    _guard()
    with op.batch_alter_table("question_bank") as batch:
        batch.drop_constraint(op.f("ck_question_bank_review"), type_="check")
        batch.drop_column("review")


def _banks() -> None:
    with op.batch_alter_table("question_bank") as batch:
        batch.add_column(sa.Column("review", sa.String(length=10), nullable=False, server_default="one"))
        batch.create_check_constraint(op.f("ck_question_bank_review"), one_of("review", ("one", "two")))


def _questions() -> None:
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("approved_number", sa.Integer(), nullable=True))
        batch.drop_constraint(op.f("ck_question_state"), type_="check")
        batch.create_check_constraint(op.f("ck_question_state"), one_of("state", STATES))
    op.execute("UPDATE question SET approved_number = version_number WHERE state <> 'draft'")
    _unguard()
    with op.batch_alter_table("question_version") as batch:
        batch.add_column(sa.Column("details", json(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        batch.drop_constraint(op.f("ck_question_version_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_question_version_kind"), one_of("kind", KINDS))
    _guard()


def _code_keys() -> None:
    """Keys by which codes sort with their numbers by value, as ``questions.codes`` makes them today."""
    collation = "C" if op.get_bind().dialect.name == "postgresql" else None
    kind = sa.String(length=280, collation=collation)
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("code_key", kind, nullable=False, server_default=""))
        batch.create_index("ix_question_bank_id_code_key", ["bank_id", "code_key"], unique=False)
    question = sa.table("question", sa.column("id", sa.Integer), sa.column("code", sa.String), sa.column("code_key"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(question.c.id, question.c.code)).all()
    keys = [{"row": row.id, "key": code_key(row.code)} for row in rows]
    if keys:
        change = question.update().where(question.c.id == sa.bindparam("row")).values(code_key=sa.bindparam("key"))
        connection.execute(change, keys)


def _unguard() -> None:
    """Making the table anew on SQLite would copy nothing of its trigger; on PostgreSQL it may stay."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER question_version_no_update")


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER question_version_no_update BEFORE UPDATE ON question_version FOR EACH ROW "
            "BEGIN SELECT RAISE(ABORT, 'rows of question_version are written once'); END"
        )


def _around_questions() -> None:
    op.create_table(
        "legal_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["same_as_id"], ["legal_document.id"], name=op.f("fk_legal_document_same_as_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_document")),
        sa.UniqueConstraint("key", name=op.f("uq_legal_document_key")),
    )
    with op.batch_alter_table("legal_document") as batch:
        batch.create_index(batch.f("ix_legal_document_same_as_id"), ["same_as_id"], unique=False)

    op.create_table(
        "question_picture",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=30), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_question_picture")),
    )

    op.create_table(
        "question_citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["legal_document.id"], name=op.f("fk_question_citation_document_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_citation_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_citation")),
        sa.UniqueConstraint(
            "question_id", "document_id", "article", name=op.f("uq_question_citation_question_id_document_id_article")
        ),
    )
    with op.batch_alter_table("question_citation") as batch:
        batch.create_index(batch.f("ix_question_citation_document_id"), ["document_id"], unique=False)
        batch.create_index(batch.f("ix_question_citation_question_id"), ["question_id"], unique=False)

    op.create_table(
        "question_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verb IN ('submit', 'approve', 'return', 'withdraw', 'retire', 'restore', 'comment')",
            name=op.f("ck_question_step_verb"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_step_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_step")),
    )
    with op.batch_alter_table("question_step") as batch:
        batch.create_index(batch.f("ix_question_step_question_id"), ["question_id"], unique=False)

    op.create_table(
        "question_tag",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_tag_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "tag", name=op.f("pk_question_tag")),
    )
    with op.batch_alter_table("question_tag") as batch:
        batch.create_index(batch.f("ix_question_tag_tag_question_id"), ["tag", "question_id"], unique=False)


def _rounds() -> None:
    with op.batch_alter_table("round") as batch:
        batch.add_column(sa.Column("prefer_unseen", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("blueprint_row") as batch:
        batch.add_column(sa.Column("tags", json(), nullable=False, server_default="[]"))
    op.create_table(
        "printed_paper",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paper", json(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_printed_paper_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_printed_paper")),
    )


def _attempts() -> None:
    with op.batch_alter_table("attempt") as batch:
        batch.add_column(sa.Column("pending", sa.Integer(), nullable=False, server_default="0"))
        batch.create_index(
            "ix_attempt_pending",
            ["round_id"],
            sqlite_where=sa.text("pending > 0"),
            postgresql_where=sa.text("pending > 0"),
        )
    op.create_table(
        "key_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("details", json(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=True),
        sa.Column("undo_reason", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("kind IN ('key', 'accept', 'credit', 'drop')", name=op.f("ck_key_change_kind")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_key_change_undone")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_key_change_round_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"], name=op.f("fk_key_change_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_change")),
    )
    with op.batch_alter_table("key_change") as batch:
        batch.create_index(batch.f("ix_key_change_round_id_version_id"), ["round_id", "version_id"], unique=False)
        batch.create_index(batch.f("ix_key_change_version_id"), ["version_id"], unique=False)
    op.create_table(
        "hand_mark",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_hand_mark_points")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_hand_mark_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "place", name=op.f("pk_hand_mark")),
    )


def _beside_contests() -> None:
    op.create_table(
        "question_statistic",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("figures", json(), nullable=False),
        sa.Column("suspect", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_question_statistic_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_statistic_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "version_id", name=op.f("pk_question_statistic")),
    )
    with op.batch_alter_table("question_statistic") as batch:
        batch.create_index(batch.f("ix_question_statistic_version_id"), ["version_id"], unique=False)

    op.create_table(
        "round_statistic",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", json(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_statistic_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_statistic")),
    )

    op.create_table(
        "marking_lease",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_marking_lease_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_marking_lease_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "place", name=op.f("pk_marking_lease")),
    )
    with op.batch_alter_table("marking_lease") as batch:
        batch.create_index(batch.f("ix_marking_lease_person_id"), ["person_id"], unique=False)

    op.create_table(
        "score_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_change_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("old_score", sa.Integer(), nullable=False),
        sa.Column("new_score", sa.Integer(), nullable=False),
        sa.Column("old_max", sa.Integer(), nullable=False),
        sa.Column("new_max", sa.Integer(), nullable=False),
        sa.Column("undo", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_score_change_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["key_change_id"], ["key_change.id"], name=op.f("fk_score_change_key_change_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_change")),
        sa.UniqueConstraint(
            "attempt_id", "key_change_id", "undo", name=op.f("uq_score_change_attempt_id_key_change_id_undo")
        ),
    )
    with op.batch_alter_table("score_change") as batch:
        batch.create_index(batch.f("ix_score_change_key_change_id"), ["key_change_id"], unique=False)
    op.create_table(
        "key_recount",
        sa.Column("key_change_id", sa.Integer(), nullable=False),
        sa.Column("undo", sa.Boolean(), nullable=False),
        sa.Column("job_code", sa.String(length=24), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["key_change_id"], ["key_change.id"], name=op.f("fk_key_recount_key_change_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_change_id", "undo", name=op.f("pk_key_recount")),
    )
    with op.batch_alter_table("key_recount") as batch:
        batch.create_index(
            "ix_key_recount_going_on",
            ["key_change_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", json(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", json(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_job_progress")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_job_person_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("code", name=op.f("uq_job_code")),
    )
    with op.batch_alter_table("job") as batch:
        batch.create_index(batch.f("ix_job_person_id"), ["person_id"], unique=False)
        batch.create_index(
            "ix_job_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )


def _desk() -> None:
    op.create_table(
        "bank_share",
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_bank_share_bank_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name=op.f("fk_bank_share_union_id")),
        sa.PrimaryKeyConstraint("bank_id", "union_id", name=op.f("pk_bank_share")),
    )
    with op.batch_alter_table("bank_share") as batch:
        batch.create_index(batch.f("ix_bank_share_union_id"), ["union_id"], unique=False)

    op.create_table(
        "column_map",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("header", sa.String(length=64), nullable=False),
        sa.Column("columns", json(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_column_map_bank_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_map")),
        sa.UniqueConstraint("bank_id", "header", name=op.f("uq_column_map_bank_id_header")),
    )

    op.create_table(
        "unsaved_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("question_code", sa.String(length=60), nullable=False),
        sa.Column("fields", json(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["question_bank.id"], name=op.f("fk_unsaved_question_bank_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_unsaved_question_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsaved_question")),
        sa.UniqueConstraint(
            "person_id", "bank_id", "question_code", name=op.f("uq_unsaved_question_person_id_bank_id_question_code")
        ),
    )
    with op.batch_alter_table("unsaved_question") as batch:
        batch.create_index(batch.f("ix_unsaved_question_bank_id"), ["bank_id"], unique=False)
