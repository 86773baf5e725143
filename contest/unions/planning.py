"""What a decision would do to the tree, planned from its rows before anything is stored: faults, warnings, steps."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.clock import vietnamese_day
from contest.slices import slices
from contest.unions import events, faulty, places, timelines
from contest.unions.changes import ENDING, ChangeRow, Step, play
from contest.unions.models import UnionDecision
from contest.unions.queries import subtree_ids
from contest.unions.rules import ChangeKind, Fault
from contest.unions.standing import Line
from contest.unions.timelines import Ground
from questions.messages import N_, Message, message

#: How far ahead a change may lie, and from which age on somebody should look twice.
MAX_AHEAD = timedelta(days=2 * 366)
OLD = timedelta(days=366)
EARLIEST = date(1945, 1, 1)


@dataclass(frozen=True, slots=True)
class Heading:
    """A decision as its document names it."""

    number: str = ""
    decided_on: date | None = None
    issued_by: str = ""
    title: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a decision would do: nothing at all when there is any fault.

    ``steps`` are the changes in the order in which they act, ``keepers`` the contests that keep the tree as it is.
    """

    heading: Heading
    decided_on: date
    ground: Ground
    lines: Mapping[str, Line] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    keepers: tuple[str, ...] = ()
    #: Names of places that are not known yet, by code.
    new_places: Mapping[str, str] = field(default_factory=dict)

    def count(self, kind: ChangeKind) -> int:
        """Changes of a kind, without those that follow from others."""
        return sum(step.kind == kind and not step.implied for step in self.steps)


def plan(
    session: Session,
    rows: Sequence[ChangeRow],
    now: datetime,
    scopes: Collection[int] | None = None,
    heading: Heading | None = None,
    faults: Sequence[Fault] = (),
) -> Plan:
    """Hold a decision's rows against the tree of all days. ``faults`` are those the reading of its file found.

    ``scopes`` are the unions whose subtrees the organizer manages; None: everything.
    """
    heading = heading or Heading()
    today = vietnamese_day(now)
    decided_on = heading.decided_on or today
    ground = timelines.read(session)
    placed = places.resolve(session, (row.place for row in rows))
    faults = [*faults, *(Fault(placed.faults[row.place], row.row) for row in rows if row.place in placed.faults)]
    rows = [
        _plain(replace(row, place=placed.codes.get(row.place, ""))) for row in rows if row.place not in placed.faults
    ]
    outcome = play(rows, ground.lines, decided_on, ground.numbers)
    found = [*faults, *outcome.faults]
    if not EARLIEST <= decided_on <= today + MAX_AHEAD:
        found.append(Fault(faulty.odd_decision_day(decided_on)))
    for row in rows:
        day = row.effective_on or decided_on
        if not EARLIEST <= day <= today + MAX_AHEAD:
            found.append(Fault(faulty.too_far(day), row.row))
    if scopes is not None:
        found += _outside(session, rows, ground, scopes)
    if found:
        return Plan(heading, decided_on, ground, faults=tuple(sorted(found, key=lambda fault: fault.row or 0)))
    warnings = (
        *_entered_before(session, heading),
        *_odd_days(rows, decided_on, today),
        *_unused(rows, ground.lines),
        *_without_union(session, outcome.steps, ground),
    )
    keepers = tuple(title for listener in events.keepers for title in listener(session, now))
    return Plan(heading, decided_on, ground, outcome.lines, tuple(outcome.steps), (), warnings, keepers, placed.new)


def fingerprint(of: Plan) -> str:
    """What a plan does to the tree, in short: another one later means that the tree has changed since it was shown."""
    return hashlib.sha256(repr(of.steps).encode()).hexdigest()[:32]


def place_names(session: Session, of: Plan) -> dict[str, str]:
    """Places by code, those that a plan brings among them."""
    told = places.told(session)
    known = {code: told[place_id] for code, place_id in of.ground.places.items()}
    return known | {code: f"{code} - {name}" for code, name in of.new_places.items()}


def _plain(row: ChangeRow) -> ChangeRow:
    """Ending with one successor is merging, however it is called."""
    merges = row.kind == ChangeKind.CLOSE and len(row.successors) == 1
    return replace(row, kind=ChangeKind.MERGE) if merges else row


def _outside(session: Session, rows: Sequence[ChangeRow], ground: Ground, scopes: Collection[int]) -> Iterator[Fault]:
    """Rows that touch unions the organizer does not manage."""
    mine = subtree_ids(session, scopes)
    opened = {row.code for row in rows if row.kind == ChangeKind.OPEN}
    for row in rows:
        for code in dict.fromkeys((row.code, row.parent, *row.successors)):
            if code and code not in opened and code in ground.lines and ground.ids[code] not in mine:
                yield Fault(faulty.outside(code), row.row)


def _entered_before(session: Session, heading: Heading) -> Iterator[Fault]:
    """A decision of the same number and day that is in force: the rest of it, or the same file again."""
    same = select(UnionDecision.id).where(
        UnionDecision.number == heading.number,
        UnionDecision.decided_on == heading.decided_on,
        UnionDecision.undone_at.is_(None),
    )
    if heading.number and session.scalar(same.limit(1)) is not None:
        yield Fault(faulty.entered_before(heading.number))


def _odd_days(rows: Sequence[ChangeRow], decided_on: date, today: date) -> Iterator[Fault]:
    """Days of effect that are mostly a slip: long ago, or before the decision itself. Each day once."""
    days: dict[date, int] = {}
    for row in rows:
        days.setdefault(row.effective_on or decided_on, row.row)
    for day, row_number in days.items():
        if day < today - OLD:
            yield Fault(faulty.long_ago(day), row_number)
        elif day < decided_on:
            yield Fault(faulty.before_decision(day, decided_on), row_number)


#: Which changes look at a cell; in other rows it says nothing.
_USED_BY = {
    "parent": (ChangeKind.OPEN, ChangeKind.MOVE),
    "successors": (ChangeKind.CLOSE, ChangeKind.MERGE, ChangeKind.SPLIT),
    "place": (ChangeKind.OPEN, ChangeKind.PLACE),
}


def _unused(rows: Sequence[ChangeRow], lines: Mapping[str, Line]) -> Iterator[Fault]:
    """Cells that their row's change does not use, unless they only repeat what is; each column and change once."""
    found: dict[tuple[str, ChangeKind], list[int]] = {}
    for row in rows:
        shape = lines[row.code][-1].shape if lines.get(row.code) else None
        for column, kinds in _USED_BY.items():
            value = getattr(row, column)
            if value and row.kind not in kinds and value != getattr(shape, column, None):
                found.setdefault((column, row.kind), []).append(row.row)
    for (column, _kind), numbers in found.items():
        yield Fault(faulty.unused(column, len(numbers)), numbers[0])


def _without_union(session: Session, steps: Sequence[Step], ground: Ground) -> Iterator[Fault]:
    """People of unions that end without a single successor."""
    ending = {ground.ids[step.code]: step for step in steps if _leaves_people(step) and step.code in ground.ids}
    for some in slices(ending):
        counted = select(Person.union_id, func.count()).where(Person.union_id.in_(some)).group_by(Person.union_id)
        for union_id, count in session.execute(counted):
            yield Fault(_where_to(ending[union_id], count), ending[union_id].row)


_ALL_GO = N_("Cả %(count)s người của “%(code)s” chuyển về “%(to)s”; ai thuộc nơi khác thì chuyển tiếp sau.")
_STAY = N_(
    "%(count)s người của “%(code)s” còn ghi ở đơn vị cũ. Ghi cột Mã nhận người để tất cả về một nơi, "
    "hoặc sau khi lưu chia từng người ở trang Việc còn lại."
)
_NOWHERE = N_("%(count)s người của “%(code)s” sẽ không thuộc công đoàn nào và được ghi là người lao động.")
#: Warnings about people of ending unions, which the page of one change tells in its own words.
ABOUT_PEOPLE = frozenset({_ALL_GO, _STAY, _NOWHERE})


def _where_to(step: Step, count: int) -> Message:
    """What becomes of the people of a union that ends without a single successor."""
    words = {"count": count, "code": step.code}
    if step.people_to:
        return message(_ALL_GO, to=step.people_to, **words)
    return message(_STAY if step.successors else _NOWHERE, **words)


def _leaves_people(step: Step) -> bool:
    return step.kind in ENDING and len(step.successors) != 1
