"""Questions in GIFT, Moodle's text format: https://docs.moodle.org/en/GIFT_format.

What GIFT has no place for goes into a comment before the question (``// [id:...] [tag:...]``, as Moodle writes
them, see :mod:`questions.formats.moodle_tags`), so that our own files come back the same.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from questions.files import Refused, looks_zipped, refuse_foreign
from questions.formats import gift_blocks, moodle_tags
from questions.formats.charset import decode, unicode_text
from questions.formats.common import MAX_LINES, MAX_QUESTIONS, Found, checked, never_raises, too_many
from questions.formats.fields import short
from questions.formats.gift_answers import answered
from questions.formats.gift_writer import HOLDS, written
from questions.formats.losses import losses_of
from questions.formats.moodle import Unread, fitting_title, read_text, settled, topic_of
from questions.formats.moodle_pictures import Pictures
from questions.messages import N_, Message, message
from questions.rules import Draft, Fault, ReadResult

EXTENSIONS = (".txt", ".gift")
MIME = "text/plain"

_FORMATS = ("html", "markdown", "plain", "moodle")


@never_raises
def read(data: bytes) -> ReadResult:
    """Questions and faults of a text in GIFT; rows are line numbers."""
    refuse_foreign(data)
    if looks_zipped(data):
        raise Refused(message(N_("Đây không phải là tệp văn bản. Hãy chọn đúng định dạng của tệp, hoặc để tự nhận.")))
    text, notes = unicode_text(decode(data).replace("\r\n", "\n").replace("\r", "\n"))
    reader = _Reader()
    if text.count("\n") > MAX_LINES:
        raise Refused(too_many())
    result = checked(list(reader.read(text.split("\n"))), reader.faults)
    return replace(result, pictures=reader.pictures, notes=(*notes, *reader.notes))


class _Reader:
    """Goes through the blocks of a file, keeping the category it is in."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.pictures: dict[str, bytes] = {}
        self._topic = ""

    def read(self, lines: Sequence[str]) -> Iterator[Found]:
        count: Counter[str] = Counter()
        for block in gift_blocks.blocks(lines):
            if block.lines[0].startswith(gift_blocks.CATEGORY):
                self._topic = topic_of(block.lines[0].removeprefix(gift_blocks.CATEGORY))
                continue
            found = self._block(block)
            if found:
                count["questions"] += 1
                yield found
            if count["questions"] > MAX_QUESTIONS:
                raise Refused(too_many())

    def _block(self, block: gift_blocks.Block) -> Found | None:
        """The question of a block; a fault or a note and None for a block that is none."""
        title = ""
        try:
            parts = gift_blocks.split(block.text)
            title = parts.title
            if parts.answers is None:
                self._note(
                    message(
                        N_("Đoạn “%(words)s” không có đáp án { } nên là lời dẫn, không phải câu hỏi; không lấy."),
                        words=short(gift_blocks.show(parts.title or parts.stem)),
                    ),
                    block.row,
                    title,
                )
                return None
            return self._question(block, parts)
        except Unread as error:
            self.faults.append(Fault(error.message, block.row, short(title) or None))
        return None

    def _question(self, block: gift_blocks.Block, parts: gift_blocks.Split) -> Found:
        pictures = Pictures()
        default, stem = _format(parts.stem, "moodle")

        def text(raw: str) -> str:
            format, rest = _format(raw, default)
            return read_text(gift_blocks.show(rest), format, pictures)

        code, tags, guide = gift_blocks.said_in(block.comments)
        told = moodle_tags.said(tags)
        kept, lost = moodle_tags.too_much(told.tags)
        title, cut = fitting_title(parts.title)
        draft = Draft(
            stem=read_text(gift_blocks.show(stem), default, pictures),
            explanation=text(parts.general),
            guide=read_text(guide, default),
            code=code or None,
            topic=self._topic,
            title=title,
            row=block.row,
        )

        def note(why: Message) -> None:
            self._note(why, block.row, parts.title)

        draft = answered(draft, parts.answers or "", text, note, told.numbers("bieu-thuc"))
        draft = moodle_tags.apply(settled(draft), replace(told, tags=kept))
        for why in (*cut, *([moodle_tags.not_held(lost)] if lost else [])):
            note(why)
        self.pictures.update(pictures.found)
        return Found(draft, short(parts.title) or None, list(pictures.faults()), by_line=True)

    def _note(self, why: Message, row: int, title: str) -> None:
        self.notes.append(Fault(why, row, short(title) or None))


def _format(raw: str, default: str) -> tuple[str, str]:
    """The format that a text says it has, and the text without saying so."""
    raw = raw.strip()
    for name in _FORMATS:
        if raw.startswith(f"[{name}]"):
            return name, raw[len(name) + 2 :]
    return default, raw


def losses(drafts: Sequence[Draft]) -> list[Fault]:
    """What GIFT cannot hold of these questions."""
    return losses_of(drafts, HOLDS)


def write(drafts: Sequence[Draft]) -> bytes:
    """A text in UTF-8 as Moodle exports it; questions that GIFT cannot hold are left out (see :func:`losses`)."""
    return written(drafts).encode()
