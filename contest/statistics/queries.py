"""Reads for statistics: rounds that are due, attempts in batches, kept figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from contest.attempts.models import Attempt, HandMark, KeyChange
from contest.attempts.states import AttemptState
from contest.rounds.models import Contest, Round
from contest.statistics.models import QuestionStatistic, RoundStatistic
from contest.statistics.rules import AFTERMATH, Kept, Seen
from contest.unions.models import UnionAncestry
from questions.models import Question, QuestionBank, QuestionVersion

#: Where a batch ends: the next one begins behind it.
Mark = tuple[datetime, int]


# What is due


def candidates(session: Session, now: datetime) -> list[tuple[int, Kept | None]]:
    """Rounds whose attempts may have changed since their figures were made: running, just closed, never measured,
    or with a key decided on since."""
    decided = func.max(func.coalesce(KeyChange.undone_at, KeyChange.decided_at))
    changed_at = select(decided).where(KeyChange.round_id == Round.id).scalar_subquery()
    wanted = (
        select(Round.id, RoundStatistic)
        .outerjoin(RoundStatistic, RoundStatistic.round_id == Round.id)
        .where(Round.opens_at <= now)
        .where(
            (Round.closes_at >= now - AFTERMATH)
            | RoundStatistic.last_attempt_at.is_(None)
            | (changed_at > RoundStatistic.computed_at)
        )
        .order_by(Round.id)
    )
    return [(row[0], kept_of(row[1])) for row in session.execute(wanted)]


def kept_of(row: RoundStatistic | None) -> Kept | None:
    if row is None:
        return None
    # Without a last attempt somebody took the work on and has not finished.
    closed = row.figures.get("closed", 0) if row.last_attempt_at else 0
    return Kept(row.figures.get("started", 0), closed, row.computed_at)


def seen(session: Session, round_id: int) -> Seen:
    """What the attempts of a round are now; both counts come from an index alone."""
    started, closed = session.execute(
        select(func.count(), func.count(Attempt.submitted_at)).where(Attempt.round_id == round_id)
    ).one()
    keys = session.scalar(
        select(func.max(func.coalesce(KeyChange.undone_at, KeyChange.decided_at))).where(KeyChange.round_id == round_id)
    )
    return Seen(started, closed, max((at for at in (keys, _marked_at(session, round_id)) if at), default=None))


def _marked_at(session: Session, round_id: int) -> datetime | None:
    """When a person last marked an answer of a round; costs nothing where no marks are given by hand."""
    if session.scalar(select(HandMark.attempt_id).limit(1)) is None:
        return None
    return session.scalar(
        select(func.max(HandMark.marked_at))
        .join(Attempt, Attempt.id == HandMark.attempt_id)
        .where(Attempt.round_id == round_id)
    )


# Attempts


def closed_batch(session: Session, round_id: int, after: Mark | None, limit: int) -> Sequence[Row[Any]]:
    """Closed attempts of a round behind ``after``, in the order in which they ended; walks an index."""
    wanted = (
        select(
            Attempt.submitted_at,
            Attempt.id,
            Attempt.number,
            Attempt.counted,
            Attempt.pending,
            Attempt.paper,
            Attempt.answers,
            Attempt.marks,
        )
        .where(Attempt.round_id == round_id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at, Attempt.id)
        .limit(limit)
    )
    if after is not None:
        behind = tuple_(Attempt.submitted_at, Attempt.id) > tuple_(*after)
        wanted = wanted.where(Attempt.submitted_at >= after[0], behind)
    return session.execute(wanted).all()


def open_papers(session: Session, round_id: int) -> Sequence[list[Any]]:
    """Papers of attempts that are still being worked on."""
    return session.scalars(
        select(Attempt.paper).where(Attempt.round_id == round_id, Attempt.state == AttemptState.OPEN)
    ).all()


# Kept figures


@dataclass(frozen=True, slots=True)
class Measured:
    """A question version in a round with its kept figures."""

    statistic: QuestionStatistic
    version: QuestionVersion
    question: Question
    bank: QuestionBank

    @property
    def figures(self) -> dict[str, Any]:
        return self.statistic.figures


def of_round(session: Session, round_id: int) -> RoundStatistic | None:
    return session.get(RoundStatistic, round_id)


def questions_of_round(session: Session, round_id: int, *, suspects_only: bool = False) -> list[Measured]:
    """All questions of a round that any attempt had, by code."""
    conditions = [QuestionStatistic.round_id == round_id]
    if suspects_only:
        conditions.append(QuestionStatistic.suspect)
    return _measured(session, conditions)


def question_of_round(session: Session, round_id: int, bank: str, code: str, number: int) -> Measured | None:
    """One version of a question in a round."""
    conditions = [
        QuestionStatistic.round_id == round_id,
        QuestionBank.code == bank,
        Question.code == code,
        QuestionVersion.number == number,
    ]
    return next(iter(_measured(session, conditions)), None)


def _measured(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Measured]:
    wanted = (
        select(QuestionStatistic, QuestionVersion, Question, QuestionBank)
        .join(QuestionVersion, QuestionVersion.id == QuestionStatistic.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(*conditions)
        .order_by(QuestionBank.code, Question.code, QuestionVersion.number)
    )
    return [Measured(*row) for row in session.execute(wanted)]


def suspects(session: Session, round_id: int) -> int:
    """How many questions of a round look wrong."""
    return session.scalars(
        select(func.count()).where(QuestionStatistic.round_id == round_id, QuestionStatistic.suspect)
    ).one()


@dataclass(frozen=True, slots=True)
class Use:
    """One version of a question in one round of a contest."""

    statistic: QuestionStatistic
    number: int
    round: Round


def of_question(session: Session, question_id: int, scopes: Collection[int] | None) -> list[Use]:
    """Every round that measured a question, the newest first, in contests of these unions' subtrees (None: all)."""
    wanted = (
        select(QuestionStatistic, QuestionVersion.number, Round)
        .join(QuestionVersion, QuestionVersion.id == QuestionStatistic.version_id)
        .join(Round, Round.id == QuestionStatistic.round_id)
        .join(Round.contest)
        .options(contains_eager(Round.contest))
        .where(QuestionVersion.question_id == question_id)
        .order_by(Round.opens_at.desc(), Round.id.desc(), QuestionVersion.number.desc())
    )
    if scopes is not None:
        below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))
        wanted = wanted.where(Contest.union_id.in_(below))
    return [Use(*row) for row in session.execute(wanted)]
