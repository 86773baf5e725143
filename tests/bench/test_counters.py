"""What aim K is measured on is a true contest: kept counters and attempts say the same of every union."""

import pytest
from sqlalchemy import update

from bench import counters, counters_fill
from contest import clock
from contest.participation import recounting
from contest.participation.models import Tally

UNIONS, ATTEMPTS = 40, 300


@pytest.fixture
def contest(session):
    return counters_fill.fill(session, UNIONS, ATTEMPTS, clock.now(), say=lambda _text: None)


def test_attempts_made_by_the_database_are_counted_either_way(session, contest):
    assert recounting.verify(session, contest) == []
    tree = counters.counted(session, counters.WHOLE_TREE, contest=contest.id)
    assert tree[1][:2] == (ATTEMPTS / 3, ATTEMPTS)
    found = counters.turn(session, contest)
    assert {name.partition(":")[0] for name in found} == {"whole tree", "one union"}


def test_figures_that_differ_stop_it(session, contest):
    session.execute(update(Tally).values(people=Tally.people + 1))
    with pytest.raises(RuntimeError, match="other figures"):
        counters.turn(session, contest)
