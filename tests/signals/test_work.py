"""Signals are made beside the requests, found again as the same, keep what was decided, and are erased in time."""

from datetime import timedelta

import pytest
from signals.scene import Scene
from sqlalchemy import func, select

from contest import clock
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.attempts.models import Attempt
from contest.signals import actions, queries, rules, work
from contest.signals.models import RegistrationTrace, Signal, SignalAttempt, SignalRun
from contest.signals.queries import Filter
from contest.signals.rules import SignalKind, Verdict


@pytest.fixture
def scene(town, app):
    scene = Scene(town, app)
    scene.honest()
    return scene


def kinds(scene):
    return {signal.kind: signal for signal in queries.signals(scene.session, scene.round_id, Filter(), 100)}


def test_honest_people_behind_one_address_raise_nothing(scene):
    assert scene.look() == []
    assert scene.session.get(SignalRun, scene.round_id).attempts == 40


def test_each_kind_is_found_with_its_attempts_and_reasons(scene):
    shared, machine = scene.one_browser(), scene.machine()
    signed_up = scene.sign_ups()
    scene.look()
    found = kinds(scene)
    assert set(found) == {SignalKind.ONE_DEVICE, SignalKind.TOO_FAST, SignalKind.REGISTRATIONS}
    about = {kind: {a.attempt.id for a in queries.attempts_of(scene.session, s.id, 100)} for kind, s in found.items()}
    assert about[SignalKind.ONE_DEVICE] == {attempt.id for attempt in shared}
    assert about[SignalKind.TOO_FAST] == {machine.id}
    assert found[SignalKind.REGISTRATIONS].people == len(signed_up)
    said = [str(reason) for reason in rules.reasons(SignalKind.ONE_DEVICE, found[SignalKind.ONE_DEVICE].details)]
    assert said[0] == "4 người làm 4 lượt thi trên cùng một trình duyệt, trong 4 phút."
    assert said[1] == "3 lượt bắt đầu chưa đầy 15 giây sau khi người trước nộp bài."


def test_copies_of_rare_mistakes_are_found_and_stay_one_signal_when_more_join(scene):
    for n in range(60):
        scene.sit(scene.member(f"Thêm {n}"), n, missed=(n % 12,), step=1 if n % 3 else 3, seconds=500 + n)
    mistakes = (0, 2, 3, 5, 7, 8, 10, 11)
    for n in range(3):
        scene.sit(scene.member(f"Bài giống {n}"), 30 + n, missed=mistakes, step=2)
    scene.look()
    found = kinds(scene)[SignalKind.SAME_WRONG]
    first = found.id
    assert found.people == 3 and found.details["matches"] == 8
    earlier = scene.sit(scene.member("Bài giống nữa"), 29, missed=mistakes, step=2)
    earlier.started_at = scene.round.opens_at
    scene.look()
    again = kinds(scene)[SignalKind.SAME_WRONG]
    assert (again.id, again.people) == (first, 4)


def test_looking_again_changes_nothing_and_what_is_gone_is_forgotten_unless_decided(scene):
    scene.one_browser()
    fast = scene.machine()
    scene.look()
    before = {kind: (s.id, s.strength, s.found_at) for kind, s in kinds(scene).items()}
    scene.look()
    assert {kind: (s.id, s.strength, s.found_at) for kind, s in kinds(scene).items()} == before
    decide(scene, kinds(scene)[SignalKind.ONE_DEVICE], Verdict.EXPLAINED, "Máy chung của phân xưởng 2")
    fast.elapsed_ms = 400_000
    for attempt in scene.session.scalars(select(Attempt).where(Attempt.device == "shared-browser")):
        attempt.device = None
    scene.look()
    left = kinds(scene)
    assert set(left) == {SignalKind.ONE_DEVICE}
    assert (left[SignalKind.ONE_DEVICE].verdict, left[SignalKind.ONE_DEVICE].note) == (
        "explained",
        "Máy chung của phân xưởng 2",
    )


def decide(scene, signal, verdict, note=""):
    now = clock.now()
    actions.decide(scene.session, TERMINAL, scene.contest, scene.round, signal, verdict, note, now)
    scene.session.commit()


def test_a_decided_signal_keeps_its_verdict_when_it_is_found_again(scene):
    scene.one_browser()
    scene.look()
    decide(scene, kinds(scene)[SignalKind.ONE_DEVICE], Verdict.CONFIRMED, "Thi hộ")
    scene.sit(scene.member("Người nữa"), 9, seconds=50, device="shared-browser")
    scene.look()
    again = kinds(scene)[SignalKind.ONE_DEVICE]
    assert (again.verdict, again.note, again.people) == ("confirmed", "Thi hộ", 5)


def test_the_log_says_that_a_decision_was_made_and_nothing_about_whom(scene):
    scene.one_browser()
    scene.look()
    signal = kinds(scene)[SignalKind.ONE_DEVICE]
    decide(scene, signal, Verdict.CONFIRMED, "Ông A thi hộ")
    decide(scene, signal, None)
    entries = scene.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "signal.decide").order_by(AuditEntry.id)
    ).all()
    assert [(e.details["was"], e.details["verdict"]) for e in entries] == [(None, "confirmed"), ("confirmed", None)]
    assert "Ông A" not in str([e.details for e in entries]) and "shared" not in str([e.details for e in entries])
    assert (signal.verdict, signal.decided_at, signal.note) == (None, None, "")


def test_batches_and_parts_give_the_same(scene, monkeypatch):
    scene.one_browser()
    scene.machine()
    scene.sign_ups()
    whole = scene.look()
    monkeypatch.setattr(work, "BATCH", 3)
    assert scene.look() == whole


def test_a_round_is_looked_at_when_attempts_closed_and_time_has_passed(scene, monkeypatch):
    scene.town.commit()
    with scene.app.app_context():
        assert work.look_due(lambda: None) == [scene.round_id]
        assert work.look_due(lambda: None) == []
        scene.machine()
        scene.town.commit()
        assert work.look_due(lambda: None) == []
        monkeypatch.setattr(rules, "PAUSE", timedelta(0))
        assert work.look_due(lambda: None) == [scene.round_id]


def test_two_servers_do_not_look_at_one_round_at_the_same_time(scene):
    scene.town.commit()
    now = clock.now()
    assert actions.claim(scene.session, scene.round_id, None, now)
    assert not actions.claim(scene.session, scene.round_id, None, now)
    scene.session.commit()
    last = queries.looked(scene.session, scene.round_id)
    assert actions.claim(scene.session, scene.round_id, last, now + timedelta(seconds=1))
    assert not actions.claim(scene.session, scene.round_id, last, now + timedelta(seconds=2))


def test_practice_rounds_are_left_alone(scene):
    scene.contest.practice = True
    scene.town.commit()
    with scene.app.app_context():
        assert work.look_due(lambda: None) == []


def count(scene, model):
    return scene.session.scalar(select(func.count()).select_from(model))


def test_everything_is_erased_ninety_days_after_the_round_closed(scene):
    scene.one_browser()
    scene.sign_ups()
    scene.look()
    assert count(scene, Signal) == 2
    move(scene, rules.KEPT - timedelta(hours=1))
    with scene.app.app_context():
        assert work.erase_due() == 0
    assert count(scene, RegistrationTrace) == 8
    move(scene, rules.KEPT + timedelta(hours=1))
    with scene.app.app_context():
        assert work.erase_due() == 1
        assert work.erase_due() == 0
    scene.session.rollback()
    assert [count(scene, model) for model in (Signal, SignalAttempt, RegistrationTrace)] == [0, 0, 0]
    kept = select(func.count(Attempt.device) + func.count(Attempt.network))
    assert scene.session.scalar(kept) == 0
    assert count(scene, Attempt) == 40 + 4 + 8
    entry = scene.session.scalars(select(AuditEntry).where(AuditEntry.action == "signal.erase")).one()
    assert entry.details == {"round": 1, "signals": 2}
    with pytest.raises(work.Erased):
        scene.look()


def move(scene, ago):
    """Close the round so long ago, its registrations long before."""
    now = clock.now()
    scene.round.closes_at, scene.round.opens_at = now - ago, now - ago - timedelta(days=7)
    for trace in scene.session.scalars(select(RegistrationTrace)):
        trace.at = now - rules.KEPT - timedelta(days=7)
    scene.town.commit()


def test_an_old_registration_is_kept_while_a_round_of_its_contest_is_recent(scene):
    entries = scene.sign_ups(2)
    outsider = scene.town.person("Không dự thi")
    old = clock.now() - rules.KEPT - timedelta(days=1)
    scene.session.add(RegistrationTrace(person_id=outsider.id, at=old, device="x", network=None))
    for trace in scene.session.scalars(select(RegistrationTrace)):
        trace.at = old
    scene.town.commit()
    with scene.app.app_context():
        work.erase_due()
    scene.session.rollback()
    kept = set(scene.session.scalars(select(RegistrationTrace.person_id)))
    assert kept == {entry.person_id for entry in entries}


def test_registering_leaves_a_trace_of_browser_and_network(client, town, session):
    assert town.province
    town.commit()
    sent = {"name": "Lò Thị Lan", "phone": "0912345678", "union": "LC-PT-1", "kind": "member"}
    assert client.send("/dang-ky", {**sent, "password": "hoa ban trang", "consent": "y"}).status_code == 303
    trace = session.scalars(select(RegistrationTrace)).one()
    assert len(trace.device) == len(trace.network) == 16
    cookie = client.get_cookie("hoithi_may").value
    assert cookie not in (trace.device, trace.network)
    own = client.get("/tai-khoan/du-lieu.json").json["traces"]
    assert own == {
        "registration": {"at": trace.at.isoformat(), "device": trace.device, "network": trace.network},
        "attempts": [],
    }
