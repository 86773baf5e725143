"""The faults, each done once by one function; ``FAULTS`` by the names of trust.md, section 5.4."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from faults.ground import Ground
from faults.members import Probe

#: ``(ground, chance, probe)``
Fault = Callable[[Ground, random.Random, Probe], None]


def kill_worker(ground: Ground, chance: random.Random, _probe: Probe) -> None:
    """F1: a process that answers is killed in the middle of whatever it does."""
    pids = [pid for node in ground.nodes for pid in ground.workers(node)]
    if pids:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(pids), signal.SIGKILL)
    time.sleep(chance.uniform(0.2, 0.5))


def kill_server(ground: Ground, chance: random.Random, _probe: Probe) -> None:
    """F2: a server dies with all its processes and is started again."""
    node = chance.choice(ground.nodes)
    node.kill()
    time.sleep(chance.uniform(0.05, 0.2))
    node.start()
    time.sleep(chance.uniform(0.2, 0.5))


def crash_postgres(ground: Ground, chance: random.Random, _probe: Probe) -> None:
    """F4: PostgreSQL dies with all its processes, is away for a moment, and recovers."""
    ground.crash_postgres()
    time.sleep(chance.uniform(0.1, 0.4))
    ground.start_postgres()
    time.sleep(chance.uniform(0.4, 0.8))


def fill_disk(ground: Ground, chance: random.Random, probe: Probe) -> None:
    """F6: no file grows any more. A save must not be called saved; reading goes on, where PostgreSQL lives."""
    sitting = probe.ready()
    with ground.full_disk():
        end = time.monotonic() + chance.uniform(0.4, 0.8)
        refused = 0
        while time.monotonic() < end:
            refused += probe.try_save(sitting) >= 500
            if ground.is_sqlite and probe.try_look(sitting) != 200:
                probe.judge.wrong("I11", sitting, "could not be read while the disk was full")
        probe.ledger.count("saves refused by a full disk", refused)


def hold_lock(ground: Ground, chance: random.Random, probe: Probe) -> None:
    """F19: somebody holds what every save needs."""
    with ground.locked():
        time.sleep(chance.uniform(0.8, 1.6))
    time.sleep(0.2)
    probe.ledger.count("locks held")


def reload_server(ground: Ground, chance: random.Random, _probe: Probe) -> None:
    """F20: the workers are replaced while people work."""
    node = chance.choice(ground.nodes)
    if node.pid:
        os.kill(node.pid, signal.SIGHUP)
    time.sleep(chance.uniform(0.8, 1.2))


def restart_server(ground: Ground, chance: random.Random, _probe: Probe) -> None:
    """F20: a server is told to end, and started again, as for a new version."""
    node = chance.choice(ground.nodes)
    node.stop()
    node.start()
    time.sleep(chance.uniform(0.2, 0.5))


def jump_clock(ground: Ground, chance: random.Random, probe: Probe) -> None:
    """F7: the machine's clock is an hour off for a moment, one way or the other."""
    sitting = probe.ready()
    ground.jump(chance.choice((-1, 1)))
    end = time.monotonic() + chance.uniform(0.4, 0.8)
    while time.monotonic() < end:
        probe.try_save(sitting)
        probe.try_look(sitting)
    probe.begin_another()
    ground.jump(0)
    time.sleep(chance.uniform(0.1, 0.3))


FAULTS: dict[str, tuple[str, Fault]] = {
    "F1": ("F1 workers killed", kill_worker),
    "F2": ("F2 servers killed", kill_server),
    "F4": ("F4 PostgreSQL killed", crash_postgres),
    "F6": ("F6 disks full", fill_disk),
    "F7": ("F7 clock jumps", jump_clock),
    "F19": ("F19 locks held", hold_lock),
    "F20": ("F20 workers replaced", reload_server),
    "F20b": ("F20 servers restarted", restart_server),
}
