"""Whether two questions are nearly the same, worked out from their words alone; pure.

Words are compared without case, diacritics and punctuation, a number counts as any other number, and options are
compared as one heap, whatever their order. What that leaves equal is the same question written differently; what it
leaves nearly equal is judged by the words that differ: names weigh most, words that any question may hold and numbers
least. Which thresholds part the questions that people call alike from those they do not is measured in
``tests/questions/test_likeness.py``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from rapidfuzz.distance import Indel

from questions.messages import N_
from questions.rules import Draft, Kind
from questions.words import NUMBER, Bag, Lexicon, Word, plain, words

_YES_OR_NO = ({"dung", "sai"}, {"co", "khong"})
_YES_OR_NO_LENGTH = 12

#: The least likeness of stems, of options, and of both together, for wordings nearly the same.
STEM_LEAST, OPTIONS_LEAST, BOTH_LEAST = 0.8, 0.7, 0.86
#: Stems without options are all there is to go by.
ALONE_LEAST = 0.87
#: The least weight of the words of a stem that tells a question from others when only one of the two has options.
STEM_WEIGHT = 3.5
#: The least likeness of stems and of right answers for the same question with other wrong options.
KEY_STEM_LEAST, KEY_LEAST, KEY_WEIGHT = 0.92, 0.9, 5.5
#: Passages less alike than this make two questions of what is written under them.
PASSAGE_LEAST = 0.6


K = TypeVar("K")


class How(StrEnum):
    """In what two questions that are nearly the same still differ."""

    SAME = "same"
    DIACRITICS = "diacritics"
    NUMBERS = "numbers"
    WORDING = "wording"
    OPTIONS = "options"


HOW_NAMES = {
    How.SAME: N_("cùng lời văn, chỉ khác thứ tự phương án hoặc dấu câu"),
    How.DIACRITICS: N_("cùng lời văn, khác dấu tiếng Việt"),
    How.NUMBERS: N_("cùng lời văn, khác số"),
    How.WORDING: N_("lời văn gần như nhau"),
    How.OPTIONS: N_("cùng câu dẫn và đáp án, khác phương án còn lại"),
}

#: Likeness of two questions that differ in nothing but this.
_FIXED = {How.SAME: 1.0, How.DIACRITICS: 0.99, How.NUMBERS: 0.97}
_MOST = 0.96


@dataclass(frozen=True, slots=True)
class Near(Generic[K]):
    """A question that is nearly the same: its key, how alike it is from 0 to 1, and in what it differs."""

    key: K
    likeness: float
    how: How


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a question that are compared: stem, options (or accepted answers), the right ones among them.

    ``passage`` is the text it stands under, which tells apart what reads the same.
    """

    stem: str
    options: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    passage: str = ""


def text_of(draft: Draft) -> Text:
    """What of a question is compared with others."""
    if draft.kind is Kind.TRUEFALSE or _yes_or_no([choice.text for choice in draft.choices]):
        return Text(draft.stem, passage=draft.passage)
    sides = tuple(" ".join(filter(None, (choice.text, choice.match))) for choice in draft.choices)
    answers = tuple(answer.text for answer in draft.answers)
    # An option kept last ("Cả ba phương án trên") says nothing of its own.
    right = tuple(c.text for c in draft.choices if c.correct and not c.stays_last) if draft.answers == () else answers
    return Text(draft.stem, sides + answers, right, draft.passage)


def _yes_or_no(options: Sequence[str]) -> bool:
    """Whether the options only say yes and no to the stem."""
    if len(options) != 2 or max(map(len, options)) > _YES_OR_NO_LENGTH:
        return False
    return {" ".join(map(plain, words(option))) for option in options} in _YES_OR_NO


def _ratio(shared: float, total: float) -> float:
    return shared / total if total else 1.0


class Form:
    """A question's words taken apart for comparing; ``lexicon`` is shared by all forms of a comparison."""

    def __init__(self, text: Text, lexicon: Lexicon) -> None:
        self.text, self.lexicon = text, lexicon
        self.stem = self._words(text.stem)
        self.options = [self._words(option) for option in text.options]

    def _words(self, text: str) -> list[Word]:
        lexicon = self.lexicon
        return [lexicon[word] for word in words(text)]

    @cached_property
    def stem_bag(self) -> Bag:
        return Bag.of([self.stem])

    @cached_property
    def stem_order(self) -> list[str]:
        return [word.plain for word in self.stem]

    @cached_property
    def options_bag(self) -> Bag:
        return Bag.of(self.options)

    @cached_property
    def key_bag(self) -> Bag:
        return Bag.of([self._words(right) for right in self.text.right])

    @property
    def key_folded(self) -> list[str]:
        return [" ".join(word.folded for word in self._words(right)) for right in self.text.right]

    @cached_property
    def passage_bag(self) -> Bag:
        return Bag.of([self._words(self.text.passage)])

    @property
    def folded(self) -> list[str]:
        """Every word of stem and options with its numbers."""
        return [word.folded for segment in (self.stem, *self.options) for word in segment]

    @cached_property
    def plain(self) -> tuple[str, ...]:
        return self.written("plain")

    def written(self, part: str) -> tuple[str, ...]:
        """Stem and sorted options with each word as its ``plain``, ``folded`` or ``low`` form."""
        sides = sorted(" ".join(getattr(word, part) for word in option) for option in self.options)
        return (" ".join(getattr(word, part) for word in self.stem), *sides)


def compare(one: Form, other: Form) -> tuple[float, How] | None:
    """How alike two questions are and in what they differ; None when they are different questions."""
    if one.text.passage != other.text.passage and _ratio(*one.passage_bag.meets(other.passage_bag)) < PASSAGE_LEAST:
        return None
    if one.stem_order == other.stem_order and one.plain == other.plain:
        how = _difference(one, other)
        return _FIXED[how] * (_letter(one, other) if how is How.NUMBERS else 1), how
    near = _nearly(one, other)
    return near and (near[0] * _letter(one, other), near[1])


def _letter(one: Form, other: Form) -> float:
    """From 0.9 to 1: how much two questions share when numbers count, to put the likest of several first."""
    mine, theirs = Counter(one.folded), Counter(other.folded)
    total = mine.total() + theirs.total()
    return 0.9 + 0.1 * (2 * (mine & theirs).total() / total if total else 1)


def _difference(one: Form, other: Form) -> How:
    """In what two questions differ that are the same but for case, order, diacritics and numbers."""
    if one.written("folded") != other.written("folded"):
        return How.NUMBERS
    return How.SAME if one.written("low") == other.written("low") else How.DIACRITICS


def _nearly(one: Form, other: Form) -> tuple[float, How] | None:
    shared, total = one.stem_bag.meets(other.stem_bag)
    stem = _ratio(shared, total)
    if stem < STEM_LEAST:
        return None
    order = Indel.normalized_similarity(one.stem_order, other.stem_order)
    stem = 0.8 * stem + 0.2 * order
    if not (one.options and other.options):
        # One of another kind, or still without its options: the stems must say enough to be told by them.
        enough = one.options == other.options or one.stem_bag.weight >= STEM_WEIGHT
        return (min(stem, _MOST), How.WORDING) if stem >= ALONE_LEAST and enough else None
    shared_options, total_options = one.options_bag.meets(other.options_bag)
    options = _ratio(shared_options, total_options)
    both = _ratio(stem * total + shared_options, total + total_options)
    if options >= OPTIONS_LEAST and both >= BOTH_LEAST and stem >= STEM_LEAST:
        return min(both, _MOST), How.WORDING
    if stem >= KEY_STEM_LEAST and _same_key(one, other):
        return min(stem, _MOST) * (0.8 + 0.2 * options), How.OPTIONS
    return None


def _same_key(one: Form, other: Form) -> bool:
    """Whether two questions of the same stem have the same right answer, and stem and answer say enough to matter."""
    if one.stem_bag.weight + one.key_bag.weight < KEY_WEIGHT or not (one.text.right and other.text.right):
        return False
    if sorted(one.key_folded) == sorted(other.key_folded):
        return True
    said = any(word != NUMBER for word in one.key_bag.counts)
    return said and _ratio(*one.key_bag.meets(other.key_bag)) >= KEY_LEAST
