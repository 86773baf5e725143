"""When a round is open, until when one may work, and who may take part; pure.

Times of day and weekdays are Vietnamese; everything else is in instants.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.clock import VIETNAM
from contest.rounds.settings import ExclusionMode
from questions.messages import N_, Message, message

EVERY_DAY = 127


class Phase(StrEnum):
    """What a round is in at a moment."""

    COMING = "coming"
    OPEN = "open"
    #: Between the daily hours or on a day without contest.
    PAUSED = "paused"
    #: Over for everybody, but what was given in time may still arrive: no score, key or place is final or shown yet.
    COLLECTING = "collecting"
    CLOSED = "closed"
    PUBLISHED = "published"


PHASE_NAMES = {
    Phase.COMING: N_("Sắp mở"),
    Phase.OPEN: N_("Đang mở"),
    Phase.PAUSED: N_("Tạm nghỉ"),
    Phase.COLLECTING: N_("Đang thu bài"),
    Phase.CLOSED: N_("Đã kết thúc"),
    Phase.PUBLISHED: N_("Đã công bố kết quả"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """When a round may be taken. ``weekdays``: bit 0 is Monday; ``day_from``/``day_until``: minutes of the day.

    ``grace_s`` and ``late_minutes``: how long after its end an attempt may still receive what was on its way.
    """

    opens_at: datetime
    closes_at: datetime
    weekdays: int = EVERY_DAY
    day_from: int | None = None
    day_until: int | None = None
    published: bool = False
    grace_s: int = 0
    late_minutes: int = 0

    @property
    def settled_at(self) -> datetime:
        """From when on no answer of the round is taken any more, whoever sends it."""
        return instants(self.closes_at, self.grace_s, self.late_minutes)[1]

    @property
    def whole_days(self) -> bool:
        return self.day_from is None and self.weekdays == EVERY_DAY


def phase(window: Window, now: datetime) -> Phase:
    """What the round is in: over from the instant of ``closes_at`` on, closed when nothing can arrive any more."""
    if window.published:
        return Phase.PUBLISHED
    if now < window.opens_at:
        return Phase.COMING
    if now >= window.closes_at:
        return Phase.CLOSED if now >= window.settled_at else Phase.COLLECTING
    return Phase.OPEN if sitting_end(window, now) else Phase.PAUSED


def sitting_end(window: Window, now: datetime) -> datetime | None:
    """End of the sitting that ``now`` falls in: the close, or the end of the day's hours; None outside of any."""
    if not window.opens_at <= now < window.closes_at:
        return None
    if window.whole_days:
        return window.closes_at
    end = None
    local = now.astimezone(VIETNAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    while window.weekdays >> midnight.weekday() & 1:
        start = midnight + timedelta(minutes=window.day_from or 0)
        stop = midnight + timedelta(minutes=1440 if window.day_until is None else window.day_until)
        if not (end or local) >= start or (end and end < start):
            break
        if local >= stop:
            break
        end = stop
        if stop >= window.closes_at or stop < midnight + timedelta(days=1):
            break
        midnight += timedelta(days=1)
    return min(end, window.closes_at) if end else None


#: Days of a round that are looked through for its sittings.
MAX_DAYS = 800


def sittings(window: Window) -> list[tuple[datetime, datetime]]:
    """The times in which attempts may be started, from and until; neighbouring days without a gap are one."""
    if window.closes_at <= window.opens_at:
        return []
    local = window.opens_at.astimezone(VIETNAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[tuple[datetime, datetime]] = []
    for _ in range(MAX_DAYS):
        if midnight >= window.closes_at:
            break
        start = max(window.opens_at, midnight + timedelta(minutes=window.day_from or 0))
        length = 1440 if window.day_until is None else window.day_until
        stop = min(window.closes_at, midnight + timedelta(minutes=length))
        if window.weekdays >> midnight.weekday() & 1 and start < stop:
            if found and found[-1][1] == start:
                start = found.pop()[0]
            found.append((start, stop))
        midnight += timedelta(days=1)
    return found


def due_at(window: Window, started_at: datetime, allowance_s: int, extra_s: int = 0) -> datetime:
    """Until when an attempt may be worked on: its own time, cut by the end of the sitting it started in.

    ``extra_s``: time granted beyond the regulations (``TimeAllowance``). It lengthens the person's own time; nobody
    works on when the sitting is over, so who starts late gets less of it or nothing.
    """
    end = sitting_end(window, started_at) or window.closes_at
    return min(started_at + timedelta(seconds=allowance_s + extra_s), end)


def instants(due_at: datetime, grace_s: int, late_minutes: int) -> tuple[datetime, datetime]:
    """Until when what is received is in time, and until when anything is taken at all, for an attempt due then.

    Both count from ``due_at``, what the person was told. The second is later than the first only where the
    regulations count answers that were given in time and delivered late, for longer than the grace lasts.

    >>> due = datetime(2026, 3, 1, 8)
    >>> [f"{at:%H:%M:%S}" for at in instants(due, 5, 0)], [f"{at:%H:%M:%S}" for at in instants(due, 5, 10)]
    (['08:00:05', '08:00:05'], ['08:00:05', '08:10:00'])
    """
    taken_until = due_at + timedelta(seconds=grace_s)
    return taken_until, max(taken_until, due_at + timedelta(minutes=late_minutes))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who wants to take part. ``unions``: ids of their union and of all unions above it.

    ``birth_on`` None: they have not told it.
    """

    kind: PersonKind | None
    phone: str
    unions: frozenset[int]
    consent_withdrawn: bool = False
    birth_on: date | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """An exclusion as a plain value."""

    mode: ExclusionMode
    reason: str
    phone: str | None = None
    union_id: int | None = None
    kind: str | None = None

    def fits(self, person: Candidate) -> bool:
        """Whether all that the exclusion names is true of the person."""
        return (
            (self.phone is None or self.phone == person.phone)
            and (self.union_id is None or self.union_id in person.unions)
            and (self.kind is None or self.kind == person.kind)
        )


@dataclass(frozen=True, slots=True)
class DivisionRule:
    """Whom a division takes: kinds (none named: all) below a union (none named: everywhere), born within some days.

    Both days belong to it; None: however old. Of whom the day of birth is not known no such division is.
    """

    id: int
    kinds: frozenset[str]
    union_id: int | None
    born_from: date | None = None
    born_until: date | None = None

    def fits(self, person: Candidate) -> bool:
        return (
            (not self.kinds or person.kind in self.kinds)
            and (self.union_id is None or self.union_id in person.unions)
            and (not self.asks_birth or self._of_age(person.birth_on))
        )

    def _of_age(self, birth_on: date | None) -> bool:
        if birth_on is None:
            return False
        return (self.born_from or date.min) <= birth_on <= (self.born_until or date.max)

    @property
    def asks_birth(self) -> bool:
        return self.born_from is not None or self.born_until is not None


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom a contest admits. ``asks_birth``: its divisions look at the day of birth, so nobody starts without it."""

    published: bool
    practice: bool
    kinds: frozenset[str]
    scope_union_id: int | None
    scope_union_name: str = ""
    bars: tuple[Bar, ...] = ()
    asks_birth: bool = False


def division_for(person: Candidate, divisions: Sequence[DivisionRule]) -> int | None:
    """The first division whose rule fits; None where there are no divisions or none fits."""
    return next((division.id for division in divisions if division.fits(person)), None)


def is_unranked(person: Candidate, bars: Collection[Bar]) -> bool:
    """Takes part without a place (organizers, jury, software staff, full-time officials)."""
    return any(bar.mode is ExclusionMode.UNRANKED and bar.fits(person) for bar in bars)


def person_refusals(person: Candidate, admission: Admission) -> list[Message]:
    """Why a person may not take part in the contest at all; empty when they may."""
    found = []
    if not admission.published:
        found.append(message(N_("Cuộc thi chưa được mở cho người dự thi.")))
    if person.consent_withdrawn:
        found.append(
            message(
                N_(
                    "Bạn đã rút lại đồng ý cho xử lý thông tin cá nhân. "
                    "Nếu muốn dự thi, hãy đồng ý lại ở trang Tài khoản."
                )
            )
        )
    if lacks_birth(person, admission):
        found.append(
            message(
                N_("Cuộc thi này chia bảng theo tuổi nên cần ngày sinh của bạn. Hãy điền ngày sinh ở trang Tài khoản.")
            )
        )
    if person.kind is not None and person.kind not in admission.kinds:
        found.append(
            message(N_("Cuộc thi này không dành cho đối tượng “%(kind)s”."), kind=Message(KIND_NAMES[person.kind]))
        )
    if admission.scope_union_id is not None and admission.scope_union_id not in person.unions:
        found.append(
            message(
                N_(
                    "Cuộc thi này chỉ dành cho người thuộc %(union)s. "
                    "Nếu bạn chọn nhầm đơn vị, hãy sửa trong Tài khoản."
                ),
                union=admission.scope_union_name,
            )
        )
    found += [
        message(N_("Theo thể lệ, bạn không thuộc diện dự thi: %(reason)s"), reason=bar.reason)
        for bar in admission.bars
        if bar.mode is ExclusionMode.BARRED and bar.fits(person)
    ]
    return found


def lacks_birth(person: Candidate, admission: Admission) -> bool:
    """Whether somebody has still to tell their day of birth before they can start."""
    return admission.asks_birth and person.birth_on is None


def round_refusals(window: Window, now: datetime, used: int, allowed: int | None) -> list[Message]:
    """Why no new attempt may be started now; ``used`` counts attempts started in the round."""
    found = []
    state = phase(window, now)
    if state is Phase.COMING:
        found.append(message(N_("Đợt thi chưa mở. Đợt thi mở lúc %(at)s."), at=window.opens_at))
    elif state is Phase.PAUSED:
        found.append(message(N_("Ngoài khung giờ thi trong ngày. Hãy quay lại đúng khung giờ ghi trong thể lệ.")))
    elif state is not Phase.OPEN:
        found.append(message(N_("Đợt thi đã kết thúc lúc %(at)s."), at=window.closes_at))
    if allowed is not None and used >= allowed:
        found.append(message(N_("Bạn đã dùng hết %(allowed)s lượt thi của đợt này."), allowed=allowed))
    return found
