"""Texts as heaps of words, for holding questions against each other: how each word counts, and for how much."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from questions.text import fold

#: A number with its separators, a word with the digits in it, or a sign that changes what a formula says.
WORD = re.compile(r"\d+(?:[.,/:]\d+)*(?!\w)|\w+|[+×÷=<>≤≥≠√∫∑%^]")
#: The name of a picture: another picture makes another question.
_PICTURE = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"\d+(?:[.,/:]\d+)*")
#: Stands for any number.
NUMBER = "#"

#: Words that tell little about what is asked.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    là của và các nào gì được theo quy định sau đây trong những cho với tại về có khi thì bao nhiêu đâu mấy ai này đó từ
    đến bằng hay hoặc ở như thế câu hỏi chọn phương án nội dung đúng sai dòng chỉ anh bạn hãy biết năm ngày tháng số
    đều trên cả
    """,
    )
)
_COMMON_WEIGHT, _NUMBER_WEIGHT, _NAME_WEIGHT, _PICTURE_WEIGHT = 0.4, 0.25, 2.0, 12.0


def words(text: str) -> list[str]:
    """The words of a text as they are written; composed letters, whatever the text had."""
    return WORD.findall(text if text.isascii() else unicodedata.normalize("NFC", text))


def plain(word: str) -> str:
    """A word without what may differ: case, diacritics, the value of a number.

    >>> plain("Nghị"), plain("QH15"), plain("01/7/2025")
    ('nghi', 'qh#', '#')
    """
    return word if _PICTURE.fullmatch(word) else _DIGITS.sub(NUMBER, fold(word))


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared."""

    plain: str
    #: Without case and diacritics, numbers as they stand.
    folded: str
    #: In lower case.
    low: str
    capital: bool
    #: How much a word tells, wherever it stands.
    weight: float

    @classmethod
    def of(cls, word: str) -> "Word":
        form, low = plain(word), word.lower()
        weight = _COMMON_WEIGHT if low in _COMMON else 1.0
        if _PICTURE.fullmatch(word):
            weight = _PICTURE_WEIGHT
        elif NUMBER in form:
            weight = _NUMBER_WEIGHT if form == NUMBER else _NAME_WEIGHT / 2
        return cls(form, fold(word), low, word[0].isupper(), weight)


class Lexicon(dict[str, Word]):
    """Every word met so far, each looked at once."""

    def __missing__(self, word: str) -> Word:
        self[word] = found = Word.of(word)
        return found


@dataclass(frozen=True, slots=True)
class Bag:
    """Words with how often they come and how much each weighs, names more than others."""

    counts: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, segments: Sequence[Sequence[Word]]) -> "Bag":
        counts: dict[str, int] = {}
        weights: dict[str, float] = {}
        for segment in segments:
            first = True
            for word in segment:
                name = word.plain
                # The first word of a text is a capital anyway.
                weight = word.weight * _NAME_WEIGHT if word.capital and not first else word.weight
                first = False
                if name not in counts:
                    counts[name], weights[name] = 1, weight
                else:
                    counts[name] += 1
                    weights[name] = max(weight, weights[name])
        return cls(counts, weights)

    @property
    def weight(self) -> float:
        return sum(count * self.weights[word] for word, count in self.counts.items())

    def meets(self, other: "Bag") -> tuple[float, float]:
        """Weight of what two bags share, both sides counted, and weight of all they hold."""
        shared = total = 0.0
        for word, count in self.counts.items():
            weight, there = self.weights[word], other.counts.get(word, 0)
            if there:
                weight = max(weight, other.weights[word])
                shared += 2 * min(count, there) * weight
            total += (count + there) * weight
        total += sum(count * other.weights[word] for word, count in other.counts.items() if word not in self.counts)
        return shared, total
