"""Keeping the counters: what one person adds when an attempt closes, counts no more, or goes to another union."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Select,
    bindparam,
    case,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.attempts.events import Before
from contest.attempts.models import Attempt
from contest.clock import VIETNAM, vietnamese_day
from contest.participation.models import Tally, TallyDay, TallyHour
from contest.rounds.models import Entry, Round
from questions.base import Base

#: ``Tally.round_number`` of the whole contest.
WHOLE = 0


def attempt_closed(session: Session, attempt: Attempt) -> None:
    """Add a closed attempt to the counters of its union, round and contest.

    Called inside the transaction that closes it, with the row of the entry locked: whether the person is counted
    for the first time follows from their own attempts alone.
    """
    if attempt.counted and attempt.submitted_at is not None:
        _count(session, attempt, 1)


def attempt_annulled(session: Session, attempt: Attempt) -> None:
    """Take a closed attempt that counted until now off the counters again; the row of the entry is locked.

    The exact way back of :func:`attempt_closed`: what the person's other attempts add stays.
    """
    _count(session, attempt, -1)


def _count(session: Session, attempt: Attempt, sign: int) -> None:
    """Add what an attempt adds to the person's others, or (``sign`` -1) take it off."""
    entry, perfect = attempt.entry, bool(attempt.perfect)
    others = _others(session, attempt)
    common = {
        "contest_id": entry.contest_id,
        "union_id": entry.union_id or 0,
        "kind": entry.kind,
        "division_id": entry.division_id or 0,
        "attempts": sign,
        "perfect_attempts": sign * int(perfect),
        "score_sum": sign * attempt.score,
    }
    rows = [
        {
            **common,
            "round_number": number,
            "people": sign * int(not attempts),
            "perfect_people": sign * int(perfect and not perfect_ones),
        }
        for number, attempts, perfect_ones in (
            (WHOLE, others.attempts, others.perfect),
            (attempt.round.number, others.in_round, others.perfect_in_round),
        )
    ]
    add(session, Tally, rows)
    days = _day_rows(entry, attempt.submitted_at, others.earliest)
    add(session, TallyDay, [day | {name: sign * day[name] for name in ("people", "attempts")} for day in days])
    hour = attempt.submitted_at.astimezone(VIETNAM).hour
    owner = {"contest_id": entry.contest_id, "union_id": entry.union_id or 0}
    add(session, TallyHour, [{**owner, "hour": hour, "attempts": sign}])


def attempt_rescored(session: Session, attempt: Attempt, before: Before) -> None:
    """Bring the counters along after a counted attempt was marked again; the row of the entry is locked."""
    entry, others = attempt.entry, _others(session, attempt)
    rows = [
        {
            "contest_id": entry.contest_id,
            "round_number": number,
            "union_id": entry.union_id or 0,
            "kind": entry.kind,
            "division_id": entry.division_id or 0,
            "people": 0,
            "attempts": 0,
            "perfect_people": 0 if others_perfect else int(bool(attempt.perfect)) - int(before.perfect),
            "perfect_attempts": int(bool(attempt.perfect)) - int(before.perfect),
            "score_sum": attempt.score - before.score,
        }
        for number, others_perfect in ((WHOLE, others.perfect), (attempt.round.number, others.perfect_in_round))
    ]
    add(session, Tally, rows)


#: ``entry_moved``: the division is what it was.
SAME_DIVISION = -1


def entry_moved(
    session: Session, entry: Entry, old_union_id: int | None, old_division_id: int | None = SAME_DIVISION
) -> None:
    """Take everything that a person's counted attempts added off one union and add it to ``entry.union_id``.

    Called inside the transaction that moved the entry, with its row locked: whole contest, rounds, days and hours
    follow, and the division where it is another now; the kind stays. Costs the person's own attempts, nothing else.
    """
    division = entry.division_id if old_division_id == SAME_DIVISION else old_division_id
    old = {"union_id": old_union_id or 0, "division_id": division or 0}
    new = {"union_id": entry.union_id or 0, "division_id": entry.division_id or 0}
    wanted = (
        select(Round.number, Attempt.score, Attempt.perfect, Attempt.submitted_at)
        .join(Attempt.round)
        .where(Attempt.entry_id == entry.id, Attempt.counted)
    )
    session.flush()
    sat = session.execute(wanted).all()
    if not sat or old == new:
        return
    for table, one in ((Tally, _entry_tallies(entry, sat)), *_entry_times(entry, sat)):
        keys = [column.name for column in table.__table__.primary_key]
        here, there = ({key: where[key] for key in where if key in keys} for where in (old, new))
        gone = [{n: v if n in keys else -v for n, v in row.items()} | here for row in one]
        rows = [*gone, *({**row, **there} for row in one)]
        add(session, table, sorted(rows, key=lambda row: [row[key] for key in keys]))


def _entry_tallies(entry: Entry, sat: Sequence[Any]) -> list[dict[str, Any]]:
    """What a person's counted attempts add to the whole contest and to each round."""
    rows = []
    for number in (WHOLE, *sorted({row.number for row in sat})):
        mine = [row for row in sat if number in (WHOLE, row.number)]
        perfect = sum(bool(row.perfect) for row in mine)
        rows.append(
            {
                "contest_id": entry.contest_id,
                "round_number": number,
                "kind": entry.kind,
                "division_id": entry.division_id or 0,
                "people": 1,
                "attempts": len(mine),
                "perfect_people": int(perfect > 0),
                "perfect_attempts": perfect,
                "score_sum": sum(row.score for row in mine),
            }
        )
    return rows


def _entry_times(entry: Entry, sat: Sequence[Any]) -> list[tuple[type[Base], list[dict[str, Any]]]]:
    """What a person's counted attempts add to days and to hours of the day; they joined on their first day."""
    ended = [row.submitted_at.astimezone(VIETNAM) for row in sat]
    days, hours = Counter(at.date() for at in ended), Counter(at.hour for at in ended)
    contest = {"contest_id": entry.contest_id}
    return [
        (TallyDay, [{**contest, "day": d, "people": int(d == min(days)), "attempts": n} for d, n in days.items()]),
        (TallyHour, [{**contest, "hour": hour, "attempts": number} for hour, number in hours.items()]),
    ]


def _others(session: Session, attempt: Attempt) -> Any:
    """The person's other counted attempts of the contest, counted."""
    asked = {"entry": attempt.entry_id, "attempt": attempt.id, "round": attempt.round_id}
    return session.execute(_others_counted(), asked).one()


@cache
def _others_counted() -> Select[Any]:
    here = Attempt.round_id == bindparam("round")
    return select(
        func.count().label("attempts"),
        func.count(case((here, 1))).label("in_round"),
        func.count(case((Attempt.perfect, 1))).label("perfect"),
        func.count(case((here & Attempt.perfect, 1))).label("perfect_in_round"),
        func.min(Attempt.submitted_at).label("earliest"),
    ).where(Attempt.entry_id == bindparam("entry"), Attempt.counted, Attempt.id != bindparam("attempt"))


def _day_rows(entry: Entry, ended_at: datetime, earliest: datetime | None) -> list[dict[str, Any]]:
    """Changes by day. An attempt may be closed after a later one: then the person joined on its day instead."""
    day = vietnamese_day(ended_at)
    joined = vietnamese_day(earliest) if earliest else None
    moved = joined is None or day < joined
    owner = {"contest_id": entry.contest_id, "union_id": entry.union_id or 0}
    rows = [{**owner, "day": day, "people": int(moved), "attempts": 1}]
    if moved and joined:
        rows.append({**owner, "day": joined, "people": -1, "attempts": 0})
    return rows


def add(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Add numbers to counters, making those that are not there yet; one statement on both engines.

    Rows stand in the order of their keys, so that two closings never wait for each other.
    """
    session.flush()
    session.connection().execute(_adding(table, session.get_bind().dialect.name), list(rows))


@cache
def _adding(table: type[Base], engine: str) -> Any:
    """The statement that adds one row; made once, as every attempt that ends comes through here."""
    keys = [column.name for column in table.__table__.primary_key]
    numbers = [column.name for column in table.__table__.columns if column.name not in keys]
    added = (postgresql if engine == "postgresql" else sqlite).insert(table.__table__)
    sums = {name: table.__table__.c[name] + added.excluded[name] for name in numbers}
    return added.on_conflict_do_update(index_elements=keys, set_=sums)
