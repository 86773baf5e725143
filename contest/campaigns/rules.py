"""Who is still missing, whom to call first, and when a summary is due; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from contest.clock import last_day, vietnamese_day
from questions.messages import N_

#: A roster that holds at least so much of the headcount, in per cent, is taken for the whole union.
COMPLETE = 90
#: Days without anybody new after which a union stands still.
STILL_DAYS = 3
#: Below so much of its target, in per cent, a union is far from it.
FAR = 50


class Source(StrEnum):
    """What a number of people who have not joined was made from."""

    ROSTER = "roster"
    HEADCOUNT = "headcount"


SOURCE_NAMES = {Source.ROSTER: N_("theo danh sách"), Source.HEADCOUNT: N_("theo số đoàn viên")}


@dataclass(frozen=True, slots=True)
class Missing:
    """People of a basic unit who have not joined; ``number`` None: nothing is known to count from."""

    number: int | None
    source: Source | None = None


def is_complete(roster: int, headcount: int | None) -> bool:
    """Whether a roster stands for the whole union: it holds nine tenths of the headcount, or there is nothing else.

    >>> is_complete(9, 10), is_complete(8, 10), is_complete(3, None), is_complete(0, None)
    (True, False, True, False)
    """
    if not headcount:
        return roster > 0
    return 100 * roster >= COMPLETE * headcount


def missing(roster: int, eligible: int, headcount: int | None, people: int) -> Missing:
    """People of a unit who have not joined: its roster less those who have, where the roster is complete enough;
    else the headcount less those who have. ``roster`` counts the kinds of the headcount, ``eligible`` the kinds that
    the contest admits. Never below 0: people may have joined who stand on no list.

    >>> missing(roster=10, eligible=12, headcount=10, people=4)
    Missing(number=8, source=<Source.ROSTER: 'roster'>)
    >>> missing(roster=2, eligible=2, headcount=10, people=4)
    Missing(number=6, source=<Source.HEADCOUNT: 'headcount'>)
    >>> missing(roster=0, eligible=0, headcount=None, people=4)
    Missing(number=None, source=None)
    """
    if is_complete(roster, headcount):
        return Missing(max(0, eligible - people), Source.ROSTER)
    if headcount:
        return Missing(max(0, headcount - people), Source.HEADCOUNT)
    return Missing(None)


@dataclass(frozen=True, slots=True)
class MissingSum:
    """The same of several units together: how many of them counted by each source, and how many cannot be counted."""

    number: int = 0
    by_roster: int = 0
    by_headcount: int = 0
    unknown: int = 0


def add_up(parts: Iterable[Missing]) -> MissingSum:
    """
    >>> add_up([Missing(3, Source.ROSTER), Missing(4, Source.HEADCOUNT), Missing(None)])
    MissingSum(number=7, by_roster=1, by_headcount=1, unknown=1)
    """
    found = list(parts)
    return MissingSum(
        sum(part.number or 0 for part in found),
        sum(part.source is Source.ROSTER for part in found),
        sum(part.source is Source.HEADCOUNT for part in found),
        sum(part.source is None for part in found),
    )


class Reason(StrEnum):
    """Why a union is worth a call."""

    NOBODY = "nobody"
    FAR = "far"
    STILL = "still"


REASON_NAMES = {
    Reason.NOBODY: N_("chưa có ai"),
    Reason.FAR: N_("còn xa chỉ tiêu"),
    Reason.STILL: N_("3 ngày không thêm ai"),
}


def reason_to_call(people: int, wanted: int | None, missing_people: int | None, grew: bool, old: bool) -> Reason | None:
    """Why to call a basic unit now; None: no need.

    ``grew``: somebody new joined within the last days; ``old``: the contest has run long enough to say that a unit
    stands still. A unit that has reached its target, or has nobody left to win, is left in peace.

    >>> str(reason_to_call(0, None, None, grew=False, old=False))
    'nobody'
    >>> str(reason_to_call(2, 6, 8, grew=True, old=True)), str(reason_to_call(3, 6, 8, grew=False, old=True))
    ('far', 'still')
    >>> reason_to_call(3, 6, 8, grew=True, old=True) is None, reason_to_call(6, 6, 4, grew=False, old=True) is None
    (True, True)
    """
    if missing_people == 0 or (wanted is not None and people >= wanted):
        return None
    if people == 0:
        return Reason.NOBODY
    if wanted is not None and 100 * people < FAR * wanted:
        return Reason.FAR
    return Reason.STILL if old and not grew else None


def still_since(today: date) -> date:
    """The first of the last days in which somebody new shows that a union still grows; today counts."""
    return today - timedelta(days=STILL_DAYS - 1)


def runs_long(opened_on: date, today: date) -> bool:
    """Whether a contest has been open for as many whole days as make a union stand still.

    >>> runs_long(date(2026, 11, 1), date(2026, 11, 3)), runs_long(date(2026, 11, 1), date(2026, 11, 4))
    (False, True)
    """
    return opened_on < still_since(today)


def days_left(closes_at: datetime, now: datetime) -> int | None:
    """Days until a contest closes, Vietnamese days: 0 on its last; None when it is over."""
    if closes_at <= now:
        return None
    return (last_day(closes_at) - vietnamese_day(now)).days
