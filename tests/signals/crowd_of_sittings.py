"""Simulated rounds, the same for the same seed: honest people of several habits, and cheats put among them.

Honest people differ in strength and speed, take several attempts, sit behind one address by the hundred, queue at
shared computers, and register in halls. Every question has a wrong option that misleads more than the others.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from contest.signals.detect import Registered
from contest.signals.gather import Asked, Gatherer, Sat
from questions.rules import Choice, Kind

QUESTIONS = 20
#: Options in the author's order; the first one is right.
OPTIONS = 4


@dataclass
class Crowd:
    """A round in the making; ``planted`` holds the people that must be found, by what they did."""

    seed: int
    bank: int = 60
    sat: list[Sat] = field(default_factory=list)
    registered: list[Registered] = field(default_factory=list)
    planted: dict[str, list[set[int]]] = field(default_factory=dict)

    def __post_init__(self):
        self.rng = np.random.default_rng(self.seed)
        self.hard = self.rng.normal(-0.9, 0.8, self.bank)
        self.pull = self.rng.dirichlet((2.0, 1.2, 0.8), self.bank)
        words = self.rng.integers(30, 80, self.bank)
        self.asked = {v: _question(int(words[v])) for v in range(self.bank)}
        self.people = 0

    def paper(self):
        drawn = self.rng.permutation(self.bank)[:QUESTIONS]
        return [[int(v), [int(i) for i in self.rng.permutation(OPTIONS)], 1] for v in drawn]

    def options(self, paper, strength):
        """Options chosen, in the author's order."""
        found = []
        for version, _order, _worth in paper:
            wrong = self.rng.random() < 1 / (1 + np.exp(strength - self.hard[version]))
            found.append(1 + int(self.rng.choice(OPTIONS - 1, p=self.pull[version])) if wrong else 0)
        return found

    def person(self):
        self.people += 1
        return self.people

    def sit(self, person, started, *, paper=None, chosen=None, strength=0.5, each_s=None, **more):
        """A finished attempt; ``each_s``: seconds for a question."""
        paper = paper or self.paper()
        chosen = self.options(paper, strength) if chosen is None else chosen
        each_s = each_s or float(np.clip(self.rng.lognormal(np.log(14), 0.5), 2.5, 55))
        score = sum(option == 0 for option in chosen)
        values = {
            "union": None,
            "device": f"d{person}",
            "network": f"n{person}",
            "ended": started + each_s * QUESTIONS,
            "elapsed_ms": round(1000 * each_s * QUESTIONS),
        }
        answers = {str(n): "ABCD"[row[1].index(o)] for n, (row, o) in enumerate(zip(paper, chosen, strict=True), 1)}
        self.sat.append(
            Sat(
                id=len(self.sat) + 1,
                person=person,
                started=started,
                score=score,
                most=QUESTIONS,
                paper=paper,
                answers=answers,
                marks=[int(option == 0) for option in chosen],
                **(values | more),
            )
        )
        return self.sat[-1]

    def table(self):
        gatherer = Gatherer(asked=self.asked)
        order = sorted(self.sat, key=lambda sat: (sat.ended, sat.id))
        for sat in order:
            gatherer.add(sat)
        return gatherer.finish()

    # People as they should be

    def honest(self, people, *, unions=40, week=6 * 86400.0):
        """People with phones of their own; a third sit behind the one address of their workplace."""
        for _ in range(people):
            person, union = self.person(), int(self.rng.integers(unions))
            strength = float(self.rng.normal(0.7, 0.9))
            network = f"work{union}" if self.rng.random() < 0.35 else f"n{person}"
            started = float(self.rng.random() * week)
            self.registered.append(Registered(started - 600, person, f"d{person}", network))
            for _attempt in range(int(self.rng.integers(1, 4))):
                last = self.sit(person, started, strength=strength, union=union, network=network)
                started, strength = last.ended + float(self.rng.integers(20, 4000)), strength + 0.3

    def shared_computer(self, people, *, union=0, start=30_000.0):
        """Colleagues taking turns at the computer of their workshop, helped by an official who registers them."""
        at = start
        for _ in range(people):
            person = self.person()
            self.registered.append(Registered(at - 40, person, f"shared{start}", "work0"))
            strength = float(self.rng.normal(0.7, 0.9))
            place = {"union": union, "device": f"shared{start}", "network": "work0"}
            last = self.sit(person, at, strength=strength, **place)
            at = last.ended + float(self.rng.integers(60, 400))

    def family(self, *, start=50_000.0):
        """Three at one phone, one after another."""
        device, at = f"family{start}", start
        for _ in range(3):
            last = self.sit(self.person(), at, device=device, network=device)
            at = last.ended + float(self.rng.integers(45, 600))

    def rally(self, people, *, start=90_000.0):
        """A hall on one network told to register now: each on a phone of their own."""
        for _ in range(people):
            person, at = self.person(), start + float(self.rng.random() * 600)
            self.registered.append(Registered(at, person, f"d{person}", "hall"))
            self.sit(person, at + 120 + float(self.rng.random() * 900), union=3, network="hall")

    # People who cheat

    def plant(self, kind, people):
        self.planted.setdefault(kind, []).append(set(people))

    def one_phone(self, people, *, start, each_s=4.0, gap_s=8.0):
        """One person answers for colleagues, an attempt at once after another, knowing the answers."""
        whose, at = [self.person() for _ in range(people)], start
        for person in whose:
            last = self.sit(person, at, strength=3.0, each_s=each_s, device=f"ring{start}", union=7)
            at = last.ended + gap_s
        self.plant("one_device", whose)

    def two_windows(self, people, *, start):
        """Several accounts at work in one browser at the same time."""
        whose = [self.person() for _ in range(people)]
        for n, person in enumerate(whose):
            self.sit(person, start + 20 * n, device=f"windows{start}", union=8)
        self.plant("one_device", whose)

    def machine(self, *, start, each_s=0.05):
        """A program that knows the answers."""
        person = self.person()
        self.sit(person, start, strength=4.0, each_s=each_s)
        self.plant("too_fast", [person])

    def copies(self, people, *, start, wrong=7, far=False, paper=None):
        """People who send in one set of answers, right ones and rarely chosen wrong ones alike."""
        paper = paper or self.paper()
        chosen = [0] * QUESTIONS
        for place in self.rng.permutation(QUESTIONS)[:wrong]:
            chosen[place] = 1 + int(np.argmin(self.pull[paper[place][0]]))
        whose = [self.person() for _ in range(people)]
        for n, person in enumerate(whose):
            shuffled = [[v, [int(i) for i in self.rng.permutation(OPTIONS)], w] for v, _order, w in paper]
            at, union = (start + 40_000 * n, n) if far else (start + 45 * n, 11)
            self.sit(person, at, paper=shuffled, chosen=list(chosen), union=union)
        self.plant("same_wrong", whose)

    def sign_ups(self, people, *, start, each_s=4.0, one_browser=True):
        """A program that registers accounts, from one browser or from ever new ones behind one address."""
        whose = [self.person() for _ in range(people)]
        for n, person in enumerate(whose):
            at = start + each_s * n
            device = f"sign-ups{start}" if one_browser else f"d{person}"
            self.registered.append(Registered(at, person, device, f"farm{start}"))
            self.sit(person, at + 5000 + 900 * n)
        self.plant("registrations", whose)


def _question(words):
    stem = " ".join(["chữ"] * (words - 2 * OPTIONS))
    return Asked.of(Kind.SINGLE, tuple(Choice("phương án", i == 0) for i in range(OPTIONS)), stem)


def moved(sat, **changes):
    """The same attempt with other particulars."""
    return replace(sat, **changes)
