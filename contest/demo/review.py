"""A bank under review: two organizers change questions of the flagship's bank and read each other's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.accounts.rules import Actor
from contest.banks import actions, review_actions
from questions import queries as library
from questions.models import Question, QuestionBank
from questions.rules import ReviewRule, State, Verb

BANK = "gui-niem-tin"
AUTHOR, REVIEWER = "0900000002", "0900000007"
NOTE = "Nêu căn cứ ngay trong lời giải để trả lời khi có thắc mắc."
ANSWER = "Lời giải mới chỉ nhắc lại nguồn. Hãy trích điều, khoản cụ thể rồi gửi lại."
REMARK = "Đã đối chiếu với văn bản gốc."


def load_review(session: Session, now: datetime) -> int:
    """Put the bank under two persons' review with some questions on their way; returns how many, 0 when it is so."""
    bank = library.bank(session, BANK)
    people = [session.scalar(select(Person).where(Person.phone == phone, Person.demo)) for phone in (AUTHOR, REVIEWER)]
    if bank is None or not bank.demo or bank.review == ReviewRule.TWO or None in people:
        return 0
    minh, quyen = (Actor(person.id, person.name, ()) for person in people if person)
    actions.describe(
        session, minh, bank, title=bank.title, description=bank.description, now=now, review=ReviewRule.TWO
    )
    questions = [question for question in library.matching(session, bank.id) if question.state == State.APPROVED][:5]
    for place, (question, author) in enumerate(zip(questions, (minh, quyen, minh, quyen, minh), strict=False)):
        _change(session, author, bank, question, now - timedelta(hours=9 - place))
    _step(session, minh, bank, [questions[0], questions[2], questions[4]], Verb.SUBMIT, now - timedelta(hours=3))
    _step(session, quyen, bank, [questions[1]], Verb.SUBMIT, now - timedelta(hours=3))
    _step(session, quyen, bank, [questions[2]], Verb.RETURN, now - timedelta(hours=2), ANSWER)
    _step(session, quyen, bank, [questions[4]], Verb.APPROVE, now - timedelta(hours=1), REMARK)
    return len(questions)


def _change(session: Session, author: Actor, bank: QuestionBank, question: Question, at: datetime) -> None:
    """A change that keeps question and key: the explanation names what the question rests on."""
    old = library.as_draft(question, library.newest_version(session, question))
    draft = replace(old, explanation=f"Căn cứ: {old.source}.")
    seen = (question.version_number, question.changed_at)
    actions.edit_question(session, author, bank, question, draft, seen, at, note=NOTE)


def _step(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    questions: Sequence[Question],
    verb: Verb,
    at: datetime,
    text: str = "",
) -> None:
    outcome = review_actions.take(session, actor, bank, questions, verb, at, text=text)
    if outcome.refused:
        raise RuntimeError(f"the demo's step {verb} was refused: {outcome.refused}")
