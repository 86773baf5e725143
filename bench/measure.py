"""Measuring: every step on every site in turn, round after round, so that a drift of the machine meets all alike."""

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.client import Answer, Client
from bench.steps import STEPS, Site, Step, Visitor

Say = Callable[[str], None]


class Unexpected(Exception):
    """An answer that the step does not expect: nothing that follows would mean anything."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One step of one round: the middle time of a request and the one in a hundred, requests a second, processor time.

    ``p99_ms`` of fewer than a hundred requests is the longest of them.
    """

    ms: float
    p99_ms: float
    rate: float
    cpu_us: float
    database_us: float | None
    size: int


#: Samples by (site's label, step's key), one a round.
Samples = dict[tuple[str, str], list[Sample]]


def measure(
    client: Client,
    sites: Sequence[Site],
    rounds: int,
    requests: int,
    database_ns: Callable[[], int] | None,
    say: Say,
    steps: Sequence[Step] = STEPS,
) -> Samples:
    """The samples of all steps. The first round only warms up and is not kept."""
    found: Samples = defaultdict(list)
    for number in range(rounds + 1):
        for site in sites:
            for step, sample in _turn(client, site, steps, number, requests, database_ns):
                if number:
                    found[site.label, step.key].append(sample)
        say(f"round {number} of {rounds}" if number else "warmed up")
    return found


def turns(rounds: int, requests: int) -> int:
    """Attempts that measuring starts on each site."""
    return rounds * requests + warm_up(requests)


def warm_up(requests: int) -> int:
    return max(4, requests // 4)


def _turn(
    client: Client,
    site: Site,
    steps: Sequence[Step],
    number: int,
    requests: int,
    database_ns: Callable[[], int] | None,
) -> Iterator[tuple[Step, Sample]]:
    """All steps once, for people who have not been through them yet; turn 0 warms up."""
    size = requests if number else warm_up(requests)
    first = warm_up(requests) + (number - 1) * requests if number else 0
    visitors = [site.visitors[place % len(site.visitors)] for place in range(first, first + size)]
    for visitor in visitors:
        visitor.seq = 0
    for step in steps:
        chosen = visitors[: max(4, round(len(visitors) * step.share))]
        yield step, _sample(client, site, step, chosen, database_ns)


def _sample(
    client: Client, site: Site, step: Step, visitors: list[Visitor], database_ns: Callable[[], int] | None
) -> Sample:
    answers: list[Answer] = []
    seconds = 0.0
    database = database_ns() if database_ns else 0
    cpu, _ = site.server.used()
    for _ in range(step.times):
        batch = client.send(site.server.port, list(step.jobs(site, visitors)), step.connections)
        seconds += batch.seconds
        answers += batch.answers
        for visitor, answer in zip(visitors, batch.answers, strict=True):
            check(site, step, answer)
            step.learner(visitor).learn(answer)
    cpu = site.server.used()[0] - cpu
    database = database_ns() - database if database_ns else 0
    times = sorted(1000 * answer.seconds for answer in answers)
    return Sample(
        ms=statistics.median(times),
        p99_ms=nth_of_hundred(times, 99),
        rate=len(answers) / seconds,
        cpu_us=cpu / 1000 / len(answers),
        database_us=database / 1000 / len(answers) if database_ns else None,
        size=round(statistics.median(answer.size for answer in answers)),
    )


def nth_of_hundred(times: Sequence[float], percent: int) -> float:
    """The time that so many in a hundred do not exceed, of times in order.

    >>> nth_of_hundred(list(range(1, 201)), 99), nth_of_hundred([3.0, 4.0], 99)
    (198, 4.0)
    """
    return times[max(0, math.ceil(len(times) * percent / 100) - 1)]


def check(site: Site, step: Step, answer: Answer) -> None:
    if answer.status != step.status:
        tail = site.server.log.read_text(errors="replace")[-3000:]
        raise Unexpected(f"{step.title} at {site.label}: status {answer.status} instead of {step.status}\n{tail}")


def queries(client: Client, site: Site, visitor: Visitor) -> dict[str, int]:
    """Statements of one request of each step, in a server that is warm."""
    site.server.post("/_bench/count")
    found = {}
    visitor.seq = 0
    for step in STEPS:
        before = site.server.used()[1]
        batch = client.send(site.server.port, list(step.jobs(site, [visitor])), connections=1)
        check(site, step, batch.answers[0])
        step.learner(visitor).learn(batch.answers[0])
        found[step.key] = site.server.used()[1] - before
    return found
