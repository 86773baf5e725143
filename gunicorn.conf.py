"""How the product is served; gunicorn reads this file by itself: ``gunicorn wsgi:app``."""

import fcntl
import os
import select
import sys
import tempfile
import threading

from contest import clock
from contest.chores import start_clock, start_thread, start_warming
from contest.config import BadSetting, settings

try:
    _settings = settings()
    workers = _settings["PROCESSES"]
    threads = _settings["THREADS"]
except BadSetting as error:
    sys.exit(f"hoi-thi: {error}")

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{_settings['PORT']}"
#: Slow clients hold up nobody: see contest/worker.py.
worker_class = "contest.worker.PatientWorker" if hasattr(select, "epoll") else "gthread"
#: So many connections of a worker may be open, most of them idle or slow.
worker_connections = 4000
preload_app = True
#: Seconds an idle connection is kept; a browser's spare ones hold up a stop as long.
keepalive = 5
#: A worker that is told to stop finishes what it has begun.
graceful_timeout = 30
timeout = 60
control_socket_disable = True
#: The app writes one line a request itself (contest/web/logs.py), without addresses and names.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "contest.web.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": [], "propagate": False},
    },
}


#: Workers inherit this file from the master; a lock on it is held by one process and falls when that ends.
_turn = tempfile.TemporaryFile()


def on_starting(_server):
    """All workers count the time from one anchor; one that begins during a jump of the machine's clock ignores it."""
    clock.start()


def post_worker_init(worker):
    """Each worker gets ready for what opens; one of the machine does the chores (closing overdue attempts ...)."""
    start_clock(worker.wsgi)
    start_warming(worker.wsgi)
    threading.Thread(target=_chores_when_first, args=(worker.wsgi,), name="turn", daemon=True).start()


def _chores_when_first(app):
    fcntl.lockf(_turn, fcntl.LOCK_EX)
    start_thread(app)
