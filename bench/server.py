"""The production server on one core, and what it uses."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from contest.config import ROOT

HOST = "127.0.0.1"
SERVER_CORE, CLIENT_CORE = 0, 1


def pinned(core: int) -> bool:
    """Keep this process, and those it starts from now on, on one core where the system can do so."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        return False
    os.sched_setaffinity(0, {core})
    return True


class Server:
    """gunicorn with the product's own settings and one worker; ``stop`` ends it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / f"server-{self.port}.log"
        env = os.environ | {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_hex(32),
            "HOST": HOST,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
        }
        command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "bench.app:app"]
        cores = os.sched_getaffinity(0) if pinned(SERVER_CORE) else None
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        if cores:
            os.sched_setaffinity(0, cores)
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            if self.process.poll() is not None:
                break
            try:
                self.get("/healthz")
                return
            except URLError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")

    def get(self, path: str) -> str:
        with urlopen(f"http://{HOST}:{self.port}{path}", timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str) -> str:
        """Returns the cookie that was set, if any."""
        with urlopen(Request(f"http://{HOST}:{self.port}{path}", data=b""), timeout=60) as answer:
            return (answer.headers.get("Set-Cookie") or "").split(";")[0]

    def used(self) -> tuple[int, int]:
        """Processor time of the worker in ns, and statements counted."""
        found = json.loads(self.get("/_bench/used"))
        return found["cpu_ns"], found["queries"]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
