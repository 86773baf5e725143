"""``./run bench attempt``: what a whole attempt costs, beside the floors and beside the same written the usual way.

Every step of an attempt (contest page, start, paper, 20 saves, review, submission, result) and the floors are sent over
eight kept connections to one server process on one core, in turn, round after round; then a mix of saves and papers
arrives by chance at 70 % of what the server can do. At the end it says which aims are reached (``bench/aims.py``).
"""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import aims, apart, first_view, latency, report, saves
from bench.client import Client, Job
from bench.databases import Place, place_for
from bench.fill import fill
from bench.measure import Samples, Unexpected, measure, turns
from bench.server import Server
from bench.size import Size
from bench.steps import ACCEPTED, ROUND, Site, Step, Visitor, each

CONNECTIONS = 8
SAVES = 20
#: Papers that are weighed.
PAPERS = 12
#: Requests of each kind in one attempt.
WHOLE = {"contest": 1, "start": 1, "paper": 1, "save": SAVES, "review": 1, "submit": 1, "result": 1}


def main() -> None:
    options = arguments().parse_args()
    try:
        found = bench(options)
    except (ValueError, RuntimeError, Unexpected) as error:
        sys.exit(f"bench: {error}")
    print(tables(found))
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench attempt", description=__doc__)
    add = parser.add_argument
    add("--attempts", type=int, default=2_000, metavar="N", help="closed attempts already stored (2000)")
    add("--database", metavar="URL", help="a PostgreSQL database beside which databases may be made (SQLite files)")
    add("--postgresql", action="store_true", help="start a throw-away PostgreSQL server that waits for the disk")
    add("--rounds", type=int, default=5, metavar="N", help="rounds, each measuring everything once (5)")
    add("--requests", type=int, default=24, metavar="N", help="attempts taken in each round (24)")
    add("--seconds", type=float, default=3.0, metavar="S", help="length of each part of the mix; 0: no mix (3)")
    add("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def bench(options: argparse.Namespace) -> dict[str, Any]:
    visitors = turns(options.rounds, options.requests)
    size = Size(options.attempts, max(options.attempts * 2 // 5, visitors + latency.VISITORS + 100), 200)
    size = Size(size.attempts, size.people, size.unions, visitors + latency.VISITORS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        place = stack.enter_context(place_for(options.database, options.postgresql, folder))
        site = site_of(place, size, folder, stack)
        client = Client()
        stack.callback(client.stop)
        samples = measure(client, [site], options.rounds, options.requests, place.used_ns, apart.say, STEPS)
        found = figures(place, samples)
        late = site.visitors[visitors:]
        found["first_view"] = first_view.measured(client, site, begin(client, site, late[:PAPERS]))
        if options.seconds:
            found["mix"] = latency.measured(client, site, begin(client, site, late), options.rounds, options.seconds)
    if place.title == "SQLite" and options.seconds:
        found["saves"] = saves.measured(options.rounds, options.seconds)
    found["aims"] = aims.judged(found)
    return found


def site_of(place: Place, size: Size, folder: Path, stack: ExitStack) -> Site:
    """A running server on a filled database, everybody signed in at the product and at the usual way."""
    store = place.fresh(f"attempt_{size.attempts}")
    try:
        filled = fill(store, size, lambda _text: None)
        url = store.engine.url.render_as_string(hide_password=False)
    finally:
        store.engine.dispose()
    server = Server(url, folder)
    stack.callback(server.stop)
    site = Site(f"{size.attempts:,} attempts", server, filled)
    site.open()
    for visitor, person_id in zip(site.visitors, filled.visitors, strict=True):
        visitor.usual = site.sign_in(person_id, "/_typical/sign-in")
    apart.say(f"{size.attempts:,} attempts, {size.people:,} people ({place.title})")
    return site


def begin(client: Client, site: Site, visitors: list[Visitor]) -> list[Visitor]:
    """Let these visitors open the contest, start, and see their papers, here and at the usual way."""
    for key in ("contest", "start", "paper", "usual_paper"):
        step = next(step for step in STEPS if step.key == key)
        for visitor in visitors:
            answer = client.send(site.server.port, list(step.jobs(site, [visitor])), 1).answers[0]
            step.learner(visitor).learn(answer)
    return visitors


def usual(visitor: Visitor) -> Visitor:
    """The visitor's browser at the usual way, on the same attempt."""
    assert visitor.usual
    visitor.usual.code = visitor.code
    visitor.usual.seq = max(visitor.seq, visitor.usual.seq)
    return visitor.usual


def _usual_save(_site: Site, visitor: Visitor) -> Job:
    other = usual(visitor)
    job = other.save(f"/_typical/bai-thi/{other.code}/luu")
    visitor.seq = other.seq
    return job


def _step(key: str, title: str, make: Any, **more: Any) -> Step:
    return Step(key, title, each(make), connections=CONNECTIONS, **more)


STEPS = (
    _step("bare_empty", "bare Flask: empty route", lambda s, v: ("GET", "/_bare/empty", ACCEPTED, None), times=10),
    _step(
        "bare_commit",
        "bare Flask: one raw update, commit",
        lambda s, v: ("POST", "/_bare/commit", ACCEPTED, ""),
        times=10,
    ),
    _step("empty", "product: empty route", lambda s, v: ("GET", "/_bench/empty", ACCEPTED, None), times=10),
    _step("commit", "product: one update, commit", lambda s, v: ("POST", "/_bench/commit", ACCEPTED, ""), times=10),
    _step("contest", "contest page", lambda s, v: v.get(s.contest())),
    _step("start", "start", lambda s, v: v.form(s.contest(f"/dot/{ROUND}/bat-dau")), status=303),
    _step("paper", "paper of 20 questions", lambda s, v: v.get(f"/bai-thi/{v.code}"), times=5),
    _step(
        "usual_paper",
        "the usual way: paper",
        lambda s, v: usual(v).get(f"/_typical/bai-thi/{v.code}"),
        times=3,
        learner=usual,
    ),
    _step("save", "save", lambda s, v: v.save(f"/bai-thi/{v.code}/luu"), times=SAVES),
    _step("usual_save", "the usual way: save", _usual_save, times=5, learner=usual),
    _step("review", "review", lambda s, v: v.get(f"/bai-thi/{v.code}/xem-lai")),
    _step("submit", "submit", lambda s, v: v.form(f"/bai-thi/{v.code}/nop"), status=303),
    _step("result", "result with own rank", lambda s, v: v.get(f"/bai-thi/{v.code}/ket-qua")),
)


def figures(place: Place, samples: Samples) -> dict[str, Any]:
    """What was measured of each step, and of a whole attempt; ratios are taken round by round."""
    by_key = {key: found for (_label, key), found in samples.items()}
    floors = {name: by_key[name] for name in ("bare_empty", "bare_commit", "empty", "commit")}
    steps = []
    for step in STEPS:
        own = by_key[step.key]
        row: dict[str, Any] = {
            "step": step.key,
            "title": step.title,
            "bytes": round(report.middle(own, lambda s: s.size)),
        }
        for name, value in (
            ("ms", lambda s: s.ms),
            ("p99_ms", lambda s: s.p99_ms),
            ("requests_per_s", lambda s: s.rate),
        ):
            row[name] = report.middle(own, value)
        row["server_us"] = report.middle(own, lambda s: s.cpu_us)
        row["database_us"] = None if own[0].database_us is None else report.middle(own, lambda s: s.database_us or 0)
        row["cpu_to"] = {name: report.ratios(own, floor, report.cpu) for name, floor in floors.items()}
        row["rate_to"] = {name: report.ratios(own, floor, lambda s: s.rate) for name, floor in floors.items()}
        if step.key in ("paper", "save"):
            row["usual_to_own"] = report.ratios(by_key[f"usual_{step.key}"], own, report.cpu)
        steps.append(row)
    rounds = range(len(by_key["save"]))
    whole = [sum(times * report.cpu(by_key[key][place_]) for key, times in WHOLE.items()) for place_ in rounds]
    empty = [report.cpu(sample) for sample in by_key["bare_empty"]]
    return {
        "database": place.title,
        "steps": {row["step"]: row for row in steps},
        "attempt_us": report.three(whole),
        "attempt_to_bare_empty": report.three([one / other for one, other in zip(whole, empty, strict=True)]),
    }


def tables(found: dict[str, Any]) -> str:
    head = ["request", "requests/s", "p50 ms", "p99 ms", "server µs", "database µs", "bytes"]
    head += ["CPU × bare empty", "requests/s × bare empty", "requests/s × bare commit"]
    lines = [
        [
            row["title"],
            *(f"{row['requests_per_s']:.0f}", f"{row['ms']:.1f}", f"{row['p99_ms']:.1f}", f"{row['server_us']:.0f}"),
            "" if row["database_us"] is None else f"{row['database_us']:.0f}",
            str(row["bytes"]),
            report.spread(row["cpu_to"]["bare_empty"]),
            report.spread(row["rate_to"]["bare_empty"]),
            report.spread(row["rate_to"]["bare_commit"]),
        ]
        for row in found["steps"].values()
    ]
    said = [
        f"{found['database']}; one server process on one core, {CONNECTIONS} connections",
        report.table(head, lines),
        "A whole attempt of {:.1f} ms [{:.1f}–{:.1f}] of processor time, server and database, is".format(
            *(value / 1000 for value in found["attempt_us"])
        )
        + f" {report.spread(found['attempt_to_bare_empty'])} bare empty routes.",
        aims.table(found["aims"]),
    ]
    return "\n\n".join(said)


if __name__ == "__main__":
    main()
