"""Writes of the question bank. Nothing here commits."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questions.messages import N_, Message, message
from questions.models import Question, QuestionBank, QuestionVersion, Topic
from questions.queries import with_current_version
from questions.rules import Draft, Fault, State, faults_of, fingerprint
from questions.text import fold


class Change(StrEnum):
    """What an import does with a question."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Planned:
    """A question of a file with what storing it will do; ``code`` is the one it will have."""

    draft: Draft
    change: Change


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: nothing is stored when there is any fault."""

    planned: tuple[Planned, ...]
    faults: tuple[Fault, ...]

    def count(self, change: Change) -> int:
        return sum(planned.change is change for planned in self.planned)


def create_bank(
    session: Session, *, code: str, title: str, now: datetime, description: str = "", demo: bool = False
) -> QuestionBank:
    """Add an empty bank. ``code`` must be free."""
    bank = QuestionBank(code=code, title=title, description=description, created_at=now, demo=demo)
    session.add(bank)
    session.flush()
    return bank


def digest(draft: Draft) -> str:
    """Hash under which two questions count as the same."""
    return hashlib.sha256(fingerprint(draft.stem, (c.text for c in draft.choices)).encode()).hexdigest()


def plan_import(session: Session, bank: QuestionBank, drafts: Sequence[Draft], faults: Iterable[Fault] = ()) -> Plan:
    """Hold the questions of a file against the bank.

    A known code means a new version (or the same question again); without a code a question that reads the same is
    the same. A question that stands under another code is a fault: one of the two must go.
    """
    by_code, by_print = {}, {}
    rows = session.execute(with_current_version().where(Question.bank_id == bank.id)).all()
    topics = dict(session.execute(select(Topic.id, Topic.path).where(Topic.bank_id == bank.id)).all())
    for question, version in rows:
        by_code[question.code] = (question, version)
        by_print[question.fingerprint] = question.code
    planned, found = [], list(faults)
    codes = _fresh_codes(by_code)
    for draft in drafts:
        twin = by_print.get(digest(draft))
        code = draft.code or twin or next(codes)
        draft = replace(draft, code=code)
        if twin and twin != code:
            found.append(Fault(_twin(twin), draft.row, draft.stem[:80]))
        known = by_code.get(code)
        change = _change(draft, *known, topics) if known else Change.NEW
        planned.append(Planned(draft, change))
    return Plan(tuple(planned), tuple(sorted(found, key=lambda f: (f.row is None, f.row or 0))))


def _twin(code: str) -> Message:
    return message(
        N_("Câu hỏi này đã có trong ngân hàng với mã %(code)s. Hãy bỏ câu này khỏi tệp hoặc ghi đúng mã đó."),
        code=code,
    )


def _fresh_codes(taken: Iterable[str]) -> Iterable[str]:
    used, number = set(taken), 0
    while True:
        number += 1
        code = f"C{number:04d}"
        if code not in used:
            yield code


def _change(draft: Draft, question: Question, version: QuestionVersion, topics: dict[int, str]) -> Change:
    same = (
        version.stem == draft.stem
        and version.choices == draft.choices
        and version.kind == draft.kind
        and version.source == draft.source
        and version.explanation == draft.explanation
        and question.difficulty == draft.difficulty
        and topics.get(question.topic_id or 0, "") == draft.topic
    )
    return Change.SAME if same else Change.CHANGED


def store_drafts(session: Session, bank: QuestionBank, drafts: Sequence[Draft], *, author: str, now: datetime) -> Plan:
    """Import: all of the questions or, when any has a fault, none. Returns what was (or would have been) done."""
    faults = [Fault(text, draft.row, draft.stem[:80]) for draft in drafts for text in faults_of(draft)]
    plan = plan_import(session, bank, drafts, faults)
    if plan.faults:
        return plan
    topics = _ensure_topics(session, bank, [draft.topic for draft in drafts if draft.topic])
    known = {
        question.code: question for question in session.scalars(select(Question).where(Question.bank_id == bank.id))
    }
    for item in plan.planned:
        if item.change is Change.SAME:
            continue
        question = known.get(item.draft.code or "")
        if question is None:
            question = Question(bank_id=bank.id, code=item.draft.code, created_at=now, version_number=0)
            session.add(question)
        session.add(_write(question, item.draft, topics, author, now))
    session.flush()
    return plan


def revise(session: Session, question: Question, draft: Draft, *, author: str, now: datetime) -> QuestionVersion | None:
    """Give a question new words, topic or difficulty; a new version only when the words changed."""
    bank = session.get_one(QuestionBank, question.bank_id)
    topics = _ensure_topics(session, bank, [draft.topic] if draft.topic else [])
    version = session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.question_id == question.id, QuestionVersion.number == question.version_number
        )
    ).one()
    words = (version.stem, version.choices, version.kind, version.source, version.explanation)
    if words == (draft.stem, draft.choices, draft.kind, draft.source, draft.explanation):
        question.topic_id = topics[draft.topic].id if draft.topic else None
        question.difficulty = draft.difficulty
        question.changed_at = now
        session.flush()
        return None
    written = _write(question, draft, topics, author, now)
    session.add(written)
    session.flush()
    return written


def set_state(session: Session, questions: Sequence[Question], state: State, now: datetime) -> None:
    """Approve or retire questions."""
    for question in questions:
        question.state = state
        question.changed_at = now
    session.flush()


def move(session: Session, bank: QuestionBank, questions: Sequence[Question], topic: str, now: datetime) -> None:
    """Put questions under a topic, made if new; an empty name takes them out of any."""
    topics = _ensure_topics(session, bank, [topic] if topic else [])
    for question in questions:
        question.topic_id = topics[topic].id if topic else None
        question.changed_at = now
    session.flush()


def _write(question: Question, draft: Draft, topics: dict[str, Topic], author: str, now: datetime) -> QuestionVersion:
    question.version_number += 1
    question.topic_id = topics[draft.topic].id if draft.topic else None
    question.difficulty = draft.difficulty
    question.fingerprint = digest(draft)
    question.text_fold = fold(" ".join([question.code, draft.stem, *(c.text for c in draft.choices)]))
    question.changed_at = now
    return QuestionVersion(
        question=question,
        number=question.version_number,
        kind=draft.kind,
        stem=draft.stem,
        choice_rows=[{"text": c.text, "correct": c.correct, "last": c.stays_last} for c in draft.choices],
        source=draft.source,
        explanation=draft.explanation,
        author=author,
        created_at=now,
    )


def _ensure_topics(session: Session, bank: QuestionBank, paths: Iterable[str]) -> dict[str, Topic]:
    """Topics by path, the missing ones made with all above them."""
    known = {t.path: t for t in session.scalars(select(Topic).where(Topic.bank_id == bank.id))}
    last = session.scalar(select(func.max(Topic.position)).where(Topic.bank_id == bank.id)) or 0
    for path in dict.fromkeys(paths):
        parent: Topic | None = None
        names = path.split(" / ")
        for depth in range(len(names)):
            part = " / ".join(names[: depth + 1])
            if part not in known:
                last += 1
                known[part] = Topic(
                    bank_id=bank.id,
                    parent_id=parent.id if parent else None,
                    name=names[depth],
                    path=part,
                    position=last,
                )
                session.add(known[part])
                session.flush()
            parent = known[part]
    return known
