"""Keeping the counters: one person's when an attempt closes, everybody's from the attempts when asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, case, cast, delete, func, insert, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.attempts.events import Before
from contest.attempts.models import Attempt
from contest.clock import VIETNAM
from contest.participation.models import Tally, TallyDay
from contest.rounds.models import Contest, Entry, Round
from questions.base import Base

#: ``Tally.round_number`` of the whole contest.
WHOLE = 0

Progress = Callable[[int, int], None]


# One attempt


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
    day = ended_at.astimezone(VIETNAM).date()
    joined = earliest.astimezone(VIETNAM).date() if earliest else None
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


# All attempts


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that is not what the attempts say. None: there is none, or there should be none."""

    table: str
    key: tuple[Any, ...]
    stored: tuple[int, ...] | None
    right: tuple[int, ...] | None


def recount(session: Session, contest: Contest, progress: Progress | None = None) -> int:
    """Make all counters of a contest again from its attempts; returns how many rows there are.

    Safe while people take part: closings wait until the transaction ends and then go on from the new counters.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE tally, tally_day IN SHARE ROW EXCLUSIVE MODE"))
    steps = _right_counters(session, contest)
    made = 0
    for table in (Tally, TallyDay):
        session.execute(delete(table).where(table.contest_id == contest.id))
    for done, (table, wanted) in enumerate(steps, 1):
        columns = [column.name for column in wanted.selected_columns]
        made += session.execute(insert(table).from_select(columns, wanted)).rowcount
        if progress:
            progress(done, len(steps))
    session.expire_all()
    return made


def verify(session: Session, contest: Contest) -> list[Difference]:
    """Every counter that is not what the attempts say; writes nothing."""
    right: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for table, wanted in _right_counters(session, contest):
        right |= {(table.__tablename__, *key): values for key, values in _keyed(session, table, wanted)}
    stored: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for table in (Tally, TallyDay):
        wanted = select(*table.__table__.columns).where(table.contest_id == contest.id)
        stored |= {(table.__tablename__, *key): values for key, values in _keyed(session, table, wanted) if any(values)}
    return [
        Difference(key[0], key[1:], stored.get(key), right.get(key))
        for key in sorted(right.keys() | stored.keys(), key=str)
        if stored.get(key) != right.get(key)
    ]


def _keyed(session: Session, table: type[Base], wanted: Select[Any]) -> list[tuple[tuple[Any, ...], tuple[int, ...]]]:
    keys = [column.name for column in table.__table__.primary_key]
    numbers = [column.name for column in table.__table__.columns if column.name not in keys]
    rows = session.execute(wanted).mappings()
    return [(tuple(row[k] for k in keys), tuple(int(row[n] or 0) for n in numbers)) for row in rows]


def _right_counters(session: Session, contest: Contest) -> list[tuple[type[Base], Select[Any]]]:
    """The counters as the attempts say: by round, of the whole contest, by day."""
    return [
        (Tally, _tallies(contest, Round.number)),
        (Tally, _tallies(contest, literal(WHOLE))),
        (TallyDay, _days(session, contest)),
    ]


def _tallies(contest: Contest, number: Any) -> Select[Any]:
    keys = [Entry.contest_id, func.coalesce(Entry.union_id, 0), Entry.kind, func.coalesce(Entry.division_id, 0)]
    grouped = [*keys, Round.number] if number is Round.number else keys
    return (
        select(
            keys[0].label("contest_id"),
            number.label("round_number"),
            keys[1].label("union_id"),
            keys[2].label("kind"),
            keys[3].label("division_id"),
            func.count(Attempt.entry_id.distinct()).label("people"),
            func.count().label("attempts"),
            func.count(case((Attempt.perfect, Attempt.entry_id)).distinct()).label("perfect_people"),
            func.count(case((Attempt.perfect, 1))).label("perfect_attempts"),
            func.sum(Attempt.score).label("score_sum"),
        )
        .join(Attempt.entry)
        .join(Attempt.round)
        .where(Entry.contest_id == contest.id, Attempt.counted)
        .group_by(*grouped)
    )


def _days(session: Session, contest: Contest) -> Select[Any]:
    """By day: attempts that ended then, and people whose earliest one did."""
    ended = (
        select(
            func.coalesce(Entry.union_id, 0).label("union_id"),
            _day_of(session, Attempt.submitted_at).label("day"),
            case(
                (func.row_number().over(partition_by=Attempt.entry_id, order_by=Attempt.submitted_at) == 1, 1), else_=0
            ).label("joined"),
        )
        .join(Attempt.entry)
        .where(Entry.contest_id == contest.id, Attempt.counted)
        .subquery()
    )
    return select(
        literal(contest.id).label("contest_id"),
        ended.c.day,
        ended.c.union_id,
        func.sum(ended.c.joined).label("people"),
        func.count().label("attempts"),
    ).group_by(ended.c.day, ended.c.union_id)


def _day_of(session: Session, at: Any) -> ColumnElement[date]:
    """The Vietnamese day of an instant; Vietnam keeps UTC+7 all year."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.timezone(VIETNAM.key, at), Date)
    return func.date(at, "+7 hours", type_=Date)
