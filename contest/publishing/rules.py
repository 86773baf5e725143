"""What is announced, how it is written down, and what a correction changed; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contest.rounds.criteria import THOUSANDTHS
from contest.rounds.settings import NameDisplay, less_open
from questions.messages import N_, Message, message

#: Stands for the whole contest where a round's number is asked.
WHOLE = 0
MAX_REASON = 2000
MAX_NOTE = 1000
#: The most places that an announcement may be limited to.
MAX_PLACES = 1_000_000


# What is shown


@dataclass(frozen=True, slots=True)
class Shown:
    """What everybody sees of announced results. ``places``: so many from the top, and who shares the last one's place;
    None: all of them."""

    names: NameDisplay = NameDisplay.MASKED
    unions: bool = True
    places: int | None = None

    def data(self) -> dict[str, Any]:
        return {**asdict(self), "names": self.names.value}


def shown_of(data: Mapping[str, Any]) -> Shown:
    """
    >>> shown_of(Shown(NameDisplay.FULL, False, 100).data()) == Shown(NameDisplay.FULL, False, 100)
    True
    """
    return Shown(NameDisplay(data["names"]), bool(data["unions"]), data.get("places"))


def display_for(chosen: NameDisplay, promised: NameDisplay, consent: bool) -> NameDisplay:
    """How a winner is named: as chosen with their consent, without it never more openly than the regulations told.

    >>> [str(display_for(NameDisplay.FULL, NameDisplay.MASKED, consent)) for consent in (True, False)]
    ['full', 'masked']
    """
    return chosen if consent else less_open(chosen, promised)


# The ranking as it is kept


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ranking file.

    The file is UTF-8 text, one line a ranked person in the order of (sort key, number of the entry), each ended by a
    line feed. A line has five fields, separated by tabs: place (people with the same key share one, and the next is
    left out), owner (as :func:`contest.proof.rules.owner_of` makes it), sort key (the criteria in fixed width, lower
    case hexadecimal), score, code of the division or nothing. The digest of a publication is SHA-256 of the whole
    file, in lower case hexadecimal. It is stored in pieces of whole lines, each compressed by zlib.
    """

    place: int
    owner: str
    sort_key: str
    score: int
    division: str = ""


def written(line: Line) -> str:
    """
    >>> read_line(written(Line(3, "ab12", "00ff", 18, "A"))[:-1])
    Line(place=3, owner='ab12', sort_key='00ff', score=18, division='A')
    """
    return f"{line.place}\t{line.owner}\t{line.sort_key}\t{line.score}\t{line.division}\n"


def read_line(text: str) -> Line:
    place, owner, sort_key, score, division = text.split("\t")
    return Line(int(place), owner, sort_key, int(score), division)


# What a correction changed


@dataclass(frozen=True, slots=True)
class Outcome:
    """A person's result before or after a correction; ``place`` None: without a place."""

    place: int | None
    score: int

    def data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a correction changed. ``people``: how many people's own results; others only moved up or down. ``won`` and
    ``lost``: prizes as :mod:`contest.publishing.winners` writes them."""

    people: int = 0
    rows: Sequence["Change"] = ()
    won: Sequence[Mapping[str, Any]] = ()
    lost: Sequence[Mapping[str, Any]] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.won or self.lost)


@dataclass(frozen=True, slots=True)
class Change:
    """One person's result before and after; None: none."""

    entry_id: int
    before: Outcome | None
    after: Outcome | None

    def data(self) -> dict[str, Any]:
        return asdict(self)


def change_of(data: Mapping[str, Any]) -> Change:
    """
    >>> change = Change(7, Outcome(1, 20), None)
    >>> change_of(change.data()) == change
    True
    """
    before, after = (Outcome(**data[name]) if data[name] else None for name in ("before", "after"))
    return Change(data["entry_id"], before, after)


def change_text(before: Outcome | None, after: Outcome | None, thousandths: bool = False) -> Message:
    """A change in a sentence; ``thousandths``: scores are averages, kept in thousandths of a point.

    >>> str(change_text(Outcome(3, 18), Outcome(1, 19)))
    'hạng 3, 18 điểm thành hạng 1, 19 điểm'
    """
    before_, after_ = (_said(outcome, thousandths) for outcome in (before, after))
    return message(N_("%(before)s thành %(after)s"), before=before_, after=after_)


def _said(outcome: Outcome | None, thousandths: bool) -> Message:
    if outcome is None:
        return message(N_("không có kết quả"))
    score = Decimal(outcome.score) / THOUSANDTHS if thousandths else outcome.score
    if outcome.place is None:
        return message(N_("%(score)s điểm, không xếp hạng"), score=score)
    return message(N_("hạng %(place)s, %(score)s điểm"), place=outcome.place, score=score)


# Points to look at


class Topic(StrEnum):
    """Lists of the committee's review, in the order they are shown."""

    TIE = "tie"
    SIGNAL = "signal"
    ALIKE = "alike"
    RULING = "ruling"
    LATE = "late"
    TIME = "time"
    KEY = "key"
    HAND = "hand"


TOPIC_NAMES = {
    Topic.TIE: N_("Bằng nhau ở ranh giới giải"),
    Topic.SIGNAL: N_("Dấu hiệu bất thường chưa kết luận"),
    Topic.ALIKE: N_("Có thể là cùng một người"),
    Topic.RULING: N_("Quyết định xử lý đang có hiệu lực"),
    Topic.LATE: N_("Câu trả lời gửi muộn được tính"),
    Topic.TIME: N_("Người gần giải được thêm giờ"),
    Topic.KEY: N_("Đáp án đã sửa"),
    Topic.HAND: N_("Điểm chấm tay gần ranh giới giải"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """Something to look at. ``subject`` finds it again; ``endpoint`` and ``values`` lead to where it is decided."""

    topic: Topic
    subject: str
    text: Message
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
