"""Questions in Aiken: one line of question, a line for each option, then ``ANSWER: X``; nothing else has a place.

The rules are those of https://docs.moodle.org/en/Aiken_format and of Moodle's importer: letters and the word ANSWER
are capitals, an option begins ``A.`` or ``A)``, the blank behind it may be missing. Where Moodle drops something
without a word (a question of several lines, a key beyond the options) this reader joins the lines or says so.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from questions.files import Refused, looks_zipped, refuse_foreign
from questions.formats.charset import decode, unicode_text
from questions.formats.common import MAX_LINES, MAX_QUESTIONS, Found, checked, never_raises, too_many
from questions.formats.fields import short
from questions.formats.losses import Holds, Part, held, last_by_wording_only, losses_of
from questions.formats.wording import stays_last_by_wording
from questions.markup import plain
from questions.messages import N_, Message, message
from questions.rules import LETTERS, Choice, Draft, Fault, Kind, ReadResult, Scoring, clean

EXTENSIONS = (".txt",)
MIME = "text/plain"

#: More lines out of place are not told one by one.
_STRAYS = 3
_OPTION = re.compile(r"([A-Z])[.)][ \t]*(.*)")
_SMALL_OPTION = re.compile(r"[a-z][.)][ \t]")
_KEY = re.compile(r"ANSWER:(.*)")
_ODD_KEY = re.compile(r"answer\s*:\s*[a-z]?", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    """A question while its lines are read; ``strays`` are lines between its options that belong nowhere."""

    row: int
    lines: list[str]
    options: list[tuple[str, str]] = field(default_factory=list)
    strays: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Message] = field(default_factory=list)
    small: bool = False
    key_told: bool = False


@never_raises
def read(data: bytes) -> ReadResult:
    """Questions and faults of a text in Aiken; rows are line numbers."""
    refuse_foreign(data)
    if looks_zipped(data):
        raise Refused(message(N_("Đây không phải là tệp văn bản. Hãy chọn đúng định dạng của tệp, hoặc để tự nhận.")))
    text, notes = unicode_text(decode(data).replace("\r\n", "\n").replace("\r", "\n"))
    if text.count("\n") > MAX_LINES:
        raise Refused(too_many())
    reader = _Reader()
    found = list(reader.read(text.split("\n")))
    return replace(checked(found, reader.faults), notes=tuple(notes))


class _Reader:
    """Goes through the lines; what belongs to no question becomes a fault of the file."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._open: _Open | None = None
        self._gap = True

    def read(self, lines: Iterable[str]) -> Iterator[Found]:
        count = 0
        for row, raw in enumerate(lines, start=1):
            for one in self._line(row, clean(raw)):
                count += 1
                if count > MAX_QUESTIONS:
                    raise Refused(too_many())
                yield one
        yield from self._unfinished()

    def _line(self, row: int, line: str) -> Iterator[Found]:
        if not line:
            self._gap = True
            return
        key, option = _KEY.fullmatch(line), _OPTION.fullmatch(line)
        if option:
            yield from self._option(row, option[1], option[2])
        elif key:
            yield from self._key(row, key[1])
        else:
            yield from self._text(row, line)
        self._gap = False

    def _option(self, row: int, letter: str, text: str) -> Iterator[Found]:
        now = self._open
        if now and letter == "A" and now.options and now.strays:
            strays, now.strays = now.strays, []
            self._open = _Open(strays[0][0], [line for _, line in strays])
            yield _closed(now, missing=True)
            now = self._open
        if now is None:
            self._lost(
                row, N_("Phương án “%(words)s” không thuộc câu hỏi nào. Hãy ghi câu hỏi ở dòng phía trên."), text
            )
            return
        now.options.append((letter, text))

    def _key(self, row: int, text: str) -> Iterator[Found]:
        now, self._open = self._open, None
        if now is None:
            self._lost(
                row, N_("Dòng ANSWER này không thuộc câu hỏi nào. Hãy ghi câu hỏi và phương án phía trên."), text
            )
            return
        yield _closed(now, key=text.strip())

    def _text(self, row: int, line: str) -> Iterator[Found]:
        now = self._open
        if now and _ODD_KEY.fullmatch(line):
            now.key_told = True
            now.faults.append(message(N_("Dòng đáp án phải viết hoa, ví dụ: ANSWER: B (dòng %(row)s)."), row=row))
        elif now and _SMALL_OPTION.match(line):
            if not now.small:
                text = N_("Chữ cái của phương án phải viết hoa, ví dụ: A. hoặc A) (dòng %(row)s).")
                now.faults.append(message(text, row=row))
            now.small = True
        elif now and not self._gap and now.options:
            now.strays.append((row, line))
        elif now and not self._gap:
            now.lines.append(line)
        else:
            yield from self._unfinished()
            self._open = _Open(row, [line])

    def _unfinished(self) -> Iterator[Found]:
        now, self._open = self._open, None
        if now:
            yield _closed(now, missing=True)

    def _lost(self, row: int, text: str, quoted: str) -> None:
        self.faults.append(Fault(message(text, words=short(quoted)), row))


def _closed(now: _Open, key: str = "", *, missing: bool = False) -> Found:
    """The question at its ANSWER line, or where another one begins without it."""
    faults = list(now.faults)
    for row, line in now.strays[:_STRAYS]:
        faults.append(
            message(
                N_("Dòng %(row)s “%(words)s” nằm giữa các phương án. Mỗi phương án chỉ viết trên một dòng."),
                row=row,
                words=short(line),
            )
        )
    labels = "".join(letter for letter, _ in now.options)
    if labels != "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(labels)]:
        faults.append(message(N_("Chữ cái của các phương án phải theo thứ tự A, B, C ... Hãy sửa lại.")))
    right = None if missing else _right(key, len(labels), faults)
    if missing and not now.key_told:
        faults.append(message(N_("Câu hỏi thiếu dòng đáp án. Hãy thêm dòng, ví dụ: ANSWER: B.")))
    choices = tuple(
        Choice(text, index == right, stays_last_by_wording(text)) for index, (_, text) in enumerate(now.options)
    )
    draft = Draft("\n".join(now.lines), choices, row=now.row)
    return Found(draft, faults=faults, key_told=right is None)


def _right(key: str, count: int, faults: list[Message]) -> int | None:
    """The option that an ANSWER line names."""
    letter = key.rstrip(".) ")
    if not re.fullmatch("[A-Z]", letter):
        faults.append(
            message(N_("Không hiểu dòng “ANSWER: %(key)s”. Hãy ghi một chữ cái hoa, ví dụ: ANSWER: B."), key=short(key))
        )
        return None
    if ord(letter) - ord("A") >= count:
        faults.append(message(N_("Đáp án %(letters)s không có trong các phương án. Hãy sửa đáp án."), letters=letter))
        return None
    return ord(letter) - ord("A")


def _one_line(draft: Draft, text: str) -> str:
    return " ".join(plain(text, draft.markup).split())


def _refuses(draft: Draft) -> Message | None:
    """Aiken has no way to write a question that looks like an option or a key."""
    stem = _one_line(draft, draft.stem)
    if any(form.match(stem) for form in (_OPTION, _SMALL_OPTION, _KEY)) or _ODD_KEY.fullmatch(stem):
        return message(N_("Câu hỏi bắt đầu giống một phương án hoặc dòng đáp án nên không ghi được vào định dạng này."))
    return None


def _others(draft: Draft) -> Iterator[Message]:
    if draft.kind is Kind.TRUEFALSE:
        yield message(N_("Câu đúng hay sai được ghi thành câu một đáp án với hai phương án Đúng và Sai."))
    if any("\n" in plain(text, draft.markup) for text in (draft.stem, *(choice.text for choice in draft.choices))):
        yield message(N_("Định dạng này không giữ được chỗ xuống dòng; các dòng được nối lại."))
    yield from last_by_wording_only(draft)


HOLDS = Holds(
    {Kind.SINGLE: {Scoring.ALL}, Kind.TRUEFALSE: {Scoring.ALL}}, frozenset({Part.STAYS_LAST}), _others, _refuses
)


def losses(drafts: Sequence[Draft]) -> list[Fault]:
    """What Aiken cannot hold of these questions."""
    return losses_of(drafts, HOLDS)


def write(drafts: Sequence[Draft]) -> bytes:
    """A text in UTF-8 that Moodle takes too; questions that Aiken cannot hold are left out (see :func:`losses`)."""
    blocks = []
    for draft in drafts:
        if held(draft, HOLDS):
            options = [f"{LETTERS[i]}. {_one_line(draft, choice.text)}" for i, choice in enumerate(draft.choices)]
            right = next((LETTERS[i] for i, choice in enumerate(draft.choices) if choice.correct), "")
            blocks.append("\n".join([_one_line(draft, draft.stem), *options, f"ANSWER: {right}", ""]))
    return "\n".join(blocks).encode()
