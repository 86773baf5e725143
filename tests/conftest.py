"""The suite's ground: an app on both engines, a fresh migrated database for each test, clients, people."""

import os
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session
from support import noon
from support.browser import Browser
from support.databases import Databases
from support.people import Town

from contest import create_app

# The same examples every time, so that a change is judged by itself; HYPOTHESIS_PROFILE=explore looks further.
# No time is measured: a machine that is busy with other tests is slow, and no test is wrong for that.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", UNTIMED, derandomize=True)
settings.register_profile("explore", UNTIMED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Journeys are browser tests, and all browser tests share one process of a parallel run."""
    for item in items:
        if "/tests/journeys/" in item.path.as_posix():
            item.add_marker("browser")
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before any fixture reads the time, of whatever scope."""
    noon.begin(item)


@pytest.fixture(scope="session")
def databases(tmp_path_factory):
    """Makes fresh migrated databases on either engine; starts PostgreSQL when first asked for it."""
    memory = Path("/dev/shm")
    folder = Path(mkdtemp(dir=memory)) if os.access(memory, os.W_OK) else tmp_path_factory.mktemp("db")
    made = Databases(folder)
    yield made
    made.stop()
    rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instance")
    app = create_app(
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": False,
            "DATABASE_URL": f"sqlite:///{folder / 'unused.db'}",
            "SECRET_KEY": "a key only tests use, long enough",
            "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 2000,
            "WTF_CSRF_TIME_LIMIT": None,
            "SERVER_NAME": None,
            "INSTANCE": folder,
            "DEBUG_PAGES": True,
        }
    )
    app.test_client_class = Browser
    return app


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request):
    """Every test that touches the database runs on both engines."""
    return request.param


@pytest.fixture
def app(_app, databases, engine_name):
    """The app on a fresh, migrated, empty database."""
    store = databases.store(engine_name)
    _app.extensions["store"] = store
    yield _app
    databases.release(store)


@pytest.fixture
def session(app):
    """A writing session for arranging and looking; commit to let pages see what was arranged."""
    with app.extensions["store"].session(readonly=False) as session:
        yield session


@pytest.fixture
def hurried(app, engine_name):
    """A session that gives up at once where it would have to wait for another."""
    hurry = {"postgresql": "SET lock_timeout = '20ms'", "sqlite": "PRAGMA busy_timeout = 20"}[engine_name]
    with app.extensions["store"].engine.connect() as connection:
        connection.connection.dbapi_connection.execute(hurry)
        with Session(connection, expire_on_commit=False) as other:
            yield other
        connection.invalidate()


@pytest.fixture
def client(app):
    """A visitor's browser without script, checking every page it opens."""
    return app.test_client()


@pytest.fixture
def town(session):
    """Builders of unions, people, banks and contests with sensible defaults."""
    return Town(session)
