"""What the pages about one question and its review show: history in words, timeline, uses, open steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.banks import finding, queries, queue, review, usage
from contest.banks.queries import Owned
from questions import queries as library
from questions.changes import Line, changes
from questions.models import Question, QuestionStep, QuestionVersion
from questions.rules import Draft, Verb


@dataclass(frozen=True, slots=True)
class Edition:
    """A version with its words, who wrote it, and what changed from the one before."""

    version: QuestionVersion
    draft: Draft
    name: str | None
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline: a version written, or a step taken, and what was said with it."""

    at: datetime
    name: str | None
    verb: Verb | None
    version_number: int
    text: str


def editions(question: Question, versions: Sequence[QuestionVersion], names: dict[str, str]) -> list[Edition]:
    """The versions of a question, the newest first as they come."""
    drafts = [library.as_draft(question, version) for version in versions]
    olders = [*drafts[1:], None]
    return [
        Edition(version, draft, names.get(version.author), changes(older, draft) if older else [])
        for version, draft, older in zip(versions, drafts, olders, strict=True)
    ]


def timeline(versions: Sequence[QuestionVersion], steps: Sequence[QuestionStep], names: dict[str, str]) -> list[Event]:
    """What happened to a question, the newest first."""
    written = [Event(v.created_at, names.get(v.author), None, v.number, v.note) for v in versions]
    taken = [Event(s.at, names.get(s.actor), Verb(s.verb), s.version_number, s.text) for s in steps]
    return sorted(written[::-1] + taken, key=lambda event: event.at)[::-1]


def life(session: Session, found: Owned, question: Question, who: str) -> dict[str, Any]:
    """Everything known of a question but its uses; as many queries whatever its age."""
    versions = library.history(session, question)
    steps = queue.steps(session, question.id)
    names = queries.author_names(session, [v.author for v in versions] + [s.actor for s in steps])
    history = editions(question, versions, names)
    newest = history[0]
    approved = next((one for one in history if one.version.number == question.approved_number), None)
    standing = queue.standing(question, newest.version, found.bank)
    return {
        "found": found,
        "bank": found.bank,
        "question": question,
        "draft": newest.draft,
        "newest": newest,
        "approved": approved,
        "since": changes(approved.draft, newest.draft) if approved and approved is not newest else [],
        "history": history,
        "timeline": timeline(versions, steps, names),
        "standing": standing,
        "verbs_open": review.open_verbs(standing, who) if found.writable else [],
        "own": newest.version.author == who,
    }


def uses(session: Session, question: Question) -> dict[str, Any]:
    """Where a question has been drawn, and its figures."""
    return {
        "drawn": usage.drawn(session, question),
        "figures": finding.figures(session, [question.id]).get(question.id),
    }
