"""After any decisions and second thoughts everything is what a recount would make, and undoing leaves no trace."""

from itertools import count

import pytest
from corrections import hall
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulings import scene
from sqlalchemy import select
from support.people import Town

from contest.attempts.models import Attempt
from contest.db import Store
from contest.participation.models import Tally, TallyDay
from contest.rulings import queries
from contest.standings import actions as standings
from contest.standings.models import RankStep, Standing
from contest.wiring import connect

_slugs = count(1)

SITTING = st.tuples(
    st.integers(0, 2), st.sampled_from([1, 2]), st.sampled_from([scene.RIGHT, scene.HALF, {"mot": [1]}]), st.booleans()
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["annulled", "annulled", "disqualified", "no_prize"]), st.integers(0, 9)),
        st.tuples(st.just("undo"), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=8,
)
PLANS = st.fixed_dictionaries(
    {
        "sittings": st.lists(SITTING, min_size=2, max_size=6),
        "steps": STEPS,
        "total": st.sampled_from(["sum", "best", "average", "none"]),
        "all_answers_required": st.booleans(),
        "prediction_target": st.sampled_from([None, "people", "attempts", "perfect_people"]),
        "settled": st.booleans(),
    }
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request, databases):
    """One database an engine with people and a bank; every example rolls back what it did."""
    connect()
    store = Store(databases.fresh(request.param))
    with store.session(readonly=False) as session:
        town = Town(session)
        town.one_bank = hall.bank(town)
        town.crowd = [town.person(f"Người Thứ {n}") for n in range(3)]
        session.commit()
        session.expunge_all()
        yield session, town
        session.rollback()
    store.engine.dispose()
    databases.drop(store.engine.url)


def arranged(session, town, plan):
    """A contest of two rounds that are over, with what people handed in."""
    target = plan["prediction_target"]
    contest = town.contest(
        slug=f"cuoc-thi-{next(_slugs)}",
        criteria=["score", "prediction", "elapsed"] if target else ["score", "elapsed"],
        total=plan["total"],
        all_answers_required=plan["all_answers_required"],
        prediction_target=target,
    )
    rounds = [
        hall.a_round(town, contest, n, bank=town.one_bank, opens=-600 + 200 * n, closes=-500 + 200 * n) for n in (1, 2)
    ]
    attempts, taken = [], {}
    for person, number, answers, whole in plan["sittings"]:
        taken[person, number] = taken.get((person, number), 0) + 1
        if taken[person, number] > 3:
            continue
        given_ = answers | ({"luan": "Bài viết"} if whole else {})
        attempt = scene.hand_in(town, rounds[number - 1], town.crowd[person], given_, 60 + len(attempts))
        attempt.prediction = len(attempts)
        attempts.append(attempt)
    session.flush()
    if plan["settled"] and target:
        for round_ in rounds:
            standings.settle_round(session, contest, round_, town.now)
    standings.recount(session, contest)
    return contest, attempts


def kept(session, contest):
    """Everything that follows from attempts, as plain values; counters of nobody left out."""
    session.expire_all()
    places = session.execute(select(*Standing.__table__.c).where(Standing.contest_id == contest.id))
    tallies = session.execute(select(*Tally.__table__.c).where(Tally.contest_id == contest.id))
    days = session.execute(select(*TallyDay.__table__.c).where(TallyDay.contest_id == contest.id))
    flags = session.execute(select(Attempt.id, Attempt.counted, Attempt.annulled, Attempt.score))
    return (
        sorted(map(str, places)),
        sorted(str(row) for row in tallies if row.attempts),
        sorted(str(row) for row in days if row.attempts),
        sorted(map(str, flags)),
        [round_.prediction_actual for round_ in contest.rounds],
    )


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(plan=PLANS)
def test_rulings_and_second_thoughts(ground, plan):
    session, town = ground
    try:
        contest, attempts = arranged(session, town, plan)
        before = kept(session, contest)
        made = []
        for what, which in plan["steps"]:
            if what != "undo":
                made.append(scene.decide(session, attempts[which % len(attempts)], what, now=town.now))
            elif made:
                scene.undo(session, made[which % len(made)], now=town.now)
            scene.check_equal_to_recounts(session, contest)
        for ruling in queries.in_force(session, contest.id):
            scene.undo(session, ruling, now=town.now)
        scene.check_equal_to_recounts(session, contest)
        assert kept(session, contest) == before
        assert session.scalars(select(RankStep.people).where(RankStep.people < 0)).all() == []
    finally:
        session.rollback()
        session.expunge_all()
