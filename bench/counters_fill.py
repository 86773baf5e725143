"""A contest of millions of attempts in a tree of unions, made by the database itself from numbered series.

Papers and answers are left empty: counting from such narrow rows is quicker than from real ones, which carry some
kilobyte and a half each. Attempts are spread over three rounds, so that everybody has three.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from bench import places, stage
from bench.bulk import catch_up
from bench.size import ROUNDS, Size
from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState, ClosedBy
from contest.participation.recounting import recount
from contest.rounds.models import Contest, Entry
from contest.unions.models import Headcount, TradeUnion
from contest.unions.rules import Level
from questions.base import Base, Instant, Json

Say = Callable[[str], None]
#: What goes into each column.
Values = dict[str, Any]

#: Rows of one statement; each is committed by itself, so that no log of the database grows with the whole.
CHUNK = 250_000
#: People are spread over so many places of unions, and attempts over so many moments of each round.
SLOTS, MOMENTS = 65_536, 4_096
#: Numbers without a common divisor with these sizes: neighbours in a table are not neighbours in the tree or in time.
SPREAD = 40_503
MOST = 20

_TEMPORARY = MetaData()
_SLOT = Table(
    "bench_slot",
    _TEMPORARY,
    Column("place", Integer, primary_key=True),
    Column("union_id", Integer),
    prefixes=["TEMPORARY"],
)
_MOMENT = Table(
    "bench_moment",
    _TEMPORARY,
    Column("place", Integer, primary_key=True),
    Column("round_id", Integer),
    Column("started_at", Instant),
    Column("submitted_at", Instant),
    Column("due_at", Instant),
    prefixes=["TEMPORARY"],
)


def fill(session: Session, unions: int, attempts: int, now: datetime, say: Say) -> Contest:
    """Fill an empty, migrated database and make the counters; commits as it goes."""
    chance, people = random.Random(1), -(-attempts // ROUNDS)
    base_ids = places.fill_unions(session, Size(attempts, people, unions), now)
    contest = stage.fill_contest(session, stage.fill_bank(session, now), now)
    moments, divisions = list(_moments(contest, now, chance)), [one.id for one in contest.divisions]
    session.commit()
    # One connection throughout: temporary tables belong to it.
    with session.get_bind().connect() as connection:
        _prepare(connection, base_ids, moments, chance)
        _in_chunks(connection, Person, people, lambda series: _people(series, now), say)
        _in_chunks(connection, Entry, people, lambda series: _entries(series, contest.id, divisions, now), say)
        _in_chunks(connection, Attempt, attempts, _attempts, say, _moment_of)
        connection.execute(_headcounts(now))
        _TEMPORARY.drop_all(connection)
        connection.commit()
    catch_up(session, Person, Entry, Attempt)
    contest = session.get_one(Contest, contest.id)
    recount(session, contest, lambda done, steps: say(f"counters: step {done} of {steps}"))
    session.commit()
    return session.get_one(Contest, contest.id)


def _prepare(
    connection: sa.Connection, base_ids: list[int], moments: list[dict[str, Any]], chance: random.Random
) -> None:
    """Which union stands at which place, some with many times the people of others; and when attempts are made."""
    weights = [chance.paretovariate(1.2) for _ in base_ids]
    homes = chance.choices(base_ids, weights, k=SLOTS)
    _TEMPORARY.create_all(connection)
    connection.execute(insert(_SLOT), [{"place": place, "union_id": union} for place, union in enumerate(homes)])
    connection.execute(insert(_MOMENT), moments)
    connection.commit()


def _moments(contest: Contest, now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    for place in range(MOMENTS * ROUNDS):
        round_ = contest.rounds[place % ROUNDS]
        length = min(round_.closes_at, now) - round_.opens_at - timedelta(hours=1)
        started_at = round_.opens_at + chance.random() * length
        yield {
            "place": place,
            "round_id": round_.id,
            "started_at": started_at,
            "submitted_at": started_at + timedelta(seconds=chance.randint(120, 1200)),
            "due_at": started_at + timedelta(seconds=1200),
        }


# Rows by number, from 1 on


def _in_chunks(
    connection: sa.Connection,
    table: type[Base],
    count: int,
    rows: Callable[[sa.CTE], Values],
    say: Say,
    beside: Callable[[sa.CTE], ColumnElement[bool]] = lambda _series: sa.true(),
) -> None:
    """``beside``: how the rows of another table belong to a number."""
    for first in range(1, count + 1, CHUNK):
        last = min(first + CHUNK - 1, count)
        series = _series(first, last)
        values = rows(series)
        made = select(*values.values()).where(beside(series))
        connection.execute(insert(table).from_select(list(values), made))
        connection.commit()
        say(f"{table.__tablename__}: {last:,} of {count:,}")


def _series(first: int, last: int) -> sa.CTE:
    found = select(cast(literal(first), BigInteger).label("n")).cte("series", recursive=True)
    return found.union_all(select(found.c.n + 1).where(found.c.n < last))


def _kind(n: ColumnElement[int]) -> ColumnElement[str]:
    part = n % 100
    return case(
        (part < 80, literal(PersonKind.MEMBER)),
        (part < 92, literal(PersonKind.WORKER)),
        else_=literal(PersonKind.OFFICIAL),
    )


def _home(n: ColumnElement[int]) -> ColumnElement[int]:
    return select(_SLOT.c.union_id).where(_SLOT.c.place == n * SPREAD % SLOTS).scalar_subquery()


def _people(series: sa.CTE, now: datetime) -> Values:
    n = series.c.n
    return {
        "id": n,
        "name": literal("Nguyễn Văn An"),
        "name_fold": literal("nguyen van an"),
        "name_key": literal("an nguyen van"),
        "phone": literal("09") + cast(10_000_000 + n, sa.String(10)),
        "kind": _kind(n),
        "union_id": _home(n),
        "created_at": literal(now, Instant()),
        "demo": literal(False),
    }


def _entries(series: sa.CTE, contest_id: int, divisions: list[int], now: datetime) -> Values:
    n, kind = series.c.n, _kind(series.c.n)
    officials, others = divisions
    return {
        "id": n,
        "contest_id": literal(contest_id),
        "person_id": n,
        "union_id": _home(n),
        "kind": kind,
        "division_id": case((kind == PersonKind.OFFICIAL, officials), else_=others),
        "entered_at": literal(now, Instant()),
    }


def _attempts(series: sa.CTE) -> Values:
    place = series.c.n - 1
    n, score, taken = series.c.n, place * 31 % (MOST + 1), _MOMENT.c
    return {
        "id": n,
        "code": literal("do") + cast(1_000_000_000 + n, sa.String(12)),
        "entry_id": place // ROUNDS + 1,
        "round_id": taken.round_id,
        "number": literal(1),
        "state": literal(AttemptState.CLOSED),
        "started_at": taken.started_at,
        "due_at": taken.due_at,
        "taken_until": taken.due_at,
        "late_until": taken.due_at,
        "paper": literal([], Json),
        "answers": literal({}, Json),
        "submitted_at": taken.submitted_at,
        "closed_by": literal(ClosedBy.PERSON),
        "elapsed_ms": literal(600_000),
        "auto_score": score,
        "score": score,
        "max_score": literal(MOST),
        "correct": score,
        "perfect": score == MOST,
        "counted": literal(True),
    }


def _moment_of(series: sa.CTE) -> ColumnElement[bool]:
    """Each of a person's attempts in another round, at moments far apart."""
    place = series.c.n - 1
    return _MOMENT.c.place == place // ROUNDS * SPREAD % MOMENTS * ROUNDS + place % ROUNDS


def _headcounts(now: datetime) -> sa.Insert:
    """Members of each grassroots union: three times the people that the database knows of it, and five."""
    known = select(func.count()).where(Person.union_id == TradeUnion.id).scalar_subquery()
    values = {
        "union_id": TradeUnion.id,
        "kind": literal(PersonKind.MEMBER),
        "counted_on": literal((now - timedelta(days=60)).date()),
        "number": places.MEMBERS_PER_PERSON * known + 5,
        "entered_at": literal(now, Instant()),
        "confirmed_at": literal(now, Instant()),
    }
    grassroots = select(*values.values()).where(TradeUnion.level == Level.GRASSROOTS)
    return insert(Headcount).from_select(list(values), grassroots)
