"""Steps of review, one question or many, each under the rules of its bank and with its line in the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.banks import review
from contest.banks.review import Standing
from questions import actions as library
from questions.messages import N_, Message
from questions.models import Question, QuestionBank
from questions.queries import with_newest_version
from questions.rules import ReviewRule, State, Verb

#: Said of a question that has a newer version or another state than the one that was looked at.
MOVED_ON = N_("Câu này vừa được người khác sửa hoặc xử lý. Chưa có gì thay đổi: hãy xem lại bản mới rồi quyết định.")


@dataclass(slots=True)
class Outcome:
    """What a step did: the questions that took it, and by code why others did not."""

    taken: list[Question] = field(default_factory=list)
    refused: dict[str, Message] = field(default_factory=dict)


def take(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    questions: Sequence[Question],
    verb: Verb,
    now: datetime,
    *,
    text: str = "",
    seen: Mapping[str, int] | None = None,
) -> Outcome:
    """Take a step with each of these questions that may take it; the others stay as they are and are told.

    ``seen`` holds by code the version number that the actor looked at; a question that has moved on since is
    refused. One question's refusal keeps no other from its step.
    """
    lock(session, bank)
    outcome = Outcome()
    standings = standings_of(session, bank, questions)
    for question in questions:
        standing = standings.get(question.id)
        if standing is None or seen is not None and seen.get(question.code) != question.version_number:
            outcome.refused[question.code] = Message(MOVED_ON)
            continue
        reason = review.refusal(verb, standing, actor.label, text)
        if reason:
            outcome.refused[question.code] = reason
        else:
            outcome.taken.append(question)
    if outcome.taken:
        _write(session, actor, bank, outcome.taken, verb, now, text)
    return outcome


def lock(session: Session, bank: QuestionBank) -> None:
    """Let one writer at a time into a bank: a version that is approved is the newest one at that moment."""
    session.execute(select(QuestionBank.id).where(QuestionBank.id == bank.id).with_for_update())


def standings_of(session: Session, bank: QuestionBank, questions: Sequence[Question]) -> dict[int, Standing]:
    """Where these questions of a bank stand now, by id; read anew, whatever the session held."""
    ids = {question.id for question in questions}
    rows = with_newest_version().where(Question.bank_id == bank.id)
    if len(ids) < 500:
        rows = rows.where(Question.id.in_(ids))
    found = session.execute(rows.execution_options(populate_existing=True))
    return {
        question.id: Standing(ReviewRule(bank.review), State(question.state), version.author, bool(version.source))
        for question, version in found
        if question.id in ids
    }


def _write(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    questions: Sequence[Question],
    verb: Verb,
    now: datetime,
    text: str,
) -> None:
    if verb is Verb.COMMENT:
        for question in questions:
            library.comment(session, question, actor=actor.label, text=text, now=now)
    else:
        library.set_state(session, questions, verb, now, actor=actor.label, text=text)
    details = {"questions": len(questions), "codes": [question.code for question in questions[:100]]}
    record(session, actor, f"bank.question.{verb}", f"bank:{bank.code}", now, details)
    session.flush()
