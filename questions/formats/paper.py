"""From the lines of a Word file to its questions' lines: where each begins and ends, its topic, the key tables.

The way of numbering is decided once for the whole file: where "Câu 1" is written (or numbered by Word that way),
bare numbers are text; where it is not, "1." and Word's own numbers begin the questions.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from questions.files import Refused
from questions.formats import grammar
from questions.formats.block import Block, Passage, Segment
from questions.formats.common import MAX_QUESTIONS, too_many
from questions.formats.grammar import QuestionStart
from questions.formats.keytable import Keys, key_grid, spread_keys
from questions.formats.numbering import Mark
from questions.formats.word import PLAIN, THING, Document, Grid, Line, lines_of
from questions.messages import N_, message
from questions.rules import MAX_CHOICES, Fault, Kind

_WORDS = re.compile(r"\s*(câu\s+hỏi|câu|bài|question)\b", re.IGNORECASE)
_LABEL_CELL = re.compile(r"\*?\s*\(?[A-Ha-h]\s*[.):/]?")
_LETTERS_ALONE = re.compile(r"[A-H](?:\s*[,;]\s*[A-H])*\s*\.?", re.IGNORECASE)


def blocks(document: Document) -> tuple[list[Block], list[Fault]]:
    """The questions of a document with their lines, topics and keys from tables, and the faults outside them."""
    items = document.items
    sorter = _Sorter(document)
    for item, following in zip_longest(items, items[1:]):
        if isinstance(item, Grid):
            sorter.grid(item)
        else:
            sorter.line(item, following)
    _own_topics(sorter.blocks, sorter.topics_before)
    sorter.faults += spread_keys(sorter.keys, sorter.blocks)
    sorter.faults += _unused(sorter.passages)
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

    def __init__(self, document: Document) -> None:
        lines = list(lines_of(document.items))
        self._things = document.things
        self.blocks: list[Block] = []
        self.keys: list[Keys] = []
        self.faults: list[Fault] = []
        self.topics_before = False
        self.passages: list[Passage] = []
        self._topic = ""
        self._kind: Kind | None = None
        #: Where lines go: questions, passage, part (below its heading), keys, end.
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
        if not segment.plain and self._command(segment):
            return
        if segment.plain or segment.joined or (not text and not line.number):
            self._keep(segment)
        elif self._zone in ("keys", "end", "part") and self._key_line(segment):
            pass
        elif start := self._start(segment):
            self._begin(segment, start)
        elif passage := grammar.passage_start(text):
            self._open_passage(segment, passage)
        elif grammar.is_end(text):
            self._zone = "end"
        elif grammar.is_key_heading(text) and not _lone_key(following):
            self._zone = "keys"
            self._open_keys(line.paragraph)
        elif not self._heading(segment) and not (self._zone == "part" and grammar.is_instruction(text)):
            self._keep(segment)

    def _command(self, segment: Segment) -> bool:
        """Take a line of orders for shuffling; a question may begin behind one."""
        found = grammar.command(segment.text)
        if found is None:
            return False
        name, end = found
        if name == "no-shuffle" and self._block:
            self._block.fixed = True
        if segment.text[end:]:
            self._segment(Segment(_stripped(segment.line.cut(end)), segment.joined), None)
        return True

    def _open_passage(self, segment: Segment, start: grammar.PassageStart) -> None:
        passage = Passage(start.first, start.last, segment.line.paragraph)
        self.passages.append(passage)
        self._zone = "passage"
        if start.rest is not None:
            passage.segments.append(Segment(_stripped(segment.line.cut(start.rest)), joined=True))

    def _passage_of(self, number: int) -> Passage | None:
        """The passage that a question stands under: the last one, if it names the question's number."""
        passage = self.passages[-1] if self.passages else None
        if passage is None or not passage.first <= number <= passage.last:
            return None
        passage.used = True
        return passage

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
        if bare and (block is None or block.complete or bare.number == expected):
            return bare
        levelled = grammar.levelled_start(text)
        if levelled and (block is None or block.complete or block.answered):
            return replace(levelled, number=expected)
        return None

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
        block.usual_kind, block.passage = self._kind, self._passage_of(start.number)
        self.blocks.append(block)
        rest = segment.line.cut(start.rest) if start.rest else segment.line
        rest.number = None
        rest.troubles = segment.line.troubles
        block.segments.append(Segment(_stripped(rest), joined=True))

    def _heading(self, segment: Segment) -> bool:
        """Take a line that names the topic of what follows."""
        topic = grammar.topic_line(segment.text)
        part = grammar.heading(segment.text) if topic is None else None
        spoken, kind = grammar.part_kind(part or "")
        if part is not None:
            self._kind = kind
            if self._among_keys():
                self._open_keys(segment.line.paragraph)
        if spoken:
            self._zone = "part"
            return True
        if topic is not None:
            if self._block:
                self._block.own_topics.append(topic)
            else:
                self.topics_before = True
        else:
            topic = part
        block = self._block
        if topic is None and (block is None or 2 <= block.options < MAX_CHOICES):
            topic = grammar.roman_heading(segment.text)
        style = segment.line.heading
        if topic is None and style and segment.text:
            topic = segment.text if (block.complete if block else self._under_title(style)) else None
        if topic is None:
            return False
        self._topic = " ".join(topic.split())
        self._zone = "questions" if part is None else "part"
        return True

    def _under_title(self, style: str) -> bool:
        """Whether a heading before all questions is more than a title: not the first, or not the only of its style."""
        self._titles += 1
        return self._titles > 1 or self._headings[style] > 1

    def _keep(self, segment: Segment) -> None:
        if self._zone == "passage":
            self.passages[-1].segments.append(segment)
        elif self._block and self._zone in ("questions", "part"):
            self._block.add(segment)

    def _open_keys(self, paragraph: int) -> Keys:
        self.keys.append(Keys(paragraph, len(self.blocks)))
        return self.keys[-1]

    def _among_keys(self) -> bool:
        """Whether keys have been announced since the last question."""
        return bool(self.keys) and self.keys[-1].after == len(self.blocks)

    def _key_line(self, segment: Segment) -> bool:
        pairs = grammar.key_pairs(segment.text)
        if pairs is None:
            return False
        self._take(pairs, segment.line.paragraph)
        return True

    def _take(self, pairs: list[tuple[int, str]], paragraph: int, *, table: bool = False) -> None:
        last = self.keys[-1] if self.keys else None
        again = bool(last and last.pairs and (table or len(pairs) > 1) and pairs[0][0] == 1)
        if last is None or last.after != len(self.blocks) or again:
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
        announced = self._zone == "keys" or (self._zone == "part" and self._among_keys())
        pairs = key_grid(grid, announced=announced)
        if pairs and (self._zone != "questions" or block is None or block.complete):
            self._take(pairs, grid.paragraph, table=True)
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
            lines = [self._whole(grid)]
        for line in lines:
            self.line(line)

    def _whole(self, grid: Grid) -> Line:
        """A line in which one character stands for a table in a question's text."""
        line = Line(grid.paragraph, troubles={trouble for one in grid.lines() for trouble in one.troubles})
        self._things.append(grid)
        line.add_as_is(chr(THING + len(self._things) - 1), Mark.NONE)
        return line


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


def _unused(passages: Iterable[Passage]) -> list[Fault]:
    """A fault for each shared text whose questions are not there."""
    return [
        Fault(
            message(
                N_("Đoạn văn chung cho câu %(first)s đến câu %(last)s nhưng sau đó không có các câu này."),
                first=passage.first,
                last=passage.last,
            ),
            passage.paragraph,
        )
        for passage in passages
        if not passage.used
    ]


def _own_topics(found: list[Block], topics_before: bool) -> None:
    """Where each question carries its own line "Chủ đề:", that line speaks of it and not of the next one."""
    if not topics_before and all(len(block.own_topics) == 1 for block in found):
        for block in found:
            block.topic = " ".join(block.own_topics[0].split())
