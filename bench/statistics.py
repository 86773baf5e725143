"""``python -m bench.statistics``: what measuring the questions of one large round costs, in time and memory.

Fills a database with a round of so many attempts at 20 questions each, drawn from a bank of 500, and computes its
statistics as the product does, in a process of its own whose memory is then known.
"""

import json
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bench import apart, places, report, sittings, stage
from bench.bulk import catch_up, put
from bench.databases import Files
from bench.size import Size
from contest import clock, create_app
from contest.attempts.models import Attempt
from contest.rounds.models import BlueprintRow, Contest, Entry, Round, Stage
from contest.statistics.work import compute
from questions.actions import create_bank, store_drafts

MODULE = "bench.statistics"
BANK = 500
PAPER = 20


def main() -> None:
    parser = apart.arguments(MODULE, __doc__, ("URL", "ROUND"))
    apart.add_sizes(parser, "--attempts", (20_000, 200_000), "attempts of the round")
    apart.add_rounds(parser)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure[0], int(options.measure[1]))))
        return
    found = [bench(attempts, options.rounds) for attempts in sorted(set(options.attempts))]
    print(table(found))
    apart.keep(options.json, found)


def bench(attempts: int, rounds: int) -> dict[str, Any]:
    """The figures of one size: the middle of several processes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        apart.say(f"filling {attempts:,} attempts")
        place = Files(Path(folder))
        store = place.fresh("statistics")
        with store.session(readonly=False) as session, session.begin():
            round_id = fill(session, attempts)
        store.engine.dispose()
        middle = apart.middle(
            MODULE,
            place.url("statistics"),
            round_id,
            rounds=rounds,
            told=lambda number, run: f"{attempts:,} attempts, {number} of {rounds}: {run['seconds']:.1f} s",
        )
    return {"attempts": attempts, "bank": BANK, "paper": PAPER, **middle}


def measured(url: str, round_id: int) -> dict[str, float]:
    """Compute a round once; seconds by the clock and of the processor, mebibytes before and at most."""
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": apart.SECRET_KEY})
    with app.app_context():
        before, cpu, begun = apart.memory(), time.process_time(), time.perf_counter()
        result = compute(round_id, lambda _done, _total: None)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if not result.lines:
        raise RuntimeError("nothing was measured")
    return {"seconds": seconds, "cpu": cpu, "before_mb": before, "peak_mb": apart.memory()}


def fill(session: Session, attempts: int) -> int:
    """A round of so many attempts, one a person, in an empty migrated database; returns its id."""
    now, chance = clock.now(), random.Random(1)
    size = Size(attempts, attempts, 50)
    places.fill_people(session, size, places.fill_unions(session, size, now), now, chance)
    bank = create_bank(session, code="do", title="Ngân hàng câu hỏi để đo", now=now)
    store_drafts(session, bank, [stage.draft(n) for n in range(BANK)], author="bench", now=now)
    contest = Contest(slug="do", title="Cuộc thi dùng để đo", union_id=places.ROOT_ID, created_at=now)
    contest.stages.append(Stage(position=1))
    session.add(contest)
    session.flush()
    round_ = Round(
        contest=contest,
        stage_id=contest.stages[0].id,
        number=1,
        opens_at=now - timedelta(days=5),
        closes_at=now + timedelta(days=1),
        seed=f"{1:064x}",
        blueprint=[BlueprintRow(position=1, bank_id=bank.id, count=PAPER, points=1)],
    )
    session.add(round_)
    session.flush()
    entries = (
        {
            "id": person_id,
            "contest_id": contest.id,
            "person_id": person_id,
            "kind": "member",
            "unranked": False,
            "entered_at": round_.opens_at,
        }
        for person_id in range(1, attempts + 1)
    )
    put(session, Entry, entries)
    put(session, Attempt, _attempts(session, round_, attempts, chance))
    catch_up(session, Entry, Attempt)
    return round_.id


def _attempts(session: Session, round_: Round, attempts: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    sheets = sittings.sheets_of(session, round_, clock.now())
    for number in range(1, attempts + 1):
        begun_at = round_.opens_at + timedelta(seconds=number)
        row = sittings._attempt(round_, begun_at, chance.choice(sheets), chance)
        yield {"id": number, "entry_id": number, "number": 1, **row}


def table(found: list[dict[str, Any]]) -> str:
    """A row a size, and what the largest costs in terms of the smallest."""
    head = ["statistics of a round", "s", "processor s", "MiB at most", "MiB before"]
    names = ("seconds", "cpu", "peak_mb", "before_mb")
    lines = [[f"{row['attempts']:,} attempts", *(f"{row[name]:.1f}" for name in names)] for row in found]
    if len(found) > 1:
        small, large = found[0], found[-1]
        times = f"× {large['attempts'] / small['attempts']:.0f} attempts"
        lines.append([times, *(f"× {large[name] / small[name]:.1f}" for name in names)])
    return report.table(head, lines)


if __name__ == "__main__":
    main()
