"""Taking a whole decision back, while nothing later builds on it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.clock import vietnamese_day
from contest.slices import slices
from contest.unions import events, faulty, following, timelines, trees
from contest.unions.models import (
    Place,
    Succession,
    TradeUnion,
    UnionChange,
    UnionDecision,
    UnionSpell,
)
from contest.unions.rules import ChangeKind
from contest.unions.spells import TOLD, known
from contest.unions.standing import standing_faults
from questions.messages import Message

_SPELL = [column.name for column in UnionSpell.__table__.columns if column.name != "id"]


class Refused(Exception):
    """A decision cannot be taken back; ``reasons`` are all of them, for people."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = tuple(reasons)


def undo(session: Session, actor: Actor, decision: UnionDecision, reason: str, now: datetime) -> None:
    """Take a decision back: unions, successors and people go back as far as they still stand where it put them.

    The rows of unions it opened stay, closed on the day they would have opened, because something may name them.
    Raises Refused where something later builds on it.
    """
    trees.lock(session)
    session.refresh(decision)
    if reasons := list(against(session, decision, reason)):
        raise Refused(reasons)
    today = vietnamese_day(now)
    changes = session.execute(
        select(UnionChange.id, UnionChange.union_id, UnionChange.applied_at).where(
            UnionChange.decision_id == decision.id
        )
    ).all()
    applied = [change.id for change in changes if change.applied_at is not None]
    if applied:
        trees.keep_for_contests(session, today - timedelta(days=1), now)
        for listener in events.people_returned:
            listener(session, applied, now)
    at = timelines.instant(session, now)
    touched = {change.union_id for change in changes}
    _restore(session, decision, at)
    for some in slices([change.id for change in changes]):
        session.execute(delete(Succession).where(Succession.change_id.in_(some)))
    decision.undone_at, decision.undone_by, decision.undone_reason = at, actor.label, reason.strip()
    session.flush()
    _give_back_parts(session, touched)
    following.follow(session, touched, today)
    _never_were(session, touched)
    record(session, actor, "union.decision_undone", f"decision:{decision.code}", now, {"number": decision.number})
    following.renew(session, now)


def _give_back_parts(session: Session, union_ids: Collection[int]) -> None:
    """Successions of splits by other decisions, which an ending on the same day had taken for its own."""
    splits = (
        select(UnionChange)
        .join(UnionDecision, UnionDecision.id == UnionChange.decision_id)
        .where(UnionChange.kind == ChangeKind.SPLIT, UnionDecision.undone_at.is_(None))
    )
    ids = dict(session.execute(select(TradeUnion.code, TradeUnion.id)).all())
    for some in slices(union_ids):
        stored = select(Succession.predecessor_id, Succession.successor_id, Succession.on_day)
        there = {tuple(row) for row in session.execute(stored.where(Succession.predecessor_id.in_(some)))}
        for change in session.scalars(splits.where(UnionChange.union_id.in_(some))):
            for one in change.details.get("successors", ()):
                old, new, on = key = (change.union_id, ids[one["code"]], change.effective_on)
                if key not in there:
                    session.add(Succession(predecessor_id=old, successor_id=new, on_day=on, change_id=change.id))
    session.flush()


def against(session: Session, decision: UnionDecision, reason: str) -> Iterator[Message]:
    """Everything that keeps a decision from being taken back."""
    if decision.undone_at is not None:
        yield faulty.undone_already()
        return
    if not reason.strip():
        yield faulty.no_reason()
    later = list(_built_on(session, decision))
    yield from later
    if not later:
        yield from _tree_faults(session, decision)


def _mine(decision: UnionDecision) -> Any:
    return select(UnionChange.union_id).where(UnionChange.decision_id == decision.id)


def _built_on(session: Session, decision: UnionDecision) -> Iterator[Message]:
    """Later decisions about the same unions, and later corrections by a list."""
    numbers = session.execute(
        select(UnionDecision.number, TradeUnion.code)
        .join(UnionChange, UnionChange.decision_id == UnionDecision.id)
        .join(TradeUnion, TradeUnion.id == UnionChange.union_id)
        .where(
            UnionDecision.id > decision.id,
            UnionDecision.undone_at.is_(None),
            UnionChange.union_id.in_(_mine(decision)),
        )
        .order_by(UnionDecision.id, TradeUnion.code)
    )
    seen: dict[str, str] = {}
    for number, code in numbers:
        seen.setdefault(number, code)
    yield from (faulty.later_decision(number, code) for number, code in seen.items())
    if seen:
        return
    now, then = _spells(session, decision, known(None)), _spells(session, decision, known(decision.entered_at))
    changed = {union_id for union_id in now.keys() | then.keys() if _told(now, union_id) != _told(then, union_id)}
    if changed:
        yield faulty.corrected_since(session.get_one(TradeUnion, min(changed)).code)


def _tree_faults(session: Session, decision: UnionDecision) -> Iterator[Message]:
    """Why the tree could not stand without the decision."""
    ground = timelines.read(session)
    codes = {union_id: code for code, union_id in ground.ids.items()}
    places = dict(session.execute(select(Place.id, Place.code)).all())
    touched_ids = set(session.scalars(_mine(decision)))
    touched = {codes[union_id] for union_id in touched_ids}
    before = _spells(session, decision, _right_before(decision))
    lines = {code: line for code, line in ground.lines.items() if code not in touched}
    lines |= timelines.as_lines([spell for line in before.values() for spell in line], codes, places)
    days = session.scalars(select(UnionChange.effective_on).where(UnionChange.decision_id == decision.id)).all()
    for _, why in standing_faults(lines, touched, min(days, default=date.max)):
        yield why


def _right_before(decision: UnionDecision) -> ColumnElement[bool]:
    """Whether a spell was known until the decision was entered: nothing else was at its instant."""
    at = decision.entered_at
    return and_(UnionSpell.entered_at < at, or_(UnionSpell.replaced_at.is_(None), UnionSpell.replaced_at >= at))


def _spells(session: Session, decision: UnionDecision, which: ColumnElement[bool]) -> dict[int, list[Row[Any]]]:
    """Some spells of the unions that a decision is about, by union."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(select(UnionSpell.__table__).where(which, UnionSpell.union_id.in_(_mine(decision)))):
        found[row.union_id].append(row)
    return found


def _told(spells: Mapping[int, Sequence[Row[Any]]], union_id: int) -> set[tuple[Any, ...]]:
    """What the spells of a union say, whenever they were entered."""
    return {_content(row) for row in spells.get(union_id, ())}


def _content(row: Row[Any]) -> tuple[Any, ...]:
    return (row.since, row.until, *(getattr(row, name) for name in TOLD))


def _restore(session: Session, decision: UnionDecision, at: datetime) -> None:
    """Put the spells back that were known before the decision; its own stay readable as what was believed until now."""
    now, before = _spells(session, decision, known(None)), _spells(session, decision, _right_before(decision))
    gone: list[int] = []
    rows: list[Mapping[str, Any]] = []
    for union_id in now.keys() | before.keys():
        stands, wanted = _told(now, union_id), _told(before, union_id)
        gone += [row.id for row in now.get(union_id, ()) if _content(row) not in wanted]
        rows += [
            {**{name: getattr(row, name) for name in _SPELL}, "entered_at": at, "replaced_at": None}
            for row in before.get(union_id, ())
            if _content(row) not in stands
        ]
    for some in slices(gone):
        replaced = update(UnionSpell).where(UnionSpell.id.in_(some)).values(replaced_at=at)
        session.execute(replaced.execution_options(synchronize_session=False))
    if rows:
        session.execute(insert(UnionSpell.__table__), rows)


def _never_were(session: Session, union_ids: set[int]) -> None:
    """Close unions without any day left on the day they would have opened."""
    spelled = select(UnionSpell.union_id).where(UnionSpell.replaced_at.is_(None))
    for some in slices(union_ids):
        closed = update(TradeUnion).where(TradeUnion.id.in_(some), TradeUnion.id.not_in(spelled))
        session.execute(closed.values(closed_on=TradeUnion.opened_on).execution_options(synchronize_session=False))
