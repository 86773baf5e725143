"""What a question is, as plain values, before and apart from any database."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType

from questions.messages import N_, Message

MIN_CHOICES = 2
MAX_CHOICES = 8
LETTERS = "ABCDEFGH"
MAX_TEXT = 4000
#: A text that several questions share may be longer.
MAX_PASSAGE = 12_000
MAX_TITLE = 300
MAX_ANSWERS = 20
MAX_TAGS = 10
MAX_TAG = 40


class Kind(StrEnum):
    """How a question is answered; what each kind keeps is said at :class:`Draft`."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUEFALSE = "truefalse"
    STATEMENTS = "statements"
    SHORT = "short"
    NUMBER = "number"
    ORDER = "order"
    MATCH = "match"
    ESSAY = "essay"


KIND_NAMES = {
    Kind.SINGLE: N_("Một đáp án"),
    Kind.MULTIPLE: N_("Nhiều đáp án"),
    Kind.TRUEFALSE: N_("Đúng hay sai"),
    Kind.STATEMENTS: N_("Nhóm mệnh đề đúng sai"),
    Kind.SHORT: N_("Trả lời ngắn"),
    Kind.NUMBER: N_("Điền số"),
    Kind.ORDER: N_("Sắp thứ tự"),
    Kind.MATCH: N_("Ghép đôi"),
    Kind.ESSAY: N_("Tự luận"),
}

#: Kinds answered by one or more letters of options.
LETTERED = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE})
#: Kinds whose choices are rows, each answered by itself.
ROWED = frozenset({Kind.STATEMENTS, Kind.ORDER, Kind.MATCH})
#: Kinds answered by typing.
TYPED = frozenset({Kind.SHORT, Kind.NUMBER, Kind.ESSAY})
#: Kinds that a person marks.
BY_HAND = frozenset({Kind.ESSAY})


class Scoring(StrEnum):
    """How an answer that is right in part is counted. Which a kind may have: :data:`SCORINGS`.

    ALL: everything right gives all points, anything else none. PARTIAL: each right option, statement, pair or place
    gives its share; for options, any wrong one gives none. RIGHT_MINUS_WRONG: right options less wrong ones, over
    the number of right ones, not below 0. WEIGHTS: the sum of the options' own ``points``, between 0 and 1. STEPS:
    for four statements 1, 2, 3, 4 right give 10, 25, 50, 100 per cent (the national examination's rule from 2025).
    """

    ALL = "all"
    PARTIAL = "partial"
    RIGHT_MINUS_WRONG = "right-minus-wrong"
    WEIGHTS = "weights"
    STEPS = "steps"


SCORING_NAMES = {
    Scoring.ALL: N_("Đúng hết mới có điểm"),
    Scoring.PARTIAL: N_("Đúng phần nào được điểm phần đó"),
    Scoring.RIGHT_MINUS_WRONG: N_("Lấy số đúng trừ số sai"),
    Scoring.WEIGHTS: N_("Mỗi phương án có tỉ lệ điểm riêng"),
    Scoring.STEPS: N_("Đúng 1, 2, 3, 4 ý được 10%, 25%, 50%, 100%"),
}

SCORINGS: Mapping[Kind, tuple[Scoring, ...]] = MappingProxyType(
    {
        Kind.SINGLE: (Scoring.ALL, Scoring.WEIGHTS),
        Kind.MULTIPLE: (Scoring.ALL, Scoring.PARTIAL, Scoring.RIGHT_MINUS_WRONG, Scoring.WEIGHTS),
        Kind.TRUEFALSE: (Scoring.ALL,),
        Kind.STATEMENTS: (Scoring.STEPS, Scoring.PARTIAL, Scoring.ALL),
        Kind.SHORT: (Scoring.ALL,),
        Kind.NUMBER: (Scoring.ALL,),
        Kind.ORDER: (Scoring.ALL, Scoring.PARTIAL),
        Kind.MATCH: (Scoring.PARTIAL, Scoring.ALL),
        Kind.ESSAY: (Scoring.ALL,),
    }
)

#: Texts of the two options of a true/false question, in this order.
TRUE_FALSE = ("Đúng", "Sai")


class Markup(StrEnum):
    """How the texts of a question are written: as they stand, or in the Markdown of ``questions.markup``."""

    PLAIN = "plain"
    MARKDOWN = "markdown"


class State(StrEnum):
    """Where the newest version of a question stands in its life; only approved versions are drawn."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    RETIRED = "retired"


class ReviewRule(StrEnum):
    """Who approves a bank's questions: whoever writes them, or always a second person."""

    ONE = "one"
    TWO = "two"


class Verb(StrEnum):
    """Steps of a question's life as its timeline keeps them."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    RETIRE = "retire"
    RESTORE = "restore"
    COMMENT = "comment"


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
    """One option, statement, item to order, or pair to match.

    ``stays_last`` keeps an option behind the shuffled ones ("Cả ba phương án trên"). ``points`` is the option's own
    share of the question's worth, with :attr:`Scoring.WEIGHTS` only. ``match`` is the right side of a pair.
    """

    text: str
    correct: bool = False
    stays_last: bool = False
    points: Fraction | None = None
    match: str = ""
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An accepted answer of a short or number question and its share of the question's worth.

    ``text`` is what is expected; for numbers a decimal with a point, "3.14". ``tolerance``, numbers only: how far off
    still counts, a decimal not below 0. ``pattern``: the text is a regular expression (RE2) for the whole answer.
    """

    text: str
    points: Fraction = Fraction(1)
    tolerance: str = "0"
    pattern: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a file or a form gives it: not yet stored.

    What a kind keeps: SINGLE and MULTIPLE ``choices`` with ``correct``; TRUEFALSE the two choices of
    :data:`TRUE_FALSE`; STATEMENTS ``choices`` whose ``correct`` says whether the statement is true; ORDER ``choices``
    in the right order; MATCH ``choices`` with ``text`` and ``match`` (an empty ``text``: a right side that belongs to
    nothing); SHORT and NUMBER ``answers``; ESSAY ``min_words``, ``max_words`` and ``guide``, notes for its markers.

    ``code`` is the organizer's own code, unique in a bank (None: made from the content when stored); ``topic`` the
    path of topic names joined by " / "; ``row`` the row of the sheet or the number of the paragraph or line it began
    at. ``exact`` and ``case``, SHORT: diacritics, upper and lower case must be right. ``passage`` is the text
    that questions in a row share. Pictures stand in the texts as ``![words](hinh:<SHA-256>)``.
    """

    stem: str
    choices: tuple[Choice, ...] = ()
    kind: Kind = Kind.SINGLE
    code: str | None = None
    topic: str = ""
    difficulty: Difficulty = Difficulty.MEDIUM
    source: str = ""
    explanation: str = ""
    row: int | None = None
    title: str = ""
    markup: Markup = Markup.PLAIN
    answers: tuple[Answer, ...] = ()
    scoring: Scoring = Scoring.ALL
    exact: bool = False
    case: bool = False
    min_words: int | None = None
    max_words: int | None = None
    guide: str = ""
    passage: str = ""
    tags: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold markup, in a fixed order."""
        sides = (text for choice in self.choices for text in (choice.text, choice.match, choice.feedback))
        return (self.passage, self.stem, *sides, *(a.feedback for a in self.answers), self.explanation, self.guide)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is refused: the row (sheet row, line, or paragraph number of a Word file) and what to do."""

    message: Message
    row: int | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a reader found: questions in the order of the file, every fault, and pictures by SHA-256 of their bytes.

    ``notes`` are things the organizer should know that keep nothing from being stored.
    """

    questions: tuple[Draft, ...] = ()
    faults: tuple[Fault, ...] = field(default=())
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[Fault, ...] = field(default=())


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


def fraction(percent: float | str) -> Fraction:
    """A share from a percentage as files write it; thirds, sixths and the like are told from their five decimals.

    >>> fraction("33.33333"), fraction(-50), fraction("12.5")
    (Fraction(1, 3), Fraction(-1, 2), Fraction(1, 8))
    """
    exact = Fraction(str(percent).strip()) / 100
    near = exact.limit_denominator(20)
    return near if abs(near - exact) < Fraction(1, 10_000) else exact


def shares(draft: Draft) -> tuple[Fraction, ...]:
    """Each option's share of the question's worth, as the kind and the scoring give it."""
    if draft.scoring is Scoring.WEIGHTS:
        return tuple(choice.points or Fraction(0) for choice in draft.choices)
    right = sum(choice.correct for choice in draft.choices) or 1
    if draft.kind in LETTERED:
        return tuple(Fraction(choice.correct, 1 if draft.kind is Kind.SINGLE else right) for choice in draft.choices)
    counted = sum(bool(choice.text) for choice in draft.choices) or 1
    return tuple(Fraction(bool(choice.text), counted) for choice in draft.choices)


def fingerprint(stem: str, choices: Iterable[str]) -> str:
    """Key under which two questions count as the same: case, punctuation and the order of options apart.

    >>> fingerprint("Thủ đô  là?", ["Hà Nội", "Huế"]) == fingerprint("Thủ đô là", ["huế.", "Hà Nội"])
    True
    """

    def squeeze(text: str) -> str:
        return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))

    return squeeze(stem) + "\n" + "\n".join(sorted(squeeze(choice) for choice in choices))


def print_of(draft: Draft) -> str:
    """The :func:`fingerprint` of a question: of its stem with whatever tells it from others of the same stem.

    Options and pairs count; so does the passage, since many questions begin "Theo đoạn văn trên".
    """
    sides = [" ".join(filter(None, (choice.text, choice.match))) for choice in draft.choices]
    own = [] if draft.kind is Kind.TRUEFALSE else sides
    stem = f"{draft.passage} {draft.stem}" if draft.passage else draft.stem
    return fingerprint(stem, [*own, *(answer.text for answer in draft.answers)])
