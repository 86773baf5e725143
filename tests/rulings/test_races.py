"""Two organizers at once, and a decision while the person goes on or results are announced."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from corrections import hall
from rulings import scene
from sqlalchemy import select

from contest.attempts import actions as attempts
from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy
from contest.rounds.locks import Refused
from contest.rounds.models import Round
from contest.rulings.models import Ruling

ORGANIZERS = 4


def at_once(app, work, many=ORGANIZERS):
    """``work(session, number)`` by so many at the same moment, each in a transaction of its own."""
    barrier = Barrier(many)

    def one(number):
        with app.app_context():
            barrier.wait()
            with app.extensions["store"].session(readonly=False) as session, session.begin():
                return work(session, number)

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(one, range(many)))


def test_the_same_decision_of_several_organizers_is_one(app, session, town):
    round_ = hall.a_round(town)
    attempt_id = scene.hand_in(town, round_, town.lan).id
    town.commit()
    for kind in ("annulled", "disqualified", "no_prize"):

        def decided(own, _number, kind=kind):
            return scene.decide(own, own.get(Attempt, attempt_id), kind).number

        assert len(set(at_once(app, decided))) == 1
    assert session.scalars(select(Ruling.number).order_by(Ruling.number)).all() == [1, 2, 3]
    scene.check_equal_to_recounts(session, session.scalars(select(Round)).one().contest)


def test_decisions_about_different_people_have_different_numbers(app, session, town):
    round_ = hall.a_round(town)
    people = [town.person(f"Người Thứ {n}") for n in range(ORGANIZERS)]
    ids = [scene.hand_in(town, round_, person).id for person in people]
    town.commit()
    made = at_once(app, lambda own, number: scene.decide(own, own.get(Attempt, ids[number])).number)
    assert sorted(made) == [1, 2, 3, 4]
    scene.check_equal_to_recounts(session, session.scalars(select(Round)).one().contest)


def test_undoing_at_once_is_done_once(app, session, town):
    round_ = hall.a_round(town)
    ruling_id = scene.decide(session, scene.hand_in(town, round_, town.lan)).id
    town.commit()
    at_once(app, lambda own, number: scene.undo(own, own.get(Ruling, ruling_id), f"Lần {number}"))
    scene.check_equal_to_recounts(session, session.scalars(select(Round)).one().contest)


def test_an_attempt_that_ends_meanwhile_is_placed_by_the_decision(app, session, town):
    round_ = hall.a_round(town)
    first_id = scene.hand_in(town, round_, town.lan).id
    open_id = hall.open_attempt(town, round_, town.lan, {"mot": [0]}).id
    round_id = round_.id
    town.commit()

    def act(own, number):
        if number:
            ended = own.get(Round, round_id).closes_at
            attempts.close(own, {}, open_id, ClosedBy.PERSON, ended)
        else:
            scene.decide(own, own.get(Attempt, first_id), "disqualified")

    at_once(app, act, 2)
    scene.check_equal_to_recounts(session, session.scalars(select(Round)).one().contest)


def test_a_decision_waits_for_an_announcement_and_is_refused(app, session, town, engine_name):
    round_ = hall.a_round(town)
    attempt_id, round_id = scene.hand_in(town, round_, town.lan).id, round_.id
    town.commit()
    begun = Event()

    def later():
        begun.set()
        with app.app_context(), app.extensions["store"].session(readonly=False) as own, own.begin():
            try:
                scene.decide(own, own.get(Attempt, attempt_id))
            except Refused as refusal:
                return str(refusal)
        return ""

    with ThreadPoolExecutor(1) as thread:
        with app.extensions["store"].session(readonly=False) as announcing, announcing.begin():
            locked = announcing.scalars(select(Round).where(Round.id == round_id).with_for_update(key_share=True)).one()
            decided = thread.submit(later)
            begun.wait()
            # The decision has its chance to overtake; it must wait for this transaction instead.
            Event().wait(0.5)
            locked.published_at = town.now
        assert "đã công bố nên đã khoá" in decided.result()
    assert session.scalars(select(Ruling)).all() == []
