"""Rankings that stand still: what is kept of them, whoever changes a standing, when, and how they move again."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from standings import arena

from contest import clock
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Round
from contest.standings import actions, freezing, queries, work
from contest.standings.batch import entries_rescored
from contest.standings.models import FrozenStanding, FrozenStep, Standing
from contest.standings.queries import Board

#: Far longer than any of this takes on a busy machine.
PATIENCE_S = 60


@pytest.fixture
def contest(town):
    return town.contest(criteria=["score", "elapsed"])


@pytest.fixture
def round_(town, contest):
    return town.round(contest, closes=30, freeze_minutes=60)


def close(session, *attempts):
    for attempt in attempts:
        actions.attempt_closed(session, attempt)


def sat(session, town, contest, round_, score, entry=None, **values):
    attempt = arena.closed_attempt(session, entry or arena.enter(town, contest), round_, score=score, **values)
    close(session, attempt)
    return attempt


def board(session, contest, number, frozen, **values):
    page = queries.ranking_page(session, Board(contest.id, number, frozen=frozen, **values), 1)
    return [(line.rank, line.entry_id, line.score) for line in page.lines]


def kept(session):
    return session.scalar(select(func.count()).select_from(FrozenStanding))


def test_a_frozen_board_stays_and_the_live_one_goes_on(town, session, contest, round_):
    first, second, third = (sat(session, town, contest, round_, score) for score in (3, 2, 1))
    before = board(session, contest, 1, False)
    freezing.freeze(session, contest, 1, town.now)
    assert freezing.is_frozen(contest, 1) and freezing.is_frozen(contest, 0)
    assert kept(session) == 0
    sat(session, town, contest, round_, 3, third.entry, number=2, elapsed_ms=1000)
    late = sat(session, town, contest, round_, 2, elapsed_ms=1)
    for number in (0, 1):
        assert board(session, contest, number, True) == before
    assert [row[1] for row in board(session, contest, 1, False)] == [
        third.entry_id,
        first.entry_id,
        late.entry_id,
        second.entry_id,
    ]
    assert kept(session) == 4
    assert queries.own_place(session, contest, 1, third.entry_id, frozen=True).rank == 3
    assert queries.own_place(session, contest, 1, third.entry_id).rank == 1
    assert queries.own_place(session, contest, 1, late.entry_id, frozen=True) is None
    assert queries.count(session, Board(contest.id, 1, frozen=True)) == 3


def test_what_was_kept_first_stays(town, session, contest, round_):
    mine = sat(session, town, contest, round_, 1)
    freezing.freeze(session, contest, 1, town.now)
    for number, score in ((2, 2), (3, 3)):
        sat(session, town, contest, round_, score, mine.entry, number=number)
    assert board(session, contest, 1, True) == [(1, mine.entry_id, 1)]
    assert kept(session) == 2


@pytest.mark.parametrize("way", ["closing", "batch", "recount"])
def test_every_way_of_changing_standings_keeps_them(town, session, contest, round_, way):
    mine, other = sat(session, town, contest, round_, 1), sat(session, town, contest, round_, 2)
    before = [board(session, contest, number, False) for number in (0, 1)]
    freezing.freeze(session, contest, 1, town.now)
    mine.score, other.counted = 3, False
    session.flush()
    if way == "closing":
        close(session, mine, other)
    elif way == "batch":
        entries_rescored(session, contest, 1, [mine.entry_id, other.entry_id])
    else:
        assert actions.recount(session, contest) == 4
    assert [board(session, contest, number, True) for number in (0, 1)] == before
    assert board(session, contest, 1, False) == [(1, mine.entry_id, 3)]
    assert actions.verify(session, contest) == []


def test_places_pages_and_neighbours_of_a_frozen_board(town, session, contest, round_):
    division = town.division(contest, "A")
    made = []
    for score in (3, 3, 2, 2, 1, 1, 1):
        entry = arena.enter(town, contest, division=division if score != 2 else None)
        made.append(sat(session, town, contest, round_, score, entry, elapsed_ms=1000 * len(made)))
    whole, part = board(session, contest, 1, False), board(session, contest, 1, False, division_id=division.id)
    freezing.freeze(session, contest, 1, town.now)
    for attempt in made[1::2]:
        attempt.score = 0
        close(session, attempt)
    assert board(session, contest, 1, True) == whole
    assert board(session, contest, 1, True, division_id=division.id) == part
    frozen = Board(contest.id, 1, frozen=True)
    paged = [queries.ranking_page(session, frozen, page, 2).lines for page in (1, 2, 3, 4)]
    assert [(line.rank, line.entry_id, line.score) for lines in paged for line in lines] == whole
    for place, (_rank, entry_id, _score) in enumerate(whole):
        key = queries.standing_on(session, frozen, entry_id).sort_key
        near = queries.around(session, frozen, key, entry_id, each_way=1)
        assert [(line.rank, line.entry_id) for line in near] == [
            row[:2] for row in whole[max(0, place - 1) : place + 3]
        ]


def test_a_thawed_board_is_as_it_is_and_can_be_frozen_anew(town, session, contest, round_):
    mine = sat(session, town, contest, round_, 1)
    freezing.freeze(session, contest, 1, town.now)
    sat(session, town, contest, round_, 2, mine.entry, number=2)
    freezing.thaw(session, contest, 1)
    assert not freezing.is_frozen(contest, 1) and not freezing.is_frozen(contest, 0)
    freezing.freeze(session, contest, 1, town.now)
    assert board(session, contest, 1, True) == [(1, mine.entry_id, 2)]
    sat(session, town, contest, round_, 3, mine.entry, number=3)
    assert board(session, contest, 1, True) == [(1, mine.entry_id, 2)]


def test_the_whole_contest_moves_again_with_its_last_frozen_round(town, session, contest, round_):
    other = town.round(contest, 2, closes=30, freeze_minutes=60)
    for each in (round_, other):
        freezing.freeze(session, contest, each.number, town.now)
    freezing.thaw(session, contest, 1)
    assert (freezing.is_frozen(contest, 1), freezing.is_frozen(contest, 0)) == (False, True)
    freezing.thaw(session, contest, 2)
    assert not freezing.is_frozen(contest, 0)


def test_a_contest_without_a_ranking_of_its_own_is_not_frozen(town, session):
    contest = town.contest(total="none")
    town.round(contest)
    freezing.freeze(session, contest, 1, town.now)
    assert freezing.is_frozen(contest, 1) and contest.frozen_at is None


# The clock


def fresh(session, round_):
    session.expire_all()
    return session.get_one(Round, round_.id).frozen_at


def test_the_clock_freezes_a_round_once(app, town, session, contest, round_):
    sat(session, town, contest, round_, 1)
    town.commit()
    before = clock.now()
    with app.app_context():
        assert (work.stand_still_due(), work.stand_still_due()) == (1, 0)
    assert before <= fresh(session, round_) <= clock.now()
    assert session.get_one(Contest, contest.id).frozen_at is not None


@pytest.mark.parametrize(
    ("minutes", "settings"),
    [
        (20, {}),
        (0, {}),
        (60, {"opens": 5}),
    ],
)
def test_a_round_is_not_frozen_before_its_hour(app, town, session, contest, minutes, settings):
    round_ = town.round(contest, **{"closes": 30, "freeze_minutes": minutes, **settings})
    town.commit()
    with app.app_context():
        assert work.stand_still_due() == 0
    assert fresh(session, round_) is None


def test_announced_rounds_are_left_alone(app, town, session, contest):
    town.round(contest, opens=-60, closes=-30, freeze_minutes=10, published_at=town.now)
    correcting = town.round(contest, 2, opens=-60, closes=-30, freeze_minutes=10, published_at=town.now)
    correcting.correcting_since = town.now
    freezing.freeze(session, contest, 2, town.now)
    town.commit()
    with app.app_context():
        assert work.stand_still_due() == 0
    assert fresh(session, correcting) is not None


def test_a_round_given_more_time_moves_until_its_new_hour(app, town, session, contest, round_):
    town.commit()
    with app.app_context():
        assert work.stand_still_due() == 1
    session.expire_all()
    round_.closes_at += timedelta(hours=2)
    town.commit()
    with app.app_context():
        assert work.stand_still_due() == 1
    assert fresh(session, round_) is None
    round_.closes_at -= timedelta(hours=2)
    town.commit()
    with app.app_context():
        assert work.stand_still_due() == 1
    assert fresh(session, round_) is not None


def test_what_was_kept_is_cleared_up(app, town, session, contest, round_):
    mine = sat(session, town, contest, round_, 1)
    freezing.freeze(session, contest, 1, town.now)
    sat(session, town, contest, round_, 2, mine.entry, number=2)
    round_.freeze_minutes = 0
    town.commit()
    with app.app_context():
        work.stand_still_due()
    assert kept(session) == 2
    freezing.thaw(session, contest, 1)
    town.commit()
    with app.app_context():
        work.stand_still_due()
    assert kept(session) == 0
    assert session.scalar(select(func.count()).select_from(FrozenStep)) == 0


# Closings while a board is being frozen

several_writers = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


@several_writers
@pytest.mark.parametrize("same_step", [False, True])
def test_a_freeze_waits_for_closings_and_they_for_it(app, town, session, contest, round_, same_step):
    """A closing that has begun to write is on the frozen board; one that comes meanwhile waits and is not."""
    store = app.extensions["store"]
    mine = sat(session, town, contest, round_, 2, elapsed_ms=60_000)
    other = sat(session, town, contest, round_, 1, elapsed_ms=60_000)
    town.commit()
    quicker = 1 if same_step else 30_000
    started, go_on = threading.Event(), threading.Event()

    def change(attempt_id, wait):
        with store.session(readonly=False) as own, own.begin():
            attempt = own.get_one(type(mine), attempt_id)
            attempt.elapsed_ms -= quicker
            own.flush()
            actions.attempt_closed(own, attempt)
            if wait:
                started.set()
                assert go_on.wait(PATIENCE_S)

    def freeze():
        with store.session(readonly=False) as own, own.begin():
            freezing.freeze(own, own.get_one(Contest, contest.id), 1, town.now)

    first = threading.Thread(target=change, args=(mine.id, True))
    first.start()
    assert started.wait(PATIENCE_S)
    second = threading.Thread(target=freeze)
    second.start()
    wait_for_lock(store)
    third = threading.Thread(target=change, args=(other.id, False))
    third.start()
    go_on.set()
    for thread in (first, second, third):
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    session.expire_all()
    frozen = {row.entry_id: row.sort_key for row in frozen_rows(session, contest)}
    live = dict(session.execute(select(Standing.entry_id, Standing.sort_key).where(Standing.round_number == 1)).all())
    assert frozen[mine.entry_id] == live[mine.entry_id]
    assert frozen[other.entry_id] > live[other.entry_id]
    assert session.scalar(select(func.sum(FrozenStep.people)).where(FrozenStep.round_number == 1, FrozenStep.fine)) == 2


def frozen_rows(session, contest):
    return queries.ranking_page(session, Board(contest.id, 1, frozen=True), 1).lines


def wait_for_lock(store):
    """Until a transaction waits for the table of steps."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'rank_step'::regclass")
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(int(PATIENCE_S / 0.02)):
            if connection.scalar(waiting):
                return
            threading.Event().wait(0.02)
    raise AssertionError("nobody waits")


@several_writers
def test_while_all_places_are_made_again_nothing_is_frozen(app, town, session, contest, round_):
    sat(session, town, contest, round_, 2)
    town.commit()
    store = app.extensions["store"]
    with store.session(readonly=False) as busy, busy.begin():
        actions.recount(busy, busy.get_one(Contest, contest.id))
        with pytest.raises(Refused, match="đang được tính lại"), store.session(readonly=False) as own, own.begin():
            freezing.freeze(own, own.get_one(Contest, contest.id), 1, town.now)
    assert fresh(session, round_) is None
