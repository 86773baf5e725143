"""What the rows of a decision do to the tree, day by day; pure.

A union's time is a line of stretches, each with how the union was; a day in none of them: it was not open. Rows of
one day act together, so that their order in the file does not matter: first unions open, then they change, then they
end. A union's changes are known in the order of days: one before a later one is refused.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from contest.unions import faulty
from contest.unions.rules import BASE_LEVELS, ChangeKind, Fault, Level
from contest.unions.standing import Line, Shape, Stretch, shape_on, standing_faults
from questions.messages import Message

ENDING = frozenset({ChangeKind.MERGE, ChangeKind.CLOSE})


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row of a decision: ``code`` the union it is about, ``successors`` who takes over or is split off.

    ``effective_on`` None: the day of the decision. ``place`` is the code of a place, "" for none. ``people_to``: which
    of several successors takes all people of a union that ends; "": they stay until somebody says who goes where.
    """

    row: int
    kind: ChangeKind
    code: str
    name: str = ""
    short_name: str = ""
    level: Level | None = None
    parent: str = ""
    successors: tuple[str, ...] = ()
    effective_on: date | None = None
    place: str = ""
    note: str = ""
    people_to: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one union on a day; ``implied`` by a row about another one (a merge takes its unions along)."""

    row: int
    kind: ChangeKind
    code: str
    on: date
    before: Shape | None
    after: Shape | None
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    implied: bool = False
    note: str = ""
    people_to: str = ""


@dataclass(slots=True)
class Outcome:
    """Every union's line after the decision, the steps that led there, and what is against it."""

    lines: dict[str, Line]
    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def play(
    rows: Sequence[ChangeRow], lines: Mapping[str, Line], decided_on: date, numbers: Mapping[tuple[str, date], str]
) -> Outcome:
    """Let rows act on the tree. ``numbers`` name the decision that changed a union (code) on a day, for refusals."""
    game = _Game(rows, lines, decided_on, numbers)
    for day in sorted(game.by_day):
        game.act(day)
    game.look_at_the_tree()
    game.outcome.faults.sort(key=lambda fault: fault.row or 0)
    return game.outcome


class _Game:
    """The rows of one decision while they act on the lines of all unions, one day after another.

    ``outcome`` is what is handed out, ``lines`` its lines, changed in place; ``by_day`` holds the rows that act on a
    day, without those given twice. What other rows of the same day need to know stands by code and day, for the whole
    decision before any row acts: ``parts`` the rows that split a union, ``ending`` those that end it, ``sources`` whom
    it is split off from or takes over from. ``touched`` are the unions whose lines differ from what was known,
    ``row_of`` the first row that changed each, to say where a fault of the tree comes from. ``numbers`` name the
    decision that changed a union on a day.
    """

    def __init__(
        self,
        rows: Sequence[ChangeRow],
        lines: Mapping[str, Line],
        decided_on: date,
        numbers: Mapping[tuple[str, date], str],
    ) -> None:
        self.outcome = Outcome(dict(lines))
        self.lines = self.outcome.lines
        self.numbers = numbers
        self.by_day: dict[date, list[ChangeRow]] = defaultdict(list)
        self.row_of: dict[str, int] = {}
        self.sources: dict[tuple[str, date], list[str]] = defaultdict(list)
        self.parts: dict[tuple[str, date], ChangeRow] = {}
        self.ending: dict[tuple[str, date], ChangeRow] = {}
        self.touched: set[str] = set()
        seen: dict[tuple[str, str, date], int] = {}
        for row in rows:
            on = row.effective_on or decided_on
            what = "end" if row.kind in ENDING else str(row.kind)
            first = seen.setdefault((row.code, what, on), row.row)
            if first != row.row:
                self.refuse(row.row, faulty.twice(row.code, first))
                continue
            self.by_day[on].append(row)
            self._note(row, on)

    def _note(self, row: ChangeRow, on: date) -> None:
        if row.kind in ENDING:
            self.ending[row.code, on] = row
        if row.kind == ChangeKind.SPLIT:
            self.parts[row.code, on] = row
        for successor in row.successors:
            self.sources[successor, on].append(row.code)

    def refuse(self, row: int | None, why: Message) -> None:
        self.outcome.faults.append(Fault(why, row))

    def act(self, day: date) -> None:
        rows = self.by_day[day]
        for kind, do in self._ACTS.items():
            mine = [row for row in rows if row.kind == kind]
            if not mine:
                continue
            below = self._below(day) if kind == ChangeKind.MERGE else {}
            for row in mine:
                if row.people_to and (row.code, day) not in self.ending:
                    self.refuse(row.row, faulty.people_stay())
                    continue
                if kind == ChangeKind.MERGE:
                    self._take_along(row, day, below.get(row.code, ()))
                do(self, row, day)

    def look_at_the_tree(self) -> None:
        """Faults of the tree on every day from the first change on, as far as this decision has to do with them."""
        if not self.by_day:
            return
        for code, why in standing_faults(self.lines, self.touched, min(self.by_day)):
            self.refuse(self.row_of.get(code), why)

    # single kinds

    def _open(self, row: ChangeRow, day: date) -> None:
        known = self.lines.get(row.code)
        if known:
            self.refuse(row.row, faulty.code_taken(row.code, known[-1].shape.name))
            return
        found = [*faulty.of_code(row.code), *faulty.of_names(row.name, row.short_name)]
        if row.level is None:
            found.append(faulty.no_level())
        if not row.parent:
            found.append(faulty.no_parent())
        for why in found:
            self.refuse(row.row, why)
        if found or row.level is None:
            return
        shape = Shape(row.name, row.short_name, row.level, row.parent, row.place)
        sources = tuple(dict.fromkeys(self.sources.get((row.code, day), ())))
        step = Step(row.row, row.kind, row.code, day, None, shape, predecessors=sources, note=row.note)
        self._put(step, (Stretch(day, None, shape, len(self.outcome.steps)),))

    def _rename(self, row: ChangeRow, day: date) -> None:
        for why in (found := list(faulty.of_names(row.name, row.short_name))):
            self.refuse(row.row, why)
        last = self._last(row, day)
        if found or last is None:
            return
        if (row.name, row.short_name) == (last.shape.name, last.shape.short_name):
            self.refuse(row.row, faulty.same_name(row.name))
            return
        self._turn(row, day, replace(last.shape, name=row.name, short_name=row.short_name))

    def _move(self, row: ChangeRow, day: date) -> None:
        last = self._last(row, day)
        if last is None:
            return
        if not row.parent:
            self.refuse(row.row, faulty.no_parent())
            return
        shape = replace(last.shape, parent=row.parent, level=row.level or last.shape.level)
        if shape == last.shape:
            self.refuse(row.row, faulty.same_parent(row.code, row.parent))
            return
        self._turn(row, day, shape)

    def _place(self, row: ChangeRow, day: date) -> None:
        last = self._last(row, day)
        if last is None:
            return
        if not row.place:
            self.refuse(row.row, faulty.no_place())
            return
        self._turn(row, day, replace(last.shape, place=row.place))

    def _split(self, row: ChangeRow, day: date) -> None:
        last = self._last(row, day)
        if last is None:
            return
        if not row.successors:
            self.refuse(row.row, faulty.no_parts(row.code))
            return
        if self._heirs_stand(row, day, last.shape):
            self._note_step(
                Step(row.row, row.kind, row.code, day, last.shape, last.shape, row.successors, note=row.note)
            )

    def _merge(self, row: ChangeRow, day: date) -> None:
        if len(row.successors) != 1:
            self.refuse(row.row, faulty.one_successor(row.code))
            return
        self._end(row, day, row.successors, row.people_to)

    def _close(self, row: ChangeRow, day: date) -> None:
        split = self.parts.get((row.code, day), row)
        self._end(row, day, row.successors or split.successors, row.people_to or split.people_to)

    #: What a row of each kind does; rows of one day act in this order.
    _ACTS: ClassVar[dict[ChangeKind, Callable[["_Game", ChangeRow, date], None]]] = {
        ChangeKind.OPEN: _open,
        ChangeKind.SPLIT: _split,
        ChangeKind.RENAME: _rename,
        ChangeKind.PLACE: _place,
        ChangeKind.MOVE: _move,
        ChangeKind.MERGE: _merge,
        ChangeKind.CLOSE: _close,
    }

    # what they are made of

    def _end(self, row: ChangeRow, day: date, heirs: tuple[str, ...], people_to: str) -> None:
        if people_to and people_to not in heirs:
            self.refuse(row.row, faulty.no_such_part(people_to))
            return
        last = self._last(row, day)
        if last is None or not self._heirs_stand(replace(row, successors=heirs), day, last.shape):
            return
        line = self.lines[row.code]
        kept = line[:-1] if last.since == day else (*line[:-1], replace(last, until=day))
        if not kept:
            self.refuse(row.row, faulty.opens_and_ends(row.code, day))
            return
        step = Step(row.row, row.kind, row.code, day, last.shape, None, heirs, note=row.note, people_to=people_to)
        self._put(step, kept)

    def _heirs_stand(self, row: ChangeRow, day: date, shape: Shape) -> bool:
        """Whether all who take over are open at the end of the day and of the right kind of level."""
        found = []
        for code in row.successors:
            heir = shape_on(self.lines.get(code, ()), day)
            if code == row.code:
                found.append(faulty.own_successor(code))
            elif heir is None or (code, day) in self.ending:
                found.append(faulty.no_such_successor(code, day))
            elif (heir.level in BASE_LEVELS) != (shape.level in BASE_LEVELS):
                found.append(faulty.other_kind_of_level(code, heir.name))
        for why in found:
            self.refuse(row.row, why)
        return not found

    def _take_along(self, row: ChangeRow, day: date, below: Sequence[str]) -> None:
        """The open unions below one that is merged go to its successor, but for those that end on the same day."""
        if len(row.successors) != 1:
            return
        for code in below:
            if (code, day) not in self.ending and code not in row.successors:
                moved = ChangeRow(row.row, ChangeKind.MOVE, code, parent=row.successors[0])
                last = self._last(moved, day)
                if last is not None:
                    self._turn(moved, day, replace(last.shape, parent=row.successors[0]), implied=True)

    def _below(self, day: date) -> dict[str, list[str]]:
        """The open unions right below each, at the end of a day."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, line in self.lines.items():
            if (shape := shape_on(line, day)) is not None:
                found[shape.parent].append(code)
        return found

    def _last(self, row: ChangeRow, day: date) -> Stretch | None:
        """The stretch that a change on a day ends: the last known one; refused when the union is not open or later
        changes are known."""
        line = self.lines.get(row.code, ())
        if not row.code or not line:
            self.refuse(row.row, faulty.unknown(row.code))
            return None
        last = line[-1]
        if last.until is not None and last.until <= day:
            self.refuse(row.row, faulty.closed(row.code, last.shape.name, last.until))
        elif last.until is not None or last.since > day:
            later = last.until or last.since
            self.refuse(row.row, faulty.later(row.code, later, self.numbers.get((row.code, later), "")))
        else:
            return last
        return None

    def _turn(self, row: ChangeRow, day: date, shape: Shape, *, implied: bool = False) -> None:
        """From a day on the union is otherwise; a change on the day of another joins it."""
        line = self.lines[row.code]
        last = line[-1]
        step = Step(row.row, row.kind, row.code, day, last.shape, shape, implied=implied, note=row.note)
        kept = line[:-1] if last.since == day else (*line[:-1], replace(last, until=day))
        self._put(step, (*kept, Stretch(day, None, shape, len(self.outcome.steps))))

    def _put(self, step: Step, line: Line) -> None:
        self.lines[step.code] = line
        self._note_step(step)

    def _note_step(self, step: Step) -> None:
        self.outcome.steps.append(step)
        self.touched.add(step.code)
        self.row_of.setdefault(step.code, step.row)


def differing(before: Mapping[str, Line], after: Mapping[str, Line]) -> Iterator[str]:
    """The unions whose lines differ, in the order of their codes."""
    return (code for code in sorted(after) if after[code] != before.get(code))
