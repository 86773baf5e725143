"""What the harness knows by itself: what it sent, what was acknowledged, what was refused, and what is wrong.

Nothing here asks the product anything; the judge compares it with what the product says later.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field

from faults.stage import LETTERS, QUESTIONS, RIGHT

#: The letter given at each place; "" for none.
Answers = tuple[str, ...]


def answers_for(seq: int, device: int = 0) -> Answers:
    """Answers that nobody sends under another number or from another device (up to sixteen of them)."""
    rest, given = seq * 16 + device, []
    for _place in range(QUESTIONS):
        rest, digit = divmod(rest, len(LETTERS) + 1)
        given.append(("", *LETTERS)[digit])
    return tuple(given)


def sent_form(answers: Answers) -> dict[str, list[str]]:
    """As programs send them."""
    return {str(place): [letter] for place, letter in enumerate(answers, 1) if letter}


def read_form(data: dict[str, list[str]]) -> Answers:
    """As the product tells them."""
    return tuple("".join(data.get(str(place), [])) for place in range(1, QUESTIONS + 1))


def score_of(answers: Answers) -> int:
    """
    >>> score_of(("B", "A", "", "B"))
    2
    """
    return sum(letter == RIGHT for letter in answers)


@dataclass
class Sitting:
    """One attempt as its person's phones know it. Times are seconds since the epoch by this machine's clock.

    ``sent`` and ``refused``: every set by its number; ``acked``: the set that was called saved under a number.
    ``told``: what replies said of the end of the attempt, by name (score, submitted_at, receipt ...).
    """

    code: str
    owner: int
    round_number: int
    begun_at: float
    allowance_s: float
    due_at: float = 0.0
    taken_until: float = 0.0
    sent: dict[int, set[Answers]] = field(default_factory=dict)
    acked: dict[int, Answers] = field(default_factory=dict)
    refused: set[tuple[int, Answers]] = field(default_factory=set)
    told: dict[str, set[str]] = field(default_factory=dict)
    submissions: int = 0
    submit_acked: bool = False
    closed: bool = False
    last_seq: int = 0

    def note_sent(self, seq: int, answers: Answers) -> None:
        self.sent.setdefault(seq, set()).add(answers)

    @property
    def top(self) -> int:
        """The highest number that was called saved."""
        return max(self.acked, default=0)


class Ledger:
    """Sittings, counts and violations of one run; used by many threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sittings: dict[str, Sitting] = {}
        self.statuses: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.figures: Counter[str] = Counter()
        self.violations: list[str] = []
        self.worst_recovery_s = 0.0

    def fault(self, name: str, times: int = 1) -> None:
        with self.lock:
            self.faults[name] += times

    def count(self, name: str, times: int = 1) -> None:
        with self.lock:
            self.figures[name] += times

    def reply(self, status: int | None) -> None:
        """A request was sent; None: its reply was lost."""
        with self.lock:
            self.statuses["lost" if status is None else str(status)] += 1

    def wrong(self, invariant: str, what: str) -> None:
        with self.lock:
            self.violations.append(f"{invariant}: {what}")

    def open(self, sitting: Sitting) -> Sitting:
        """The sitting of a code, noted at its first sight."""
        with self.lock:
            return self.sittings.setdefault(sitting.code, sitting)

    def of(self, owner: int, round_number: int | None = None) -> list[Sitting]:
        """What somebody has begun, of one round or of all, in order."""
        with self.lock:
            mine = [sitting for sitting in self.sittings.values() if sitting.owner == owner]
        return [sitting for sitting in mine if round_number in (None, sitting.round_number)]

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())

    @property
    def broken(self) -> Counter[str]:
        """Violations by invariant."""
        return Counter(violation.partition(":")[0] for violation in self.violations)
