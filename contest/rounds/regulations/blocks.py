"""What the regulations are made of: sections of paragraphs, lists and small tables; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from questions.messages import Message, message


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: Message


@dataclass(frozen=True, slots=True)
class Items:
    """A list; numbered where the order matters."""

    kind: ClassVar[str] = "items"
    items: tuple[Message, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A small table: heads, and cells as messages."""

    kind: ClassVar[str] = "rows"
    caption: Message
    head: tuple[Message, ...]
    rows: tuple[tuple[Message, ...], ...]


Block = Text | Items | Rows


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the regulations under its heading; ``key`` is its anchor."""

    key: str
    title: Message
    blocks: tuple[Block, ...]


def own(text: str) -> Message:
    """Words of the organizers, shown as typed."""
    return message("%(words)s", words=text)


def joined(names: Sequence[Message]) -> Message:
    """Names in one sentence, with commas.

    >>> str(joined([Message("đoàn viên"), Message("người lao động")]))
    'đoàn viên, người lao động'
    """
    whole = names[0]
    for name in names[1:]:
        whole = message("%(first)s, %(next)s", first=whole, next=name)
    return whole


def own_paragraphs(text: str) -> Iterator[Block]:
    for paragraph in text.split("\n"):
        if paragraph.strip():
            yield Text(own(paragraph.strip()))
