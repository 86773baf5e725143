"""From the lines of one question in a Word file to the question: stem, options, key, and the lines with labels."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from questions.formats import grammar
from questions.formats.block import Block, Segment
from questions.formats.build import Raw, build
from questions.formats.common import Found
from questions.formats.fields import read_key, short
from questions.formats.numbering import Mark
from questions.formats.rich import Rich, Speaker, any_needs
from questions.formats.typed import read_truths, says_truths
from questions.formats.word import PLAIN
from questions.formats.wording import parse_kind, parse_letters
from questions.messages import N_, Message, message
from questions.rules import LETTERS, MAX_ANSWERS, MAX_CHOICES, Kind, Markup, clean

_TROUBLES = {
    "picture": N_("Có hình vẽ, biểu đồ hoặc hình để ngoài tệp. Hãy chụp thành ảnh rồi chèn vào tệp."),
    "equation": N_("Có công thức mà phần mềm không chuyển được. Hãy gõ lại bằng Equation của Word hoặc bằng chữ."),
    "note": N_("Có chú thích cuối trang. Hãy chuyển chú thích vào nội dung câu hoặc dòng “Nguồn:”."),
    "symbol": N_("Có ký hiệu chèn bằng Symbol; phần mềm không đọc được. Hãy gõ lại ký hiệu đó."),
}
_STRAY = N_("Không rõ dòng “%(line)s” thuộc phần nào. Nếu là chủ đề, hãy ghi “Chủ đề: ...”; nếu không, hãy xoá đi.")

#: Ways of marking the right option without words, the stronger first.
_WAYS = (
    (Mark.UNDERLINE, N_("phần gạch chân")),
    (Mark.COLOUR, N_("phần tô màu")),
    (Mark.BOLD, N_("phần in đậm")),
)


#: Labels whose text may go on over several lines.
_LONG = ("source", "explanation", "guide", "match", "feedback")


@dataclass(slots=True)
class _Option:
    rich: Rich
    letter_marks: int
    star: bool

    @property
    def text(self) -> str:
        return self.rich.text

    @property
    def marks(self) -> list[int]:
        return self.rich.marks


@dataclass(slots=True)
class _Parts:
    """What has been collected of a question, and where the next line of text goes."""

    block: Block
    stem: Rich = field(default_factory=Rich)
    options: list[_Option] = field(default_factory=list)
    fields: dict[str, Rich] = field(default_factory=dict)
    faults: list[Message] = field(default_factory=list)
    place: str = "stem"
    small_are_text: bool = False
    loose: bool = False


def question(block: Block, speaker: Speaker) -> Found:
    """The question of a block, with every fault found in it."""
    parts = _Parts(block, faults=list(block.faults))
    parts.small_are_text = any(_is_capital_a(segment) for segment in block.segments[1:])
    parts.loose = not any(_begins_b(segment) for segment in block.segments[1:])
    _text(parts, block.segments[0])
    for segment in block.segments[1:]:
        _take(parts, segment)
    shared = block.passage.segments if block.passage else []
    troubles = {trouble for segment in (*block.segments, *shared) for trouble in segment.line.troubles}
    parts.faults += [message(_TROUBLES[trouble]) for trouble in sorted(troubles)]
    return _found(parts, speaker)


def _is_capital_a(segment: Segment) -> bool:
    start = None if segment.plain else grammar.option_start(segment.text)
    return bool(start and start["letter"] == "A")


def _begins_b(segment: Segment) -> bool:
    start = grammar.option_start(segment.text)
    number = segment.line.number
    return bool(start and start["letter"] in "Bb") or bool(number and number.kind == "letter")


def _take(parts: _Parts, segment: Segment) -> None:
    if not segment.plain:
        if _option(parts, segment) or _field(parts, segment):
            return
        if _is_stray(parts, segment):
            parts.faults.append(message(_STRAY, line=short(segment.text)))
            return
        if segment.first and parts.place != "stem" and not any(map(str.isalnum, segment.text)):
            return
    _text(parts, segment)


def _option(parts: _Parts, segment: Segment) -> bool:
    """Take a line as the next option. Options come in the order A, B, C; a letter out of order is a fault."""
    if parts.place not in ("stem", "option"):
        return _late_option(parts, segment)
    number = segment.line.number
    if number and number.kind == "letter":
        _new_option(parts, segment, 0, segment.line.label_marks, star=False)
        return True
    start = grammar.option_start(segment.text)
    if not start or (parts.small_are_text and start["letter"].islower()):
        return False
    expected = len(parts.options)
    if LETTERS.find(start["letter"].upper()) != expected:
        if parts.options:
            parts.faults.append(
                message(
                    N_("Phương án “%(line)s” không đúng thứ tự A, B, C ... Hãy sửa chữ cái hoặc nối vào dòng trên."),
                    line=short(segment.text),
                )
            )
        return bool(parts.options)
    mark = segment.line.marks[start.start("letter")]
    _new_option(parts, segment, start.start("text"), mark, star=bool(start["star"]))
    return True


def _late_option(parts: _Parts, segment: Segment) -> bool:
    """An option after the answer: the first of all options is taken, another is a fault; in an explanation, text."""
    start = grammar.option_start(segment.text)
    if parts.place != "label" or not start:
        return False
    if not parts.options:
        parts.place = "stem"
        return _option(parts, segment)
    parts.faults.append(message(_STRAY, line=short(segment.text)))
    return True


def _new_option(parts: _Parts, segment: Segment, at: int, mark: int, *, star: bool) -> None:
    parts.options.append(_Option(Rich.of(segment.line, at), mark, star))
    parts.place = "option"
    if parts.loose:
        _split(parts)


def _split(parts: _Parts) -> None:
    """Where no line begins with B, options stand on one line with single blanks: A. Huế B. Hà Nội C. Vinh."""
    while len(parts.options) < MAX_CHOICES:
        option = parts.options[-1]
        match = re.search(rf"\s(\*\s*)?({LETTERS[len(parts.options)]})[.)]\s*(?=\S)", option.text)
        if not match:
            return
        text, marks = option.text, option.marks
        option.rich = Rich(text[: match.start()], marks[: match.start()])
        rest = Rich(text[match.end() :], marks[match.end() :])
        parts.options.append(_Option(rest, marks[match.start(2)], bool(match[1])))


def _field(parts: _Parts, segment: Segment) -> bool:
    """Take a line that begins with a label."""
    found = grammar.field_line(segment.text)
    if not found:
        return False
    name, at = found
    rich = Rich.of(segment.line, at)
    worked = parts.place == "explanation" and name == "answer" and grammar.is_choice_made(segment.text)
    if worked and name in parts.fields and _same_key(parts.fields[name].text, rich.text):
        return False
    if name in parts.fields:
        parts.faults.append(message(N_("Dòng “%(line)s” lặp lại. Hãy để lại một dòng."), line=short(segment.text)))
        return True
    parts.fields[name] = rich
    if worked:
        return True
    parts.place = name if name.startswith(_LONG) else "label"
    if name == "answer" and not rich.text.strip():
        parts.place = "answer"
    if name == "explanation" and "answer" not in parts.fields and grammar.is_choice_made(rich.text):
        parts.fields["answer"] = Rich.of(segment.line, at + grammar.field_line(rich.text)[1])
        parts.fields[name] = Rich()
    return True


def _same_key(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one).upper() == re.sub(r"\W", "", other).upper()


def _is_stray(parts: _Parts, segment: Segment) -> bool:
    """Lines that are hardly the next line of an option, and lines after a label that takes only one."""
    line, text = segment.line, segment.text
    if not segment.first or not any(map(str.isalnum, text)):
        return False
    if parts.place == "label":
        return True
    if parts.place != "option" or len(parts.options) < 2:
        return False
    capitals = text == text.upper() and len(text.split()) > 1 and any(map(str.isalpha, text))
    numbered = grammar.bare_start(text) or (line.number and line.number.kind == "number")
    ninth = len(parts.options) == MAX_CHOICES and grammar.roman_heading(text)
    return bool(capitals or line.centred or line.heading or numbered or ninth)


def _text(parts: _Parts, segment: Segment) -> None:
    """Put a line of text where the last one went."""
    own = _own(segment)
    glue = " " if segment.joined else "\n"
    if parts.place == "option":
        _join(parts.options[-1].rich, own, glue, segment.line.label_marks)
    elif parts.place == "answer" and own.text.strip():
        parts.fields["answer"] = own
        parts.place = "label"
    elif parts.place.startswith(_LONG):
        _join(parts.fields[parts.place], own, glue)
    elif parts.place == "stem":
        _join(parts.stem, own, glue if parts.stem.text else "")


def _own(segment: Segment) -> Rich:
    """A line's text behind the number that Word shows before it."""
    own = Rich(f"{segment.line.number.label} " if segment.line.number else "")
    own.marks = [segment.line.label_marks] * len(own.text)
    text = segment.text.removeprefix(PLAIN)
    marks = segment.line.marks[: len(segment.text)]
    own.add(text, marks[len(segment.text) - len(text) :])
    return own


def _join(to: Rich, more: Rich, glue: str, mark: int = Mark.NONE) -> None:
    to.add(glue, mark)
    to.add(more.text, more.marks)


def _passage(block: Block) -> Rich:
    found = Rich()
    for segment in block.passage.segments if block.passage else ():
        _join(found, _own(segment), (" " if segment.joined else "\n") if found.text else "")
    return found


def _found(parts: _Parts, speaker: Speaker) -> Found:
    block = parts.block
    raw = Raw(topic=block.topic, difficulty=block.difficulty, usual_kind=block.usual_kind, loose=True)
    _tell_key(parts, raw)
    meant = _meant(parts)
    texts = {
        "stem": parts.stem.quiet(),
        "passage": _passage(block).quiet(),
        **{f"option{n}": option.rich.quiet(meant) for n, option in enumerate(parts.options)},
        **{name: rich.quiet() for name, rich in parts.fields.items() if name.startswith(_LONG) and name != "source"},
    }
    if "markup" in parts.fields:
        raw.markup = Markup.MARKDOWN
        said = {name: speaker.as_typed(rich.text) for name, rich in texts.items()}
    elif any_needs(texts.values()):
        raw.markup = Markup.MARKDOWN
        said = {name: speaker.markdown(rich) for name, rich in texts.items()}
    else:
        said = {name: rich.text for name, rich in texts.items()}
    raw.stem, raw.passage = said["stem"], said["passage"]
    raw.options = [said[f"option{n}"] for n in range(len(parts.options))]
    raw.matches = [said.get(f"match{n}", "") for n in range(MAX_CHOICES)]
    while raw.matches and not raw.matches[-1].strip():
        raw.matches.pop()
    raw.feedbacks = [said.get(f"feedback{n}", "") for n in range(MAX_ANSWERS)]
    raw.fields |= {name: said[name] for name in ("explanation", "guide") if name in said}
    if block.fixed and "last" not in raw.fields:
        raw.fields["last"] = ", ".join(LETTERS[: len(parts.options)])
    return build(raw, block.paragraph, block.label, parts.faults)


def _meant(parts: _Parts) -> int:
    """Marks by which options are told to be right, so that they set no words apart."""
    return sum(mark for mark, _ in _WAYS if any(_covers(option, mark) for option in parts.options))


def _tell_key(parts: _Parts, raw: Raw) -> None:
    """Say which options are right, from all the ways there are; other kinds of key go on as they are written."""
    raw.fields = {
        name: rich.text for name, rich in parts.fields.items() if not name.startswith(_LONG) or name == "source"
    }
    written = raw.fields.pop("answer", "").strip()
    key = written or parts.block.key or ""
    named = parse_kind(raw.fields.get("kind", ""))
    # A wrong number of them is told as such, not as letters that nobody understands.
    truths = named is None and bool(parts.options) and says_truths(key, len(read_truths(key) or ()))
    texts = [option.text for option in parts.options]
    pairs = truths or not texts or raw.usual_kind in (Kind.STATEMENTS, Kind.ESSAY, Kind.ORDER, Kind.MATCH)
    if named not in (Kind.SINGLE, Kind.MULTIPLE) if named else pairs:
        raw.fields["key"] = key
        stars = frozenset(index for index, option in enumerate(parts.options) if option.star)
        ways = [stars, *(_marked(parts.options, mark) for mark, _ in _WAYS)]
        raw.marked = next((way for way in ways if way), frozenset())
        return
    raw.marked, kind, raw.told = _key(parts, written)
    if named is None and kind is Kind.MULTIPLE:
        raw.usual_kind = kind


def _key(parts: _Parts, written: str) -> tuple[frozenset[int], Kind, bool]:
    """The right options, the kind they make, and whether a fault already speaks of the key.

    What is written wins over the table, the table over marks; two ways that say different things are a fault.
    """
    ways: list[tuple[str, frozenset[int]]] = []
    for name, text in ((N_("dòng Đáp án"), written), (N_("bảng đáp án"), parts.block.key or "")):
        if text.strip():
            start = grammar.option_start(text.strip()) if parse_letters(text) is None else None
            keys = read_key(start["letter"] if start else clean(text), len(parts.options), parts.faults)
            if keys is None:
                return frozenset(), Kind.SINGLE, True
            ways.append((name, keys))
    in_words = len(ways)
    ways += [(name, keys) for mark, name in _WAYS if (keys := _marked(parts.options, mark))]
    stars = frozenset(index for index, option in enumerate(parts.options) if option.star)
    if stars:
        ways.append((N_("dấu sao"), stars))
    if not ways:
        return frozenset(), Kind.SINGLE, False
    name, keys = ways[0]
    for other, others in ways[1:]:
        if others != keys:
            parts.faults.append(
                message(
                    N_("Đáp án không khớp: %(one)s là %(keys)s nhưng %(other)s là %(others)s. Hãy sửa lại cho khớp."),
                    one=name,
                    keys=_names(keys),
                    other=other,
                    others=_names(others),
                )
            )
            return keys, Kind.MULTIPLE if len(keys) > 1 else Kind.SINGLE, True
    return keys, Kind.MULTIPLE if in_words and len(keys) > 1 else Kind.SINGLE, False


def _names(keys: Iterable[int]) -> str:
    return ", ".join(LETTERS[key] for key in sorted(keys) if key < len(LETTERS))


def _marked(options: list[_Option], mark: int) -> frozenset[int]:
    """Options marked on the letter or over their whole text; a mark that all of them carry says nothing."""
    return _unless_all(options, lambda option: bool(option.letter_marks & mark)) | _unless_all(
        options, lambda option: _covers(option, mark)
    )


def _unless_all(options: list[_Option], carries: Callable[[_Option], bool]) -> frozenset[int]:
    found = frozenset(index for index, option in enumerate(options) if carries(option))
    return frozenset() if len(found) == len(options) else found


def _covers(option: _Option, mark: int) -> bool:
    """Whether every letter and digit of the option is marked; signs and blanks may be missed."""
    if not any(own & mark for own in option.marks):
        return False
    pairs = list(zip(option.text, option.marks, strict=True))
    words = [own for char, own in pairs if char.isalnum()] or [own for char, own in pairs if not char.isspace()]
    return bool(words) and all(own & mark for own in words)
