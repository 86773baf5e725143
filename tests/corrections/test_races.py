"""Attempts that end while a key is changed: each is marked by the new key or seen by the recount, never missed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from corrections import hall
from corrections.hall import POINTS
from sqlalchemy import select

from contest.attempts import actions as attempts
from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy
from contest.corrections import work
from contest.participation import recounting as participation
from contest.rounds.models import Round
from contest.standings import actions as standings

PEOPLE = 6


def decide(app, round_id, code="mot", kind="key", keys=(1,)):
    """A decision with its recount, in sessions of its own."""
    with app.app_context():
        with app.extensions["store"].session(readonly=False) as session, session.begin():
            round_ = session.get(Round, round_id)
            change = hall.decided(session, round_, hall.proposal(session, code, kind, keys=keys))
            change_id = change.id
        work.recount(change_id, False)


def check(session, round_id):
    """Everybody chose the option that is right now."""
    session.expire_all()
    sat = session.scalars(select(Attempt).where(Attempt.round_id == round_id)).all()
    assert {(attempt.state, attempt.score) for attempt in sat} == {("closed", POINTS)}
    contest = session.get(Round, round_id).contest
    assert standings.verify(session, contest) == []
    assert participation.verify(session, contest) == []


def test_an_attempt_that_was_marked_by_the_old_key_and_not_yet_stored_is_not_missed(app, session, town):
    round_ = hall.a_round(town)
    attempt = hall.open_attempt(town, round_, town.lan, {"mot": [1]})
    attempt_id, round_id, due = attempt.id, round_.id, attempt.due_at
    town.commit()
    begun = Event()

    def later():
        begun.set()
        decide(app, round_id)

    with ThreadPoolExecutor(1) as thread:
        with app.extensions["store"].session(readonly=False) as closing, closing.begin():
            closed = attempts.close(closing, {}, attempt_id, ClosedBy.TIME, due)
            assert closed.score == 0
            decided = thread.submit(later)
            begun.wait()
            # The decision has its chance to overtake; it must wait for this transaction instead.
            Event().wait(0.8)
        decided.result()
    check(session, round_id)


def test_submits_and_decisions_at_once(app, session, town):
    round_ = hall.a_round(town)
    people = [town.person(f"Người Thứ {n}") for n in range(PEOPLE)]
    codes = [hall.open_attempt(town, round_, person, {"mot": [1]}).code for person in people]
    round_id = round_.id
    town.commit()
    barrier = Barrier(PEOPLE + 1)

    def submit(number):
        client = app.test_client().sign_in(people[number])
        token = client.token()
        barrier.wait()
        # Without answers of its own a submit keeps what was saved.
        return client.post(f"/bai-thi/{codes[number]}/nop", json={}, headers={"X-CSRFToken": token}).status_code

    def change(_number):
        barrier.wait()
        decide(app, round_id)

    with ThreadPoolExecutor(PEOPLE + 1) as threads:
        changing = threads.submit(change, 0)
        replies = list(threads.map(submit, range(PEOPLE)))
        changing.result()
    assert set(replies) == {200}
    check(session, round_id)


def test_two_recounts_at_once_change_every_score_once(app, session, town):
    round_ = hall.a_round(town)
    for number in range(PEOPLE):
        hall.hand_in(town, round_, town.person(f"Người Thứ {number}"), {"mot": [1]})
    change = hall.decided(session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    change_id, round_id = change.id, round_.id
    town.commit()
    barrier = Barrier(2)

    def recount(_number):
        barrier.wait()
        with app.app_context():
            return work.recount(change_id, False).changed

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(recount, range(2))) == PEOPLE
    check(session, round_id)
    assert hall.queries.counts(session, change_id)[False] == (PEOPLE, PEOPLE, 0)
