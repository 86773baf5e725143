"""Targets that meet an announcement, another's targets, or who keeps them in memory."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from contest.accounts.rules import TERMINAL
from contest.participation import targets, targets_import
from contest.participation.asking import Ask
from contest.participation.models import UnionTarget
from contest.participation.rules import TargetSource
from contest.participation.whole import whole
from contest.rounds import actions as rounds
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion

ROW = targets_import.TargetRow(2, "LC-PT-1", 80)


@pytest.fixture
def scene(town):
    """A contest that asks for 60 per cent; the province has handed down 70 to a workplace."""
    town.scene = town.contest(target_percent=60)
    targets.hand_down(town.session, TERMINAL, town.scene, town.LC_PT_1, Ask(percent=70), town.province, town.now)
    town.commit()
    return town


def hand_down(session, contest, above, union, now):
    targets.hand_down(session, TERMINAL, contest, union, Ask(percent=80), above, now)


def take_on(session, contest, above, union, now):
    targets.commit_own(session, TERMINAL, contest, union, Ask(percent=95), now)


def take_back(session, contest, above, union, now):
    targets.drop(session, TERMINAL, contest, union, TargetSource.GIVEN, above, now)


def from_a_sheet(session, contest, above, union, now):
    plan = targets_import.apply_targets(session, TERMINAL, contest, above, [ROW], now)
    if plan.faults:
        raise Refused([fault.message for fault in plan.faults])


acts = pytest.mark.parametrize("act", [hand_down, take_on, take_back, from_a_sheet])


@acts
def test_nobody_announces_until_targets_are_written(scene, session, hurried, act):
    act(session, session.get_one(Contest, scene.scene.id), scene.province, scene.LC_PT_1, scene.now)
    with pytest.raises(OperationalError):
        rounds.hold_results(hurried, hurried.get_one(Contest, scene.scene.id))


@acts
def test_what_was_announced_meanwhile_refuses_targets(app, scene, act):
    """Whoever looked before the announcement looks again once its turn has come."""
    with app.extensions["store"].session(readonly=False) as other:
        looked = other.get_one(Contest, scene.scene.id)
        above, union = (other.get_one(TradeUnion, one.id) for one in (scene.province, scene.LC_PT_1))
        assert looked.results_at is None
        other.commit()
        scene.session.execute(update(Contest).values(results_at=scene.now))
        scene.session.commit()
        with pytest.raises(Refused, match="đã công bố"):
            act(other, looked, above, union, scene.now)


def test_targets_set_by_who_began_earlier_are_seen_at_once(app, scene, session, monkeypatch):
    """Two officials press at the same moment: the one that is stored second may have begun first."""
    monkeypatch.setitem(app.config, "PARTICIPATION_DELAY_S", 15)
    contest, now, memo = scene.scene, scene.now, {}
    with app.app_context():
        targets.hand_down(session, TERMINAL, contest, scene.LC_PT_2, Ask(percent=90), scene.province, now)
        assert whole(session, memo, contest, 0, now).row(scene.LC_PT_1.id).wanted == 7
        early = now - timedelta(seconds=1)
        targets.hand_down(session, TERMINAL, contest, scene.LC_PT_1, Ask(percent=80), scene.province, early)
        assert whole(session, memo, contest, 0, now).row(scene.LC_PT_1.id).wanted == 8
    assert len(set(session.scalars(select(UnionTarget.set_at)))) == 2
