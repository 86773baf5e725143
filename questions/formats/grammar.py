"""What the lines of a question file in the Vietnamese manner begin with.

Every pattern that makes a line more than plain text is here, so that the writer can tell which lines of a
question's own text need its mark for plain text.
"""

import re
from dataclasses import dataclass

from questions.formats.word import PLAIN
from questions.formats.wording import parse_difficulty
from questions.rules import Difficulty, Kind
from questions.text import fold

_FLAGS = re.IGNORECASE

_QUESTION = re.compile(
    r"(?P<word>câu\s+hỏi|câu|bài|question)\s*(?:số\s*)?(?P<number>\d{1,5})(?!\d)\s*"
    r"(?P<note>\([^()]{1,30}\)|\[[^\[\]]{1,30}\])?\s*(?:(?P<sep>[.:)/–-])\s*|$|(?=\s|\b))(?P<rest>.*)",
    _FLAGS,
)
_BARE = re.compile(r"(?P<number>\d{1,4})\s*[.)](?!\d)\s*(?P<rest>.*)")
_OPTION = re.compile(r"(?P<star>\*\s*)?\(?(?P<letter>[A-Ha-h])\s*[.):/]\s*(?P<text>.*)")
_ROMAN = re.compile(r"[IVX]{1,5}\s*[.)]\s+(?P<rest>\S.*)")
_PART = re.compile(
    r"(?:phần|chương|mục|part|section)\s+(?:thứ\s+\w+|[IVXLC]+|\d+|[A-H])\s*(?P<sep>[.:)–-]|$|(?=\s))\s*(?P<rest>.*)",
    _FLAGS,
)
_TOPIC = re.compile(r"(?:chủ\s+đề|chuyên\s+đề|lĩnh\s+vực)\s*(?:\d+|[IVXLC]+)?\s*[:.–-]\s*(?P<rest>.*)", _FLAGS)
_KEY_HEAD = re.compile(
    r"(?:bảng\s+đáp\s+án|đáp\s+án|answer\s+key)(?:\s+(?:tham\s+khảo|chi\s+tiết|đề\s.*|trắc\s+nghiệm.*|và\s.*))?\s*[:.]?",
    _FLAGS,
)
_ANSWER = re.compile(
    r"(?:đáp\s*án(?:\s+(?:đúng|chính\s+xác|là))*|đ/?a(?:\s+đúng)?|answers?|correct\s+answer|chọn(?:\s+(?:đáp|phương)\s+án)?)"
    r"\s*[:=.–-]\s*(?P<rest>.*)",
    _FLAGS,
)
_ANSWER_BARE = re.compile(
    r"(?:đáp\s*án(?:\s+đúng)?(?:\s+là)?|chọn(?:\s+(?:đáp|phương)\s+án)?)\s+(?P<rest>[A-H](?:\s*,\s*[A-H])*)\s*\.?",
    _FLAGS,
)
_LETTERS_ONLY = re.compile(r"[A-H](?:\s*,\s*[A-H])*\s*\.?", _FLAGS)
_EXPLANATION = re.compile(
    r"(?:lời\s+giải|hướng\s+dẫn|giải\s+thích|explanation)(?:\s+(?:giải|trả\s+lời))?(?:\s+chi\s+tiết)?\s*(?:[:.]\s*|$)(?P<rest>.*)",
    _FLAGS,
)
_FIELDS = (
    ("source", re.compile(r"(?:nguồn|căn\s+cứ|trích\s+dẫn|nguồn\s+trích\s+dẫn)\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("difficulty", re.compile(r"(?:mức\s+độ(?:\s+nhận\s+thức)?|độ\s+khó)\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("code", re.compile(r"mã(?:\s+câu(?:\s+hỏi)?)?\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("kind", re.compile(r"loại(?:\s+câu(?:\s+hỏi)?)?\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("last", re.compile(r"giữ\s+cuối\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("title", re.compile(r"tên\s+câu(?:\s+hỏi)?\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("tags", re.compile(r"nhãn\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("scoring", re.compile(r"cách\s+chấm\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("shares", re.compile(r"t[iỉ]\s+lệ\s+điểm\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("compare", re.compile(r"so\s+đáp\s+án\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("words", re.compile(r"số\s+từ\s*:\s*(?P<rest>.*)", _FLAGS)),
    ("markup", re.compile(r"cách\s+viết\s*:\s*(?P<rest>markdown)", _FLAGS)),
    ("guide", re.compile(r"hướng\s+dẫn\s+chấm\s*:\s*(?P<rest>.*)", _FLAGS)),
)
_SIDES = re.compile(r"(?P<name>ghép|nhận\s+xét)\s+(?P<letter>[A-T])\s*:\s*(?P<rest>.*)", _FLAGS)
_LEVELLED = re.compile(r"\[\s*(?P<level>[1-4])\s*\]\s*(?P<rest>\S.*)")
_PASSAGE = re.compile(
    r"(?:\W*)(?:đọc|dựa|căn\s+cứ|sử\s+dụng|cho|từ|theo|quan\s+sát|đoạn\s+văn\s+chung|read|use|based|questions?)\b"
    r"(?:(?!\.\s).){0,200}?"
    r"(?:câu(?:\s+hỏi)?|questions?)\s*(?:số\s+)?(?:từ\s+|from\s+)?(?:câu\s+)?(?P<first>\d{1,5})\s*"
    r"(?:đến|tới|và|to|and|[-–—,])\s*(?:câu\s+)?(?P<last>\d{1,5})\s*(?:dưới\s+đây|sau|below)?\s*"
    r"(?:[.:]\s*(?P<rest>.*)|\)?$)",
    _FLAGS,
)
_PASSAGE_WITHOUT = re.compile(
    r"(?:đọc|dựa\s+vào|căn\s+cứ|sử\s+dụng)\b.{0,100}\b(?:trả\s+lời|thực\s+hiện|làm)\b.{0,60}\b(?:câu|yêu\s+cầu).{0,60}",
    _FLAGS,
)
_COMMAND = re.compile(r"##\s*(?P<name>group-separator|no-shuffle)\s*", _FLAGS)
_INSTRUCTION = re.compile(
    r"\W*(?:thí\s+sinh|học\s+sinh|người\s+dự\s+thi|(?:mỗi|trong\s+mỗi)\s+(?:câu|ý)|(?:hãy\s+)?(?:chọn|khoanh)"
    r"\s+(?:vào\s+)?(?:một|phương\s+án|chữ\s+cái|đáp\s+án))\b.*",
    _FLAGS,
)
#: What a part's heading may say about the kind of its questions; None: as their own lines tell.
_PART_KINDS: tuple[tuple[re.Pattern[str], Kind | None], ...] = (
    (re.compile(r"\bdung\s*(?:/|,|-|hay|hoac)?\s*sai\b"), Kind.STATEMENTS),
    (re.compile(r"\btra loi ngan\b|\bdien (?:khuyet|tu|so|dap)\b"), Kind.SHORT),
    (re.compile(r"\btu luan\b"), Kind.ESSAY),
    (re.compile(r"\bghep (?:doi|cot|cap)\b|\bnoi cot\b"), Kind.MATCH),
    (re.compile(r"\bsap (?:xep|thu tu)\b"), Kind.ORDER),
    (re.compile(r"\bnhieu (?:lua chon|phuong an)\b|^(?:cau (?:hoi )?)?trac nghiem(?: khach quan)?$"), None),
)
#: Blanks wide enough to hold two things apart on one line, when what follows is an option or the answer.
SPLIT = re.compile(
    r"(?<![ \t])(?:[ ]*\t[ \t]*+|[ ]{2,}+)(?=\*?\s?\(?[A-Ha-h]\s?[.):/]|(?:đáp\s*án|đa|answer)\s*:)", _FLAGS
)

_PAIR = r"(?:câu\s*)?(\d{1,5})\s*[-.:)–—/=]?\s*\(?([A-H]{1,8}(?:\s*[,&+]\s*[A-H])*)(?![\w])\)?"
_PAIRS = re.compile(rf"(?:{_PAIR}[\s;,.|]*)+", _FLAGS)
_ONE_PAIR = re.compile(_PAIR, _FLAGS)


@dataclass(frozen=True, slots=True)
class QuestionStart:
    """A line that may begin a question: its label, number, a level in brackets, and the place of the text."""

    word: str
    number: int
    difficulty: Difficulty | None
    rest: int
    certain: bool


def question_start(text: str) -> QuestionStart | None:
    """``Câu 12 (NB):``, ``Bài 3.``, ``Question 4``; uncertain without a sign after the number."""
    match = _QUESTION.match(text)
    if not match:
        return None
    note = match["note"]
    level = parse_difficulty(note) if note else None
    rest = match.start("rest")
    if note and level is None and "điểm" not in note.lower():
        rest = match.start("note")
    word = " ".join(match["word"].split()).capitalize()
    return QuestionStart(word, int(match["number"]), level, rest, bool(match["sep"] or not match["rest"].strip()))


def bare_start(text: str) -> QuestionStart | None:
    """``12.`` or ``12)``; never the beginning of a number such as 1.5."""
    match = _BARE.match(text)
    return QuestionStart("Câu", int(match["number"]), None, match.start("rest"), True) if match else None


def option_start(text: str) -> re.Match[str] | None:
    """``A.``, ``A)``, ``A:``, ``a.``, ``*B.``: groups star, letter, text."""
    return _OPTION.match(text)


def levelled_start(text: str) -> QuestionStart | None:
    """``[2] Thủ đô ...``: the level in front of a question without a number."""
    match = _LEVELLED.fullmatch(text)
    if not match:
        return None
    return QuestionStart("Câu", 0, parse_difficulty(match["level"]), match.start("rest"), True)


@dataclass(frozen=True, slots=True)
class PassageStart:
    """A line that says which questions the text after it belongs to; ``rest``: where that text may begin on it."""

    first: int
    last: int
    rest: int | None


def passage_start(text: str) -> PassageStart | None:
    """``Đọc đoạn văn sau và trả lời các câu từ 3 đến 5:``."""
    match = _PASSAGE.fullmatch(text)
    if not match or int(match["last"]) < int(match["first"]) or int(match["last"]) - int(match["first"]) > 500:
        return None
    return PassageStart(int(match["first"]), int(match["last"]), match.start("rest") if match["rest"] else None)


def passage_without_numbers(text: str) -> bool:
    """``Đọc đoạn văn sau và trả lời các câu hỏi``, which leaves open how many."""
    return bool(_PASSAGE_WITHOUT.fullmatch(text))


def command(text: str) -> tuple[str, int] | None:
    """``##no-shuffle`` or ``##group-separator`` at the beginning of a line, and where the rest begins."""
    match = _COMMAND.match(text)
    return (match["name"].lower(), match.end()) if match else None


def is_instruction(text: str) -> bool:
    """A line below a part's heading that tells members what to do."""
    return bool(_INSTRUCTION.fullmatch(text))


def part_kind(topic: str) -> tuple[bool, Kind | None]:
    """Whether a part's heading speaks of a kind of questions and not of a topic, and of which.

    >>> part_kind("Câu trắc nghiệm đúng sai")[1].name, part_kind("Luật Công đoàn")
    ('STATEMENTS', (False, None))
    """
    plain = fold(topic)
    return next(((True, kind) for pattern, kind in _PART_KINDS if pattern.search(plain)), (False, None))


def side_line(text: str) -> tuple[str, int] | None:
    """``Ghép A: ...`` and ``Nhận xét A: ...``: a name such as "match0" and where the text begins."""
    match = _SIDES.fullmatch(text)
    if not match:
        return None
    name = "match" if match["name"].lower() == "ghép" else "feedback"
    return f"{name}{ord(match['letter'].upper()) - ord('A')}", match.start("rest")


def heading(text: str) -> str | None:
    """Topic that a part's heading gives: what follows the label, or the label itself; None for other lines."""
    match = _PART.fullmatch(text)
    if match and (match["sep"] or not match["rest"] or text == text.upper()):
        return match["rest"].strip() or text.strip(" .:-–)")
    return None


def roman_heading(text: str) -> str | None:
    """``II. Luật Công đoàn``."""
    match = _ROMAN.fullmatch(text)
    return match["rest"].strip() if match else None


def topic_line(text: str) -> str | None:
    """``Chủ đề: ...``, also ``Chủ đề 2: ...``; empty text ends the topic."""
    match = _TOPIC.fullmatch(text)
    return match["rest"].strip() if match else None


def is_end(text: str) -> bool:
    """``HẾT`` between dashes or stars."""
    return len(text) < 80 and fold(text.strip(" \t-–—_*.=!/")) in ("het", "the end")


def is_key_heading(text: str) -> bool:
    """``BẢNG ĐÁP ÁN``, ``ĐÁP ÁN`` alone on a line."""
    return bool(_KEY_HEAD.fullmatch(text))


def field_line(text: str) -> tuple[str, int] | None:
    """The field that a labelled line fills and where its text begins: answer, explanation, source, code ..."""
    for name, pattern in (("answer", _ANSWER), ("answer", _ANSWER_BARE), ("explanation", _EXPLANATION), *_FIELDS):
        match = pattern.fullmatch(text)
        if match:
            return name, match.start("rest")
    return side_line(text)


def is_choice_made(text: str) -> bool:
    """``Chọn B``, as worked solutions begin or end: a key, though it stands inside the explanation.

    >>> is_choice_made("Chọn B."), is_choice_made("Chọn đáp án C"), is_choice_made("Chọn bộ luật nào?")
    (True, True, False)
    """
    match = _ANSWER_BARE.fullmatch(text) or _ANSWER.fullmatch(text)
    return bool(match and text.lstrip()[:4].lower() == "chọn" and _LETTERS_ONLY.fullmatch(match["rest"]))


def key_pairs(text: str) -> list[tuple[int, str]] | None:
    """Numbers and letters of a line of keys, such as ``1-A; 2-B; 3.C 4D``; None for any other line."""
    if not _PAIRS.fullmatch(text.strip()):
        return None
    return [(int(match[1]), match[2].upper()) for match in _ONE_PAIR.finditer(text)]


def needs_mark(text: str) -> bool:
    """Whether a line of plain text could be taken for something else."""
    return text.startswith((PLAIN, " ", "##", "[")) or any(
        (
            passage_start(text),
            passage_without_numbers(text),
            is_instruction(text),
            question_start(text),
            bare_start(text),
            option_start(text),
            heading(text) is not None,
            roman_heading(text),
            topic_line(text) is not None,
            is_end(text),
            is_key_heading(text),
            field_line(text),
            key_pairs(text),
        )
    )
