"""From the texts of a question, as a sheet's columns or a Word file's labels give them, to the question itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from questions.dialect import tidy
from questions.faults import decimal
from questions.formats.common import Found
from questions.formats.fields import (
    read_compare,
    read_difficulty,
    read_key,
    read_kind,
    read_last,
    read_scoring,
    read_words,
    short,
)
from questions.formats.typed import read_answers, read_shares, read_tags, read_truths, says_truths
from questions.formats.wording import parse_letters
from questions.messages import N_, Message, message
from questions.rules import (
    LETTERED,
    LETTERS,
    SCORINGS,
    TRUE_FALSE,
    Answer,
    Choice,
    Difficulty,
    Draft,
    Kind,
    Markup,
    Scoring,
    clean,
)
from questions.text import fold

_ARROW = re.compile(r"\s*(?:=>|->|→|↔|⇒|⟶|-->)\s*")


@dataclass(slots=True)
class Raw:
    """What a file says of one question, as it stands there.

    ``fields`` by name: key, kind, difficulty, last, code, title, tags, scoring, shares, compare, words, source,
    explanation, guide. ``marked`` are options marked as right without words; ``multiple`` tells that more than one
    of them is meant. ``loose``: a short answer needs no word about its kind.
    """

    stem: str = ""
    options: list[str] = field(default_factory=list)
    matches: list[str] = field(default_factory=list)
    feedbacks: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    passage: str = ""
    topic: str = ""
    difficulty: Difficulty | None = None
    markup: Markup = Markup.PLAIN
    marked: frozenset[int] = frozenset()
    told: bool = False
    usual_kind: Kind | None = None
    loose: bool = False

    def text(self, text: str) -> str:
        return clean(text) if self.markup is Markup.PLAIN else tidy(text).strip()

    def line(self, name: str) -> str:
        return " ".join(clean(self.fields.get(name, "")).split())


def build(raw: Raw, row: int, label: str | None = None, faults: Sequence[Message] = ()) -> Found:
    """The question with every fault found in it; what cannot be understood is left at what is usual."""
    troubles = list(faults)
    raw.options = [raw.text(text) for text in raw.options]
    raw.matches = [raw.text(text) for text in raw.matches]
    kind = _kind(raw, troubles)
    maker = _Maker(raw, kind, troubles, told=raw.told)
    choices, answers = maker.rows()
    # Statements under a heading "đúng sai" are told by the options.
    kind = maker.kind
    scoring, choices = _scoring(raw, kind, choices, troubles)
    exact, case = read_compare(raw.line("compare"), troubles) if kind is Kind.SHORT else (False, False)
    least, most = read_words(raw.line("words"), troubles) if kind is Kind.ESSAY else (None, None)
    draft = Draft(
        stem=raw.text(raw.stem),
        choices=choices,
        kind=kind,
        code=raw.line("code") or None,
        topic=" ".join(clean(raw.topic).split()),
        difficulty=read_difficulty(raw.line("difficulty"), raw.difficulty or Difficulty.MEDIUM, troubles),
        source=clean(raw.fields.get("source", "")),
        explanation=raw.text(raw.fields.get("explanation", "")),
        row=row,
        title=raw.line("title"),
        markup=raw.markup,
        answers=answers,
        scoring=scoring,
        exact=exact,
        case=case,
        min_words=least,
        max_words=most,
        guide=raw.text(raw.fields.get("guide", "")),
        passage=raw.text(raw.passage),
        tags=read_tags(clean(raw.fields.get("tags", ""))),
    )
    return Found(draft, label, troubles, maker.told)


def _kind(raw: Raw, faults: list[Message]) -> Kind:
    written = raw.line("kind")
    if written:
        return read_kind(written, Kind.SINGLE, faults)
    options, key = [text for text in raw.options if text], raw.line("key")
    if any(raw.matches):
        return Kind.MATCH
    if options and tuple(map(_yes_no, options)) in ((True, False), (False, True)):
        return Kind.TRUEFALSE
    if options:
        if key and says_truths(key, len(options)):
            return Kind.STATEMENTS
        return raw.usual_kind if raw.usual_kind and raw.usual_kind is not Kind.TRUEFALSE else Kind.SINGLE
    if key and _yes_no(key) is not None:
        return Kind.TRUEFALSE
    if raw.usual_kind and raw.usual_kind not in LETTERED and raw.usual_kind is not Kind.SHORT:
        return raw.usual_kind
    letters = parse_letters(key)
    if not key or (letters is not None and not (raw.loose and not any(c.isalpha() for c in key))):
        return Kind.SINGLE
    answers = read_answers(key, Kind.NUMBER)
    return Kind.NUMBER if answers and all(decimal(answer.text) is not None for answer in answers) else Kind.SHORT


def _yes_no(text: str) -> bool | None:
    """Whether a text says nothing but right or wrong.

    >>> _yes_no("Đúng."), _yes_no("S"), _yes_no("Đúng một phần")
    (True, False, None)
    """
    plain = fold(text).strip(" .")
    return {"dung": True, "sai": False, "true": True, "false": False, "d": "đ" in text.lower() or None, "s": False}.get(
        plain
    )


@dataclass(slots=True)
class _Maker:
    """Makes the rows and answers of a kind; notes when a fault already speaks of the key."""

    raw: Raw
    kind: Kind
    faults: list[Message]
    told: bool = False

    @property
    def key(self) -> str:
        return clean(self.raw.fields.get("key", ""))

    def rows(self) -> tuple[tuple[Choice, ...], tuple[Answer, ...]]:
        raw, kind = self.raw, self.kind
        if kind is Kind.TRUEFALSE and [t for t in raw.options if t and _yes_no(t) is None]:
            kind = self.kind = Kind.STATEMENTS
        if kind is Kind.MATCH:
            self._split_pairs()
        last = read_last(raw.line("last"), raw.options, self.faults) if raw.options else frozenset()
        if kind in (Kind.SHORT, Kind.NUMBER):
            return (), self._answers()
        if kind is Kind.ESSAY:
            return (), ()
        if kind is Kind.TRUEFALSE:
            return self._true_false(), ()
        if kind is Kind.ORDER:
            return self._ordered(last), ()
        right = self._truths() if kind is Kind.STATEMENTS else self._letters() if kind in LETTERED else frozenset()
        return tuple(self._choice(index, index in right, index in last) for index in range(self._count())), ()

    def _count(self) -> int:
        return max(len(self.raw.options), len(self.raw.matches) if self.kind is Kind.MATCH else 0)

    def _choice(self, index: int, right: bool, last: bool) -> Choice:
        match = _at(self.raw.matches, index) if self.kind is Kind.MATCH else ""
        return Choice(_at(self.raw.options, index), right, last, match=match, feedback=self._feedback(index))

    def _feedback(self, index: int) -> str:
        return self.raw.text(_at(self.raw.feedbacks, index))

    def _letters(self) -> frozenset[int]:
        """Options that are right; more than one makes a single answer a multiple one where no kind is written."""
        raw = self.raw
        right = raw.marked
        if self.key:
            named = [i for i, text in enumerate(raw.options) if text and clean(text).lower() == self.key.lower()]
            if len(named) == 1 and parse_letters(self.key) is None:
                return frozenset(named)
            found = read_key(self.key, len(raw.options), self.faults)
            self.told = self.told or found is None
            right = found or frozenset()
            if len(right) > 1 and not raw.line("kind"):
                self.kind = Kind.MULTIPLE
        return right

    def _truths(self) -> frozenset[int]:
        raw = self.raw
        if not self.key:
            if not raw.marked and not self.told:
                self._no_key()
            return raw.marked
        count = len(raw.options)
        found = read_truths(self.key)
        if found is not None and len(found) == count:
            return frozenset(index for index, true in enumerate(found) if true)
        letters = parse_letters(self.key)
        if letters is not None and max(letters, default=0) < count:
            return frozenset(letters)
        self.told = True
        self.faults.append(
            message(
                N_("Không hiểu đáp án “%(key)s” của nhóm mệnh đề. Hãy ghi Đ hoặc S cho từng ý, ví dụ ĐSĐS."),
                key=short(self.key),
            )
        )
        return frozenset()

    def _no_key(self) -> None:
        self.told = True
        self.faults.append(message(N_("Chưa có đáp án của nhóm mệnh đề. Hãy ghi Đ hoặc S cho từng ý, ví dụ ĐSĐS.")))

    def _true_false(self) -> tuple[Choice, ...]:
        true = _yes_no(self.key) if self.key else None
        options = [_yes_no(text) for text in self.raw.options if text]
        letters = parse_letters(self.key) if self.key and true is None else tuple(self.raw.marked)
        if true is None and letters and len(letters) == 1 and letters[0] < len(options or TRUE_FALSE):
            true = options[letters[0]] if options else letters[0] == 0
        if self.key and true is None:
            self.told = True
            self.faults.append(message(N_("Không hiểu đáp án “%(key)s”. Hãy ghi Đúng hoặc Sai."), key=short(self.key)))
        # Feedback goes with the option as it is written.
        places = [options.index(said) if said in options else n for n, said in enumerate((True, False))]
        return tuple(
            Choice(text, true is said, feedback=self._feedback(place))
            for text, said, place in zip(TRUE_FALSE, (True, False), places, strict=True)
        )

    def _ordered(self, last: frozenset[int]) -> tuple[Choice, ...]:
        count = len(self.raw.options)
        places = range(count)
        if self.key:
            letters = parse_letters(re.sub(r"[->→]+", " ", self.key))
            if letters is None or sorted(letters) != list(places):
                self.told = True
                self.faults.append(
                    message(
                        N_("Không hiểu thứ tự đúng “%(key)s”. Hãy ghi đủ các chữ cái theo thứ tự, ví dụ: C, A, B."),
                        key=short(self.key),
                    )
                )
            else:
                places = letters
        return tuple(self._choice(index, False, index in last) for index in places)

    def _split_pairs(self) -> None:
        """Pairs written on one line: Hà Nội => Việt Nam."""
        raw = self.raw
        halves = [_ARROW.split(text, maxsplit=1) for text in raw.options]
        if not any(raw.matches) and halves and all(len(half) == 2 for half in halves):
            raw.options, raw.matches = [half[0] for half in halves], [half[1] for half in halves]

    def _answers(self) -> tuple[Answer, ...]:
        answers = read_answers(self.key, self.kind)
        if not answers:
            found = (read_answers(text, self.kind) for text in self.raw.options if text)
            answers = tuple(answer for some in found for answer in some)
        return tuple(
            Answer(a.text, a.points, a.tolerance, a.pattern, self._feedback(index)) for index, a in enumerate(answers)
        )


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def usual_scoring(kind: Kind, count: int) -> Scoring:
    """How a question counts when its file does not say."""
    if kind is Kind.STATEMENTS and count != 4:
        return Scoring.PARTIAL
    return SCORINGS[kind][0]


def _scoring(
    raw: Raw, kind: Kind, choices: tuple[Choice, ...], faults: list[Message]
) -> tuple[Scoring, tuple[Choice, ...]]:
    usual = usual_scoring(kind, len(choices))
    shares: list[Fraction | None] = []
    if raw.line("shares") and kind in (Kind.SINGLE, Kind.MULTIPLE):
        usual = Scoring.WEIGHTS
        shares = read_shares(raw.line("shares"), len(choices), faults)
    scoring = read_scoring(raw.line("scoring"), kind, usual, faults)
    if scoring is not Scoring.WEIGHTS:
        return scoring, choices
    paired = zip(choices, shares or [None] * len(choices), strict=True)
    return scoring, tuple(Choice(c.text, c.correct, c.stays_last, share, c.match, c.feedback) for c, share in paired)


def letters_of(count: int) -> str:
    """The letters of so many answers, beyond those of options too."""
    return (LETTERS + "IJKLMNOPQRSTUVWXYZ")[:count]
