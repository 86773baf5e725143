"""The floors: a Flask app with nothing in it, in the same server process as the product and on the same database.

``/_bare/empty`` is what the server and Flask cost by themselves, ``/_bare/commit`` one raw update of one row, durable
before it is answered, through the driver alone. Nothing that Flask serves can cost less.
"""

import threading
from typing import Any

import sqlalchemy as sa
from flask import Flask

from contest.db import Store

UPDATE = "UPDATE throttle SET count = count + 1 WHERE key = 'bench'"
_mine = threading.local()


def bare_app(url: str) -> Flask:
    """The app; a thread opens its connection with its first commit, so a server may fork before."""
    app = Flask("bare", static_folder=None)
    commit = _commit_sqlite if url.startswith("sqlite") else _commit_postgresql

    @app.get("/_bare/empty")
    def empty() -> str:
        return ""

    @app.post("/_bare/commit")
    def commit_one_row() -> str:
        if commit(url) != 1:
            raise LookupError("the row to update is missing")
        return ""

    return app


def _commit_sqlite(url: str) -> int:
    connection = _connection(url)
    connection.execute("BEGIN IMMEDIATE")
    changed = connection.execute(UPDATE).rowcount
    connection.execute("COMMIT")
    return changed


def _commit_postgresql(url: str) -> int:
    return _connection(url).execute(UPDATE).rowcount


def _connection(url: str) -> Any:
    """The driver's own connection of this thread, set up as the product's are."""
    if not hasattr(_mine, "connection"):
        engine = Store(url).engine
        # Kept, and so never given back to the pool, as long as the thread lives.
        _mine.pooled = engine.raw_connection()
        _mine.connection = _mine.pooled.driver_connection
        if engine.dialect.name == "postgresql":
            _mine.connection.autocommit = True
    return _mine.connection


def floor_row() -> sa.TextClause:
    """The same update for a route of the product."""
    return sa.text(UPDATE)
