"""Who may be one person twice, and what becomes of their entries when they are made one; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contest.members.request_rules import text_faults
from questions.messages import N_, Message, message

#: Letters in which two long names may differ.
TYPOS = 2
#: Names shorter than this may differ in one letter only.
LONG_NAME = 10


class Why(StrEnum):
    """What makes two people look like one."""

    PHONE = "phone"
    BIRTH = "birth"


WHY_NAMES = {
    Why.PHONE: N_("cùng số điện thoại, họ tên gần giống"),
    Why.BIRTH: N_("cùng họ tên, ngày sinh và công đoàn"),
}


class Becomes(StrEnum):
    """What becomes of an entry of the one that goes."""

    #: Only they entered: it belongs to the one that stays.
    MOVED = "moved"
    #: Both entered: their counted attempts count no more.
    ANNULLED = "annulled"
    #: Both entered and results are announced, wholly or for some rounds: those stay as they are.
    LEFT = "left"


BECOMES_SENTENCES = {
    Becomes.MOVED: N_("lượt thi và điểm chuyển nguyên vẹn sang tài khoản được giữ"),
    Becomes.ANNULLED: N_("cả hai đã thi, nên các lượt của tài khoản bị gộp không tính nữa"),
    Becomes.LEFT: N_("cả hai đã thi và kết quả đã công bố, nên giữ nguyên như đã công bố"),
}


@dataclass(frozen=True, slots=True)
class EntryFate:
    """What becomes of one entry. ``rulings`` made for it by id; ``open``: an attempt there is being worked on."""

    contest: str
    title: str
    entry_id: int
    union_id: int | None
    becomes: Becomes
    rulings: tuple[int, ...] = ()
    open: bool = False

    def stored(self) -> dict[str, Any]:
        return {
            "contest": self.contest,
            "title": self.title,
            "entry": self.entry_id,
            "union": self.union_id,
            "becomes": str(self.becomes),
            "rulings": list(self.rulings),
        }


@dataclass(frozen=True, slots=True)
class Twin:
    """One of two who may be one, as the rules look at them."""

    id: int
    alive: bool
    privileged: bool
    asked: bool = field(default=False)


def merge_faults(kept: Twin, gone: Twin, fates: Sequence[EntryFate], reason: str) -> list[Message]:
    """Why two people cannot be made one now; empty when they can."""
    found = []
    if kept.id == gone.id or not (kept.alive and gone.alive):
        found.append(message(N_("Một trong hai tài khoản không còn dùng. Hãy xem lại danh sách.")))
    if gone.privileged:
        found.append(
            message(
                N_(
                    "Tài khoản bị gộp đang có quyền quản lý. Quyền không tự chuyển: "
                    "hãy giữ tài khoản này, hoặc nhờ quản trị thôi quyền trước."
                )
            )
        )
    if gone.asked:
        found.append(
            message(N_("Tài khoản bị gộp đang có yêu cầu sửa công đoàn chờ trả lời. Hãy trả lời yêu cầu đó trước."))
        )
    found += [
        message(N_("%(contest)s: tài khoản bị gộp đang làm bài. Hãy đợi nộp bài rồi gộp."), contest=fate.title)
        for fate in fates
        if fate.open
    ]
    return found + text_faults(reason, needed=True)


def near_names(one: str, other: str) -> bool:
    """Whether two names without marks may be one person's: alike but for a typo, the order, or a word left out.

    >>> near_names("nguyen thi hoa", "nguyen thi hoaa"), near_names("nguyen thi hoa", "nguyen hoa")
    (True, True)
    >>> near_names("nguyen thi hoa", "tran van binh")
    False
    """
    mine, yours = set(one.split()), set(other.split())
    small, large = sorted((mine, yours), key=len)
    if len(small) > 1 and small <= large:
        return True
    most = TYPOS if min(len(one), len(other)) >= LONG_NAME else 1
    return _distance(one, other, most) <= most


def _distance(one: str, other: str, most: int) -> int:
    """How many letters must change, as far as it matters: beyond ``most`` it is only known to be more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for place, seen in enumerate(other, 1):
            now.append(min(before[place] + 1, now[-1] + 1, before[place - 1] + (letter != seen)))
        before = now
    return before[-1]
