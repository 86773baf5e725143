"""Writes of the question bank. Nothing here commits."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from questions.citing import cite
from questions.details import choice_rows, details
from questions.faults import faults_of
from questions.imports import plan_import
from questions.messages import N_, Message, message
from questions.models import Question, QuestionBank, QuestionStep, QuestionTag, QuestionVersion, Topic
from questions.plans import BESIDE, Change, Plan, Planned, digest, fresh_codes, parts
from questions.queries import as_draft, newest_version, selected, twin
from questions.rules import Difficulty, Draft, Fault, ReviewRule, State, Verb
from questions.text import fold

__all__ = [
    "Change",
    "Plan",
    "Planned",
    "Stale",
    "Unfit",
    "add_question",
    "comment",
    "create_bank",
    "delete_bank",
    "ensure_topics",
    "digest",
    "move",
    "plan_import",
    "revise",
    "set_difficulty",
    "set_state",
    "store_drafts",
    "tag",
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
    note: str = "",
    beside: Collection[int] = (),
) -> Plan:
    """Import: all of the questions or, when any has a fault, none. Returns what was (or would have been) done.

    ``faults`` are those the reader of the file found already; ``note`` says why, for the questions' histories;
    ``beside`` are other banks in which to look for near-duplicates.
    """
    _lock(session, bank)
    own = [Fault(text, draft.row, draft.stem[:80]) for draft in drafts for text in faults_of(draft)]
    plan = plan_import(session, bank, drafts, [*faults, *own], beside=beside)
    if plan.faults:
        return plan
    topics = ensure_topics(session, bank, [draft.topic for draft in drafts if draft.topic])
    new = [item.draft for item in plan.planned if item.change in (Change.NEW, Change.NEAR)]
    changed = {item.draft.code or "": item for item in plan.planned if item.change is Change.CHANGED}
    sources: dict[int, str] = {}
    for question in selected(session, bank.id, list(changed)):
        item = changed[question.code]
        # A question with another topic or level but the same words keeps its version.
        _place(question, item.draft, topics, now)
        if not BESIDE.issuperset(item.parts):
            session.add(_write(question, bank, item.draft, author, now, note))
            sources[question.id] = item.draft.source
    session.flush()
    cite(session, sources)
    _insert(session, bank, new, topics, author, now, note)
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
    topics = ensure_topics(session, bank, [draft.topic] if draft.topic else [])
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
    note: str = "",
) -> QuestionVersion | None:
    """Give a question new words, topic, difficulty or tags; a new version only when the words changed.

    In a bank with a second person's approval the new version is a draft, and the approved one goes on being drawn.

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
    version = newest_version(session, question)
    changed = differing(as_draft(question, version), draft)
    _place(question, draft, ensure_topics(session, bank, [draft.topic] if draft.topic else []), now)
    written = None
    if changed - BESIDE:
        written = _write(question, bank, draft, author, now, note)
        session.add(written)
    session.flush()
    if written:
        cite(session, {question.id: draft.source})
    return written


def differing(old: Draft, new: Draft) -> set[str]:
    """Names of the parts in which two forms of a question differ."""
    before, after = parts(old), parts(new)
    return {name for name, value in after.items() if value != before[name]}


def set_state(
    session: Session,
    questions: Sequence[Question],
    verb: Verb,
    now: datetime,
    *,
    actor: str = "",
    text: str = "",
) -> None:
    """Take a step with questions and write it into their timelines; whoever calls has seen that it may be taken.

    Approving puts the newest version into force. A retired question that is restored stands as approved when its
    newest version is the approved one, else as a draft.
    """
    for question in questions:
        question.state = state_after(verb, question.version_number, question.approved_number)
        if verb is Verb.APPROVE:
            question.approved_number = question.version_number
        question.changed_at = now
        session.add(
            QuestionStep(
                question_id=question.id,
                version_number=question.version_number,
                verb=verb,
                actor=actor,
                text=text,
                at=now,
            )
        )
    session.flush()


def state_after(verb: Verb, version_number: int, approved_number: int | None) -> State:
    """The state in which a step leaves a question."""
    if verb is Verb.RESTORE:
        return State.APPROVED if approved_number == version_number else State.DRAFT
    return {Verb.SUBMIT: State.REVIEW, Verb.APPROVE: State.APPROVED, Verb.RETIRE: State.RETIRED}.get(verb, State.DRAFT)


def comment(session: Session, question: Question, *, actor: str, text: str, now: datetime) -> QuestionStep:
    """Say something about a question's newest version."""
    step = QuestionStep(
        question_id=question.id,
        version_number=question.version_number,
        verb=Verb.COMMENT,
        actor=actor,
        text=text,
        at=now,
    )
    session.add(step)
    session.flush()
    return step


def tag(
    session: Session, questions: Sequence[Question], add: Iterable[str], drop: Iterable[str], now: datetime
) -> None:
    """Put tags on questions and take others off."""
    new, old = set(add), set(drop)
    for question in questions:
        _retag(question, tuple(sorted((set(question.tags) | new) - old)))
        question.changed_at = now
    session.flush()


def _retag(question: Question, tags: Iterable[str]) -> None:
    known = {row.tag: row for row in question.tag_rows}
    question.tag_rows = [known.get(tag) or QuestionTag(tag=tag) for tag in sorted(set(tags))]


def set_difficulty(session: Session, questions: Sequence[Question], difficulty: Difficulty, now: datetime) -> None:
    for question in questions:
        question.difficulty = difficulty
        question.changed_at = now
    session.flush()


def move(session: Session, bank: QuestionBank, questions: Sequence[Question], topic: str, now: datetime) -> None:
    """Put questions under a topic, made if new; an empty name takes them out of any."""
    topics = ensure_topics(session, bank, [topic] if topic else [])
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
    session: Session,
    bank: QuestionBank,
    drafts: Sequence[Draft],
    topics: dict[str, Topic],
    author: str,
    now: datetime,
    note: str = "",
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
            "state": State.APPROVED if bank.review == ReviewRule.ONE else State.DRAFT,
            "version_number": 1,
            "approved_number": 1 if bank.review == ReviewRule.ONE else None,
            "created_at": now,
            "changed_at": now,
            **_traces(draft.code or "", draft),
        }
        for draft in drafts
    ]
    ids = dict(session.execute(insert(Question).returning(Question.code, Question.id), rows).all())
    versions = [
        {
            "question_id": ids[draft.code],
            "number": 1,
            "author": author,
            "note": note,
            "created_at": now,
            **_wording(draft),
        }
        for draft in drafts
    ]
    session.execute(insert(QuestionVersion), versions)
    tags = [{"question_id": ids[draft.code], "tag": tag} for draft in drafts for tag in sorted(set(draft.tags))]
    if tags:
        session.execute(insert(QuestionTag), tags)
    cite(session, {ids[draft.code]: draft.source for draft in drafts})


def _place(question: Question, draft: Draft, topics: dict[str, Topic], now: datetime) -> None:
    """Set what stands beside the words: topic, level and tags."""
    _retag(question, draft.tags)
    question.topic_id = topics[draft.topic].id if draft.topic else None
    question.difficulty = draft.difficulty
    question.changed_at = now


def _write(
    question: Question, bank: QuestionBank, draft: Draft, author: str, now: datetime, note: str
) -> QuestionVersion:
    """The next version of a question: in force at once, or a draft where a second person approves."""
    question.version_number += 1
    if bank.review == ReviewRule.ONE:
        if question.state != State.RETIRED:
            question.state = State.APPROVED
        question.approved_number = question.version_number
    elif question.state != State.RETIRED:
        question.state = State.DRAFT
    for name, value in _traces(question.code, draft).items():
        setattr(question, name, value)
    return QuestionVersion(
        question=question,
        number=question.version_number,
        author=author,
        note=note,
        created_at=now,
        **_wording(draft),
    )


def _traces(code: str, draft: Draft) -> dict[str, str]:
    """What a question keeps of its version in force: for finding doubles and for searching."""
    answers = (answer.text for answer in draft.answers)
    text = " ".join([code, draft.title, *filter(None, draft.texts), *answers, draft.source, *draft.tags])
    return {"fingerprint": digest(draft), "text_fold": fold(text)}


def _wording(draft: Draft) -> dict[str, Any]:
    """A version's own columns."""
    return {
        "kind": draft.kind,
        "stem": draft.stem,
        "choice_rows": choice_rows(draft.choices),
        "details": details(draft),
        "source": draft.source,
        "explanation": draft.explanation,
    }


def ensure_topics(session: Session, bank: QuestionBank, paths: Iterable[str]) -> dict[str, Topic]:
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
