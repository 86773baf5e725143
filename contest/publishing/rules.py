"""What is announced and how it is written down; what stands between a closed round and its results; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
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


# Steps to the announcement


class StepState(StrEnum):
    DONE = "done"
    #: Somebody has to do something now.
    DUE = "due"
    #: Time or the platform will do it.
    WAIT = "wait"
    #: Not before other steps are done.
    LATER = "later"


STATE_NAMES = {
    StepState.DONE: N_("xong"),
    StepState.DUE: N_("cần làm"),
    StepState.WAIT: N_("đang chờ"),
    StepState.LATER: N_("chưa đến"),
}


class StepKey(StrEnum):
    ROUNDS = "rounds"
    CLOSE = "close"
    COLLECT = "collect"
    ESSAYS = "essays"
    KEYS = "keys"
    NUMBER = "number"
    RECOUNT = "recount"
    LOTS = "lots"
    REVIEW = "review"
    PRIZES = "prizes"
    ANNOUNCE = "announce"


STEP_NAMES = {
    StepKey.ROUNDS: N_("Công bố từng đợt"),
    StepKey.CLOSE: N_("Đóng đợt"),
    StepKey.COLLECT: N_("Thu hết bài"),
    StepKey.ESSAYS: N_("Chấm bài tự luận"),
    StepKey.KEYS: N_("Tính lại theo đáp án đã sửa"),
    StepKey.NUMBER: N_("Số đúng của câu dự đoán"),
    StepKey.RECOUNT: N_("Tính lại và đối chiếu bảng xếp hạng"),
    StepKey.LOTS: N_("Bốc thăm"),
    StepKey.REVIEW: N_("Rà soát"),
    StepKey.PRIZES: N_("Xét giải"),
    StepKey.ANNOUNCE: N_("Công bố"),
}

#: Steps without which nothing is announced; the others are the committee's own care.
REQUIRED = frozenset(
    {StepKey.ROUNDS, StepKey.CLOSE, StepKey.COLLECT, StepKey.ESSAYS, StepKey.KEYS, StepKey.NUMBER, StepKey.LOTS}
)


@dataclass(frozen=True, slots=True)
class Step:
    key: StepKey
    state: StepState
    text: Message

    @property
    def title(self) -> str:
        return STEP_NAMES[self.key]

    @property
    def blocks(self) -> bool:
        """Whether nothing can be announced before it is done."""
        return self.key in REQUIRED and self.state is not StepState.DONE


@dataclass(frozen=True, slots=True)
class Facts:
    """What the steps of a round, or of the whole contest, are made from; see the fields' names in the queries."""

    number: int
    now: datetime
    #: When the last of the rounds closes, and from when on nothing is taken any more; None: no rounds.
    closes_at: datetime | None
    settled_at: datetime | None
    #: Rounds of the whole contest that are not announced, or whose announced results are being corrected.
    unannounced: Sequence[int] = ()
    working: int = 0
    essays: int = 0
    keys_going_on: bool = False
    predicts: bool = False
    true_number: int | None = None
    checked_at: datetime | None = None
    wrong: int = 0
    mended: bool = False
    #: Whether the criteria end in a draw by lot, and whether it still has to be made.
    lots: bool = False
    lots_missing: bool = False
    left: int = 0
    prize_lines: int = 0
    awards: int = 0
    #: What keeps prizes from being announced.
    prizes_open: Sequence[Message] = ()
    announced_at: datetime | None = None
    version: int = 0
    correcting: bool = False


def steps(facts: Facts) -> list[Step]:
    """What stands between here and the announcement, in order; steps that do not apply are left out."""
    first = [_rounds(facts)] if facts.number == WHOLE else [_close(facts), _collect(facts), *_marking(facts)]
    over = all(step.state is StepState.DONE for step in first)
    found = [*first]
    if facts.predicts:
        found.append(_number(facts, over))
    found.append(_recount(facts, over))
    if facts.lots:
        found.append(_lots(facts, over))
    found.append(_review(facts, over))
    if facts.prize_lines:
        found.append(_prizes(facts, over))
    blocked = any(step.blocks for step in found) or bool(facts.awards and facts.prizes_open)
    found.append(_announce(facts, blocked))
    return found


def _step(key: StepKey, state: StepState, text: str, **values: Any) -> Step:
    return Step(key, state, message(text, **values))


def _rounds(facts: Facts) -> Step:
    if facts.unannounced:
        numbers = ", ".join(map(str, facts.unannounced))
        text = N_("Đợt chưa công bố hoặc đang đính chính: %(rounds)s. Kết quả chung công bố sau cùng.")
        return _step(StepKey.ROUNDS, StepState.DUE, text, rounds=numbers)
    return _step(StepKey.ROUNDS, StepState.DONE, N_("Mọi đợt đã công bố."))


def _close(facts: Facts) -> Step:
    if facts.closes_at is not None and facts.now < facts.closes_at:
        text = N_("Đợt còn mở đến %(at)s. Đợt tự đóng; muốn dừng sớm, bấm Đóng ngay ở trang quản lý cuộc thi.")
        return _step(StepKey.CLOSE, StepState.WAIT, text, at=facts.closes_at)
    return _step(StepKey.CLOSE, StepState.DONE, N_("Đợt đã đóng lúc %(at)s."), at=facts.closes_at)


def _collect(facts: Facts) -> Step:
    if facts.closes_at is not None and facts.now < facts.closes_at:
        return _step(StepKey.COLLECT, StepState.LATER, N_("Bài đang làm được thu khi đợt đóng."))
    if facts.settled_at is not None and facts.now < facts.settled_at:
        text = N_("Còn thu bài theo thể lệ đến %(at)s. Hãy mở lại trang này sau lúc đó.")
        return _step(StepKey.COLLECT, StepState.WAIT, text, at=facts.settled_at)
    if facts.working:
        text = N_("Còn %(count)s lượt thi đang được hệ thống thu. Hãy mở lại trang này sau ít phút.")
        return _step(StepKey.COLLECT, StepState.WAIT, text, count=facts.working)
    return _step(StepKey.COLLECT, StepState.DONE, N_("Đã thu hết bài."))


def _marking(facts: Facts) -> Iterable[Step]:
    if facts.essays:
        text = N_("Còn %(count)s bài tự luận chờ chấm.")
        yield _step(StepKey.ESSAYS, StepState.DUE, text, count=facts.essays)
    if facts.keys_going_on:
        text = N_("Điểm đang được tính lại theo đáp án mới. Hãy đợi tính xong.")
        yield _step(StepKey.KEYS, StepState.WAIT, text)


def _number(facts: Facts, over: bool) -> Step:
    if facts.true_number is not None:
        return _step(StepKey.NUMBER, StepState.DONE, N_("Số đúng: %(n)s."), n=facts.true_number)
    if not over:
        return _step(StepKey.NUMBER, StepState.LATER, N_("Tính được khi đã đóng và thu hết bài."))
    text = N_("Hệ thống tự tính trong vài phút sau khi thu hết bài, và tính lại khi công bố.")
    return _step(StepKey.NUMBER, StepState.DONE, text)


def _recount(facts: Facts, over: bool) -> Step:
    if facts.checked_at is None:
        text = N_("Chưa đối chiếu bảng xếp hạng với các lượt thi. Nên làm trước khi công bố.")
        return _step(StepKey.RECOUNT, StepState.DUE if over else StepState.LATER, text)
    if not facts.wrong:
        text = N_("Đối chiếu lúc %(at)s: mọi dòng đều đúng.")
        return _step(StepKey.RECOUNT, StepState.DONE, text, at=facts.checked_at)
    text = (
        N_("Đối chiếu lúc %(at)s: %(count)s dòng sai đã được sửa.")
        if facts.mended
        else N_("Đối chiếu lúc %(at)s: %(count)s dòng sai. Kết quả đã công bố nên phải mở đính chính để sửa.")
    )
    state = StepState.DONE if facts.mended else StepState.DUE
    return _step(StepKey.RECOUNT, state, text, at=facts.checked_at, count=facts.wrong)


def _lots(facts: Facts, over: bool) -> Step:
    if not facts.lots_missing:
        return _step(StepKey.LOTS, StepState.DONE, N_("Đã bốc thăm."))
    text = N_("Thể lệ có bốc thăm cho những người bằng nhau. Bốc một lần, sau khi đã thu và chấm hết bài.")
    return _step(StepKey.LOTS, StepState.DUE if over else StepState.LATER, text)


def _review(facts: Facts, over: bool) -> Step:
    if facts.left:
        text = N_("Còn %(count)s điểm chưa xem.")
        return _step(StepKey.REVIEW, StepState.DUE if over else StepState.LATER, text, count=facts.left)
    return _step(StepKey.REVIEW, StepState.DONE, N_("Không còn điểm nào chưa xem."))


def _prizes(facts: Facts, over: bool) -> Step:
    state = StepState.DUE if over else StepState.LATER
    if not facts.awards:
        return _step(StepKey.PRIZES, state, N_("Chưa đề nghị giải."))
    if facts.prizes_open:
        return Step(StepKey.PRIZES, state, facts.prizes_open[0])
    return _step(StepKey.PRIZES, StepState.DONE, N_("%(count)s giải đã có người được đề nghị."), count=facts.awards)


def _announce(facts: Facts, blocked: bool) -> Step:
    if facts.correcting:
        text = N_("Đang đính chính. Người xem vẫn thấy lần công bố thứ %(n)s.")
        return _step(StepKey.ANNOUNCE, StepState.DUE, text, n=facts.version)
    if facts.announced_at is not None:
        if facts.version < 2:
            text = N_("Đã công bố lúc %(at)s.")
            return _step(StepKey.ANNOUNCE, StepState.DONE, text, at=facts.announced_at)
        text = N_("Đã công bố lúc %(at)s, đính chính lần %(n)s.")
        return _step(StepKey.ANNOUNCE, StepState.DONE, text, at=facts.announced_at, n=facts.version - 1)
    if blocked:
        return _step(StepKey.ANNOUNCE, StepState.LATER, N_("Công bố được khi các bước bắt buộc ở trên đã xong."))
    return _step(StepKey.ANNOUNCE, StepState.DUE, N_("Có thể công bố."))


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
