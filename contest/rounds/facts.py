"""What the checks know besides the settings, and what they answer; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from questions.messages import Message


class Severity(StrEnum):
    #: Keeps the contest from being published.
    ERROR = "error"
    #: Worth a second look.
    WARNING = "warning"


class Place(StrEnum):
    """Where a check is mended: a page of the organizers' desk."""

    GENERAL = "general"
    PEOPLE = "people"
    ROUNDS = "rounds"
    ROUND = "round"
    PAPER = "paper"
    REVIEW = "review"
    RANKING = "ranking"
    DIVISIONS = "divisions"
    EXCLUSIONS = "exclusions"
    PRIZES = "prizes"
    DISPLAY = "display"
    TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to mend. ``number``: the round it is about, for places that belong to one."""

    level: Severity
    message: Message
    where: Place
    number: int | None = None

    @property
    def is_error(self) -> bool:
        return self.level is Severity.ERROR


def error(where: Place, text: Message, number: int | None = None) -> Check:
    return Check(Severity.ERROR, text, where, number)


def warning(where: Place, text: Message, number: int | None = None) -> Check:
    return Check(Severity.WARNING, text, where, number)


class PaperQuestion(NamedTuple):
    """What the checks ask of an approved question."""

    version_id: int
    code: str
    has_source: bool
    options: tuple[str, ...]
    #: No option ever changes its place.
    fixed: bool = False
    #: Into how many equal shares its points may be divided.
    parts: int = 1
    #: Marked by a person.
    by_hand: bool = False
    #: Pictures that a paper shows with it: name and bytes of each.
    pictures: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database and the clock say about a contest.

    ``pools`` holds for each (round number, place of the blueprint row from 0) the ids of the approved versions;
    ``started`` the numbers of the rounds whose papers are already being drawn. ``waiting`` holds for the same keys
    the ids of the questions whose newest version nobody has approved yet.
    """

    now: datetime
    published: bool = False
    started: frozenset[int] = frozenset()
    pools: Mapping[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    questions: Mapping[int, PaperQuestion] = field(default_factory=dict)
    waiting: Mapping[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    has_headcounts: bool = True
