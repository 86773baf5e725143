"""A round with questions of several kinds, and people who have handed in whatever they thought."""

from sqlalchemy import select

from contest.accounts.rules import TERMINAL
from contest.attempts import actions as attempts
from contest.attempts import starting
from contest.attempts.states import ClosedBy, KeyChangeKind
from contest.corrections import actions, queries, trial, work
from contest.corrections.rules import Proposal
from questions.actions import store_drafts
from questions.models import Question, QuestionVersion
from questions.rules import Answer, Choice, Draft, Kind

POINTS = 4


def drafts():
    """One question of each kind whose key may turn out wrong, by code."""
    pair = (Choice("Hà Nội", True), Choice("Huế"), Choice("Vinh"))
    return [
        Draft("Thủ đô?", pair, Kind.SINGLE, code="mot"),
        Draft("Hai thành phố?", (Choice("a", True), Choice("b", True), Choice("c")), Kind.MULTIPLE, code="nhieu"),
        Draft("Đúng hay sai?", (Choice("x", True), Choice("y"), Choice("z")), Kind.STATEMENTS, code="y"),
        Draft("Năm nào?", (), Kind.NUMBER, answers=(Answer("1929"),), code="so"),
        Draft("Ai?", (), Kind.SHORT, answers=(Answer("Nguyễn Đức Cảnh"),), code="ngan"),
        Draft("Viết", (), Kind.ESSAY, code="luan"),
    ]


def bank(town):
    made = town.bank(code="kho", size=0)
    store_drafts(town.session, made, drafts(), author="test", now=town.now)
    town.session.flush()
    return made


def version(session, code):
    return session.scalars(select(QuestionVersion).join(Question).where(Question.code == code)).one()


def a_round(town, contest=None, number=1, **settings):
    contest = contest or town.contest(criteria=["score", "elapsed"])
    shared = settings.pop("bank", None) or bank(town)
    return town.round(contest, number, bank=shared, count=6, points=POINTS, max_attempts=3, **settings)


def hand_in(town, round_, person, answers, after_s=60):
    """A closed attempt; ``answers`` by code of the question, choices as indexes of the author's order."""
    session = town.session
    attempt = open_attempt(town, round_, person, answers)
    from datetime import timedelta

    attempts.close(session, {}, attempt.id, ClosedBy.PERSON, attempt.started_at + timedelta(seconds=after_s))
    session.flush()
    return attempt


def open_attempt(town, round_, person, answers):
    session = town.session
    attempt = starting.start(session, {}, round_, person, round_.opens_at)
    kept = {}
    for place, (version_id, order, _points) in enumerate(attempt.paper, 1):
        found = session.get(QuestionVersion, version_id)
        given = answers.get(found.question.code)
        if given is None:
            continue
        if found.kind in (Kind.SINGLE, Kind.MULTIPLE):
            kept[str(place)] = "".join(sorted("ABCDEF"[order.index(index)] for index in given))
        elif found.kind == Kind.STATEMENTS:
            kept[str(place)] = "".join("T" if index in given else "F" for index in order)
        else:
            kept[str(place)] = given
    attempt.answers = kept
    session.flush()
    return attempt


def proposal(session, code, kind, keys=(), answers=()):
    found = version(session, code)
    return Proposal(found.id, KeyChangeKind(kind), frozenset(keys), tuple(Answer(text) for text in answers))


def tried(session, round_, made):
    key = made.applied(actions.key_now(session, {}, round_.id, made.version_id))
    case = trial.Case(round_.contest, round_, made.version_id, key, actions.proposed(made))
    return trial.run(session, {}, case)


def decided(session, round_, made, reason="Sách giáo khoa in sai", now=None, actor=TERMINAL):
    """A decision after its trial, in force; attempts of the past are not marked again yet."""
    seen = tried(session, round_, made).seen
    now = now or round_.opens_at
    return actions.decide(session, {}, actor, round_.contest, round_, made, reason, seen, now)


def applied(app, session, round_, made, **more):
    """A decision with all that follows from it."""
    change = decided(session, round_, made, **more)
    session.commit()
    with app.app_context():
        done = work.recount(change.id, False)
    session.expire_all()
    return change, done


def seen_undo(session, round_, change):
    from contest.corrections import remark

    key = remark.key_without(session, {}, change)
    case = trial.Case(round_.contest, round_, change.version_id, key, actions.withdrawal(change))
    return trial.run(session, {}, case)


def undone(app, session, round_, change, reason="Đáp án cũ đúng"):
    seen = seen_undo(session, round_, change).seen
    actions.withdraw(session, TERMINAL, round_.contest, round_, change, reason, seen, round_.opens_at)
    session.commit()
    with app.app_context():
        done = work.recount(change.id, True)
    session.expire_all()
    return done


__all__ = ["queries"]
