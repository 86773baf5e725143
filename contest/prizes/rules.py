"""Who gets which prize; pure.

Prizes are gone through in the order of the regulations, the highest first. Each takes from the top of its ranking those
who may still have it. Everybody ends with the highest prize within reach, so there is one outcome only: what somebody
gets follows from the prizes above alone.
"""

from bisect import bisect_right
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contest.rounds.settings import TieRule
from questions.messages import N_, Message, message

MAX_REASON = 1000
#: How many of those passed over a single reason names.
NAMED = 3


class AwardState(StrEnum):
    """What has become of a prize that somebody was proposed for."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    CLAIMED = "claimed"
    #: The winner declined or was refused; the next in line moves up.
    REFUSED = "refused"
    #: Announced, and taken away or moved by a correction that is not announced yet; gone with its announcement.
    LEAVING = "leaving"


STATE_NAMES = {
    AwardState.PROPOSED: N_("Đề nghị"),
    AwardState.ANNOUNCED: N_("Đã công bố"),
    AwardState.CLAIMED: N_("Đã nhận giải"),
    AwardState.REFUSED: N_("Không trao"),
    AwardState.LEAVING: N_("Thu lại khi công bố đính chính"),
}
#: States in which a prize belongs to somebody for everybody to see.
WON = (AwardState.ANNOUNCED, AwardState.CLAIMED)


@dataclass(frozen=True, slots=True)
class Prize:
    """A line of the table of prizes. ``board``: which ranking it goes by; lines of one board follow each other."""

    id: int
    title: str
    quantity: int
    board: Hashable = None


@dataclass(frozen=True, slots=True)
class Standee:
    """Somebody on a board, a person or a union. Smaller ``order`` stands higher, an equal one on the same place.

    ``out``: why no prize can be had, though the place stays.
    """

    key: int
    rank: int
    order: Any
    out: Message | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody above a winner who does not get the prize, and why."""

    standee: Standee
    why: Message


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody who is to get a prize. ``following``: who stands on the next place below; None: nobody is known.

    ``above``: those passed over on the way; ``sharing``: so many others of the same place share the last prize;
    ``picked``: chosen out of so many of the same place, 0: nobody had to choose.
    """

    standee: Standee
    following: Standee | None = None
    above: tuple[Passed, ...] = ()
    sharing: int = 0
    picked: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What becomes of one line of the table of prizes.

    ``tied`` of one place wait for a lot or a choice of ``open`` of them; ``waits``: for that on this higher prize.
    ``used``: so many prizes are gone because more shared a higher one; ``left``: so many nobody is there for.
    ``exhausted``: the board was read to its end.
    """

    prize: Prize
    winners: tuple[Winner, ...] = ()
    tied: tuple[Standee, ...] = ()
    open: int = 0
    passed: tuple[Passed, ...] = ()
    used: int = 0
    left: int = 0
    waits: str = ""
    exhausted: bool = False

    @property
    def settled(self) -> bool:
        return not (self.open or self.waits)


def award(
    prizes: Sequence[Prize],
    boards: Mapping[Hashable, Sequence[Standee]],
    *,
    one_prize: bool = False,
    ties: TieRule = TieRule.SHARE,
    kept: Mapping[int, Collection[int]] | None = None,
    chosen: Mapping[int, Collection[int]] | None = None,
) -> list[Drawn]:
    """Who gets what: one outcome a line, in the order of the lines.

    Boards are in order from the top. On one board nobody gets two prizes; with ``one_prize`` over all boards neither.
    ``kept``: who has a line's prize already and keeps it; ``chosen``: whom the committee picked of a shared place.
    People of the last place that gets a prize share it by ``ties``; those above the number of prizes then use up prizes
    of the next line, as on a ranking the places after a shared one are left out.

    >>> people = [Standee(7, 1, "a"), Standee(8, 1, "a"), Standee(9, 3, "b")]
    >>> drawn = award([Prize(1, "Nhất", 1), Prize(2, "Nhì", 2)], {None: people})
    >>> [[winner.standee.key for winner in line.winners] for line in drawn]
    [[7, 8], [9]]
    """
    hand = _Hand(prizes, boards, one_prize, kept or {})
    return [hand.draw(prize, ties, (chosen or {}).get(prize.id, ())) for prize in prizes]


class _Hand:
    """Who holds what while the lines are gone through."""

    def __init__(
        self,
        prizes: Sequence[Prize],
        boards: Mapping[Hashable, Sequence[Standee]],
        one_prize: bool,
        kept: Mapping[int, Collection[int]],
    ) -> None:
        self.boards, self.one_prize, self.kept = boards, one_prize, kept
        self.held: dict[int, str] = {}
        self.on_board: dict[Hashable, set[int]] = {prize.board: set() for prize in prizes}
        #: Who may still get a higher prize, and which: by the board where that matters (None: on all of them).
        self.pending: dict[tuple[Hashable, int], str] = {}
        #: Prizes given beyond the number of a line, which the next line of the board goes without.
        self.debt: dict[Hashable, int] = {}
        for prize in prizes:
            self.hold(prize, kept.get(prize.id, ()))

    def hold(self, prize: Prize, keys: Collection[int]) -> None:
        self.on_board[prize.board].update(keys)
        for key in keys:
            self.held.setdefault(key, prize.title)

    def wait(self, prize: Prize, people: Sequence[Standee]) -> None:
        self.pending.update(((self._scope(prize), person.key), prize.title) for person in people)

    def _scope(self, prize: Prize) -> Hashable:
        return None if self.one_prize else prize.board

    def draw(self, prize: Prize, ties: TieRule, chosen: Collection[int]) -> Drawn:
        debt = self.debt.pop(prize.board, 0)
        used = min(debt, prize.quantity)
        places = prize.quantity - debt - len(self.kept.get(prize.id, ()))
        if places <= 0:
            self.debt[prize.board] = -places
            return Drawn(prize, used=used)
        free, passed, following, waits = self._reach(prize, places)
        if waits:
            self.wait(prize, free)
            return Drawn(prize, used=used, passed=tuple(passed), waits=waits)
        tied = [person for person in free if len(free) > places and person.order == free[-1].order]
        if tied and ties is not TieRule.SHARE:
            winners, rest, left_open = _picked(free, tied, places, chosen)
            if left_open:
                self.wait(prize, rest)
        else:
            winners, rest, left_open = free, [], 0
            self.debt[prize.board] = max(0, len(free) - places)
        self.hold(prize, [person.key for person in winners])
        shares = len(tied) - 1 if ties is TieRule.SHARE else 0
        picks = 0 if ties is TieRule.SHARE else len(tied)
        keys = {person.key for person in tied}
        return Drawn(
            prize,
            winners=tuple(
                Winner(
                    person,
                    self._next(prize.board, person, following),
                    tuple(found for found in passed if found.standee.order < person.order),
                    shares if person.key in keys else 0,
                    picks if person.key in keys else 0,
                )
                for person in winners
            ),
            tied=tuple(rest) if left_open else (),
            open=left_open,
            passed=tuple(passed),
            used=used,
            left=max(0, places - len(free)),
            exhausted=following is None,
        )

    def _reach(self, prize: Prize, places: int) -> tuple[list[Standee], list[Passed], Standee | None, str]:
        """From the top: who may have the prize, with all of the last place; who is passed over; who stands next."""
        free: list[Standee] = []
        passed: list[Passed] = []
        for person in self.boards[prize.board]:
            if len(free) >= places and person.order != free[-1].order:
                return free, passed, person, ""
            if person.key in self.on_board[prize.board]:
                continue
            why = self._why_not(person)
            if why:
                passed.append(Passed(person, why))
            elif waits := self.pending.get((self._scope(prize), person.key)):
                return free, passed, person, waits
            else:
                free.append(person)
        return free, passed, None, ""

    def _why_not(self, person: Standee) -> Message | None:
        if person.out:
            return person.out
        if self.one_prize and person.key in self.held:
            return message(N_("đã được %(prize)s"), prize=self.held[person.key])
        return None

    def _next(self, board: Hashable, person: Standee, last: Standee | None) -> Standee | None:
        """Who stands on the place right below somebody."""
        people = self.boards[board]
        place = bisect_right(people, person.order, key=lambda other: other.order)
        return people[place] if place < len(people) else last


def _picked(
    free: list[Standee], tied: list[Standee], places: int, chosen: Collection[int]
) -> tuple[list[Standee], list[Standee], int]:
    """Those above the shared place and those chosen of it; the rest of it; how many are still to be chosen."""
    sure = free[: len(free) - len(tied)]
    room = places - len(sure)
    picked = [person for person in tied if person.key in chosen][:room]
    rest = [person for person in tied if person not in picked]
    return sure + picked, rest, room - len(picked)


# In words

PERSON, UNION = N_("người"), N_("đơn vị")
_ABOVE = {
    PERSON: N_("Người xếp hạng %(rank)s không được xét giải này: %(why)s."),
    UNION: N_("Đơn vị xếp hạng %(rank)s không được xét giải này: %(why)s."),
}


def reasons(
    winner: Winner, board: Message, ahead: Message | None = None, who: str = PERSON, chosen_reason: str = ""
) -> list[Message]:
    """Why somebody gets a prize: the place and by what it is ahead of the next, who was passed over on the way, what
    decided a shared place."""
    place = {"rank": winner.standee.rank, "board": board}
    if ahead is None:
        found = [message(N_("Hạng %(rank)s %(board)s."), **place)]
    else:
        found = [message(N_("Hạng %(rank)s %(board)s, %(ahead)s."), **place, ahead=ahead)]
    for passed in winner.above[:NAMED]:
        found.append(message(_ABOVE[who], rank=passed.standee.rank, why=passed.why))
    more = len(winner.above) - NAMED
    if more > 0:
        text = N_("Còn %(count)s %(who)s xếp trên cũng không được xét giải này.")
        found.append(message(text, count=more, who=Message(who)))
    if winner.sharing:
        text = N_("Đồng hạng với %(count)s %(who)s ở vị trí cuối có giải; theo thể lệ tất cả cùng được giải.")
        found.append(message(text, count=winner.sharing, who=Message(who)))
    if winner.picked:
        text = N_("Được Ban tổ chức chọn trong %(count)s %(who)s đồng hạng: %(reason)s")
        found.append(message(text, count=winner.picked, who=Message(who), reason=chosen_reason))
    return found


def notes(drawn: Drawn, ties: TieRule, who: str = PERSON) -> list[Message]:
    """What has to be said about a line itself: what waits, what is left over, what sharing used up."""
    found = []
    noun = Message(who)
    if drawn.used:
        text = N_("Bớt %(count)s giải vì nhiều %(who)s đồng hạng cùng được giải cao hơn.")
        found.append(message(text, count=drawn.used, who=noun))
    if drawn.open:
        lot = ties is TieRule.LOT and who == PERSON
        text = (
            N_("%(count)s %(who)s đồng hạng ở vị trí cuối, còn %(open)s giải: bốc thăm trước rồi đề nghị lại.")
            if lot
            else N_("%(count)s %(who)s đồng hạng ở vị trí cuối, còn %(open)s giải: Ban tổ chức chọn và ghi lý do.")
        )
        found.append(message(text, count=len(drawn.tied), who=noun, open=drawn.open))
    if drawn.waits:
        found.append(message(N_("Chờ xong %(prize)s rồi mới xét được giải này."), prize=drawn.waits))
    if drawn.left:
        found.append(message(N_("Còn %(count)s giải chưa có %(who)s đủ điều kiện nhận."), count=drawn.left, who=noun))
    return found
