"""The lines of one question in a Word file, before they are read."""

from dataclasses import dataclass, field

from questions.formats import grammar
from questions.formats.word import PLAIN, Line
from questions.messages import Message
from questions.rules import Difficulty, Kind


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
class Passage:
    """A text that the questions from ``first`` to ``last`` share."""

    first: int
    last: int
    paragraph: int
    segments: list[Segment] = field(default_factory=list)
    used: bool = False


@dataclass(slots=True)
class Block:
    """The lines of one question, and what the file says about it elsewhere: topic, key of a table, passage.

    ``usual_kind`` is what its part holds; ``fixed`` keeps its options in their order.
    """

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
    passage: Passage | None = None
    usual_kind: Kind | None = None
    fixed: bool = False

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

    @property
    def answered(self) -> bool:
        """Whether a line with the answer has been seen."""
        found = (grammar.field_line(segment.text) for segment in self.segments if not segment.plain)
        return any(field and field[0] == "answer" for field in found)
