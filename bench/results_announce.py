"""Announcing a round of so many people, and taking its ranking away as an Excel file: how long, how much memory."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench.apart import SECRET_KEY
from contest import clock, create_app
from contest.accounts.rules import TERMINAL
from contest.db import Store
from contest.publishing.actions import publish
from contest.reports.exports import Wanted, ranking
from contest.rounds.models import Contest
from contest.standings.actions import settle_round
from contest.web.workbooks import write_workbook

NUMBER = 1
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@contextmanager
def measured(found: dict[str, float], name: str) -> Iterator[None]:
    """Milliseconds of a block, and by how many MiB the most memory held in it is above what was held before."""
    before = _held("VmRSS:")
    if CLEAR.exists():
        # The kernel forgets the highest mark so far.
        CLEAR.write_text("5")
    begun = time.perf_counter()
    yield
    found[f"{name}, ms"] = 1000 * (time.perf_counter() - begun)
    found[f"{name}, MiB more"] = max(0.0, _held("VmHWM:") - before)


def _held(name: str) -> float:
    """A figure of this process's memory in MiB; 0 where the system does not tell."""
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def announced(store: Store, contest_id: int) -> dict[str, float]:
    """Close the round, rank by the true number behind its prediction, announce it, and write its ranking to a file."""
    found: dict[str, float] = {}
    url = store.engine.url.render_as_string(hide_password=False)
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "START_RATE": 0, "BABEL_DEFAULT_LOCALE": "vi"})
    now = clock.now()
    with app.test_request_context("/"), store.session(readonly=False) as session:
        contest = session.get_one(Contest, contest_id)
        contest.rounds[0].closes_at = now - timedelta(hours=1)
        session.commit()
        with measured(found, "true number and places by it"):
            settle_round(session, contest, contest.rounds[0], now)
            session.commit()
        with measured(found, "announcing"):
            publish(session, TERMINAL, contest, NUMBER, None, now)
            session.commit()
        with measured(found, "ranking as Excel"), tempfile.TemporaryFile(suffix=".xlsx") as file:
            sheet = ranking(session, contest, Wanted(NUMBER))
            write_workbook(file, sheet.title, sheet.columns, sheet.rows)
    app.extensions["store"].engine.dispose()
    return found
