"""``python -m bench.corrections``: what changing a key late costs, in time and memory.

A round of so many attempts at 20 questions each from a bank of 20, so that every paper holds the question: the worst
case. Tries a new key, applies it and takes it back as the product does, in a process whose memory is then known, and
compares all standings and counters with the attempts afterwards.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bench import apart, report, statistics
from bench.databases import Files
from contest import clock, create_app
from contest.accounts.rules import TERMINAL
from contest.attempts.states import KeyChangeKind
from contest.corrections import actions, queries, trial, work
from contest.corrections.rules import Proposal, Trial
from contest.corrections.trial import Case
from contest.participation import recounting as participation
from contest.rounds.models import Round
from contest.standings import actions as standings

MODULE = "bench.corrections"
BANK = 20


def main() -> None:
    parser = apart.arguments(MODULE, __doc__, ("URL", "ROUND"))
    apart.add_sizes(parser, "--attempts", (20_000, 200_000), "attempts of the round")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure[0], int(options.measure[1]))))
        return
    found = [bench(attempts) for attempts in sorted(set(options.attempts))]
    print(table(found))
    apart.keep(options.json, found)


def bench(attempts: int) -> dict[str, Any]:
    """The figures of one size."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        apart.say(f"filling {attempts:,} attempts")
        place = Files(Path(folder))
        store = place.fresh("corrections")
        statistics.BANK = BANK
        with store.session(readonly=False) as session, session.begin():
            round_id = statistics.fill(session, attempts)
            contest = session.get_one(Round, round_id).contest
            standings.recount(session, contest)
            participation.recount(session, contest)
        store.engine.dispose()
        figures = apart.alone(MODULE, place.url("corrections"), round_id)
    return {"attempts": attempts, **figures}


def measured(url: str, round_id: int) -> dict[str, float]:
    """Try, apply and take back once; seconds by the clock, mebibytes at most."""
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": apart.SECRET_KEY})
    store = app.extensions["store"]
    with app.app_context():
        with store.session(readonly=True) as session:
            round_ = session.get_one(Round, round_id)
            version_id = queries.items(session, store.memo, round_)[0].version_id
            key = actions.key_now(session, store.memo, round_id, version_id)
            others = frozenset({(min(key.keys) + 1) % len(key.choices)})
            proposal = Proposal(version_id, KeyChangeKind.KEY, others)
            before, begun = apart.memory(), time.perf_counter()
            tried = try_it(session, store.memo, round_, proposal)
            trying = time.perf_counter() - begun
        begun = time.perf_counter()
        with store.session(readonly=False) as session, session.begin():
            round_ = session.get_one(Round, round_id)
            change = actions.decide(
                session, store.memo, TERMINAL, round_.contest, round_, proposal, "Đo", tried.seen, clock.now()
            )
            change_id = change.id
        done = work.recount(change_id, False)
        applying = time.perf_counter() - begun
        wrong = differences(store, round_id)
    if wrong or done.changed != len(tried.sat):
        raise RuntimeError("what was applied is not what was tried, or standings differ from the attempts")
    return {
        "trying": trying,
        "applying": applying,
        "changed": done.changed,
        "per_second": done.changed / applying,
        "before_mb": before,
        "peak_mb": apart.memory(),
    }


def try_it(session: Session, memo: dict[str, Any], round_: Round, proposal: Proposal) -> Trial:
    key = proposal.applied(actions.key_now(session, memo, round_.id, proposal.version_id))
    return trial.run(session, memo, Case(round_.contest, round_, proposal.version_id, key, actions.proposed(proposal)))


def differences(store: Any, round_id: int) -> int:
    with store.session(readonly=True) as session:
        contest = session.get_one(Round, round_id).contest
        return len(standings.verify(session, contest)) + len(participation.verify(session, contest))


def table(found: list[dict[str, Any]]) -> str:
    """A row a size, and what the largest costs in terms of the smallest."""
    head = ["a key changed late", "scores changed", "trial s", "apply s", "MiB at most", "MiB before"]
    names = ("changed", "trying", "applying", "peak_mb", "before_mb")
    lines = [[f"{row['attempts']:,} attempts", *(f"{row[name]:,.1f}" for name in names)] for row in found]
    if len(found) > 1:
        small, large = found[0], found[-1]
        times = f"× {large['attempts'] / small['attempts']:.0f} attempts"
        lines.append([times, *(f"× {large[name] / small[name]:.1f}" for name in names)])
    return report.table(head, lines)


if __name__ == "__main__":
    main()
