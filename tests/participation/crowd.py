"""People and attempts made directly, as rows, and counted as they close."""

from datetime import timedelta
from itertools import count

from contest.attempts.models import Attempt
from contest.participation.actions import attempt_closed
from contest.rounds.models import Entry

_codes = count(1)


def enter(session, contest, person, union=..., division=None):
    """A person in a contest; ``union`` None: belongs to none."""
    union_id = person.union_id if union is ... else union and union.id
    entry = Entry(
        contest=contest,
        person_id=person.id,
        union_id=union_id,
        kind=person.kind,
        division_id=division and division.id,
        entered_at=person.created_at,
    )
    session.add(entry)
    session.flush()
    return entry


def sit(session, entry, round_, *, score=1, counted=True, minutes=10, tell=True, **values):
    """A closed attempt ``minutes`` after the round opened; ``tell``: counted as it closes."""
    number = session.query(Attempt).filter_by(entry_id=entry.id, round_id=round_.id).count() + 1
    started_at = round_.opens_at + timedelta(minutes=minutes)
    ended_at = started_at + timedelta(minutes=5)
    defaults = {
        "paper": [],
        "answers": {},
        "max_score": 3,
        "state": "closed",
        "closed_by": "person",
        "submitted_at": ended_at,
        "elapsed_ms": 300_000,
        "auto_score": score,
        "score": score,
        "marks": [],
        "correct": score,
        "perfect": score == 3,
        "counted": counted,
        "due_at": started_at + timedelta(minutes=20),
    }
    attempt = Attempt(
        code=f"P{next(_codes):07}",
        entry=entry,
        round=round_,
        number=number,
        started_at=started_at,
        **(defaults | values),
    )
    session.add(attempt)
    session.flush()
    if tell and counted:
        attempt_closed(session, attempt)
    return attempt


def open_one(session, entry, round_, started_at):
    attempt = Attempt(
        code=f"Q{next(_codes):07}",
        entry=entry,
        round=round_,
        number=9,
        started_at=started_at,
        due_at=started_at + timedelta(minutes=20),
        paper=[],
        answers={},
        max_score=3,
    )
    session.add(attempt)
    session.flush()
    return attempt
