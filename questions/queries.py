"""Reads of the question bank."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from questions.details import of_details
from questions.models import Question, QuestionBank, QuestionTag, QuestionVersion, Topic
from questions.rules import Count, Difficulty, Draft, Kind, State
from questions.text import fold

#: Words of a search beyond these are left aside.
MAX_WORDS = 8


def bank(session: Session, code: str) -> QuestionBank | None:
    return session.scalar(select(QuestionBank).where(QuestionBank.code == code))


def banks(session: Session, ids: Sequence[int] | None = None) -> Sequence[tuple[QuestionBank, int]]:
    """Banks by title with the number of their approved questions; only of these ids when given."""
    approved = (
        select(func.count(Question.id)).where(Question.bank_id == QuestionBank.id, may_be_drawn()).scalar_subquery()
    )
    wanted = select(QuestionBank, approved).order_by(QuestionBank.title)
    if ids is not None:
        wanted = wanted.where(QuestionBank.id.in_(ids))
    return [(row[0], row[1]) for row in session.execute(wanted)]


def with_newest_version() -> Select[tuple[Question, QuestionVersion]]:
    """Questions joined with their newest version, approved or not."""
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.version_number)
    return select(Question, QuestionVersion).join(QuestionVersion, newest)


def with_approved_version() -> Select[tuple[Question, QuestionVersion]]:
    """Questions that may be drawn, joined with the version that is: approved once and not retired."""
    approved = (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.approved_number)
    return (
        select(Question, QuestionVersion).join(QuestionVersion, approved).where(Question.state != State.RETIRED.value)
    )


def may_be_drawn() -> ColumnElement[bool]:
    """The condition of :func:`with_approved_version`, for counting."""
    return Question.approved_number.is_not(None) & (Question.state != State.RETIRED.value)


def drawn_state() -> ColumnElement[str]:
    """Approved for all that may be drawn, else the state of the newest version."""
    return case((may_be_drawn(), literal_column("'approved'")), else_=Question.state)


def questions(
    session: Session,
    bank_id: int,
    *,
    text: str = "",
    topic_id: int | None = None,
    without_topic: bool = False,
    difficulty: int | None = None,
    state: str | None = None,
    extra: Sequence[ColumnElement[bool]] = (),
    sort: str = "code",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> tuple[Sequence[tuple[Question, QuestionVersion]], int]:
    """Rows of a bank with their version in force, and how many there are in all.

    ``text`` is searched without case and diacritics, each word apart; ``sort`` is code, topic, difficulty, state or
    changed. The page is cut out before versions are joined, so that a large bank costs no more than its filter.
    """
    conditions = filters(
        session,
        bank_id,
        text=text,
        topic_id=topic_id,
        without_topic=without_topic,
        difficulty=difficulty,
        state=state,
        extra=extra,
    )
    total = session.scalar(select(func.count(Question.id)).where(*conditions)) or 0
    order = _order(sort, descending)
    page = select(Question.id).outerjoin(Question.topic).where(*conditions).order_by(*order).offset(offset)
    wanted = (
        with_newest_version()
        .outerjoin(Question.topic)
        .options(contains_eager(Question.topic), selectinload(Question.tag_rows))
        .order_by(*order)
    )
    wanted = wanted.where(Question.id.in_(page.limit(limit))) if limit else wanted.where(*conditions)
    return [(row[0], row[1]) for row in session.execute(wanted)], total


def filters(
    session: Session,
    bank_id: int,
    *,
    text: str = "",
    topic_id: int | None = None,
    without_topic: bool = False,
    difficulty: int | None = None,
    state: str | None = None,
    extra: Sequence[ColumnElement[bool]] = (),
) -> list[ColumnElement[bool]]:
    """Conditions on Question; the first names the bank, ``extra`` are the caller's own."""
    conditions = [Question.bank_id == bank_id]
    conditions += [Question.text_fold.contains(word, autoescape=True) for word in fold(text).split()[:MAX_WORDS]]
    if without_topic:
        conditions.append(Question.topic_id.is_(None))
    elif topic_id:
        conditions.append(Question.topic_id.in_(subtree(session, topic_id)))
    if difficulty:
        conditions.append(Question.difficulty == difficulty)
    if state:
        conditions.append(Question.state == state)
    return [*conditions, *extra]


def _order(sort: str, descending: bool) -> list[Any]:
    column: Any = {
        "topic": Topic.position,
        "difficulty": Question.difficulty,
        "state": Question.state,
        "changed": Question.changed_at,
    }.get(sort, Question.code_key)
    first = column.desc().nulls_last() if descending else column.asc().nulls_last()
    return [first, Question.code_key, Question.id]


def selected(session: Session, bank_id: int, codes: Sequence[str]) -> Sequence[Question]:
    """Questions of a bank by their codes, those that exist."""
    return session.scalars(
        select(Question)
        .where(Question.bank_id == bank_id, Question.code.in_(codes))
        .options(selectinload(Question.tag_rows))
        .order_by(Question.id)
    ).all()


def matching(session: Session, bank_id: int, **wanted: Any) -> Sequence[Question]:
    """All questions of a bank that fit the :func:`filters`, without their words."""
    found = select(Question).where(*filters(session, bank_id, **wanted)).options(selectinload(Question.tag_rows))
    return session.scalars(found.order_by(Question.id)).all()


def subtree(session: Session, topic_id: int) -> list[int]:
    """A topic and all below it."""
    top = session.get(Topic, topic_id)
    if top is None:
        return []
    below = Topic.path.startswith(top.path + " / ", autoescape=True)
    return list(
        session.scalars(
            select(Topic.id).where(Topic.bank_id == top.bank_id, (Topic.id == top.id) | below).order_by(Topic.id)
        )
    )


def pool(
    session: Session,
    bank_id: int,
    topic_id: int | None = None,
    difficulty: int | None = None,
    tags: Sequence[str] = (),
) -> list[int]:
    """Ids of the approved versions of a bank, ascending: what a blueprint row draws from.

    ``tags``: only questions that carry all of them.
    """
    wanted = (
        with_approved_version()
        .with_only_columns(QuestionVersion.id)
        .where(Question.bank_id == bank_id)
        .order_by(QuestionVersion.id)
    )
    if topic_id:
        wanted = wanted.where(Question.topic_id.in_(subtree(session, topic_id)))
    if difficulty:
        wanted = wanted.where(Question.difficulty == difficulty)
    for tag in tags:
        wanted = wanted.where(tagged(tag))
    return list(session.scalars(wanted))


def tagged(tag: str) -> ColumnElement[bool]:
    """Questions that carry a tag."""
    return Question.id.in_(select(QuestionTag.question_id).where(QuestionTag.tag == tag))


def versions(session: Session, ids: Sequence[int]) -> Sequence[QuestionVersion]:
    """Versions by id, any order."""
    return session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(ids))).all()


def question(session: Session, bank_id: int, code: str) -> Question | None:
    return session.scalar(
        select(Question).where(Question.bank_id == bank_id, Question.code == code).options(joinedload(Question.topic))
    )


def newest_version(session: Session, question: Question) -> QuestionVersion:
    return session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.question_id == question.id, QuestionVersion.number == question.version_number
        )
    ).one()


def history(session: Session, question: Question) -> Sequence[QuestionVersion]:
    """All versions of a question, the newest first."""
    return session.scalars(
        select(QuestionVersion)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc())
    ).all()


def twin(session: Session, bank_id: int, digest: str, besides: int | None = None) -> str | None:
    """Code of the question of a bank whose words are the same, another than ``besides``; None when there is none."""
    wanted = select(Question.code).where(Question.bank_id == bank_id, Question.fingerprint == digest)
    if besides is not None:
        wanted = wanted.where(Question.id != besides)
    return session.scalars(wanted.order_by(Question.id)).first()


def topics(session: Session, bank_id: int) -> Sequence[tuple[Topic, int]]:
    """Topics in their order with the number of approved questions directly in each."""
    approved = aliased(Question)
    count = (
        select(func.count(approved.id))
        .where(
            approved.topic_id == Topic.id,
            approved.approved_number.is_not(None),
            approved.state != State.RETIRED.value,
        )
        .scalar_subquery()
    )
    found = session.execute(select(Topic, count).where(Topic.bank_id == bank_id).order_by(Topic.position, Topic.id))
    return [(row[0], row[1]) for row in found]


def counts(session: Session, bank_id: int) -> list[Count]:
    """Everything a bank holds, counted by topic, difficulty and state in one query.

    A question whose approved version may be drawn counts as approved, whatever is being written about it.
    """
    state = drawn_state()
    found = session.execute(
        select(Question.topic_id, Question.difficulty, state, func.count(Question.id))
        .where(Question.bank_id == bank_id)
        .group_by(Question.topic_id, Question.difficulty, state)
    )
    return [Count(*row) for row in found]


def as_draft(question: Question, version: QuestionVersion) -> Draft:
    """A stored question as plain values, for files and forms."""
    return Draft(
        stem=version.stem,
        choices=version.choices,
        kind=Kind(version.kind),
        code=question.code,
        topic=question.topic.path if question.topic else "",
        difficulty=Difficulty(question.difficulty),
        source=version.source,
        explanation=version.explanation,
        tags=question.tags,
        **of_details(version.details),
    )
