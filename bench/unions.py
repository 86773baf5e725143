"""``python -m bench unions``: participation of so many people in a tree of so many unions, and work on that tree.

Pages of the root, of one in the middle and of a leaf stand beside the empty route, alternated in one run; the figures
of the whole tree from kept counters beside counting them from the attempts (aim K). Then, each once: lists of unions
and people are imported, a part of the unions is reorganised, certificates are set. The growth is between the sizes.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import apart, counters, report, unions_work
from bench.client import Client
from bench.databases import Place, add_options, place_asked, tidy
from bench.measure import Samples, measure
from bench.server import Server
from bench.steps import ACCEPTED, Site, Step, Visitor, each
from bench.unions_fill import Grown, grow
from contest import clock
from contest.db import Store

#: People for each union of the tree.
PEOPLE_PER_UNION = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench unions", description=__doc__)
    apart.add_sizes(parser, "--people", (100_000, 1_000_000), "people who took part; a hundredth as many unions")
    apart.add_rounds(parser)
    parser.add_argument("--requests", type=int, default=20, metavar="N", help="requests of each page in a round (20)")
    add_options(parser)
    options = parser.parse_args()
    with place_asked(options) as (place, folder), ExitStack() as stack:
        found = bench(place, folder, options, stack)
    print(tables(place.title, found))
    apart.keep(options.json, found)


def bench(place: Place, folder: Path, options: argparse.Namespace, stack: ExitStack) -> dict[str, Any]:
    sizes = sorted(set(options.people))
    stores = {people: place.fresh(f"unions_{people}") for people in sizes}
    trees = {people: filled(stores[people], people) for people in sizes}
    sites = [site_of(stores[people], trees[people], people, folder, stack, options.requests) for people in sizes]
    client = Client()
    stack.callback(client.stop)
    samples = measure(client, sites, options.rounds, options.requests, place.used_ns, apart.say, STEPS)
    rolled = [counters.measured(place, stores[n], trees[n].contest_id, options.rounds, apart.say) for n in sizes]
    work = {people: unions_work.done(place, stores[people], people) for people in sizes}
    for store in stores.values():
        store.engine.dispose()
    return {
        "people": sizes,
        "unions": [trees[people].unions for people in sizes],
        "pages": {step.key: [page(samples, step, site.label) for site in sites] for step in STEPS},
        "rolled": rolled,
        "work": [work[people] for people in sizes],
    }


def filled(store: Store, people: int) -> Grown:
    begun = time.perf_counter()
    with store.session(readonly=False) as session, session.begin():
        grown = grow(session, people, max(30, people // PEOPLE_PER_UNION), clock.now())
    tidy(store)
    apart.say(f"{people:,} people in {grown.unions:,} unions filled in {time.perf_counter() - begun:.0f} s")
    return grown


# Pages


def site_of(store: Store, grown: Grown, people: int, folder: Path, stack: ExitStack, requests: int) -> Site:
    """A server on a database of one size, with an official of the root, of a union in the middle and of a leaf."""
    server = Server(store.engine.url.render_as_string(hide_password=False), folder)
    stack.callback(server.stop)
    site = Site(f"{people:,} people", server, grown.filled)
    site.root, site.leaf = site.sign_in(grown.filled.root_official), site.sign_in(grown.filled.leaf_official)
    site.visitors = [Visitor()] * requests
    return site


def _followed(code: Callable[[Site], str], leaf: bool = False) -> Any:
    def path(site: Site) -> Any:
        return (site.leaf if leaf else site.root).get(f"/theo-doi/{site.filled.slug}/{code(site)}")

    return each(lambda site, _visitor: path(site))


def _nobody(_visitor: Visitor) -> Visitor:
    return Visitor()


STEPS = (
    Step("empty", "empty route", each(lambda s, v: ("GET", "/_bench/empty", ACCEPTED, None)), times=4),
    Step("root", "official: root", _followed(lambda s: s.filled.root_code), learner=_nobody),
    Step("middle", "official: a union in the middle", _followed(lambda s: s.filled.middle_code), learner=_nobody),
    Step("leaf", "official: a leaf", _followed(lambda s: s.filled.leaf_code, leaf=True), learner=_nobody),
    Step("desk", "official: the desk", each(lambda s, v: s.root.get("/theo-doi")), learner=_nobody),
    Step("public", "public table", each(lambda s, v: ("GET", s.contest("/cong-doan"), ACCEPTED, None))),
)


def page(samples: Samples, step: Step, label: str) -> dict[str, Any]:
    own, floor = samples[label, step.key], samples[label, "empty"]
    return {
        "title": step.title,
        "ms": report.middle(own, lambda sample: sample.ms),
        "p99_ms": report.middle(own, lambda sample: sample.p99_ms),
        "cpu_to_empty": report.ratios(own, floor, report.cpu),
        "bytes": round(report.middle(own, lambda sample: sample.size)),
    }


# Telling


def tables(title: str, found: dict[str, Any]) -> str:
    heads = [f"{unions:,} unions" for unions in found["unions"]]
    lines = []
    for rows in found["pages"].values():
        lines.append(_line(f"{rows[0]['title']}, ms", [row["ms"] for row in rows]))
        lines.append([f"{rows[0]['title']}, CPU × empty", *(report.spread(row["cpu_to_empty"]) for row in rows), ""])
    for name in found["rolled"][0]["ms"]:
        lines.append(_line(f"{name}, ms", [row["ms"][name] for row in found["rolled"]]))
    for name in found["rolled"][0]["ratios"]:
        for which, of in enumerate(("clock", "processor")):
            spreads = [report.spread(row["ratios"][name][which]) for row in found["rolled"]]
            lines.append([f"{name}; {counters.RAW} ×, {of}", *spreads, ""])
    for name in found["work"][0]:
        lines.append(_line(name, [row[name] for row in found["work"]]))
    return report.table([title, *heads, "growth"], lines)


def _line(name: str, values: Sequence[float]) -> list[str]:
    growth = f"× {values[-1] / values[0]:.1f}" if values[0] else "–"
    return [name, *(f"{value:,.1f}" for value in values), growth]


if __name__ == "__main__":
    main()
