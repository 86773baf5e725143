"""Results that stand up: freezing, lots, rulings, prizes, proof, publications

Revision: 0004
Follows: 0003
"""

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NEW_TABLES = (
    "result_check",
    "correction",
    "review_mark",
    "publication_part",
    "publication",
    "bundle_part",
    "bundle",
    "sealed_record",
    "seal",
    "unsealed",
    "commitment",
    "claim",
    "award",
    "ruling",
    "lot_draw",
    "frozen_step",
    "frozen_standing",
)


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def sort_text() -> sa.types.TypeEngine:
    return sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")


def upgrade() -> None:
    _settings()
    _marks_of_rulings()
    _ladder()
    _standings()
    _rulings()
    _prizes()
    _proof()
    _publishing()
    _corrections_of_results()
    _refuse_changes()
    _unsealed()


def downgrade() -> None:
    """The ladder goes back to one of coarse steps; what the new tables held is lost."""
    _allow_changes()
    with op.batch_alter_table("contest") as batch:
        for column in ("results_at", "correcting_since"):
            batch.drop_column(column)
    for table in NEW_TABLES:
        op.drop_table(table)
    _old_ladder()
    _old_prize_lines()
    for table, columns in (
        ("attempt", ["annulled"]),
        ("entry", ["disqualified"]),
        ("division", ["born_from", "born_until"]),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
    with op.batch_alter_table("round") as batch:
        batch.drop_constraint(op.f("ck_round_freeze"), type_="check")
        for column in ("lot_seed", "freeze_minutes", "frozen_at", "correcting_since"):
            batch.drop_column(column)
    # An average over rounds is not known there: nearest to it is the sum.
    op.execute("UPDATE contest SET total = 'sum' WHERE total = 'average'")
    with op.batch_alter_table("contest") as batch:
        for name in ("missed_rounds", "tie_rule", "total"):
            batch.drop_constraint(op.f(f"ck_contest_{name}"), type_="check")
        for column in ("missed_rounds", "tie_rule", "lot_seed", "frozen_at", "owner_salt"):
            batch.drop_column(column)
        batch.create_check_constraint(op.f("ck_contest_total"), "total IN ('sum', 'best', 'none')")


def _settings() -> None:
    """Contests that exist keep what their regulations said: missed rounds add nothing, who is tied shares."""
    with op.batch_alter_table("contest") as batch:
        batch.drop_constraint(op.f("ck_contest_total"), type_="check")
        batch.add_column(sa.Column("missed_rounds", sa.String(20), nullable=False, server_default="zero"))
        batch.add_column(sa.Column("tie_rule", sa.String(20), nullable=False, server_default="share"))
        batch.add_column(sa.Column("lot_seed", sa.String(64), nullable=True))
        batch.add_column(sa.Column("frozen_at", MOMENT, nullable=True))
        batch.create_check_constraint(op.f("ck_contest_total"), "total IN ('sum', 'best', 'average', 'none')")
        batch.create_check_constraint(
            op.f("ck_contest_missed_rounds"), "missed_rounds IN ('zero', 'behind', 'left_out')"
        )
        batch.create_check_constraint(op.f("ck_contest_tie_rule"), "tie_rule IN ('share', 'lot', 'committee')")
    with op.batch_alter_table("round") as batch:
        batch.add_column(sa.Column("lot_seed", sa.String(64), nullable=True))
        batch.add_column(sa.Column("freeze_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("frozen_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("correcting_since", MOMENT, nullable=True))
        batch.create_check_constraint(op.f("ck_round_freeze"), "freeze_minutes BETWEEN 0 AND 10080")
    with op.batch_alter_table("division") as batch:
        batch.add_column(sa.Column("born_from", sa.Date(), nullable=True))
        batch.add_column(sa.Column("born_until", sa.Date(), nullable=True))
    _prize_lines()
    _owner_salts()


def _owner_salts() -> None:
    """A secret of its own for every contest there is."""
    with op.batch_alter_table("contest") as batch:
        batch.add_column(sa.Column("owner_salt", sa.String(64), nullable=True))
    table = sa.table("contest", sa.column("id"), sa.column("owner_salt"))
    connection = op.get_bind()
    for (contest_id,) in connection.execute(sa.select(table.c.id)).all():
        salted = table.update().where(table.c.id == contest_id).values(owner_salt=secrets.token_hex(32))
        connection.execute(salted)
    with op.batch_alter_table("contest") as batch:
        batch.alter_column("owner_salt", existing_type=sa.String(64), nullable=False)


def _prize_lines() -> None:
    """Collective prizes said nothing of what they go by: by rate, which the league shows first."""
    with op.batch_alter_table("prize_line") as batch:
        batch.add_column(sa.Column("division_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("points", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("basis", sa.String(20), nullable=True))
        batch.add_column(sa.Column("league_union_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("class_from", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("class_until", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("weight_rate", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("weight_other", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE prize_line SET basis = 'rate' WHERE scope = 'collective'")
    with op.batch_alter_table("prize_line") as batch:
        batch.create_foreign_key("fk_prize_line_division_id", "division", ["division_id"], ["id"])
        batch.create_foreign_key("fk_prize_line_league_union_id", "trade_union", ["league_union_id"], ["id"])
        batch.create_index("ix_prize_line_division_id", ["division_id"])
        batch.create_index("ix_prize_line_league_union_id", ["league_union_id"])
        batch.create_check_constraint(
            op.f("ck_prize_line_basis"), "basis IN ('people', 'rate', 'rate_average', 'rate_prizes')"
        )
        batch.create_check_constraint(op.f("ck_prize_line_collective"), "(scope = 'collective') = (basis IS NOT NULL)")
        batch.create_check_constraint(
            op.f("ck_prize_line_weights"), "points >= 0 AND weight_rate >= 0 AND weight_other >= 0"
        )


def _old_prize_lines() -> None:
    with op.batch_alter_table("prize_line") as batch:
        for name in ("basis", "collective", "weights"):
            batch.drop_constraint(op.f(f"ck_prize_line_{name}"), type_="check")
        for column in ("division_id", "league_union_id"):
            batch.drop_index(f"ix_prize_line_{column}")
            batch.drop_constraint(f"fk_prize_line_{column}", type_="foreignkey")
        for column in ("division_id", "points", "basis", "league_union_id", "class_from", "class_until"):
            batch.drop_column(column)
        for column in ("weight_rate", "weight_other"):
            batch.drop_column(column)


def _marks_of_rulings() -> None:
    for table, column in (("attempt", "annulled"), ("entry", "disqualified")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))


def _step_columns() -> list[sa.Column]:
    return [
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("prefix", sort_text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
    ]


def _set_aside() -> None:
    """The ladder under another name, so that one of the right name can be made from it."""
    op.rename_table("rank_step", "old_rank_step")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE old_rank_step RENAME CONSTRAINT pk_rank_step TO pk_old_rank_step")
        op.execute("ALTER TABLE old_rank_step RENAME CONSTRAINT fk_rank_step_contest_id TO fk_old_rank_step_contest")


def _ladder() -> None:
    """Steps in shards, coarse and fine."""
    _set_aside()
    op.create_table(
        "rank_step",
        *_step_columns(),
        sa.Column("fine", sa.Boolean(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_rank_step_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(
            "contest_id", "round_number", "fine", "prefix", "division_id", "shard", name="pk_rank_step"
        ),
    )
    op.execute(
        "INSERT INTO rank_step (contest_id, round_number, fine, prefix, division_id, shard, people) "
        "SELECT contest_id, round_number, false, prefix, division_id, 0, people FROM old_rank_step"
    )
    op.drop_table("old_rank_step")


def _old_ladder() -> None:
    _set_aside()
    op.create_table(
        "rank_step",
        *_step_columns(),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_rank_step_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", "division_id", "prefix", name="pk_rank_step"),
    )
    op.execute(
        "INSERT INTO rank_step (contest_id, round_number, division_id, prefix, people) "
        "SELECT contest_id, round_number, division_id, prefix, sum(people) FROM old_rank_step WHERE NOT fine "
        "GROUP BY contest_id, round_number, division_id, prefix"
    )
    op.drop_table("old_rank_step")


def _refuse_changes() -> None:
    """What was announced is written once."""
    action = "EXECUTE FUNCTION refuse_change()"
    if op.get_bind().dialect.name == "sqlite":
        action = "BEGIN SELECT RAISE(ABORT, 'rows of publication are written once'); END"
    op.execute(f"CREATE TRIGGER publication_no_update BEFORE UPDATE ON publication FOR EACH ROW {action}")


def _allow_changes() -> None:
    on = " ON publication" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER publication_no_update{on}")


def _unsealed() -> None:
    """What has ended already is sealed at the first occasion."""
    op.execute(
        "INSERT INTO unsealed (attempt_id, contest_id) SELECT attempt.id, round.contest_id FROM attempt "
        "JOIN round ON round.id = attempt.round_id WHERE attempt.state = 'closed' AND attempt.receipt IS NOT NULL"
    )


def _standings() -> None:
    """Freezing and draws by lot."""
    op.create_table(
        "frozen_standing",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("ranked", sa.Boolean(), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("elapsed_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("perfect", sa.Integer(), nullable=False),
        sa.Column("prediction_gap", sa.BigInteger(), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("sort_key", sort_text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name="fk_frozen_standing_contest_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_frozen_standing_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", "entry_id", name="pk_frozen_standing"),
    )
    op.create_index(
        "ix_frozen_standing_order", "frozen_standing", ["contest_id", "round_number", "ranked", "sort_key", "entry_id"]
    )
    op.create_table(
        "frozen_step",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("fine", sa.Boolean(), nullable=False),
        sa.Column("prefix", sort_text(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_frozen_step_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", "fine", "prefix", "division_id", name="pk_frozen_step"),
    )
    op.create_table(
        "lot_draw",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("sources", json(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("drawn_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_lot_draw_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", name="pk_lot_draw"),
    )


def _rulings() -> None:
    """Decisions about people and attempts."""
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(200), nullable=True),
        sa.Column("undo_reason", sa.String(1000), nullable=False),
        sa.CheckConstraint("(kind = 'annulled') = (attempt_id IS NOT NULL)", name=op.f("ck_ruling_target")),
        sa.CheckConstraint("kind IN ('disqualified', 'annulled', 'no_prize')", name=op.f("ck_ruling_kind")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_ruling_undone")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_ruling_attempt_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_ruling_contest_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_ruling_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_ruling"),
        sa.UniqueConstraint("contest_id", "number", name="uq_ruling_contest_id_number"),
    )
    op.create_index("ix_ruling_attempt_id", "ruling", ["attempt_id"])
    op.create_index("ix_ruling_entry_id", "ruling", ["entry_id"])
    op.create_index(
        "uq_ruling_attempt_in_force",
        "ruling",
        ["attempt_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL AND attempt_id IS NOT NULL"),
        postgresql_where=sa.text("undone_at IS NULL AND attempt_id IS NOT NULL"),
    )
    op.create_index(
        "uq_ruling_person_in_force",
        "ruling",
        ["entry_id", "kind"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL AND attempt_id IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL AND attempt_id IS NULL"),
    )


def _prizes() -> None:
    """Awards and claims."""
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("prize_line_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("because", json(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("chosen_by", sa.String(200), nullable=False),
        sa.Column("chosen_reason", sa.String(1000), nullable=False),
        sa.Column("announced_at", MOMENT, nullable=True),
        sa.Column("refused_at", MOMENT, nullable=True),
        sa.Column("refused_by", sa.String(200), nullable=False),
        sa.Column("refused_reason", sa.String(1000), nullable=False),
        sa.CheckConstraint("(state = 'refused') = (refused_at IS NOT NULL)", name=op.f("ck_award_refused")),
        sa.CheckConstraint(
            "state IN ('proposed', 'announced', 'claimed', 'refused', 'leaving')", name=op.f("ck_award_state")
        ),
        sa.CheckConstraint("(entry_id IS NULL) <> (union_id IS NULL)", name=op.f("ck_award_winner")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_award_contest_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_award_entry_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["prize_line_id"], ["prize_line.id"], name="fk_award_prize_line_id"),
        sa.ForeignKeyConstraint(["union_id"], ["trade_union.id"], name="fk_award_union_id"),
        sa.PrimaryKeyConstraint("id", name="pk_award"),
    )
    op.create_index("ix_award_entry_id", "award", ["entry_id"])
    op.create_index("ix_award_prize_line_id", "award", ["prize_line_id"])
    op.create_index("ix_award_union_id", "award", ["union_id"])
    op.create_index(
        "uq_award_entry",
        "award",
        ["contest_id", "round_number", "prize_line_id", "entry_id"],
        unique=True,
        sqlite_where=sa.text("entry_id IS NOT NULL"),
        postgresql_where=sa.text("entry_id IS NOT NULL"),
    )
    op.create_index(
        "uq_award_union",
        "award",
        ["contest_id", "round_number", "prize_line_id", "union_id"],
        unique=True,
        sqlite_where=sa.text("union_id IS NOT NULL"),
        postgresql_where=sa.text("union_id IS NOT NULL"),
    )
    op.create_table(
        "claim",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=False),
        sa.Column("checked_by", sa.String(200), nullable=False),
        sa.Column("document", sa.String(100), nullable=False),
        sa.Column("last_digits", sa.String(4), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("recipient", sa.String(120), nullable=False),
        sa.Column("authorisation", sa.String(300), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_claim_award_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("award_id", name="pk_claim"),
    )


def _proof() -> None:
    """Commitments, seals and bundles."""
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seed_digest", sa.String(64), nullable=False),
        sa.Column("questions_digest", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_commitment_round_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_commitment"),
    )
    in_force = sa.text("replaced_at IS NULL")
    op.create_index("ix_commitment_round_id", "commitment", ["round_id"])
    op.create_index(
        "uq_commitment_in_force",
        "commitment",
        ["round_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_table(
        "unsealed",
        sa.Column("attempt_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_unsealed"),
    )
    op.create_table(
        "seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_seal_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_seal"),
        sa.UniqueConstraint("contest_id", "number", name="uq_seal_contest_id_number"),
    )
    op.create_table(
        "sealed_record",
        sa.Column("seal_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["seal.id"], name="fk_sealed_record_seal_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seal_id", "place", name="pk_sealed_record"),
    )
    op.create_index("ix_sealed_record_attempt_id", "sealed_record", ["attempt_id"])
    op.create_table(
        "bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("rounds", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_bundle_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_bundle"),
        sa.UniqueConstraint("contest_id", "number", name="uq_bundle_contest_id_number"),
    )
    op.create_table(
        "bundle_part",
        sa.Column("bundle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name="fk_bundle_part_bundle_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bundle_id", "number", name="pk_bundle_part"),
    )


def _publishing() -> None:
    """Announced results and their versions."""
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("shown", json(), nullable=False),
        sa.Column("figures", json(), nullable=False),
        sa.Column("winners", json(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", sa.String(200), nullable=False),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_publication_reason")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_publication_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.UniqueConstraint(
            "contest_id", "round_number", "version", name="uq_publication_contest_id_round_number_version"
        ),
    )
    op.create_table(
        "publication_part",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name="fk_publication_part_publication_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("publication_id", "kind", "number", name="pk_publication_part"),
    )
    op.create_table(
        "review_mark",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.Column("marked_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_review_mark_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", "topic", "subject", name="pk_review_mark"),
    )


def _corrections_of_results() -> None:
    """Results of a whole contest announced; corrections begun; what a recount before announcing found."""
    with op.batch_alter_table("contest") as batch:
        batch.add_column(sa.Column("results_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("correcting_since", MOMENT, nullable=True))
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by", sa.String(200), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_correction_reason")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_correction_ended")),
        sa.CheckConstraint("version IS NULL OR ended_at IS NOT NULL", name=op.f("ck_correction_version")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_correction_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index(
        "uq_correction_open",
        "correction",
        ["contest_id", "round_number"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_correction_contest_id", "correction", ["contest_id"])
    op.create_table(
        "result_check",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("checked_by", sa.String(200), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Boolean(), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_result_check_contest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contest_id", "round_number", name="pk_result_check"),
    )
