"""The server's time: nobody's hand at a machine's clock moves it, and it still follows a reference that is right."""

import logging
import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from contest import clock
from contest.attempts import rules
from contest.attempts.rules import Taking
from contest.chores import follow_clock

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SECOND = 1_000_000_000
#: So far apart, in seconds, two readings of real clocks may be when the machine has much else to do between them.
APART = 30


class Machine:
    """A machine's two clocks: the one on the wall and the one that only counts."""

    def __init__(self):
        self.wall = START
        self.ticks = 5 * SECOND

    def run(self, seconds, wall=None):
        self.ticks += int(seconds * SECOND)
        self.wall += timedelta(seconds=seconds if wall is None else wall)


@pytest.fixture
def machine(monkeypatch):
    machine = Machine()
    monkeypatch.setattr(clock, "_wall", lambda: machine.wall)
    monkeypatch.setattr(clock, "_ticks", lambda: machine.ticks)
    clock.start()
    yield machine
    clock.stop()


def after(seconds):
    return START + timedelta(seconds=seconds)


def test_a_command_and_a_test_read_the_machine_s_clock():
    with time_machine.travel(START, tick=False):
        assert clock.now() == START
        clock.adjust(after(3600))
        assert clock.now() == START


@pytest.mark.parametrize("jump", [3600, -3600, 90, -90])
def test_a_jump_of_the_machine_s_clock_moves_nothing(machine, jump):
    clock.adjust_by_machine()
    machine.run(10, wall=10 + jump)
    assert clock.now() == after(10)
    clock.adjust_by_machine()
    assert clock.now() == after(10)
    assert clock.off_by() == jump
    machine.run(60, wall=60 - jump)
    clock.adjust_by_machine()
    assert (clock.now(), clock.off_by()) == (after(70), 0)


def test_a_jump_is_followed_when_it_has_lasted_and_told_once(machine, caplog):
    clock.adjust_by_machine()
    machine.run(20, wall=20 + 3600)
    with caplog.at_level(logging.ERROR, "contest.clock"):
        for _ in range(int(clock.PATIENCE / 20)):
            clock.adjust_by_machine()
            assert clock.now() == START + timedelta(seconds=machine.ticks / SECOND - 5)
            machine.run(20)
        assert len(caplog.records) == 1
        clock.adjust_by_machine()
    assert clock.now() == machine.wall
    assert clock.off_by() == 0
    assert len(caplog.records) == 2


def test_a_second_jump_begins_the_wait_anew(machine):
    clock.adjust_by_machine()
    for jump in (3600, 30):
        machine.run(clock.PATIENCE - 1, wall=clock.PATIENCE - 1 + jump)
        clock.adjust_by_machine()
    machine.run(2)
    clock.adjust_by_machine()
    assert clock.now() == after(2 * clock.PATIENCE)


def test_sleep_counts_as_time(machine):
    clock.adjust_by_machine()
    machine.run(7200)
    clock.adjust_by_machine()
    assert clock.now() == after(7200)
    assert clock.off_by() == 0


@pytest.mark.parametrize("drift", [1.9, -1.9])
def test_drift_is_taken_over(machine, drift):
    clock.adjust_by_machine()
    machine.run(20, wall=20 + drift)
    clock.adjust_by_machine()
    assert clock.now() == after(20 + drift)


def test_a_measurement_that_may_be_wrong_by_more_than_it_says_changes_nothing(machine):
    clock.adjust(START)
    clock.adjust(after(0.2), unsure=0.3)
    assert clock.now() == START
    clock.adjust(after(0.2), unsure=0.1)
    assert clock.now() == after(0.2)


def test_the_first_reference_is_believed_however_far(machine):
    clock.adjust(after(-90))
    assert clock.now() == after(-90)
    clock.adjust(START)
    assert clock.now() == after(-90)


def test_starting_again_keeps_the_time(machine):
    clock.adjust_by_machine()
    machine.run(5, wall=-3600)
    clock.start()
    assert clock.now() == after(5)


def test_the_real_clocks_go_on_together():
    clock.start()
    try:
        assert abs((clock.now() - clock._wall()).total_seconds()) < APART
        before = clock.now()
        assert clock.now() >= before
    finally:
        clock.stop()


@contextmanager
def node(monkeypatch, ahead):
    """A machine of its own whose clock is wrong by some seconds; yields a way to be on it."""
    memory = memoryview(bytearray(32)).cast("q")

    @contextmanager
    def on_it():
        with monkeypatch.context() as patch:
            patch.setattr(clock, "_shared", memory)
            patch.setattr(clock, "_wall", lambda: datetime.now(UTC) + timedelta(seconds=ahead))
            yield

    with on_it():
        memory[clock._OFFSET] = int(clock._wall().timestamp() * SECOND) - clock._ticks()
    yield on_it


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_nodes_whose_clocks_differ_follow_the_database(app, monkeypatch):
    due = datetime.now(UTC) + timedelta(seconds=1800)
    with node(monkeypatch, 0) as first, node(monkeypatch, 3600) as second, app.app_context():
        with second():
            assert rules.taking(due, due, clock.now()) is not Taking.IN_TIME
        for on_it in (first, second):
            with on_it():
                follow_clock()
                assert rules.taking(due, due, clock.now()) is Taking.IN_TIME
                assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < APART
                assert clock.off_by() == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_on_one_machine_its_own_clock_is_followed_within_reason(app, monkeypatch):
    with node(monkeypatch, 0) as ours, app.app_context(), ours():
        follow_clock()
        monkeypatch.setattr(clock, "_wall", lambda: datetime.now(UTC) + timedelta(hours=1))
        follow_clock()
        assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < APART
        assert clock.off_by() == pytest.approx(3600, abs=APART)
        assert app.test_client().get("/healthz").get_json()["clock"] == f"off by {clock.off_by():.1f} s"


def test_health_is_told_from_every_process_that_shares_the_memory():
    clock.start()
    try:
        child = os.fork()
        if not child:
            clock.adjust(clock.now())
            clock.adjust(clock.now() - timedelta(seconds=3600))
            os._exit(0)
        os.waitpid(child, 0)
        assert clock.off_by() == pytest.approx(-3600, abs=APART)
    finally:
        clock.stop()
