"""The queue before starts: order, pace, no-shows, several processes; simulated, no clock."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.attempts import gate as gates
from contest.attempts.gate import Gate, Place


def gate(rate=10, **more):
    return Gate(rate=rate, **more)


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


@pytest.mark.parametrize(("seconds", "look"), [(0.1, 0.5), (3, 3), (6, 6), (7, 6), (20, 16), (40, 17), (100, 20)])
def test_people_come_at_their_turn_and_look_before_only_when_it_is_far(seconds, look):
    assert Place(False, 10, seconds).look_after == pytest.approx(look)


def test_those_told_to_look_do_not_come_all_at_once():
    """However many came in one second and however long it takes; there would be a crowd every half minute."""
    looks = [Place(False, 0, second / 10).look_after for second in range(10, 3000)]
    most = max(sum(at <= look < at + 1 for look in looks) for at in range(31))
    assert most <= 1.2 * len(looks) / 15


# the measured pace


def measured(cost, took, **more):
    door = Gate(**more)
    for _ in range(500):
        door.finished(cost, took)
    return door


def test_the_pace_follows_what_a_start_costs():
    assert measured(0.010, 0.011).pace == pytest.approx(gates.SHARE / 0.010, rel=0.01)


@pytest.mark.parametrize("slots", [1, 2])
def test_and_how_long_it_takes_when_something_else_slows_it_down(slots):
    assert measured(0.010, 0.200, slots=slots).pace == pytest.approx(slots * gates.FULL / 0.200, rel=0.01)


def test_more_processes_than_processors_share_these():
    assert measured(0.010, 0.011, processes=4, cores=2).pace == pytest.approx(gates.SHARE / 0.010 / 2, rel=0.01)
    assert measured(0.010, 0.011, processes=2, cores=8).pace == pytest.approx(gates.SHARE / 0.010, rel=0.01)


def test_one_slow_start_among_many_changes_little():
    door = measured(0.003, 0.004)
    before = door.pace
    door.finished(0.003, 0.500)
    assert 0.8 * before <= door.pace <= before


def test_a_pace_set_by_hand_stays():
    door = gate(rate=7)
    for _ in range(100):
        door.finished(0.5, 5.0)
    assert door.pace == 7


# a whole opening minute


def crowd(people, rate, processes, seed, shows=1.0, over_s=1.0):
    """People who arrive within a second at random processes and look as often as told: [(arrived, went in)]."""
    chance = random.Random(seed)
    doors = [Gate(rate=rate, processes=processes) for _ in range(processes)]
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
            events.append((at + place.look_after + 0.3 * chance.random(), who))
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
