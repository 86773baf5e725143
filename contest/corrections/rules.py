"""What may be decided about a question that was found wrong, and what follows for people; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from contest.attempts.keys import changed
from contest.attempts.states import KeyChangeKind
from questions.details import details as details_of
from questions.marking import Key, number_of
from questions.messages import N_, Message, message
from questions.rules import LETTERED, LETTERS, Answer, Draft, Kind, clean

#: Up to so many attempts with the question are marked again within the request.
AT_ONCE = 400
MAX_REASON = 1000
MAX_ANSWERS = 10
MAX_ANSWER = 200

KIND_NAMES = {
    KeyChangeKind.KEY: N_("Đổi đáp án"),
    KeyChangeKind.ACCEPT: N_("Chấp nhận thêm đáp án"),
    KeyChangeKind.CREDIT: N_("Cho mọi người điểm câu này"),
    KeyChangeKind.DROP: N_("Bỏ câu này, không tính cho ai"),
}
KIND_HINTS = {
    KeyChangeKind.KEY: N_("Đáp án đã công bố trong hệ thống sai; chỉ đáp án mới được tính là đúng."),
    KeyChangeKind.ACCEPT: N_("Đáp án cũ vẫn đúng, thêm một đáp án nữa cũng đúng."),
    KeyChangeKind.CREDIT: N_("Ai có câu này trong đề đều được đủ điểm, kể cả người không trả lời."),
    KeyChangeKind.DROP: N_("Không ai được điểm câu này; điểm tối đa của đề giảm theo."),
}


class Refused(Exception):
    """A decision that is not taken; ``message`` says why and what to do."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision before it is made. ``keys``: options in the author's order; ``answers``: what may be typed."""

    version_id: int
    kind: KeyChangeKind
    keys: frozenset[int] = frozenset()
    answers: tuple[Answer, ...] = ()

    @property
    def details(self) -> dict[str, Any]:
        """As the decision is kept."""
        if self.kind in (KeyChangeKind.CREDIT, KeyChangeKind.DROP):
            return {}
        if self.answers:
            return {"answers": details_of(Draft("", answers=self.answers))["answers"]}
        return {"keys": sorted(self.keys)}

    def applied(self, key: Key) -> Key:
        return changed(key, self.kind, self.details)


def kinds_for(kind: Kind) -> tuple[KeyChangeKind, ...]:
    """What may be decided about a question of a kind."""
    if kind in LETTERED and kind is not Kind.TRUEFALSE or kind in (Kind.SHORT, Kind.NUMBER):
        return tuple(KeyChangeKind)
    if kind in (Kind.STATEMENTS, Kind.TRUEFALSE):
        return (KeyChangeKind.KEY, KeyChangeKind.CREDIT, KeyChangeKind.DROP)
    return (KeyChangeKind.CREDIT, KeyChangeKind.DROP)


def check(proposal: Proposal, key: Key) -> None:
    """Whether a proposal says something that can be applied and changes anything; raises Refused."""
    kind = proposal.kind
    if kind not in kinds_for(key.kind):
        raise Refused(message(N_("Loại câu hỏi này không đổi đáp án được. Hãy cho điểm mọi người hoặc bỏ câu.")))
    if kind in (KeyChangeKind.KEY, KeyChangeKind.ACCEPT):
        _check_what(proposal, key)
    if proposal.applied(key) == key or _says_nothing_new(proposal, key):
        raise Refused(message(N_("Điều này đang được áp dụng rồi. Hãy chọn cách khác.")))


def _check_what(proposal: Proposal, key: Key) -> None:
    if key.kind in (Kind.SHORT, Kind.NUMBER):
        if not proposal.answers:
            raise Refused(message(N_("Hãy ghi ít nhất một đáp án.")))
        return
    if not proposal.keys <= set(range(len(key.choices))):
        raise Refused(message(N_("Câu này không có phương án đó. Hãy chọn lại.")))
    if key.kind is Kind.STATEMENTS:
        return
    if not proposal.keys:
        raise Refused(message(N_("Hãy chọn phương án đúng.")))
    if key.kind is not Kind.MULTIPLE and len(proposal.keys) > 1:
        raise Refused(
            message(N_("Câu này chỉ có một phương án đúng. Để nhận thêm phương án, hãy chọn “Chấp nhận thêm đáp án”."))
        )


def _says_nothing_new(proposal: Proposal, key: Key) -> bool:
    """Whether what is to be accepted is right already."""
    if proposal.kind is not KeyChangeKind.ACCEPT or key.credit or key.dropped:
        return False
    if proposal.answers:
        known = {(answer.text, answer.tolerance) for answer in key.answers if answer.points == 1}
        return {(answer.text, answer.tolerance) for answer in proposal.answers} <= known
    return proposal.keys == key.keys or proposal.keys in key.alternatives


def read_keys(letters: Iterable[str]) -> frozenset[int]:
    """Options by their letters in the author's order.

    >>> sorted(read_keys(["a", "C"]))
    [0, 2]
    """
    found = {LETTERS.find(letter.strip().upper()) for letter in letters if letter.strip()}
    if -1 in found:
        raise Refused(message(N_("Câu này không có phương án đó. Hãy chọn lại.")))
    return frozenset(found)


def read_answers(kind: Kind, lines: Iterable[str]) -> tuple[Answer, ...]:
    """Typed answers, one a line; a number may say how far it may be off: ``3,14 ± 0,01``. Raises Refused.

    >>> [(a.text, a.tolerance) for a in read_answers(Kind.NUMBER, ["1.234,5", " 3,14 ± 0,01"])]
    [('1234.5', '0'), ('3.14', '0.01')]
    """
    found = []
    for line in lines:
        text = " ".join(clean(line).split())
        if not text:
            continue
        if len(text) > MAX_ANSWER:
            raise Refused(message(N_("Mỗi đáp án không quá %(most)s ký tự. Hãy rút gọn."), most=MAX_ANSWER))
        found.append(_number(text) if kind is Kind.NUMBER else Answer(text))
    if len(found) > MAX_ANSWERS:
        raise Refused(message(N_("Mỗi lần ghi không quá %(most)s đáp án."), most=MAX_ANSWERS))
    return tuple(dict.fromkeys(found))


def _number(text: str) -> Answer:
    value, _, tolerance = text.replace("+/-", "±").replace("+-", "±").partition("±")
    number, off = number_of(value), number_of(tolerance) if tolerance else number_of("0")
    if number is None or off is None or off < 0:
        raise Refused(message(N_("“%(text)s” không phải là số. Hãy ghi như 12,5 hoặc 12,5 ± 0,1."), text=text))
    return Answer(str(number), tolerance=str(off))


def what(kind: KeyChangeKind, details: Mapping[str, Any]) -> str:
    """The new or further answers of a decision in short: letters in the author's order, or texts."""
    if "answers" in details:
        return "; ".join(_shown(row) for row in details["answers"])
    if kind not in (KeyChangeKind.KEY, KeyChangeKind.ACCEPT):
        return ""
    return ", ".join(LETTERS[index] for index in details.get("keys", ())) or "–"


def _shown(row: Mapping[str, Any]) -> str:
    off = row.get("tolerance", "0")
    return f"{row['text']} ± {off}" if off not in ("", "0") else row["text"]


# What follows for people


class Turn(StrEnum):
    """What a decision does to a person's place among the prizes."""

    ENTERS = "enters"
    LEAVES = "leaves"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a board and the prize that it would bring; None: none."""

    rank: int
    score: int
    prize: str | None


@dataclass(frozen=True, slots=True)
class Sat:
    """One attempt whose score or most changes."""

    attempt_id: int
    code: str
    number: int
    entry_id: int
    old_score: int
    new_score: int
    old_max: int
    new_max: int


@dataclass(frozen=True, slots=True)
class Move:
    """What changes for one person. A spot is None where they have none (unranked, or nothing counts)."""

    entry_id: int
    attempts: tuple[Sat, ...]
    round_old: Spot | None
    round_new: Spot | None
    whole_old: Spot | None
    whole_new: Spot | None

    @property
    def turns(self) -> tuple[Turn, ...]:
        pairs = ((self.round_old, self.round_new), (self.whole_old, self.whole_new))
        return tuple(turn for old, new in pairs if (turn := turn_of(old, new)))

    @property
    def moved(self) -> bool:
        """Whether the person stands on another place."""
        return any(_rank(old) != _rank(new) for old, new in self._boards)

    @property
    def _boards(self) -> tuple[tuple[Spot | None, Spot | None], ...]:
        return (self.round_old, self.round_new), (self.whole_old, self.whole_new)

    @property
    def gain(self) -> int:
        """Points won or lost over all attempts."""
        return sum(sat.new_score - sat.old_score for sat in self.attempts)


def _rank(spot: Spot | None) -> int | None:
    return spot.rank if spot else None


def turn_of(old: Spot | None, new: Spot | None) -> Turn | None:
    """What happens to the prize of a place.

    >>> str(turn_of(Spot(11, 8, None), Spot(10, 9, "Giải Ba"))), turn_of(Spot(1, 9, "Nhất"), Spot(1, 8, "Nhất"))
    ('enters', None)
    """
    before, after = (spot.prize if spot else None for spot in (old, new))
    if before == after:
        return None
    if before is None:
        return Turn.ENTERS
    return Turn.LEAVES if after is None else Turn.OTHER


def prize_of(rank: int, prizes: Sequence[tuple[str, int]]) -> str | None:
    """The prize that a place would bring; ``prizes`` are (title, how many) from the highest on.

    >>> prizes = [("Nhất", 1), ("Nhì", 2)]
    >>> [prize_of(rank, prizes) for rank in (1, 2, 3, 4)]
    ['Nhất', 'Nhì', 'Nhì', None]
    """
    last = 0
    for title, quantity in prizes:
        last += quantity
        if rank <= last:
            return title
    return None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a decision would do, told before it is made; nothing of it is stored.

    ``looked``: closed attempts with the question; ``working``: open ones, which will obey it.
    """

    seen: str
    looked: int
    working: int
    moves: tuple[Move, ...]
    sat: tuple[Sat, ...] = ()
    shifted: int = 0
    gains: Counter[int] = field(default_factory=Counter)

    @property
    def up(self) -> int:
        return sum(sat.new_score > sat.old_score for sat in self.sat)

    @property
    def down(self) -> int:
        return sum(sat.new_score < sat.old_score for sat in self.sat)

    @property
    def same_score(self) -> int:
        """Only the most there was changes."""
        return len(self.sat) - self.up - self.down

    @property
    def people(self) -> int:
        return len({sat.entry_id for sat in self.sat})

    def turning(self, turn: Turn) -> int:
        return sum(turn in move.turns for move in self.moves)


class Filter(StrEnum):
    """Which part of a trial's list is shown."""

    ALL = "tat-ca"
    SCORE = "diem"
    PLACE = "hang"
    PRIZE = "giai"


FILTER_NAMES = {
    Filter.SCORE: N_("Đổi điểm"),
    Filter.PRIZE: N_("Ra, vào hoặc đổi giải"),
    Filter.PLACE: N_("Đổi hạng"),
    Filter.ALL: N_("Tất cả"),
}


def kept(moves: Iterable[Move], chosen: Filter) -> list[Move]:
    """The part of a list that was asked for."""
    tests = {
        Filter.ALL: lambda move: True,
        Filter.SCORE: lambda move: bool(move.attempts),
        Filter.PLACE: lambda move: move.moved,
        Filter.PRIZE: lambda move: bool(move.turns),
    }
    return [move for move in moves if tests[chosen](move)]


def seal(*facts: Any) -> str:
    """A short name of what a trial was made from, so that an application can tell whether it still holds."""
    return sha256(repr(facts).encode()).hexdigest()[:16]
