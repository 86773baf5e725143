"""The doors to the database: reading requests cannot write, and health tells whether it answers."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from contest.accounts.models import Throttle
from contest.db import Store
from contest.extensions import db


def test_a_get_cannot_write(app):
    with app.test_request_context("/", method="GET"), pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        db.session.add(Throttle(key="x", window=1, count=1))
        db.session.flush()


def test_a_post_writes_what_it_commits(app, session):
    with app.test_request_context("/", method="POST"):
        db.session.add(Throttle(key="x", window=1, count=1))
        db.session.commit()
    assert session.get(Throttle, "x").count == 1


def test_a_post_that_does_not_commit_leaves_nothing(app, session):
    with app.test_request_context("/", method="POST"):
        db.session.add(Throttle(key="x", window=1, count=1))
        db.session.flush()
    assert session.get(Throttle, "x") is None


def test_health_tells_whether_the_database_answers(app, client, tmp_path):
    reply = client.get("/healthz")
    assert (reply.status_code, reply.get_json()) == (200, {"status": "ok", "database": True, "clock": "ok"})
    whole = app.extensions["store"]
    app.extensions["store"] = Store(f"sqlite:///{tmp_path}/no/such/folder.db")
    try:
        reply = client.get("/healthz")
    finally:
        app.extensions["store"].engine.dispose()
        app.extensions["store"] = whole
    assert (reply.status_code, reply.get_json()) == (503, {"status": "unavailable", "database": False})


def test_health_asks_for_tables_not_only_for_a_file(app, client, tmp_path):
    whole = app.extensions["store"]
    app.extensions["store"] = Store(f"sqlite:///{tmp_path}/empty.db")
    try:
        assert client.get("/healthz").status_code == 503
    finally:
        app.extensions["store"].engine.dispose()
        app.extensions["store"] = whole


def test_a_long_write_is_no_sign_of_illness(app, client):
    with app.extensions["store"].session(readonly=False) as writer:
        writer.add(Throttle(key="x", window=1, count=1))
        writer.flush()
        assert client.get("/healthz").status_code == 200
        writer.rollback()


def test_an_unfinished_write_of_another_does_not_hold_up_reading(app):
    """Readers go on while somebody writes: WAL on SQLite, row versions on PostgreSQL."""
    store = app.extensions["store"]
    with store.session(readonly=False) as writer, store.session(readonly=True) as reader:
        writer.add(Throttle(key="x", window=1, count=1))
        writer.flush()
        assert reader.scalar(sa.select(sa.func.count()).select_from(Throttle)) == 0
        writer.rollback()
