"""Writes of banks, each with its line in the audit log."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.banks import queries
from contest.banks.models import BankOwner
from questions import actions as library
from questions import picture_store
from questions.models import Question, QuestionBank, QuestionVersion
from questions.pictures import Fitted
from questions.plans import Change, Plan
from questions.rules import Difficulty, Draft, ReadResult, Verb


class Deed(StrEnum):
    """What can be done to many questions at once."""

    MOVE = "move"
    LEVEL = "level"
    RETIRE = "retire"
    RESTORE = "restore"


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
) -> QuestionBank:
    """Add an empty bank that belongs to a union (None: to the administrators). ``code`` must be free."""
    bank = library.create_bank(session, code=code, title=title, description=description, now=now, demo=demo)
    if union_id is not None:
        session.add(BankOwner(bank_id=bank.id, union_id=union_id))
        session.flush()
    _record(session, actor, "create", bank, now, {"title": title, "union_id": union_id})
    return bank


def describe(
    session: Session, actor: Actor, bank: QuestionBank, *, title: str, description: str, now: datetime
) -> None:
    """Give a bank another title or description."""
    bank.title, bank.description = title, description
    _record(session, actor, "describe", bank, now, {"title": title})
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
    picture_store.keep(session, fitted, now)
    unfit = picture_store.store(session, result.pictures, now, result.questions)
    faults = [*result.faults, *unfit]
    plan = library.store_drafts(session, bank, result.questions, author=actor.label, now=now, faults=faults)
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
) -> QuestionVersion | None:
    """Change a question that nobody has changed since it was ``seen``. Raises Unfit or Stale of the library."""
    version = library.revise(session, question, draft, author=actor.label, now=now, seen=seen)
    details = {"question": question.code, "version": question.version_number, "new_version": version is not None}
    _record(session, actor, "question.edit", bank, now, details)
    return version


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
) -> None:
    """Do one thing to many questions: move to ``topic``, set ``difficulty``, retire or take back into use."""
    details: dict[str, Any] = {"questions": len(questions), "codes": [question.code for question in questions[:100]]}
    if deed is Deed.MOVE:
        library.move(session, bank, questions, topic, now)
        details["topic"] = topic
    elif deed is Deed.LEVEL:
        library.set_difficulty(session, questions, difficulty, now)
        details["difficulty"] = int(difficulty)
    else:
        library.set_state(session, questions, Verb(deed), now, actor=actor.label)
    _record(session, actor, f"question.{deed}", bank, now, details)
    session.flush()


def delete(session: Session, actor: Actor, bank: QuestionBank, now: datetime) -> None:
    """Remove a bank that no round draws from, with all its questions. Raises InUse."""
    if queries.is_used(session, bank.id):
        raise InUse
    _record(session, actor, "delete", bank, now, {"title": bank.title})
    session.flush()
    library.delete_bank(session, bank)
