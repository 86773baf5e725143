"""How long requests take while the server has room left: saves and papers that arrive by chance.

First as many a second as the server can do, sixteen at a time; then 70 % of that, arriving whether or not earlier ones
are answered. Both for the product and for the usual way, each at 70 % of its own.
"""

import statistics
from typing import Any

from bench import report
from bench.client import Client, Job
from bench.measure import Unexpected, nth_of_hundred
from bench.steps import Site, Visitor

#: Three times as many people as connections: hardly anybody's save then overtakes their one before.
VISITORS = 192
#: A paper after so many saves.
SAVES_PER_PAPER = 20
FULL, OPEN = 16, 64
LOAD = 0.7
#: Saves of one person that a later one may overtake when many wait.
OVERTAKEN = 0.02


def measured(client: Client, site: Site, visitors: list[Visitor], rounds: int, seconds: float) -> dict[str, Any]:
    """Requests a second at most, and the times at 70 % of them, for both; ``p99_ratio`` is the product's share."""
    sides = {"product": ("", visitors), "usual": ("/_typical", [_usual(visitor) for visitor in visitors])}
    found: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
    guess = dict.fromkeys(sides, 200.0)
    for number in range(rounds + 1):
        for side, (prefix, people) in sides.items():
            for one in visitors:
                # Both write the same attempts: the next number must be above what the other side has stored.
                one.seq = _usual(one).seq = max(one.seq, _usual(one).seq)
            times = _one(client, site, prefix, people, guess[side], seconds if number else 1.0)
            guess[side] = times["most"]
            if number:
                found[side].append(times)
    shares = [own["p99_ms"] / other["p99_ms"] for own, other in zip(found["product"], found["usual"], strict=True)]
    sums = {side: {name: report.three([row[name] for row in rows]) for name in rows[0]} for side, rows in found.items()}
    return {**sums, "p99_ratio": report.three(shares)}


def _usual(visitor: Visitor) -> Visitor:
    assert visitor.usual
    visitor.usual.code = visitor.code
    return visitor.usual


def _one(
    client: Client, site: Site, prefix: str, people: list[Visitor], guess: float, seconds: float
) -> dict[str, float]:
    connections = max(1, len(people) // 3)
    full = client.send(site.server.port, jobs(prefix, people, round(guess * seconds)), min(FULL, connections))
    _check(full.answers)
    most = len(full.answers) / full.seconds
    count = round(LOAD * most * seconds)
    at_ease = client.send(site.server.port, jobs(prefix, people, count), min(OPEN, connections), LOAD * most)
    _check(at_ease.answers)
    times = sorted(1000 * answer.seconds for answer in at_ease.answers)
    return {"most": most, "p50_ms": statistics.median(times), "p99_ms": nth_of_hundred(times, 99)}


def jobs(prefix: str, people: list[Visitor], count: int) -> list[Job]:
    """So many requests, the people taking turns."""
    return [_job(prefix, people[number % len(people)], number) for number in range(max(count, 100))]


def _job(prefix: str, visitor: Visitor, number: int) -> Job:
    address = f"{prefix}/bai-thi/{visitor.code}"
    if number % (SAVES_PER_PAPER + 1) == SAVES_PER_PAPER:
        return visitor.get(address)
    return visitor.save(f"{address}/luu")


def _check(answers: list[Any]) -> None:
    wrong = [answer.status for answer in answers if answer.status != 200]
    if wrong:
        raise Unexpected(f"{len(wrong)} of {len(answers)} requests of the mix were answered with {sorted(set(wrong))}")
    stale = sum("stale" in answer.marks for answer in answers)
    if stale > len(answers) * OVERTAKEN:
        raise Unexpected(f"{stale} of {len(answers)} requests of the mix came after a later one")
