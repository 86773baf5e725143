"""The product as it is really served: gunicorn in a process of its own, with its own port and log."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from contest.config import ROOT

SECRET = "a key only tests use, long enough"


class Server:
    """A running server; ``stop`` and ``start`` play an outage, at the same address."""

    def __init__(self, database_url: str, log: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            **environment,
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> "Server":
        with self.log.open("a") as log:
            program = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
            command = [*program, "--keep-alive", "1", "wsgi:app"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        return self

    def stop(self) -> int:
        """Ask the server to end; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    def kill(self) -> None:
        """End the server as a power cut would, its workers too."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in [self.process.pid, *map(int, children)]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=10)

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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
