"""The same rare wrong answers: which attempts agree in their mistakes beyond what chance explains; pure.

Right answers are left out: everybody who learned has the same. For two attempts the question is how likely the second
one, of its strength, would repeat so many of the first one's wrong answers if it were made by itself. A question is
missed by a person with the odds of all who had it times the person's own (the form of the model of Rasch, 1960); among
those who miss it an option is taken as often as by all others. The chance of the weight of agreement found is bounded
as Chernoff does (Ann. Math. Stat. 23, 1952), and must stay below a level shared out over all pairs that could have been
compared (Bonferroni): half of it over pairs near each other in time and place, half over all.

Many who copy make their answers look common. So attempts whose wrong answers are all the same, and those that already
look alike at a first reading, are counted once in what is common.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np
from numpy.typing import NDArray

from contest.signals.detect import strongest
from contest.signals.gather import Table
from contest.signals.rules import Found, SignalKind

#: Chance of one wrongly found pair in a round, if everybody works alone.
LEVEL = 0.02
#: Taken off the evidence for what the model leaves out, as a logarithm.
MARGIN = 2.0
#: Answers are rare that at most this share gives of those who had the question; pairs must agree in so many of them.
RARE, LEAST = 0.15, 4
#: Rare answers of an attempt by which others are looked for, the rarest ones.
SOUGHT_BY = 8
#: Neighbours in time that an attempt is compared with among those that share the same four rare answers.
REACH = 4
#: By how much less evidence makes two attempts count as one in what is common.
LENIENT = 8.0
#: Pairs weighed at once.
CHUNK = 100_000
#: Seconds between starts within which attempts of one union, and of one network, are near each other.
NEAR_UNION_S, NEAR_NETWORK_S = 1800, 600

_MIX = [np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)]
_TILTS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs that agree beyond chance: rows, what they agree in, and the logarithm of the chance of it."""

    a: Ints
    b: Ints
    matches: Ints
    both: Ints
    share: NDArray[np.float64]
    ln_p: NDArray[np.float64]
    needed: NDArray[np.float64]


def same_wrong(table: Table, pause: Callable[[], None] = lambda: None) -> list[Found]:
    """Groups of attempts of different people that share wrong answers beyond chance, each a signal.

    ``pause`` is called between parts of the work, which may take seconds in all.
    """
    if len(table) < 2 or not len(table.wrong):
        return []
    counted = _first_of_equal(table)
    alike = _beyond_chance(_Answers.of(table, counted), table, pause, LENIENT)
    for rows, _links in _clusters(alike, len(table)):
        counted[np.sort(rows)[1:]] = 0
    pairs = _beyond_chance(_Answers.of(table, counted), table, pause)
    found = [_signal(table, pairs, rows, links) for rows, links in _clusters(pairs, len(table))]
    return strongest(found)


def _signal(table: Table, pairs: Pairs, rows: Ints, links: Ints) -> Found:
    best = links[np.argmin(pairs.ln_p[links])]
    people = len(np.unique(table.person[rows]))
    devices = table.device[rows][table.device[rows] >= 0]
    unions = np.unique(table.union[rows])
    details = {
        "people": people,
        "attempts": len(rows),
        "matches": int(pairs.matches[best]),
        "both": int(pairs.both[best]),
        "share": round(float(pairs.share[best]), 4),
        "ln_p": round(float(pairs.ln_p[best]), 2),
        "apart_s": round(float(np.ptp(table.started[rows]))),
        "one_union": len(unions) == 1 and int(unions[0]) >= 0,
        "one_device": len(np.unique(devices)) < len(devices),
    }
    beyond = float(-pairs.ln_p[best] - pairs.needed[best])
    strength = round(min(100.0, 60 + 2 * beyond))
    ids = tuple(sorted(int(i) for i in table.id[rows]))
    return Found(SignalKind.SAME_WRONG, f"attempt:{ids[0]}", strength, people, ids, details)


def _first_of_equal(table: Table) -> NDArray[np.float64]:
    """1 for every attempt but 0 for those with all of whose wrong answers, more than a few, there was one before."""
    mixed = (table.wrong.astype(np.uint64) + np.uint64(1)) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(31))) * _MIX[1]
    sums = np.zeros(len(table), np.uint64)
    np.add.at(sums, table.wrong_of, mixed)
    sizes = np.bincount(table.wrong_of, minlength=len(table))
    sums[sizes <= LEAST] = np.arange(len(table), dtype=np.uint64)[sizes <= LEAST]
    counted = np.zeros(len(table))
    counted[np.unique(sums, return_index=True)[1]] = 1
    return counted


def _clusters(pairs: Pairs, size: int) -> Iterator[tuple[Ints, Ints]]:
    """Rows that hang together by pairs, and the places of those pairs."""
    above = {int(row): int(row) for row in np.union1d(pairs.a, pairs.b)}

    def top(row: int) -> int:
        while above[row] != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True):
        above[max(top(a), top(b))] = min(top(a), top(b))
    members: dict[int, list[int]] = {}
    for row in above:
        members.setdefault(top(row), []).append(row)
    links: dict[int, list[int]] = {}
    for place, a in enumerate(pairs.a.tolist()):
        links.setdefault(top(a), []).append(place)
    for first, rows in members.items():
        yield np.array(rows), np.array(links[first])


@dataclass(frozen=True, slots=True)
class _Answers:
    """Wrong answers so that those of any attempt are found at once.

    Keys are ``row * codes + code`` and ``row * questions + question``, sorted, so that rows stand together.
    """

    begins: Ints
    codes: NDArray[np.int32]
    wrong_keys: Ints
    missed_keys: Ints
    drawn_keys: Ints
    question_of: NDArray[np.int32]
    #: 1 for attempts that are counted below, else 0.
    counted: NDArray[np.float64]
    #: How many gave each wrong answer; how many missed, how many had each question.
    count: NDArray[np.float64]
    missed: NDArray[np.float64]
    drawn: NDArray[np.float64]
    options: Ints
    #: Logarithm of each attempt's own odds of missing a question, less that of all.
    weakness: NDArray[np.float64]

    @classmethod
    def of(cls, table: Table, counted: NDArray[np.float64]) -> "_Answers":
        codes, questions = len(table.question_of), len(table.drawn)
        order = np.lexsort((table.wrong, table.wrong_of))
        rows, wrong = table.wrong_of[order].astype(np.int64), table.wrong[order]
        begins = np.searchsorted(rows, np.arange(len(table) + 1))
        count = np.bincount(wrong, weights=counted[rows], minlength=codes)
        missed = np.bincount(table.question_of[wrong], weights=counted[rows], minlength=questions)
        paper_of = np.repeat(np.arange(len(table), dtype=np.int64), table.questions)
        own = np.diff(begins)
        rate = (own + 0.5) / (table.questions + 1)
        drawn = np.bincount(table.papers, weights=counted[paper_of], minlength=questions)
        usual = (missed.sum() + 0.5) / (drawn.sum() + 1)
        return cls(
            begins=begins,
            codes=wrong,
            wrong_keys=rows * codes + wrong,
            missed_keys=np.sort(rows * questions + table.question_of[wrong]),
            drawn_keys=np.sort(paper_of * questions + table.papers),
            question_of=table.question_of,
            counted=counted,
            count=count,
            missed=missed,
            drawn=drawn,
            options=np.bincount(table.question_of, minlength=questions),
            weakness=_logit(rate) - _logit(usual),
        )


def _beyond_chance(answers: _Answers, table: Table, pause: Callable[[], None], lenient: float = 0.0) -> Pairs:
    """All candidate pairs weighed, those kept whose agreement chance does not explain, or nearly so."""
    a, b = _candidates(answers, table)
    needed_all = log(2 * (len(table) * (len(table) - 1) / 2) / LEVEL) + MARGIN
    needed_near = min(needed_all, log(2 * max(1, _near_pairs(table)) / LEVEL) + MARGIN)
    kept: list[tuple[NDArray, ...]] = []
    for start in range(0, len(a), CHUNK):
        pause()
        x, y = a[start : start + CHUNK], b[start : start + CHUNK]
        needed = np.where(_are_near(table, x, y), needed_near, needed_all)
        needed = needed - lenient
        hopeful = _could_reach(answers, x, y, needed)
        x, y, needed = x[hopeful], y[hopeful], needed[hopeful]
        matches, both, share, one = _weigh(answers, x, y)
        other = _weigh(answers, y, x)[3]
        ln_p = np.maximum(one, other)
        good = (-ln_p >= needed) & (matches >= LEAST)
        kept.append((x[good], y[good], matches[good], both[good], share[good], ln_p[good], needed[good]))
    if not kept:
        return Pairs(*(np.zeros(0, kind) for kind in (int, int, int, int, float, float, float)))
    return Pairs(*(np.concatenate(parts) for parts in zip(*kept, strict=True)))


def _candidates(answers: _Answers, table: Table) -> tuple[Ints, Ints]:
    """Pairs of attempts of different people that share four of their rarest wrong answers."""
    rarity = answers.count / np.maximum(answers.drawn[answers.question_of], 1)
    # In a small round two who copy make an answer common by themselves; what one gave is shared with nobody.
    fit = ((rarity <= RARE) | (answers.count <= 3)) & (np.bincount(answers.codes, minlength=len(rarity)) > 1)
    entries = np.flatnonzero(fit[answers.codes])
    rows = np.repeat(np.arange(len(table)), np.diff(answers.begins))[entries]
    codes = answers.codes[entries].astype(np.int64)
    order = np.lexsort((codes, rarity[codes], rows))
    rows, codes = rows[order], codes[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    rows, codes = rows[place < SOUGHT_BY], codes[place < SOUGHT_BY]
    keys, owners = _signatures(rows, codes)
    order = np.lexsort((table.started[owners], keys))
    keys, owners = keys[order], owners[order]
    found = []
    for reach in range(1, REACH + 1):
        same = np.flatnonzero(keys[reach:] == keys[:-reach])
        x, y = owners[same], owners[same + reach]
        low, high = np.minimum(x, y), np.maximum(x, y)
        different = table.person[low] != table.person[high]
        found.append(_once(low[different] * len(table) + high[different]))
    pairs = _once(np.concatenate(found))
    return pairs // len(table), pairs % len(table)


def _once(values: Ints) -> Ints:
    """Different values in order; by sorting, which takes the same time whatever they are."""
    values = np.sort(values)
    return values[np.diff(values, prepend=-1) != 0]


def _signatures(rows: Ints, codes: Ints) -> tuple[NDArray[np.uint64], Ints]:
    """A number for every four of the rare answers of each attempt, and whose it is."""
    sizes = np.bincount(rows) if len(rows) else np.zeros(0, np.int64)
    begins = np.cumsum(sizes) - sizes
    keys, owners = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for size in range(LEAST, SOUGHT_BY + 1):
        ones = np.flatnonzero(sizes == size)
        table = np.sort(codes[begins[ones][:, None] + np.arange(size)], axis=1).astype(np.uint64)
        for four in combinations(range(size), LEAST):
            key = np.zeros(len(ones), np.uint64)
            for place, factor in zip(four, _MIX, strict=True):
                key = (key ^ (table[:, place] + np.uint64(1)) * factor) * _MIX[0]
                key ^= key >> np.uint64(29)
            keys.append(key)
            owners.append(ones)
    return np.concatenate(keys), np.concatenate(owners)


def _entries(answers: _Answers, x: Ints) -> tuple[Ints, Ints]:
    """For each of these rows its wrong answers: the places in ``x`` they belong to, and where they stand."""
    sizes = answers.begins[x + 1] - answers.begins[x]
    pair = np.repeat(np.arange(len(x)), sizes)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return pair, answers.begins[x][pair] + place


def _could_reach(answers: _Answers, x: Ints, y: Ints, needed: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pairs whose matches weigh enough both ways; no bound of the chance is below that, so others need no look."""
    pair, entry = _entries(answers, x)
    codes = answers.codes[entry].astype(np.int64)
    same = _within(answers.wrong_keys, y[pair] * len(answers.count) + codes)
    pair, codes = pair[same], codes[same]
    own = answers.counted[x[pair]] + answers.counted[y[pair]]
    weaker = np.maximum(answers.weakness[x[pair]], answers.weakness[y[pair]])
    weight = -np.log(_chance(answers, codes, weaker, own))
    return (np.bincount(pair, weights=weight, minlength=len(x)) >= needed) & (
        np.bincount(pair, minlength=len(x)) >= LEAST
    )


def _weigh(answers: _Answers, x: Ints, y: Ints) -> tuple[Ints, Ints, NDArray[np.float64], NDArray[np.float64]]:
    """How often the second of each pair repeats wrong answers of the first, and the logarithm of the chance of it."""
    pair, entry = _entries(answers, x)
    codes = answers.codes[entry].astype(np.int64)
    questions = answers.question_of[codes]
    other = y[pair]
    had = _within(answers.drawn_keys, other * len(answers.drawn) + questions)
    pair, codes, questions, other = pair[had], codes[had], questions[had], other[had]
    same = _within(answers.wrong_keys, other * len(answers.count) + codes)
    both = _within(answers.missed_keys, other * len(answers.drawn) + questions)
    chance = _chance(answers, codes, answers.weakness[other], answers.counted[x[pair]] + answers.counted[other])

    def total(values: NDArray) -> NDArray[np.float64]:
        return np.bincount(pair, weights=values, minlength=len(x))

    weight = total(np.where(same, -np.log(chance), 0.0))
    # In place of the chance itself the least of several bounds of it, one for each tilt.
    bounds = [total(np.log1p(chance ** (1 - tilt) - chance)) - tilt * weight for tilt in _TILTS]
    matches = total(same)
    plain = np.minimum(1.0, answers.count[codes] / np.maximum(answers.drawn[questions], 1))
    share = total(np.where(same, plain, 0.0)) / np.maximum(matches, 1)
    return matches.astype(np.int64), total(both).astype(np.int64), share, np.minimum(0.0, np.min(bounds, axis=0))


def _chance(
    answers: _Answers, codes: Ints, weakness: NDArray[np.float64] | float, own: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How likely somebody of such weakness gives each of these wrong answers, judged by all but the two compared.

    ``own``: how many of the two are among those counted.
    """
    questions = answers.question_of[codes]
    missed, drawn = np.maximum(answers.missed[questions] - own, 0), np.maximum(answers.drawn[questions] - own, 0)
    rate = np.clip((missed + 1) / (drawn + 2), 0.001, 0.999)
    share = (np.maximum(answers.count[codes] - own, 0) + 1) / (missed + np.maximum(answers.options[questions], 2))
    miss = 1 / (1 + np.exp(-(_logit(rate) + weakness)))
    return np.clip(miss * np.minimum(share, 1.0), 1e-6, 0.99)


def _within(keys: Ints, wanted: Ints) -> NDArray[np.bool_]:
    place = np.searchsorted(keys, wanted)
    return (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == wanted)


def _logit(rate: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.log(rate) - np.log1p(-np.asarray(rate))


# Near each other


def _are_near(table: Table, x: Ints, y: Ints) -> NDArray[np.bool_]:
    """Pairs on one browser, or that started soon after each other in one union or network."""
    apart = np.abs(table.started[x] - table.started[y])
    device = (table.device[x] == table.device[y]) & (table.device[x] >= 0)
    union = (table.union[x] == table.union[y]) & (table.union[x] >= 0) & (apart <= NEAR_UNION_S)
    network = (table.network[x] == table.network[y]) & (table.network[x] >= 0) & (apart <= NEAR_NETWORK_S)
    return device | union | network


def _near_pairs(table: Table) -> int:
    """How many pairs are near each other, counted once for each way."""
    ways = ((table.device, np.inf), (table.union, NEAR_UNION_S), (table.network, NEAR_NETWORK_S))
    return sum(_pairs_within(codes, table.started, window) for codes, window in ways)


def _pairs_within(codes: Ints, started: NDArray[np.float64], window: float) -> int:
    known = codes >= 0
    codes, started = codes[known], started[known]
    if not len(codes):
        return 0
    order = np.lexsort((started, codes))
    # One line of time for all codes, each behind the last by more than any window.
    width = float(np.ptp(started)) + 1
    line = codes[order] * (2 * width) + (started[order] - started.min())
    ends = np.searchsorted(line, line + min(window, width), side="right")
    return int((ends - np.arange(len(line)) - 1).sum())
