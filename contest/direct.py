"""Single statements by the driver itself, for the few routes that everybody uses all the time.

A statement through sessions costs several times what it does; here it costs little more than it does. Each statement is
a transaction of its own, durable when it returns.
"""

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

Values = Mapping[str, Any]

#: Nobody waits longer for the turn to write, in seconds.
COURTESY_S = 2.0


class Direct:
    """Statements of one engine's database; thread-safe. Errors are raised as SQLAlchemy's."""

    def __init__(self, engine: sa.Engine) -> None:
        self.on_sqlite = engine.dialect.name == "sqlite"
        self._engine = engine
        self._own = engine if self.on_sqlite else _autocommitting(engine)
        self._errors = engine.dialect.loaded_dbapi.Error
        self._idle: deque[Any] = deque()
        self._turn = threading.Lock()
        sa.event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def text(self, statement: str) -> str:
        """A statement with ``:name`` for its values as the driver takes it."""
        return statement if self.on_sqlite else sa.text(statement).compile(dialect=self._engine.dialect).string

    def instant(self, at: datetime) -> Any:
        """An instant as a value: SQLite keeps them as text of fixed width (``questions.base.Instant``)."""
        at = at.astimezone(UTC)
        return at.strftime("%Y-%m-%d %H:%M:%S.%f") if self.on_sqlite else at

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Held by those of this process who write often, while they do; on PostgreSQL it means nothing.

        SQLite lets one write at a time, and who finds it taken looks again after a sleep that grows to 0.1 s; here who
        waits is woken as soon as it is free. A courtesy only: after a while who waits goes and asks SQLite.
        """
        held = self.on_sqlite and self._turn.acquire(timeout=COURTESY_S)
        try:
            yield
        finally:
            if held:
                self._turn.release()

    def first(self, statement: str, values: Values) -> Any:
        """The first row of a statement's answer, or None. A lost connection is replaced once."""
        connection = self._take()
        try:
            found = connection.execute(statement, values).fetchall()
        except self._errors as error:
            if not self._is_lost(connection):
                self._idle.append(connection)
                raise self._wrapped(error) from error
            found = self._once_more(statement, values)
        else:
            self._idle.append(connection)
        return found[0] if found else None

    def together(self, statement: str, sets: Sequence[Values]) -> list[Any]:
        """The first row of each of several runs of a statement, all in one transaction; for SQLite.

        Nothing of any is stored when one of them fails.
        """
        connection = self._take()
        try:
            connection.execute("BEGIN IMMEDIATE")
            found = [connection.execute(statement, values).fetchall() for values in sets]
            connection.execute("COMMIT")
        except self._errors as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise self._wrapped(error) from error
        finally:
            self._idle.append(connection)
        return [rows[0] if rows else None for rows in found]

    def close(self) -> None:
        """Close what is not in use; statements after it open connections anew."""
        while self._idle:
            self._idle.pop().close()
        if self._own is not self._engine:
            self._own.dispose()

    def _take(self) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _open(self) -> Any:
        try:
            fairy = self._own.raw_connection()
        except self._errors as error:
            raise self._wrapped(error) from error
        driver = fairy.driver_connection
        fairy.detach()
        if self.on_sqlite:
            # It may have served readers before (contest/db.py).
            driver.execute("PRAGMA query_only=0")
        return driver

    def _is_lost(self, connection: Any) -> bool:
        return not self.on_sqlite and connection.closed

    def _once_more(self, statement: str, values: Values) -> list[Any]:
        """By a new connection, as those that are idle were lost with this one."""
        self.close()
        connection = self._take()
        try:
            return connection.execute(statement, values).fetchall()
        except self._errors as error:
            raise self._wrapped(error) from error
        finally:
            if not self._is_lost(connection):
                self._idle.append(connection)

    def _wrapped(self, error: Exception) -> sa.exc.DBAPIError:
        return sa.exc.DBAPIError.instance("direct", {}, error, self._errors, hide_parameters=True)


def aware(at: Any) -> datetime | None:
    """An instant as it came back from a statement."""
    if at is None:
        return None
    return datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at.astimezone(UTC)


def day(on: Any) -> date | None:
    """A day as it came back from a statement."""
    return date.fromisoformat(on) if isinstance(on, str) else on


def _autocommitting(engine: sa.Engine) -> sa.Engine:
    """The same database by connections that commit each statement and are not asked first whether they live."""
    arguments = dict(engine.dialect.create_connect_args(engine.url)[1])
    return sa.create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        poolclass=sa.pool.NullPool,
        hide_parameters=True,
        connect_args=arguments | OPTIONS,
    )


#: As in contest/db.py.
OPTIONS = {"options": "-c timezone=UTC -c lock_timeout=10000", "connect_timeout": 5}
