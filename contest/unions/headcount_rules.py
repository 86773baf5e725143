"""Which headcounts are missing or hard to believe, and which of several holds; pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.unions.rules import BASE_LEVELS, MAX_HEADCOUNT
from questions.messages import N_, Message, message

#: A change of fewer people than this is no jump, however small the union.
SMALL_CHANGE = 5
FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Figure:
    """A headcount in force. ``confirmed`` False: it waits for the union above."""

    kind: str
    counted_on: date
    number: int
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of a union itself in a contest that opened on a day and measures itself against some kinds."""

    union_id: int
    contest: str
    people: int
    day: date
    kinds: Collection[str]


def is_jump(before: int, after: int) -> bool:
    """Whether a figure changed by half of what it was, or more.

    >>> is_jump(100, 50), is_jump(100, 51), is_jump(100, 150), is_jump(4, 8), is_jump(0, 30)
    (True, False, True, False, True)
    """
    change = abs(after - before)
    return change >= SMALL_CHANGE and change * 2 >= before


def holding_on(day: date, figures: Iterable[Figure]) -> int | None:
    """The number that holds on a day: the latest on or before it, else the earliest after it; None without any.

    Figures that wait count only where no confirmed one is known.

    >>> holding_on(date(2023, 6, 1), [Figure("member", date(2023, 1, 1), 40), Figure("member", date(2023, 9, 1), 50)])
    40
    """
    known = list(figures)
    known = [figure for figure in known if figure.confirmed] or known
    before = [figure for figure in known if figure.counted_on <= day]
    if before:
        return max(before, key=lambda figure: figure.counted_on).number
    return min(known, key=lambda figure: figure.counted_on).number if known else None


def doubts(figures: Sequence[Figure], crowds: Iterable[Crowd] = ()) -> list[Message]:
    """Why the figures of one union have to be looked at; nothing for figures that can be believed."""
    dated: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda figure: figure.counted_on):
        dated.setdefault(figure.kind, []).append(figure)
    last_two = [told[-2:] for told in dated.values() if len(told) > 1]
    found = [_jump(before, after) for before, after in last_two if is_jump(before.number, after.number)]
    if dated and not any(told[-1].number for told in dated.values()):
        found.append(message(N_("Tổng số là 0, nên không tính được tỷ lệ. Hãy ghi số người thật.")))
    for crowd in crowds:
        parts = [holding_on(crowd.day, dated.get(kind, ())) for kind in crowd.kinds]
        known = [part for part in parts if part is not None]
        if known and 0 < sum(known) < crowd.people:
            found.append(
                message(
                    N_("%(people)s người dự thi “%(contest)s” nhưng chỉ khai %(number)s: tỷ lệ trên 100%%."),
                    people=crowd.people,
                    contest=crowd.contest,
                    number=sum(known),
                )
            )
    return found


def _jump(before: Figure, after: Figure) -> Message:
    return message(
        N_("%(kind)s đổi từ %(before)s (%(then)s) sang %(after)s (%(day)s): thay đổi từ một nửa trở lên."),
        kind=message(KIND_NAMES[PersonKind(after.kind)]),
        before=before.number,
        then=before.counted_on,
        after=after.number,
        day=after.counted_on,
    )


def day_fault(day: date, today: date, closed_on: date | None = None) -> Message | None:
    """Why a day cannot be that of a headcount of a union, which may have ended; None when it can."""
    if not date(FIRST_YEAR, 1, 1) <= day <= today:
        return message(N_("Ngày số liệu phải từ năm 1990 đến hôm nay."))
    if closed_on is None or day < closed_on:
        return None
    return message(
        N_(
            "Đơn vị đã kết thúc hoạt động từ ngày %(day)s. Hãy ghi số liệu của ngày trước đó, hoặc ghi cho đơn vị nhận."
        ),
        day=closed_on,
    )


def number_fault(numbers: Iterable[int], level: str) -> Message | None:
    """Why figures cannot be those of a union of a level; None when they can."""
    limit = MAX_HEADCOUNT[level in BASE_LEVELS]
    if all(0 <= number <= limit for number in numbers):
        return None
    return message(N_("Số người phải từ 0 đến %(limit)s. Hãy sửa lại số."), limit=limit)


def already_confirmed(day: date) -> Message:
    """For a union that would change what the union above has confirmed."""
    return message(
        N_(
            "Số liệu ngày %(day)s đã được cấp trên xác nhận nên không tự sửa được. "
            "Hãy ghi số liệu mới với ngày khác, hoặc nhờ cấp trên sửa."
        ),
        day=day,
    )
