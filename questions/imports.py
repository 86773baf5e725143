"""The bank as it stands, for working out what an import would do."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from questions.details import choices_of, of_details
from questions.likeness import Text, text_of
from questions.models import Question, QuestionBank, QuestionTag, QuestionVersion, Topic
from questions.plans import Plan, Stored, Whose, parts, planned, with_near
from questions.queries import with_newest_version
from questions.rules import Difficulty, Draft, Fault, Kind


def plan_import(
    session: Session,
    bank: QuestionBank,
    drafts: Sequence[Draft],
    faults: Iterable[Fault] = (),
    *,
    beside: Collection[int] = (),
    near: bool = True,
) -> Plan:
    """What storing these questions would do; a bank that is not stored yet counts as empty.

    New questions are held against the bank, the banks ``beside`` it (by id) and each other for near-duplicates,
    a second or two for twenty thousand; without ``near`` they are not.
    """
    found = stored(session, bank)
    plan = planned(found, drafts, faults)
    return with_near(plan, bank.code, found.texts, texts(session, beside)) if near else plan


def texts(session: Session, bank_ids: Collection[int]) -> Iterator[tuple[Whose, Text]]:
    """The words of every question of these banks, for finding near-duplicates; retired questions count."""
    wanted = (
        with_newest_version()
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(Question.bank_id.in_(bank_ids))
        .order_by(Question.id)
        .with_only_columns(
            QuestionBank.code,
            Question.code,
            QuestionVersion.kind,
            QuestionVersion.stem,
            QuestionVersion.choice_rows,
            QuestionVersion.details,
        )
    )
    for bank, code, kind, stem, rows, details in session.execute(wanted) if bank_ids else ():
        draft = Draft(stem, choices_of(rows), Kind(kind), **of_details(details))
        yield Whose(bank, code), text_of(draft)


def stored(session: Session, bank: QuestionBank) -> Stored:
    """Every question of a bank by its parts, in two queries."""
    wanted = (
        with_newest_version()
        .outerjoin(Topic, Topic.id == Question.topic_id)
        .where(Question.bank_id == bank.id)
        .with_only_columns(
            Question.id,
            Question.code,
            Question.fingerprint,
            Question.difficulty,
            Topic.path,
            QuestionVersion.kind,
            QuestionVersion.stem,
            QuestionVersion.choice_rows,
            QuestionVersion.details,
            QuestionVersion.source,
            QuestionVersion.explanation,
        )
    )
    tags = tags_of(session, bank)
    found = Stored()
    for id_, code, print_, difficulty, topic, kind, stem, rows, details, source, explanation in session.execute(wanted):
        found.by_print[print_] = code
        draft = Draft(
            stem=stem,
            choices=choices_of(rows),
            kind=Kind(kind),
            topic=topic or "",
            difficulty=Difficulty(difficulty),
            source=source,
            explanation=explanation,
            tags=tuple(tags.get(id_, ())),
            **of_details(details),
        )
        found.parts[code] = parts(draft)
        found.texts[code] = text_of(draft)
    return found


def tags_of(session: Session, bank: QuestionBank) -> dict[int, list[str]]:
    """The tags of a bank's questions by question id."""
    found: dict[int, list[str]] = {}
    wanted = (
        select(QuestionTag.question_id, QuestionTag.tag)
        .join(Question, Question.id == QuestionTag.question_id)
        .where(Question.bank_id == bank.id)
        .order_by(QuestionTag.tag)
    )
    for question_id, tag in session.execute(wanted):
        found.setdefault(question_id, []).append(tag)
    return found
