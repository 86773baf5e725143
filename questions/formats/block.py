"""The lines of one question in a Word file, before they are read."""

from dataclasses import dataclass, field

from questions.formats import grammar
from questions.formats.word import PLAIN, Line
from questions.messages import Message
from questions.rules import Difficulty


@dataclass(slots=True)
class Segment:
    """A line, or the part of it that holds one thing; ``joined`` when it goes on on the same line."""

    line: Line
    joined: bool = False

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def plain(self) -> bool:
        return self.line.text.startswith(PLAIN)

    @property
    def first(self) -> bool:
        return self.line.first and not self.joined


@dataclass(slots=True)
class Block:
    """The lines of one question, and what the file says about it elsewhere: topic, key of a table."""

    label: str
    number: int
    paragraph: int
    topic: str = ""
    own_topics: list[str] = field(default_factory=list)
    difficulty: Difficulty | None = None
    segments: list[Segment] = field(default_factory=list)
    key: str | None = None
    faults: list[Message] = field(default_factory=list)
    options: int = 0

    def add(self, segment: Segment) -> None:
        """Take a line, counting roughly how many options have been seen."""
        self.segments.append(segment)
        start = None if segment.plain else grammar.option_start(segment.text)
        number = segment.line.number
        if start and "ABCDEFGH".find(start["letter"].upper()) == self.options or number and number.kind == "letter":
            self.options += 1

    @property
    def complete(self) -> bool:
        return self.options >= 2
