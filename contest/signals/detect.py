"""What looks odd in a round: one browser for many, speeds nobody reads at, registrations in bursts; pure.

Every limit is set so that people who take part as they should stay below it, many behind one address and people taking
turns at a shared computer included; ``tests/signals/test_planted.py`` holds them to that. What copies look like is said
in :mod:`contest.signals.alike`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from contest.signals.gather import Table
from contest.signals.rules import Found, SignalKind

#: Signals kept of one kind, the strongest ones: more would not be read.
MOST = 5000
#: Attempts from which on a round's own spread of times says something.
ENOUGH = 30

Rows = NDArray[np.intp]


# One browser

#: People on one browser from which on it is odd when their attempts are, and from which on it is always shown.
FEW, MANY = 3, 20
#: Seconds within which nobody signs out, types another phone number and password, and starts.
HASTY_S = 15
#: Seconds by which two attempts of one browser must overlap: clocks of nodes differ, requests take time.
OVERLAP_S = 5


def one_device(table: Table) -> list[Found]:
    """Browsers from which several people took attempts, where these overlap, follow at once, or are oddly quick.

    A browser holds one sign-in at a time, so attempts of a shared computer follow each other with pauses; those are
    shown, weakly, only when they are very many.
    """
    quick = _quick(table)
    found = []
    for device, rows in _groups(table.device, table.started, FEW):
        people = len(np.unique(table.person[rows]))
        if people < FEW:
            continue
        overlapping, hasty = _turns(table, rows)
        odd = overlapping | hasty | quick[rows]
        count, share = int(odd.sum()), float(odd.mean())
        if people < MANY and (count < 2 or 3 * count < len(rows)):
            continue
        details = {
            "people": people,
            "attempts": len(rows),
            "span_s": round(float(table.ended[rows].max() - table.started[rows].min())),
            "overlapping": int(overlapping.sum()),
            "hasty": int(hasty.sum()),
            "hasty_s": HASTY_S,
            "quick": int(quick[rows].sum()),
            "unions": len(np.unique(table.union[rows])),
        }
        strength = 20 + 25 * min(1.0, log(people / FEW) / log(200 / FEW)) + 55 * share
        subject = table.devices[device]
        found.append(Found(SignalKind.ONE_DEVICE, subject, round(strength), people, _ids(table, rows), details))
    return strongest(found)


def _turns(table: Table, rows: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which attempts of one browser, in order of start, began while somebody else's went on, or at once after."""
    overlapping, hasty = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    last: dict[int, float] = {}
    for place, row in enumerate(rows):
        person, start = int(table.person[row]), float(table.started[row])
        others = [end for who, end in last.items() if who != person]
        if others:
            gap = start - max(others)
            overlapping[place] = gap < -OVERLAP_S
            hasty[place] = -OVERLAP_S <= gap < HASTY_S
        last[person] = max(last.get(person, 0.0), float(table.ended[row]))
        if len(last) > MANY:
            del last[min(last, key=last.__getitem__)]
    return overlapping, hasty


def _quick(table: Table) -> NDArray[np.bool_]:
    """Attempts in less than a third of the usual time with at least the middle score; none in small rounds."""
    if len(table) < ENOUGH:
        return np.zeros(len(table), bool)
    rate = _rate(table)
    return (table.elapsed_ms * 3 < np.median(table.elapsed_ms)) & (rate >= np.median(rate))


# Speed

#: Written syllables a second at which somebody still takes in what they skim. Grown-ups read 175 to 300 words of
#: English a minute (Brysbaert 2019, Journal of Memory and Language 109), some 4 to 7 syllables a second; this is twice
#: that.
SKIMMED = 15
#: Milliseconds to find an option and touch it.
TOUCH_MS = 700
#: Milliseconds a question below which no person works, however well the paper is known.
IMPOSSIBLE_MS = 600
#: Share of skimming and touching below which time is odd; in small rounds, where nothing else is known, half of that.
ODD = 0.5
#: Spreads below the middle of the round's times, on a logarithmic scale, that an odd time must lie.
SPREADS = 3.5


def too_fast(table: Table) -> list[Found]:
    """People who finished faster than the questions can be read and scored high all the same, a signal for each."""
    sat = (table.questions > 0) & (table.elapsed_ms > 0)
    if not sat.any():
        return []
    reading = table.words * 1000 / SKIMMED
    ratio = np.where(sat, table.elapsed_ms / np.maximum(reading + TOUCH_MS * table.questions, 1), np.inf)
    limit = _odd_ratio(ratio[sat])
    rate = _rate(table)
    middle = float(np.median(rate[sat]))
    high = (rate >= 0.7) | ((rate >= middle) & (rate >= 0.5))
    impossible = table.elapsed_ms < IMPOSSIBLE_MS * table.questions
    flagged = np.flatnonzero(sat & high & (impossible | (ratio < limit)))
    median_ms = round(float(np.median(table.elapsed_ms[sat]))) if sat.sum() >= ENOUGH else None
    found = []
    for person, places in _groups(table.person[flagged], table.started[flagged]):
        rows = flagged[places]
        row = rows[np.argmin(ratio[rows])]
        strength = 90 + 10 * (1 - ratio[row]) if impossible[row] else 50 + 40 * (1 - ratio[row] / limit)
        details = {
            "attempts": len(rows),
            "questions": int(table.questions[row]),
            "elapsed_ms": int(table.elapsed_ms[row]),
            "score": int(table.score[row]),
            "most": int(table.most[row]),
            "words": int(table.words[row]),
            "reading_ms": round(float(reading[row])),
            "median_ms": median_ms,
        }
        subject = f"person:{person}"
        found.append(Found(SignalKind.TOO_FAST, subject, round(float(max(0, strength))), 1, _ids(table, rows), details))
    return strongest(found)


def _odd_ratio(ratio: NDArray[np.float64]) -> float:
    """Below which share of skimming time an attempt is odd: where many know the bank by heart, only far below them."""
    if len(ratio) < ENOUGH:
        return ODD / 2
    logs = np.log(np.maximum(ratio, 1e-6))
    middle = np.median(logs)
    spread = max(0.15, 1.4826 * float(np.median(np.abs(logs - middle))))
    return min(ODD, float(np.exp(middle - SPREADS * spread)))


def _rate(table: Table) -> NDArray[np.float64]:
    """Score as a share of the most there was."""
    return table.score / np.maximum(table.most, 1)


# Registrations


@dataclass(frozen=True, slots=True)
class Registered:
    """A participant's registration; ``at`` in seconds since the epoch."""

    at: float
    person: int
    device: str | None
    network: str | None


#: So many registrations within so many seconds are odd. By hand one takes a minute or more; a whole hall on one
#: network is common, so a network alone must be busy beyond that, and its signal stays weak.
DEVICE_BURSTS = ((4, 120), (8, 600))
NETWORK_BURSTS = ((120, 120),)


def registrations(table: Table, registered: Sequence[Registered]) -> list[Found]:
    """Bursts of registrations of people who took attempts, by browser and, where that explains less, by network."""
    found = []
    known: set[int] = set()
    for burst in _bursts(registered, "device", DEVICE_BURSTS):
        people = {one.person for one in burst.all}
        known |= people
        strength = min(95, 40 + 20 * log(burst.peak / burst.least, 2) + 10)
        found.append(_burst_signal(table, burst, "device", strength))
    for burst in _bursts(registered, "network", NETWORK_BURSTS):
        people = {one.person for one in burst.all}
        if len(people & known) < 0.8 * len(people):
            found.append(_burst_signal(table, burst, "network", min(40, 20 + 10 * log(burst.peak / burst.least, 2))))
    return strongest(found)


@dataclass(frozen=True, slots=True)
class _Burst:
    """Registrations that follow each other closely; ``peak`` of them within ``window_s``, where ``least`` are odd."""

    place: str
    all: Sequence[Registered]
    peak: int
    window_s: int
    least: int


def _burst_signal(table: Table, burst: _Burst, by: str, strength: float) -> Found:
    people = np.array(sorted({one.person for one in burst.all}))
    rows = np.flatnonzero(np.isin(table.person, people))
    details = {
        "by": by,
        "people": len(people),
        "span_s": round(burst.all[-1].at - burst.all[0].at),
        "peak": burst.peak,
        "window_s": burst.window_s,
    }
    subject = f"{by}:{burst.place}:{int(burst.all[0].at)}"
    return Found(SignalKind.REGISTRATIONS, subject, round(strength), len(people), _ids(table, rows), details)


def _bursts(registered: Sequence[Registered], by: str, limits: Sequence[tuple[int, int]]) -> Iterator[_Burst]:
    """Bursts of one browser or network: by the limit that is passed furthest."""
    places: dict[str, list[Registered]] = {}
    for one in registered:
        place = getattr(one, by)
        if place:
            places.setdefault(place, []).append(one)
    longest = max(window for _least, window in limits)
    for place, ones in places.items():
        if len(ones) < min(least for least, _window in limits):
            continue
        ones.sort(key=lambda one: (one.at, one.person))
        times = np.array([one.at for one in ones])
        breaks = np.flatnonzero(np.diff(times) > longest) + 1
        for part in np.split(np.arange(len(ones)), breaks):
            peaks = [(_peak(times[part], window), window, least) for least, window in limits]
            peak, window, least = max(peaks, key=lambda p: p[0] / p[2])
            if peak >= least:
                yield _Burst(place, [ones[i] for i in part], peak, window, least)


def _peak(times: NDArray[np.float64], window: float) -> int:
    """The most of these instants within a window."""
    return int((np.searchsorted(times, times + window, side="right") - np.arange(len(times))).max())


# Shared


def _groups(codes: NDArray[np.int64], started: NDArray[np.float64], least: int = 1) -> Iterator[tuple[int, Rows]]:
    """Rows of each code from 0 on that stands in so many, in order of their starts."""
    order = np.lexsort((started, codes))
    values, begins, sizes = np.unique(codes[order], return_index=True, return_counts=True)
    for place in np.flatnonzero((values >= 0) & (sizes >= least)):
        yield int(values[place]), order[begins[place] : begins[place] + sizes[place]]


def _ids(table: Table, rows: Rows) -> tuple[int, ...]:
    return tuple(int(i) for i in table.id[rows])


def strongest(found: list[Found]) -> list[Found]:
    """The signals that are kept, the strongest first."""
    return sorted(found, key=lambda one: (-one.strength, one.subject))[:MOST]
