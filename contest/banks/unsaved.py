"""What editors have typed and not saved: kept every few seconds, found again on coming back, seen by the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.banks.models import UnsavedQuestion

#: Who typed within this long counts as being at it.
AT_WORK = timedelta(minutes=15)
#: What nobody came back for is thrown away.
KEPT_FOR = timedelta(days=30)
#: Characters of all fields together.
MAX_SIZE = 200_000


def own(session: Session, person_id: int | None, bank_id: int, code: str) -> UnsavedQuestion | None:
    """What somebody left unsaved of a question (code "": of a new one)."""
    return session.scalar(_of(person_id, bank_id, code))


def _of(person_id: int | None, bank_id: int, code: str) -> Any:
    return select(UnsavedQuestion).where(
        UnsavedQuestion.person_id == person_id,
        UnsavedQuestion.bank_id == bank_id,
        UnsavedQuestion.question_code == code,
    )


def others(
    session: Session, person_id: int | None, bank_id: int, code: str, now: datetime
) -> Sequence[tuple[str, datetime]]:
    """Who else is at a question, by name, and when they typed last."""
    rows = session.execute(
        select(Person.name, UnsavedQuestion.kept_at)
        .join(Person, Person.id == UnsavedQuestion.person_id)
        .where(
            UnsavedQuestion.bank_id == bank_id,
            UnsavedQuestion.question_code == code,
            UnsavedQuestion.person_id != person_id,
            UnsavedQuestion.kept_at > now - AT_WORK,
        )
        .order_by(UnsavedQuestion.kept_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def keep(
    session: Session, person_id: int, bank_id: int, code: str, fields: Mapping[str, Sequence[str]], now: datetime
) -> bool:
    """Keep the fields of a form as typed; False when they are too much to be kept."""
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > MAX_SIZE:
        return False
    session.execute(delete(UnsavedQuestion).where(UnsavedQuestion.kept_at < now - KEPT_FOR))
    row = session.scalar(_of(person_id, bank_id, code).with_for_update())
    if row is None:
        row = UnsavedQuestion(person_id=person_id, bank_id=bank_id, question_code=code)
        session.add(row)
    row.fields = {name: list(values) for name, values in fields.items()}
    row.kept_at = now
    session.flush()
    return True


def drop(session: Session, person_id: int | None, bank_id: int, code: str) -> None:
    """Throw away what somebody left unsaved, once it is saved or not wanted."""
    session.execute(
        delete(UnsavedQuestion).where(
            UnsavedQuestion.person_id == person_id,
            UnsavedQuestion.bank_id == bank_id,
            UnsavedQuestion.question_code == code,
        )
    )
