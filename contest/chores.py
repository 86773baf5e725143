"""What a server does by itself every few seconds: close overdue attempts, fix true numbers of closed rounds."""

import logging
import threading

from flask import Flask

from contest import clock
from contest.attempts.closer import BATCH, close_overdue
from contest.extensions import db
from contest.standings.actions import settle_due

log = logging.getLogger("contest.chores")


def do_chores() -> None:
    """One turn of every chore. Each commits its own work and may be run by several processes at once."""
    while close_overdue()[0] == BATCH:
        continue
    with db.begin() as session:
        settle_due(session, clock.now())


def start_thread(app: Flask, seconds: float = 5.0) -> threading.Thread:
    """Do the chores in the background of a server process as long as it lives, whatever fails."""

    def loop() -> None:
        pause = threading.Event()
        while not pause.wait(seconds):
            try:
                with app.app_context():
                    do_chores()
            except Exception:
                log.exception("a chore failed; it is tried again in %s seconds", seconds)

    thread = threading.Thread(target=loop, name="chores", daemon=True)
    thread.start()
    return thread
