"""Migrations make exactly the tables the models describe, on both engines."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contest.tables import metadata


def test_models_and_migrations_agree(app):
    with app.extensions["store"].engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_audit_log_refuses_changes(app, session, town):
    assert town.mai.id
    session.commit()
    for change in ("UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="written once"):
            session.execute(text(change))
        session.rollback()


def test_a_question_version_refuses_new_words(session, town):
    town.bank(size=1)
    session.commit()
    with pytest.raises(DBAPIError, match="written once"):
        session.execute(text("UPDATE question_version SET stem = 'x'"))
    session.rollback()
