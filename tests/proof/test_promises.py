"""What a round draws from is promised before it opens, promised anew when it changes, and revealed after it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.attempts.preparing import freeze_coming
from contest.extensions import db
from contest.proof import actions, queries, rules, work
from contest.proof.models import Commitment
from contest.rounds.actions import frozen_pool, open_round, update_round
from contest.rounds.models import Round

PROOF = "/cuoc-thi/cuoc-thi/minh-chung"


@pytest.fixture
def hand(town):
    """The clock stands still until it is moved on."""
    with time_machine.travel(town.now, tick=False) as moved:
        yield moved


@pytest.fixture
def coming(app, town, session, hand):
    """A round that opens in half a minute, however long this takes."""
    round_ = town.round(opens=0.5, closes=60)
    town.commit()
    with app.app_context():
        yield round_


def test_a_coming_round_is_promised_with_the_freezing(coming, client):
    freeze_coming(clock.now())
    assert (work.promise_due(), work.promise_due()) == (1, 0)
    with db.reading() as session:
        round_ = session.get_one(Round, coming.id)
        [promise] = session.scalars(select(Commitment)).all()
        made = queries.promised_now(session, round_, promise.made_at)
        assert promise.made_at < round_.opens_at
        assert (promise.digest, promise.seed_digest) == (made.digest, rules.seed_digest(round_.seed))
    data = client.get(PROOF, headers={"Accept": "application/json"}).json
    assert data["rounds"][0]["promise"]["digest"] == promise.digest
    assert data["rounds"][0]["seed"] is None
    assert coming.seed not in client.get(PROOF).text


def test_questions_frozen_anew_are_promised_anew(coming, hand):
    now = clock.now()
    freeze_coming(now)
    work.promise_due()
    with db.begin() as session:
        round_ = session.get_one(Round, coming.id)
        update_round(session, TERMINAL, round_.contest, round_, {"shuffle_questions": False}, now)
    hand.shift(1)
    freeze_coming(clock.now())
    assert work.promise_due() == 1
    with db.reading() as session:
        old, new = session.scalars(select(Commitment).order_by(Commitment.id)).all()
    assert old.replaced_at is not None and new.replaced_at is None
    assert old.questions_digest != new.questions_digest and old.seed_digest == new.seed_digest


def test_a_round_opened_by_hand_is_promised_in_the_same_act(app, town, session):
    round_ = town.round(opens=60, closes=120)
    town.commit()
    open_round(session, TERMINAL, round_.contest, round_, clock.now())
    session.commit()
    with app.app_context():
        assert work.promise_due() == 0
    [promise] = session.scalars(select(Commitment)).all()
    assert promise.made_at == round_.opens_at


def test_every_change_of_a_question_or_the_draw_changes_the_promise(town, session):
    round_ = town.round()
    pool = frozen_pool(session, round_, clock.now())
    whole = queries.questions_of(session, round_, pool)
    first = rules.digest_of(whole)
    version = whole["versions"][0][0]
    content = queries.version_contents(session, [version])[version]
    assert rules.digest_of(content) == whole["versions"][0][1]
    for name, value in (("stem", "khác"), ("choices", []), ("details", {"x": 1}), ("kind", "essay"), ("source", "y")):
        assert rules.digest_of({**content, name: value}) != whole["versions"][0][1], name
    for name in ("shuffle_questions", "shuffle_choices", "prefer_unseen"):
        setattr(round_, name, not getattr(round_, name))
        assert rules.digest_of(queries.questions_of(session, round_, pool)) != first, name
        setattr(round_, name, not getattr(round_, name))


def test_practice_promises_nothing(app, town, session):
    round_ = town.round(town.contest(practice=True))
    frozen_pool(session, round_, clock.now())
    town.commit()
    with app.app_context():
        assert work.promise_due() == 0


def test_the_seed_is_revealed_with_the_results(town, session, client):
    round_ = town.round(opens=-60, closes=-1, grace_s=0)
    frozen_pool(session, round_, clock.now() - timedelta(hours=1))
    actions.promise(session, round_, clock.now() - timedelta(hours=1))
    round_.published_at = clock.now()
    town.commit()
    data = client.get(PROOF, headers={"Accept": "application/json"}).json
    assert data["rounds"][0]["seed"] == round_.seed
    assert rules.seed_digest(data["rounds"][0]["seed"]) == data["rounds"][0]["promise"]["seed_digest"]
