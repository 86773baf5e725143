"""Which headcounts a contest's rates go by: those of its opening, as known when its results were announced."""

from datetime import date, timedelta

import pytest
from support.decisions import decided, merging, today

from contest.accounts.rules import TERMINAL
from contest.participation import queries
from contest.participation.whole import whole
from contest.unions.actions import put_headcounts
from contest.unions.models import Headcount
from contest.unions.rules import HeadcountSource


@pytest.fixture
def opened(fair, session):
    """A fair that opened today; the four grassroots unions had ten members each when it did."""
    session.query(Headcount).update({"counted_on": date(2026, 1, 1), "entered_at": fair.town.now - timedelta(days=9)})
    session.flush()
    return fair


def told(fair, union, number, on, source=HeadcountSource.ABOVE, after=timedelta(0)):
    put_headcounts(fair.town.session, TERMINAL, {(union.id, "member", on): number}, source, fair.town.now + after)
    fair.town.session.flush()


def size(fair, union, round_number=0, today=False):
    branch = whole(fair.town.session, {}, fair.contest, round_number, fair.town.now, today)
    assert today or branch.row(union.id) == queries.branch(fair.town.session, fair.contest, union.id, round_number).root
    return branch.row(union.id).size


def test_announced_rates_never_move(opened):
    union = opened.town.LC_PT_1
    opened.contest.results_at = opened.town.now
    told(opened, union, 25, date(2026, 1, 1), after=timedelta(seconds=1))
    assert size(opened, union).number == 10
    opened.contest.correcting_since = opened.town.now
    assert size(opened, union).number == 10
    opened.contest.results_at = opened.contest.correcting_since = None
    assert size(opened, union).number == 25


def test_a_round_announced_goes_by_what_was_known_then(opened):
    union = opened.town.LC_PT_1
    opened.first.published_at = opened.town.now
    told(opened, union, 25, date(2026, 1, 1), after=timedelta(seconds=1))
    assert [size(opened, union, number).number for number in (0, 1, 2)] == [25, 10, 25]


def test_what_waited_when_results_were_announced_still_waits_there(opened, session):
    union, now = opened.town.LC_PT_1, opened.town.now
    session.query(Headcount).filter_by(union_id=union.id).delete()
    told(opened, union, 25, date(2026, 1, 1), HeadcountSource.OWN)
    assert (size(opened, union).number, size(opened, union).unconfirmed) == (25, True)
    opened.contest.results_at = now
    session.query(Headcount).filter_by(union_id=union.id).update({"confirmed_at": now + timedelta(hours=1)})
    assert size(opened, union).unconfirmed is True
    opened.contest.results_at = None
    assert size(opened, union).unconfirmed is False


def test_the_opening_day_or_today(opened):
    union = opened.town.LC_PT_1
    opened.first.opens_at -= timedelta(days=30)
    told(opened, union, 14, today() - timedelta(days=2))
    assert (size(opened, union).number, size(opened, union).late) == (10, False)
    found = size(opened, union, today=True)
    assert (found.number, found.before, found.jumps) == (14, 10, False)


def test_a_union_taken_over_counts_to_its_successor_today(opened, session):
    town = opened.town
    town.session.flush()
    decided(session, merging("LC-PT-1", "LC-PT-2"))
    session.refresh(opened.contest)
    assert opened.contest.tree_id is not None
    assert [size(opened, union).number for union in (town.LC_PT_1, town.LC_PT_2, town.LC_PT)] == [10, 10, 20]
    assert [size(opened, union, today=True).number for union in (town.LC_PT_2, town.LC_PT)] == [20, 20]
    present = whole(session, {}, opened.contest, 0, town.now, today=True)
    assert [row.node.code for row in present.children(town.LC_PT.id)] == ["LC-PT-2"]
    assert present.row(town.LC_PT_2.id).counts.people == 2
    told(opened, town.LC_PT_2, 17, today())
    assert size(opened, town.LC_PT_2, today=True).number == 17


def test_hours_days_and_parts_in_either_tree(opened, session):
    town, contest = opened.town, opened.contest
    decided(session, merging("LC-PT-1", "LC-PT-2"))
    session.refresh(contest)
    day = today()
    for union, was, now in ((town.LC_PT_1, 4, 4), (town.LC_PT_2, 0, 4), (town.LC_PT, 4, 4)):
        for tree, attempts in ((None, was), (1, now)):
            assert sum(queries.by_hour(session, contest, union.id, tree)) == attempts
            assert sum(d.attempts for d in queries.by_day(session, contest, union.id, day, tree)) == attempts
            assert sum(p.counts.attempts for p in queries.parts(session, contest, union.id, 0, tree)) == attempts
            assert queries.people(session, contest, union.id, 0, tree) == (2 if attempts else 0)
            assert len(queries.participants(session, contest, union.id, 0, 9, 0, tree)) == (2 if attempts else 0)
    found = queries.now_and_today(session, [contest.id], [town.LC_PT_2.id, town.LC_PT.id], day)
    assert (contest.id, town.LC_PT_2.id) not in found
    assert found[contest.id, town.LC_PT.id].attempts == 4
