"""Rows by the ten thousand: plain inserts with ids of one's own."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questions.base import Base

BATCH = 5_000


def put(session: Session, table: type[Base], rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows, all with the same columns, so many at a time; returns how many there were."""
    statement = sa.insert(table.__table__)
    done = 0
    for batch in _batches(iter(rows)):
        session.connection().execute(statement, batch)
        done += len(batch)
    return done


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def catch_up(session: Session, *tables: type[Base]) -> None:
    """Let PostgreSQL's own numbering go on behind the ids that were given; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
