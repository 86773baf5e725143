"""Servers without waiting for imports: a process that has the product imported forks one when it is told to.

Speaks lines of JSON: ``{"start": {environment}, "log": path}`` gives ``{"pid": 1}``; ``{"wait": 1, "seconds": 40}``
gives ``{"status": 0}``, or null when the server has not ended by then.
"""

import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    warm_up()
    for line in sys.stdin:
        order = json.loads(line)
        reply = {"pid": start(order["start"], order["log"])} if "start" in order else {"status": wait(order)}
        print(json.dumps(reply), flush=True)


def warm_up() -> None:
    """Import all that a server imports; the app made here is thrown away."""
    import gunicorn.app.wsgiapp
    import gunicorn.workers.gthread  # noqa: F401

    from contest import chores, create_app  # noqa: F401

    create_app({"DATABASE_URL": "sqlite:////nowhere.db", "SECRET_KEY": "thrown away with its app"})


def start(environment: dict[str, str], log: str) -> int:
    """A server in a process of its own, as ``gunicorn wsgi:app`` starts one; ``SERVED`` names another app."""
    pid = os.fork()
    if pid:
        return pid
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(target, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    if "OTHER_STATIC" in environment:
        use_static(Path(environment["OTHER_STATIC"]))
    served = environment.get("SERVED", "wsgi:app")
    sys.argv = ["gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "--keep-alive", "1", served]
    from gunicorn.app.wsgiapp import run

    try:
        run()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 0 if end.code is None else 1)
    os._exit(0)


def use_static(folder: Path) -> None:
    """Play another version of the software: its scripts and style sheets are those of a folder."""
    from contest.web import assets

    assets.load_assets.cache_clear()
    assets.load_assets.__wrapped__.__defaults__ = (folder,)


def wait(order: dict) -> int | None:
    deadline = time.monotonic() + order["seconds"]
    while time.monotonic() < deadline:
        pid, status = os.waitpid(order["wait"], os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    return None


if __name__ == "__main__":
    main()
