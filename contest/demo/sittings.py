"""Who of the demo sits when, and how well: a plan of attempts, made from chance but always the same."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contest.clock import VIETNAM
from contest.rounds.rules import Window, due_at, sitting_end

#: How people use the hours of a day, Vietnamese time: before work, at noon, and above all in the evening.
_HOURS = {6: 2, 7: 5, 8: 4, 9: 3, 10: 3, 11: 8, 12: 9, 13: 4, 14: 3, 15: 3, 16: 4, 17: 6, 18: 5, 19: 10, 20: 14, 21: 9}
_BUSIEST = max(_HOURS.values())
_TRIES = 200


@dataclass(frozen=True, slots=True)
class Performer:
    """A person with a likelihood to take part and to know an answer, each from 0 to 1.

    A zeal above 1 means somebody who surely comes, and leaves their second attempt for later.
    """

    person_id: int
    zeal: float
    skill: float


@dataclass(frozen=True, slots=True)
class RoundWindow:
    """What a plan needs to know of a round."""

    number: int
    window: Window
    allowance_s: int
    max_attempts: int


@dataclass(frozen=True, slots=True, order=True)
class Sitting:
    """One attempt to be taken. ``ends_at`` None: the person never submits, time runs out."""

    started_at: datetime
    round_number: int = field(compare=False)
    performer: Performer = field(compare=False)
    ends_at: datetime | None = field(compare=False)


def performers(person_ids: Sequence[int], dice: random.Random) -> list[Performer]:
    """The same people with their characters; a few know nearly everything."""
    return [
        Performer(person_id, zeal=dice.betavariate(3, 2), skill=min(0.99, 0.45 + 0.55 * dice.betavariate(3, 1.6)))
        for person_id in person_ids
    ]


def sittings(
    crowd: Sequence[Performer], rounds: Sequence[RoundWindow], now: datetime, part: float, dice: random.Random
) -> list[Sitting]:
    """Attempts of a crowd in rounds that have begun, in order of time. ``part`` is how many of the eager come."""
    planned = []
    for round_ in rounds:
        until = min(round_.window.closes_at, now - timedelta(seconds=round_.allowance_s + 60))
        for performer in crowd:
            if dice.random() < performer.zeal * part:
                planned += _of_one(performer, round_, until, dice)
    return sorted(planned)


def _of_one(performer: Performer, round_: RoundWindow, until: datetime, dice: random.Random) -> Iterator[Sitting]:
    """A person's attempts in a round: often one, sometimes a second after the first."""
    wanted = 1 if dice.random() < 0.6 or performer.zeal > 1 else 2
    earliest = round_.window.opens_at
    for _ in range(min(wanted, round_.max_attempts)):
        started_at = _moment(round_.window, earliest, until, dice)
        if started_at is None:
            return
        seconds = round_.allowance_s * min(0.97, dice.triangular(0.18, 0.95, 0.45))
        ends_at = started_at + timedelta(seconds=seconds, milliseconds=dice.randrange(1000))
        late = dice.random() < 0.03 or ends_at >= due_at(round_.window, started_at, round_.allowance_s)
        yield Sitting(started_at, round_.number, performer, None if late else ends_at)
        earliest = started_at + timedelta(seconds=round_.allowance_s + dice.randrange(60, 7200))


def _moment(window: Window, earliest: datetime, until: datetime, dice: random.Random) -> datetime | None:
    """A moment at which people do take part; None when there is none left."""
    span = (until - earliest).total_seconds()
    if span <= 0:
        return None
    for attempt in range(_TRIES):
        moment = earliest + timedelta(seconds=dice.uniform(0, span))
        usual = _HOURS.get(moment.astimezone(VIETNAM).hour, 0)
        # A round of a few hours in the night has no usual hour: then any will do.
        if sitting_end(window, moment) and (dice.random() * _BUSIEST < usual or attempt > _TRIES // 2):
            return moment
    return None


def guess(expected: int, dice: random.Random) -> int:
    """A prediction somewhere about the number that comes true."""
    return max(1, round(expected * dice.lognormvariate(0, 0.35)))
