"""What every write about a contest obeys: locks, soundness of what is public, words for the audit log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.rounds import queries
from contest.rounds.checks import checks, errors
from contest.rounds.locks import Locked, Refused
from contest.rounds.models import Contest, Round
from contest.rounds.settings import ContestState
from contest.rounds.windows import plan_of
from questions.messages import Message

#: Words of organizers that may name people: the log keeps that they changed, never what they say.
_WORDS = frozenset({"title", "summary", "organizer", "legal_basis", "contact", "extra_rules", "reason", "phone"})


@contextmanager
def staying_sound(session: Session, contest: Contest, now: datetime) -> Iterator[None]:
    """What is done inside may not give a published contest an error that it did not have; raises Refused."""
    if contest.state != ContestState.PUBLISHED:
        yield
        return
    before = _errors(session, contest, now)
    yield
    added = [text for text in _errors(session, contest, now) if text not in before]
    if added:
        raise Refused(added)


def _errors(session: Session, contest: Contest, now: datetime) -> list[Message]:
    return [check.message for check in errors(checks(plan_of(contest), queries.facts_of(session, contest, now)))]


def refuse(reason: Message | None) -> None:
    if reason:
        raise Locked(reason)


def subject(contest: Contest, row: Round | None = None) -> str:
    return f"contest:{contest.slug}" if row is None else f"round:{contest.slug}:{row.number}"


def told(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Changed settings for the log: values of settings, and only the names of free texts."""
    return {
        name: True if name in _WORDS else value.isoformat() if isinstance(value, datetime) else value
        for name, value in changed.items()
    }
