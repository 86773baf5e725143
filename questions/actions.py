"""Writes of the question bank. Nothing here commits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from questions.faults import faults_of
from questions.imports import plan_import
from questions.messages import N_, Message, message
from questions.models import Question, QuestionBank, QuestionVersion, Topic
from questions.plans import Change, Plan, Planned, choice_rows, digest, fresh_codes
from questions.queries import current_version, selected, twin
from questions.rules import Difficulty, Draft, Fault, State
from questions.text import fold

__all__ = [
    "Change",
    "Plan",
    "Planned",
    "Stale",
    "Unfit",
    "add_question",
    "create_bank",
    "delete_bank",
    "digest",
    "move",
    "plan_import",
    "revise",
    "set_difficulty",
    "set_state",
    "store_drafts",
]


class Unfit(Exception):
    """A question that cannot be stored; ``reasons`` says why, for people."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = tuple(reasons)


class Stale(Exception):
    """Somebody else changed the question since it was opened."""


def create_bank(
    session: Session, *, code: str, title: str, now: datetime, description: str = "", demo: bool = False
) -> QuestionBank:
    """Add an empty bank. ``code`` must be free."""
    bank = QuestionBank(code=code, title=title, description=description, created_at=now, demo=demo)
    session.add(bank)
    session.flush()
    return bank


def delete_bank(session: Session, bank: QuestionBank) -> None:
    """Remove a bank with all its questions; whoever calls has made sure that nothing draws from it."""
    session.execute(delete(QuestionBank).where(QuestionBank.id == bank.id))
    session.expire_all()


def store_drafts(
    session: Session,
    bank: QuestionBank,
    drafts: Sequence[Draft],
    *,
    author: str,
    now: datetime,
    faults: Iterable[Fault] = (),
) -> Plan:
    """Import: all of the questions or, when any has a fault, none. Returns what was (or would have been) done.

    ``faults`` are those the reader of the file found already.
    """
    _lock(session, bank)
    own = [Fault(text, draft.row, draft.stem[:80]) for draft in drafts for text in faults_of(draft)]
    plan = plan_import(session, bank, drafts, [*faults, *own])
    if plan.faults:
        return plan
    topics = _ensure_topics(session, bank, [draft.topic for draft in drafts if draft.topic])
    new = [item.draft for item in plan.planned if item.change is Change.NEW]
    changed = {item.draft.code or "": item for item in plan.planned if item.change is Change.CHANGED}
    for question in selected(session, bank.id, list(changed)):
        item = changed[question.code]
        # A question with another topic or level but the same words keeps its version.
        _place(question, item.draft, topics, now)
        if not {"topic", "difficulty"}.issuperset(item.parts):
            session.add(_write(question, item.draft, author, now))
    session.flush()
    _insert(session, bank, new, topics, author, now)
    return plan


def add_question(session: Session, bank: QuestionBank, draft: Draft, *, author: str, now: datetime) -> Question:
    """Add one question typed by hand; without a code it gets a free one. Raises Unfit with every reason."""
    _lock(session, bank)
    codes = set(session.scalars(select(Question.code).where(Question.bank_id == bank.id)))
    reasons = faults_of(draft) + _twin_reasons(session, bank.id, draft)
    if draft.code in codes:
        reasons.append(
            message(N_("Mã %(code)s đã có trong ngân hàng. Hãy đặt mã khác, hoặc để trống."), code=draft.code)
        )
    if reasons:
        raise Unfit(reasons)
    named = replace(draft, code=draft.code or next(fresh_codes(codes)))
    topics = _ensure_topics(session, bank, [draft.topic] if draft.topic else [])
    _insert(session, bank, [named], topics, author, now)
    return selected(session, bank.id, [named.code or ""])[0]


def revise(
    session: Session,
    question: Question,
    draft: Draft,
    *,
    author: str,
    now: datetime,
    seen: tuple[int, datetime] | None = None,
) -> QuestionVersion | None:
    """Give a question new words, topic or difficulty; a new version only when the words changed.

    ``seen`` is (version number, time of the last change) as the editor had them on opening: when the question has
    moved on since, nothing is written and Stale is raised. Raises Unfit with every reason.
    """
    bank = session.get_one(QuestionBank, question.bank_id)
    _lock(session, bank)
    session.refresh(question)
    if seen is not None and seen != (question.version_number, question.changed_at):
        raise Stale
    reasons = faults_of(draft) + _twin_reasons(session, question.bank_id, draft, question)
    if reasons:
        raise Unfit(reasons)
    version = current_version(session, question)
    _place(question, draft, _ensure_topics(session, bank, [draft.topic] if draft.topic else []), now)
    words = (version.stem, version.choices, version.kind, version.source, version.explanation)
    written = None
    if words != (draft.stem, draft.choices, draft.kind, draft.source, draft.explanation):
        written = _write(question, draft, author, now)
        session.add(written)
    session.flush()
    return written


def set_state(session: Session, questions: Sequence[Question], state: State, now: datetime) -> None:
    """Approve or retire questions."""
    for question in questions:
        question.state = state
        question.changed_at = now
    session.flush()


def set_difficulty(session: Session, questions: Sequence[Question], difficulty: Difficulty, now: datetime) -> None:
    for question in questions:
        question.difficulty = difficulty
        question.changed_at = now
    session.flush()


def move(session: Session, bank: QuestionBank, questions: Sequence[Question], topic: str, now: datetime) -> None:
    """Put questions under a topic, made if new; an empty name takes them out of any."""
    topics = _ensure_topics(session, bank, [topic] if topic else [])
    for question in questions:
        question.topic_id = topics[topic].id if topic else None
        question.changed_at = now
    session.flush()


def _lock(session: Session, bank: QuestionBank) -> None:
    """Let one writer at a time into a bank: two imports at once store no question twice, two editors see each other."""
    session.execute(select(QuestionBank.id).where(QuestionBank.id == bank.id).with_for_update())


def _twin_reasons(session: Session, bank_id: int, draft: Draft, besides: Question | None = None) -> list[Message]:
    code = twin(session, bank_id, digest(draft), besides.id if besides else None)
    if code is None:
        return []
    return [message(N_("Câu hỏi này đã có trong ngân hàng với mã %(code)s. Hãy sửa câu đó."), code=code)]


def _insert(
    session: Session, bank: QuestionBank, drafts: Sequence[Draft], topics: dict[str, Topic], author: str, now: datetime
) -> None:
    """Store new questions with their first versions, in bulk: an import may bring twenty thousand."""
    if not drafts:
        return
    rows = [
        {
            "bank_id": bank.id,
            "code": draft.code,
            "topic_id": topics[draft.topic].id if draft.topic else None,
            "difficulty": draft.difficulty,
            "state": State.APPROVED,
            "version_number": 1,
            "created_at": now,
            "changed_at": now,
            **_traces(draft.code or "", draft),
        }
        for draft in drafts
    ]
    ids = dict(session.execute(insert(Question).returning(Question.code, Question.id), rows).all())
    versions = [
        {"question_id": ids[draft.code], "number": 1, "author": author, "created_at": now, **_wording(draft)}
        for draft in drafts
    ]
    session.execute(insert(QuestionVersion), versions)


def _place(question: Question, draft: Draft, topics: dict[str, Topic], now: datetime) -> None:
    """Set what stands beside the words: topic and level."""
    question.topic_id = topics[draft.topic].id if draft.topic else None
    question.difficulty = draft.difficulty
    question.changed_at = now


def _write(question: Question, draft: Draft, author: str, now: datetime) -> QuestionVersion:
    """The next version of a question, in force at once."""
    question.version_number += 1
    for name, value in _traces(question.code, draft).items():
        setattr(question, name, value)
    return QuestionVersion(
        question=question, number=question.version_number, author=author, created_at=now, **_wording(draft)
    )


def _traces(code: str, draft: Draft) -> dict[str, str]:
    """What a question keeps of its version in force: for finding doubles and for searching."""
    text = " ".join([code, draft.stem, *(choice.text for choice in draft.choices), draft.source])
    return {"fingerprint": digest(draft), "text_fold": fold(text)}


def _wording(draft: Draft) -> dict[str, Any]:
    """A version's own columns."""
    return {
        "kind": draft.kind,
        "stem": draft.stem,
        "choice_rows": choice_rows(draft.choices),
        "source": draft.source,
        "explanation": draft.explanation,
    }


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
