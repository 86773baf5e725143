"""Which questions cite which documents: kept beside the questions so that a changed law finds what it touches.

Citations are made from the source of a question's newest version by :func:`questions.citations.cited` whenever one is
stored; they can be made anew at any time. A document may stand under several names; the rows of the others point to
one of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from questions.citations import Cited, cited, name_and_year, place_key
from questions.models import Citation, LegalDocument, Question, QuestionStep, QuestionVersion
from questions.queries import may_be_drawn, with_newest_version
from questions.rules import Verb

_BATCH = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """A document with how many questions cite it, how many of them may be drawn, and in how many places."""

    document: LegalDocument
    questions: int
    drawn: int
    places: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A question that cites a document, its newest version, and the places, "" for the document as a whole."""

    question: Question
    version: QuestionVersion
    places: tuple[str, ...]


def cite(session: Session, sources: Mapping[int, str]) -> None:
    """Make the citations of these questions anew from their sources, by question id."""
    read: dict[str, tuple[Cited, ...]] = {source: cited(source) for source in set(sources.values())}
    documents = _documents_for(session, [item for items in read.values() for item in items])
    for ids in _batches(sources):
        session.execute(delete(Citation).where(Citation.question_id.in_(ids)))
        rows = {
            (question_id, documents[item.key], item.place) for question_id in ids for item in read[sources[question_id]]
        }
        if rows:
            names = ("question_id", "document_id", "article")
            session.execute(insert(Citation), [dict(zip(names, row, strict=True)) for row in sorted(rows)])


def rebuild(session: Session) -> int:
    """Make all citations anew, after the reading of sources has been bettered; returns how many there are.

    What was noted about documents stays. Documents that nothing cites any more, and of which nothing is noted, go.
    """
    wanted = with_newest_version().with_only_columns(Question.id, QuestionVersion.source)
    cite(session, dict(session.execute(wanted).all()))
    other = aliased(LegalDocument)
    unused = (
        select(LegalDocument.id)
        .where(LegalDocument.noted_at.is_(None), LegalDocument.same_as_id.is_(None))
        .where(~select(Citation.id).where(Citation.document_id == LegalDocument.id).exists())
        .where(~select(other.id).where(other.same_as_id == LegalDocument.id).exists())
    )
    session.execute(delete(LegalDocument).where(LegalDocument.id.in_(list(session.scalars(unused)))))
    return session.scalar(select(func.count(Citation.id))) or 0


def fill(session: Session) -> None:
    """Make the citations of questions from before citations were kept; nothing where there are some already."""
    if session.scalars(select(Citation.id).limit(1)).first() is None:
        rebuild(session)


def documents(session: Session, bank_ids: Collection[int] | None) -> list[Line]:
    """The documents that questions of these banks cite (None: of all banks), the most cited first.

    Other names of a document count with it.
    """
    counted = (
        select(
            _meant().label("meant"),
            func.count(Citation.question_id.distinct()).label("questions"),
            func.count(Citation.question_id.distinct()).filter(may_be_drawn()).label("drawn"),
            func.count(Citation.article.distinct()).filter(Citation.article != "").label("places"),
        )
        .join(LegalDocument, LegalDocument.id == Citation.document_id)
        .join(Question, Question.id == Citation.question_id)
        .group_by(_meant())
    )
    counts = _within(counted, bank_ids).subquery()
    rows = session.execute(
        select(LegalDocument, counts.c.questions, counts.c.drawn, counts.c.places)
        .join(counts, counts.c.meant == LegalDocument.id)
        .order_by(counts.c.questions.desc(), LegalDocument.title, LegalDocument.id)
    )
    return [Line(*row) for row in rows]


def document(session: Session, key: str) -> LegalDocument | None:
    """The document of a key; under another name's key the one that is meant."""
    found = named(session, key)
    return session.get_one(LegalDocument, found.same_as_id) if found and found.same_as_id else found


def named(session: Session, key: str) -> LegalDocument | None:
    """The row of a key itself, another name of a document included."""
    return session.scalars(select(LegalDocument).where(LegalDocument.key == key)).first()


def is_cited(session: Session, document: LegalDocument, bank_ids: Collection[int]) -> bool:
    """Whether a question of these banks cites a document, under whatever name."""
    found = (
        select(Citation.id)
        .join(LegalDocument, LegalDocument.id == Citation.document_id)
        .join(Question, Question.id == Citation.question_id)
        .where(_meant() == document.id, Question.bank_id.in_(bank_ids))
    )
    return session.scalars(found.limit(1)).first() is not None


def names(session: Session, document: LegalDocument) -> Sequence[LegalDocument]:
    """The other names of a document."""
    return session.scalars(
        select(LegalDocument).where(LegalDocument.same_as_id == document.id).order_by(LegalDocument.title)
    ).all()


def alike(session: Session, document: LegalDocument, among: Iterable[LegalDocument]) -> list[LegalDocument]:
    """Documents that may be this one under another name: a law by number and one by name, of the same year."""
    own = {name_and_year(row.title) for row in (document, *names(session, document))} - {None}
    return [other for other in among if other.id != document.id and name_and_year(other.title) in own]


def quotes(session: Session, document: LegalDocument, bank_ids: Collection[int] | None) -> list[Quote]:
    """The questions of these banks that cite a document under any of its names, by bank and code."""
    places: dict[int, list[str]] = {}
    cites = (
        select(Citation.question_id, Citation.article)
        .join(LegalDocument, LegalDocument.id == Citation.document_id)
        .where(_meant() == document.id)
    )
    for question_id, place in session.execute(cites):
        places.setdefault(question_id, []).append(place)
    wanted = (
        with_newest_version()
        .where(Question.id.in_(cites.with_only_columns(Citation.question_id)))
        .options(joinedload(Question.topic), joinedload(Question.bank), selectinload(Question.tag_rows))
    )
    if bank_ids is not None:
        wanted = wanted.where(Question.bank_id.in_(bank_ids))
    found = session.execute(wanted.order_by(Question.bank_id, Question.code))
    return [Quote(question, version, tuple(sorted(places[question.id], key=place_key))) for question, version in found]


def note_change(document: LegalDocument, changed_on: date, note: str, now: datetime) -> None:
    """Say that a document no longer stands as cited from a day on, and by what it was changed."""
    document.changed_on, document.change_note, document.noted_at = changed_on, note, now


def clear_change(document: LegalDocument) -> None:
    """Take back what was noted of a document."""
    document.changed_on, document.change_note, document.noted_at = None, "", None


def join(session: Session, name: LegalDocument, document: LegalDocument) -> None:
    """Make one document, with all its names, another name of a second; what is noted of it goes along."""
    if name.id == document.id or document.same_as_id is not None:
        raise ValueError("a document is joined to another one that stands for itself")
    if name.noted_at and not document.noted_at:
        note_change(document, name.changed_on or name.noted_at.date(), name.change_note, name.noted_at)
    clear_change(name)
    session.execute(update(LegalDocument).where(LegalDocument.same_as_id == name.id).values(same_as_id=document.id))
    name.same_as_id = document.id
    session.flush()


def part(session: Session, name: LegalDocument) -> None:
    """Let a name stand for a document of its own again."""
    name.same_as_id = None
    session.flush()


def touched() -> ColumnElement[bool]:
    """The condition that a question cites a document of which a change was noted since it was written or approved."""
    meant = aliased(LegalDocument)
    return (
        select(Citation.id)
        .join(LegalDocument, LegalDocument.id == Citation.document_id)
        .join(meant, meant.id == _meant())
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.version_number),
        )
        .where(Citation.question_id == Question.id, meant.noted_at > QuestionVersion.created_at)
        .where(~_approved_since(meant.noted_at))
        .correlate(Question)
        .exists()
    )


def touched_among(session: Session, question_ids: Collection[int]) -> set[int]:
    """Which of these questions are :func:`touched`."""
    found: set[int] = set()
    for ids in _batches(question_ids):
        found.update(session.scalars(select(Question.id).where(Question.id.in_(ids), touched())))
    return found


def changes(session: Session, question: Question) -> Sequence[LegalDocument]:
    """The documents that a question cites and that were noted as changed since it was written or approved."""
    meant = aliased(LegalDocument)
    return session.scalars(
        select(meant)
        .join(LegalDocument, meant.id == _meant())
        .join(Citation, Citation.document_id == LegalDocument.id)
        .join(Question, Question.id == Citation.question_id)
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.version_number),
        )
        .where(Question.id == question.id, meant.noted_at > QuestionVersion.created_at)
        .where(~_approved_since(meant.noted_at))
        .distinct()
        .order_by(meant.title)
    ).all()


def _approved_since(at: ColumnElement[datetime | None]) -> ColumnElement[bool]:
    """Whether somebody approved the newest version of a question after a time: they knew what had changed."""
    return (
        select(QuestionStep.id)
        .where(
            QuestionStep.question_id == Question.id,
            QuestionStep.version_number == Question.version_number,
            QuestionStep.verb == Verb.APPROVE.value,
            QuestionStep.at > at,
        )
        .correlate_except(QuestionStep)
        .exists()
    )


def _meant() -> ColumnElement[int]:
    return func.coalesce(LegalDocument.same_as_id, LegalDocument.id)


def _within(wanted: Select[Any], bank_ids: Collection[int] | None) -> Select[Any]:
    return wanted if bank_ids is None else wanted.where(Question.bank_id.in_(bank_ids))


def _documents_for(session: Session, items: Iterable[Cited]) -> dict[str, int]:
    """Ids of the cited documents by key, the missing ones made; a title with a name betters one without."""
    titles: dict[str, str] = {}
    for item in items:
        if item.key not in titles or (name_and_year(item.title) and not name_and_year(titles[item.key])):
            titles[item.key] = item.title
    insert_ = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    found: dict[str, int] = {}
    for keys in _batches(sorted(titles)):
        known = {row.key: row for row in session.scalars(select(LegalDocument).where(LegalDocument.key.in_(keys)))}
        for key, row in known.items():
            if name_and_year(titles[key]) and not name_and_year(row.title):
                row.title = titles[key]
        missing = [{"key": key, "title": titles[key], "change_note": ""} for key in keys if key not in known]
        if missing:
            # Another bank's writer may make the same document at the same time.
            session.execute(insert_(LegalDocument).on_conflict_do_nothing(index_elements=["key"]), missing)
        rows = session.execute(select(LegalDocument.key, LegalDocument.id).where(LegalDocument.key.in_(keys)))
        found.update(rows.all())
    return found


def _batches(values: Iterable[T]) -> list[list[T]]:
    """Few enough at a time for one statement."""
    listed = list(values)
    return [listed[start : start + _BATCH] for start in range(0, len(listed), _BATCH)]
