"""Reads: what waits for review, who said what of a question, and which steps somebody may take."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from contest.banks.queries import owned_ids
from contest.banks.review import Standing
from questions.messages import N_
from questions.models import Question, QuestionBank, QuestionStep, QuestionVersion
from questions.queries import with_newest_version
from questions.rules import ReviewRule, State, Verb


class Whose(StrEnum):
    """Which questions of the queue: those one may decide about, or one's own that wait or came back."""

    OTHERS = "cho-toi"
    OWN = "cua-toi"
    RETURNED = "tra-lai"


WHOSE_NAMES = {
    Whose.OTHERS: N_("Chờ tôi duyệt"),
    Whose.OWN: N_("Của tôi, đang chờ"),
    Whose.RETURNED: N_("Của tôi, bị trả lại"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the queue is looked at, as the address says it; ``who`` as the audit log names actors."""

    who: str
    whose: Whose = Whose.OTHERS
    bank: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str], who: str) -> "Asked":
        whose = args.get("xem", "")
        return cls(who, Whose(whose) if whose in set(Whose) else Whose.OTHERS, args.get("ngan-hang", "")[:60])

    def args(self, **changes: Any) -> dict[str, Any]:
        """The way back into an address; defaults are left out."""
        found = {"xem": "" if self.whose is Whose.OTHERS else self.whose.value, "ngan-hang": self.bank, **changes}
        return {name: value for name, value in found.items() if value}


def _wanted(scopes: Collection[int] | None, asked: Asked) -> Select[tuple[Question, QuestionVersion]]:
    mine = QuestionVersion.author == asked.who
    wanted = with_newest_version().join(QuestionBank, QuestionBank.id == Question.bank_id)
    wanted = wanted.where(Question.bank_id.in_(owned_ids(scopes)))
    if asked.bank:
        wanted = wanted.where(QuestionBank.code == asked.bank)
    if asked.whose is Whose.RETURNED:
        came_back = select(QuestionStep.id).where(
            QuestionStep.question_id == Question.id,
            QuestionStep.version_number == Question.version_number,
            QuestionStep.verb == Verb.RETURN,
        )
        return wanted.where(Question.state == State.DRAFT, mine, exists(came_back.correlate(Question)))
    alone = QuestionBank.review == ReviewRule.ONE
    own = mine if asked.whose is Whose.OWN else (~mine | alone)
    return wanted.where(Question.state == State.REVIEW, own)


def number(session: Session, scopes: Collection[int] | None, asked: Asked) -> int:
    """How many questions wait so."""
    return session.scalar(_wanted(scopes, asked).with_only_columns(func.count(Question.id))) or 0


def page(
    session: Session, scopes: Collection[int] | None, asked: Asked, offset: int, limit: int
) -> list[tuple[Question, QuestionVersion]]:
    """So many of them, the longest waiting first, with topic and bank."""
    wanted = (
        _wanted(scopes, asked)
        .order_by(Question.changed_at, Question.id)
        .options(contains_eager(Question.bank), joinedload(Question.topic), selectinload(Question.tag_rows))
    )
    return [(row[0], row[1]) for row in session.execute(wanted.offset(offset).limit(limit))]


def after(
    session: Session, scopes: Collection[int] | None, asked: Asked, at: datetime | None, id_: int
) -> tuple[str, str] | None:
    """Codes of bank and question that come next after a moment and id, else the first of all; None at the end."""
    rest = _wanted(scopes, asked).where(Question.id != id_).order_by(Question.changed_at, Question.id)
    found = None
    if at is not None:
        later = (Question.changed_at > at) | ((Question.changed_at == at) & (Question.id > id_))
        found = session.execute(rest.where(later).with_only_columns(QuestionBank.code, Question.code).limit(1)).first()
    found = found or session.execute(rest.with_only_columns(QuestionBank.code, Question.code).limit(1)).first()
    return (found[0], found[1]) if found else None


def steps(session: Session, question_id: int) -> Sequence[QuestionStep]:
    """What was done with a question and said of it, the oldest first."""
    return session.scalars(
        select(QuestionStep).where(QuestionStep.question_id == question_id).order_by(QuestionStep.id)
    ).all()


def standing(question: Question, version: QuestionVersion, bank: QuestionBank) -> Standing:
    """Where a question stands, for the rules of review; ``version`` is its newest."""
    return Standing(ReviewRule(bank.review), State(question.state), version.author, bool(version.source))
