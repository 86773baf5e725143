"""The queue before starts: order, pace, no-shows, several processes; simulated, no clock."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.attempts import gate as gates
from contest.attempts.gate import Gate


class Cpu:
    """Processor time of a process that works a given share of the time."""

    def __init__(self, share=0.85):
        self.share, self.now = share, 0.0

    def __call__(self):
        return self.now * self.share


def gate(rate=10, **more):
    return Gate(Cpu(), rate=rate, **more)


def test_without_a_crowd_everybody_walks_in():
    door = gate(rate=10)
    for second in range(50):
        assert door.walk_in(1000 + second * 0.2)
        door.inside += 1
        door.finished(0.002, 0.01)
        door.inside -= 1


def test_above_the_pace_people_take_tickets_and_are_called_in_order():
    door = gate(rate=10)
    walked = sum(door.walk_in(1000.0) for _ in range(30))
    assert walked == 10 * gates.BURST_S
    mine = [door.ticket(1000.0 + n / 1000) for n in range(20)]
    assert mine == sorted(set(mine))
    for second in (0.5, 1.0, 1.5, 2.0):
        now = 1000.02 + second
        due = [door.place(ticket, now).is_due for ticket in mine]
        assert due == sorted(due, reverse=True)
        assert sum(due) == pytest.approx(10 * second, abs=1)


def test_a_place_says_how_many_are_before_and_how_long_it_takes():
    door = gate(rate=10)
    while door.walk_in(1000.0):
        pass
    mine = [door.ticket(1000.0) for _ in range(101)]
    last = door.place(mine[-1], 1000.0)
    assert (last.is_due, last.ahead) == (False, 100)
    assert last.seconds == pytest.approx(10.1)
    assert door.place(mine[0], 1000.0).ahead == 0


def test_looking_again_and_again_changes_nothing():
    door, other = gate(rate=10), gate(rate=10)
    for each in (door, other):
        while each.walk_in(1000.0):
            pass
    mine = [(door.ticket(1000.0), other.ticket(1000.0)) for _ in range(40)]
    for look in range(1000):
        door.place(mine[30][0], 1000 + look / 1000)
    assert door.place(mine[30][0], 1001.0) == other.place(mine[30][1], 1001.0)


def test_who_never_comes_back_holds_up_nobody():
    """Half of the people close the page: the others' turn comes when it would have come."""
    door = gate(rate=10)
    while door.walk_in(1000.0):
        pass
    mine = [door.ticket(1000.0) for _ in range(40)]
    assert door.place(mine[39], 1004.1).is_due


def test_newcomers_do_not_pass_those_who_were_called_a_moment_ago():
    door = gate(rate=10)
    while door.walk_in(1000.0):
        pass
    waits = door.ticket(1000.0)
    assert door.place(waits, 1002.0).is_due
    assert not door.walk_in(1003.0)
    assert door.place(door.ticket(1003.0), 1003.0).is_due
    assert door.walk_in(1003.0 + gates.LINGER_S + 0.1)


def test_only_so_many_are_served_at_once():
    door = gate(rate=100, slots=3)
    door.inside = 3
    assert not door.walk_in(1000.0)
    door.inside = 2
    assert door.walk_in(1000.0)


def test_a_called_ticket_is_good_at_another_process_that_came_as_far():
    one, two = gate(rate=10, processes=2), gate(rate=10, processes=2)
    for door in (one, two):
        while door.walk_in(1000.0):
            pass
    mine = [door.ticket(1000.0 + n / 100) for n in range(20) for door in (one, two)]
    assert not two.place(mine[38], 1000.5).is_due
    assert two.place(mine[4], 1000.5).is_due
    assert two.place(mine[38], 1002.5).is_due
    assert one.place(mine[39], 1002.5).is_due


def test_a_ticket_whose_turn_is_long_over_is_stale():
    door = gate(rate=10)
    while door.walk_in(1000.0):
        pass
    mine = door.ticket(1000.0)
    at = 1000.0
    while at < 1000 + gates.HELD_S - 10:
        at += 1
        door.place(mine, at)
        assert not door.is_stale(mine, at)
    while at < 1000 + gates.HELD_S + 20:
        at += 1
        door.place(mine, at)
    assert door.is_stale(mine, at)


def test_nobody_more_is_called_while_those_called_find_no_place():
    """A pace far too high must not let everybody in at once to compete: order would be lost."""
    door = gate(rate=1000)
    while door.walk_in(1000.0):
        pass
    mine = [door.ticket(1000.0) for _ in range(5000)]
    at = 1000.0
    for _ in range(40):
        at += 0.1
        due = sum(door.place(ticket, at).is_due for ticket in mine)
        door.found_no_place(at)
    assert due <= 1000 * 0.11
    assert door.place(mine[due + 50], at + gates.PAUSE_S + 0.1).is_due


# the measured pace


def test_the_pace_follows_what_a_start_costs():
    door = Gate(Cpu())
    for _ in range(500):
        door.finished(0.010, 0.02)
    assert door.pace == pytest.approx(gates.SHARE / 0.010, rel=0.01)


@pytest.mark.parametrize(("share", "took", "better"), [(0.3, 0.02, True), (0.99, 0.02, False), (0.3, 2.0, False)])
def test_in_a_crowd_it_follows_what_the_machine_can_do(share, took, better):
    cpu = Cpu(share)
    door = Gate(cpu)
    for _ in range(500):
        door.finished(0.010, took)
    at = 1000.0
    door.place(door.ticket(at), at)
    before = door.pace
    for _ in range(20):
        at += 0.6
        cpu.now = at
        door.place(door.ticket(at), at)
    assert (door.pace > before) is better
    assert gates.LEAST * before <= door.pace <= gates.MOST * before * 1.01


def test_a_pace_set_by_hand_stays():
    door = gate(rate=7)
    for _ in range(100):
        door.finished(0.5, 5.0)
    assert door.pace == 7


# a whole opening minute


def crowd(people, rate, processes, seed, shows=1.0, over_s=1.0):
    """People who arrive within a second at random processes and look as often as told: [(arrived, went in)]."""
    chance = random.Random(seed)
    doors = [Gate(Cpu(), rate=rate, processes=processes) for _ in range(processes)]
    events = sorted((1000 + chance.random() * over_s, n) for n in range(people))
    arrived = {n: at for at, n in events}
    gone, tickets = {n for n in range(people) if chance.random() > shows}, {}
    went = {}
    while events:
        at, who = events.pop(0)
        door = chance.choice(doors)
        if who not in tickets:
            if door.walk_in(at):
                went[who] = at
                continue
            tickets[who] = door.ticket(at)
            if who in gone:
                continue
        place = door.place(tickets[who], at)
        if place.is_due:
            went[who] = at
        else:
            wait = min(30, max(2, 0.7 * place.seconds)) * (1 + 0.3 * chance.random())
            events.append((at + wait, who))
            events.sort()
    return [(arrived[who], at) for who, at in sorted(went.items(), key=lambda each: each[1])]


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_ten_times_too_many_all_go_in_and_nobody_long_before_their_turn(processes):
    rate = 40 // processes
    went = crowd(400, rate, processes, seed=processes)
    assert len(went) == 400
    begun, last = went[0][1], went[-1][1]
    assert 8 <= last - begun <= 16
    # Whoever goes in passes at most those whose turn has come and who have not looked yet.
    order = sorted(arrived for arrived, _ in went)
    early = max(order.index(arrived) - place for place, (arrived, _) in enumerate(went))
    assert early <= 6 * 40


@given(st.integers(0, 1000), st.sampled_from([1, 2, 3]), st.floats(0.2, 1.0))
def test_those_who_stay_go_in_as_soon_as_if_all_did(seed, processes, shows):
    went = crowd(120, 10, processes, seed, shows)
    assert went
    assert went[-1][1] - went[0][1] <= 120 / (10 * processes) * 2 + 10
