"""The database's shape from the terminal."""

import pytest
from sqlalchemy import text

from contest import migrate
from contest.db import Store


@pytest.fixture
def run(app):
    def running(*args):
        return app.test_cli_runner().invoke(args=["db", *args])

    return running


@pytest.fixture
def empty(_app, databases, engine_name):
    """The app on a database without any table."""
    store = Store(databases.empty(engine_name))
    _app.extensions["store"] = store
    yield _app
    store.engine.dispose()
    databases.drop(store.engine.url)


def test_an_empty_database_is_brought_up(empty):
    runner = empty.test_cli_runner()
    refused = runner.invoke(args=["db", "check"])
    assert (refused.exit_code, "run: flask db upgrade" in refused.stderr) == (1, True)
    head = migrate.head()
    assert runner.invoke(args=["db", "upgrade"]).output == f"Đã nâng cơ sở dữ liệu: trống -> {head}.\n"
    assert f"đã ở phiên bản {head}" in runner.invoke(args=["db", "upgrade"]).output
    assert runner.invoke(args=["db", "check"]).exit_code == 0


def test_the_present_revision_and_all_of_them_are_told(run):
    head = migrate.head()
    assert run("current").output == f"{head} (mới nhất)\n"
    assert run("history").output.startswith(f"{head}  ")


def test_a_table_that_differs_is_found(run, session):
    session.execute(text("ALTER TABLE throttle ADD COLUMN extra INTEGER"))
    session.commit()
    assert run("check").exit_code == 1


def test_an_unknown_revision_is_one_plain_line(run):
    answer = run("upgrade", "9999")
    assert answer.exit_code == 1
    assert "9999" in answer.stderr


@pytest.mark.parametrize("command", ["upgrade", "current", "check", "history"])
def test_every_command_explains_itself(run, command):
    assert "Usage:" in run(command, "--help").output
