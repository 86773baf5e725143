"""Standings as rows: from attempts to what is stored, and the statements that store it."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.criteria import THOUSANDTHS
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.settings import MissedRounds, PredictionRule, Total
from contest.standings import rules
from contest.standings.models import Standing

#: Columns of a standing besides its key; what a recount compares.
VALUES = (
    "division_id",
    "ranked",
    "attempt_id",
    "score",
    "elapsed_ms",
    "attempts",
    "perfect",
    "prediction_gap",
    "rounds",
    "sort_key",
)

#: (entry id, division id, without a place) as an entry has them: by the rules, or by a ruling.
Owner = tuple[int, int | None, bool]


def owners_columns() -> Select[Any]:
    """Entries as :data:`Owner`; conditions are the caller's."""
    return select(Entry.id, Entry.division_id, or_(Entry.unranked, Entry.disqualified))


def order_of(contest: Contest) -> rules.Order:
    """How a contest ranks, as its settings say and lots were drawn.

    Its rounds are asked for only where their number counts: every attempt that ends comes through here.
    """
    total, missed = Total(contest.total), MissedRounds(contest.missed_rounds)
    counts_rounds = total is Total.AVERAGE and missed is MissedRounds.ZERO
    return rules.Order(
        keys=tuple(contest.criteria),
        total=total,
        rule=PredictionRule(contest.prediction_rule),
        missed=missed,
        rounds=len(contest.rounds) if counts_rounds else 1,
        lot_seed=contest.lot_seed,
    )


def counted_attempts() -> Select[Any]:
    """Counted attempts with what the ranking looks at, narrow: no paper, no answers.

    To be asked for by entry, which belongs to one contest: a condition on the contest as well would let the
    database come in by the rounds and read all of their attempts.
    """
    return sat_attempts().where(*standing_for())


def points(contest: Contest, number: int, score: int) -> int | Decimal:
    """A stored score of a ranking (0: the whole contest) in points: averages are stored in thousandths."""
    return Decimal(score) / THOUSANDTHS if order_of(contest).thousandths(number) else score


def sat_attempts() -> Select[Any]:
    """The same of attempts that count or not; conditions are the caller's."""
    return select(
        Attempt.entry_id,
        Attempt.id,
        Round.number,
        Round.opens_at,
        Attempt.started_at,
        Attempt.submitted_at,
        Attempt.elapsed_ms,
        Attempt.score,
        Attempt.perfect,
        Attempt.prediction,
        Round.prediction_actual,
        func.coalesce(Attempt.score - Attempt.auto_score, 0),
        Attempt.receipt,
        Round.lot_seed,
    ).join(Round, Round.id == Attempt.round_id)


def standing_for() -> tuple[ColumnElement[bool], ...]:
    """What makes an attempt one that counts: it has ended, counts by the regulations, and no ruling annuls it."""
    return Attempt.state == AttemptState.CLOSED, Attempt.counted, Attempt.annulled.is_(False)


@cache
def counted_of_entry() -> Select[Any]:
    """:func:`counted_attempts` of the entry ``:entry``."""
    return counted_attempts().where(Attempt.entry_id == bindparam("entry"))


def sitting_of(row: Row[Any]) -> rules.Sitting:
    """A row of :func:`counted_attempts`."""
    return rules.Sitting(*row[1:])


def rows_of(
    contest: Contest, owner: Owner, sittings: Iterable[rules.Sitting], order: rules.Order
) -> list[dict[str, Any]]:
    """The standings of one person as rows; none in a practice contest."""
    if contest.practice:
        return []
    entry_id, division_id, unranked = owner
    return [
        {
            "contest_id": contest.id,
            "round_number": place.round_number,
            "entry_id": entry_id,
            "division_id": division_id or 0,
            "ranked": not unranked,
            "attempt_id": place.attempt_id,
            "score": place.result.score,
            "elapsed_ms": place.result.elapsed_ms,
            "attempts": place.attempts,
            "perfect": place.result.perfect,
            "prediction_gap": place.result.prediction_gap,
            "rounds": place.result.rounds,
            "sort_key": place.sort_key,
        }
        for place in rules.places(sittings, order)
    ]


def standings_columns() -> Select[Any]:
    """Stored standings as plain rows: the key, then :data:`VALUES`."""
    return select(Standing.entry_id, Standing.round_number, *(Standing.__table__.c[name] for name in VALUES))


def rows_of_entry(session: Session, contest_id: int, entry_id: int, numbers: Collection[int]) -> list[dict[str, Any]]:
    """What is stored of a person in these rounds, as far as the ladder looks at it."""
    asked = {"contest": contest_id, "entry": entry_id, "numbers": list(numbers)}
    return [row._asdict() for row in session.execute(_of_entry(), asked)]


@cache
def _of_entry() -> Select[Any]:
    return select(
        Standing.entry_id, Standing.round_number, Standing.division_id, Standing.ranked, Standing.sort_key
    ).where(
        Standing.contest_id == bindparam("contest"),
        Standing.entry_id == bindparam("entry"),
        Standing.round_number.in_(bindparam("numbers", expanding=True)),
    )


def put(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert standings or replace those that are there."""
    if not rows:
        return
    session.connection().execute(_putting(session.get_bind().dialect.name), list(rows))


@cache
def _putting(engine: str) -> Any:
    added = (postgresql if engine == "postgresql" else sqlite).insert(Standing.__table__)
    return added.on_conflict_do_update(
        index_elements=["contest_id", "round_number", "entry_id"],
        set_={name: added.excluded[name] for name in VALUES},
    )


def drop(session: Session, contest_id: int, pairs: Sequence[tuple[int, int]]) -> None:
    """Take away the standings of these (entry id, round number) pairs."""
    if not pairs:
        return
    table = Standing.__table__.c
    statement = delete(Standing.__table__).where(
        table.contest_id == contest_id, table.entry_id == bindparam("entry"), table.round_number == bindparam("number")
    )
    session.connection().execute(statement, [{"entry": entry, "number": number} for entry, number in pairs])
