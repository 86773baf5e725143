"""The production server on one core, and what it uses."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench.cores import SERVER_CORE, on_core
from bench.ports import HOST, free_port
from contest.config import ROOT

PRODUCT = (sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "bench.app:app")


class Server:
    """gunicorn with the product's own settings and one worker; ``stop`` ends it.

    ``command`` starts another server instead, with ``more`` in its environment; ``{port}`` stands for the port.
    """

    def __init__(
        self, url: str, folder: Path, command: Sequence[str] = PRODUCT, more: Mapping[str, str] | None = None
    ) -> None:
        self.port = free_port()
        self.log = folder / f"server-{self.port}.log"
        env = {
            **os.environ,
            **(more or {}),
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_hex(32),
            "HOST": HOST,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            # The queue before the start has a bench of its own (bench/opening.py); here all starts go in.
            "START_RATE": "0",
        }
        command = [part.replace("{port}", str(self.port)) for part in command]
        with self.log.open("wb") as log, on_core(SERVER_CORE):
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        for _ in range(1200):
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
        """Returns the cookies that were set, a line each."""
        with urlopen(Request(f"http://{HOST}:{self.port}{path}", data=b""), timeout=60) as answer:
            return "\n".join(answer.headers.get_all("Set-Cookie") or ())

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
