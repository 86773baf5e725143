"""``python -m bench opening``: the minute in which a contest opens and everybody starts at once.

First it is found how many starts a second the server takes when nobody waits; then ten times as many people come
within one second, while others who are inside already save all the time. What counts: all have started, in order of
arrival, and the saves of those inside take about as long as before.
"""

import argparse
import json
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from bench.client import Client
from bench.databases import Place, place_for
from bench.fill import fill
from bench.server import PRODUCT, Server
from bench.size import Size
from bench.stage import SLUG
from bench.steps import ROUND
from contest import clock, create_app
from contest.accounts.actions import SIGN_IN_LASTS
from contest.accounts.identity import token_hash
from contest.accounts.models import SignIn
from contest.db import Store

START = f"/cuoc-thi/{SLUG}/dot/{ROUND}/bat-dau"
WAIT = f"/cuoc-thi/{SLUG}/dot/{ROUND}/cho"
#: Requests that are sent at a time while it is found out how many starts a second there can be.
AT_ONCE = 8
#: Seconds between two saves of one of those inside.
SAVE_EVERY_S = 0.5
#: All has ended so many seconds after the crowd came, whatever happens.
END_S = 100
#: Who saves has told what it saw so many seconds after the end.
SAVED_S = 10
#: A process has got ready for a running round after so many seconds (contest/chores.py).
READY_S = 8

begun = time.monotonic()

Person = dict[str, Any]


def main() -> None:
    options = arguments().parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        place = stack.enter_context(place_for(options.database, options.postgresql, folder))
        found = measured(place, folder, stack, options)
    print(told(place.title, found))
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    if found["errors"] or found["started"] != found["people"]:
        sys.exit("bench: not everybody started, or something was refused")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench opening", description=__doc__)
    add = parser.add_argument
    add("--database", metavar="URL", help="a PostgreSQL database beside which databases may be made (SQLite files)")
    add("--postgresql", action="store_true", help="start a throw-away PostgreSQL server, as the tests do")
    add("--times", type=int, default=10, metavar="N", help="people for each start a second that is possible (10)")
    add("--most", type=int, default=5000, metavar="N", help="no more people than these (5,000)")
    add("--inside", type=int, default=20, metavar="N", help="people who are inside and save twice a second (20)")
    add("--connections", type=int, default=200, metavar="N", help="connections that the people outside share (200)")
    add("--trial", type=int, default=800, metavar="N", help="starts that tell how many are possible a second (800)")
    add("--quiet", type=float, default=10, metavar="S", help="seconds of saves before anybody comes (10)")
    add("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def measured(place: Place, folder: Path, stack: ExitStack, options: argparse.Namespace) -> dict[str, Any]:
    trial, secret = 4 * AT_ONCE + options.trial, secrets.token_hex(32)
    visitors = trial + options.most + options.inside
    say(f"filling, with {visitors:,} people who are about to start ({place.title})")
    store = place.fresh("opening")
    try:
        fill(store, Size(1000, visitors + 200, 100, visitors), say)
        people = browsers(store, visitors, secret)
        url = store.engine.url.render_as_string(hide_password=False)
    finally:
        store.engine.dispose()
    client = Client()
    stack.callback(client.stop)
    free = serve(url, folder, secret, stack, rate="0")
    say("how many starts a second there can be")
    possible = capacity(client, free, people[:trial])
    inside = people[trial : trial + options.inside]
    enter(client, free, inside)
    free.stop()
    crowd = people[trial + options.inside :][: min(options.most, round(options.times * possible))]
    server = serve(url, folder, secret, stack, rate="")
    time.sleep(READY_S)
    say(f"{possible:.0f} starts a second; {len(crowd):,} people come within one")
    seen = come(server, crowd, inside, options)
    return figures(possible, crowd, seen)


def serve(url: str, folder: Path, secret: str, stack: ExitStack, rate: str) -> Server:
    server = Server(url, folder, ("env", f"SECRET_KEY={secret}", f"START_RATE={rate}", *PRODUCT))
    stack.callback(server.stop)
    return server


def browsers(store: Store, count: int, secret: str) -> list[Person]:
    """People signed in, each with the cookie and the form's token of a browser on the contest's page."""
    url = store.engine.url.render_as_string(hide_password=False)
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": secret, "SESSION_COOKIE_NAME": "hoithi"})
    cookies = app.session_interface.get_signing_serializer(app)
    tokens = URLSafeTimedSerializer(secret, salt="wtf-csrf-token")
    now, made, rows = clock.now(), [], []
    for person_id in range(1, count + 1):
        token, raw = secrets.token_urlsafe(32), secrets.token_hex(20)
        visit = {"_user_id": token, "_fresh": True, "csrf_token": raw}
        made.append({"cookie": f"hoithi={cookies.dumps(visit)}", "token": str(tokens.dumps(raw))})
        row = {"token_hash": token_hash(token), "person_id": person_id}
        rows.append(row | {"created_at": now, "expires_at": now + SIGN_IN_LASTS})
    with store.session(readonly=False) as session:
        session.execute(insert(SignIn), rows)
        session.commit()
    return made


def capacity(client: Client, server: Server, people: Sequence[Person]) -> float:
    """Starts a second with nobody turned away; the first few only warm the server up."""
    enter(client, server, people[: 4 * AT_ONCE])
    return len(people[4 * AT_ONCE :]) / enter(client, server, people[4 * AT_ONCE :])


def enter(client: Client, server: Server, people: Sequence[Person]) -> float:
    """Start an attempt of each; returns the seconds that took."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    jobs = [("POST", START, form | {"Cookie": each["cookie"]}, f"csrf_token={each['token']}") for each in people]
    batch = client.send(server.port, jobs, AT_ONCE)
    for each, answer in zip(people, batch.answers, strict=True):
        if answer.status != 303:
            raise RuntimeError(f"a start was answered by {answer.status}")
        each["code"] = answer.headers["location"].rsplit("/", 1)[1]
    return batch.seconds


def come(server: Server, crowd: list[Person], inside: list[Person], options: argparse.Namespace) -> dict[str, Any]:
    """What both saw: those inside, who begin at once and save to the end, and the crowd, which comes later."""
    loads = [load() for _ in range(2)]
    try:
        # This clock is the machine's: it is the same in all processes.
        begin = time.perf_counter() + options.quiet
        saving, coming = loads
        for one, who in ((saving, {"insiders": inside}), (coming, {"people": crowd})):
            assert one.stdin
            print(json.dumps(plan(server, begin, options) | who), file=one.stdin, flush=True)
        seen = json.loads(coming.communicate(timeout=options.quiet + END_S)[0])
        saved = json.loads(saving.communicate(timeout=SAVED_S)[0])
    finally:
        for one in loads:
            one.kill()
            one.wait()
    errors = {what: seen["errors"].get(what, 0) + count for what, count in saved["errors"].items()}
    return seen | {"saves": saved["saves"], "errors": seen["errors"] | errors}


def load() -> "subprocess.Popen[str]":
    """A process of people that is ready for its plan."""
    command = [sys.executable, "-m", "bench.crowd"]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout
    started.stdout.readline()
    return started


def plan(server: Server, begin: float, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "port": server.port,
        "start": START,
        "wait": WAIT,
        "people": [],
        "insiders": [],
        "connections": options.connections,
        "begin": begin,
        "within_s": 1.0,
        "save_every_s": SAVE_EVERY_S,
    }


# what it comes to


def figures(possible: float, crowd: Sequence[Person], seen: dict[str, Any]) -> dict[str, Any]:
    went = sorted(seen["went_in"], key=lambda each: each[1])
    ends = went[-1][1] if went else 0.0
    quiet = [took for at, took in seen["saves"] if at < -0.5]
    busy = [took for at, took in seen["saves"] if 0 <= at <= ends]
    return {
        "possible_a_second": possible,
        "people": len(crowd),
        "started": len(set(seen["codes"])),
        "seconds": ends,
        "waited": sum(1 for each in went if each[0]),
        "looks": statistics.mean(each[2] for each in went) if went else 0,
        "order": order([each[0] for each in went if each[0]], ends),
        "saves_quiet": times(quiet),
        "saves_crowd": times(busy),
        "errors": seen["errors"],
    }


def order(arrivals: Sequence[float], seconds: float) -> dict[str, float]:
    """How far going in was from arriving first, given the tickets in the order in which they went in.

    ``early``: places by which somebody went in before their turn, in the middle and at most; the most also in
    seconds, at the pace at which all went in. ``inversions``: the share of all pairs in the wrong order.
    """
    turn = {at: place for place, at in enumerate(sorted(arrivals))}
    early = [max(0, turn[at] - place) for place, at in enumerate(arrivals)]
    pairs = len(arrivals) * (len(arrivals) - 1) / 2
    most = max(early, default=0)
    return {
        "early_middle": statistics.median(early) if early else 0,
        "early_most": most,
        "early_most_s": most * seconds / max(1, len(arrivals)),
        "inversions": inversions([turn[at] for at in arrivals]) / max(1, pairs),
    }


def inversions(row: Sequence[int]) -> int:
    """Pairs of a row in the wrong order.

    >>> inversions([0, 1, 2]), inversions([2, 1, 0]), inversions([1, 0, 2])
    (0, 3, 1)
    """
    if len(row) < 2:
        return 0
    left, right = row[: len(row) // 2], row[len(row) // 2 :]
    found, place, halves = inversions(left) + inversions(right), 0, sorted(left)
    for each in sorted(right):
        while place < len(halves) and halves[place] < each:
            place += 1
        found += len(halves) - place
    return found


def times(took: Sequence[float]) -> dict[str, float]:
    """Middle and 99th percentile in milliseconds."""
    cut = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return {"count": len(took), "p50_ms": cut[49] * 1000, "p99_ms": cut[98] * 1000}


def told(title: str, found: dict[str, Any]) -> str:
    quiet, crowd, turn = found["saves_quiet"], found["saves_crowd"], found["order"]
    ratio = crowd["p99_ms"] / quiet["p99_ms"] if quiet["p99_ms"] else float("nan")
    rows = {
        "starts possible a second": f"{found['possible_a_second']:.0f}",
        "people who came within one": f"{found['people']:,}",
        "started": f"{found['started']:,} in {found['seconds']:.1f} s",
        "saw the waiting page": f"{found['waited']:,}; all looked {found['looks']:.1f} times on average",
        "went in before their turn": f"by {turn['early_most']:.0f} places at most ({turn['early_most_s']:.1f} s), "
        f"{turn['early_middle']:.0f} in the middle; {turn['inversions']:.1%} of all pairs in the wrong order",
        "saves of those inside, quiet": _times(quiet),
        "saves of those inside, crowd": f"{_times(crowd)}; p99 {ratio:.1f} times the quiet one",
        "errors": str(found["errors"] or "none"),
    }
    lines = [f"{name:30}{text}" for name, text in rows.items()]
    return "\n".join([f"The opening minute, {title}, one worker", *lines])


def _times(found: dict[str, float]) -> str:
    return f"{found['p50_ms']:.1f} ms p50, {found['p99_ms']:.1f} ms p99 of {found['count']:,}"


def say(text: str) -> None:
    print(f"{time.monotonic() - begun:5.0f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
