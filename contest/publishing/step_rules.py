"""What stands between a closed round and its announced results: the steps there, and whose turn it is; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from contest.publishing.rules import WHOLE
from questions.messages import N_, Message, message


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
