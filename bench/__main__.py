"""``python -m bench``: fill databases of the sizes asked for, measure every request on them, print the ratios.

Anything else that is measured has a word of its own in front of its options: ``attempt`` (a whole attempt beside the
floors and the usual way, and the aims), ``opening`` (everybody starts at once), ``saves`` (storing answers, without a
web server), ``servers`` (other WSGI servers), ``questions`` (importing files of each format, drawing), ``statistics``,
``likeness``, ``corrections``, ``results`` (rankings of many people), ``unions`` (participation of many unions, lists,
a reorganisation), ``counters`` (millions of attempts of many unions, counted and kept).
"""

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import report
from bench.client import CONNECTIONS, Client
from bench.databases import Place, place_for
from bench.fill import differences, fill
from bench.measure import Samples, Unexpected, measure, queries, turns
from bench.server import Server
from bench.size import Size
from bench.steps import Site

begun = time.monotonic()


#: Modules of this package that measure something else.
OTHERS = (
    "attempt",
    "opening",
    "saves",
    "servers",
    "questions",
    "statistics",
    "likeness",
    "corrections",
    "results",
    "unions",
    "counters",
)


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in OTHERS:
        import_module(f"bench.{sys.argv.pop(1)}").main()
        return
    options = arguments().parse_args()
    try:
        sizes = [size_of(options, attempts) for attempts in sorted(set(options.attempts))]
        found = bench(options, sizes)
    except (ValueError, RuntimeError, Unexpected) as error:
        sys.exit(f"bench: {error}")
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add(
        "--attempts",
        type=int,
        nargs="+",
        default=[1_000, 200_000],
        metavar="N",
        help="closed attempts of each database",
    )
    add("--people", type=int, metavar="N", help="people known (two for five attempts)")
    add("--unions", type=int, default=500, metavar="N", help="unions in a tree of three levels (500)")
    add("--database", metavar="URL", help="a PostgreSQL database beside which databases may be made (SQLite files)")
    add("--postgresql", action="store_true", help="start a throw-away PostgreSQL server, as the tests do")
    add("--rounds", type=int, default=5, metavar="N", help="rounds, each measuring everything once (5)")
    add("--requests", type=int, default=40, metavar="N", help="attempts taken in each round (40)")
    add("--verify", action="store_true", help="also check that the filled standings and counters are right")
    add("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def size_of(options: argparse.Namespace, attempts: int) -> Size:
    """The size asked for, with visitors enough for every attempt that measuring takes: two each."""
    visitors = max(options.requests, turns(options.rounds, options.requests) // 2 + 1)
    people = options.people or max(attempts * 2 // 5, visitors + 100)
    return Size(attempts, people, options.unions, visitors)


def bench(options: argparse.Namespace, sizes: list[Size]) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        place = stack.enter_context(place_for(options.database, options.postgresql, folder))
        sites = [site_of(place, size, folder, stack, options.verify) for size in sizes]
        client = Client()
        stack.callback(client.stop)
        samples = measure(client, sites, options.rounds, options.requests, place.used_ns, say)
        turn = turns(options.rounds, options.requests)
        asked = {site.label: queries(client, site, site.visitors[turn % len(site.visitors)]) for site in sites}
        return tell(place, sites, samples, asked, options)


def site_of(place: Place, size: Size, folder: Path, stack: ExitStack, verify: bool) -> Site:
    label = f"{size.attempts:,} attempts"
    say(f"filling {label} ({place.title})")
    store = place.fresh(f"bench_{size.attempts}")
    try:
        filled = fill(store, size, say)
        if verify:
            say(f"differences: {differences(store)}")
        url = store.engine.url.render_as_string(hide_password=False)
    finally:
        store.engine.dispose()
    server = Server(url, folder)
    stack.callback(server.stop)
    site = Site(label, server, filled)
    site.open()
    return site


def tell(
    place: Place, sites: list[Site], samples: Samples, asked: dict[str, dict[str, int]], options: argparse.Namespace
) -> dict[str, Any]:
    """Print the tables and return all figures."""
    print(f"{place.title}; one worker; {CONNECTIONS} connections; middle of {options.rounds} rounds [least–greatest]")
    rows = {site.label: report.site_rows(site.label, samples, asked[site.label]) for site in sites}
    for label, lines in rows.items():
        print(report.site_table(label, lines))
    small, large = sites[0].label, sites[-1].label
    growth = report.growth_rows(small, large, samples)
    if small != large:
        print(report.growth_table(small, large, growth))
    return {
        "database": place.title,
        "rounds": options.rounds,
        "requests": options.requests,
        "sizes": rows,
        "growth": growth,
    }


def say(text: str) -> None:
    print(f"{time.monotonic() - begun:5.0f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
