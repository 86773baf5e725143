"""The bank as it stands, for working out what an import would do."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from questions.models import Question, QuestionBank, QuestionVersion, Topic
from questions.plans import Plan, Stored, parts, planned
from questions.queries import with_current_version
from questions.rules import Draft, Fault


def plan_import(session: Session, bank: QuestionBank, drafts: Sequence[Draft], faults: Iterable[Fault] = ()) -> Plan:
    """What storing these questions would do; a bank that is not stored yet counts as empty."""
    return planned(stored(session, bank), drafts, faults)


def stored(session: Session, bank: QuestionBank) -> Stored:
    """Every question of a bank by its parts, in one query."""
    wanted = (
        with_current_version()
        .outerjoin(Topic, Topic.id == Question.topic_id)
        .where(Question.bank_id == bank.id)
        .with_only_columns(
            Question.code,
            Question.fingerprint,
            Question.difficulty,
            Topic.path,
            QuestionVersion.kind,
            QuestionVersion.stem,
            QuestionVersion.choice_rows,
            QuestionVersion.source,
            QuestionVersion.explanation,
        )
    )
    found = Stored()
    for code, print_, difficulty, topic, kind, stem, rows, source, explanation in session.execute(wanted):
        found.by_print[print_] = code
        found.parts[code] = parts(kind, stem, rows, topic or "", difficulty, source, explanation)
    return found
