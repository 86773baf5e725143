"""Writes of banks, each with its line in the audit log."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.banks import queries
from contest.banks.models import BankOwner, BankShare
from contest.banks.review_actions import lock
from contest.unions.models import TradeUnion
from questions import actions as library
from questions import picture_store
from questions.models import Question, QuestionBank, QuestionVersion
from questions.pictures import Fitted, settle
from questions.plans import Change, Plan
from questions.queries import as_draft, newest_version
from questions.rules import Difficulty, Draft, ReadResult, ReviewRule

#: Rows of one statement; both engines take more.
MANY = 500


class Deed(StrEnum):
    """What can be done to many questions at once without a step of review."""

    MOVE = "move"
    LEVEL = "level"
    TAG = "tag"
    UNTAG = "untag"


class InUse(Exception):
    """A bank that rounds draw from cannot be deleted."""


def _record(
    session: Session, actor: Actor, verb: str, bank: QuestionBank, now: datetime, details: dict[str, Any] | None = None
) -> None:
    record(session, actor, f"bank.{verb}", f"bank:{bank.code}", now, details)


def create(
    session: Session,
    actor: Actor,
    *,
    code: str,
    title: str,
    union_id: int | None,
    now: datetime,
    description: str = "",
    demo: bool = False,
    review: ReviewRule = ReviewRule.ONE,
) -> QuestionBank:
    """Add an empty bank that belongs to a union (None: to the administrators). ``code`` must be free."""
    bank = library.create_bank(session, code=code, title=title, description=description, now=now, demo=demo)
    bank.review = review
    if union_id is not None:
        session.add(BankOwner(bank_id=bank.id, union_id=union_id))
        session.flush()
    _record(session, actor, "create", bank, now, {"title": title, "union_id": union_id, "review": review})
    return bank


def describe(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    *,
    title: str,
    description: str,
    now: datetime,
    review: ReviewRule | None = None,
) -> None:
    """Give a bank another title, description or rule of review (None: as it is); questions stay as they stand."""
    bank.title, bank.description = title, description
    bank.review = review or bank.review
    _record(session, actor, "describe", bank, now, {"title": title, "review": bank.review})
    session.flush()


def share(session: Session, actor: Actor, bank: QuestionBank, union: TradeUnion, now: datetime) -> bool:
    """Let the organizers of a union read a bank; False when they may already."""
    if session.get(BankShare, (bank.id, union.id)):
        return False
    session.add(BankShare(bank_id=bank.id, union_id=union.id, shared_at=now, shared_by=actor.label))
    _record(session, actor, "share", bank, now, {"union_id": union.id})
    session.flush()
    return True


def unshare(session: Session, actor: Actor, bank: QuestionBank, union: TradeUnion, now: datetime) -> None:
    """Take a bank back from a union; its rounds that draw from it go on doing so."""
    shared = session.get(BankShare, (bank.id, union.id))
    if shared:
        session.delete(shared)
        _record(session, actor, "unshare", bank, now, {"union_id": union.id})
        session.flush()


def import_questions(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    result: ReadResult,
    now: datetime,
    fitted: Sequence[Fitted] = (),
) -> Plan:
    """Store all questions of a file with its pictures, or none when it has any fault; returns what was done.

    ``fitted`` are those of its pictures that have been made fit for showing already.
    """
    result, more = settle(result)
    picture_store.keep(session, (*fitted, *more), now)
    plan = library.store_drafts(session, bank, result.questions, author=actor.label, now=now, faults=result.faults)
    if not plan.faults:
        _record(session, actor, "import", bank, now, {change.value: plan.count(change) for change in Change})
        session.flush()
    return plan


def add_question(session: Session, actor: Actor, bank: QuestionBank, draft: Draft, now: datetime) -> Question:
    """Add a question typed by hand. Raises ``questions.actions.Unfit``."""
    question = library.add_question(session, bank, draft, author=actor.label, now=now)
    _record(session, actor, "question.add", bank, now, {"question": question.code})
    return question


def edit_question(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    question: Question,
    draft: Draft,
    seen: tuple[int, datetime],
    now: datetime,
    note: str = "",
) -> QuestionVersion | None:
    """Change a question that nobody has changed since it was ``seen``. Raises Unfit or Stale of the library."""
    version = library.revise(session, question, draft, author=actor.label, now=now, seen=seen, note=note)
    details = {"question": question.code, "version": question.version_number, "new_version": version is not None}
    _record(session, actor, "question.edit", bank, now, details)
    return version


def change_passage(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    questions: Sequence[Question],
    passage: str,
    now: datetime,
    note: str = "",
) -> int:
    """Give questions that share a passage its new words, each in a new version; returns how many changed."""
    changed = 0
    for question in questions:
        draft = replace(as_draft(question, newest_version(session, question)), passage=passage)
        changed += library.revise(session, question, draft, author=actor.label, now=now, note=note) is not None
    codes = [question.code for question in questions[:100]]
    _record(session, actor, "question.passage", bank, now, {"questions": changed, "codes": codes})
    return changed


def arrange(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    questions: Sequence[Question],
    deed: Deed,
    now: datetime,
    *,
    topic: str = "",
    difficulty: Difficulty = Difficulty.MEDIUM,
    tags: Collection[str] = (),
) -> None:
    """Do one thing to many questions: move to ``topic``, set ``difficulty``, put ``tags`` on or take them off."""
    details: dict[str, Any] = {"questions": len(questions), "codes": [question.code for question in questions[:100]]}
    if deed is Deed.MOVE:
        library.move(session, bank, questions, topic, now)
        details["topic"] = topic
    elif deed is Deed.LEVEL:
        library.set_difficulty(session, questions, difficulty, now)
        details["difficulty"] = int(difficulty)
    else:
        add, drop = (tags, ()) if deed is Deed.TAG else ((), tags)
        library.tag(session, questions, add, drop, now)
        details["tags"] = sorted(tags)
    _record(session, actor, f"question.{deed}", bank, now, details)
    session.flush()


def discard(session: Session, actor: Actor, bank: QuestionBank, questions: Sequence[Question], now: datetime) -> int:
    """Delete those of these questions that were never approved, and so never drawn; returns how many."""
    lock(session, bank)
    ids = {question.id for question in questions}
    never = session.execute(
        select(Question.id, Question.code).where(Question.bank_id == bank.id, Question.approved_number.is_(None))
    )
    gone = {row.id: row.code for row in never if row.id in ids}
    for start in range(0, len(gone), MANY):
        session.execute(sql_delete(Question).where(Question.id.in_(list(gone)[start : start + MANY])))
    if gone:
        codes = list(gone.values())[:100]
        _record(session, actor, "question.discard", bank, now, {"questions": len(gone), "codes": codes})
    session.flush()
    session.expire_all()
    return len(gone)


def delete(session: Session, actor: Actor, bank: QuestionBank, now: datetime) -> None:
    """Remove a bank that no round draws from, with all its questions. Raises InUse."""
    if queries.is_used(session, bank.id):
        raise InUse
    _record(session, actor, "delete", bank, now, {"title": bank.title})
    session.flush()
    library.delete_bank(session, bank)
