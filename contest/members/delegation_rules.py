"""Who may act in whose place, for which days; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contest.accounts.rules import Role
from questions.messages import N_, Message, message

#: The longest time for which a role is delegated; whoever needs longer gives it again.
MAX_DAYS = 366

#: What the holder of a role may hand on: never a higher one.
DELEGABLE = {Role.OFFICIAL: (Role.OFFICIAL,), Role.ORGANIZER: (Role.OFFICIAL, Role.ORGANIZER)}


@dataclass(frozen=True, slots=True)
class Own:
    """A role that somebody holds themselves, by the id of its grant."""

    id: int
    role: Role
    union_id: int


@dataclass(frozen=True, slots=True)
class Deputy:
    """A delegation as it is asked for; ``until_on`` None: until it is ended, as for a substitute."""

    giver_id: int | None
    person_id: int
    role: Role
    from_on: date
    until_on: date | None


def source_of(role: Role, ancestors: Collection[int], held: Sequence[Own]) -> Own | None:
    """The role out of which another can be given over a union (its ancestry is given): the same one before a higher."""
    fits = [own for own in held if own.union_id in ancestors and role in DELEGABLE.get(own.role, ())]
    return min(fits, key=lambda own: own.role != role, default=None)


def roles_to_give(held: Sequence[Own]) -> list[Role]:
    """Roles that somebody can hand on at all, the lower first."""
    return [role for role in Role if any(role in DELEGABLE.get(own.role, ()) for own in held)][::-1]


def deputy_faults(deputy: Deputy, source: Own | None, today: date) -> dict[str, Message]:
    """What is wrong with a delegation, by the field of the form."""
    found: dict[str, Message] = {}
    if deputy.person_id == deputy.giver_id:
        found["person"] = message(N_("Bạn không uỷ quyền cho chính mình. Hãy chọn người khác."))
    if source is None:
        found["union"] = message(
            N_("Bạn chỉ uỷ quyền được quyền của chính mình, cho đơn vị bạn phụ trách hoặc đơn vị bên dưới.")
        )
    if deputy.from_on < today:
        found["from_on"] = message(N_("Ngày bắt đầu phải từ hôm nay trở đi."))
    if deputy.until_on is not None and deputy.until_on < deputy.from_on:
        found["until_on"] = message(N_("Ngày kết thúc không được trước ngày bắt đầu."))
    elif deputy.until_on is not None and deputy.until_on - deputy.from_on >= timedelta(days=MAX_DAYS):
        found["until_on"] = message(N_("Mỗi lần uỷ quyền nhiều nhất %(days)s ngày."), days=MAX_DAYS)
    return found


def overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two times (both days included, None: open) share a day.

    >>> overlap((date(2026, 1, 1), date(2026, 1, 9)), (date(2026, 1, 9), None))
    True
    """
    (from_, until), (other_from, other_until) = one, other
    return (from_ or date.min) <= (other_until or date.max) and (other_from or date.min) <= (until or date.max)
