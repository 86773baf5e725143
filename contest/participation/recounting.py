"""The counters of a whole contest from its attempts: made again, or compared."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, case, cast, delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.clock import VIETNAM
from contest.participation.actions import WHOLE
from contest.participation.models import Tally, TallyDay, TallyHour
from contest.rounds.models import Contest, Entry, Round
from questions.base import Base

Progress = Callable[[int, int], None]


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
        session.execute(text("LOCK TABLE tally, tally_day, tally_hour IN SHARE ROW EXCLUSIVE MODE"))
    steps = _right_counters(session, contest)
    made = 0
    for table in (Tally, TallyDay, TallyHour):
        session.execute(delete(table).where(table.contest_id == contest.id))
    for done, (table, wanted) in enumerate(steps, 1):
        made += _make(session, table, wanted)
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
    for table in (Tally, TallyDay, TallyHour):
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
    """The counters as the attempts say: by round, of the whole contest, by day, by hour."""
    return [
        (Tally, _tallies(contest, Round.number)),
        (Tally, _tallies(contest, literal(WHOLE))),
        (TallyDay, _days(session, contest)),
        (TallyHour, _hours(session, contest)),
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


def _hours(session: Session, contest: Contest) -> Select[Any]:
    """By hour of the day, all days together: attempts that ended in it."""
    union_id, hour = func.coalesce(Entry.union_id, 0), _hour_of(session, Attempt.submitted_at)
    return (
        select(
            literal(contest.id).label("contest_id"),
            union_id.label("union_id"),
            hour.label("hour"),
            func.count().label("attempts"),
        )
        .join(Attempt.entry)
        .where(Entry.contest_id == contest.id, Attempt.counted)
        .group_by(union_id, hour)
    )


def _hour_of(session: Session, at: Any) -> ColumnElement[int]:
    """The hour of the day in Vietnam, 0 to 23."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.date_part("hour", func.timezone(VIETNAM.key, at)), Integer)
    return cast(func.strftime("%H", at, "+7 hours"), Integer)


def fill_hours(session: Session) -> None:
    """Count the hours of contests that are older than their table; for ``contest.migrate.fillers``."""
    known = select(TallyHour.contest_id).where(TallyHour.contest_id == Contest.id).exists()
    older = select(Contest).where(select(Tally.contest_id).where(Tally.contest_id == Contest.id).exists(), ~known)
    for contest in session.scalars(older):
        _make(session, TallyHour, _hours(session, contest))


def _make(session: Session, table: type[Base], wanted: Select[Any]) -> int:
    """Store counters as a query computes them; returns how many rows."""
    columns = [column.name for column in wanted.selected_columns]
    return session.execute(insert(table).from_select(columns, wanted)).rowcount
