"""Attempts that end, with their ranking and counters kept in the same transaction, beside bare inserts of them.

Several processes at once on PostgreSQL, one on SQLite, which has one writer at a time; durable.
"""

import multiprocessing
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, joinedload

from bench import report
from bench.results_fill import COMING
from bench.saves import summed
from contest import clock
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState, ClosedBy
from contest.db import Store
from contest.participation import actions as participation
from contest.rounds.models import Entry, Round
from contest.standings import actions as standings

PROCESSES = 8
#: Numbers of attempts that nobody has yet: bare ones from the one, kept ones from the other on.
_FIRST = {"bare": 1_000, "kept": 2}


def submits(url: str, people: int, rounds: int, seconds: float) -> dict[str, Any]:
    """Submits a second of both ways, and their ratio, alternated."""
    processes = PROCESSES if url.startswith("postgresql") else 1
    found: dict[str, list[dict[str, float]]] = {"bare": [], "kept": []}
    for number in range(rounds):
        for name, runs in found.items():
            runs.append(summed(_side_by_side(url, people, processes, seconds, name, number)))
    sums = {name: {key: report.three([run[key] for run in runs]) for key in runs[0]} for name, runs in found.items()}
    pairs = zip(found["kept"], found["bare"], strict=True)
    return {
        **sums,
        "processes": processes,
        "ratio": report.three([kept["rate"] / bare["rate"] for kept, bare in pairs]),
    }


def _side_by_side(url: str, people: int, processes: int, seconds: float, name: str, turn: int) -> list[list[float]]:
    context = multiprocessing.get_context("fork")
    ready, results = context.Barrier(processes), context.SimpleQueue()
    given = [(url, people, n, processes, seconds, name, turn, ready, results) for n in range(processes)]
    started = [context.Process(target=_client, args=each) for each in given]
    for process in started:
        process.start()
    found = [results.get() for _ in started]
    for process in started:
        process.join()
    return found


def _client(
    url: str, people: int, own: int, processes: int, seconds: float, name: str, turn: int, ready: Any, results: Any
) -> None:
    """One process that submits as fast as it can for people of its own."""
    store = Store(url)
    chance = random.Random(f"{own}-{turn}-{name}")
    with store.session(readonly=True) as session:
        round_ = session.scalars(select(Round)).one()
        paper = session.scalars(select(Attempt.paper).limit(1)).one()
    entries = range(people + 1 + own, people + COMING + 1, processes)
    rows = _rows(round_, paper, entries, _FIRST[name] + 100 * turn, chance)
    ready.wait()
    begun, times = time.perf_counter(), []
    while time.perf_counter() < begun + seconds:
        row = next(rows)
        started = time.perf_counter()
        with store.session(readonly=False) as session, session.begin():
            _submit(session, row, kept=name == "kept")
        times.append(time.perf_counter() - started)
    results.put([time.perf_counter() - begun, *times])
    store.engine.dispose()


def _submit(session: Session, row: dict[str, Any], kept: bool) -> None:
    # Bare ones count for nothing, so that the standings stay what the attempts say.
    session.execute(insert(Attempt.__table__).values(**row | {"counted": kept}))
    if not kept:
        return
    session.execute(select(Entry.id).where(Entry.id == row["entry_id"]).with_for_update()).all()
    mine = (Attempt.entry_id == row["entry_id"], Attempt.number == row["number"])
    related = (joinedload(Attempt.entry), joinedload(Attempt.round).joinedload(Round.contest))
    attempt = session.scalars(select(Attempt).where(*mine).options(*related)).one()
    standings.attempt_closed(session, attempt)
    participation.attempt_closed(session, attempt)


def _rows(
    round_: Round, paper: list[Any], entries: range, first: int, chance: random.Random
) -> Iterator[dict[str, Any]]:
    number = first
    while True:
        for entry_id in entries:
            elapsed_ms, score = chance.randint(90_000, 1_190_000), min(20, int(chance.betavariate(5, 2) * 21))
            submitted_at = clock.now()
            yield {
                "code": f"{chance.getrandbits(64):016x}",
                "entry_id": entry_id,
                "round_id": round_.id,
                "number": number,
                "state": AttemptState.CLOSED,
                "closed_by": ClosedBy.PERSON,
                "started_at": submitted_at - timedelta(milliseconds=elapsed_ms),
                "submitted_at": submitted_at,
                "due_at": submitted_at,
                "elapsed_ms": elapsed_ms,
                "paper": paper,
                "answers": {},
                "marks": [],
                "auto_score": score,
                "score": score,
                "max_score": 20,
                "correct": score,
                "perfect": score == 20,
                "prediction": 1,
            }
        number += 1
