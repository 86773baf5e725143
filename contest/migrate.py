"""Migrations: Alembic with the app's own engine, one at a time across nodes."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from contest.config import ROOT

#: Key of the advisory lock that keeps two nodes from migrating at once on PostgreSQL.
LOCK = 4_721_001


def alembic_config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the database to a revision; several processes may call this at once."""
    with _locked(engine) as connection:
        command.upgrade(alembic_config(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    with _locked(engine) as connection:
        command.downgrade(alembic_config(connection), revision)


def current(engine: sa.Engine) -> str | None:
    """The revision the database stands at; None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision of the migrations."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


@contextmanager
def _locked(engine: sa.Engine) -> Iterator[sa.Connection]:
    # SQLite's BEGIN IMMEDIATE is lock enough; on PostgreSQL the advisory lock is held until the transaction ends.
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        yield connection
