"""The paper of an attempt as a pure function of a secret seed, a label and the pools it is drawn from.

A stranger can redo a draw in any language from this description; numbers are 64-bit and unsigned.

Random numbers.  Block ``c`` (c = 0, 1, 2 ...) is HMAC-SHA256 with the seed as key over the UTF-8 text
``<label>:<c>``. Its 32 bytes are four big-endian numbers, used in order; then comes the next block.
``below(n)`` takes numbers until one is smaller than the greatest multiple of n not above 2^64, and gives
that number modulo n. It takes at least one number, for n = 1 too.

Drawing.  Rows are served by size of pool, the smallest first, equal sizes in the order of the blueprint, so
that a row with a narrow topic is not robbed by a row whose pool holds that topic. A row's pool is the list of
its versions by ascending number, without those that earlier rows took. For k = 0 .. count-1: swap
the elements at k and k + below(size - k); the first ``count`` elements are drawn.
Where the versions that the person has seen before are given, the pool is drawn from without them first; only if it
then holds fewer than ``count``, all of it is drawn in this way, and the missing ones are drawn in the same way from
the seen versions of the row that earlier rows did not take, by ascending number.

Order.  The rows come back in the order of the blueprint, inside a row by ascending version number. When
questions are shuffled, for i = length-1 down to 1: swap the elements at i and below(i + 1).
Questions that share a passage then move up to stand behind the first of them, in the order they have.

Options.  Question by question in the order just made, when options are shuffled: those that need not stay last
are shuffled in the same way, those that stay last follow in their own order. Otherwise the order is as typed.
Items to be put in order, and the right sides of pairs, are shuffled always.
"""

import hmac
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

_NUMBERS = 1 << 64
_by_version = attrgetter("version_id")


class ShortPool(ValueError):
    """A row asks for more questions than its pool still holds; ``row`` is its place, counted from 0."""

    def __init__(self, row: int, available: int, needed: int) -> None:
        super().__init__(f"row {row} needs {needed} questions, {available} are left in its pool")
        self.row, self.available, self.needed = row, available, needed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that may be drawn: its number of choices, and the indexes of those that stay last.

    ``always``: its choices are shuffled whatever the round says. ``passage`` names the text it shares with others.
    """

    version_id: int
    choices: int
    last: frozenset[int] = frozenset()
    always: bool = False
    passage: str = ""


@dataclass(frozen=True, slots=True)
class DrawRow:
    """So many questions from a pool at so many points each.

    The pool is kept sorted by version; making a row costs a pass over its pool, so make the rows of a round once
    and draw many papers from them.
    """

    pool: tuple[Candidate, ...]
    count: int
    points: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool", tuple(sorted(self.pool, key=_by_version)))


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One question of a paper: ``order[i]`` is the index, in the version's choices, of the option at letter i."""

    version_id: int
    order: tuple[int, ...]
    points: int = 1


class Stream:
    """The numbers of a draw, see the description above.

    >>> stream = Stream(b"seed", "demo")
    >>> [stream.below(6) + 1 for _ in range(8)]
    [1, 6, 6, 2, 1, 4, 3, 6]
    """

    def __init__(self, seed: bytes, label: str) -> None:
        self._numbers = _numbers(seed, label)

    def below(self, n: int) -> int:
        """A number from 0 to n-1, each as likely as the others."""
        limit = _NUMBERS - _NUMBERS % n
        return next(number for number in self._numbers if number < limit) % n

    def shuffle(self, things: list) -> None:
        """Put a list into random order, in place (Fisher and Yates, from the end)."""
        for i in range(len(things) - 1, 0, -1):
            j = self.below(i + 1)
            things[i], things[j] = things[j], things[i]


def _numbers(seed: bytes, label: str) -> Iterator[int]:
    counter = 0
    while True:
        block = hmac.digest(seed, f"{label}:{counter}".encode(), "sha256")
        for start in range(0, 32, 8):
            yield int.from_bytes(block[start : start + 8], "big")
        counter += 1


def draw(
    seed: bytes,
    label: str,
    rows: Sequence[DrawRow],
    shuffle_questions: bool,
    shuffle_choices: bool,
    seen: Collection[int] = (),
) -> tuple[PaperItem, ...]:
    """The paper for this seed and label: the same arguments always give the same paper.

    ``seen``: versions that come only where others run short. The work grows with the questions in the paper and
    those seen, not with the pools. Raises ShortPool.

    >>> pool = tuple(Candidate(version_id=n, choices=4) for n in range(1, 101))
    >>> narrow = DrawRow(pool[:5], count=2, points=2)
    >>> paper = draw(b"seed", "demo", [DrawRow(pool, 3), narrow], False, True)
    >>> [(item.version_id, "".join("ABCD"[i] for i in item.order), item.points) for item in paper]
    [(24, 'ABCD', 1), (41, 'BCDA', 1), (74, 'CBAD', 1), (3, 'CBAD', 2), (5, 'DACB', 2)]
    """
    stream = Stream(seed, label)
    paper = [
        (candidate, row.points)
        for row, drawn in zip(rows, _drawn_by_row(stream, rows, sorted(set(seen))), strict=True)
        for candidate in sorted(drawn, key=_by_version)
    ]
    if shuffle_questions:
        stream.shuffle(paper)
    return tuple(
        PaperItem(candidate.version_id, _order(stream, candidate, shuffle_choices or candidate.always), points)
        for candidate, points in _together(paper)
    )


def _together(paper: Sequence[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """The same questions with those of one passage behind the first of them.

    >>> own = [(Candidate(n, 4, passage=p), 1) for n, p in ((1, "x"), (2, ""), (3, "x"), (4, ""))]
    >>> [candidate.version_id for candidate, _ in _together(own)]
    [1, 3, 2, 4]
    """
    first: dict[str, int] = {}
    places = [
        first.setdefault(candidate.passage, place) if candidate.passage else place
        for place, (candidate, _) in enumerate(paper)
    ]
    return [paper[place] for place in sorted(range(len(paper)), key=places.__getitem__)]


def _served(rows: Sequence[DrawRow]) -> list[int]:
    """The rows' places in the order in which they are served."""
    return sorted(range(len(rows)), key=lambda place: len(rows[place].pool))


def _drawn_by_row(stream: Stream, rows: Sequence[DrawRow], seen: Sequence[int]) -> list[list[Candidate]]:
    drawn: list[list[Candidate]] = [[] for _ in rows]
    taken: list[int] = []
    for place in _served(rows):
        row = rows[place]
        gone = _indexes(row.pool, taken)
        again = sorted(_indexes(row.pool, seen) - gone)
        size = len(row.pool) - len(gone)
        if row.count > size:
            raise ShortPool(place, size, row.count)
        aside = sorted(gone.union(again))
        fresh = min(row.count, len(row.pool) - len(aside))
        drawn[place] = [row.pool[_past(aside, index)] for index in _sample(stream, len(row.pool) - len(aside), fresh)]
        short = _sample(stream, len(again), row.count - fresh)
        drawn[place] += [row.pool[again[index]] for index in short]
        taken += [candidate.version_id for candidate in drawn[place]]
    return drawn


def _indexes(pool: Sequence[Candidate], versions: Sequence[int]) -> set[int]:
    """Places in the pool of those versions that it holds."""
    return {index for version in versions if (index := _index(pool, version)) is not None}


def _index(pool: Sequence[Candidate], version_id: int) -> int | None:
    index = bisect_left(pool, version_id, key=_by_version)
    return index if index < len(pool) and pool[index].version_id == version_id else None


def _past(gone: Sequence[int], index: int) -> int:
    """Place in the whole pool of the element at ``index`` once the places in ``gone`` are taken out."""
    for place in gone:
        if place > index:
            break
        index += 1
    return index


def _sample(stream: Stream, size: int, count: int) -> list[int]:
    """The first ``count`` elements of a shuffled range(size); only the elements that moved are remembered."""
    moved: dict[int, int] = {}
    sample = []
    for k in range(count):
        j = k + stream.below(size - k)
        sample.append(moved.get(j, j))
        moved[j] = moved.get(k, k)
    return sample


def _order(stream: Stream, candidate: Candidate, shuffled: bool) -> tuple[int, ...]:
    if not shuffled:
        return tuple(range(candidate.choices))
    free = [index for index in range(candidate.choices) if index not in candidate.last]
    stream.shuffle(free)
    return (*free, *sorted(candidate.last))


def shortages(rows: Sequence[DrawRow]) -> list[tuple[int, int, int]]:
    """Rows that may run short, as (row's place from 0, questions available, questions needed).

    Cautious: every question that an earlier served row with a shared pool takes is counted as lost to this one,
    so an empty list means that every draw will succeed.

    >>> one, two = Candidate(1, 4), Candidate(2, 4)
    >>> shortages([DrawRow((one, two), 2), DrawRow((one,), 1)])
    [(0, 1, 2)]
    """
    versions = [frozenset(candidate.version_id for candidate in row.pool) for row in rows]
    short, served = [], []
    for place in _served(rows):
        lost = sum(rows[other].count for other in served if not versions[place].isdisjoint(versions[other]))
        available = max(0, len(versions[place]) - lost)
        if available < rows[place].count:
            short.append((place, available, rows[place].count))
        served.append(place)
    return sorted(short)
