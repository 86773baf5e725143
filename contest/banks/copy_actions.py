"""Copying questions from one bank into another."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.banks.review_actions import lock
from questions import actions as library
from questions.models import Question, QuestionBank, QuestionVersion
from questions.plans import digest, fresh_codes
from questions.queries import as_draft
from questions.rules import Draft


@dataclass(slots=True)
class Copied:
    """What a copy did: new codes by old ones, codes of those that the other bank has already, and of unready ones."""

    added: dict[str, str] = field(default_factory=dict)
    #: Code here: code of the same question there.
    same: dict[str, str] = field(default_factory=dict)
    #: Never approved, and only approved words may be taken out of a bank that is shared.
    unready: list[str] = field(default_factory=list)

    @property
    def renamed(self) -> int:
        """Questions whose code was taken over there."""
        return sum(new != old for old, new in self.added.items())


def copy(
    session: Session,
    actor: Actor,
    source: QuestionBank,
    target: QuestionBank,
    questions: Sequence[Question],
    now: datetime,
    *,
    approved_only: bool = False,
    note: str = "",
) -> Copied:
    """Put the words of these questions into another bank, under new codes where theirs are taken.

    Taken is the version that is drawn, else the newest (with ``approved_only`` none). A question that reads the
    same as one of the other bank, or as one copied before it, is left out and told. What arrives follows the other
    bank's rule of review.
    """
    lock(session, target)
    copied = Copied()
    drafts = []
    known = session.execute(select(Question.code, Question.fingerprint).where(Question.bank_id == target.id)).all()
    taken = {row.code for row in known}
    prints = {row.fingerprint: row.code for row in known}
    fresh = fresh_codes(taken | {question.code for question in questions})
    for question, draft in _words(session, questions, approved_only, copied):
        print_ = digest(draft)
        if print_ in prints:
            copied.same[question.code] = prints[print_]
            continue
        code = next(fresh) if question.code in taken else question.code
        taken.add(code)
        prints[print_] = copied.added[question.code] = code
        drafts.append(replace(draft, code=code))
    library.store_drafts(session, target, drafts, author=actor.label, now=now, note=note)
    details = {"from": source.code, "added": len(copied.added), "same": len(copied.same)}
    record(session, actor, "bank.copy", f"bank:{target.code}", now, details)
    session.flush()
    return copied


def _words(
    session: Session, questions: Sequence[Question], approved_only: bool, copied: Copied
) -> list[tuple[Question, Draft]]:
    """Each question with the words to copy, in three queries however many."""
    wanted = {}
    for question in questions:
        number = question.approved_number or (None if approved_only else question.version_number)
        if number is None:
            copied.unready.append(question.code)
        else:
            wanted[question.id] = (question, number)
    found = {}
    ids = list(wanted)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        for version in session.scalars(select(QuestionVersion).where(QuestionVersion.question_id.in_(part))):
            if version.number == wanted[version.question_id][1]:
                found[version.question_id] = version
    return [(question, as_draft(question, found[id_])) for id_, (question, _) in wanted.items()]
