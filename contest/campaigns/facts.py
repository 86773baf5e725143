"""What is told of a union in a contest, in texts and on papers; pure."""

from dataclasses import dataclass
from datetime import datetime

from contest.campaigns.rules import days_left
from questions.messages import Message


@dataclass(frozen=True, slots=True)
class Span:
    """The round that is open, or else the one that opens next, of a contest with several."""

    name: str | Message
    opens_at: datetime
    closes_at: datetime


def quotable(title: str) -> str:
    """A title to stand between quotation marks: its own become single ones.

    >>> quotable("Cuộc thi “Gửi niềm tin”")
    'Cuộc thi ‘Gửi niềm tin’'
    """
    return title.replace("“", "‘").replace("”", "’")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text tells of a union in a contest. ``rate`` and ``wanted`` None: no headcount, no target.

    ``opens_at`` and ``closes_at`` None: no dates are set yet. ``minutes`` is what one attempt takes at most.
    """

    contest: str
    union: str
    address: str
    people: int
    attempts: int
    opens_at: datetime | None
    closes_at: datetime | None
    now: datetime
    minutes: int | None = None
    rate: float | None = None
    wanted: int | None = None
    span: Span | None = None

    @property
    def missing(self) -> int:
        """People missing to the target; 0 without one."""
        return max(0, (self.wanted or 0) - self.people)

    @property
    def reached(self) -> bool:
        return self.wanted is not None and self.people >= self.wanted

    @property
    def days_left(self) -> int | None:
        """Days until the contest closes; None once it is over, or while it has no dates."""
        return days_left(self.closes_at, self.now) if self.closes_at else None

    @property
    def is_over(self) -> bool:
        return self.closes_at is not None and self.closes_at <= self.now

    @property
    def has_begun(self) -> bool:
        return self.opens_at is not None and self.opens_at <= self.now

    @property
    def is_open(self) -> bool:
        """Whether one can take part this minute: not between two rounds."""
        begun = self.has_begun if self.span is None else self.span.opens_at <= self.now
        return begun and not self.is_over

    @property
    def is_last_day(self) -> bool:
        """Whether the contest, or the round that is open, closes today."""
        ends = self.closes_at if self.span is None else self.span.closes_at
        return ends is not None and self.is_open and days_left(ends, self.now) == 0
