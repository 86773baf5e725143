"""Decisions that change the tree: planned from rows, stored as a whole, followed by the present when their day comes.

A decision is written to the dated tree (``union_spell``) at once, whatever its days. The present tree, the people and
the trees that open contests keep follow in :func:`catch_up`, for the past at once and for the future by a chore.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.models import Person
from contest.accounts.rules import Actor
from contest.clock import vietnamese_day
from contest.slices import slices
from contest.unions import events, faulty, following, places, timelines, undoing
from contest.unions.changes import ENDING, ChangeRow, Step, play
from contest.unions.models import KeptTree, Place, Succession, TradeUnion, UnionChange, UnionDecision
from contest.unions.queries import subtree_ids
from contest.unions.rules import PRESENT, ChangeKind, Fault, search_text
from contest.unions.standing import Line, Shape, shape_on
from contest.unions.timelines import Ground
from questions.messages import N_, Message, message
from questions.text import sort_key

#: The present follows what was decided; a whole decision is taken back.
catch_up, undo = following.catch_up, undoing.undo

#: How far ahead a change may lie, and from which age on somebody should look twice.
MAX_AHEAD = timedelta(days=2 * 366)
OLD = timedelta(days=366)
EARLIEST = date(1945, 1, 1)


class Stale(Exception):
    """The tree has changed since a plan was made: it must be made again."""


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
        *_old(rows, decided_on, today),
        *_without_union(session, outcome.steps, ground),
    )
    keepers = tuple(title for listener in events.keepers for title in listener(session, now))
    return Plan(heading, decided_on, ground, outcome.lines, tuple(outcome.steps), (), warnings, keepers, placed.new)


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


def _old(rows: Sequence[ChangeRow], decided_on: date, today: date) -> Iterator[Fault]:
    days: dict[date, int] = {}
    for row in rows:
        days.setdefault(row.effective_on or decided_on, row.row)
    return (Fault(faulty.long_ago(day), row) for day, row in days.items() if day < today - OLD)


def _without_union(session: Session, steps: Sequence[Step], ground: Ground) -> Iterator[Fault]:
    """People of unions that end without a single successor."""
    ending = {ground.ids[step.code]: step for step in steps if _leaves_people(step) and step.code in ground.ids}
    for some in slices(ending):
        counted = select(Person.union_id, func.count()).where(Person.union_id.in_(some)).group_by(Person.union_id)
        for union_id, count in session.execute(counted):
            yield Fault(_where_to(ending[union_id], count), ending[union_id].row)


def _where_to(step: Step, count: int) -> Message:
    """What becomes of the people of a union that ends without a single successor."""
    words = {"count": count, "code": step.code}
    if step.people_to:
        text = N_("Cả %(count)s người của “%(code)s” chuyển về “%(to)s”; ai thuộc nơi khác thì chuyển tiếp sau.")
        return message(text, to=step.people_to, **words)
    if step.successors:
        text = N_(
            "%(count)s người của “%(code)s” còn ghi ở đơn vị cũ. Ghi cột Mã nhận người để tất cả về một nơi, "
            "hoặc sau khi lưu chia từng người ở trang Việc còn lại."
        )
        return message(text, **words)
    text = N_("%(count)s người của “%(code)s” sẽ không thuộc công đoàn nào và được ghi là người lao động.")
    return message(text, **words)


def _leaves_people(step: Step) -> bool:
    return step.kind in ENDING and len(step.successors) != 1


# Storing


def lock(session: Session) -> None:
    """Let only one change of the tree go on at a time."""
    session.execute(select(KeptTree.id).where(KeptTree.id == PRESENT).with_for_update())


#: Parts of storing a decision, for :func:`store` to count.
PARTS = 4


def store(
    session: Session, actor: Actor, plan: Plan, now: datetime, progress: Callable[[int], None] = lambda _part: None
) -> UnionDecision:
    """Write a plan without faults, as a whole, and let the present follow where its day has come.

    ``progress`` is told after each of the ``PARTS`` how many are done. Raises Stale when the tree has changed since
    the plan was made.
    """
    if plan.faults or not plan.steps:
        raise ValueError("a decision with faults, or without any change, is never stored")
    lock(session)
    if timelines.newest(session) != plan.ground.seen:
        raise Stale
    at = timelines.instant(session, now)
    decision = _decision(session, actor, plan, at)
    known = places.make(session, plan.new_places)
    ids = {**plan.ground.ids, **_new_unions(session, plan, known)}
    ground = replace(plan.ground, ids=ids, places=known)
    progress(1)
    change_ids = _store_changes(session, decision, plan, ground)
    progress(2)
    timelines.write(session, ground, plan.lines, change_ids, at)
    progress(3)
    _store_successions(session, plan, ground, change_ids)
    numbers = {str(kind): plan.count(kind) for kind in ChangeKind if plan.count(kind)}
    record(session, actor, "union.decision", f"decision:{decision.code}", now, {"number": decision.number, **numbers})
    session.flush()
    catch_up(session, vietnamese_day(now), now)
    progress(PARTS)
    return decision


def _decision(session: Session, actor: Actor, plan: Plan, at: datetime) -> UnionDecision:
    heading = plan.heading
    decision = UnionDecision(
        code=secrets.token_urlsafe(12),
        number=heading.number,
        decided_on=plan.decided_on,
        issued_by=heading.issued_by,
        title=heading.title,
        file_name=heading.file_name,
        entered_at=at,
        entered_by=actor.label,
    )
    session.add(decision)
    session.flush()
    return decision


def _new_unions(session: Session, plan: Plan, place_ids: Mapping[str, int]) -> dict[str, int]:
    """Rows for the unions that a decision opens, known from now on though their day may lie ahead; ids by code.

    The code of a union whose opening was undone is taken up again.
    """
    opening = {step.code: step for step in plan.steps if step.kind == ChangeKind.OPEN}
    values = {code: _row_values(step) for code, step in opening.items()}
    fresh = [row for code, row in values.items() if code not in plan.ground.ids]
    ids = {code: plan.ground.ids[code] for code in opening if code in plan.ground.ids}
    if fresh:
        ids |= dict(session.execute(insert(TradeUnion).returning(TradeUnion.code, TradeUnion.id), fresh).all())
    every = {**plan.ground.ids, **ids}
    rows = [
        {
            **values[code],
            "id": ids[code],
            "closed_on": None,
            "parent_id": every[step.after.parent],
            "place_id": place_ids.get(step.after.place),
        }
        for code, step in opening.items()
        if step.after is not None
    ]
    if rows:
        session.execute(update(TradeUnion), rows)
    return ids


def _row_values(step: Step) -> dict[str, Any]:
    shape = step.after
    if shape is None:
        raise ValueError(f"{step.code} does not open")
    return {
        "code": step.code,
        "name": shape.name,
        "short_name": shape.short_name,
        "name_fold": search_text(step.code, shape.name, shape.short_name),
        "name_key": sort_key(shape.name),
        "level": str(shape.level),
        "note": step.note,
        "opened_on": step.on,
        "demo": False,
    }


def _store_changes(session: Session, decision: UnionDecision, plan: Plan, ground: Ground) -> list[int]:
    """The changes of a decision; their ids in the order of the steps."""
    place_names = dict(session.execute(select(Place.code, Place.name)).all())
    rows = [
        {
            "decision_id": decision.id,
            "position": position,
            "kind": str(step.kind),
            "union_id": ground.ids[step.code],
            "effective_on": step.on,
            "details": _details(step, plan, place_names),
        }
        for position, step in enumerate(plan.steps)
    ]
    session.execute(insert(UnionChange.__table__), rows)
    mine = select(UnionChange.id).where(UnionChange.decision_id == decision.id)
    return list(session.scalars(mine.order_by(UnionChange.position)))


def _details(step: Step, plan: Plan, place_names: Mapping[str, str]) -> dict[str, Any]:
    """Names and codes as they were on the day, for the history: see ``UnionChange.details``."""

    def named(code: str) -> dict[str, str]:
        line = plan.lines.get(code) or plan.ground.lines.get(code, ())
        shape = shape_on(line, step.on) or (line[-1].shape if line else None)
        return {"code": code, "name": shape.name if shape else code}

    def told(shape: Shape) -> dict[str, Any]:
        said: dict[str, Any] = {"name": shape.name, "short_name": shape.short_name, "level": str(shape.level)}
        if shape.parent:
            said["parent"] = named(shape.parent)
        if shape.place:
            said["place"] = {"code": shape.place, "name": place_names.get(shape.place, shape.place)}
        return said

    details: dict[str, Any] = {}
    for key, shape in (("from", step.before), ("to", step.after)):
        if shape is not None:
            details[key] = told(shape)
    for key, codes in (("successors", step.successors), ("predecessors", step.predecessors)):
        if codes:
            details[key] = [named(code) for code in codes]
    if step.implied:
        details["implied"] = True
    if step.people_to:
        details["people_to"] = named(step.people_to)
    if step.note:
        details["note"] = step.note
    return details


def _store_successions(session: Session, plan: Plan, ground: Ground, change_ids: Sequence[int]) -> None:
    """Who took over from whom, once a day; the ending counts where a split of the same day says the same, be it of
    another decision (:func:`undoing.undo` gives it back to that one)."""
    found: dict[tuple[int, int, date], int] = {}
    for step, change_id in zip(plan.steps, change_ids, strict=True):
        for successor in step.successors:
            found[ground.ids[step.code], ground.ids[successor], step.on] = change_id
    rows = [
        {"predecessor_id": old, "successor_id": new, "on_day": on, "change_id": change_id}
        for (old, new, on), change_id in found.items()
    ]
    for some in slices({old for old, _new, _on in found}):
        for known in session.scalars(select(Succession).where(Succession.predecessor_id.in_(some))):
            if (known.predecessor_id, known.successor_id, known.on_day) in found:
                session.delete(known)
    session.flush()
    if rows:
        session.execute(insert(Succession.__table__), rows)
