"""Rulings as pages and programs show them."""

from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced
from contest.rounds.models import Contest
from contest.rulings.dossier import Dossier, Listed
from contest.rulings.models import Ruling
from contest.rulings.preview import Shift


def who(session: Session, label: str | None) -> str:
    """The name behind a label of the audit log; empty for the terminal."""
    kind, _, number = (label or "").partition(":")
    person = session.get(Person, int(number)) if kind == "person" and number.isdigit() else None
    return person.name if person else ""


def seal(about: Dossier, contest: Contest) -> str:
    """A short name of what somebody saw before deciding, so that a stale page is told from a fresh one."""
    facts = (
        [(row.number, row.undone_at is None) for row in about.rulings],
        [(row.id, row.state, row.counted, row.score) for row in about.attempts],
        [(row.number, row.published_at is None, row.correcting_since is None) for row in contest.rounds],
    )
    return sha256(repr(facts).encode()).hexdigest()[:16]


# As data


def ruling_data(ruling: Ruling) -> dict[str, Any]:
    return {
        "number": ruling.number,
        "kind": str(ruling.kind),
        "reason": ruling.reason,
        "decided_at": ruling.decided_at.isoformat(),
        "decided_by": ruling.decided_by,
        "undone_at": ruling.undone_at.isoformat() if ruling.undone_at else None,
        "undone_by": ruling.undone_by,
        "undo_reason": ruling.undo_reason,
    }


def listed_data(found: Listed) -> dict[str, Any]:
    """A ruling of a list; ``attempt`` is the number within its round of an annulled one."""
    about = {"name": found.name, "code": found.code, "round": found.round, "attempt": found.attempt}
    return ruling_data(found.ruling) | about


def attempt_data(attempt: Attempt) -> dict[str, Any]:
    return {
        "code": attempt.code,
        "round": attempt.round.number,
        "number": attempt.number,
        "state": str(attempt.state),
        "started_at": attempt.started_at.isoformat(),
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
        "closed_by": attempt.closed_by,
        "elapsed_ms": attempt.elapsed_ms,
        "score": attempt.score,
        "max_score": attempt.max_score,
        "late": attempt.late,
        "extra_s": attempt.extra_s,
        "counted": attempt.counted,
        "annulled": attempt.annulled,
        "receipt": spaced(attempt.receipt) if attempt.receipt else None,
    }


def dossier_data(about: Dossier, signals: list[dict[str, Any]]) -> dict[str, Any]:
    entry = about.entry
    return {
        "name": about.person.name,
        "phone": about.person.phone,
        "union": about.entry.union.code if entry.union else None,
        "kind": entry.kind,
        "division": entry.division.code if entry.division else None,
        "unranked": entry.unranked,
        "disqualified": entry.disqualified,
        "places": [{"round": number, "rank": rank, "score": own.score} for number, own, rank in about.places],
        "attempts": [attempt_data(attempt) for attempt in about.attempts],
        "signals": signals,
        "rulings": [ruling_data(row) | {"attempt": _code(about, row)} for row in about.rulings],
    }


def _code(about: Dossier, ruling: Ruling) -> str | None:
    return next((each.code for each in about.attempts if each.id == ruling.attempt_id), None)


def shifts_data(shifts: list[Shift]) -> list[dict[str, Any]]:
    return [{"round": shift.number, "before": shift.before, "after": shift.after} for shift in shifts]
