"""``python -m bench results``: rankings of so many people: pages, places, search, submitting, a recount, the end.

Each figure is measured beside the plain way of doing the same, alternated in one run: the board made anew from the
attempts, a place counted on the best index, a page reached by OFFSET, an attempt stored with nothing kept. The ratios
are the aims H, I, J and L. Standings are made in bulk by the rules that keep them.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import apart, report
from bench.databases import Place, add_options, place_asked, tidy
from bench.results_announce import announced
from bench.results_fill import UNIONS, fill
from bench.results_submit import submits
from contest import clock
from contest.db import Store
from contest.rounds.models import Contest
from contest.standings import queries, steps, union_boards
from contest.standings.actions import recount
from contest.standings.queries import PAGE_SIZE, Board
from contest.standings.records import order_of

#: How often a quick question is asked in a round; of the slow ones one is enough.
TIMES = 20
NUMBER = 1
DATABASE = ", database alone"

_BEST = """
WITH tried AS (
  SELECT entry_id, score, elapsed_ms, submitted_at,
         row_number() OVER (PARTITION BY entry_id ORDER BY score DESC, elapsed_ms, submitted_at) AS best
  FROM attempt WHERE round_id = :round AND state = 'closed' AND counted
)
"""
TOP = _BEST + "SELECT * FROM tried WHERE best = 1 ORDER BY score DESC, elapsed_ms, submitted_at LIMIT 50"
HIGHER = _BEST + "SELECT count(*) FROM tried WHERE best = 1 AND (score > :score OR score = :score AND elapsed_ms < :ms)"
_ON = "contest_id = :contest AND round_number = 1 AND ranked"
BEFORE = f"SELECT count(*) FROM standing WHERE {_ON} AND sort_key < :key"
OFFSET = f"SELECT * FROM standing WHERE {_ON} ORDER BY sort_key, entry_id LIMIT {PAGE_SIZE} OFFSET :offset"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench results", description=__doc__)
    apart.add_sizes(parser, "--people", (10_000, 100_000), "people on the board")
    apart.add_rounds(parser)
    parser.add_argument("--seconds", type=float, default=2.0, metavar="S", help="how long each submits (2)")
    add_options(parser)
    options = parser.parse_args()
    with place_asked(options) as (place, _folder):
        found = [bench(place, people, options) for people in sorted(set(options.people))]
    print(table(place.title, found))
    print(aims_table(found))
    apart.keep(options.json, found)


def bench(place: Place, people: int, options: argparse.Namespace) -> dict[str, Any]:
    """The figures of one size."""
    store = place.fresh(f"results_{people}")
    begun = time.perf_counter()
    with store.session(readonly=False) as session, session.begin():
        contest_id = fill(session, people, clock.now())
    tidy(store)
    apart.say(f"{people:,} people filled in {time.perf_counter() - begun:.0f} s")
    chance = random.Random(2)
    rows: dict[str, list[float]] = {}
    for number in range(options.rounds + 1):
        with store.session(readonly=True) as session:
            asked = Asked(session, session.get_one(Contest, contest_id), people, chance)
            for name, seconds in asked.all():
                if number:
                    rows.setdefault(name, []).append(1000 * seconds)
        apart.say(f"round {number} of {options.rounds}" if number else "warmed up")
    rates = submits(store.engine.url.render_as_string(hide_password=False), people, options.rounds, options.seconds)
    rows["recount"] = [1000 * whole_recount(store, contest_id)]
    end = announced(store, contest_id)
    store.engine.dispose()
    figures = {name: statistics.median(found) for name, found in rows.items()}
    return {"people": people, "ms": figures, "ratios": ratios(rows), "submit": rates, "end": end}


@dataclass
class Asked:
    """Everything that is asked of one board, in turns so that a drift of the machine meets all alike."""

    session: Session
    contest: Contest
    people: int
    chance: random.Random

    def __post_init__(self) -> None:
        self.board = Board(self.contest.id, NUMBER)
        self.pages = -(-self.people // PAGE_SIZE)

    def all(self) -> Iterator[tuple[str, float]]:
        yield from self.often("page front", lambda: self.page(1))
        yield from self.often("page middle", lambda: self.page(self.pages // 2 + self.chance.randrange(5)))
        yield from self.often("page end", lambda: self.page(self.pages))
        yield from self.often("own place", self.own)
        yield from self.often("neighbours", self.around)
        yield from self.often("search", lambda: queries.search(self.session, self.board, "Nguyễn Thị Lan"))
        yield from self.often("union of a few", lambda: self.union(UNIONS - 1), 3)
        yield from self.often("union of all", lambda: self.union(1), 1)
        # Somebody in the middle of the board, as most are.
        middle = queries.ranking_page(self.session, self.board, self.pages // 2).lines[0]
        yield from self.often("plain board", lambda: self.plain(TOP), 1)
        yield from self.often("plain place", lambda: self.plain(HIGHER, score=middle.score, ms=middle.elapsed_ms), 1)
        yield from self.often("plain count", lambda: self.plain(BEFORE, key=middle.sort_key), 3)
        yield from self.often("plain offset", lambda: self.plain(OFFSET, offset=self.people // 2), 3)

    def often(self, name: str, ask: Callable[[], Any], times: int = TIMES) -> Iterator[tuple[str, float]]:
        """The middle of the times it takes, in seconds; and of those in which the database answers."""
        whole, database = [], []
        for _ in range(times):
            self.session.expire_all()
            with listened(self.session) as statements:
                begun = time.perf_counter()
                ask()
                whole.append(time.perf_counter() - begun)
            database.append(asked_again(self.session, statements))
        yield name, statistics.median(whole)
        yield f"{name}{DATABASE}", statistics.median(database)

    def page(self, number: int) -> None:
        if not queries.ranking_page(self.session, self.board, number).lines:
            raise RuntimeError(f"page {number} is empty")

    def own(self) -> None:
        place = queries.own_place(self.session, self.contest, NUMBER, self.chance.randint(1, self.people))
        if place is None or not place.rank:
            raise RuntimeError("somebody has no place")

    def around(self) -> None:
        standing = queries.standing(self.session, self.contest.id, NUMBER, self.chance.randint(1, self.people))
        queries.around(self.session, self.board, standing.sort_key, standing.entry_id)

    def union(self, union_id: int) -> None:
        found = union_boards.union_rows(self.session, self.board, union_id)
        union_boards.union_page(self.session, self.board, found, 1)

    def plain(self, statement: str, **given: Any) -> None:
        given |= {"contest": self.contest.id} if ":contest" in statement else {"round": self.contest.rounds[0].id}
        self.session.execute(sa.text(statement), given).all()


@contextmanager
def listened(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The statements of a block as the driver gets them."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    engine = session.get_bind().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def asked_again(session: Session, statements: list[tuple[str, Any]]) -> float:
    """Seconds in which the database answers the same once more, with nothing of Python around it."""
    cursor = session.connection().connection.cursor()
    begun = time.perf_counter()
    for statement, parameters in statements:
        cursor.execute(statement, parameters)
        cursor.fetchall()
    seconds = time.perf_counter() - begun
    cursor.close()
    return seconds


def whole_recount(store: Store, contest_id: int) -> float:
    """Seconds of making everything again from the attempts, which must find nothing wrong."""
    begun = time.perf_counter()
    with store.session(readonly=False) as session, session.begin():
        contest = session.get_one(Contest, contest_id)
        changed = recount(session, contest)
        if changed or steps.wrong_steps(session, contest, order_of(contest)):
            raise RuntimeError(f"{changed} standings or steps were not what the attempts say")
    return time.perf_counter() - begun


def ratios(rows: dict[str, list[float]]) -> dict[str, list[float]]:
    """How many times as long the database takes the plain way, round by round: the middle, the least, the greatest."""

    def times(plain: str, own: str) -> list[float]:
        pairs = zip(rows[plain + DATABASE], rows[own + DATABASE], strict=True)
        return report.three([a / b for a, b in pairs])

    return {
        "H": times("plain board", "page front"),
        "I count": times("plain count", "own place"),
        "I board": times("plain place", "own place"),
        "J": times("plain offset", "page middle"),
    }


def table(title: str, found: Sequence[dict[str, Any]]) -> str:
    """A row a figure, a column a size, and the growth from the least to the greatest."""
    head = [f"{title}, ms", *(f"{row['people']:,} people" for row in found), "growth"]
    lines = []
    for name in found[0]["ms"]:
        values = [row["ms"][name] for row in found]
        lines.append([name, *(f"{value:,.2f}" for value in values), f"× {values[-1] / values[0]:.1f}"])
    for name in ("bare", "kept"):
        values = [row["submit"][name]["rate"][0] for row in found]
        label = f"submits a second, {'nothing' if name == 'bare' else 'ranking and counters'} kept"
        lines.append([label, *(f"{value:,.0f}" for value in values), f"× {values[-1] / values[0]:.1f}"])
    for name in found[0]["end"]:
        values = [row["end"][name] for row in found]
        growth = f"× {values[-1] / values[0]:.1f}" if values[0] else "–"
        lines.append([name, *(f"{value:,.0f}" for value in values), growth])
    return report.table(head, lines)


def aims_table(found: Sequence[dict[str, Any]]) -> str:
    """The ratios of the aims by size; reached where the middle one is at least what is aimed at."""
    aims = (
        ("H", "the board from the attempts × its front page", 1000),
        ("I count", "count(*) on the index × own place", 50),
        ("I board", "a place from the attempts × own place", 1000),
        ("J", "OFFSET to the middle × page in the middle", 50),
    )
    lines = [
        [f"{key.split()[0]}: {text}", f"≥ {bound:,}", *(report.spread(row["ratios"][key]) for row in found)]
        for key, text, bound in aims
    ]
    lines.append(
        ["L: submits, ranking kept × bare insert", "≥ 0.3", *(report.spread(row["submit"]["ratio"]) for row in found)]
    )
    return "\n" + report.table(["aim", "wanted", *(f"{row['people']:,}" for row in found)], lines)


if __name__ == "__main__":
    main()
