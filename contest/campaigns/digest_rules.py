"""When a daily summary is due and tried again, and what it says; pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from contest.clock import VIETNAM
from questions.messages import N_, Message, message

#: Summaries asked for before noon tell of the day before; later ones of the day itself, as far as it has gone.
NOON = 12
#: Minutes after each try that failed; after the last one nothing is tried any more.
PAUSES = (5, 20, 60, 240)
MAX_TRIES = len(PAUSES) + 1
#: Hours to choose from.
HOURS = range(24)
#: Units named in a summary.
CALLS_TOLD = 5
MAX_EMAIL = 254

#: One address, without a name, comment, quotes or anything that could end a line of a letter's head.
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


def told_day(hour: int, now: datetime) -> date | None:
    """The day that a summary of an hour tells of now; None: its hour has not come today.

    >>> from datetime import UTC
    >>> told_day(7, datetime(2026, 11, 22, 1, tzinfo=UTC)), told_day(20, datetime(2026, 11, 22, 13, tzinfo=UTC))
    (datetime.date(2026, 11, 21), datetime.date(2026, 11, 22))
    >>> told_day(9, datetime(2026, 11, 22, 1, tzinfo=UTC)) is None
    True
    """
    local = now.astimezone(VIETNAM)
    if local.hour < hour:
        return None
    return local.date() if hour >= NOON else local.date() - timedelta(days=1)


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again if the try that begins now fails; ``tries`` counts it. None: it is the last.

    >>> next_try(5, datetime(2026, 11, 22)) is None
    True
    """
    return now + timedelta(minutes=PAUSES[tries - 1]) if tries < MAX_TRIES else None


def email_fault(email: str) -> Message | None:
    """What is wrong with an address to send to; none at all is right: the summary is then read on the desk.

    >>> email_fault(""), email_fault("hung.cd@laichau.gov.vn")
    (None, None)
    >>> str(email_fault("hung@laichau"))[:15]
    'Địa chỉ thư “hu'
    """
    if not email:
        return None
    if len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email):
        return message(
            N_("Địa chỉ thư “%(email)s” chưa đúng. Hãy ghi một địa chỉ, ví dụ ten@congdoan.vn."), email=email[:60]
        )
    return None


def lines(part: Mapping[str, Any], day: date) -> list[Message]:
    """The sentences about one contest in a summary's content (``digests.content``)."""
    told = [
        message(
            N_("Ngày %(day)s: thêm %(joined)s người mới dự thi, %(attempts)s lượt thi."),
            day=day,
            joined=part["joined"],
            attempts=part["attempts_of_day"],
        ),
        _so_far(part),
    ]
    if part["missing"]:
        told.append(
            message(
                N_("Còn thiếu %(missing)s người để đạt chỉ tiêu %(wanted)s người."),
                missing=part["missing"],
                wanted=part["wanted"],
            )
        )
    elif part["wanted"] is not None:
        told.append(message(N_("Đã đạt chỉ tiêu %(wanted)s người."), wanted=part["wanted"]))
    if part["silent"]:
        told.append(
            message(
                N_("%(silent)s trong %(units)s đơn vị chưa có ai dự thi."), silent=part["silent"], units=part["units"]
            )
        )
    return [*told, *_how_long(part)]


def _so_far(part: Mapping[str, Any]) -> Message:
    if part["rate"] is None:
        return message(
            N_("Đến nay: %(people)s người dự thi, %(attempts)s lượt thi."),
            people=part["people"],
            attempts=part["attempts"],
        )
    return message(
        N_("Đến nay: %(people)s người dự thi, %(attempts)s lượt thi, tỷ lệ %(rate)s%%."),
        people=part["people"],
        attempts=part["attempts"],
        rate=Decimal(str(part["rate"])),
    )


def _how_long(part: Mapping[str, Any]) -> list[Message]:
    left = part["days_left"]
    if left is None:
        return [message(N_("Cuộc thi đã kết thúc."))]
    if left == 0:
        return [message(N_("Hôm nay là ngày cuối."))]
    return [message(N_("Còn %(days)s ngày."), days=left)]
