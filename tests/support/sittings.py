"""Rounds with attempts made directly, each with the paper, answers and marks that a test wants."""

from participation import crowd

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
