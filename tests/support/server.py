"""The product as it is really served: gunicorn in a process of its own, with its own port and log."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench.ports import free_port

SECRET = "a key only tests use, long enough"
NURSERY = Path(__file__).with_name("nursery.py")


class Nursery:
    """Starts servers quickly; see ``support.nursery``."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(NURSERY)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **order) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=20)


class Server:
    """A running server; ``stop`` and ``start`` play an outage, at the same address."""

    def __init__(self, nursery: Nursery, database_url: str, log: Path, **environment: str) -> None:
        self.nursery = nursery
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        #: Set where errors in the log are part of the test.
        self.forgives = False
        self.pid: int | None = None
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            **environment,
        }

    def start(self) -> "Server":
        self.pid = self.nursery.ask(start=self.environment, log=str(self.log))["pid"]
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.wait(0.03) is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")
        return self

    def wait(self, seconds: float = 40) -> int | None:
        """Exit status of the server once it has ended; None while it runs."""
        if self.pid is None:
            return 0
        status = self.nursery.ask(wait=self.pid, seconds=seconds)["status"]
        if status is not None:
            self.pid = None
        return status

    def stop(self) -> int | None:
        """Ask the server to end as a service manager does; returns its exit status."""
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """End the server as a power cut would, its workers too."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in [self.pid, *map(int, children)]:
            os.kill(pid, signal.SIGKILL)
        self.wait()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as reply:
                return reply.status == 200
        except OSError:
            return False

    def errors(self) -> list[str]:
        """Lines of the log that tell of something gone wrong; every line must be JSON."""
        rows = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [json.dumps(row, ensure_ascii=False) for row in rows if row["level"] in {"error", "critical"}]
