"""How unions stood from day to day, and whether the tree they make can stand; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from contest.unions import faulty
from contest.unions.rules import Level, may_stand_under
from questions.messages import Message

#: Unions named in one sentence; the rest is counted.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """How a union is for a while: ``parent`` and ``place`` are codes, "" for none."""

    name: str
    short_name: str
    level: Level
    parent: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a day until another (not included; None: without end). ``step``: which step of a decision in the making
    began it; None: it was known before."""

    since: date
    until: date | None
    shape: Shape
    step: int | None = None


#: A union's stretches in the order of days; they never overlap.
Line = tuple[Stretch, ...]


def shape_on(line: Line, day: date) -> Shape | None:
    """How a union was on a day; None: it was not open."""
    for stretch in reversed(line):
        if stretch.since <= day:
            return stretch.shape if stretch.until is None or stretch.until > day else None
    return None


def state_on(lines: Mapping[str, Line], day: date) -> dict[str, Shape]:
    """Every union that was open on a day."""
    shapes = ((code, shape_on(line, day)) for code, line in lines.items())
    return {code: shape for code, shape in shapes if shape is not None}


def days_of(lines: Mapping[str, Line], first: date) -> list[date]:
    """Every day from a first one on at which something begins or ends."""
    days = {first}
    for line in lines.values():
        for stretch in line:
            days |= {day for day in (stretch.since, stretch.until) if day is not None and day > first}
    return sorted(days)


def standing_faults(lines: Mapping[str, Line], touched: Collection[str], first: date) -> Iterator[tuple[str, Message]]:
    """Why the tree cannot stand on some day from the first on, with the code of the union it is about; each once.

    Only what has to do with the touched unions counts: others stand as they stood before.
    """
    told: set[tuple[str, str]] = set()
    for day in days_of({code: lines[code] for code in touched if code in lines} | _later(lines, first), first):
        for code, what, why in _faults_on(state_on(lines, day), lines, touched, day):
            if (code, what) not in told:
                told.add((code, what))
                yield code, why


def _later(lines: Mapping[str, Line], first: date) -> dict[str, Line]:
    """The lines in which something happens after a day."""
    return {code: line for code, line in lines.items() if line and (line[-1].until or line[-1].since) > first}


def _faults_on(
    state: Mapping[str, Shape], lines: Mapping[str, Line], touched: Collection[str], day: date
) -> Iterator[tuple[str, str, Message]]:
    orphans: dict[str, list[str]] = defaultdict(list)
    for code, shape in state.items():
        if not shape.parent or (code not in touched and shape.parent not in touched):
            continue
        above = state.get(shape.parent)
        if above is None and shape.parent not in lines:
            yield code, "parent", faulty.unknown_parent(shape.parent)
        elif above is None:
            orphans[shape.parent].append(code)
        elif not may_stand_under(shape.level, above.level):
            yield code, "level", faulty.wrong_level(code, shape.level, shape.parent, above.level)
    for parent, below in sorted(orphans.items()):
        codes = sorted(below)
        if parent not in touched:
            yield from ((code, "parent", faulty.ended_parent(parent, day)) for code in codes)
            continue
        named = ", ".join(codes[:NAMED])
        about = parent if parent in touched and any(code not in touched for code in codes) else codes[0]
        yield about, f"orphans of {parent}", faulty.left_below(parent, day, named, len(codes))
    yield from ((ring[0], "ring", faulty.ring(ring)) for ring in _rings(state, touched))


def _rings(state: Mapping[str, Shape], touched: Collection[str]) -> Iterator[list[str]]:
    """Each ring of unions above one another that holds a touched one."""
    done: set[str] = set()
    for start in sorted(touched):
        trail: dict[str, None] = {}
        code = start
        while code in state and code not in done and code not in trail:
            trail[code] = None
            code = state[code].parent
        if code in trail:
            names = list(trail)
            yield names[names.index(code) :]
        done |= trail.keys()
