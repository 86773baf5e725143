"""``./run bench saves``: storing answers on SQLite, without a web server around it.

The product's writer with 32 threads that wait for their saves to be durable, beside one commit a save by a single
writer, and beside 8 processes that each commit for themselves and fight for the lock. All three write the same
statement to the same kind of row, in turn, round after round, durable (synchronous=FULL).
"""

import argparse
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import apart, report
from bench.databases import Files
from bench.fill import fill
from bench.measure import nth_of_hundred
from bench.size import Size
from contest import clock
from contest.accounts.identity import token_hash
from contest.accounts.models import SignIn
from contest.attempts.hot import Keep, SaveWriter
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.db import Store
from contest.rounds.models import Entry

WAITING, FIGHTING = 32, 8
OPEN = 64
QUESTIONS = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench saves", description=__doc__)
    apart.add_rounds(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--seconds", type=float, default=2.0, metavar="S", help="how long each takes (2)")
    options = parser.parse_args()
    found = measured(options.rounds, options.seconds)
    print(table(found))
    apart.keep(options.json, found)


def measured(rounds: int, seconds: float, waiting: int = WAITING, fighting: int = FIGHTING) -> dict[str, Any]:
    """Saves a second and p99 of all three; the two ratios are those of aim M."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = Files(Path(folder))
        store = place.fresh("saves")
        prepare(store)
        url = place.url("saves")
        rows: dict[str, list[dict[str, float]]] = {"together": [], "one": [], "fighting": []}
        for _ in range(rounds):
            rows["together"].append(summed([together(store, waiting, seconds)]))
            rows["one"].append(summed([alone(store, keeps(store)[:1], seconds)]))
            rows["fighting"].append(summed(fight(url, fighting, seconds)))
            apart.say("saves: " + ", ".join(f"{name} {found[-1]['rate']:.0f}/s" for name, found in rows.items()))
        store.engine.dispose()
    sums = {name: {key: report.three([row[key] for row in found]) for key in found[0]} for name, found in rows.items()}
    pairs = zip(rows["together"], rows["one"], rows["fighting"], strict=True)
    ratios = [(own["rate"] / one["rate"], own["p99_ms"] / others["p99_ms"]) for own, one, others in pairs]
    return {
        **sums,
        "rate_ratio": report.three([rate for rate, _ in ratios]),
        "p99_ratio": report.three([p99 for _, p99 in ratios]),
    }


def prepare(store: Store) -> None:
    """A small contest and people who are in the middle of an attempt."""
    fill(store, Size(200, 400, 50), lambda _text: None)
    now = clock.now()
    with store.session(readonly=False) as session, session.begin():
        last = session.scalars(sa.select(sa.func.max(Attempt.round_id))).one()
        some = session.scalars(sa.select(Attempt).where(Attempt.round_id == last).limit(1)).one()
        taken = sa.select(Attempt.entry_id).where(Attempt.round_id == last)
        entries = session.scalars(sa.select(Entry).where(Entry.id.not_in(taken)).limit(OPEN)).all()
        for number, entry in enumerate(entries):
            session.add(
                Attempt(
                    code=f"OPEN{number:012}",
                    entry_id=entry.id,
                    round_id=last,
                    number=1,
                    state=AttemptState.OPEN,
                    started_at=now,
                    due_at=now + timedelta(days=1),
                    paper=some.paper,
                    answers={},
                    max_score=some.max_score,
                )
            )
            session.add(
                SignIn(
                    token_hash=token_hash(f"token-{number}"),
                    person_id=entry.person_id,
                    created_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )


def keeps(store: Store) -> list[Keep]:
    """A first save of each open attempt."""
    now = clock.now()
    answers = {str(place): "ABCD"[place % 4] for place in range(1, QUESTIONS + 1)}
    with store.session(readonly=True) as session:
        codes = session.scalars(
            sa.select(Attempt.code).where(Attempt.state == AttemptState.OPEN).order_by(Attempt.code)
        ).all()
    return [Keep(token_hash(f"token-{int(code[4:])}"), code, None, answers, 5000, None, now) for code in codes]


def together(store: Store, threads: int, seconds: float) -> list[float]:
    """The product's writer, each thread waiting for its own save."""
    writer = SaveWriter(store.direct)
    own = keeps(store)[:threads]
    times: list[list[float]] = [[] for _ in own]

    def work(number: int) -> None:
        times[number] = list(timed(lambda: writer.save(own[number]) is not None, seconds))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(len(own))]
    begun = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [time.perf_counter() - begun, *(one for row in times for one in row)]


def alone(store: Store, own: list[Keep], seconds: float) -> list[float]:
    """One commit a save, as nobody else waits with it; first the length of the whole, then each save's time."""
    writer, turns = SaveWriter(store.direct), cycle(own)
    begun = time.perf_counter()
    times = list(timed(lambda: writer.save(next(turns)) is not None, seconds))
    return [time.perf_counter() - begun, *times]


def timed(save: Callable[[], bool], seconds: float) -> Iterator[float]:
    """The time of each save, begun one after another for so long; one at least."""
    begun = time.perf_counter()
    until = begun + seconds
    while begun < until:
        if not save():
            raise RuntimeError("a save was not stored")
        ended = time.perf_counter()
        yield ended - begun
        begun = ended


def fight(url: str, processes: int, seconds: float) -> list[list[float]]:
    """So many processes that begin at once, each with connections of its own."""
    context = multiprocessing.get_context("fork")
    ready, results = context.Barrier(processes), context.SimpleQueue()
    started = [context.Process(target=_fighter, args=(url, n, seconds, ready, results)) for n in range(processes)]
    for process in started:
        process.start()
    found = [results.get() for _ in started]
    for process in started:
        process.join()
    return found


def _fighter(url: str, number: int, seconds: float, ready: Any, results: Any) -> None:
    store = Store(url)
    own = keeps(store)[number : number + 1]
    ready.wait()
    results.put(alone(store, own, seconds))
    store.engine.dispose()


def summed(runs: list[list[float]]) -> dict[str, float]:
    """Runs side by side as one: saves a second of all, middle and one in a hundred of their times."""
    times = sorted(1000 * one for run in runs for one in run[1:])
    rate = sum((len(run) - 1) / run[0] for run in runs)
    return {"rate": rate, "p50_ms": times[len(times) // 2], "p99_ms": nth_of_hundred(times, 99), "most_ms": times[-1]}


def table(found: dict[str, Any]) -> str:
    titles = {
        "together": f"{WAITING} waiting threads, the product's writer",
        "one": "one writer, one commit a save",
        "fighting": f"{FIGHTING} processes, one commit a save",
    }
    lines = [
        [title, *(report.spread(found[name][key]) for key in ("rate", "p50_ms", "p99_ms", "most_ms"))]
        for name, title in titles.items()
    ]
    sums = (
        f"rate × one commit: {report.spread(found['rate_ratio'])}; p99 × processes: {report.spread(found['p99_ratio'])}"
    )
    return report.table(["durable saves on SQLite", "a second", "p50 ms", "p99 ms", "longest"], lines) + f"\n\n{sums}"


if __name__ == "__main__":
    main()
