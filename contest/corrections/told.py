"""What the owner of an attempt is told of keys that were changed."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from contest.attempts.models import Attempt, KeyChange
from contest.attempts.states import KeyChangeKind
from contest.corrections import queries
from contest.corrections.models import ScoreChange
from contest.standings.events import Correction
from questions.messages import N_, message

SAID = {
    KeyChangeKind.KEY: N_("Đáp án câu %(place)s đã được điều chỉnh lúc %(at)s:"),
    KeyChangeKind.ACCEPT: N_("Câu %(place)s được nhận thêm đáp án đúng, từ lúc %(at)s:"),
    KeyChangeKind.CREDIT: N_("Mọi người có câu %(place)s đều được điểm câu này, từ lúc %(at)s:"),
    KeyChangeKind.DROP: N_("Câu %(place)s không tính điểm cho ai, từ lúc %(at)s:"),
}
UNDONE = N_("Điều chỉnh ở câu %(place)s đã được rút lại lúc %(at)s:")


def corrections_of(session: Session, attempt: Attempt) -> list[Correction]:
    """Decisions about questions of an attempt in the order in which they happened.

    One that was taken back is told only where it had changed the score.
    """
    found = [
        told
        for change, scores in queries.of_attempt(session, attempt)
        for told in _told(attempt, change, {score.undo: score for score in scores})
    ]
    return sorted(found, key=lambda told: told.at)


def _told(attempt: Attempt, change: KeyChange, scores: dict[bool, ScoreChange]) -> Iterator[Correction]:
    if change.undone_at is not None and not scores:
        return
    place = next(place for place, row in enumerate(attempt.paper, 1) if row[0] == change.version_id)
    steps = [(SAID[KeyChangeKind(change.kind)], change.decided_at, change.reason, False)]
    if change.undone_at is not None:
        steps.append((UNDONE, change.undone_at, change.undo_reason, True))
    for text, at, reason, undone in steps:
        score = scores.get(undone)
        old, new = (score.old_score, score.new_score) if score else (None, None)
        yield Correction(place, message(text, place=place, at=at), ended(reason), at, old, new, undone)


def ended(reason: str) -> str:
    """A reason as a sentence, so that another may follow it.

    >>> ended("Sách in sai"), ended("Có hai đáp án đúng!")
    ('Sách in sai.', 'Có hai đáp án đúng!')
    """
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."
