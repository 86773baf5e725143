"""What is made ready before a round opens: its pool, let go when organizers change it, and each process's memory."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from support.queries import counted

from contest.accounts.rules import TERMINAL
from contest.attempts import papers, preparing
from contest.rounds import actions, ahead, events, queries
from contest.rounds.actions import Line
from contest.rounds.locks import Locked
from contest.rounds.models import PrintedPaper, RoundPool

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(events, "changed", [])


@pytest.fixture
def coming(session, town):
    """A round that opens in 40 seconds."""
    contest = town.contest()
    row = town.round(contest, bank=town.bank(size=12))
    row.opens_at = town.now + 40 * SECOND
    town.commit()
    return contest


def freeze(app, town, after=0):
    with app.app_context():
        return preparing.freeze_coming(town.now + after * SECOND)


def pools(session):
    try:
        return {pool.round_id: pool.rows for pool in session.scalars(select(RoundPool))}
    finally:
        session.rollback()


def loaded(session):
    return queries.contest_by_slug(session, "cuoc-thi")


# the pool


def test_what_a_round_draws_from_is_fixed_just_before_it_opens(app, session, town, coming):
    early = ahead.AHEAD.total_seconds() + 1
    coming.rounds[0].opens_at = town.now + early * SECOND
    town.commit()
    assert freeze(app, town) == 0
    assert pools(session) == {}
    assert freeze(app, town, after=1) == 1
    [rows] = pools(session).values()
    assert len(rows[0][1]) == 12
    assert freeze(app, town, after=2) == 0


def test_drafts_and_running_rounds_are_left_alone(app, session, town, coming):
    coming.state = "draft"
    town.round(town.contest("khac"), bank=town.bank("khac"))
    town.commit()
    assert freeze(app, town) == 0


def test_a_start_draws_from_what_was_fixed(app, session, town, coming):
    freeze(app, town)
    before = pools(session)
    later = town.now + 60 * SECOND
    pool = actions.frozen_pool(session, coming.rounds[0], later)
    assert pool.frozen_at == town.now
    session.commit()
    assert pools(session) == before


CHANGES = {
    "times": lambda s, c, now: actions.update_round(
        s, TERMINAL, c, c.rounds[0], {"opens_at": now + timedelta(minutes=30)}, now
    ),
    "paper": lambda s, c, now: actions.set_blueprint(
        s, TERMINAL, c, c.rounds, [Line(c.rounds[0].blueprint[0].bank_id, 3)], now
    ),
    "draft": lambda s, c, now: actions.unpublish_contest(s, TERMINAL, c, now),
    "removal": lambda s, c, now: actions.remove_round(s, TERMINAL, c, c.rounds[0], now),
}


@pytest.mark.parametrize("name", CHANGES)
def test_organizers_may_change_their_mind_until_shortly_before(app, session, town, coming, name):
    if name == "removal":
        town.round(coming, 2, bank=coming.rounds[0].blueprint[0].bank, opens=600, closes=900)
        town.commit()
    freeze(app, town)
    CHANGES[name](session, loaded(session), town.now + SECOND)
    town.commit()
    assert pools(session) == {}
    if name == "paper":
        freeze(app, town, after=2)
        [rows] = pools(session).values()
        assert rows[0][0] == loaded(session).rounds[0].blueprint[0].id


@pytest.mark.parametrize("name", ["times", "paper", "removal"])
def test_in_the_last_seconds_the_paper_stays(app, session, town, coming, name):
    freeze(app, town)
    with pytest.raises(Locked):
        CHANGES[name](session, loaded(session), town.now + 31 * SECOND)
    session.rollback()
    assert len(pools(session)) == 1


def test_what_was_printed_stays(app, session, town, coming):
    freeze(app, town)
    row = coming.rounds[0]
    session.add(PrintedPaper(round_id=row.id, number=101, paper=[], made_at=town.now, made_by="x"))
    town.commit()
    with pytest.raises(Locked):
        CHANGES["paper"](session, loaded(session), town.now + SECOND)


# the memory


@pytest.fixture
def prepared(app, session, town, coming):
    town.division(coming, "A", ["official"])
    town.commit()
    freeze(app, town)
    app.extensions["store"].memo.clear()
    with app.app_context():
        assert preparing.warm(town.now) == 1
    return coming


def test_a_process_that_is_ready_reads_no_question_for_a_start(app, session, town, prepared):
    memo = app.extensions["store"].memo
    row = prepared.rounds[0]
    pool = actions.frozen_pool(session, row, town.now)
    with counted(app) as asked:
        for division in (None, prepared.divisions[0].id):
            papers.draw_paper(session, memo, row, pool, division, "x")
    assert asked == []
    assert len([key for key in memo["sheets"] if key[0] == "vi"]) == 12


def test_what_is_ready_is_not_made_again(app, town, prepared):
    with counted(app) as asked, app.app_context():
        assert preparing.warm(town.now + SECOND) == 0
    assert len(asked) == 2


def test_a_pool_fixed_anew_is_read_anew(app, session, town, prepared):
    contest = loaded(session)
    CHANGES["paper"](session, contest, town.now + SECOND)
    town.commit()
    freeze(app, town, after=2)
    with app.app_context():
        assert preparing.warm(town.now + 3 * SECOND) == 1


def test_templates_are_compiled_before_anybody_asks(app, town, coming, monkeypatch):
    app.jinja_env.cache.clear()
    with app.app_context():
        preparing.warm(town.now)
    made, real = [], app.jinja_env.compile
    monkeypatch.setattr(app.jinja_env, "compile", lambda *args, **more: made.append(args[1]) or real(*args, **more))
    app.test_client().page("/")
    app.test_client().page("/cuoc-thi/cuoc-thi")
    assert made == []
