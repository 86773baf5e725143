"""What organizers do with cited documents, each with its line in the audit log.

Documents belong to no union: what somebody notes of a law is true for all who cite it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from questions import actions as library
from questions import citing
from questions.models import LegalDocument, Question, QuestionBank
from questions.rules import State, Verb


def _record(
    session: Session, actor: Actor, verb: str, document: LegalDocument, now: datetime, details: dict[str, Any]
) -> None:
    record(session, actor, f"document.{verb}", f"document:{document.id}", now, {"key": document.key, **details})


def note_change(
    session: Session, actor: Actor, document: LegalDocument, changed_on: date, note: str, now: datetime
) -> None:
    """Say from which day on a document no longer stands as cited, and why."""
    citing.note_change(document, changed_on, note, now)
    _record(session, actor, "change", document, now, {"changed_on": changed_on.isoformat(), "note": note})
    session.flush()


def clear_change(session: Session, actor: Actor, document: LegalDocument, now: datetime) -> None:
    """Take back what was noted."""
    citing.clear_change(document)
    _record(session, actor, "clear", document, now, {})
    session.flush()


def join(session: Session, actor: Actor, name: LegalDocument, document: LegalDocument, now: datetime) -> None:
    """Make one document another name of a second."""
    citing.join(session, name, document)
    _record(session, actor, "join", document, now, {"name": name.key})
    session.flush()


def part(session: Session, actor: Actor, name: LegalDocument, now: datetime) -> None:
    """Let a name stand for a document of its own again."""
    citing.part(session, name)
    _record(session, actor, "part", name, now, {})
    session.flush()


def send_to_review(
    session: Session, actor: Actor, questions: Sequence[Question], verb: Verb, reason: str, now: datetime
) -> int:
    """Send questions back to review or retire them, with a reason in their timelines; returns how many.

    Those that are retired, and for a review those that wait for one already, are left as they are.
    """
    done = {State.RETIRED, State.REVIEW} if verb is Verb.SUBMIT else {State.RETIRED}
    wanted = [question for question in questions if State(question.state) not in done]
    library.set_state(session, wanted, verb, now, actor=actor.label, text=reason)
    by_bank: dict[str, list[str]] = {}
    for question in wanted:
        bank = session.get_one(QuestionBank, question.bank_id)
        by_bank.setdefault(bank.code, []).append(question.code)
    for bank_code, codes in by_bank.items():
        details = {"questions": len(codes), "codes": codes[:100], "why": "document"}
        record(session, actor, f"bank.question.{verb}", f"bank:{bank_code}", now, details)
    session.flush()
    return len(wanted)
