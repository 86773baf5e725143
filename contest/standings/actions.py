"""Keeping standings: one person's when an attempt closes, everybody's when a true number becomes known."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import Session

from contest.attempts.events import Before
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.locks import results_lock
from contest.rounds.models import Contest, Round
from contest.rounds.rules import phase
from contest.rounds.settings import PredictionScope, PredictionTarget, Total
from contest.rounds.windows import window_of
from contest.standings import rules
from contest.standings.freezing import preserve
from contest.standings.records import (
    counted_of_entry,
    drop,
    order_of,
    put,
    rows_of,
    rows_of_entry,
    sitting_of,
    standing_for,
)
from contest.standings.recount import recount, verify
from contest.standings.steps import shift, steps_of
from questions.messages import N_, Message, message

__all__ = [
    "Locked",
    "NotOver",
    "attempt_closed",
    "attempt_rescored",
    "recount",
    "settle_due",
    "settle_round",
    "true_number",
    "unsettle_round",
    "verify",
]


class NotOver(Exception):
    """The true number behind a prediction is not known yet; ``message`` says what is still to come."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


class Locked(NotOver):
    """The true number is announced with the results, and no correction of them has begun."""


# One person


def attempt_rescored(session: Session, attempt: Attempt, _before: Before) -> None:
    """Bring the person's places up to date after an attempt was marked again."""
    attempt_closed(session, attempt)


def attempt_closed(session: Session, attempt: Attempt) -> None:
    """Bring the person's place in the round and in the contest up to date, from their own attempts alone.

    Called inside the transaction that closes the attempt, with the row of the entry locked. The cost depends on
    how many attempts the person has, never on the size of the contest.
    """
    contest, entry = attempt.round.contest, attempt.entry
    found = session.execute(counted_of_entry(), {"entry": entry.id}).all()
    owner = (entry.id, entry.division_id, entry.unranked or entry.disqualified)
    order = order_of(contest)
    rows = rows_of(contest, owner, [sitting_of(row) for row in found], order)
    touched = {attempt.round.number} if contest.total == Total.NONE else {attempt.round.number, rules.WHOLE}
    rows = [row for row in rows if row["round_number"] in touched]
    before = rows_of_entry(session, contest.id, entry.id, touched)
    shift(session, contest.id, steps_of(before, order), steps_of(rows, order))
    preserve(session, contest.id, [entry.id])
    put(session, rows)
    gone = touched - {row["round_number"] for row in rows}
    if gone and not contest.practice:
        drop(session, contest.id, [(entry.id, number) for number in gone])


# The true number


def settle_round(session: Session, contest: Contest, round_: Round, now: datetime) -> int | None:
    """Fix the true number behind the prediction after a round has closed, and rank by it.

    A number of the whole contest is known when all rounds are over. Returns the number, None where the contest has
    no prediction. Raises NotOver, also where an announced number would change (Locked). Safe to run again: what came
    later is counted too.
    """
    if not contest.prediction_target:
        return None
    rounds = _sharing_number(contest, round_)
    _check_over(session, rounds, now)
    actual = true_number(session, contest, rounds)
    changing = [settled for settled in rounds if settled.prediction_actual != actual]
    if not changing:
        # Whoever ended since was ranked by the number as it is.
        return actual
    locked = next((reason for settled in changing if (reason := _lock_of(settled))), None)
    if locked:
        raise Locked(locked)
    for settled in changing:
        settled.prediction_actual = actual
    session.flush()
    recount(session, contest, {rules.WHOLE, *(settled.number for settled in rounds)})
    return actual


def _sharing_number(contest: Contest, round_: Round) -> list[Round]:
    """The rounds that one true number is for: all of them where the regulations say so."""
    return list(contest.rounds) if contest.prediction_scope == PredictionScope.CONTEST else [round_]


def _lock_of(round_: Round) -> Message | None:
    return results_lock(round_.number, round_.published_at is not None, round_.correcting_since is not None)


def _check_over(session: Session, rounds: Sequence[Round], now: datetime) -> None:
    open_rounds = [r.number for r in rounds if not rules.over([phase(window_of(r), now)])]
    if open_rounds:
        raise NotOver(
            message(
                N_("Đợt %(number)s chưa kết thúc nên chưa có số đúng của câu dự đoán. Hãy tính lại sau khi đợt đóng."),
                number=open_rounds[0],
            )
        )
    working = session.scalar(
        select(func.count()).where(Attempt.round_id.in_([r.id for r in rounds]), Attempt.state == AttemptState.OPEN)
    )
    if working:
        raise NotOver(
            message(
                N_(
                    "Còn %(count)s lượt thi chưa được thu bài nên chưa có số đúng của câu dự đoán. "
                    "Hãy thử lại sau ít phút."
                ),
                count=working,
            )
        )


def true_number(session: Session, contest: Contest, rounds: Sequence[Round]) -> int:
    """What was to be predicted, over these rounds: counted attempts or distinct people with one, all or all-correct.

    People who take part unranked took part, so they count.
    """
    target = PredictionTarget(contest.prediction_target)
    people = target in (PredictionTarget.PEOPLE, PredictionTarget.PERFECT_PEOPLE)
    what = func.count(distinct(Attempt.entry_id)) if people else func.count()
    wanted = select(what).where(Attempt.round_id.in_([r.id for r in rounds]), *standing_for())
    if target in (PredictionTarget.PERFECT_PEOPLE, PredictionTarget.PERFECT_ATTEMPTS):
        wanted = wanted.where(Attempt.perfect)
    return session.scalars(wanted).one()


def settle_due(session: Session, now: datetime) -> list[Round]:
    """Settle every round that is over and whose true number is not known yet; returns those that were.

    Rounds in which attempts are still being collected wait for the next time. A round that was opened again
    loses its number until it is over again, unless that number is announced.
    """
    reopened = _predicting().where(Round.prediction_actual.is_not(None), Round.closes_at > now)
    for round_ in session.scalars(reopened).all():
        if not any(_lock_of(other) for other in _sharing_number(round_.contest, round_)):
            unsettle_round(session, round_.contest, round_)
    settled = []
    waiting = _predicting().where(Round.prediction_actual.is_(None), Round.closes_at <= now)
    for round_ in session.scalars(waiting).all():
        if round_.prediction_actual is not None:
            continue
        try:
            settle_round(session, round_.contest, round_, now)
        except NotOver:
            continue
        settled.append(round_)
    return settled


def _predicting() -> Select[tuple[Round]]:
    """Rounds of contests that ask for a prediction."""
    return (
        select(Round)
        .join(Round.contest)
        .where(Contest.prediction_target.is_not(None), Contest.practice.is_(False))
        .order_by(Round.id)
    )


def unsettle_round(session: Session, contest: Contest, round_: Round) -> None:
    """Take back the true number of a round that goes on: predictions rank nobody until it is over again."""
    rounds = _sharing_number(contest, round_)
    for reopened in rounds:
        reopened.prediction_actual = None
    session.flush()
    recount(session, contest, {rules.WHOLE, *(reopened.number for reopened in rounds)})
