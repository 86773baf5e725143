"""Decisions that change the tree, stored as a whole; how they are planned stands in :mod:`contest.unions.planning`.

A decision is written to the dated tree (``union_spell``) at once, whatever its days. The present tree, the people and
the trees that open contests keep follow in :func:`following.catch_up`, for the past at once and for the future by a
chore; :func:`undoing.undo` takes a whole decision back.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.clock import vietnamese_day
from contest.slices import slices
from contest.unions import following, places, timelines, trees
from contest.unions.changes import Step
from contest.unions.models import Place, Succession, TradeUnion, UnionChange, UnionDecision
from contest.unions.planning import Plan
from contest.unions.rules import ChangeKind, search_text
from contest.unions.standing import Shape, shape_on
from contest.unions.timelines import Ground
from questions.text import sort_key

#: Parts of storing a decision, for :func:`store` to count.
PARTS = 4


class Stale(Exception):
    """The tree has changed since a plan was made: it must be made again."""


def store(
    session: Session, actor: Actor, plan: Plan, now: datetime, progress: Callable[[int], None] = lambda _part: None
) -> UnionDecision:
    """Write a plan without faults, as a whole, and let the present follow where its day has come.

    ``progress`` is told after each of the ``PARTS`` how many are done. Raises Stale when the tree has changed since
    the plan was made.
    """
    if plan.faults or not plan.steps:
        raise ValueError("a decision with faults, or without any change, is never stored")
    trees.lock(session)
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
    following.catch_up(session, vietnamese_day(now), now)
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
            "details": details_of(step, plan, place_names),
        }
        for position, step in enumerate(plan.steps)
    ]
    session.execute(insert(UnionChange.__table__), rows)
    mine = select(UnionChange.id).where(UnionChange.decision_id == decision.id)
    return list(session.scalars(mine.order_by(UnionChange.position)))


def details_of(step: Step, plan: Plan, place_names: Mapping[str, str]) -> dict[str, Any]:
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
