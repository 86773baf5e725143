"""What all readers share: the checks on questions found in one file, and the promise never to raise."""

import functools
import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from questions.faults import faults_of
from questions.files import Refused
from questions.messages import N_, Message, message
from questions.rules import LETTERED, Draft, Fault, Kind, ReadResult, Scoring, print_of

MAX_QUESTIONS = 20_000
#: Lines of a text with so many questions.
MAX_LINES = 400_000
MAX_CODE = 60
MAX_TOPIC = 300

_log = logging.getLogger(__name__)

Reader = Callable[..., ReadResult]

#: Told how many questions of a file have been read, now and then.
watcher: ContextVar[Callable[[int], None] | None] = ContextVar("watcher", default=None)
WATCH_EVERY = 100


@dataclass(slots=True)
class Found:
    """A question as read, with its name for people ("Câu 12"; None where the row says enough) and what is wrong.

    ``key_told`` says that the faults already speak about the key, so that it is not called missing as well;
    ``by_line`` that ``draft.row`` is a line though the question has a name, ``by_number`` that it counts questions.
    """

    draft: Draft
    label: str | None = None
    faults: list[Message] = field(default_factory=list)
    key_told: bool = False
    by_line: bool = False
    by_number: bool = False

    def fault(self, why: Message) -> Fault:
        return Fault(why, self.draft.row, self.label or self.draft.stem[:80] or None)


def never_raises(read: Reader) -> Reader:
    """Turn what a reader refuses, and any failure of a library on a strange file, into a fault."""

    @functools.wraps(read)
    def safely(data: bytes, *others: Any) -> ReadResult:
        try:
            return read(data, *others)
        except Refused as refused:
            return ReadResult(faults=(Fault(refused.message, refused.row),))
        except BaseException as error:
            if not _from_file(error):
                raise
            _log.warning("a question file made %s fail", read.__module__, exc_info=error)
            return ReadResult(faults=(Fault(unreadable()),))

    return safely


def _from_file(error: BaseException) -> bool:
    """Whether an error came of the file: a panic of calamine counts, a signal to stop does not."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def unreadable() -> Message:
    """For files that a parser gives up on."""
    return message(
        N_("Không đọc được tệp này. Hãy mở bằng Word hoặc Excel, lưu lại dạng .docx hoặc .xlsx rồi nhập lần nữa.")
    )


def too_many() -> Message:
    """For files with more questions than are taken at once."""
    return message(N_("Tệp có hơn %(limit)s câu hỏi. Hãy chia thành nhiều tệp nhỏ hơn."), limit=MAX_QUESTIONS)


def checked(found: Iterable[Found], faults: Iterable[Fault] = (), notes: Iterable[Fault] = ()) -> ReadResult:
    """The result of a file: its sound questions in order, and all faults sorted by row.

    A question with a fault is left out of the questions; so is the second of two that are the same or that
    carry the same code. A file without any question is a fault.
    """
    good: list[Draft] = []
    bad = list(faults)
    seen: dict[str, Found] = {}
    codes: dict[str, Found] = {}
    empty = not bad
    watch = watcher.get()
    for number, one in enumerate(found, start=1):
        empty = False
        if watch and number % WATCH_EVERY == 0:
            watch(number)
        troubles = [*one.faults, *_own_faults(one), *_clashes(one, seen, codes)]
        bad += map(one.fault, troubles)
        if not troubles:
            good.append(one.draft)
    if empty:
        bad.append(Fault(message(N_("Tệp chưa có câu hỏi nào. Hãy nhập câu hỏi theo mẫu rồi tải lên lại."))))
    return ReadResult(tuple(good), tuple(sorted(bad, key=lambda fault: fault.row or 0)), notes=tuple(notes))


def _own_faults(one: Found) -> list[Message]:
    draft = one.draft
    if one.key_told and draft.kind in LETTERED:
        if draft.choices and not any(choice.correct for choice in draft.choices):
            draft = replace(draft, choices=(replace(draft.choices[0], correct=True), *draft.choices[1:]))
        draft = replace(draft, kind=Kind.MULTIPLE, scoring=Scoring.ALL)
    troubles = faults_of(draft)
    if draft.code and len(draft.code) > MAX_CODE:
        troubles.append(message(N_("Mã câu dài quá %(limit)s ký tự. Hãy rút gọn."), limit=MAX_CODE))
    if len(draft.topic) > MAX_TOPIC:
        troubles.append(message(N_("Tên chủ đề dài quá %(limit)s ký tự. Hãy rút gọn."), limit=MAX_TOPIC))
    return troubles


def _clashes(one: Found, seen: dict[str, Found], codes: dict[str, Found]) -> list[Message]:
    troubles = []
    if one.draft.stem:
        same = seen.setdefault(print_of(one.draft), one)
        if same is not one:
            troubles.append(_same_question(same))
    if one.draft.code:
        other = codes.setdefault(one.draft.code, one)
        if other is not one:
            troubles.append(_same_code(one.draft.code, other))
    return troubles


def _same_question(other: Found) -> Message:
    if other.by_number:
        return message(N_("Trùng với câu thứ %(other)s của tệp. Hãy bỏ một trong hai câu."), other=other.draft.row)
    if other.label is None or other.by_line:
        return message(N_("Trùng với câu hỏi ở dòng %(other)s. Hãy bỏ một trong hai câu."), other=other.draft.row)
    return message(
        N_("Trùng với %(question)s (đoạn %(other)s). Hãy bỏ một trong hai câu."),
        question=other.label,
        other=other.draft.row,
    )


def _same_code(code: str, other: Found) -> Message:
    if other.by_number:
        return message(
            N_("Mã câu “%(code)s” đã dùng ở câu thứ %(other)s của tệp. Hãy đặt mã khác."),
            code=code,
            other=other.draft.row,
        )
    if other.label is None or other.by_line:
        return message(
            N_("Mã câu “%(code)s” đã dùng ở dòng %(other)s. Hãy đặt mã khác."), code=code, other=other.draft.row
        )
    return message(
        N_("Mã câu “%(code)s” đã dùng ở %(question)s (đoạn %(other)s). Hãy đặt mã khác."),
        code=code,
        question=other.label,
        other=other.draft.row,
    )
