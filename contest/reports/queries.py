"""Reads for watching a round: figures kept anyway where there are any, counts on an index, a short memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.participation import queries as participation
from contest.participation.branches import UnionRow
from contest.participation.leagues import BY_PEOPLE, sort_rows
from contest.participation.rules import Counts
from contest.participation.whole import whole
from contest.rounds.models import Contest, Round

#: How long figures stand before they are counted again.
FRESH = timedelta(seconds=3)
#: The same for what looks at every attempt of the round.
HEAVY_FRESH = timedelta(seconds=15)
MINUTES = 30
TOP_UNIONS = 10
#: Scores shown one by one up to this maximum; above it, in so many classes.
MAX_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class Live:
    """A round at a moment. ``finished`` are all closed attempts, ``counts`` those that count."""

    counts: Counts
    in_progress: int
    finished: int
    minutes: list[tuple[datetime, int]]
    unions: list[UnionRow]

    @property
    def last_minutes(self) -> int:
        return sum(number for _minute, number in self.minutes)


@dataclass(frozen=True, slots=True)
class Scores:
    """Distribution of the scores of finished attempts: (label, attempts) from low to high."""

    rows: list[tuple[str, int]]
    attempts: int
    average: float | None
    highest: int | None


def remembered(memo: dict[str, Any], key: tuple[Any, ...], now: datetime, fresh: timedelta, make: Callable[[], Any]):
    """What ``make`` returned not longer ago than ``fresh``, else what it returns now."""
    known = memo.setdefault("watch", {})
    found = known.get(key)
    if found is None or not found[0] <= now < found[0] + fresh:
        found = known[key] = (now, make())
    return found[1]


def live(session: Session, memo: dict[str, Any], contest: Contest, round_: Round, now: datetime) -> Live:
    """What a round is doing now; cheap however many attempts it has. Unions as participation remembers them."""
    unions = whole(session, memo, contest, round_.number, now).first_fork()
    busy = [row for row in sort_rows(unions, BY_PEOPLE, True) if row.counts.people]
    of_round = select(func.count()).select_from(Attempt).where(Attempt.round_id == round_.id)
    return Live(
        counts=participation.totals(session, contest, round_.number),
        in_progress=session.scalars(of_round.where(Attempt.state == AttemptState.OPEN)).one(),
        finished=session.scalars(of_round.where(Attempt.submitted_at.is_not(None))).one(),
        minutes=by_minute(session, round_, now),
        unions=busy[:TOP_UNIONS],
    )


def by_minute(session: Session, round_: Round, now: datetime) -> list[tuple[datetime, int]]:
    """Attempts that ended in each of the last thirty minutes, the present one last."""
    this = now.astimezone(UTC).replace(second=0, microsecond=0)
    first = this - timedelta(minutes=MINUTES - 1)
    minute = _minute_of(session)
    known: dict[str, int] = dict(
        session.execute(
            select(minute, func.count())
            .where(Attempt.round_id == round_.id, Attempt.submitted_at >= first, Attempt.submitted_at <= now)
            .group_by(minute)
        ).all()
    )
    minutes = [first + timedelta(minutes=n) for n in range(MINUTES)]
    return [(at, known.get(at.strftime("%Y-%m-%d %H:%M"), 0)) for at in minutes]


def _minute_of(session: Session) -> ColumnElement[str]:
    """The minute an attempt ended in, UTC, as text that is equal on both engines."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", Attempt.submitted_at), "YYYY-MM-DD HH24:MI")
    return func.strftime("%Y-%m-%d %H:%M", Attempt.submitted_at, type_=Attempt.code.type)


def scores(session: Session, contest: Contest, round_: Round) -> Scores:
    """How the scores of a round are spread; attempts that do not count are left out, but not in practice."""
    wanted = select(Attempt.score, func.count(), func.max(Attempt.max_score)).where(
        Attempt.round_id == round_.id, Attempt.state == AttemptState.CLOSED
    )
    if not contest.practice:
        wanted = wanted.where(Attempt.counted)
    found = session.execute(wanted.group_by(Attempt.score)).all()
    known = {score: number for score, number, _most in found}
    attempts = sum(known.values())
    total = sum(score * number for score, number in known.items())
    return Scores(
        rows=spread(known, max((row[2] for row in found), default=0)),
        attempts=attempts,
        average=total / attempts if attempts else None,
        highest=max(known, default=None),
    )


def spread(known: dict[int, int], most: int) -> list[tuple[str, int]]:
    """Every score from 0 to the maximum with its attempts; in classes of equal width where there are too many.

    >>> spread({0: 1, 2: 5}, 2)
    [('0', 1), ('1', 0), ('2', 5)]
    """
    if not known:
        return []
    width = most // MAX_COLUMNS + 1
    starts = range(0, most + 1, width)
    return [
        (
            str(start) if width == 1 else f"{start}-{min(start + width - 1, most)}",
            sum(number for score, number in known.items() if start <= score < start + width),
        )
        for start in starts
    ]
