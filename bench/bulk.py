"""Rows by the million: inserts with ids of one's own, by the driver (SQLite) or by COPY (PostgreSQL)."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questions.base import Base

Process = Callable[[Any], Any]


class Ready(str):
    """JSON that is written already: the same paper lies in thousands of rows and is not encoded for each."""

    __slots__ = ()


def put(session: Session, table: type[Base], rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows, all with the same columns, in the session's transaction; returns how many there were.

    Columns that are not given get their constant defaults; one whose default is computed must be given.
    """
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return 0
    dialect = session.get_bind().dialect
    columns = [column for column in table.__table__.columns if column.key in first or _constant(column) is not None]
    values = _values(chain([first], waiting), columns, dialect)
    names = ", ".join(f'"{column.name}"' for column in columns)
    cursor = session.connection().connection.cursor()
    try:
        if dialect.name == "postgresql":
            return _copy(cursor, f'COPY "{table.__tablename__}" ({names}) FROM STDIN', values)
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f'INSERT INTO "{table.__tablename__}" ({names}) VALUES ({marks})', values)
        return cursor.rowcount
    finally:
        cursor.close()


def _copy(cursor: Any, statement: str, values: Iterable[list[Any]]) -> int:
    done = 0
    with cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)
            done += 1
    return done


def _constant(column: sa.Column[Any]) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def _values(
    rows: Iterable[dict[str, Any]], columns: list[sa.Column[Any]], dialect: sa.engine.Dialect
) -> Iterator[list[Any]]:
    steps = [(column.key, _process(column, dialect), _constant(column)) for column in columns]
    for row in rows:
        yield [process(row.get(key, default)) for key, process, default in steps]


def _process(column: sa.Column[Any], dialect: sa.engine.Dialect) -> Process:
    """A column's value as its driver takes it."""
    given = column.type.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(column.type, sa.JSON):
        return lambda value: str(value) if isinstance(value, Ready) else given(value)
    if given is None and isinstance(column.type, sa.String):
        return lambda value: value.value if isinstance(value, Enum) else value
    return given or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def catch_up(session: Session, *tables: type[Base]) -> None:
    """Let PostgreSQL's own numbering go on behind the ids that were given; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
