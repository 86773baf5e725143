"""The figures of a whole contest from memory: never older than declared, and the same as when read anew."""

from datetime import timedelta

import pytest
from participation import crowd
from sqlalchemy import func
from support.queries import counted

from contest.accounts.rules import TERMINAL
from contest.participation import queries
from contest.participation.reading import opening_day
from contest.participation.whole import remembered, whole
from contest.unions import headcounts, trees
from contest.unions.actions import put_headcounts
from contest.unions.models import Headcount
from contest.unions.rules import HeadcountSource


@pytest.fixture
def delayed(app, monkeypatch):
    """The app with figures that may be fifteen seconds old."""
    monkeypatch.setitem(app.config, "PARTICIPATION_DELAY_S", 15)
    with app.app_context():
        yield app


def test_every_union_of_the_tree_as_when_read_anew(fair, session):
    town = fair.town
    tree = whole(session, {}, fair.contest, 0, town.now)
    for union in (town.province, town.LC_PT, town.LC_PT_1, town.LC_TU_2):
        alone = queries.branch(session, fair.contest, union.id)
        assert tree.at(union.id).root == alone.root
        assert tree.at(union.id).children() == alone.children()
        assert tree.at(union.id).everyone() == alone.everyone()
        assert tree.at(union.id).silent() == alone.silent()
        assert tree.at(union.id).basic() == alone.basic()
    assert tree.root.node.id == town.province.id
    with pytest.raises(KeyError):
        tree.at(-1)


def test_figures_are_as_old_as_declared_and_no_older(fair, session, delayed):
    town, memo = fair.town, {}
    first = whole(session, memo, fair.contest, 0, town.now)
    fair.more(1)
    almost = town.now + timedelta(seconds=14.9)
    assert whole(session, memo, fair.contest, 0, almost).root.counts.people == 3
    assert whole(session, memo, fair.contest, 0, almost).taken_at == town.now
    later = town.now + timedelta(seconds=15)
    assert whole(session, memo, fair.contest, 0, later).root.counts.people == 4
    assert whole(session, memo, fair.contest, 0, later).taken_at == later
    assert first.root.counts.people == 3


def test_without_a_delay_every_page_reads_anew(fair, session):
    town, memo = fair.town, {}
    whole(session, memo, fair.contest, 0, town.now)
    fair.more(1)
    assert whole(session, memo, fair.contest, 0, town.now).root.counts.people == 4


def test_what_somebody_changes_by_hand_is_seen_at_once(fair, session, delayed):
    town, memo = fair.town, {}
    assert whole(session, memo, fair.contest, 0, town.now).root.headcount == 40
    figures = {(town.LC_PT_1.id, "member", town.now.date() - timedelta(days=1)): 30}
    session.query(Headcount).filter_by(union_id=town.LC_PT_1.id).delete()
    put_headcounts(session, TERMINAL, figures, HeadcountSource.ABOVE, town.now)
    assert whole(session, memo, fair.contest, 0, town.now).root.headcount == 60
    town.LC_PT_1.name = "Công đoàn đổi tên"
    trees.rebuild(session, town.now)
    assert whole(session, memo, fair.contest, 0, town.now).row(town.LC_PT_1.id).node.name == "Công đoàn đổi tên"
    fair.contest.target_percent = 50
    assert whole(session, memo, fair.contest, 0, town.now).root.wanted == 30


@pytest.mark.parametrize(("decide", "expected"), [(headcounts.confirm, 60), (headcounts.send_back, 40)])
def test_a_headcount_confirmed_or_sent_back_is_seen_at_once(fair, session, delayed, decide, expected):
    """Neither makes a new figure: the page knows by the log that something was decided."""
    town, memo = fair.town, {}
    session.expire_all()
    opened = opening_day(fair.contest)
    session.query(Headcount).update({Headcount.counted_on: opened - timedelta(days=1)})
    before = whole(session, memo, fair.contest, 0, town.now)
    put_headcounts(session, TERMINAL, {(town.LC_PT_1.id, "member", opened): 30}, HeadcountSource.OWN, town.now)
    waiting = whole(session, memo, fair.contest, 0, town.now)
    assert waiting.root.headcount == before.root.headcount == 40
    rows = session.query(Headcount.id).filter_by(confirmed_at=None)
    assert decide(session, TERMINAL, [row.id for row in rows], town.now) == 1
    decided = whole(session, memo, fair.contest, 0, town.now)
    assert decided.taken_at == town.now
    assert decided.rolled is not waiting.rolled
    assert decided.root.headcount == expected


def test_figures_stored_by_who_began_earlier_are_seen_at_once(fair, session, delayed):
    """Of two who tell figures at the same moment the second to be stored may have the lower number."""
    town, memo, opened = fair.town, {}, opening_day(fair.contest)
    session.query(Headcount).update({Headcount.counted_on: opened - timedelta(days=1)})
    newest = session.query(func.max(Headcount.id)).scalar()
    for union, number, members in ((town.LC_PT_1, newest + 2, 30), (town.LC_PT_2, newest + 1, 50)):
        told = {"kind": "member", "counted_on": opened, "confirmed_at": town.now}
        session.add(Headcount(id=number, union_id=union.id, number=members, **told))
        session.flush()
        assert whole(session, memo, fair.contest, 0, town.now).row(union.id).headcount == members


def test_what_was_decided_by_who_began_earlier_is_seen_at_once(fair, session, delayed):
    town, memo, opened = fair.town, {}, opening_day(fair.contest)
    session.query(Headcount).update({Headcount.counted_on: opened - timedelta(days=1)})
    for union in (town.LC_PT_1, town.LC_PT_2):
        put_headcounts(session, TERMINAL, {(union.id, "member", opened): 30}, HeadcountSource.OWN, town.now)
    assert whole(session, memo, fair.contest, 0, town.now).root.headcount == 40
    for expected, union, seconds in ((60, town.LC_PT_1, 0), (80, town.LC_PT_2, 1)):
        rows = session.query(Headcount.id).filter_by(confirmed_at=None, union_id=union.id)
        ids = [row.id for row in rows]
        assert headcounts.confirm(session, TERMINAL, ids, town.now - timedelta(seconds=seconds)) == 1
        assert whole(session, memo, fair.contest, 0, town.now).root.headcount == expected


def asked(app, session, memo, contest, now):
    with counted(app) as statements:
        whole(session, memo, contest, 0, now)
    return list(statements)


def test_what_is_remembered_asks_one_question(fair, session, app, delayed):
    memo, now = {}, fair.town.now
    assert len(asked(app, session, memo, fair.contest, now)) > 1
    assert len(asked(app, session, memo, fair.contest, now)) == 1


def test_counters_alone_are_read_anew_while_nothing_else_changes_and_everything_after_a_minute(
    fair, session, app, delayed
):
    memo, now = {}, fair.town.now
    assert sum("headcount" in one for one in asked(app, session, memo, fair.contest, now)) == 2
    fair.more(1)
    counters = asked(app, session, memo, fair.contest, now + timedelta(seconds=45))
    assert [("tally" in one, "headcount" in one) for one in counters[1:]] == [(True, False)]
    assert whole(session, memo, fair.contest, 0, now + timedelta(seconds=45)).root.counts.people == 4
    # Without a trace that anybody could see.
    session.query(Headcount).update({Headcount.number: Headcount.number + 1})
    later = asked(app, session, memo, fair.contest, now + timedelta(seconds=61))
    assert sum("headcount" in one for one in later) == 2
    fresh = queries.branch(session, fair.contest, fair.town.province.id).root
    assert whole(session, memo, fair.contest, 0, now + timedelta(seconds=61)).root.size == fresh.size


def test_as_many_questions_for_a_larger_tree(fair, session, app):
    town = fair.town
    assert fair.contest.rounds
    before = asked(app, session, {}, fair.contest, town.now)
    fair.more(20)
    for number in range(10):
        town.union(f"LC-{number}", parent=town.province, members=5)
    session.flush()
    after = asked(app, session, {}, fair.contest, town.now)
    assert len(after) == len(before) == 5
    assert not any("FROM attempt" in statement for statement in after)


def test_what_stands_beside_a_branch_is_made_once_for_the_same_figures(fair, session, delayed):
    made, memo, now = [], {}, fair.town.now

    def told(branch, key="days"):
        return remembered(memo, key, branch, lambda: made.append(key) or len(made))

    first = whole(session, memo, fair.contest, 0, now)
    assert [told(first), told(whole(session, memo, fair.contest, 0, now)), told(first, "hours")] == [1, 1, 2]
    assert told(first.at(fair.town.LC_PT.id)) == 3
    assert told(whole(session, memo, fair.contest, 0, now + timedelta(seconds=15))) == 4
    assert told(queries.branch(session, fair.contest, fair.town.province.id)) == 5


def test_rounds_are_remembered_apart(fair, session, delayed):
    memo = {}
    assert whole(session, memo, fair.contest, 0, fair.town.now).root.counts.people == 3
    assert whole(session, memo, fair.contest, 2, fair.town.now).root.counts.people == 1
    crowd.sit(session, fair.binh, fair.second)
    assert whole(session, memo, fair.contest, 2, fair.town.now).root.counts.people == 1
