"""Storing a list of people that was looked at: a short one in one transaction, a long one in portions.

On SQLite a writing transaction keeps every save of an answer waiting, so others get their turn between portions. Each
portion is planned anew while lists take turns, and how far the list is stands beside its file, written with it: work
begun again goes on there, and whoever stores a list twice stores each portion once. Where something has changed so that
a portion cannot be stored, what came before it stays; looked at again, the list shows what is left of it.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts import uploads
from contest.accounts.rules import Actor
from contest.extensions import db
from contest.members import roster_queries, rosters
from contest.members.roster_plans import Plan
from contest.members.rosters import Stored, Wanted
from contest.members.sheets import PersonRow
from contest.unions.queries import by_code, subtree_ids
from questions.text import fold

#: Rows that one transaction stores: some tenths of a second.
PORTION = 500
#: Seconds between two portions. Who waits for SQLite's lock looks for it ten times a second.
PAUSE_S = 0.1


class Stale(Exception):
    """The list would not do any more what its preview showed."""


@dataclass(frozen=True, slots=True)
class Order:
    """The sound rows of a list and how they are stored: by whom, within which union's part (None: anywhere).

    ``asks``: people of other parts are only asked for. ``hashes`` gives those of passwords by the number of their rows.
    ``faulty``: numbers of the rows that somebody chose to leave.
    """

    actor: Actor
    rows: Sequence[PersonRow]
    union: str | None
    wanted: Wanted
    asks: bool = True
    demo: bool = False
    hashes: Callable[[Sequence[PersonRow]], Mapping[int, str]] = field(default=lambda _rows: {})
    faulty: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a long list is: portions stored, what they did, who is to leave, as ids of person and union, and the
    rows at fault that are left, so that whoever goes on with it takes the same rows."""

    portions: int = 0
    stored: Stored = field(default_factory=Stored)
    leaving: Sequence[tuple[int, int]] = ()
    faulty: Sequence[int] = ()


@dataclass(slots=True)
class Note:
    """Where it is written how far a list is: beside its file (token, purpose, person), or without one in memory."""

    place: tuple[str, str, int] | None = None
    told: Begun | None = None

    def read(self, session: Session) -> Begun | None:
        if self.place is None:
            return self.told
        file = uploads.take(session, *self.place)
        if file is None:
            return None
        told = json.loads(file.content)
        leaving = [(who, union) for who, union in told["leaving"]]
        return Begun(told["portions"], Stored(**told["stored"]), leaving, told["faulty"])

    def write(self, session: Session, told: Begun) -> None:
        self.told = told
        if self.place:
            token, purpose, person_id = self.place
            uploads.keep(session, purpose, "", json.dumps(asdict(told)).encode(), person_id, clock.now(), token)


def portions(rows: Sequence[PersonRow], size: int) -> Iterator[list[PersonRow]]:
    """A list in portions of about this size. Namesakes stay together: each is told apart from the others by the plan
    they share, and must not meet them as people known already."""
    part: list[PersonRow] = []
    for _name, namesakes in groupby(sorted(rows, key=_folded), key=_folded):
        some = list(namesakes)
        if part and len(part) + len(some) > size:
            yield part
            part = []
        part += some
    if part:
        yield part


def _folded(row: PersonRow) -> str:
    return fold(row.name)


def store_rows(session: Session, order: Order, rows: Sequence[PersonRow], now: datetime) -> Stored:
    """Store some rows of a list, as things stand now. Raises Stale where one of them is at fault by now."""
    rosters.take_turn(session, now)
    plan = rosters.plan_part(session, rows, now, _within(session, order), asks=order.asks)
    if plan.faults:
        raise Stale
    return _store(session, order, replace(plan, faulty=len(order.faulty)), now)


def _store(session: Session, order: Order, plan: Plan, now: datetime) -> Stored:
    hashes = order.hashes(plan.passwords)
    return rosters.store_import(session, order.actor, plan, hashes, now, wanted=order.wanted, demo=order.demo)


def let_leave(session: Session, order: Order, people: Sequence[tuple[int, int]], now: datetime) -> Stored:
    """Let those of some people leave who have not moved or left since the list was looked at."""
    rosters.take_turn(session, now)
    return _store(session, order, Plan(missing=tuple(roster_queries.still_members(session, people))), now)


def _within(session: Session, order: Order) -> frozenset[int] | None:
    if order.union is None:
        return None
    union = by_code(session, order.union)
    return subtree_ids(session, [union.id] if union else [])


def pause() -> None:
    """Let others write."""
    time.sleep(PAUSE_S)


def store_in_portions(order: Order, plan: Plan, progress: Callable[[int, int], None], note: Note) -> Stored:
    """Store a whole list that is as its preview showed it, ``plan``, or go on with it where ``note`` says so.

    Raises Stale when a row has become faulty meanwhile, or another run has finished the list.
    """
    with db.begin() as session:
        told = note.read(session)
        if told is None:
            leaving = [(who.id, who.union_id or 0) for who in plan.missing] if order.wanted.leave else []
            told = Begun(leaving=leaving, faulty=order.faulty)
            note.write(session, told)
    parts = list(portions(order.rows, PORTION))
    leavers = [told.leaving[start : start + PORTION] for start in range(0, len(told.leaving), PORTION)]
    total, done = len(order.rows) + len(told.leaving), 0
    for number, part in enumerate([*parts, *leavers]):
        progress(done, total)
        with db.begin() as session:
            told = note.read(session)
            if told is None:
                raise Stale
            if number == told.portions:
                store = store_rows if number < len(parts) else let_leave
                # Which rows are left is told with the first portion.
                stored = store(session, replace(order, faulty=()) if number else order, part, clock.now())
                told = replace(told, portions=number + 1, stored=told.stored + stored)
                note.write(session, told)
        done += len(part)
        pause()
    progress(total, total)
    return told.stored
