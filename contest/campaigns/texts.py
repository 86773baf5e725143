"""Ready texts for Zalo groups and fanpages, from a union's figures; pure."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from contest.campaigns.facts import Facts
from contest.campaigns.rules import Reason
from contest.rounding import half_up
from questions.messages import N_, Message, message


class Tone(StrEnum):
    """What a text is for, as it stands in the address."""

    OPENING = "mo-dau"
    REMINDER = "nhac"
    LAST_DAY = "ngay-cuoi"
    THANKS = "cam-on"


TONE_NAMES = {
    Tone.OPENING: N_("Mời tham gia"),
    Tone.REMINDER: N_("Nhắc giữa đợt"),
    Tone.LAST_DAY: N_("Ngày cuối"),
    Tone.THANKS: N_("Cảm ơn"),
}


def fitting(facts: Facts) -> Tone:
    """The tone that fits the day: an invitation before the opening and for two days from it, then reminders, the last
    day (of each round), and thanks once it is over."""
    if facts.is_over:
        return Tone.THANKS
    if facts.is_last_day:
        return Tone.LAST_DAY
    fresh = facts.opens_at is None or (facts.now - facts.opens_at).days < 2
    return Tone.OPENING if fresh else Tone.REMINDER


def text(facts: Facts, tone: Tone) -> list[Message]:
    """The lines of a text in a tone."""
    return _TONES[tone](facts)


def _opening(facts: Facts) -> list[Message]:
    if facts.is_over:
        return [*_how_long(facts), _door(facts)]
    lines = [
        message(N_("“%(contest)s” đã mở."), contest=facts.contest) if facts.is_open else _when_it_opens(facts),
        _invitation(facts),
    ]
    if facts.minutes:
        lines.append(
            message(N_("Thi ngay trên điện thoại, mỗi lượt nhiều nhất %(minutes)s phút."), minutes=facts.minutes)
        )
    return [*lines, _door(facts)]


def _when_it_opens(facts: Facts) -> Message:
    if facts.opens_at is None:
        return message(N_("“%(contest)s” sắp diễn ra, lịch thi sẽ được thông báo."), contest=facts.contest)
    if facts.span and facts.has_begun:
        said = N_("%(round)s của “%(contest)s” mở từ %(opens)s.")
        return message(said, round=facts.span.name, contest=facts.contest, opens=facts.span.opens_at)
    return message(N_("“%(contest)s” mở từ %(opens)s."), contest=facts.contest, opens=facts.opens_at)


def _invitation(facts: Facts) -> Message:
    if facts.closes_at is None:
        return message(N_("%(union)s trân trọng mời đoàn viên, người lao động tham gia."), union=facts.union)
    said = N_("%(union)s trân trọng mời đoàn viên, người lao động tham gia, hạn cuối %(closes)s.")
    return message(said, union=facts.union, closes=facts.closes_at)


def _reminder(facts: Facts) -> list[Message]:
    figures = [_so_far(facts), *_to_target(facts)] if facts.has_begun else []
    return [*_how_long(facts), *figures, _door(facts)]


def _last_day(facts: Facts) -> list[Message]:
    """On a day that is not the last, the same is said with the day."""
    if not facts.is_open:
        return _reminder(facts)
    asking = message(N_("Anh chị em nào chưa thi, hãy vào thi ngay; để đến phút cuối dễ lỡ."))
    return [_soon_closed(facts), _so_far(facts), *_to_target(facts), asking, _door(facts)]


def _soon_closed(facts: Facts) -> Message:
    told: dict[str, Any] = {"contest": facts.contest, "closes": facts.closes_at}
    if facts.span:
        told |= {"round": facts.span.name, "closes": facts.span.closes_at}
        if facts.is_last_day:
            return message(N_("Hôm nay là ngày cuối của %(round)s, “%(contest)s”, đóng lúc %(closes)s."), **told)
        return message(N_("%(round)s của “%(contest)s” sắp đóng: hạn cuối là %(closes)s."), **told)
    if facts.is_last_day:
        return message(N_("Hôm nay là ngày cuối của “%(contest)s”, đóng lúc %(closes)s."), **told)
    return message(N_("“%(contest)s” sắp đóng: hạn cuối là %(closes)s."), **told)


def _thanks(facts: Facts) -> list[Message]:
    if not facts.people:
        return _reminder(facts)
    lines = [
        message(
            N_("%(union)s cảm ơn %(people)s đoàn viên, người lao động đã dự thi “%(contest)s” với %(attempts)s lượt."),
            union=facts.union,
            people=facts.people,
            contest=facts.contest,
            attempts=facts.attempts,
        )
    ]
    if facts.rate is not None:
        lines.append(message(N_("Tỷ lệ tham gia đạt %(rate)s%%."), rate=half_up(facts.rate, 1)))
    if facts.reached:
        lines.append(message(N_("Đơn vị đã đạt chỉ tiêu %(wanted)s người."), wanted=facts.wanted))
    if facts.is_over:
        lines.append(message(N_("Kết quả đăng tại: %(address)s"), address=facts.address))
    else:
        lines += [*_how_long(facts), _door(facts)]
    return lines


_TONES: Mapping[Tone, Callable[[Facts], list[Message]]] = {
    Tone.OPENING: _opening,
    Tone.REMINDER: _reminder,
    Tone.LAST_DAY: _last_day,
    Tone.THANKS: _thanks,
}


def _how_long(facts: Facts) -> list[Message]:
    """When it closes: the contest, and the round that is open; or when it opens."""
    if facts.is_over:
        return [message(N_("“%(contest)s” đã kết thúc."), contest=facts.contest)]
    if not facts.is_open:
        return [_when_it_opens(facts)]
    told: dict[str, Any] = {"contest": facts.contest, "closes": facts.closes_at}
    if facts.days_left:
        lines = [message(N_("“%(contest)s” còn %(days)s ngày, đóng lúc %(closes)s."), days=facts.days_left, **told)]
    else:
        lines = [message(N_("“%(contest)s” đóng lúc %(closes)s."), **told)]
    if facts.span and facts.span.closes_at != facts.closes_at:
        said = N_("%(round)s đang mở, đóng lúc %(closes)s.")
        lines.append(message(said, round=facts.span.name, closes=facts.span.closes_at))
    return lines


def _so_far(facts: Facts) -> Message:
    if not facts.people:
        return message(N_("Đến nay %(union)s chưa có ai dự thi."), union=facts.union)
    if facts.rate is None:
        return message(
            N_("Đến nay %(union)s có %(people)s người dự thi với %(attempts)s lượt thi."),
            union=facts.union,
            people=facts.people,
            attempts=facts.attempts,
        )
    return message(
        N_("Đến nay %(union)s có %(people)s người dự thi với %(attempts)s lượt thi, đạt tỷ lệ %(rate)s%%."),
        union=facts.union,
        people=facts.people,
        attempts=facts.attempts,
        rate=half_up(facts.rate, 1),
    )


def _to_target(facts: Facts) -> list[Message]:
    if facts.reached:
        return [message(N_("Đơn vị đã đạt chỉ tiêu %(wanted)s người."), wanted=facts.wanted)]
    if facts.missing:
        return [
            message(
                N_("Còn thiếu %(missing)s người nữa để đạt chỉ tiêu %(wanted)s người."),
                missing=facts.missing,
                wanted=facts.wanted,
            )
        ]
    return []


def _door(facts: Facts) -> Message:
    if facts.is_open:
        return message(N_("Vào thi tại: %(address)s"), address=facts.address)
    if facts.is_over:
        return message(N_("Xem tại: %(address)s"), address=facts.address)
    return message(N_("Đăng ký trước tại: %(address)s"), address=facts.address)


def to_officials(facts: Facts, reason: Reason) -> list[Message]:
    """What to say to those who answer for a unit that is to be called."""
    greeting = message(N_("Kính gửi %(union)s."), union=facts.union)
    told = {
        Reason.NOBODY: message(
            N_("Đến %(now)s, đơn vị chưa có ai dự thi “%(contest)s”."), now=facts.now, contest=facts.contest
        ),
        Reason.FAR: message(
            N_("Đến %(now)s, đơn vị có %(people)s người dự thi “%(contest)s”, chỉ tiêu là %(wanted)s người."),
            now=facts.now,
            people=facts.people,
            contest=facts.contest,
            wanted=facts.wanted,
        ),
        Reason.STILL: message(
            N_("Đến %(now)s, đơn vị có %(people)s người dự thi “%(contest)s”; 3 ngày nay không thêm ai."),
            now=facts.now,
            people=facts.people,
            contest=facts.contest,
        ),
    }[reason]
    asking = message(
        N_("Đề nghị công đoàn nhắc đoàn viên, người lao động vào thi trước %(closes)s tại: %(address)s"),
        closes=facts.closes_at,
        address=facts.address,
    )
    return [greeting, told, asking]
