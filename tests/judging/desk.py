"""A round with one essay and two other questions, and people who have handed in."""

from contest.attempts import actions as attempts
from contest.attempts import starting
from contest.attempts.states import ClosedBy
from questions.actions import store_drafts
from questions.rules import Draft, Kind

WORTH = 4


def essay_bank(town, essays=1):
    """A bank of two choice questions and so many essays."""
    bank = town.bank(code="de", size=2)
    drafts = [
        Draft(
            stem=f"Viết về phong trào thi đua {n}",
            kind=Kind.ESSAY,
            code=f"tl-{n}",
            guide="Hai ý, mỗi ý hai điểm.",
            min_words=3,
            max_words=50,
        )
        for n in range(1, essays + 1)
    ]
    store_drafts(town.session, bank, drafts, author="test", now=town.now)
    town.session.flush()
    return bank


def essay_round(town, contest=None, essays=1, **settings):
    contest = contest or town.contest(criteria=["score", "elapsed"])
    return town.round(contest, bank=essay_bank(town, essays), count=2 + essays, points=WORTH, **settings)


def hand_in(town, round_, person, text="Chúng tôi thi đua lao động giỏi", right=True):
    """An attempt that is closed: choices right or wrong, every essay with the same text."""
    from questions.models import QuestionVersion

    session = town.session
    attempt = starting.start(session, {}, round_, person, round_.opens_at)
    answers = {}
    for place, (version_id, order, _points) in enumerate(attempt.paper, 1):
        version = session.get(QuestionVersion, version_id)
        if version.kind == Kind.ESSAY:
            if text:
                answers[str(place)] = text
        else:
            letters = ["ABCD"[shown] for shown, index in enumerate(order) if (index in version.keys) == right]
            answers[str(place)] = letters[0]
    attempt.answers = answers
    session.flush()
    attempts.close(session, {}, attempt.id, ClosedBy.PERSON, round_.opens_at)
    session.flush()
    return attempt


def essay_places(session, attempt):
    from questions.models import QuestionVersion

    kinds = [session.get(QuestionVersion, row[0]).kind for row in attempt.paper]
    return [place for place, kind in enumerate(kinds, 1) if kind == Kind.ESSAY]
