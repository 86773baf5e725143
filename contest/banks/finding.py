"""Reads of the desk: which questions of a bank fit a search, and what one can ask for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from contest.banks.search import BANDS, NEWER, NO_TOPIC, Figures, Search
from contest.statistics.models import QuestionStatistic
from questions import citing
from questions import queries as library
from questions.models import Question, QuestionTag, QuestionVersion, Topic
from questions.rules import State

#: Authors and tags offered in the filters.
MAX_OFFERED = 200


def terms(session: Session, bank_id: int, search: Search) -> dict[str, Any]:
    """A search of the desk in the words of ``questions.queries``."""
    return {
        "text": search.text,
        "topic_id": _topic_id(session, bank_id, search.topic),
        "without_topic": search.topic == NO_TOPIC,
        "difficulty": search.difficulty or None,
        "state": search.state if search.state != NEWER else None,
        "extra": conditions(search),
    }


def _topic_id(session: Session, bank_id: int, path: str) -> int | None:
    """The topic's id; -1, which no topic has, for a path that the bank does not know."""
    if path in ("", NO_TOPIC):
        return None
    found = session.scalar(select(Topic.id).where(Topic.bank_id == bank_id, Topic.path == path))
    return -1 if found is None else found


def conditions(search: Search) -> list[ColumnElement[bool]]:
    """What else is asked of a question: its newest version, its tags, its figures."""
    found: list[ColumnElement[bool]] = []
    if search.state == NEWER:
        found += [Question.approved_number.is_not(None), Question.state.in_([State.DRAFT, State.REVIEW])]
    if search.tag:
        found.append(library.tagged(search.tag))
    if search.lack == "chu-de":
        found.append(Question.topic_id.is_(None))
    if search.lack == "van-ban":
        found.append(citing.touched())
    words = [
        (search.kind, QuestionVersion.kind == search.kind),
        (search.author, QuestionVersion.author == search.author),
        (search.lack == "nguon", QuestionVersion.source == ""),
        (search.lack == "loi-giai", QuestionVersion.explanation == ""),
    ]
    newest = [condition for asked, condition in words if asked]
    if newest:
        found.append(_newest(*newest))
    if search.figures:
        found.append(_measured(Figures(search.figures)))
    return found


def _newest(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(QuestionVersion.id)
        .where(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number, *wanted)
        .correlate(Question)
    )


def _measured(asked: Figures) -> ColumnElement[bool]:
    """Questions of which some round says so, of whatever version it drew."""
    one = (
        select(QuestionStatistic.version_id)
        .join(QuestionVersion, QuestionVersion.id == QuestionStatistic.version_id)
        .where(QuestionVersion.question_id == Question.id)
        .correlate(Question)
    )
    if asked is Figures.NONE:
        return ~exists(one)
    if asked is Figures.SUSPECT:
        return exists(one.where(QuestionStatistic.suspect))
    name, least, below = BANDS[asked]
    value = QuestionStatistic.figures[name].as_float()
    if least is not None:
        one = one.where(value >= least)
    return exists(one.where(value < below) if below is not None else one)


def authors(session: Session, bank_id: int) -> list[str]:
    """Who wrote newest versions of a bank, as the audit log names actors, the busiest first."""
    wanted = (
        library.with_newest_version()
        .with_only_columns(QuestionVersion.author)
        .where(Question.bank_id == bank_id)
        .group_by(QuestionVersion.author)
        .order_by(func.count().desc(), QuestionVersion.author)
    )
    return list(session.scalars(wanted.limit(MAX_OFFERED)))


def tags(session: Session, bank_id: int) -> list[tuple[str, int]]:
    """Tags of a bank with the number of their questions, by name."""
    wanted = (
        select(QuestionTag.tag, func.count())
        .join(Question, Question.id == QuestionTag.question_id)
        .where(Question.bank_id == bank_id)
        .group_by(QuestionTag.tag)
        .order_by(QuestionTag.tag)
    )
    return [(row[0], row[1]) for row in session.execute(wanted.limit(MAX_OFFERED))]


def topic(session: Session, bank_id: int, path: str) -> Topic | None:
    """A topic by its path."""
    return session.scalar(select(Topic).where(Topic.bank_id == bank_id, Topic.path == path))


def held_by_topic(session: Session, bank_id: int) -> dict[int, int]:
    """How many questions of any state stand directly in each topic."""
    wanted = select(Question.topic_id, func.count()).where(Question.bank_id == bank_id, Question.topic_id.is_not(None))
    return {row[0]: row[1] for row in session.execute(wanted.group_by(Question.topic_id))}


def figures(session: Session, question_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Figures of questions from the round that drew them most, with ``drawn`` over all rounds and ``suspect``."""
    rows = session.execute(
        select(
            QuestionVersion.question_id, QuestionStatistic.drawn, QuestionStatistic.suspect, QuestionStatistic.figures
        )
        .join(QuestionVersion, QuestionVersion.id == QuestionStatistic.version_id)
        .where(QuestionVersion.question_id.in_(question_ids))
        .order_by(QuestionStatistic.drawn.desc(), QuestionStatistic.version_id, QuestionStatistic.round_id)
    )
    found: dict[int, dict[str, Any]] = {}
    for question_id, drawn, suspect, measured in rows:
        line = found.setdefault(question_id, {**measured, "drawn": 0, "suspect": False})
        line["drawn"] += drawn
        line["suspect"] |= suspect
    return found
