"""Reads for marking by hand: questions that people mark, answers that wait, answers that have their marks."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt, HandMark
from contest.attempts.papers import wordings
from contest.attempts.queries import holding
from contest.attempts.states import AttemptState
from contest.judging.models import MarkingLease
from contest.judging.rules import ticket_of
from contest.rounds.models import Round, RoundPool
from questions.models import Question, QuestionBank, QuestionVersion
from questions.rules import BY_HAND

#: Rows fetched at a time.
CHUNK = 500
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """A question that people mark, as its pages name it."""

    version_id: int
    bank: str
    code: str
    number: int
    stem: str
    markup: str
    guide: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer as its marker sees it: nothing here says whose it is."""

    attempt_id: int
    place: int
    ticket: str
    subject: Subject
    answer: str
    worth: int
    points: int | None
    comment: str
    min_words: int | None
    max_words: int | None
    passage: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Answers to one question: those with their marks and those that wait."""

    marked: int
    waiting: int

    @property
    def total(self) -> int:
        return self.marked + self.waiting


# Questions


def subjects(session: Session, memo: dict[str, Any], round_: Round) -> list[Subject]:
    """Questions of a round that people mark, by code; none before its first start."""
    pool = session.get(RoundPool, round_.id)
    ids = {version_id for _row, versions in pool.rows for version_id in versions} if pool else set()
    words = wordings(session, memo, sorted(ids))
    wanted = [version_id for version_id, wording in words.items() if wording.kind in BY_HAND]
    return _subjects(session, memo, wanted)


def _subjects(session: Session, memo: dict[str, Any], ids: Collection[int]) -> list[Subject]:
    words = wordings(session, memo, ids)
    rows = session.execute(
        select(QuestionVersion.id, QuestionBank.code, Question.code, QuestionVersion.number, QuestionVersion.details)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(QuestionVersion.id.in_(ids))
        .order_by(QuestionBank.code, Question.code, QuestionVersion.number)
    )
    return [
        Subject(row[0], row[1], row[2], row[3], words[row[0]].stem, words[row[0]].markup, row[4].get("guide", ""))
        for row in rows
    ]


def subject_of(
    session: Session, memo: dict[str, Any], round_: Round, bank: str, code: str, number: int
) -> Subject | None:
    named = (bank, code, number)
    return next((s for s in subjects(session, memo, round_) if (s.bank, s.code, s.number) == named), None)


# How far it is


def waiting(session: Session, round_ids: Collection[int]) -> dict[int, int]:
    """How many answers wait for marks, by round id; rounds without any are left out."""
    rows = session.execute(
        select(Attempt.round_id, func.sum(Attempt.pending))
        .where(Attempt.round_id.in_(round_ids), Attempt.pending > 0)
        .group_by(Attempt.round_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def progress(session: Session, round_id: int, version_ids: Collection[int]) -> dict[int, Progress]:
    """Marked and waiting answers of a round by question version."""
    given = _marked_places(session, round_id)
    marked: Counter[int] = Counter()
    for attempt_id, paper in _papers_of_marks(session, round_id):
        marked.update(paper[place - 1][0] for place in given[attempt_id])
    open_ones: Counter[int] = Counter()
    rows = session.execute(
        select(Attempt.id, Attempt.paper, Attempt.answers)
        .where(Attempt.round_id == round_id, Attempt.pending > 0)
        .execution_options(yield_per=CHUNK)
    )
    for attempt_id, paper, answers in rows:
        for place, row in enumerate(paper, 1):
            if row[0] in version_ids and answers.get(str(place)) and place not in given.get(attempt_id, ()):
                open_ones[row[0]] += 1
    return {version_id: Progress(marked[version_id], open_ones[version_id]) for version_id in version_ids}


def _marked_places(session: Session, round_id: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = session.execute(
        select(HandMark.attempt_id, HandMark.place)
        .join(Attempt, Attempt.id == HandMark.attempt_id)
        .where(Attempt.round_id == round_id)
    )
    for attempt_id, place in rows:
        found.setdefault(attempt_id, []).append(place)
    return found


def _papers_of_marks(session: Session, round_id: int) -> Iterator[Any]:
    marked = select(HandMark.attempt_id).where(HandMark.attempt_id == Attempt.id).exists()
    wanted = select(Attempt.id, Attempt.paper).where(Attempt.round_id == round_id, marked)
    yield from session.execute(wanted.execution_options(yield_per=CHUNK))


# One answer


def candidates(session: Session, round_id: int, version_id: int, after: str) -> Sequence[Any]:
    """Attempts that wait and hold a question, behind an attempt's code: random codes mix the unions."""
    return session.execute(
        select(Attempt.id, Attempt.code, Attempt.paper, Attempt.answers)
        .where(Attempt.round_id == round_id, Attempt.pending > 0, Attempt.state == AttemptState.CLOSED)
        .where(holding(session, version_id), Attempt.code > after)
        .order_by(Attempt.code)
        .limit(CHUNK)
    ).all()


def place_of(paper: Sequence[Sequence[Any]], version_id: int) -> int | None:
    """The place at which a paper has a question."""
    return next((place for place, row in enumerate(paper, 1) if row[0] == version_id), None)


def is_marked(session: Session, attempt_id: int, place: int) -> bool:
    return session.get(HandMark, (attempt_id, place)) is not None


def taken(session: Session, attempt_ids: Collection[int], person_id: int | None, now: datetime) -> set[tuple[int, int]]:
    """Answers of these attempts that have marks or that somebody else has before them."""
    marks = select(HandMark.attempt_id, HandMark.place).where(HandMark.attempt_id.in_(attempt_ids))
    leases = select(MarkingLease.attempt_id, MarkingLease.place).where(
        MarkingLease.attempt_id.in_(attempt_ids),
        MarkingLease.until > now,
        MarkingLease.person_id.is_distinct_from(person_id),
    )
    return {tuple(row) for wanted in (marks, leases) for row in session.execute(wanted)}


def sheet(session: Session, memo: dict[str, Any], round_: Round, attempt_id: int, place: int) -> Sheet | None:
    """An answer for its marker; None when that place of the attempt is nothing that people mark."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or attempt.round_id != round_.id or attempt.state != AttemptState.CLOSED:
        return None
    answer = attempt.answers.get(str(place), "")
    if not 1 <= place <= len(attempt.paper) or not answer:
        return None
    version_id, _order, worth = attempt.paper[place - 1]
    words = wordings(session, memo, [version_id])[version_id]
    if words.kind not in BY_HAND:
        return None
    mark = session.get(HandMark, (attempt_id, place))
    return Sheet(
        attempt_id,
        place,
        ticket_of(round_.seed, attempt.code, place),
        _subjects(session, memo, [version_id])[0],
        answer,
        worth,
        mark.points if mark else None,
        mark.comment if mark else "",
        words.min_words,
        words.max_words,
        words.passage,
    )


def by_ticket(session: Session, round_: Round, ticket: str) -> tuple[int, int] | None:
    """The attempt and place behind a ticket: an answer with marks, or one that was handed out.

    Other answers cannot be opened: they are handed out one by one.
    """
    for table in (MarkingLease, HandMark):
        wanted = select(Attempt.id, Attempt.code, table.place).join(Attempt, Attempt.id == table.attempt_id)
        for attempt_id, code, place in session.execute(wanted.where(Attempt.round_id == round_.id)):
            if ticket_of(round_.seed, code, place) == ticket:
                return attempt_id, place
    return None


@dataclass(frozen=True, slots=True)
class Done:
    """An answer with its marks, as lists show it."""

    ticket: str
    points: int
    worth: int
    comment: str
    marked_at: datetime


def marked(session: Session, round_: Round, version_id: int, page: int) -> tuple[list[Done], int]:
    """Marked answers to a question, the last one first, one page of them; and how many there are in all."""
    rows = session.execute(
        select(HandMark, Attempt.code, Attempt.paper)
        .join(Attempt, Attempt.id == HandMark.attempt_id)
        .where(Attempt.round_id == round_.id, holding(session, version_id))
        .order_by(HandMark.marked_at.desc(), HandMark.attempt_id)
    ).all()
    found = [row for row in rows if row[2][row[0].place - 1][0] == version_id]
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return [
        Done(
            ticket_of(round_.seed, code, mark.place),
            mark.points,
            paper[mark.place - 1][2],
            mark.comment,
            mark.marked_at,
        )
        for mark, code, paper in shown
    ], len(found)
