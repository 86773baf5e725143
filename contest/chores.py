"""What a server does by itself every few seconds: close overdue attempts, let rankings stand still when their hour has
come, fix true numbers of closed rounds.

Long work that people asked for, the statistics of questions and the signals run in threads of their own, so that no
attempt stays open for them.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from contest import clock
from contest.accounts.actions import drop_expired
from contest.attempts.closer import close_overdue
from contest.attempts.preparing import freeze_coming, warm
from contest.campaigns import work as campaigns
from contest.extensions import db
from contest.jobs.runner import run_waiting
from contest.proof import bundle_work as bundles
from contest.proof import work as proof
from contest.signals import work as signals
from contest.standings import work as standings
from contest.standings.actions import settle_due
from contest.statistics.work import compute_due
from contest.unions.work import follow_decisions

log = logging.getLogger("contest.chores")

#: Rows that one transaction deletes.
PORTION = 500


def do_chores() -> None:
    """One turn of every chore. Each commits its own work and may be run by several processes at once."""
    close_overdue(pause=threading.Event().wait)
    freeze_coming(clock.now())
    follow_decisions()
    proof.promise_due()
    proof.seal_due()
    standings.stand_still_due()
    with db.begin() as session:
        settle_due(session, clock.now())


def measure() -> None:
    """Make the statistics that are due, resting as long as working: requests have the processor first."""
    rest = threading.Event()

    def pause() -> None:
        rest.wait(0.1)

    compute_due(pause)


def watch() -> None:
    """Look for signals where that is due, and erase what has been kept long enough, resting in between as above."""
    rest = threading.Event()

    def pause() -> None:
        rest.wait(0.1)

    signals.look_due(pause)
    signals.erase_due(pause)
    forget_sign_ins(pause)


def forget_sign_ins(pause: Callable[[], None]) -> None:
    """Delete the sign-ins that have run out, a portion in each transaction."""
    dropped = PORTION
    while dropped == PORTION:
        with db.begin() as session:
            dropped = drop_expired(session, clock.now(), PORTION)
        pause()


def follow_clock() -> None:
    """Measure the reference of the server's time and follow it: the database server's clock, or this machine's.

    Of three readings over the network the quickest says most; it was taken about the middle of its way there and back.
    """
    if db.engine.dialect.name != "postgresql":
        clock.adjust_by_machine()
        return
    readings = []
    with db.reading() as session:
        for _ in range(3):
            asked = clock.steady()
            read = session.scalars(select(func.clock_timestamp())).one()
            readings.append(((clock.steady() - asked) / 2, asked, read))
    half, asked, read = min(readings)
    clock.adjust(read + timedelta(seconds=clock.steady() - asked - half), unsure=half)


def start_clock(app: Flask, seconds: float = 20.0) -> threading.Thread:
    """Count the time in this process by a clock that nobody can set, and follow its reference as long as it lives."""
    clock.start()
    try:
        with app.app_context():
            follow_clock()
    except Exception:
        log.exception("the reference clock cannot be read yet")
    return _repeat(app, "clock", follow_clock, seconds)


def start_warming(app: Flask, seconds: float = 5.0) -> threading.Thread:
    """Keep this process ready for the rounds that are open or about to be; every process of a server does."""
    return _repeat(app, "warming", warm, seconds)


def start_thread(app: Flask, seconds: float = 5.0) -> threading.Thread:
    """Do the chores, and beside them the long work, in the background of a server process as long as it lives."""
    _repeat(app, "jobs", run_waiting, min(seconds, 1.0))
    _repeat(app, "statistics", measure, 12 * seconds)
    _repeat(app, "signals", watch, 12 * seconds)
    _repeat(app, "bundles", bundles.queue_due, 12 * seconds)
    _repeat(app, "summaries", campaigns.do_due, 12 * seconds)
    return _repeat(app, "chores", do_chores, seconds)


def _repeat(app: Flask, name: str, work: Callable[[], object], seconds: float) -> threading.Thread:
    """Do something again and again, whatever fails."""

    def loop() -> None:
        pause = threading.Event()
        while not pause.wait(seconds):
            try:
                with app.app_context():
                    work()
            except Exception:
                log.exception("%s failed; tried again in %s seconds", name, seconds)

    thread = threading.Thread(target=loop, name=name, daemon=True)
    thread.start()
    return thread
