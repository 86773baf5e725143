"""One run: a storm of members, faults by a plan, and the judge over everything at the end."""

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from faults import races
from faults.ground import Ground
from faults.injecting import FAULTS
from faults.judge import Judge
from faults.ledger import Ledger
from faults.members import Member, Probe
from faults.stage import Stage
from faults.storm import Storm, count_scores, end_all, look_at_all, recover

#: Of a hundred planned faults. A clock is only set off where every server reads the one that can be.
MIX = {
    "sqlite": {"F1": 40, "F2": 18, "F6": 12, "F19": 8, "F20": 12, "F20b": 10},
    "postgresql": {"F1": 40, "F2": 14, "F4": 14, "F6": 6, "F19": 6, "F20": 12, "F20b": 8},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does; the same seed injects the same faults in the same order.

    ``faults``: names of :data:`FAULTS` in order; ``jumps``: how often the clock is set off; ``crowd``: how many members
    meet in the last second, and how many start at once; ``seconds``: no fault begins later.
    """

    seed: str
    faults: tuple[str, ...]
    members: int = 12
    jumps: int = 4
    crowd: int = 4
    nodes: int = 1
    workers: int = 2
    seconds: float = math.inf


def plan_of(engine_name: str, seed: str, faults: int, only: Sequence[str] = (), **settings: Any) -> Plan:
    """As many faults as asked, mixed as in :data:`MIX`, or only those named."""
    mix = {name: weight for name, weight in MIX[engine_name].items() if not only or name in only}
    names = [name for name, weight in mix.items() for _ in range(max(1, round(weight * faults / sum(mix.values()))))]
    random.Random(seed).shuffle(names)
    return Plan(seed, tuple(names), **settings)


class Run:
    """``ledger`` holds what came out; ``say`` is told of each step."""

    say: Callable[[str], None] = staticmethod(lambda _text: None)

    def __init__(self, ground: Ground, stage: Stage, plan: Plan, **environment: str) -> None:
        self.ground, self.stage, self.plan = ground, stage, plan
        self.ledger = Ledger()
        self.judge = Judge(self.ledger)
        self.environment = {"WEB_CONCURRENCY": str(plan.workers), **environment}
        self.chance = random.Random(f"{plan.seed}/faults")
        self.until = time.monotonic() + plan.seconds

    def everything(self) -> Ledger:
        """All of the plan, and the judgement."""
        with self.served():
            recover(self.ground, self.stage, self.judge)
            self.storm_with(self.plan.faults)
            self._serve_for_races()
            self._races()
            self.storm_with(("F7",) * self.plan.jumps)
            self.judgement()
        return self.ledger

    @contextmanager
    def served(self) -> Iterator[None]:
        """Servers that run, and people who know where."""
        self.ground.serve(self.plan.nodes, **self.environment)
        ports, seed = self.ground.ports, self.plan.seed
        *storming, probe = self.stage.members[: self.plan.members + 1]
        self.members = [Member(person, ports, self.judge, seed) for person in storming]
        self.probe = Probe(probe, ports, self.judge, seed)
        self.organizer = Member(self.stage.organizer, ports, self.judge, seed)
        try:
            yield
        finally:
            for member in (*self.members, self.probe, self.organizer):
                member.close()
            self.ground.stop()

    def storm_with(self, faults: Sequence[str]) -> None:
        """Inject faults one after another into a storm; after each few of them everything is looked at."""
        storm = Storm(self.members)
        storm.go()
        try:
            for number, name in enumerate(faults, 1):
                title, inject = FAULTS[name]
                self.say(f"{number} of {len(faults)}: {title}")
                inject(self.ground, self.chance, self.probe)
                self.ledger.fault(title)
                late = time.monotonic() > self.until
                if number % 8 == 0 or number == len(faults) or late:
                    self.say("pausing, waiting for recovery, looking at everything")
                    storm.pause()
                    recover(self.ground, self.stage, self.judge)
                    look_at_all([*self.members, self.probe], self.judge)
                    storm.go()
                if late:
                    break
        finally:
            storm.end()

    def _races(self) -> None:
        self.say("races")
        crowd = self.members[: self.plan.crowd]
        for member in crowd:
            races.starts(member)
        races.last_second(crowd)
        for member in self.members[self.plan.crowd : 2 * self.plan.crowd]:
            races.two_pages(member, 10)

    def _serve_for_races(self) -> None:
        """Start the servers again without a line before starts, so that they meet, and with a clock to be set off."""
        for node in self.ground.nodes:
            node.stop()
            node.environment |= {"SERVED": "faults.product:app", "START_RATE": "0"}
            node.start()
        recover(self.ground, self.stage, self.judge)
        time.sleep(0.5)

    def judgement(self) -> None:
        """Everything again from the first attempt to the last, when all faults are over."""
        self.say("the last judgement")
        recover(self.ground, self.stage, self.judge)
        end_all([*self.members, self.probe], self.judge)
        count_scores(self.organizer, self.judge)
