"""The queue before the start of attempts, for one process: first come, first in, at the pace that can be served.

Nothing here reads a clock or knows requests. Arrivals are whole microseconds of the server's clock, ``now`` is in
seconds of it. A ticket is nothing but its time of arrival (its owner keeps it, signed), so that a process knows only
how many of its own are still to be called, and somebody who never comes back holds up nobody.

Tickets are called in the order of arrival at the pace at which starts can be served, and none while those called before
find no place: however wrong the pace is, only few who may go in compete for it. A called ticket may go in when
its owner shows up, here or at another process whose frontier it is not behind: processes share their visitors about
equally, so their frontiers move together.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

#: Share of one core that starts may take while others are inside.
SHARE = 0.5
#: Processor seconds of a start, until some have been measured.
FIRST_COST_S = 0.005
#: Weight of the newest start in what starts take on average.
WEIGHT = 0.05
#: The pace is looked at this often, in seconds.
BEAT_S = 0.5
#: A process that works, or waits for a processor, less than this much of the time calls more people; more: fewer.
IDLE, BUSY = 0.7, 0.9
#: A start that takes longer than this on average shows that the database cannot follow, in seconds.
SLOW_S = 0.4
#: By how much the pace may leave the one that follows from what a start costs.
LEAST, MOST = 0.1, 3.0
#: So many seconds after its turn a ticket is still good.
HELD_S = 600
#: So many seconds after the last ticket was shown newcomers still take one: those called may be on their way.
LINGER_S = 5.0
#: Calls that may come at once after a quiet time, in seconds of the pace.
BURST_S = 0.5
#: After somebody whose turn had come found no place, nobody more is called for so many seconds.
PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket stands: whether its turn has come, about how many are before it, and for how many seconds."""

    is_due: bool
    ahead: int = 0
    seconds: float = 0.0


DUE = Place(True)


class Gate:
    """The queue of one process. Not safe for threads by itself: whoever shares it locks.

    ``rate``: starts a second, None: as measured; ``cpu``: seconds for which this process has had or wanted a processor.
    """

    def __init__(self, cpu: Callable[[], float], rate: float | None = None, slots: int = 3, processes: int = 1) -> None:
        self._cpu = cpu
        self._fixed = rate
        self.slots = slots
        self._processes = processes
        self.inside = 0
        self.cost_s = FIRST_COST_S
        self.took_s = 0.0
        self._factor = 1.0
        self._credit = max(1.0, self.pace * BURST_S)
        self._filled_at = 0.0
        self._beat_at = 0.0
        self._beat_cpu = 0.0
        self._shown_at = float("-inf")
        self._full_at = float("-inf")
        #: Own tickets in order of arrival; those before ``_next`` were called.
        self._tickets: list[int] = []
        self._next = 0
        self._last = 0
        #: (when, up to which arrival tickets were called by then), the oldest first.
        self._history: deque[tuple[float, int]] = deque()

    # the pace

    @property
    def pace(self) -> float:
        """Starts a second that this process lets in."""
        return self._fixed or self._factor * SHARE / self.cost_s

    def finished(self, cost_s: float, took_s: float) -> None:
        """A start was served: what it cost of the processor, and how long it took."""
        self.cost_s += WEIGHT * (max(cost_s, 0.0002) - self.cost_s)
        self.took_s += WEIGHT * (took_s - self.took_s)

    def _beat(self, now: float) -> None:
        """Follow what the process and the database can do, and remember how far was called."""
        length = now - self._beat_at
        if length < BEAT_S:
            return
        cpu = self._cpu()
        busy = (cpu - self._beat_cpu) / length
        self._beat_at, self._beat_cpu = now, cpu
        if self.is_crowded(now) and length < 10 * BEAT_S:
            if self.took_s > SLOW_S or busy > BUSY or self._is_full(now, BEAT_S):
                self._factor = max(LEAST, self._factor * 0.8)
            elif busy < IDLE:
                self._factor = min(MOST, self._factor * 1.1)
        else:
            self._factor = 1.0
        self._history.append((now, self.frontier(now)))
        while len(self._history) > 1 and self._history[1][0] <= now - HELD_S:
            self._history.popleft()

    def _call(self, now: float) -> None:
        """Call as many as the time gone by allows; nobody while those called before find no place."""
        self._beat(now)
        if not self._is_full(now, PAUSE_S):
            self._credit += max(0.0, now - self._filled_at) * self.pace
        self._filled_at = now
        called = min(int(self._credit), self.waiting)
        self._next += called
        self._credit = min(self._credit - called, max(1.0, self.pace * BURST_S))
        if self._next > 4096 or self._next == len(self._tickets):
            del self._tickets[: self._next]
            self._next = 0

    def _is_full(self, now: float, seconds: float) -> bool:
        return now - self._full_at < seconds

    def found_no_place(self, now: float) -> None:
        """Somebody whose turn had come was sent back: more were called than can be served."""
        self._full_at = now

    # tickets

    def is_crowded(self, now: float) -> bool:
        """Whether anybody waits, or was about to come in a moment ago: newcomers take a ticket."""
        return self._next < len(self._tickets) or now - self._shown_at < LINGER_S

    @property
    def waiting(self) -> int:
        """Own tickets that were not called yet."""
        return len(self._tickets) - self._next

    def frontier(self, now: float) -> int:
        """Tickets that arrived up to then may go in."""
        return self._tickets[self._next] - 1 if self.waiting else _micros(now)

    def walk_in(self, now: float) -> bool:
        """Whether somebody without a ticket may go in at once; counts them when they may."""
        self._call(now)
        if self.is_crowded(now) or self._credit < 1 or self.inside >= self.slots:
            return False
        self._credit -= 1
        return True

    def ticket(self, now: float) -> int:
        """A new ticket: the time of arrival, later than any other of this process."""
        self._last = max(self._last + 1, _micros(now))
        self._tickets.append(self._last)
        self._shown_at = now
        return self._last

    def place(self, ticket: int, now: float) -> Place:
        """Where a ticket of any process stands as far as this one can tell."""
        self._call(now)
        self._shown_at = now
        if ticket <= self.frontier(now):
            return DUE
        upto = max(1, bisect_right(self._tickets, ticket, self._next) - self._next)
        return Place(False, (upto - 1) * self._processes, upto / self.pace)

    def is_stale(self, ticket: int, now: float) -> bool:
        """Whether a ticket's turn is over for so long that its owner has to queue again."""
        self._beat(now)
        when, frontier = self._history[0] if self._history else (now, 0)
        return when <= now - HELD_S and ticket <= frontier


def _micros(now: float) -> int:
    return int(now * 1_000_000)
