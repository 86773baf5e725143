"""Finding, among many thousands of questions, those nearly the same as one: the rarest words that two share lead there.

Each question is kept as its features: every pair of neighbouring words within its stem and within each option, and
each of these texts as a whole; words as :func:`questions.words.plain` has them. Two questions that are nearly the
same share most of their features, the rare ones too, so that the few rarest of a question lead to all that may be
like it; what they lead to is then held against it word by word by :func:`questions.likeness.compare`.

A question whose rarest features are all common (thousands of questions after one pattern) is led to only so many
others (:class:`Reach`), the earliest first; those that are the same but for order, marks and numbers are found anyway.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from questions.likeness import Form, Near, Text, compare
from questions.words import Lexicon, plain, words


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the search for one question goes: measured so that nine of ten variants are found in the worst banks."""

    #: How many of a question's features are followed, the rarest first.
    followed: int
    #: How many questions those may lead to, each counted as often as it is met.
    budget: int
    #: Of the features followed, the share that must lead to a question for it to be compared.
    least: float
    #: How many of those met, the ones met most often, are compared word by word.
    compared: int


#: For one question that somebody types, and for the thousands of a file.
TYPED, MANY = Reach(24, 4_000, 0.1, 10), Reach(20, 1_500, 0.15, 4)
#: Near questions told of one question.
TOLD = 5
#: Questions followed at a time when there are many: bounds the memory.
_BATCH = 1_000

#: Questions kept taken apart for comparing: a few thousand weigh some megabytes.
_FORMS = 2_000
_HASH = (1 << 63) - 1
Ints = NDArray[np.int64]
K = TypeVar("K", bound=Hashable)


class _Numbers(dict[str, int]):
    """A number for each plain form of a word, from 1; looked up by the word as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._plain: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        self[word] = number = self._plain.setdefault(plain(word), len(self._plain) + 1)
        return number


class Index(Generic[K]):
    """Questions to be searched, by key. Building takes about a second for twenty thousand, an answer milliseconds."""

    def __init__(self, texts: Iterable[tuple[K, Text]]) -> None:
        pairs = list(texts)
        self.keys = [key for key, _ in pairs]
        self.texts = [text for _, text in pairs]
        self._place = {key: place for place, key in enumerate(self.keys)}
        self._numbers = _Numbers()
        self._lexicon = Lexicon()
        self._forms: dict[int, Form] = {}
        own: list[Ints] = []
        self._same: dict[int, list[int]] = defaultdict(list)
        self._whole: list[int] = []
        for place, text in enumerate(self.texts):
            features, whole = self._take(text)
            own.append(features)
            self._whole.append(whole)
            self._same[whole].append(place)
        self._own = own
        self._post(own)

    def _take(self, text: Text) -> tuple[Ints, int]:
        """The features of a question, each once, and what it has in common with those the same but for marks.

        Whole texts are hashed: tuples of whole numbers hash alike in every process, and what two different texts
        of one hash lead to is compared word by word all the same.
        """
        numbers = self._numbers.__getitem__
        segments = [tuple(map(numbers, words(part))) for part in (text.stem, *text.options)]
        found: list[int] = []
        for segment in segments:
            if segment:
                found.append(~(hash(segment) & _HASH))
                found += [one << 32 | two for one, two in zip(segment, segment[1:], strict=False)]
        return np.fromiter(set(found), dtype=np.int64), hash((segments[0], tuple(sorted(segments[1:]))))

    def _post(self, own: Sequence[Ints]) -> None:
        """For each feature the places of the questions that have it, ascending."""
        sizes = [len(features) for features in own]
        every = np.concatenate(own) if own else np.empty(0, dtype=np.int64)
        places = np.repeat(np.arange(len(own)), sizes)
        order = np.argsort(every, kind="stable")
        every = every[order]
        self._postings = places[order]
        first = np.flatnonzero(np.r_[True, every[1:] != every[:-1]]) if every.size else np.empty(0, dtype=np.int64)
        self._features = every[first]
        self._starts = np.r_[first, every.size]

    def near(self, text: Text, *, besides: Iterable[K] = ()) -> tuple[Near[K], ...]:
        """The questions nearly the same as one, the likest first; those of the keys ``besides`` left out."""
        features, whole = self._take(text)
        left_out = {self._place[key] for key in besides if key in self._place}
        own = [self._own[place] for place in left_out]
        known = np.isin(features, np.concatenate(own)) if own else np.zeros(features.size, dtype=bool)
        met = next(iter(self._met([features], known, TYPED)))
        # A lexicon of its own: an index that many ask grows with none of them.
        return self._told(Form(text, Lexicon(self._lexicon)), self._same.get(whole, ()), met, left_out, len(self.keys))

    def near_each(self, keys: Sequence[K], *, first: int = 0) -> dict[K, tuple[Near[K], ...]]:
        """For many questions of the index, each with those nearly the same; keys without any are left out.

        Of the questions from place ``first`` on, only those that stand before a question are told of it: what a file
        has twice is told at the second.
        """
        found = {}
        places = [self._place[key] for key in keys]
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            own = [self._own[place] for place in batch]
            known = np.ones(sum(features.size for features in own), dtype=bool)
            for place, met in zip(batch, self._met(own, known, MANY), strict=True):
                same = self._same[self._whole[place]]
                told = self._told(self._form(place), same, met, {place}, max(first, place))
                if told:
                    found[self.keys[place]] = told
        return found

    def _form(self, place: int) -> Form:
        form = self._forms.get(place)
        if form is None:
            if len(self._forms) >= _FORMS:
                self._forms.clear()
            form = self._forms[place] = Form(self.texts[place], self._lexicon)
        return form

    def _told(
        self, form: Form, same: Iterable[int], met: Iterable[int], left_out: set[int], before: int
    ) -> tuple[Near[K], ...]:
        """Hold a question against those that may be near it, and keep the likest that stand before a place."""
        # Ascending, and perhaps thousands: no more are looked at than are told.
        close = list(islice((place for place in same if place not in left_out and place < before), TOLD))
        close += [place for place in met if place not in left_out and place < before and place not in close]
        found = []
        for place in close:
            alike = compare(form, self._form(place))
            if alike:
                found.append((-alike[0], place, Near(self.keys[place], *alike)))
        return tuple(near for *_, near in sorted(found, key=lambda item: item[:2])[:TOLD])

    def _met(self, asked: Sequence[Ints], own: NDArray[np.bool_], reach: Reach) -> Iterator[list[int]]:
        """For each question asked about, by its features, the places its rarest ones lead to most often.

        ``own`` says of each feature whether the question itself, as the index has it, is among those that have it.
        """
        who = np.repeat(np.arange(len(asked)), [len(features) for features in asked])
        features = np.concatenate(asked) if asked else np.empty(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._features, features), max(0, self._features.size - 1))
        sizes = self._starts[at + 1] - self._starts[at] if self._features.size else np.zeros(features.size, dtype=int)
        known = sizes > own
        known[known] = self._features[at[known]] == features[known]
        who, at, sizes = who[known], at[known], sizes[known]
        order = np.lexsort((at, sizes, who))
        who, at, sizes = _within_budget(who[order], at[order], sizes[order], reach)
        least = np.ceil(np.bincount(who, minlength=len(asked)) * reach.least)
        pairs = np.repeat(who, sizes) * len(self.keys) + self._postings[_ranges(self._starts[at], sizes)]
        pairs, times = np.unique(pairs, return_counts=True)
        who, places = np.divmod(pairs, max(1, len(self.keys)))
        often = times >= least[who]
        who, places, times = who[often], places[often], times[often]
        order = np.lexsort((places, -times, who))
        who, places = who[order], places[order]
        bounds = np.searchsorted(who, np.arange(len(asked) + 1))
        # One more than is compared: a question of the index always meets itself first.
        for start, stop in zip(bounds[:-1], bounds[1:], strict=True):
            yield places[start : min(stop, start + reach.compared + 1)].tolist()


def _within_budget(who: Ints, at: Ints, sizes: Ints, reach: Reach) -> tuple[Ints, Ints, Ints]:
    """Of rows in the order of questions, rarest feature first: those to follow, the last one of each cut short."""
    starts = np.searchsorted(who, who)
    rank = np.arange(who.size) - starts
    sums = np.cumsum(sizes)
    before = sums - sizes
    spent = before - before[starts] if who.size else before
    kept = (rank < reach.followed) & (spent < reach.budget)
    return who[kept], at[kept], np.minimum(sizes[kept], reach.budget - spent[kept])


def _ranges(starts: Ints, sizes: Ints) -> Ints:
    """The numbers of all ranges, one behind the other.

    >>> _ranges(np.array([5, 20]), np.array([2, 3])).tolist()
    [5, 6, 20, 21, 22]
    """
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if ends.size else 0) + np.repeat(starts - (ends - sizes), sizes)
