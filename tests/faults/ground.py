"""What faults are done to: the real servers on a database of their own, as processes that can be killed."""

import json
import os
import signal
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from faults.members import GIVEN_UP_S
from support.databases import Databases, PostgresServer
from support.server import Nursery, Server

from contest.db import make_engine


class Ground:
    """Servers (``nodes``) on one database: a fresh one, or the one at ``url``."""

    def __init__(
        self, databases: Databases, engine_name: str, folder: Path, nursery: Nursery, url: str | None = None
    ) -> None:
        self.databases, self.engine_name, self.folder, self.nursery = databases, engine_name, folder, nursery
        self.url = url or databases.fresh(engine_name)
        if not self.is_sqlite:
            # The tests' PostgreSQL confirms before its log is written; a crash would show that, not the product.
            name = sa.make_url(self.url).database
            self.postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
        self.nodes: list[Server] = []
        self.clock = folder / "clock"
        self.jump(0)

    @property
    def is_sqlite(self) -> bool:
        return self.engine_name == "sqlite"

    @property
    def postgres(self) -> PostgresServer:
        assert self.databases.server
        return self.databases.server

    @property
    def ports(self) -> list[int]:
        return [node.port for node in self.nodes]

    def serve(self, nodes: int = 1, **environment: str) -> None:
        """Start servers; the environment goes to all of them."""
        environment = {"FAULTS_CLOCK": str(self.clock), **environment}
        for number in range(nodes):
            log = self.folder / f"server-{len(self.nodes) + number}.log"
            self.nodes.append(Server(self.nursery, self.url, log, **environment).start())

    def stop(self) -> None:
        for node in self.nodes:
            if node.pid:
                os.kill(node.pid, signal.SIGTERM)
        for node in self.nodes:
            if node.pid and node.wait(20) is None:
                node.kill()

    def workers(self, node: Server) -> list[int]:
        """Ids of the processes that answer."""
        return children_of(node.pid) if node.pid else []

    def complaints(self) -> Counter[str]:
        """What the servers' logs say went wrong, by the last line of each exception."""
        found: Counter[str] = Counter()
        for node in self.nodes:
            for line in node.log.read_text().splitlines():
                if '"exception"' in line and line.startswith("{"):
                    row = json.loads(line)
                    lines = row["exception"].strip().splitlines()
                    found[f"{row['message'][:80]}: {lines[-1][:160]}"] += 1
        return found

    # Clock

    def jump(self, hours: float) -> None:
        """Set the machine's clock off as the servers of :mod:`faults.product` see it."""
        self.clock.write_bytes(struct.pack("<q", int(hours * 3600)))

    # PostgreSQL

    def crash_postgres(self) -> None:
        """End PostgreSQL, all its processes, as a power cut does."""
        first = self._postmaster()
        os.kill(first, signal.SIGSTOP)
        for pid in [*children_of(first), first]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(first), "PostgreSQL did not end")

    def start_postgres(self) -> None:
        """Start it again; it recovers by its log."""

        def started() -> bool:
            try:
                self.postgres.start()
            except RuntimeError:
                return False
            return True

        self.postgres.admin.dispose()
        until(started, "PostgreSQL did not start again")

    def postgres_backends(self) -> list[int]:
        return children_of(self._postmaster())

    def _postmaster(self) -> int:
        return int((self.postgres.folder / "data" / "postmaster.pid").read_text().split()[0])

    # Locks and disks

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold what every save needs: SQLite's one lock, or the table of attempts in PostgreSQL."""
        engine = make_engine(self.url)
        with engine.connect() as connection:
            if not self.is_sqlite:
                connection.execute(sa.text("LOCK TABLE attempt IN EXCLUSIVE MODE"))
            yield
            connection.rollback()
        engine.dispose()

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Let no process that writes for the product make a file longer, as on a full disk."""
        if not self.is_sqlite:
            # They recover from what this does to them as soon as they have been replaced by others.
            limit_files(self.postgres_backends(), "1", self.postgres.prefix)
            yield
            return
        pids = [pid for node in self.nodes for pid in self.workers(node)]
        limit_files(pids, "1")
        try:
            yield
        finally:
            limit_files(pids, "unlimited")


def limit_files(pids: Sequence[int], size: str, prefix: Sequence[str] = ()) -> None:
    """Set how long the files may be that processes write; one that has ended meanwhile needs no limit."""
    for pid in pids:
        command = [*prefix, "prlimit", f"--pid={pid}", f"--fsize={size}:"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode and alive(pid):
            raise RuntimeError(f"prlimit failed: {done.stderr}")


def children_of(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(true: Callable[[], bool], complaint: str, seconds: float = GIVEN_UP_S) -> float:
    """Wait until something is true; how long it took. Raises when it never is."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(complaint)
        time.sleep(0.05)
    return time.monotonic() - begun
