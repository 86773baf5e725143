"""``python -m bench counters``: the whole tree and one union from kept counters beside counting the attempts (aim K).

Each way is asked in turn, round after round, in one process without a web server; the ratios are taken within a
round. From counters it is asked twice: with nothing known, as after a start, and as a server asks every few seconds,
when tree, headcounts and targets are known and the counters are read anew. All must say the same of every union.
Counting is written as well as we know: each person's attempts are added up once, then each union's people, then the
tree; with room to sort in memory.
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench import apart, counters_fill, report
from bench.databases import Place, place_for
from contest import clock
from contest.db import Store
from contest.participation import queries
from contest.participation.whole import whole
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.unions.rules import Level

#: Aim K of the project's performance aims: counting from the attempts takes so many times as long.
AIM_K = 100
#: How old a server's figures may be.
DELAY_S = 15

WHOLE_TREE = """
WITH person AS (
    SELECT entry_id, count(*) AS attempts, sum(score) AS scores FROM attempt WHERE counted GROUP BY entry_id
), own AS (
    SELECT entry.union_id, count(*) AS people, sum(person.attempts) AS attempts, sum(person.scores) AS scores
    FROM person JOIN entry ON entry.id = person.entry_id
    WHERE entry.contest_id = :contest GROUP BY entry.union_id
)
SELECT above.ancestor_id, sum(own.people), sum(own.attempts), sum(own.scores)
FROM own JOIN union_ancestry above ON above.union_id = own.union_id
GROUP BY above.ancestor_id
"""
ONE_UNION = """
SELECT entry.union_id, count(DISTINCT entry.id), count(*), sum(attempt.score)
FROM entry JOIN attempt ON attempt.entry_id = entry.id
JOIN union_ancestry above ON above.union_id = entry.union_id
WHERE above.ancestor_id = :top AND entry.contest_id = :contest AND attempt.counted
GROUP BY entry.union_id
"""
#: PostgreSQL sorts five million rows in memory when it may; compiling would only cost time.
GENEROUS = ("SET LOCAL work_mem = '512MB'", "SET LOCAL jit = off")

#: What the way without counters is called.
RAW = "from the attempts"
#: people, attempts, sum of scores
Numbers = tuple[int, int, int]
#: Seconds by the clock, and of processors.
Spent = tuple[float, float]
Say = Callable[[str], None]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench counters", description=__doc__)
    apart.add_rounds(parser)
    parser.add_argument("--unions", type=int, default=2_500, metavar="N", help="unions in a tree of three levels")
    parser.add_argument("--attempts", type=int, default=5_000_000, metavar="N", help="attempts, three of each person")
    parser.add_argument("--database", metavar="URL", help="a PostgreSQL database beside which others may be made")
    parser.add_argument("--postgresql", action="store_true", help="start a throw-away PostgreSQL server")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        place = stack.enter_context(place_for(options.database, options.postgresql, folder))
        found = bench(place, options.unions, options.attempts, options.rounds)
    print(table(place.title, found))
    apart.keep(options.json, found)


def bench(place: Place, unions: int, attempts: int, rounds: int) -> dict[str, Any]:
    store = place.fresh("counters")
    begun = time.perf_counter()

    def say(text: str) -> None:
        apart.say(f"{time.perf_counter() - begun:5.0f} s  {text}")

    with store.session(readonly=False) as session:
        contest_id = counters_fill.fill(session, unions, attempts, clock.now(), say).id
    tidy(store)
    say("filled")
    found = measured(place, store, contest_id, rounds, say)
    store.engine.dispose()
    return {"unions": unions, "attempts": attempts, **found}


def tidy(store: Store) -> None:
    """Statistics for the planner, as a database that has run for a while has them."""
    vacuum = "VACUUM ANALYZE" if store.engine.dialect.name == "postgresql" else "ANALYZE"
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(vacuum))


def measured(place: Place, store: Store, contest_id: int, rounds: int, say: Say) -> dict[str, Any]:
    """Milliseconds of each way by the clock, and how many times the counters' the attempts' is, by clock and processor.

    On a machine that others use too, processor time (this process's and the database's) says what the work is.
    """
    rows: dict[str, list[Spent]] = {}
    for number in range(rounds + 1):
        with store.session(readonly=True) as session:
            if store.engine.dialect.name == "postgresql":
                for setting in GENEROUS:
                    session.execute(sa.text(setting))
            found = turn(session, session.get_one(Contest, contest_id), place.used_ns)
        for name, spent in found.items() if number else ():
            rows.setdefault(name, []).append(spent)
        say(f"round {number} of {rounds}" if number else "warmed up, both ways agree")
    ratios = {name: [times(rows, name, which) for which in (0, 1)] for name in rows if not name.endswith(RAW)}
    return {
        "ms": {name: 1000 * statistics.median(wall for wall, _cpu in spent) for name, spent in rows.items()},
        "cpu_ms": {name: 1000 * statistics.median(cpu for _wall, cpu in spent) for name, spent in rows.items()},
        "ratios": ratios,
    }


def times(rows: dict[str, list[Spent]], name: str, which: int) -> list[float]:
    """How many times as long counting the same from the attempts took, round by round: the middle, least, greatest."""
    raw = rows[f"{name.partition(':')[0]}: {RAW}"]
    return report.three([other[which] / own[which] for other, own in zip(raw, rows[name], strict=True)])


def turn(session: Session, contest: Contest, database_ns: Callable[[], int] | None = None) -> dict[str, Spent]:
    """Each way once; every union must have the same figures either way, or no time means anything.

    A server asks again when the delay is over: all figures are too old by then, tree and headcounts are not.
    """
    now, union, memo = clock.now(), middle(session), dict[str, Any]()
    later = now + timedelta(seconds=DELAY_S)
    ways: dict[str, Callable[[], dict[int, Numbers]]] = {
        "whole tree: from counters, nothing known": lambda: shown(whole(session, memo, contest, 0, now)),
        "whole tree: from counters": lambda: shown(whole(session, memo, contest, 0, later)),
        f"whole tree: {RAW}": lambda: counted(session, WHOLE_TREE, contest=contest.id),
        "one union: from counters": lambda: shown(queries.branch(session, contest, union.id)),
        f"one union: {RAW}": lambda: counted(session, ONE_UNION, contest=contest.id, top=union.id),
    }
    spent: dict[str, Spent] = {}
    found: dict[str, dict[int, Numbers]] = {}
    for name, way in ways.items():
        with delaying().app_context():
            found[name], spent[name] = timed(way, database_ns)
    of_one = found[f"one union: {RAW}"]
    found[f"one union: {RAW}"] = of_one | {union.id: added(of_one)}
    for name, kept in found.items():
        agree(kept, found[f"{name.partition(':')[0]}: {RAW}"])
    return spent


@cache
def delaying() -> Flask:
    """As much of an app as says how old figures may be."""
    app = Flask(__name__)
    app.config["PARTICIPATION_DELAY_S"] = DELAY_S
    return app


def timed(act: Callable[[], Any], database_ns: Callable[[], int] | None) -> tuple[Any, Spent]:
    """What an act finds, with the seconds it took by the clock and of processors."""
    used = database_ns or (lambda: 0)
    gc.collect()  # what earlier ways left behind is not this one's work
    before, begun, database = time.process_time(), time.perf_counter(), used()
    found = act()
    wall, own = time.perf_counter() - begun, time.process_time() - before
    return found, (wall, own + (used() - database) / 1e9)


def shown(branch: Any) -> dict[int, Numbers]:
    """Every union's figures with its rate and target, as a page lists them; of these the numbers counted."""
    rows = [(row, row.rate, row.missing) for _depth, row in branch.everyone()]
    return {row.node.id: (row.counts.people, row.counts.attempts, row.counts.score_sum) for row, _, _ in rows}


def counted(session: Session, sql: str, **asked: int) -> dict[int, Numbers]:
    rows = session.execute(sa.text(sql), asked)
    return {union: (int(people), int(attempts), int(scores)) for union, people, attempts, scores in rows}


def added(found: dict[int, Numbers]) -> Numbers:
    people, attempts, scores = (sum(numbers) for numbers in zip(*found.values(), strict=True))
    return people, attempts, scores


def agree(kept: dict[int, Numbers], raw: dict[int, Numbers]) -> None:
    wrong = [union for union, numbers in kept.items() if numbers != raw.get(union, (0, 0, 0))]
    if wrong or not kept:
        raise RuntimeError(f"{len(wrong)} of {len(kept)} unions have other figures than the attempts say")


def middle(session: Session) -> TradeUnion:
    """A union in the middle of the tree."""
    wanted = sa.select(TradeUnion).where(TradeUnion.level == Level.UPPER).order_by(TradeUnion.id).limit(1)
    return session.scalars(wanted).one()


def table(title: str, found: dict[str, Any]) -> str:
    head = [f"{title}, {found['unions']:,} unions, {found['attempts']:,} attempts", "ms", "processor, ms"]
    head += [f"{RAW} ×, clock", "processor"]
    ratios = {name: [report.spread(one) for one in both] for name, both in found["ratios"].items()}
    lines = [
        [name, f"{ms:,.1f}", f"{found['cpu_ms'][name]:,.1f}", *ratios.get(name, ["", ""])]
        for name, ms in found["ms"].items()
    ]
    return report.table(head, lines) + f"\n\nAim K: the whole tree at least × {AIM_K}."


if __name__ == "__main__":
    main()
