"""Options found by their wording to stay last: which ones still wait for the organizer's word, and writing it down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.banks.review_actions import lock
from questions import actions as library
from questions import lasts
from questions.details import choices_of
from questions.formats.wording import stays_last_by_wording
from questions.models import Question, QuestionBank, QuestionStep, QuestionVersion
from questions.queries import as_draft, newest_version, with_newest_version
from questions.rules import LETTERS, Choice, Draft, Kind, State, Verb

#: Begins the line of a timeline by which a question counts as confirmed.
CONFIRMED = "Xác nhận phương án giữ cuối:"
#: One of these stands in every option that speaks about others, folded.
_HINTS = ("tren", "deu ", "khac", "khong co", "tat ca", " ca ")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question whose options speak about others: those kept last or asking for it, and those that name letters."""

    question: Question
    draft: Draft
    places: tuple[int, ...]
    lettered: tuple[int, ...]


def unconfirmed(session: Session, bank_id: int) -> list[int]:
    """Ids of the questions of a bank with such options in their newest version that nobody has confirmed, by code."""
    told = select(QuestionStep.question_id, QuestionStep.version_number).where(
        QuestionStep.verb == Verb.COMMENT, QuestionStep.text.startswith(CONFIRMED)
    )
    done = {tuple(row) for row in session.execute(told.join(Question).where(Question.bank_id == bank_id))}
    rows = session.execute(
        with_newest_version()
        .with_only_columns(Question.id, QuestionVersion.number, QuestionVersion.choice_rows)
        .where(
            Question.bank_id == bank_id,
            Question.state != State.RETIRED,
            QuestionVersion.kind.in_([Kind.SINGLE, Kind.MULTIPLE]),
            or_(*(Question.text_fold.contains(hint) for hint in _HINTS)),
        )
        .order_by(Question.code_key, Question.id)
    )
    return [id_ for id_, number, choices in rows if (id_, number) not in done and _speaking(choices_of(choices))]


def waiting(session: Session, ids: Sequence[int]) -> list[Waiting]:
    """These questions with their words and the options to decide about, by code."""
    rows = session.execute(
        with_newest_version()
        .where(Question.id.in_(ids))
        .options(joinedload(Question.topic), selectinload(Question.tag_rows))
        .order_by(Question.code_key, Question.id)
    )
    drafts = [(question, as_draft(question, version)) for question, version in rows]
    return [Waiting(q, draft, _speaking(draft.choices), tuple(lasts.lettered(draft.choices))) for q, draft in drafts]


@lru_cache(maxsize=10_000)
def _asks_for_the_end(text: str) -> bool:
    return stays_last_by_wording(text)


def _speaking(choices: Sequence[Choice]) -> tuple[int, ...]:
    """Options whose wording asks for the last place; a question whose order is fixed has none to decide."""
    if lasts.keeps_order(choices):
        return ()
    return tuple(place for place, choice in enumerate(choices) if _asks_for_the_end(choice.text))


def confirm(
    session: Session,
    actor: Actor,
    bank: QuestionBank,
    questions: Sequence[Question],
    keep: Collection[str],
    now: datetime,
) -> int:
    """Write down what the organizer decided: options of ``keep`` ("<place> <code>") stay last, the others found do not.

    Returns how many questions got a new version by it.
    """
    lock(session, bank)
    changed = 0
    for question in questions:
        draft = as_draft(question, newest_version(session, question))
        places = _speaking(draft.choices)
        choices = tuple(
            replace(choice, stays_last=f"{place} {question.code}" in keep) if place in places else choice
            for place, choice in enumerate(draft.choices)
        )
        letters = ", ".join(LETTERS[place] for place in places if choices[place].stays_last) or "không có"
        text = f"{CONFIRMED} {letters}"
        if choices != draft.choices:
            new = replace(draft, choices=choices)
            changed += library.revise(session, question, new, author=actor.label, now=now, note=text) is not None
        library.comment(session, question, actor=actor.label, text=text, now=now)
    details = {"questions": len(questions), "changed": changed}
    record(session, actor, "bank.question.lasts", f"bank:{bank.code}", now, details)
    session.flush()
    return changed
