"""Moves, merges, second thoughts and attempts in any order, and several at the same moment: counters stay exact."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from corrections import hall
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulings.scene import RIGHT, check_equal_to_recounts
from sqlalchemy import select
from support.people import Town

from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, Actor
from contest.attempts import actions as attempts
from contest.attempts.states import ClosedBy
from contest.db import Store
from contest.members import merging, requests
from contest.members.models import PersonMerge, UnionRequest
from contest.members.request_rules import Refused
from contest.participation.models import Tally
from contest.rounds.models import Entry, Round
from contest.unions.models import TradeUnion
from contest.wiring import connect

_slugs = count(1)

STEP = st.one_of(
    st.tuples(st.just("sit"), st.integers(0, 2), st.integers(0, 1)),
    st.tuples(st.just("move"), st.integers(0, 2), st.integers(0, 3)),
    st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("split"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("announce"), st.integers(0, 1), st.just(0)),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request, databases):
    """One database an engine with unions, people and a bank; every example rolls back what it did."""
    connect()
    store = Store(databases.fresh(request.param))
    with store.session(readonly=False) as session:
        town = Town(session)
        town.one_bank = hall.bank(town)
        town.crowd = [town.person(f"Người Thứ {n}").id for n in range(3)]
        town.unions = [union.id for union in (town.LC_PT_1, town.LC_PT_2, town.LC_TU_1, town.LC_TU_2)]
        session.commit()
        session.expunge_all()
        yield session, town
        session.rollback()
    store.engine.dispose()
    databases.drop(store.engine.url)


def step(session, town, rounds, what, first, second):
    """One thing that happens; what is refused changes nothing."""
    people = [session.get(Person, person_id) for person_id in town.crowd]
    if what == "sit":
        person = people[first]
        while person.merged_into_id:
            person = session.get(Person, person.merged_into_id)
        hall.hand_in(town, rounds[second], person, RIGHT if first else {"mot": [0]})
    elif what == "move":
        goal = session.get(TradeUnion, town.unions[second])
        request = requests.ask(session, TERMINAL, people[first], goal, "Nhầm", town.now)
        requests.confirm(session, TERMINAL, request, "", town.now)
    elif what == "merge":
        merging.merge(session, TERMINAL, people[first], people[second], "Một người", town.now)
    elif what == "split":
        made = session.scalars(select(PersonMerge).order_by(PersonMerge.id)).all()
        if made:
            merging.undo(session, TERMINAL, made[first % len(made)], town.now)
    else:
        rounds[first].published_at = town.now
    session.flush()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=3, max_size=10), by_union=st.booleans())
def test_any_order(ground, steps, by_union):
    session, town = ground
    try:
        contest = town.contest(slug=f"cuoc-thi-{next(_slugs)}", criteria=["score", "elapsed"])
        if by_union:
            town.division(contest, "a", union=session.get(TradeUnion, town.unions[0]))
            town.division(contest, "b")
        rounds = [hall.a_round(town, contest, n, bank=town.one_bank) for n in (1, 2)]
        for what, first, second in steps:
            try:
                with session.begin_nested():
                    step(session, town, rounds, what, first, second)
            except (Refused, hall.starting.Refused):
                continue
            finally:
                session.expire_all()
            check_equal_to_recounts(session, contest)
    finally:
        session.rollback()
        session.expunge_all()


def at_once(app, *works):
    """Each of the works at the same moment, in a transaction and a thread of its own; what they return or refuse."""
    barrier = Barrier(len(works))

    def one(work):
        with app.app_context():
            barrier.wait()
            with app.extensions["store"].session(readonly=False) as session, session.begin():
                return work(session)

    with ThreadPoolExecutor(len(works)) as threads:
        return [future.result() for future in [threads.submit(one, work) for work in works]]


def test_a_confirmation_while_they_submit(app, session, town):
    round_ = hall.a_round(town)
    hall.hand_in(town, round_, town.lan, RIGHT)
    open_ids = [hall.open_attempt(town, round_, town.lan, {"mot": [0]}).id]
    lan = Actor(town.lan.id, town.lan.name)
    code = requests.ask(session, lan, town.lan, town.LC_TU_1, "Nhầm", town.now).code
    round_id, ends = round_.id, round_.closes_at
    town.commit()

    def confirm(own):
        request = own.scalars(select(UnionRequest).where(UnionRequest.code == code)).one()
        return requests.confirm(own, TERMINAL, request, "", town.now)

    def submit(own):
        attempts.close(own, {}, open_ids[0], ClosedBy.PERSON, ends)

    done = at_once(app, confirm, submit, confirm)
    assert sorted(result for result in done if result is not None) == [False, True]
    session.expire_all()
    contest = session.get(Round, round_id).contest
    check_equal_to_recounts(session, contest)
    wanted = select(Tally.union_id, Tally.attempts).where(Tally.round_number == 0, Tally.attempts != 0)
    assert session.execute(wanted).all() == [(town.LC_TU_1.id, 2)]


def test_asking_at_once_is_asking_once(app, session, town):
    ids = town.lan.id, town.LC_TU_1.id
    town.commit()

    def ask(own):
        person, union = own.get(Person, ids[0]), own.get(TradeUnion, ids[1])
        return requests.ask(own, Actor(person.id, person.name), person, union, "Nhầm", town.now).code

    assert len(set(at_once(app, ask, ask, ask))) == 1


def test_merging_at_once_both_ways_is_one_merge(app, session, town):
    round_ = hall.a_round(town)
    twin = town.person("Lò Thị Lan", phone=town.lan.phone)
    for person in (town.lan, twin):
        hall.hand_in(town, round_, person, RIGHT)
    ids, round_id = (town.lan.id, twin.id), round_.id
    town.commit()

    def merge(kept, gone):
        def work(own):
            try:
                return merging.merge(
                    own, TERMINAL, own.get(Person, kept), own.get(Person, gone), "Một người", town.now
                ).code
            except Refused:
                return None

        return work

    codes = at_once(app, merge(*ids), merge(*ids), merge(ids[1], ids[0]))
    assert len(set(codes) - {None}) == 1
    session.expire_all()
    check_equal_to_recounts(session, session.get(Round, round_id).contest)
    counted = select(Entry.id).where(Entry.contest_id == session.get(Round, round_id).contest_id)
    assert len(session.scalars(counted).all()) == 2
    assert sum(session.scalars(select(Tally.people).where(Tally.round_number == 0))) == 1
