"""The queue before the start of attempts, for one process: first come, first in, at the pace that can be served.

Nothing here reads a clock or knows requests. Arrivals are whole microseconds of the server's clock, ``now`` is in
seconds of it. A ticket is nothing but its time of arrival (its owner keeps it, signed), so that a process knows only
how many of its own are still to be called, and somebody who never comes back holds up nobody.

Tickets are called in the order of arrival at a pace that follows what a start takes, of the processor and of time:
both are measured while everything else goes on, so that whatever slows starts down (more saves, another process, a slow
database) lowers the pace at once. Owners are told when their turn will be, and come then. A called ticket may go in
when its owner shows up, here or at another process whose frontier it is not behind: processes share their visitors
about equally, so their frontiers move together.
"""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

#: Share of one core that starts may take while others are inside; who started opens the paper, half as dear again.
SHARE = 0.28
#: Share of the time for which as many starts as may be served at once are being served, where these take long for
#: another reason: the database, or others who want the processor too.
FULL = 0.4
#: Processor seconds of a start, until some have been measured.
FIRST_COST_S = 0.004
#: Weight of the newest start in what starts take on average.
WEIGHT = 0.05
#: A single start that takes longer than so many times the average counts as if it took that long.
OUTLIER = 4
#: How far was called is remembered this often, in seconds.
BEAT_S = 0.5
#: So many seconds after its turn a ticket is still good.
HELD_S = 600
#: So many seconds after the last ticket was shown newcomers still take one: those called may be on their way.
LINGER_S = 5.0
#: Calls that may come at once after a quiet time, in seconds of the pace.
BURST_S = 0.5
#: After somebody whose turn had come found no place, nobody more is called for so many seconds.
PAUSE_S = 0.5
#: Who is told to come in so many seconds comes when their turn is; who waits longer looks once before, after this part.
SURE_S, PART = 6.0, 0.8
#: Seconds between two looks at one's place: at least, at most.
SOONEST_S, LATEST_S = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket stands: whether its turn has come, about how many are before it, and for how many seconds."""

    is_due: bool
    ahead: int = 0
    seconds: float = 0.0

    @property
    def look_after(self) -> float:
        """In how many seconds its owner is to come: at their turn, or before when much may change until then."""
        if self.seconds <= SURE_S:
            return max(SOONEST_S, self.seconds)
        wait = max(SURE_S, PART * self.seconds)
        # Not all of them after the longest: those who came at once would look at once, again and again.
        return wait if wait <= LATEST_S else LATEST_S / 2 + wait % (LATEST_S / 2)


DUE = Place(True)


class Gate:
    """The queue of one process. Not safe for threads by itself: whoever shares it locks.

    ``rate``: starts a second, None: as measured; ``slots``: starts that are served at once; ``processes``: how many
    share the crowd, and ``cores`` the processors.
    """

    def __init__(self, rate: float | None = None, slots: int = 1, processes: int = 1, cores: int = 1) -> None:
        self._fixed = rate
        self.slots = slots
        self._processes = processes
        self._share = SHARE * min(1.0, cores / processes)
        self.inside = 0
        self.cost_s = FIRST_COST_S
        self.took_s = FIRST_COST_S
        self._credit = max(1.0, self.pace * BURST_S)
        self._filled_at = 0.0
        self._beat_at = 0.0
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
        return self._fixed or min(self._share / self.cost_s, FULL * self.slots / self.took_s)

    def finished(self, cost_s: float, took_s: float) -> None:
        """A start was served: what it cost of the processor, and how long it took."""
        self.cost_s += WEIGHT * (max(cost_s, 0.0002) - self.cost_s)
        self.took_s += WEIGHT * (min(max(took_s, 0.0002), OUTLIER * self.took_s) - self.took_s)

    def _call(self, now: float) -> None:
        """Call as many as the time gone by allows; nobody while those called before find no place."""
        self._remember(now)
        if now - self._full_at >= PAUSE_S:
            self._credit += max(0.0, now - self._filled_at) * self.pace
        self._filled_at = now
        called = min(int(self._credit), self.waiting)
        self._next += called
        self._credit = min(self._credit - called, max(1.0, self.pace * BURST_S))
        if self._next > 4096 or self._next == len(self._tickets):
            del self._tickets[: self._next]
            self._next = 0

    def _remember(self, now: float) -> None:
        if now - self._beat_at < BEAT_S:
            return
        self._beat_at = now
        self._history.append((now, self.frontier(now)))
        while len(self._history) > 1 and self._history[1][0] <= now - HELD_S:
            self._history.popleft()

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
        if self.is_crowded(now) or self._credit < 1:
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
        self._remember(now)
        when, frontier = self._history[0] if self._history else (now, 0)
        return when <= now - HELD_S and ticket <= frontier


def _micros(now: float) -> int:
    return int(now * 1_000_000)
