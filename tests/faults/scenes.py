"""For each mutant the scene in which the judge must catch it, and under which invariant."""

import time
from collections.abc import Callable

from faults import races
from faults.injecting import fill_disk, jump_clock, kill_worker
from faults.judge import SLACK_S
from faults.running import Run
from faults.stage import SHORT, STORM
from faults.storm import Storm, count_scores, look_at_all

Scene = Callable[[Run], None]


def storm_and_kills(run: Run) -> None:
    storm = Storm(run.members, 3)
    storm.go()
    for _turn in range(3):
        time.sleep(0.6)
        kill_worker(run.ground, run.chance, run.probe)
    storm.pause()
    # What was only meant to be written has had its time.
    time.sleep(1)
    look_at_all(run.members, run.judge)
    storm.end()


def old_copies(run: Run) -> None:
    member = run.members[0]
    sitting = member.start(STORM)
    for seq in (1, 2, 3):
        member.save(sitting, seq)
    for seq in (2, 1):
        member.save(sitting, seq)
    member.look(sitting)


def many_submissions(run: Run) -> None:
    member = run.members[0]
    sitting = member.start(STORM)
    member.save(sitting, 1)
    for reply in [member.submit(sitting), *member.at_once([member.submitting(sitting) for _ in range(3)])]:
        if reply:
            run.judge.submitted(sitting, None, reply)
    member.check(sitting)
    # Nobody has looked before, so nothing is remembered.
    count_scores(run.organizer, run.judge, patience_s=1)


def too_late(run: Run) -> None:
    """A save that nobody has heard of arrives after deadline and grace."""
    member = run.members[0]
    sitting = member.start(SHORT)
    member.save(sitting, 1)
    time.sleep(max(0.0, sitting.taken_until - time.time()) + SLACK_S + 0.2)
    member.save(sitting, 2)
    member.check(sitting)


def many_starts(run: Run) -> None:
    races.starts(run.members[0])


def full_disk(run: Run) -> None:
    fill_disk(run.ground, run.chance, run.probe)
    run.probe.look(run.probe.sitting)


def wrong_clock(run: Run) -> None:
    jump_clock(run.ground, run.chance, run.probe)
    run.probe.look(run.probe.ready())


def reading(run: Run) -> None:
    run.probe.look(run.probe.ready())


#: By mutant: the scene, and the invariant that the judge must find broken.
SCENES: dict[str, tuple[Scene, str]] = {
    "lazy": (storm_and_kills, "I1"),
    "last_wins": (old_copies, "I1"),
    "double": (many_submissions, "I2"),
    "endless": (too_late, "I4"),
    "unlimited": (many_starts, "I3"),
    "burning": (many_starts, "I3"),
    "boastful": (full_disk, "I1"),
    "naive": (wrong_clock, "I4"),
    "talkative": (reading, "I10"),
}
