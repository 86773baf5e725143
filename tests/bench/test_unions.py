"""The tree that is measured is a true one: both ways of counting agree, and the work on it can be done."""

from bench import counters, unions_work
from bench.unions_fill import grow
from contest import clock
from contest.participation import recounting
from contest.rounds.models import Contest

PEOPLE, UNIONS = 60, 40


def test_counters_and_attempts_say_the_same_of_every_union(session):
    grown = grow(session, PEOPLE, UNIONS, clock.now())
    contest = session.get_one(Contest, grown.contest_id)
    assert recounting.verify(session, contest) == []
    assert counters.turn(session, contest)
    assert counters.counted(session, counters.WHOLE_TREE, contest=contest.id)[grown.root_id][:2] == (PEOPLE, PEOPLE)


def test_lists_are_imported_and_unions_reorganised(session):
    found = {}
    unions_work._imports(session, UNIONS, PEOPLE, found)
    unions_work._reorganisation(session, found)
    assert len(found) == 4 and all(seconds > 0 for seconds in found.values())
