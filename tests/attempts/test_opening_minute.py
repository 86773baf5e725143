"""A whole opening minute in simulated time: thousands of phones with slow lines before one process and its one lane.

What a request takes of the lane is made up, about as measured (``bench/opening.py``); nothing here looks at a clock.
"""

import heapq
import random
from dataclasses import dataclass, field
from itertools import count

import pytest

from bench.opening import order
from contest.attempts.gate import Gate

#: Seconds that each kind of request takes of the lane, with what the server itself adds; and its rank there.
TAKES = {"paper": 0.0016, "start": 0.0042, "ticket": 0.001, "look": 0.0007}
RANK = {"paper": 0, "start": 1, "ticket": 1, "look": 1}
#: Of a start: seconds of the processor and in all, as the door measures them.
COST_S, TOOK_S = 0.003, 0.0036
#: Starts a second when nobody waits.
POSSIBLE = 1 / TAKES["start"]
OPENS = 1_000_000.0


@dataclass
class Person:
    arrives: float
    #: Seconds to the server, and back.
    line: float
    returns: bool
    ticket: int = 0
    went_in: float | None = None
    looks: int = 0


@dataclass
class Minute:
    """One run. ``slower``: by what starts take longer, at a time."""

    people: list[Person]
    slower: object = lambda at: 1.0
    gate: Gate = field(default_factory=lambda: Gate(slots=1))
    #: (when, how many requests waited in the lane) at each start.
    lengths: list[tuple[float, int]] = field(default_factory=list)
    busy: float = 0.0

    def run(self):
        self.chance, self.number = random.Random(len(self.people)), count()
        self.events, self.lane, self.is_serving = [], [], False
        for person in self.people:
            self.later(person.arrives, self.arrived, "start", person)
        while self.events:
            self.now, _, act, *what = heapq.heappop(self.events)
            act(*what)
        return self

    def later(self, at, act, *what):
        heapq.heappush(self.events, (at, next(self.number), act, *what))

    def arrived(self, kind, person):
        heapq.heappush(self.lane, (RANK[kind], next(self.number), kind, person))
        self.serve()

    def serve(self):
        if self.lane and not self.is_serving:
            _, _, kind, person = heapq.heappop(self.lane)
            self.is_serving = True
            takes, then = self.begun(kind, person)
            self.busy += takes
            self.later(self.now + takes, self.served, then, person)

    def served(self, then, person):
        self.is_serving = False
        if then:
            seconds, kind = then
            self.later(self.now + 2 * person.line + seconds, self.arrived, kind, person)
        self.serve()

    def begun(self, kind, person):
        """What a request takes, and what its owner does after the answer: (in how many seconds, what)."""
        if kind == "paper":
            return TAKES["paper"], None
        if kind == "start" and (person.ticket or not self.gate.walk_in(self.now)):
            if not person.ticket:
                person.ticket = self.gate.ticket(self.now)
            kind = "start" if self.gate.place(person.ticket, self.now).is_due else "ticket"
        if kind == "start":
            person.went_in = self.now
            self.lengths.append((self.now, len(self.lane)))
            slower = self.slower(self.now)
            self.gate.finished(COST_S, TOOK_S * slower)
            return TAKES["start"] + TOOK_S * (slower - 1), (0, "paper")
        place = self.gate.place(person.ticket, self.now)
        person.looks += kind == "look"
        if place.is_due:
            return TAKES[kind], (0, "start")
        seconds = place.look_after + 0.3 * self.chance.random()
        return TAKES[kind], (seconds, "look") if person.returns else None


def crowd(number, returning=1.0, within_s=1.0):
    chance = random.Random(number)
    return [
        Person(OPENS + within_s * chance.random(), chance.uniform(0.02, 0.3), chance.random() < returning)
        for _ in range(number)
    ]


def went_in(minute):
    return sorted((each for each in minute.people if each.went_in), key=lambda each: each.went_in)


def seconds(minute):
    return went_in(minute)[-1].went_in - OPENS


def test_ten_times_the_people_of_a_second_are_in_within_thirty_and_in_order():
    minute = Minute(crowd(round(10 * POSSIBLE))).run()
    went = went_in(minute)
    assert len(went) == len(minute.people)
    assert seconds(minute) <= 30
    turns = order([each.ticket for each in went if each.ticket], seconds(minute))
    assert turns["inversions"] < 0.02
    assert turns["early_most_s"] < 3
    assert sum(each.looks for each in went) / len(went) <= 2


def test_when_all_have_their_tickets_the_lane_is_free_again_and_again():
    """Otherwise whoever is called waits in another queue, and those inside find the server always at work."""
    minute = Minute(crowd(round(10 * POSSIBLE))).run()
    later = [length for at, length in minute.lengths if at > OPENS + 8]
    assert max(later) <= 40
    assert sum(length == 0 for length in later) / len(later) > 0.3
    assert minute.busy / seconds(minute) < 0.8


def test_however_many_come_they_go_in_at_the_same_pace():
    minute = Minute(crowd(6000)).run()
    assert len(went_in(minute)) == 6000
    assert seconds(minute) <= 6000 / (POSSIBLE / 3)
    assert max(each.looks for each in minute.people) <= 10


@pytest.mark.parametrize("slower", [2, 4])
def test_a_slow_database_lowers_the_pace_and_not_the_room_for_others(slower):
    """From the fifth second on starts take so many times as long, as with a disk that is slow to promise."""
    minute = Minute(crowd(1500), lambda at: slower if at > OPENS + 5 else 1.0).run()
    assert len(went_in(minute)) == 1500
    assert max(length for at, length in minute.lengths if at > OPENS + 12) <= 120
    went = sum(each.went_in > OPENS + 12 for each in went_in(minute))
    assert went * TOOK_S * slower / (seconds(minute) - 12) < 0.7


def test_who_never_comes_back_holds_up_nobody():
    """Each of them costs as much time as anybody: those who stay are in as soon as if all had stayed, in order."""
    minute = Minute(crowd(2000, returning=0.5)).run()
    went = went_in(minute)
    assert len(went) >= sum(each.returns for each in minute.people)
    assert seconds(minute) <= seconds(Minute(crowd(2000)).run()) + 1
    assert order([each.ticket for each in went if each.ticket], seconds(minute))["inversions"] < 0.02


def test_people_who_come_slowly_never_see_the_door():
    minute = Minute(crowd(1000, within_s=1000 / (POSSIBLE / 6))).run()
    assert not any(each.ticket for each in minute.people)
