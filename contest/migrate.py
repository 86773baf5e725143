"""Migrations: Alembic with the app's own engine, one at a time across nodes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from contest.config import ROOT
from questions import citing

#: Key of the advisory lock that keeps two nodes from migrating at once on PostgreSQL.
LOCK = 4_721_001
#: What rooms make of rows that are older than their tables, each at once done when there is nothing to do. Filled by
#: ``contest/wiring.py``.
fillers: list[Callable[[Session], None]] = []


def alembic_config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the database to a revision; several processes may call this at once."""
    with _locked(engine) as connection:
        command.upgrade(alembic_config(connection), revision)
        if revision == "head":
            # Within the transaction of the migration, which ends both.
            with Session(connection) as session, session.begin():
                citing.fill(session)
                for fill in fillers:
                    fill(session)


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
    with engine.connect() as connection, _references_checked_at_the_end(connection), connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        yield connection


@contextmanager
def _references_checked_at_the_end(connection: sa.Connection) -> Iterator[None]:
    """On SQLite a table is changed by making it anew; dropping the old one must not delete what refers to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    sa.event.listen(connection, "commit", _refuse_loose_references)
    try:
        yield
    finally:
        sa.event.remove(connection, "commit", _refuse_loose_references)
        raw.execute("PRAGMA foreign_keys=ON")


def _refuse_loose_references(connection: sa.Connection) -> None:
    loose = connection.connection.dbapi_connection.execute("PRAGMA foreign_key_check").fetchone()
    if loose:
        raise RuntimeError(f"the migration would leave a row of {loose[0]} that refers to no row of {loose[2]}")
