"""From the lines of a Word file to its questions' lines: where each begins and ends, its topic, the key tables.

The way of numbering is decided once for the whole file: where "Câu 1" is written (or numbered by Word that way),
bare numbers are text; where it is not, "1." and Word's own numbers begin the questions.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from questions.files import Refused
from questions.formats import grammar
from questions.formats.block import Block, Segment
from questions.formats.common import MAX_QUESTIONS, too_many
from questions.formats.grammar import QuestionStart
from questions.formats.keytable import Keys, key_grid, spread_keys
from questions.formats.word import PLAIN, Grid, Line
from questions.messages import N_, message
from questions.rules import MAX_CHOICES, Fault

_WORDS = re.compile(r"\s*(câu\s+hỏi|câu|bài|question)\b", re.IGNORECASE)
_LABEL_CELL = re.compile(r"\*?\s*\(?[A-Ha-h]\s*[.):/]?")
_LETTERS_ALONE = re.compile(r"[A-H](?:\s*[,;]\s*[A-H])*\s*\.?", re.IGNORECASE)


def blocks(items: list[Line | Grid]) -> tuple[list[Block], list[Fault]]:
    """The questions of a document with their lines, topics and keys from tables, and the faults outside them."""
    sorter = _Sorter(items)
    for item, following in zip_longest(items, items[1:]):
        if isinstance(item, Grid):
            sorter.grid(item)
        else:
            sorter.line(item, following)
    _own_topics(sorter.blocks, sorter.topics_before)
    sorter.faults += spread_keys(sorter.keys, sorter.blocks)
    return sorter.blocks, sorter.faults


def segments(line: Line) -> Iterator[Segment]:
    """Cut a line where options or the answer follow after a tab or wide blanks."""
    start = 0
    joined = False
    for match in [] if line.text.lstrip().startswith(PLAIN) else grammar.SPLIT.finditer(line.text):
        if line.text[start : match.start()].strip():
            yield Segment(_stripped(line.cut(start, match.start())), joined)
            joined = True
            start = match.end()
    yield Segment(_stripped(line.cut(start)) if start else _stripped(line), joined)


def _stripped(line: Line) -> Line:
    lead = len(line.text) - len(line.text.lstrip())
    if lead:
        line.text, line.marks = line.text[lead:], line.marks[lead:]
    line.text = line.text.rstrip()
    return line


class _Sorter:
    """Goes through a document once and hands each line to the question it belongs to."""

    def __init__(self, items: Iterable[Line | Grid]) -> None:
        lines = [line for item in items for line in ([item] if isinstance(item, Line) else item.lines())]
        self.blocks: list[Block] = []
        self.keys: list[Keys] = []
        self.faults: list[Fault] = []
        self.topics_before = False
        self._topic = ""
        self._zone = "questions"
        self._titles = 0
        self._labelled = any(self._is_labelled(line) for line in lines)
        self._level = min(
            (n.level for line in lines if (n := line.number) and n.kind == "number" and not line.heading), default=0
        )
        self._headings = Counter(line.heading for line in lines if line.heading and line.text.strip())

    @staticmethod
    def _is_labelled(line: Line) -> bool:
        start = grammar.question_start(line.text.lstrip())
        return bool(start and start.certain) or bool(line.number and _WORDS.match(line.number.label))

    @property
    def _block(self) -> Block | None:
        return self.blocks[-1] if self.blocks else None

    def line(self, line: Line, following: Line | Grid | None = None) -> None:
        for segment in segments(line):
            self._segment(segment, following)

    def _segment(self, segment: Segment, following: Line | Grid | None) -> None:
        text, line = segment.text, segment.line
        if not text and segment.first and not line.number and not line.troubles:
            return
        if segment.plain or segment.joined or (not text and not line.number):
            self._keep(segment)
        elif self._zone != "questions" and self._key_line(segment):
            pass
        elif start := self._start(segment):
            self._begin(segment, start)
        elif grammar.is_end(text):
            self._zone = "end"
        elif grammar.is_key_heading(text) and not _lone_key(following):
            self._zone = "keys"
            self._open_keys(line.paragraph)
        elif not self._heading(segment):
            self._keep(segment)

    def _start(self, segment: Segment) -> QuestionStart | None:
        """Whether the line begins a question, by the file's way of numbering."""
        number, text = segment.line.number, segment.text
        if number and number.kind == "number" and _WORDS.match(number.label):
            return QuestionStart("Câu", number.value, None, 0, True)
        start = grammar.question_start(text)
        block = self._block
        expected = block.number + 1 if block else 1
        if start:
            capital = text[start.rest : start.rest + 1].isupper()
            return start if start.certain or (capital and start.number == expected) else None
        if self._labelled:
            return None
        if number and _counted(segment.line) and number.level == self._level:
            return QuestionStart("Câu", number.value, None, 0, True)
        bare = grammar.bare_start(text)
        return bare if bare and (block is None or block.complete or bare.number == expected) else None

    def _begin(self, segment: Segment, start: QuestionStart) -> None:
        paragraph = segment.line.paragraph
        if self._zone == "end":
            self.faults.append(
                Fault(
                    message(N_("Có câu hỏi sau dòng HẾT. Hãy bỏ dòng HẾT hoặc xoá phần sau nó.")),
                    paragraph,
                    f"{start.word} {start.number}",
                )
            )
        self._zone = "questions"
        if len(self.blocks) >= MAX_QUESTIONS:
            raise Refused(too_many())
        block = Block(f"{start.word} {start.number}", start.number, paragraph, self._topic, difficulty=start.difficulty)
        self.blocks.append(block)
        rest = segment.line.cut(start.rest) if start.rest else segment.line
        rest.number = None
        rest.troubles = segment.line.troubles
        block.segments.append(Segment(_stripped(rest), joined=True))

    def _heading(self, segment: Segment) -> bool:
        """Take a line that names the topic of what follows."""
        topic = grammar.topic_line(segment.text)
        if topic is not None:
            if self._block:
                self._block.own_topics.append(topic)
            else:
                self.topics_before = True
        else:
            topic = grammar.heading(segment.text)
        block = self._block
        if topic is None and (block is None or 2 <= block.options < MAX_CHOICES):
            topic = grammar.roman_heading(segment.text)
        style = segment.line.heading
        if topic is None and style and segment.text:
            topic = segment.text if (block.complete if block else self._under_title(style)) else None
        if topic is None:
            return False
        self._topic = " ".join(topic.split())
        self._zone = "questions"
        return True

    def _under_title(self, style: str) -> bool:
        """Whether a heading before all questions is more than a title: not the first, or not the only of its style."""
        self._titles += 1
        return self._titles > 1 or self._headings[style] > 1

    def _keep(self, segment: Segment) -> None:
        if self._block and self._zone == "questions":
            self._block.add(segment)

    def _open_keys(self, paragraph: int) -> Keys:
        self.keys.append(Keys(paragraph, len(self.blocks)))
        return self.keys[-1]

    def _key_line(self, segment: Segment) -> bool:
        pairs = grammar.key_pairs(segment.text)
        if pairs is None:
            return False
        self._take(pairs, segment.line.paragraph)
        return True

    def _take(self, pairs: list[tuple[int, str]], paragraph: int) -> None:
        if not self.keys or self.keys[-1].after != len(self.blocks):
            self._open_keys(paragraph)
        self.keys[-1].pairs += pairs

    def _row(self, row: list[list[Line]]) -> list[Line]:
        """Lines of a table's row; a number in a cell of its own beside a question is only the row's number."""
        lines = list(_row_lines(row))
        if any(self._starts(line) for line in lines if not line.text.strip().isdecimal()):
            return [line for line in lines if not line.text.strip().isdecimal()]
        return lines

    def _starts(self, line: Line) -> bool:
        return any(self._start(segment) for segment in segments(line.cut(0)))

    def grid(self, grid: Grid) -> None:
        block = self._block
        pairs = key_grid(grid)
        if pairs and (self._zone != "questions" or block is None or block.complete):
            self._take(pairs, grid.paragraph)
            self._zone = "keys"
            return
        if self._zone == "keys" and not any(map(self._starts, grid.lines())):
            self.faults.append(
                Fault(message(N_("Không đọc được bảng đáp án. Hãy ghi mỗi ô một câu, ví dụ 1-A, 2-B.")), grid.paragraph)
            )
            return
        lines = [line for row in grid.rows for line in self._row(row)]
        starts = [grammar.option_start(line.text.strip()) for line in lines]
        if all(starts):
            pairs_of = sorted(zip(starts, lines, strict=True), key=lambda pair: pair[0]["letter"].upper())
            lines = [line for _, line in pairs_of]
        elif not any(starts) and not any(map(self._starts, lines)):
            lines = [_glued(row) for row in grid.rows]
        for line in lines:
            self.line(line)


def _counted(line: Line) -> bool:
    """Whether Word numbers this line 1, 2, 3, and not as a heading."""
    return bool(line.number and line.number.kind == "number" and not line.heading)


def _lone_key(following: Line | Grid | None) -> bool:
    """Whether the line after "Đáp án:" is just letters, so that it is the answer of one question."""
    return isinstance(following, Line) and bool(
        re.fullmatch(r"[A-Ha-h](?:\s*[,;]\s*[A-Ha-h])*\s*\.?", following.text.strip())
    )


def _row_lines(row: list[list[Line]]) -> Iterator[Line]:
    """Lines of a row's cells; a cell with nothing but a letter is put in front of the next one."""
    label: Line | None = None
    for cell in row:
        lines = list(cell)
        if label is not None and lines:
            lines[0] = _together(label, lines[0], "" if label.text.rstrip()[-1:] in ".):/" else ".")
            label = None
        if len(lines) == 1 and _LABEL_CELL.fullmatch(lines[0].text.strip()):
            label = lines[0]
            continue
        yield from lines
    if label is not None:
        yield label


def _together(left: Line, right: Line, sign: str = "") -> Line:
    left = left.cut(0)
    left.text = left.text.rstrip() + sign + " "
    left.marks = (left.marks + [left.marks[-1] if left.marks else left.label_marks] * 2)[: len(left.text)]
    left.text += right.text
    left.marks += right.marks
    left.troubles = left.troubles | right.troubles
    return left


def _glued(row: list[list[Line]]) -> Line:
    """A row of a table in a question's text, its cells held apart by bars."""
    cells = [line for cell in row for line in cell]
    whole = Line(cells[0].paragraph if cells else 0)
    for line in cells:
        whole.add(
            (" | " if whole.text else "") + " ".join(line.text.split()),
            line.marks[0] if line.marks else line.label_marks,
        )
        whole.troubles |= line.troubles
    return whole


def _own_topics(found: list[Block], topics_before: bool) -> None:
    """Where each question carries its own line "Chủ đề:", that line speaks of it and not of the next one."""
    if not topics_before and all(len(block.own_topics) == 1 for block in found):
        for block in found:
            block.topic = " ".join(block.own_topics[0].split())
