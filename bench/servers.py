"""``./run bench servers --venv PATH``: the product under other WSGI servers, one process on one core each.

PATH is a virtual environment with the servers to compare (``pip install granian waitress``); the product and what it
needs are taken from its own. Each server gets a database of its own; requests take turns, round after round. Then slow
clients by the hundred besiege each of them. The choice that was made by it is docs/decisions/0008-server.md.
"""

import argparse
import json
import sys
import sysconfig
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import apart, report, siege
from bench.attempt import STEPS
from bench.client import Client
from bench.databases import Place, place_for
from bench.fill import fill
from bench.measure import Samples, measure, turns
from bench.server import HOST, PRODUCT, Server
from bench.size import Size
from bench.steps import Site
from contest.config import ROOT

#: What is measured under each server, in this order: a save needs a start, a start the contest's page.
KEYS = ("bare_empty", "bare_commit", "empty", "contest", "start", "paper", "save")
TOLD = ("bare_empty", "bare_commit", "empty", "paper", "save")
OURS = "gunicorn with the product's worker"
GUNICORN = "gunicorn gthread"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench servers", description=__doc__)
    add = parser.add_argument
    add("--venv", type=Path, metavar="PATH", help="where granian and waitress are installed (gunicorn alone)")
    add("--postgresql", action="store_true", help="on a throw-away PostgreSQL server")
    add("--rounds", type=int, default=5, metavar="N", help="rounds, each measuring everything once (5)")
    add("--requests", type=int, default=16, metavar="N", help="attempts taken in each round (16)")
    add("--slow", type=int, default=400, metavar="N", help="slow connections; 0: none (400)")
    add("--seconds", type=float, default=5.0, metavar="S", help="how long each siege lasts (5)")
    add("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args()
    found = bench(options)
    print(tables(found))
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def commands(venv: Path | None) -> dict[str, tuple[str, ...]]:
    """How each server is started, by its title; those that are installed."""
    plain = (*PRODUCT[:-1], "--worker-class", "gthread", PRODUCT[-1])
    found: dict[str, tuple[str, ...]] = {OURS: PRODUCT, GUNICORN: plain}
    if venv is None:
        return found
    granian = (str(venv / "bin" / "granian"), "--interface", "wsgi", "--host", HOST, "--port", "{port}", "--no-ws")
    for threads in (1, 4):
        title = f"granian, {threads} thread{'s' if threads > 1 else ''}"
        found[title] = (*granian, "--workers", "1", "--blocking-threads", str(threads), "bench.app:app")
    listen = f"--listen={HOST}:{{port}}"
    found["waitress, 8 threads"] = (
        str(venv / "bin" / "python"),
        "-m",
        "waitress",
        listen,
        "--threads=8",
        "bench.app:app",
    )
    return {title: command for title, command in found.items() if Path(command[0]).exists()}


def bench(options: argparse.Namespace) -> dict[str, Any]:
    visitors = turns(options.rounds, options.requests)
    size = Size(500, max(200, visitors + 100), 100, visitors)
    steps = [step for step in STEPS if step.key in KEYS]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        place = stack.enter_context(place_for(None, options.postgresql, folder))
        sites = [
            site_of(place, size, folder, stack, title, command) for title, command in commands(options.venv).items()
        ]
        client = Client()
        stack.callback(client.stop)
        samples = measure(client, sites, options.rounds, options.requests, place.used_ns, apart.say, steps)
        found: dict[str, Any] = {"database": place.title, "requests": figures(sites, samples)}
        if options.slow:
            found["slow"] = {site.label: besieged(site, options.slow, options.seconds) for site in sites}
    return found


def site_of(place: Place, size: Size, folder: Path, stack: ExitStack, title: str, command: tuple[str, ...]) -> Site:
    store = place.fresh("server_" + "".join(letter for letter in title if letter.isalnum()))
    try:
        filled = fill(store, size, lambda _text: None)
        url = store.engine.url.render_as_string(hide_password=False)
    finally:
        store.engine.dispose()
    path = f"{ROOT}:{sysconfig.get_path('purelib')}"
    server = Server(url, folder, command, {"PYTHONPATH": path} if command[0] != sys.executable else {})
    stack.callback(server.stop)
    site = Site(title, server, filled)
    site.open()
    apart.say(f"started {title}")
    return site


def figures(sites: list[Site], samples: Samples) -> dict[str, dict[str, Any]]:
    """By server and step: requests a second, p99, processor time, and each in terms of gunicorn's in the same round."""
    found: dict[str, dict[str, Any]] = {}
    for site in sites:
        found[site.label] = {}
        for key in TOLD:
            own, other = samples[site.label, key], samples[GUNICORN, key]
            found[site.label][key] = {
                "requests_per_s": report.middle(own, lambda s: s.rate),
                "p99_ms": report.middle(own, lambda s: s.p99_ms),
                "cpu_us": report.middle(own, report.cpu),
                "rate": report.ratios(own, other, lambda s: s.rate),
                "p99": report.ratios(own, other, lambda s: s.p99_ms),
                "cpu": report.ratios(own, other, report.cpu),
            }
    return found


def besieged(site: Site, connections: int, seconds: float) -> dict[str, dict[str, float]]:
    found = {kind: siege.besieged(site.server.port, kind, connections, seconds) for kind in siege.KINDS}
    apart.say(f"besieged {site.label}")
    return found


def tables(found: dict[str, Any]) -> str:
    titles = {step.key: step.title for step in STEPS}
    lines = [
        [
            f"{server}: {titles[key]}",
            *(f"{row['requests_per_s']:.0f}", f"{row['p99_ms']:.1f}", f"{row['cpu_us']:.0f}"),
            *(report.spread(row[name]) for name in ("rate", "p99", "cpu")),
        ]
        for server, rows in found["requests"].items()
        for key, row in rows.items()
    ]
    head = [found["database"], "requests/s", "p99 ms", "CPU µs", "requests/s × gunicorn", "p99 ×", "CPU ×"]
    parts = [report.table(head, lines)]
    if "slow" in found:
        slow = [
            [f"{server}: {kind}", f"{row['asked']}", f"{row['failed']}", f"{row['p50_ms']:.1f}", f"{row['p99_ms']:.0f}"]
            for server, rows in found["slow"].items()
            for kind, row in rows.items()
        ]
        parts.append(report.table(["slow clients", "others asked", "got nothing", "p50 ms", "p99 ms"], slow))
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
