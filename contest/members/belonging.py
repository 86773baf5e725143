"""Where people belong and belonged: moving them with a day, and the history of it as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.models import AuditEntry, Person
from contest.accounts.rules import KIND_NAMES, Actor, PersonKind
from contest.members.models import PastMembership
from contest.members.rules import CAUSE_SENTENCES, MoveCause
from contest.slices import slices
from contest.unions.models import TradeUnion, UnionSpell
from questions.messages import N_, Message, message

#: People moved at a time.
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in which somebody belonged to a union as one kind, named as it was on the last day of it.

    ``union`` None: to none; ``since`` None: nobody knows; ``until`` (not included) and ``cause`` None: until today.
    """

    union: str | None
    kind: PersonKind
    since: date | None
    until: date | None = None
    cause: MoveCause | None = None


def hold(session: Session, person: Person) -> None:
    """Decisions about one person take turns; whoever waited sees what they have become."""
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    session.refresh(person)


def move(
    session: Session,
    actor: Actor,
    person: Person,
    union_id: int | None,
    kind: PersonKind,
    on: date,
    cause: MoveCause,
    now: datetime,
    change_id: int | None = None,
) -> bool:
    """Let somebody belong to a union as a kind from a day on; False when they do already.

    The membership until then is kept. A day before the present one began counts as that day: what lasted no day at
    all leaves a trace on the audit log only. Counts of contests are not touched: an entry keeps its union.
    """
    if (person.union_id, person.kind) == (union_id, kind):
        return False
    since = person.union_since
    day = on if since is None else max(on, since)
    if since is None or since < day:
        session.add(
            PastMembership(
                person_id=person.id,
                union_id=person.union_id,
                kind=person.kind,
                since=since,
                until=day,
                cause=cause,
                change_id=change_id,
                entered_at=now,
            )
        )
    details = {
        "union_id": [person.union_id, union_id],
        "kind": [str(person.kind), str(kind)],
        "on": day.isoformat(),
        "cause": str(cause),
    }
    person.union_id, person.kind, person.union_since = union_id, kind, day
    record(session, actor, "person.move", f"person:{person.id}", now, details)
    session.flush()
    return True


def history(session: Session, person_id: int) -> list[Message]:
    """Where somebody belonged and belongs, oldest first, one sentence a stay."""
    person = session.get_one(Person, person_id)
    past = session.scalars(
        select(PastMembership)
        .where(PastMembership.person_id == person_id)
        .order_by(PastMembership.until, PastMembership.id)
    ).all()
    asked = [(row.union_id, row.until - timedelta(days=1)) for row in past if row.union_id]
    names = union_names(session, [*asked, *([(person.union_id, None)] if person.union_id else [])])
    stays = [
        Stay(
            names.get((row.union_id, row.until - timedelta(days=1))) if row.union_id else None,
            PersonKind(row.kind),
            row.since,
            row.until,
            MoveCause(row.cause),
        )
        for row in past
    ]
    present = names.get((person.union_id, None)) if person.union_id else None
    stays.append(Stay(present, PersonKind(person.kind), person.union_since))
    return [sentence(stay) for stay in stays]


def sentence(stay: Stay) -> Message:
    """A stay as people read it.

    >>> str(sentence(Stay("CĐCS Trường A", PersonKind.MEMBER, date(2024, 3, 1))))
    'Từ ngày 2024-03-01 đến nay: Đoàn viên, thuộc CĐCS Trường A.'
    """
    values = {
        "kind": message(KIND_NAMES[stay.kind]),
        "where": message(N_("thuộc %(union)s"), union=stay.union)
        if stay.union
        else message(N_("không thuộc công đoàn nào")),
        "since": stay.since,
        "until": stay.until,
        "cause": message(CAUSE_SENTENCES[stay.cause]) if stay.cause else "",
    }
    if stay.until is None:
        text = N_("Từ ngày %(since)s đến nay: %(kind)s, %(where)s.")
        return message(text if stay.since else N_("Hiện nay: %(kind)s, %(where)s."), **values)
    if stay.since is None:
        return message(N_("Đến trước ngày %(until)s: %(kind)s, %(where)s; %(cause)s."), **values)
    return message(N_("Từ ngày %(since)s đến trước ngày %(until)s: %(kind)s, %(where)s; %(cause)s."), **values)


def union_names(session: Session, asked: Sequence[tuple[int, date | None]]) -> Mapping[tuple[int, date | None], str]:
    """The names of unions as they were on days (None: as they are), in two queries."""
    ids = {union_id for union_id, _ in asked}
    present = dict(session.execute(select(TradeUnion.id, TradeUnion.name).where(TradeUnion.id.in_(ids))).all())
    spells = session.execute(
        select(UnionSpell.union_id, UnionSpell.since, UnionSpell.until, UnionSpell.name).where(
            UnionSpell.union_id.in_(ids), UnionSpell.replaced_at.is_(None)
        )
    ).all()
    names: dict[tuple[int, date | None], str] = {}
    for union_id, day in asked:
        holding = (
            spell.name
            for spell in spells
            if day and spell.union_id == union_id and spell.since <= day and (not spell.until or day < spell.until)
        )
        names[union_id, day] = next(holding, present[union_id])
    return names


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who is to belong to a union as a kind from a day on. ``from_id``: where they did when that was decided;
    who has moved since then stays where they went."""

    person_id: int
    from_id: int | None
    union_id: int | None
    kind: PersonKind
    on: date


def move_many(session: Session, actor: Actor, moves: Sequence[Move], cause: MoveCause, now: datetime) -> int:
    """Like :func:`move` for a long list: some statements, however long. Returns how many people moved.

    Objects of these people in the session are stale afterwards.
    """
    session.flush()
    moved = 0
    for some in slices(moves, CHUNK):
        wanted = {move.person_id: move for move in some}
        columns = (Person.id, Person.union_id, Person.kind, Person.union_since)
        held = select(*columns).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update(key_share=True)
        known = [row for row in session.execute(held) if row.union_id == wanted[row.id].from_id]
        changes = [
            (row, wanted[row.id])
            for row in known
            if (row.union_id, row.kind) != (wanted[row.id].union_id, wanted[row.id].kind)
        ]
        past, present, entries = [], [], []
        for row, move_ in changes:
            day = move_.on if row.union_since is None else max(move_.on, row.union_since)
            if row.union_since != day:
                past.append(_past(row, day, cause, now))
            present.append(
                {"id": row.id, "union_id": move_.union_id, "kind": str(move_.kind), "union_since": day},
            )
            entries.append(_entry(actor, row, move_, day, cause, now))
        for table, rows in ((PastMembership, past), (AuditEntry, entries)):
            if rows:
                session.execute(insert(table), rows)
        if present:
            session.execute(update(Person), present)
        moved += len(changes)
    return moved


def _past(row: Any, until: date, cause: MoveCause, now: datetime) -> dict[str, Any]:
    return {
        "person_id": row.id,
        "union_id": row.union_id,
        "kind": row.kind,
        "since": row.union_since,
        "until": until,
        "cause": str(cause),
        "entered_at": now,
    }


def _entry(actor: Actor, row: Any, move_: Move, day: date, cause: MoveCause, now: datetime) -> dict[str, Any]:
    """A line of the audit log, the same as :func:`move` writes."""
    return {
        "at": now,
        "actor_id": actor.id,
        "actor": actor.label,
        "action": "person.move",
        "subject": f"person:{row.id}",
        "details": {
            "union_id": [row.union_id, move_.union_id],
            "kind": [row.kind, str(move_.kind)],
            "on": day.isoformat(),
            "cause": str(cause),
        },
    }
