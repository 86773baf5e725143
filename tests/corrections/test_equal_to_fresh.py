"""After any decisions and changes of mind a contest stands as if it had been marked by those keys from the start."""

from itertools import count

import pytest
from corrections import hall
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.people import Town

from contest.accounts.rules import TERMINAL
from contest.attempts.models import Attempt, HandMark, KeyChange
from contest.attempts.states import KeyChangeKind
from contest.corrections import actions, remark
from contest.corrections.rules import Refused
from contest.db import Store
from contest.judging import actions as judging
from contest.judging import queries as judged
from contest.participation import recounting as participation
from contest.standings import actions as standings
from contest.standings.models import Standing
from contest.wiring import connect
from questions.models import QuestionVersion
from questions.rules import Kind

_slugs = count(1)

ANSWERS = {
    "mot": st.sampled_from([[0], [1], [2], None]),
    "nhieu": st.sampled_from([[0, 1], [0, 2], [0, 1, 2], None]),
    "y": st.sampled_from([[0], [1, 2], [], None]),
    "so": st.sampled_from(["1929", "1930", "ba", None]),
    "ngan": st.sampled_from(["Nguyễn Đức Cảnh", "anh canh", None]),
    "luan": st.sampled_from(["Bài viết", None]),
}
SITTING = st.fixed_dictionaries({**ANSWERS, "hand": st.sampled_from([None, 0, 2, hall.POINTS])})
DECISIONS = st.one_of(
    st.tuples(st.sampled_from(["mot", "nhieu", "y", "so", "ngan", "luan"]), st.sampled_from(["credit", "drop"])).map(
        lambda pair: (*pair, {})
    ),
    st.tuples(st.just("mot"), st.sampled_from(["key", "accept"]), st.sampled_from([{"keys": [1]}, {"keys": [2]}])),
    st.tuples(st.just("nhieu"), st.sampled_from(["key", "accept"]), st.just({"keys": [0, 2]})),
    st.tuples(st.just("y"), st.just("key"), st.sampled_from([{"keys": [1, 2]}, {"keys": []}])),
    st.tuples(st.just("so"), st.sampled_from(["key", "accept"]), st.just({"answers": ["1930"]})),
    st.tuples(st.just("ngan"), st.sampled_from(["key", "accept"]), st.just({"answers": ["Anh Cảnh"]})),
)
STEPS = st.lists(
    st.one_of(st.tuples(st.sampled_from([1, 2]), DECISIONS), st.tuples(st.just("undo"), st.integers(0, 5))),
    min_size=1,
    max_size=5,
)
PLANS = st.fixed_dictionaries(
    {
        "sittings": st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from([1, 2]), SITTING), min_size=2, max_size=6, unique_by=id
        ),
        "steps": STEPS,
        "total": st.sampled_from(["sum", "best", "none"]),
        "all_answers_required": st.sampled_from([False, False, True]),
        "prediction_target": st.sampled_from([None, "perfect_attempts", "perfect_people"]),
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


def contest_of(town, plan):
    names = ("total", "all_answers_required", "prediction_target")
    contest = town.contest(
        slug=f"thi-{next(_slugs)}", criteria=["score", "prediction", "elapsed"], **{n: plan[n] for n in names}
    )
    return [hall.a_round(town, contest, n, bank=town.one_bank, opens=-60 * n, closes=-1) for n in (1, 2)]


def play(town, rounds, plan):
    """Everybody sits, hands in, and gets marks from people where the plan says so; then the rounds are settled."""
    session, sat = town.session, []
    for number, (person, which, answers) in enumerate(plan["sittings"]):
        round_ = rounds[which - 1]
        taken = [a for a in sat if a.round_id == round_.id and a.entry.person_id == town.crowd[person].id]
        if len(taken) == 3:
            continue
        attempt = hall.hand_in(town, round_, town.crowd[person], answers, after_s=60 + number)
        attempt.prediction = number
        sat.append(attempt)
        if answers["hand"] is not None:
            for place in essay_places(session, attempt):
                sheet = judged.sheet(session, {}, round_, attempt.id, place)
                judging.mark(session, {}, TERMINAL, round_, sheet, answers["hand"], "", town.now)
    session.flush()
    for round_ in rounds:
        standings.settle_round(session, round_.contest, round_, town.now)
    return sat


def essay_places(session, attempt):
    kinds = [session.get(QuestionVersion, row[0]).kind for row in attempt.paper]
    pending = [place for place, kind in enumerate(kinds, 1) if kind == Kind.ESSAY and str(place) in attempt.answers]
    return pending if attempt.pending else []


def recount(session, round_, change, undo, now):
    for rows in list(remark.batches(session, round_.id, change.version_id, limit=2)):
        ids = [row.id for row in rows]
        actions.rework(session, {}, round_.contest, round_, change, undo, ids, now)
        assert actions.rework(session, {}, round_.contest, round_, change, undo, ids, now) == 0
    actions.finish(session, TERMINAL, round_.contest, round_, change, undo, now)


def walk(session, rounds, steps, now):
    """Take the steps; each does exactly what its trial said."""
    made = []
    for where, what in steps:
        if where == "undo":
            alive = [change for change in made if change.undone_at is None]
            if not alive:
                continue
            change = alive[what % len(alive)]
            round_ = next(r for r in rounds if r.id == change.round_id)
            told = hall.seen_undo(session, round_, change)
            actions.withdraw(session, TERMINAL, round_.contest, round_, change, "Thôi", told.seen, now)
            recount(session, round_, change, True, now)
        else:
            round_, (code, kind, more) = rounds[where - 1], what
            proposal = hall.proposal(session, code, kind, **more)
            try:
                told = hall.tried(session, round_, proposal)
                change = hall.decided(session, round_, proposal, now=now)
            except Refused:
                continue
            recount(session, round_, change, False, now)
            made.append(change)
        check_told(session, round_, told)
    return made


def check_told(session, round_, told):
    """Scores and places are now what the trial said they would be."""
    session.expire_all()
    for sat in told.sat:
        attempt = session.get(Attempt, sat.attempt_id)
        assert (attempt.score, attempt.max_score) == (sat.new_score, sat.new_max)
    boards = places(session, round_.contest)
    for move in told.moves:
        for number, spot in ((round_.number, move.round_new), (0, move.whole_new)):
            if spot:
                assert boards[number, move.entry_id] == (spot.rank, spot.score)


def places(session, contest):
    """(number, entry) to (rank, score), straight from the stored standings."""
    rows = session.scalars(select(Standing).where(Standing.contest_id == contest.id)).all()
    return {
        (row.round_number, row.entry_id): (
            1 + sum(r.round_number == row.round_number and r.sort_key < row.sort_key for r in rows),
            row.score,
        )
        for row in rows
    }


def picture(session, rounds, sat):
    """Everything that decisions may touch, by names that both contests share."""
    contest = rounds[0].contest
    person = {attempt.entry_id: attempt.entry.person_id for attempt in sat}
    columns = ("score", "max_score", "correct", "perfect", "pending", "counted", "auto_score")
    attempts = [(a.entry.person_id, a.round.number, a.number, *(getattr(a, c) for c in columns)) for a in sat]
    boards = {(number, person[entry]): place for (number, entry), place in places(session, contest).items()}
    return attempts, boards, [round_.prediction_actual for round_ in rounds]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=PLANS)
def test_decided_late_is_the_same_as_known_from_the_start(ground, plan):
    session, town = ground
    try:
        rounds = contest_of(town, plan)
        sat = play(town, rounds, plan)
        hands = list(session.execute(select(HandMark.attempt_id, HandMark.place, HandMark.points, HandMark.marked_at)))
        made = walk(session, rounds, plan["steps"], town.now)
        assert standings.verify(session, rounds[0].contest) == []
        assert participation.verify(session, rounds[0].contest) == []
        after = session.execute(select(HandMark.attempt_id, HandMark.place, HandMark.points, HandMark.marked_at))
        assert list(after) == hands
        fresh = contest_of(town, plan)
        for change in made:
            if change.undone_at is None:
                number = next(r.number for r in rounds if r.id == change.round_id)
                session.add(copy_of(change, fresh[number - 1].id))
                session.flush()
        again = play(town, fresh, plan)
        session.expire_all()
        assert picture(session, rounds, sat) == picture(session, fresh, again)
    finally:
        session.rollback()


def copy_of(change, round_id):
    return KeyChange(
        round_id=round_id,
        version_id=change.version_id,
        kind=KeyChangeKind(change.kind),
        details=change.details,
        reason=change.reason,
        decided_at=change.decided_at,
        decided_by=change.decided_by,
    )
