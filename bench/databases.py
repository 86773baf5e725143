"""Fresh, migrated databases to fill: SQLite files in a temporary folder, or databases of a PostgreSQL server."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.cores import SERVER_CORE, on_core
from contest.config import ROOT, database_url
from contest.db import Store
from contest.migrate import upgrade


class Place:
    """Where databases are made; ``used_ns`` is the processor time of the database's own processes, where known."""

    used_ns: Callable[[], int] | None = None

    def url(self, name: str) -> str:
        raise NotImplementedError

    def fresh(self, name: str) -> Store:
        store = Store(self.url(name))
        upgrade(store.engine)
        return store


class Files(Place):
    title = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"


class Server(Place):
    """Makes databases on a PostgreSQL server and drops them at the end. ``pid``: its first process, when ours."""

    title = "PostgreSQL"

    def __init__(self, url: str, pid: int | None = None) -> None:
        self.base = sa.make_url(database_url(url, ROOT))
        self.admin = sa.create_engine(self.base, isolation_level="AUTOCOMMIT")
        self.made: list[str] = []
        if pid and Path("/proc/self/schedstat").exists():
            self.used_ns = lambda: children_ns(pid)

    def url(self, name: str) -> str:
        full = f"{self.base.database}_{name}"
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{full}"')
        self.made.append(full)
        return self.base.set(database=full).render_as_string(hide_password=False)

    def drop(self) -> None:
        with self.admin.connect() as connection:
            for name in self.made:
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.admin.dispose()


def children_ns(parent: int) -> int:
    """Processor time of all children of a process, in nanoseconds."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                    total += int((folder / "schedstat").read_text().split()[0])
            except (OSError, IndexError):
                continue
    return total


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where databases are made, and where the figures go."""
    parser.add_argument("--database", metavar="URL", help="a PostgreSQL database beside which others may be made")
    parser.add_argument("--postgresql", action="store_true", help="start a throw-away PostgreSQL server")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")


@contextmanager
def place_asked(options: argparse.Namespace) -> Iterator[tuple[Place, Path]]:
    """The place that the options of :func:`add_options` name, and a folder that is thrown away with it."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        place_for(options.database, options.postgresql, Path(name)) as place,
    ):
        yield place, Path(name)


def tidy(store: Store) -> None:
    """What a PostgreSQL server does by itself within minutes; SQLite is left as the product leaves it."""
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))


@contextmanager
def place_for(url: str | None, throw_away: bool, folder: Path) -> Iterator[Place]:
    """The place that the command line asks for."""
    if throw_away:
        with throw_away_server(folder) as place:
            yield place
    elif url is None:
        yield Files(folder)
    elif url.startswith("postgres"):
        server = Server(url)
        try:
            yield server
        finally:
            server.drop()
    else:
        raise ValueError("--database takes the address of a PostgreSQL database: postgresql://user:password@host/name")


@contextmanager
def throw_away_server(folder: Path) -> Iterator[Server]:
    """The PostgreSQL of the tests, but waiting for the disk at each commit, and on the web server's core."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.databases import PostgresServer

    started = PostgresServer()
    try:
        with on_core(SERVER_CORE):
            _restart_durable(started, folder)
        pid = int((started.folder / "data" / "postmaster.pid").read_text().split()[0])
        server = Server(started.url("postgres"), pid)
        try:
            yield server
        finally:
            server.drop()
    finally:
        started.stop()


def _restart_durable(started: Any, folder: Path) -> None:
    """What the tests switch off for speed is on again; the rest is as PostgreSQL comes, with room for a large table."""
    wanted = {"listen_addresses": "''", "unix_socket_directories": started.folder, "max_connections": 200}
    wanted |= {"shared_buffers": "256MB", "max_wal_size": "4GB"}
    options = " ".join(f"-c {name}={value}" for name, value in wanted.items())
    data = str(started.folder / "data")
    started._run("pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
    started._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(started.folder / "log"), "start")
