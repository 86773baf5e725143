"""Rounds with attempts made directly, each with the paper, answers and marks that a test wants."""

from datetime import timedelta

from participation import crowd
from sqlalchemy import update

from contest import clock
from contest.attempts.models import Attempt
from contest.rounds.rules import instants

LETTERS = "ABCDEFGH"


def versions(session, bank):
    """Versions of a bank's questions by their codes' order of making."""
    from sqlalchemy import select

    from questions.models import Question, QuestionVersion

    wanted = select(QuestionVersion).join(Question).where(Question.bank_id == bank.id).order_by(QuestionVersion.id)
    return session.scalars(wanted).all()


def sit(session, entry, round_, asked, chosen, *, order=None, worth=1, **more):
    """An attempt at single-answer questions: ``chosen`` says for each the option in the author's order, or None."""
    paper, answers, marks = [], {}, []
    for place, (version, option) in enumerate(zip(asked, chosen, strict=True), 1):
        shown = order or list(range(len(version.choices)))
        paper.append([version.id, shown, worth])
        if option is not None:
            answers[str(place)] = LETTERS[shown.index(option)]
        marks.append(worth if option in version.keys else 0)
    values = {"paper": paper, "answers": answers, "marks": marks, "max_score": worth * len(paper), "tell": False}
    return crowd.sit(session, entry, round_, score=sum(marks), **(values | more))


def right(version):
    return next(iter(version.keys))


def wrong(version, step=1):
    return (right(version) + step) % len(version.choices)


def move_end(session, seconds: float, grace_s: int = 0, late_minutes: int = 0) -> timedelta:
    """Let the time of the only attempt be up so many seconds from now; returns what it had left. Commits."""
    now = clock.now()
    left = session.query(Attempt).one().due_at - now
    due = now + timedelta(seconds=seconds)
    taken_until, late_until = instants(due, grace_s, late_minutes)
    session.execute(update(Attempt).values(due_at=due, taken_until=taken_until, late_until=late_until))
    session.commit()
    return left
