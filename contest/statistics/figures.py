"""The kept figures of a round and its questions, as JSON holds them, from gathered attempts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contest.statistics.gather import Asked, Gathered
from questions import analysis, distractors
from questions.analysis import Floats, Marks
from questions.distractors import Chosen
from questions.guesses import guess_score
from questions.marking import Key
from questions.rules import LETTERED, ROWED, Draft, Kind
from questions.suspicions import Measured, Suspicion, suspicions

#: Scores shown one by one up to this maximum; above it, in so many classes.
MAX_COLUMNS = 30
#: Typed answers kept of a question, the most frequent ones.
TOP_TYPED = 12


@dataclass(frozen=True, slots=True)
class Subject:
    """A question version as this round marks it: ``key`` with every decision of the committee."""

    key: Key

    @property
    def asked(self) -> Asked:
        return Asked(self.key.kind, self.key.choices, self.key.dropped)

    @property
    def right(self) -> frozenset[int]:
        """Options that are right, or belong to an answer accepted later; none for a question without options."""
        return self.key.keys.union(*self.key.alternatives) if self.key.kind in LETTERED else frozenset()

    @property
    def guess(self) -> float:
        """Guess score in per cent."""
        choices = self.key.choices
        if self.key.alternatives and self.key.kind is not Kind.MULTIPLE:
            choices = tuple(replace(choice, correct=n in self.right) for n, choice in enumerate(choices))
        draft = Draft("", choices, self.key.kind, answers=self.key.answers, scoring=self.key.scoring)
        return 100 * float(guess_score(draft))


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a round: attempts that had it, its figures, whether it looks wrong."""

    version_id: int
    drawn: int
    figures: dict[str, Any]
    suspect: bool


def round_figures(gathered: Gathered) -> dict[str, Any]:
    """What the attempts say of the papers as a whole, over all attempts and over first ones."""
    first = _first_only(gathered)
    totals = gathered.marks.totals
    return {
        "all": _clean(analysis.paper(gathered.marks)) | {"attempts": len(totals)},
        "first": _clean(analysis.paper(first)) | {"attempts": len(first.totals)},
        "best": _plain(float(gathered.best.mean())) if len(gathered.best) else None,
        "scores": spread(totals, int(gathered.best.max()) if len(gathered.best) else 0),
    }


def spread(totals: Floats, most: int) -> list[list[Any]]:
    """Every score from 0 to the maximum with its attempts; in classes of equal width where there are too many.

    >>> spread(np.array([2.0, 0, 2]), 2), spread(np.array([7.0]), 61)[:4]
    ([['0', 1], ['1', 0], ['2', 2]], [['0-1', 0], ['2-3', 0], ['4-5', 0], ['6-7', 1]])
    """
    if not len(totals):
        return []
    width = most // (MAX_COLUMNS + 1) + 1
    counts = np.bincount((totals // width).astype(int), minlength=most // width + 1)
    starts = [width * place for place in range(len(counts))]
    labels = [str(start) if width == 1 else f"{start}-{min(start + width - 1, most)}" for start in starts]
    return [[label, int(count)] for label, count in zip(labels, counts, strict=True)]


def question_lines(gathered: Gathered, subjects: Mapping[int, Subject]) -> list[Line]:
    """A line for every version that any attempt had, measured or not."""
    every, first = _items(gathered.marks, gathered.worth), _items_of_first(gathered)
    lines = []
    for q, part, x, total in gathered.marks.by_question():
        version_id = gathered.versions[q]
        subject = subjects[version_id]
        worth, most = gathered.worth[part].astype(float), gathered.best[gathered.marks.attempt[part]]
        rest = _ratio(total - x, most - worth)
        figures = {name: _plain(values[q]) for name, values in every.items()} | {"attempts": len(x)}
        figures["first"] = {name: _plain(values[q]) for name, values in first.items()}
        figures["bands"] = [asdict(band) for band in distractors.bands(_ratio(x, worth), rest)]
        figures |= _answers(subject, gathered.chosen[part], rest, gathered.typed.get(version_id))
        found = _reasons(subject, figures)
        figures["reasons"] = [
            {"reason": s.reason.value, "text": s.message.text, "params": dict(s.message.params)} for s in found
        ]
        lines.append(Line(version_id, gathered.drawn[version_id], figures, bool(found)))
    measured = set(gathered.versions)
    return lines + [
        Line(version_id, count, _unmeasured(subjects[version_id]), False)
        for version_id, count in gathered.drawn.items()
        if version_id not in measured
    ]


def _unmeasured(subject: Subject) -> dict[str, Any]:
    figures: dict[str, Any] = dict.fromkeys(analysis.ITEM_FIGURES)
    return figures | {"attempts": 0, "guess": _plain(subject.guess), "dropped": subject.key.dropped}


def _items(marks: Marks, worth: NDArray[np.int32]) -> dict[str, Floats]:
    """Figures by question; a question worth different points in different papers has their mean as its maximum."""
    parts = [worth[start:end] for start, end in pairwise(marks.starts)]
    best = np.array([part.mean() if len(part) else 0.0 for part in parts])
    return analysis.items(marks, best) | {"attempts": marks.drawn.astype(float)}


def _items_of_first(gathered: Gathered) -> dict[str, Floats]:
    return _items(_first_only(gathered), gathered.worth[gathered.first[gathered.marks.attempt]])


def _first_only(gathered: Gathered) -> Marks:
    """The same marks without those of second and later attempts; still question by question."""
    marks, first = gathered.marks, gathered.first
    if first.all():
        return marks
    kept = first[marks.attempt]
    starts = np.cumsum([0, *(int(kept[start:end].sum()) for start, end in pairwise(marks.starts))])
    renumbered = (np.cumsum(first) - 1).astype(np.int32)
    return Marks(starts, renumbered[marks.attempt[kept]], marks.mark[kept], marks.totals[first])


def _answers(subject: Subject, chosen: Any, rest: Floats, typed: Counter[str] | None) -> dict[str, Any]:
    """Who answered what: by option, by row, or the typed answers."""
    kind = subject.key.kind
    blank = {"blank": int((chosen == 0).sum())}
    if kind in LETTERED or kind in ROWED:
        rows = distractors.table(chosen, rest, len(subject.key.choices))
        return blank | {"options": [_rounded(row) for row in rows]}
    if typed:
        return blank | {"typed": [[text, count] for text, count in typed.most_common(TOP_TYPED)]}
    return blank


def _reasons(subject: Subject, figures: dict[str, Any]) -> list[Suspicion]:
    figures["guess"], figures["credit"] = _plain(subject.guess), subject.key.credit
    if subject.key.credit:
        return []
    measured = Measured(
        figures["attempts"],
        figures["facility"],
        figures["discrimination_index"],
        figures["discriminative_efficiency"],
        figures["guess"] or 0.0,
    )
    options = [Chosen(**row) for row in figures["options"]] if subject.right else []
    return suspicions(measured, options, subject.right)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Shares; 0 where there is nothing to share."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _rounded(row: Chosen) -> dict[str, Any]:
    return {name: _plain(value) if isinstance(value, float) else value for name, value in asdict(row).items()}


def _clean(figures: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in figures.items()}


def _plain(value: float) -> float | None:
    """A figure as JSON holds it: None for what is undefined, nine decimals."""
    return round(float(value), 9) if isfinite(value) else None
