"""Reads of decisions about keys: questions of a round, decisions made, scores that they changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from contest.accounts.models import Person
from contest.attempts.models import Attempt, HandMark, KeyChange
from contest.attempts.papers import Wording, wordings
from contest.attempts.states import AttemptState, KeyChangeKind
from contest.corrections.models import KeyRecount, ScoreChange
from contest.corrections.rules import seal
from contest.rounds.models import Contest, Entry, Round, RoundPool
from contest.statistics.models import QuestionStatistic
from contest.unions.models import TradeUnion
from questions.details import of_details
from questions.models import Question, QuestionBank, QuestionVersion
from questions.rules import Markup
from questions.text import fold

PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
#: An attempt that has ended is stored within this time, also at the busiest minute.
SETTLING = timedelta(minutes=1)


# Questions


@dataclass(frozen=True, slots=True)
class Item:
    """A question version of a round, as lists show it. ``drawn`` None: no figures yet."""

    version_id: int
    bank: str
    code: str
    number: int
    wording: Wording
    suspect: bool
    drawn: int | None


def items(session: Session, memo: dict[str, Any], round_: Round, query: str = "") -> list[Item]:
    """Questions that a round draws from, those that look wrong first; ``query``: a part of code or text."""
    pool = session.get(RoundPool, round_.id)
    ids = sorted({version_id for _row, versions in pool.rows for version_id in versions}) if pool else []
    words = wordings(session, memo, ids)
    wanted = (
        select(
            QuestionVersion.id,
            QuestionBank.code,
            Question.code,
            QuestionVersion.number,
            QuestionStatistic.suspect,
            QuestionStatistic.drawn,
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .outerjoin(
            QuestionStatistic,
            (QuestionStatistic.version_id == QuestionVersion.id) & (QuestionStatistic.round_id == round_.id),
        )
        .where(QuestionVersion.id.in_(ids))
    )
    folded = fold(query)
    found = [
        Item(row[0], row[1], row[2], row[3], words[row[0]], bool(row[4]), row[5])
        for row in session.execute(wanted)
        if folded in fold(f"{row[2]} {words[row[0]].stem}")
    ]
    return sorted(found, key=lambda item: (not item.suspect, item.bank, item.code, item.number))


def item(
    session: Session, memo: dict[str, Any], round_: Round, bank: str, code: str, number: int | None
) -> Item | None:
    """A question of a round by its names; without a number the version that the round has."""
    for found in items(session, memo, round_):
        if (found.bank, found.code) == (bank, code) and number in (None, found.number):
            return found
    return None


# Decisions


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with its number in the round and how far its recounts are."""

    number: int
    change: KeyChange
    bank: str
    code: str
    version: int
    stem: str
    markup: str
    done: KeyRecount | None
    undone: KeyRecount | None

    @property
    def kind(self) -> KeyChangeKind:
        return KeyChangeKind(self.change.kind)

    @property
    def going_on(self) -> KeyRecount | None:
        """The recount that has not ended."""
        return next((r for r in (self.done, self.undone) if r and r.ended_at is None), None)


def decisions(session: Session, round_id: int) -> list[Decision]:
    """All decisions of a round in their order, the ones taken back too."""
    rows = session.execute(
        select(
            KeyChange,
            QuestionBank.code,
            Question.code,
            QuestionVersion.number,
            QuestionVersion.stem,
            QuestionVersion.details,
        )
        .join(QuestionVersion, QuestionVersion.id == KeyChange.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(KeyChange.round_id == round_id)
        .order_by(KeyChange.id)
    ).all()
    recounts = {
        (recount.key_change_id, recount.undo): recount
        for recount in session.scalars(
            select(KeyRecount).where(KeyRecount.key_change_id.in_([row[0].id for row in rows]))
        )
    }
    return [
        Decision(
            place,
            *row[:5],
            of_details(row[5]).get("markup", Markup.PLAIN),
            recounts.get((row[0].id, False)),
            recounts.get((row[0].id, True)),
        )
        for place, row in enumerate(rows, 1)
    ]


def decision(session: Session, round_id: int, number: int) -> Decision | None:
    return next((found for found in decisions(session, round_id) if found.number == number), None)


def number_of(session: Session, change: KeyChange) -> int:
    """The number of a decision in its round."""
    wanted = select(func.count()).where(KeyChange.round_id == change.round_id, KeyChange.id <= change.id)
    return session.scalars(wanted).one()


def going_on(session: Session, round_id: int) -> KeyRecount | None:
    """A recount of a round that has not ended; no further decision is made meanwhile."""
    return session.scalars(
        select(KeyRecount)
        .join(KeyChange, KeyChange.id == KeyRecount.key_change_id)
        .where(KeyChange.round_id == round_id, KeyRecount.ended_at.is_(None))
    ).first()


def newest(session: Session, round_id: int, version_id: int) -> KeyChange | None:
    """The last decision about a question that stands."""
    return session.scalars(
        select(KeyChange)
        .where(KeyChange.round_id == round_id, KeyChange.version_id == version_id, KeyChange.undone_at.is_(None))
        .order_by(KeyChange.id.desc())
    ).first()


def of_rounds(session: Session, round_ids: Collection[int]) -> Sequence[KeyChange]:
    """Decisions of these rounds that stand, in order."""
    return session.scalars(
        select(KeyChange).where(KeyChange.round_id.in_(round_ids), KeyChange.undone_at.is_(None)).order_by(KeyChange.id)
    ).all()


def of_question(session: Session, question_id: int) -> list[tuple[KeyChange, Round]]:
    """Decisions about any version of a question, the newest first, with round and contest."""
    rows = session.execute(
        select(KeyChange, Round)
        .join(Round, Round.id == KeyChange.round_id)
        .join(QuestionVersion, QuestionVersion.id == KeyChange.version_id)
        .where(QuestionVersion.question_id == question_id)
        .options(joinedload(Round.contest))
        .order_by(KeyChange.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


# What a trial was made from


def seen(session: Session, round_: Round, proposed: str, last: datetime | None) -> str:
    """A short name of all that a trial's outcome follows from: the decisions that stand, the attempts that had ended
    by ``last``, the marks that people gave. Attempts that end later obey the decision and do not age the trial. Those
    that ended within SETTLING before it are left out: what was on its way to the database then is stored later."""
    standing = session.scalars(
        select(KeyChange.id)
        .where(KeyChange.round_id == round_.id, KeyChange.undone_at.is_(None))
        .order_by(KeyChange.id)
    ).all()
    ended = select(func.count()).where(Attempt.round_id == round_.id, Attempt.state == AttemptState.CLOSED)
    if last is not None:
        ended = ended.where(Attempt.submitted_at <= last)
    hands = session.execute(
        select(func.count(), func.sum(HandMark.points), func.max(HandMark.marked_at))
        .join(Attempt, Attempt.id == HandMark.attempt_id)
        .where(Attempt.round_id == round_.id)
    ).one()
    count = session.scalars(ended).one() if last is not None else 0
    ticks = (last - _EPOCH) // _TICK if last else 0
    marks = (hands[0], int(hands[1] or 0), hands[2] and (hands[2] - _EPOCH) // _TICK)
    return f"{ticks:x}-{seal(round_.id, proposed, standing, count, marks)}"


def settled(last: datetime | None) -> datetime | None:
    """Until when the ends of attempts are surely stored, where the last that is seen was at ``last``."""
    return last and last - SETTLING


def still_seen(session: Session, round_: Round, proposed: str, given: str) -> bool:
    """Whether what a trial was made from is still so."""
    ticks = given.partition("-")[0]
    try:
        last = _EPOCH + _TICK * int(ticks, 16) if int(ticks, 16) else None
    except (ValueError, OverflowError):
        return False
    return seen(session, round_, proposed, last) == given


# People


@dataclass(frozen=True, slots=True)
class Named:
    """Who an entry is, for organizers."""

    name: str
    phone: str
    union: str


def named(session: Session, entry_ids: Collection[int]) -> dict[int, Named]:
    rows = session.execute(
        select(Entry.id, Person.name, Person.phone, TradeUnion.name)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .where(Entry.id.in_(entry_ids))
    )
    return {row[0]: Named(row[1], row[2], row[3] or "") for row in rows}


def entries_like(session: Session, contest: Contest, query: str) -> set[int]:
    """Entries of a contest whose person's name or union holds a text, or whose phone is it."""
    folded = fold(query)
    wanted = (
        select(Entry.id)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .where(
            Entry.contest_id == contest.id,
            Person.name_fold.contains(folded, autoescape=True)
            | TradeUnion.name_fold.contains(folded, autoescape=True)
            | ((Person.phone == query.replace(" ", "").replace(".", "")) & (Person.phone != "")),
        )
    )
    return set(session.scalars(wanted))


# Scores


@dataclass(frozen=True, slots=True)
class Changed:
    """One score that a decision changed, with its owner."""

    change: ScoreChange
    code: str
    number: int
    entry_id: int


def counts(session: Session, change_id: int) -> dict[bool, tuple[int, int, int]]:
    """How many scores a decision changed, and how many of them went up and down; by whether it was taken back."""
    up, down = ScoreChange.new_score > ScoreChange.old_score, ScoreChange.new_score < ScoreChange.old_score
    rows = session.execute(
        select(ScoreChange.undo, func.count(), func.sum(up.cast(_INT)), func.sum(down.cast(_INT)))
        .where(ScoreChange.key_change_id == change_id)
        .group_by(ScoreChange.undo)
    )
    return {row[0]: (row[1], int(row[2] or 0), int(row[3] or 0)) for row in rows}


_INT = ScoreChange.id.type


def changed(session: Session, change_id: int, *, undo: bool, page: int, size: int = PAGE_SIZE) -> list[Changed]:
    """Scores that a decision changed, one page of them."""
    rows = session.execute(
        select(ScoreChange, Attempt.code, Attempt.number, Attempt.entry_id)
        .join(Attempt, Attempt.id == ScoreChange.attempt_id)
        .where(ScoreChange.key_change_id == change_id, ScoreChange.undo.is_(undo))
        .order_by(ScoreChange.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return [Changed(*row) for row in rows]


def of_attempt(session: Session, attempt: Attempt) -> list[tuple[KeyChange, list[ScoreChange]]]:
    """Decisions about questions of an attempt, in order, each with what it did to the score."""
    versions = [row[0] for row in attempt.paper]
    changes = session.scalars(
        select(KeyChange)
        .where(KeyChange.round_id == attempt.round_id, KeyChange.version_id.in_(versions))
        .order_by(KeyChange.id)
    ).all()
    if not changes:
        return []
    scores = session.scalars(
        select(ScoreChange).where(ScoreChange.attempt_id == attempt.id).order_by(ScoreChange.id)
    ).all()
    return [(change, [score for score in scores if score.key_change_id == change.id]) for change in changes]
