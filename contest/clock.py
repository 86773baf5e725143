"""The only place that reads the time.

A server process counts on from an anchor by a clock that nobody can set (:func:`start`), so that neither a hand at the
machine's clock nor a broken time server ends anybody's attempt. What it follows is the reference that the chores
measure (:func:`adjust`): the database server's clock where several machines share one, else this machine's. Commands
and tests, which come and go, read the machine's clock directly.
"""

import logging
import mmap
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

log = logging.getLogger("contest.clock")

#: Time zone of every screen and document.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

#: A difference up to this is drift and is taken over at once; a larger one is a jump. In seconds.
STEP = 2.0
#: How long a jump must have stood before it is followed, in seconds: longer than a slip of a hand or of a time server
#: that is soon put right, and than a restarted database needs to find the time; shorter than a contest day, which must
#: not go by wrong hours because the machine began with them.
PATIENCE = 600.0

_SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Goes on while the machine sleeps, where there is such a clock.
_STEADY = getattr(time, "CLOCK_BOOTTIME", None)

#: Nanoseconds from the steady clock to UTC (0: not started);
_OFFSET = 0
#: whether a reference has been seen (until then the anchor is only this machine's word);
_SEEN = 1
#: the jump that is not followed yet, in nanoseconds (0: none), and since when by the steady clock.
_JUMP, _SINCE = 2, 3
_NUMBERS = 4
_shared = memoryview(bytearray(8 * _NUMBERS)).cast("q")


def now() -> datetime:
    """This moment, aware, in UTC."""
    offset = _shared[_OFFSET]
    if offset == 0:
        return _wall()
    return datetime.fromtimestamp((_ticks() + offset) / _SECOND, UTC)


def vietnamese_day(instant: datetime) -> date:
    """The day of an aware instant in Vietnam: what decisions, headcounts and periods are dated by."""
    return instant.astimezone(VIETNAM).date()


def last_day(closes_at: datetime) -> date:
    """The last Vietnamese day of what closes at an instant: at midnight it is the day that ends.

    >>> last_day(datetime(2023, 12, 10, 17, tzinfo=UTC)), last_day(datetime(2023, 12, 10, 16, 59, tzinfo=UTC))
    (datetime.date(2023, 12, 10), datetime.date(2023, 12, 10))
    """
    return vietnamese_day(closes_at - timedelta(microseconds=1))


def today() -> date:
    """The day that it is in Vietnam."""
    return vietnamese_day(now())


def start() -> None:
    """Count on from here by the steady clock; again changes nothing.

    Processes forked from this one share its time and what is known of the reference: one machine has one time, and a
    worker that begins during a jump does not believe it.
    """
    global _shared
    if not _shared[_OFFSET]:
        _shared = memoryview(mmap.mmap(-1, 8 * _NUMBERS)).cast("q")
        _shared[_OFFSET] = _nanoseconds(_wall()) - _ticks()


def stop() -> None:
    """Read the machine's clock again, as before :func:`start`."""
    global _shared
    _shared = memoryview(bytearray(8 * _NUMBERS)).cast("q")


def adjust(reference: datetime, unsure: float = 0.0) -> None:
    """Follow a reference just read, which may be wrong by ``unsure`` seconds.

    The first one is believed: nothing has been judged yet. Afterwards a difference within STEP is taken over, and a
    larger one when it has stood for PATIENCE. Nothing happens before :func:`start`.
    """
    if not _shared[_OFFSET]:
        return
    # Set, not added to: several processes that measure at once must not correct twice.
    ticks, followed = _ticks(), _shared[_OFFSET]
    wanted = _nanoseconds(reference) - ticks
    ahead = wanted - followed
    if not _shared[_SEEN] or abs(ahead) <= STEP * _SECOND:
        _shared[_SEEN], _shared[_JUMP] = 1, 0
        if abs(ahead) > unsure * _SECOND:
            _shared[_OFFSET] = wanted
    elif not _shared[_JUMP] or abs(ahead - _shared[_JUMP]) > STEP * _SECOND:
        _shared[_JUMP], _shared[_SINCE] = ahead, ticks
        log.error("the reference clock jumped by %.1f s and is not followed for now", ahead / _SECOND)
    elif ticks - _shared[_SINCE] >= PATIENCE * _SECOND:
        _shared[_OFFSET], _shared[_JUMP] = wanted, 0
        log.error("the reference clock has been off by %.1f s for a while and is followed now", ahead / _SECOND)


def adjust_by_machine() -> None:
    """Follow this machine's own clock: the reference where no other is shared."""
    adjust(_wall())


def off_by() -> float:
    """Seconds by which the reference is ahead (below 0: behind) and not followed; 0 while all is well."""
    return _shared[_JUMP] / _SECOND


def steady() -> float:
    """Seconds of the clock that nobody can set: for how long something took."""
    return _ticks() / _SECOND


def _wall() -> datetime:
    """The machine's clock as it stands, right or wrong."""
    return datetime.now(UTC)


def _ticks() -> int:
    """Nanoseconds of a clock that nobody can set."""
    return time.monotonic_ns() if _STEADY is None else time.clock_gettime_ns(_STEADY)


def _nanoseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
