"""Changes of the tree that meet: each waits for the other, or is told that the tree is another by now."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from support.decisions import decided, merging, moving, opening, planned, today

from contest import clock
from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, Actor, Grant, Role
from contest.unions import actions, following, headcounts, reorganising, trees, undoing
from contest.unions.list_rules import UnionRow
from contest.unions.models import Headcount, UnionChange, UnionDecision, UnionSpell
from contest.unions.rules import Level


@pytest.fixture
def lc(town):
    assert town.province
    town.commit()
    return town


def test_a_decision_is_not_undone_while_the_present_follows_it(lc, session, hurried, monkeypatch):
    """Undone in between it would leave its people at a union that never took over."""
    lan, tomorrow = lc.lan, today() + timedelta(days=1)
    decision = decided(session, merging("LC-PT-1", "LC-PT-2"), on=tomorrow)
    session.execute(UnionChange.__table__.update().values(effective_on=tomorrow))
    session.commit()
    keep, tried = trees.keep_for_contests, []

    def undone_meanwhile(*args):
        tried.append(decision.id)
        with pytest.raises(OperationalError):
            undoing.undo(hurried, TERMINAL, hurried.get_one(UnionDecision, decision.id), "nhầm", clock.now())
        return keep(*args)

    monkeypatch.setattr(trees, "keep_for_contests", undone_meanwhile)
    assert following.catch_up(session, tomorrow, clock.now()) == 1
    session.commit()
    assert tried == [decision.id]
    assert session.scalars(select(Person.union_id).where(Person.id == lan.id)).one() == lc.LC_PT_2.id


def test_undone_twice_at_once_is_undone_once(app, lc, session):
    code = decided(session, moving("LC-PT-1", "LC-TU")).code
    session.commit()
    wanted = select(UnionDecision).where(UnionDecision.code == code)
    with app.extensions["store"].session(readonly=False) as other:
        looked = other.scalars(wanted).one()
        other.commit()
        undoing.undo(session, TERMINAL, session.scalars(wanted).one(), "nhầm", clock.now())
        session.commit()
        with pytest.raises(undoing.Refused, match="đã được huỷ"):
            undoing.undo(other, TERMINAL, looked, "nhầm", clock.now())


def test_a_plan_is_told_when_what_it_builds_on_was_undone(lc, session):
    """Undoing what opened a union leaves no spell that is newer than those the plan has seen."""
    first = decided(session, opening("LC-X1", "LC", Level.UPPER))
    plan = planned(session, moving("LC-PT-1", "LC-X1"), number="16/QĐ-LĐLĐ")
    assert not plan.faults
    undoing.undo(session, TERMINAL, first, "nhầm", clock.now())
    with pytest.raises(reorganising.Stale):
        reorganising.store(session, TERMINAL, plan, clock.now())


def test_a_list_that_waited_for_a_decision_is_entered_after_it(lc, session):
    """Whoever asks later what was known when reads both in the order in which they were stored."""
    asked_at = clock.now()
    decision = decided(session, moving("LC-PT-1", "LC-TU"))
    listed = UnionRow(2, "LC-PT-1", "CĐCS Tên đúng", Level.GRASSROOTS, "LC-TU")
    actions.store_import(session, TERMINAL, actions.plan_import(session, [listed], asked_at), asked_at)
    told = session.scalars(select(UnionSpell).where(UnionSpell.name == "CĐCS Tên đúng")).all()
    assert told and all(spell.entered_at > decision.entered_at for spell in told)
    assert not session.scalars(select(UnionSpell.id).where(UnionSpell.replaced_at < UnionSpell.entered_at)).all()


@pytest.mark.parametrize("decide", [headcounts.confirm, headcounts.send_back])
def test_figures_are_not_decided_about_while_the_union_tells_others(lc, session, hurried, monkeypatch, decide):
    """Confirmed in between they would be replaced by figures that nobody has confirmed."""
    own = Actor(lc.hung.id, "Hùng", grants=(Grant(Role.OFFICIAL, lc.LC_PT_1.id),))
    union, day = lc.LC_PT_1, today() - timedelta(days=9)
    headcounts.tell(session, own, union, {"member": 20}, day, lc.now)
    session.commit()
    waiting = select(Headcount.id).where(Headcount.replaced_at.is_(None), Headcount.confirmed_at.is_(None))
    ids, look, tried = session.scalars(waiting).all(), headcounts._confirmed_otherwise, []
    session.commit()

    def confirmed_meanwhile(*args):
        found = look(*args)
        with pytest.raises(OperationalError):
            decide(hurried, TERMINAL, ids, lc.now)
        tried.append(ids)
        return found

    monkeypatch.setattr(headcounts, "_confirmed_otherwise", confirmed_meanwhile)
    assert headcounts.tell(session, own, union, {"member": 21}, day, lc.now) is None
    session.commit()
    assert len(ids) == 1 and tried == [ids]
