"""What a question is, as plain values, before and apart from any database."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from questions.messages import N_, Message, message

MIN_CHOICES = 2
MAX_CHOICES = 8
LETTERS = "ABCDEFGH"
MAX_TEXT = 4000


class Kind(StrEnum):
    """How a question is answered. Later kinds are added here and in ``questions/marking.py``."""

    SINGLE = "single"
    MULTIPLE = "multiple"


class State(StrEnum):
    """Where a question stands in its life; only approved ones are drawn."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class Difficulty(IntEnum):
    EASY = 1
    MEDIUM = 2
    HARD = 3


DIFFICULTY_NAMES = {
    Difficulty.EASY: N_("Dễ"),
    Difficulty.MEDIUM: N_("Trung bình"),
    Difficulty.HARD: N_("Khó"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option. ``stays_last`` keeps it behind the shuffled ones ("Cả ba phương án trên")."""

    text: str
    correct: bool = False
    stays_last: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a file or a form gives it: not yet stored.

    ``code`` is the organizer's own code, unique in a bank (None: made from the content when stored);
    ``topic`` the topic's name; ``row`` the row of the sheet or the number of the paragraph it began at.
    """

    stem: str
    choices: tuple[Choice, ...]
    kind: Kind = Kind.SINGLE
    code: str | None = None
    topic: str = ""
    difficulty: Difficulty = Difficulty.MEDIUM
    source: str = ""
    explanation: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is refused: the row (sheet row, or paragraph number of a Word file) and what to do."""

    message: Message
    row: int | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a reader found: questions in the order of the file, and every fault."""

    questions: tuple[Draft, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Count:
    """How many questions of a topic (None: of no topic), difficulty and state a bank holds."""

    topic_id: int | None
    difficulty: int
    state: str
    number: int


def clean(text: str) -> str:
    """Normal form of typed text: NFC, no control or zero-width characters, single blanks, lines kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    if not text.replace("\n", " ").isprintable():
        text = "".join(c for c in text if c in "\n\t" or _printable(c))
    text = unicodedata.normalize("NFC", text)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _printable(char: str) -> bool:
    """Neither a control, format or private character, nor one of the two that XML files cannot hold."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"} and char not in "\ufffe\uffff"


def fingerprint(stem: str, choices: Iterable[str]) -> str:
    """Key under which two questions count as the same: case, punctuation and the order of options apart.

    >>> fingerprint("Thủ đô  là?", ["Hà Nội", "Huế"]) == fingerprint("Thủ đô là", ["huế.", "Hà Nội"])
    True
    """

    def squeeze(text: str) -> str:
        return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))

    return squeeze(stem) + "\n" + "\n".join(sorted(squeeze(choice) for choice in choices))


def faults_of(draft: Draft) -> list[Message]:
    """Everything that keeps a question from being stored, in the organizer's words; empty when it is fine."""
    found = []
    if not draft.stem:
        found.append(message(N_("Câu hỏi chưa có nội dung. Hãy nhập nội dung câu hỏi.")))
    found += _choice_faults(draft.choices)
    keys = sum(choice.correct for choice in draft.choices)
    if draft.choices and not keys:
        found.append(message(N_("Câu hỏi chưa có đáp án đúng. Hãy đánh dấu phương án đúng.")))
    if draft.kind is Kind.SINGLE and keys > 1:
        found.append(
            message(N_("Câu hỏi một đáp án nhưng có %(count)s đáp án đúng. Hãy để lại một đáp án."), count=keys)
        )
    if any(len(text) > MAX_TEXT for text in (draft.stem, draft.source, draft.explanation)):
        found.append(message(N_("Nội dung dài quá %(limit)s ký tự. Hãy rút gọn."), limit=MAX_TEXT))
    return found


def _choice_faults(choices: tuple[Choice, ...]) -> list[Message]:
    found = []
    if len(choices) < MIN_CHOICES:
        found.append(message(N_("Câu hỏi cần ít nhất %(n)s phương án trả lời."), n=MIN_CHOICES))
    if len(choices) > MAX_CHOICES:
        found.append(message(N_("Câu hỏi có quá %(n)s phương án trả lời. Hãy bớt đi."), n=MAX_CHOICES))
    if any(not choice.text for choice in choices):
        found.append(message(N_("Có phương án trả lời bị trống. Hãy nhập nội dung hoặc xoá phương án đó.")))
    texts = [" ".join(choice.text.lower().split()) for choice in choices if choice.text]
    if len(set(texts)) < len(texts):
        found.append(message(N_("Có hai phương án trả lời giống nhau. Hãy sửa một phương án.")))
    return found
