"""The database as the app sees it: engines, sessions, and which of them may write.

A GET reads in a session that the engine itself refuses to write with; other methods write. On SQLite a writing
transaction begins IMMEDIATE: a deferred one that first reads and then writes fails under load. Only routes and
commands commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from contest.direct import Direct

try:
    import pysqlite3 as sqlite_driver
except ImportError:
    import sqlite3 as sqlite_driver

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Store:
    """The engine of one app and what its process remembers of immutable rows (``memo``)."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._reading = self.engine.execution_options(readonly=True, postgresql_readonly=True)
        #: Caches of rows that never change, by name; dropped with the engine.
        self.memo: dict[str, Any] = {}
        #: Single statements without a session, for what is asked most.
        self.direct = Direct(self.engine)

    def session(self, *, readonly: bool) -> Session:
        return Session(self._reading if readonly else self.engine, expire_on_commit=False)


class Database:
    """Door to the current app's database: ``db.session`` in a request, ``db.begin()`` elsewhere."""

    def init_app(self, app: Flask) -> None:
        app.extensions["store"] = Store(app.config["DATABASE_URL"])
        app.teardown_appcontext(close_sessions)

    @property
    def store(self) -> Store:
        return current_app.extensions["store"]

    @property
    def engine(self) -> sa.Engine:
        return self.store.engine

    @property
    def direct(self) -> Direct:
        return self.store.direct

    @property
    def memo(self) -> dict[str, Any]:
        return self.store.memo

    @property
    def session(self) -> Session:
        """The session of this request: read-only for GET, writing otherwise. Closed when the request ends."""
        readonly = has_request_context() and request.method in READ_METHODS
        return self.reader if readonly else self._session("writer", readonly=False)

    @property
    def reader(self) -> Session:
        """A read-only session, for looking before a slow step (hashing a password) without holding a lock."""
        return self._session("reader", readonly=True)

    @property
    def when_needed(self) -> Any:
        """The session of this request, made only when something is asked of it: much is remembered and asks nothing."""
        return LocalProxy(lambda: self.session)

    def end_reading(self) -> None:
        """End the reading transaction of this request, if there is one, before something is written apart from it."""
        reader = g.get("sessions", {}).get("reader")
        if reader is not None:
            reader.rollback()

    def _session(self, name: str, *, readonly: bool) -> Session:
        sessions = g.setdefault("sessions", {})
        if name not in sessions:
            sessions[name] = self.store.session(readonly=readonly)
        return sessions[name]

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A writing transaction of its own: committed at the end of the block, rolled back on an exception."""
        with self.store.session(readonly=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read-only session of its own."""
        with self.store.session(readonly=True) as session:
            yield session


def close_sessions(_error: BaseException | None = None) -> None:
    for session in g.pop("sessions", {}).values():
        try:
            session.close()
        except sa.exc.DBAPIError:
            # The database went away: what the request has already answered stands.
            session.invalidate()


def make_engine(url: str) -> sa.Engine:
    """An engine for a SQLite or PostgreSQL address, with what each needs to be safe."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    options = "-c timezone=UTC -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        pool_recycle=1800,
        pool_size=10,
        max_overflow=20,
        connect_args={"options": options, "connect_timeout": 5},
    )


def _sqlite_engine(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        module=sqlite_driver,
        # What statements carry are names and phones: a log of errors must not hold them.
        hide_parameters=True,
        pool_size=10,
        max_overflow=30,
        # Transactions are begun by hand below, so the driver must not begin its own.
        connect_args={"timeout": 15, "isolation_level": None, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _wal_is_safe(version: tuple[int, ...]) -> bool:
    """SQLite 3.7.0 to 3.51.2 can lose committed writes in WAL mode (the WAL-reset bug), apart from two backports."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    mode = "WAL" if _wal_is_safe(sqlite_driver.sqlite_version_info) else "DELETE"
    for pragma in (f"journal_mode={mode}", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """Begin by the driver itself: these statements come with every request and are never logged or compiled."""
    readonly = bool(connection.get_execution_options().get("readonly"))
    raw = connection.connection.dbapi_connection
    begin = "BEGIN" if readonly else "BEGIN IMMEDIATE"
    try:
        if connection.info.get("readonly") is not readonly:
            raw.execute(f"PRAGMA query_only={int(readonly)}")
            connection.info["readonly"] = readonly
        raw.execute(begin)
    except sqlite_driver.OperationalError as error:
        raise sa.exc.OperationalError(begin, None, error) from error
