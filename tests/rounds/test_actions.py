"""The organizers' verbs: what they change, what they refuse, what they write down."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, PersonKind
from contest.rounds import actions, events, part_actions, queries
from contest.rounds.actions import Line
from contest.rounds.locks import Locked, Refused
from contest.rounds.models import Contest, Entry
from contest.rounds.plans import ContestPlan, DivisionPlan, ExclusionPlan, PrizePlan, RoundPlan, RowPlan, UnionRef
from contest.rounds.settings import ContestState, ExclusionMode, PrizeScope
from contest.rounds.windows import plan_of
from questions.messages import Message

HOUR = timedelta(hours=1)


@pytest.fixture
def quiet(monkeypatch):
    """No room above listens."""
    monkeypatch.setattr(events, "changed", [])
    monkeypatch.setattr(events, "announcing", [])


pytestmark = pytest.mark.usefixtures("quiet")


def plan(town, **settings):
    town.bank(topics=("Luật", "Lịch sử"))
    rows = (RowPlan("bank", 3, 2, "Luật", division="A"), RowPlan("bank", 2), RowPlan("bank", 1, division="B"))
    values = {
        "union": UnionRef(town.province.code),
        "rounds": tuple(
            RoundPlan(n, town.now + n * HOUR, town.now + (n + 1) * HOUR, title=f"Tuần {n}", rows=rows) for n in (1, 2)
        ),
        "divisions": (DivisionPlan("A", "Cán bộ", (PersonKind.OFFICIAL,)), DivisionPlan("B", "Khác", (), None)),
        "exclusions": (ExclusionPlan(ExclusionMode.UNRANKED, "chuyên trách", union=UnionRef("LC-PT")),),
        "prizes": (PrizePlan(PrizeScope.ROUND, "Nhất", 1, "1 triệu đồng"),),
        "registration_opens_at": town.now,
        "criteria": ("score", "submitted"),
    }
    return ContestPlan("hoi-thi", "Hội thi", **(values | settings))


def log(session):
    return [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def start(session, town, contest, round_=None):
    """Somebody has taken part."""
    session.add(
        Entry(
            contest_id=contest.id, person_id=town.lan.id, kind="member", entered_at=town.now, union_id=town.LC_PT_1.id
        )
    )
    if round_:
        actions.frozen_pool(session, round_, town.now)
    session.flush()


def reload(session, contest):
    session.flush()
    session.expire_all()
    return queries.contest_by_slug(session, contest.slug)


# contests


def test_a_plan_comes_back_as_it_was_stored(session, town):
    given = plan(town)
    contest = actions.create_contest(session, TERMINAL, given, town.now)
    stored = plan_of(reload(session, contest))
    names = {"union": UnionRef("LC", stored.union.name), "exclusions": stored.exclusions}
    rounds = tuple(
        replace(row, rows=tuple(replace(line, bank_title="Ngân hàng bank") for line in row.rows))
        for row in given.rounds
    )
    assert stored == replace(given, **names, rounds=rounds)
    assert stored.exclusions[0].union.code == "LC-PT"
    assert contest.state == ContestState.DRAFT
    assert len({row.seed for row in contest.rounds}) == 2
    assert log(session) == ["contest.create"]


def test_what_a_plan_names_must_exist(session, town):
    given = plan(town, scope_union=UnionRef("XX"))
    rows = (RowPlan("khong-co", 1), RowPlan("bank", 1, topic="Không có"))
    with pytest.raises(Refused) as refusal:
        bad = replace(given, rounds=(replace(given.rounds[0], rows=rows),))
        actions.create_contest(session, TERMINAL, bad, town.now)
    said = [str(reason) for reason in refusal.value.reasons]
    assert len(said) == 3
    assert "“XX”" in said[0] and "“khong-co”" in said[1] and "“Không có”" in said[2]
    assert session.scalars(select(Contest)).all() == []


def test_an_address_is_used_once(session, town):
    given = plan(town)
    actions.create_contest(session, TERMINAL, given, town.now)
    with pytest.raises(Refused, match="hoi-thi"):
        actions.create_contest(session, TERMINAL, given, town.now)


def test_a_copy_starts_at_the_given_time_with_new_seeds(session, town):
    source = reload(session, actions.create_contest(session, TERMINAL, plan(town), town.now))
    later = town.now + timedelta(days=365)
    source.total, source.missed_rounds, source.tie_rule = "average", "left_out", "committee"
    source.rounds[0].freeze_minutes, source.rounds[0].lot_seed, source.lot_seed = 30, "ab" * 32, "cd" * 32
    session.flush()
    copy = actions.copy_contest(session, TERMINAL, source, "hoi-thi-2", "Hội thi 2", later, town.now)
    copy = reload(session, copy)
    one, two = plan_of(queries.contest_by_slug(session, "hoi-thi")), plan_of(copy)
    assert (copy.slug, copy.title, copy.state) == ("hoi-thi-2", "Hội thi 2", ContestState.DRAFT)
    assert two.rounds[0].opens_at == later
    assert two.rounds[1].closes_at - two.rounds[0].opens_at == 2 * HOUR
    assert two.registration_opens_at == later - HOUR
    assert (two.divisions, two.prizes, two.criteria) == (one.divisions, one.prizes, one.criteria)
    assert (copy.total, copy.missed_rounds, copy.tie_rule) == ("average", "left_out", "committee")
    assert [row.freeze_minutes for row in copy.rounds] == [30, 0]
    assert (copy.lot_seed, copy.rounds[0].lot_seed) == (None, None)
    assert [row.rows for row in two.rounds] == [row.rows for row in one.rounds]
    assert {row.seed for row in copy.rounds}.isdisjoint(row.seed for row in source.rounds)


def test_a_contest_with_errors_is_not_published(session, town):
    contest = actions.create_contest(session, TERMINAL, plan(town, rounds=()), town.now)
    with pytest.raises(Refused, match="chưa có đợt thi"):
        actions.publish_contest(session, TERMINAL, contest, town.now)
    assert contest.state == ContestState.DRAFT


def test_publish_and_take_back(session, town):
    contest = actions.create_contest(session, TERMINAL, plan(town), town.now)
    actions.publish_contest(session, TERMINAL, contest, town.now)
    assert (contest.state, contest.published_at) == (ContestState.PUBLISHED, town.now)
    with pytest.raises(Locked, match="bản nháp"):
        actions.delete_contest(session, TERMINAL, contest, town.now)
    actions.unpublish_contest(session, TERMINAL, contest, town.now)
    assert (contest.state, contest.published_at) == (ContestState.DRAFT, None)
    assert log(session) == ["contest.create", "contest.publish", "contest.unpublish"]


def test_once_somebody_took_part_a_contest_is_neither_taken_back_nor_deleted(session, town):
    contest = actions.create_contest(session, TERMINAL, plan(town), town.now)
    start(session, town, contest)
    with pytest.raises(Locked):
        actions.unpublish_contest(session, TERMINAL, contest, town.now)
    with pytest.raises(Locked):
        actions.delete_contest(session, TERMINAL, contest, town.now)


def test_a_draft_is_deleted_with_all_its_parts(session, town):
    contest = actions.create_contest(session, TERMINAL, plan(town), town.now)
    actions.delete_contest(session, TERMINAL, reload(session, contest), town.now)
    assert queries.contest_by_slug(session, "hoi-thi") is None
    assert log(session)[-1] == "contest.delete"


def test_a_demo_may_have_rounds_that_are_over(session, town):
    old = plan(town)
    past = tuple(replace(row, opens_at=town.now - 9 * HOUR, closes_at=town.now - 8 * HOUR) for row in old.rounds[:1])
    contest = actions.create_contest(session, TERMINAL, replace(old, rounds=past, registration_opens_at=None), town.now)
    with pytest.raises(Refused, match="đã qua"):
        actions.publish_contest(session, TERMINAL, contest, town.now)
    actions.publish_contest(session, TERMINAL, contest, town.now, past_allowed=True)
    assert contest.state == ContestState.PUBLISHED


# settings


def test_settings_change_and_are_written_down_without_free_text(session, town):
    contest = reload(session, actions.create_contest(session, TERMINAL, plan(town), town.now))
    changes = {"title": "Tên mới", "contact": "Chị Hoa 0912345678", "target_percent": 60, "practice": False}
    assert set(actions.update_settings(session, TERMINAL, contest, changes, town.now)) == {
        "title",
        "contact",
        "target_percent",
    }
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.details == {"title": True, "contact": True, "target_percent": 60}
    assert (contest.title, contest.target_percent) == ("Tên mới", 60)


def test_nothing_changed_is_nothing_written(session, town):
    contest = reload(session, actions.create_contest(session, TERMINAL, plan(town), town.now))
    assert actions.update_settings(session, TERMINAL, contest, {"title": "Hội thi"}, town.now) == []
    assert log(session) == ["contest.create"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "dia-chi-moi"),
        ("practice", True),
        ("kinds", ["member"]),
        ("criteria", ["score"]),
        ("total", "best"),
        ("all_answers_required", True),
        ("prediction_target", "people"),
        ("name_display", "full"),
    ],
)
def test_settings_that_would_change_what_people_did_are_locked(session, town, field, value):
    contest = reload(session, actions.create_contest(session, TERMINAL, plan(town), town.now))
    actions.update_settings(session, TERMINAL, contest, {field: value}, town.now)
    contest = reload(session, contest)
    start(session, town, contest)
    other = {"slug": "khac", "practice": False, "total": "sum", "all_answers_required": False}.get(field)
    with pytest.raises(Locked):
        actions.update_settings(session, TERMINAL, contest, {field: other or ["score", "elapsed"]}, town.now)


def test_the_address_of_a_public_contest_stays(session, town):
    contest = town.contest()
    with pytest.raises(Locked, match="QR"):
        actions.update_settings(session, TERMINAL, contest, {"slug": "khac"}, town.now)
    assert actions.update_settings(session, TERMINAL, contest, {"title": "Khác"}, town.now) == ["title"]


def test_a_public_contest_stays_sound(session, town):
    contest = actions.create_contest(session, TERMINAL, plan(town), town.now)
    actions.publish_contest(session, TERMINAL, contest, town.now)
    with pytest.raises(Refused, match="tiêu chí"):
        actions.update_settings(session, TERMINAL, contest, {"criteria": []}, town.now)
    session.rollback()


def test_an_old_fault_does_not_keep_other_settings_from_being_changed(session, town):
    contest = town.contest()
    assert actions.update_settings(session, TERMINAL, contest, {"title": "Chưa có đợt"}, town.now) == ["title"]


# rounds


def test_a_new_round_gets_the_paper_of_the_last(session, town):
    contest = reload(session, actions.create_contest(session, TERMINAL, plan(town), town.now))
    row = actions.add_round(
        session, TERMINAL, contest, RoundPlan(0, town.now + 4 * HOUR, town.now + 5 * HOUR), town.now
    )
    stored = plan_of(reload(session, contest))
    assert row.number == 3
    assert stored.rounds[2].rows == stored.rounds[1].rows


def test_a_round_is_changed_until_it_is_started(session, town):
    contest = town.contest()
    row = town.round(contest)
    contest = reload(session, contest)
    row = contest.rounds[0]
    assert actions.update_round(session, TERMINAL, contest, row, {"allowance_s": 600}, town.now) == ["allowance_s"]
    start(session, town, contest, row)
    with pytest.raises(Locked, match="gia hạn"):
        actions.update_round(session, TERMINAL, contest, row, {"allowance_s": 900}, town.now)
    assert actions.update_round(session, TERMINAL, contest, row, {"title": "Tuần 1"}, town.now) == ["title"]
    row.published_at = town.now
    with pytest.raises(Locked, match="công bố"):
        actions.update_round(session, TERMINAL, contest, row, {"title": "Khác"}, town.now)


def test_a_round_does_not_close_before_it_opens(session, town):
    contest = town.contest()
    row = town.round(contest)
    with pytest.raises(Refused, match="sau giờ mở"):
        actions.update_round(session, TERMINAL, contest, row, {"closes_at": row.opens_at}, town.now)


def test_rounds_of_a_public_contest_do_not_come_to_overlap(session, town):
    contest = town.contest()
    town.round(contest, 1, closes=60)
    second = town.round(contest, 2, opens=60, closes=120)
    contest = reload(session, contest)
    with pytest.raises(Refused, match="chồng lên nhau"):
        actions.update_round(
            session, TERMINAL, contest, contest.rounds[1], {"opens_at": second.opens_at - HOUR / 2}, town.now
        )


def test_removing_a_round_moves_the_later_ones_up(session, town):
    contest = actions.create_contest(session, TERMINAL, plan(town), town.now)
    contest = reload(session, contest)
    actions.remove_round(session, TERMINAL, contest, contest.rounds[0], town.now)
    assert [(row.number, row.title) for row in reload(session, contest).rounds] == [(1, "Tuần 2")]


def test_a_started_round_is_not_removed_and_keeps_its_number(session, town):
    contest = town.contest()
    for number, opens in ((1, -60), (2, 100), (3, 200)):
        town.round(contest, number, opens=opens, closes=opens + 90)
    contest = reload(session, contest)
    start(session, town, contest, contest.rounds[2])
    with pytest.raises(Locked):
        actions.remove_round(session, TERMINAL, contest, contest.rounds[2], town.now)
    actions.remove_round(session, TERMINAL, contest, contest.rounds[1], town.now)
    assert [row.number for row in reload(session, contest).rounds] == [1, 3]


def test_papers_of_several_rounds_at_once(session, town):
    contest = reload(session, actions.create_contest(session, TERMINAL, plan(town), town.now))
    bank = contest.rounds[0].blueprint[0].bank_id
    actions.set_blueprint(session, TERMINAL, contest, contest.rounds, [Line(bank, 4), Line(bank, 1, 3)], town.now)
    stored = plan_of(reload(session, contest))
    assert [[(line.count, line.points) for line in row.rows] for row in stored.rounds] == [[(4, 1), (1, 3)]] * 2
    start(session, town, contest, contest.rounds[1])
    contest = reload(session, contest)
    with pytest.raises(Locked, match="đề thi"):
        actions.set_blueprint(session, TERMINAL, contest, contest.rounds, [Line(bank, 1)], town.now)
    actions.set_blueprint(session, TERMINAL, contest, contest.rounds[:1], [Line(bank, 1)], town.now)


def test_a_bank_too_small_is_refused_for_a_public_contest(session, town):
    contest = town.contest()
    town.round(contest)
    contest = reload(session, contest)
    bank = contest.rounds[0].blueprint[0].bank_id
    actions.set_blueprint(session, TERMINAL, contest, contest.rounds, [Line(bank, 10)], town.now)
    with pytest.raises(Refused, match="cần 11 câu"):
        actions.set_blueprint(session, TERMINAL, contest, contest.rounds, [Line(bank, 11)], town.now)


def listening(monkeypatch):
    heard = []
    monkeypatch.setattr(events, "changed", [lambda _session, row, _now: heard.append((row.opens_at, row.closes_at))])
    return heard


def test_open_now(session, town, monkeypatch):
    heard = listening(monkeypatch)
    contest = town.contest()
    row = town.round(contest, opens=30, closes=90)
    actions.open_round(session, TERMINAL, contest, row, town.now)
    assert row.opens_at == town.now
    assert heard == [(town.now, row.closes_at)]
    with pytest.raises(Refused, match="đã mở rồi"):
        actions.open_round(session, TERMINAL, contest, row, town.now)


def test_a_draft_opens_no_round(session, town):
    contest = town.contest(published=False)
    row = town.round(contest, opens=30)
    with pytest.raises(Refused, match="bản nháp"):
        actions.open_round(session, TERMINAL, contest, row, town.now)


def test_extend_only_forwards_and_only_while_running(session, town, monkeypatch):
    heard = listening(monkeypatch)
    contest = town.contest()
    row = town.round(contest, opens=-60, closes=60)
    with pytest.raises(Refused, match="muộn hơn"):
        actions.extend_round(session, TERMINAL, contest, row, row.closes_at, town.now)
    later = row.closes_at + HOUR
    actions.extend_round(session, TERMINAL, contest, row, later, town.now)
    assert row.closes_at == later
    assert heard == [(row.opens_at, later)]
    with pytest.raises(Refused, match="thêm một đợt mới"):
        actions.extend_round(session, TERMINAL, contest, row, later + HOUR, later)


def test_an_extension_does_not_run_into_the_next_round(session, town):
    contest = town.contest()
    town.round(contest, 1, closes=60)
    town.round(contest, 2, opens=90, closes=120)
    contest = reload(session, contest)
    actions.extend_round(session, TERMINAL, contest, contest.rounds[0], town.now + HOUR * 1.5, town.now)
    with pytest.raises(Refused, match="chồng lên nhau"):
        actions.extend_round(session, TERMINAL, contest, contest.rounds[0], town.now + HOUR * 2, town.now)


def test_close_now(session, town, monkeypatch):
    heard = listening(monkeypatch)
    contest = town.contest()
    row = town.round(contest, opens=-60, closes=60)
    actions.close_round(session, TERMINAL, contest, row, town.now)
    assert row.closes_at == town.now
    assert len(heard) == 1
    with pytest.raises(Refused, match="không đang mở"):
        actions.close_round(session, TERMINAL, contest, row, town.now)


def test_results_are_announced_after_the_close_unless_a_room_above_objects(session, town, monkeypatch):
    contest = town.contest()
    row = town.round(contest, opens=-60, closes=60, grace_s=5)
    with pytest.raises(Refused, match="chưa kết thúc"):
        actions.publish_round(session, TERMINAL, contest, row, town.now)
    with pytest.raises(Refused, match="còn thu bài"):
        actions.publish_round(session, TERMINAL, contest, row, row.closes_at + timedelta(seconds=4))
    with pytest.raises(Refused, match="không gia hạn được"):
        actions.extend_round(session, TERMINAL, contest, row, row.closes_at + timedelta(days=1), row.closes_at)
    settled = row.closes_at + timedelta(seconds=5)
    monkeypatch.setattr(events, "announcing", [lambda *_: [Message("Còn bài đang được chấm.")]])
    with pytest.raises(Refused, match="đang được chấm"):
        actions.publish_round(session, TERMINAL, contest, row, settled)
    monkeypatch.setattr(events, "announcing", [lambda *_: []])
    actions.publish_round(session, TERMINAL, contest, row, settled)
    assert row.published_at == settled
    assert log(session) == ["results.announce", "round.publish"]


# parts


def test_divisions_are_added_moved_removed_until_somebody_took_part(session, town):
    contest = town.contest()
    town.round(contest)
    contest = reload(session, contest)
    one = part_actions.save_division(
        session, TERMINAL, contest, None, {"code": "A", "title": "A", "kinds": ["official"]}, town.now
    )
    two = part_actions.save_division(
        session, TERMINAL, contest, None, {"code": "B", "title": "B", "kinds": ["member"]}, town.now
    )
    part_actions.move_division(session, TERMINAL, contest, two, town.now)
    assert [division.code for division in reload(session, contest).divisions] == ["B", "A"]
    with pytest.raises(Refused, match="mã"):
        part_actions.save_division(session, TERMINAL, contest, two, {"code": "A"}, town.now)
    part_actions.remove_division(session, TERMINAL, contest, one, town.now)
    start(session, town, contest)
    with pytest.raises(Locked):
        part_actions.remove_division(session, TERMINAL, contest, two, town.now)


def test_a_division_with_questions_of_its_own_is_not_removed(session, town):
    contest = reload(session, actions.create_contest(session, TERMINAL, plan(town), town.now))
    with pytest.raises(Refused, match="đề thi"):
        part_actions.remove_division(session, TERMINAL, contest, contest.divisions[0], town.now)


def test_exclusions_and_prizes(session, town):
    contest = town.contest()
    bar = part_actions.add_exclusion(
        session, TERMINAL, contest, {"mode": "barred", "phone": "0912345678", "reason": "Ban tổ chức"}, town.now
    )
    prize = part_actions.save_prize(
        session, TERMINAL, contest, None, {"scope": "round", "title": "Nhất", "quantity": 1}, town.now
    )
    part_actions.save_prize(session, TERMINAL, contest, prize, {"quantity": 2}, town.now)
    contest = reload(session, contest)
    assert [b.reason for b in contest.exclusions] == ["Ban tổ chức"]
    assert [p.quantity for p in contest.prizes] == [2]
    part_actions.remove_exclusion(session, TERMINAL, contest, bar, town.now)
    part_actions.remove_prize(session, TERMINAL, contest, prize, town.now)
    contest = reload(session, contest)
    assert (contest.exclusions, contest.prizes) == ([], [])
    details = [e.details for e in session.scalars(select(AuditEntry))]
    assert "0912345678" not in str(details)


@pytest.mark.parametrize(("missed", "refused"), [("zero", True), ("left_out", False)])
def test_rounds_stay_as_many_as_they_are_while_averages_over_all_of_them_rank_people(session, town, missed, refused):
    contest = town.contest(total="average", missed_rounds=missed)
    row = town.round(contest, opens=-60, closes=60)
    town.round(contest, 2, opens=24 * 60, closes=25 * 60)
    start(session, town, contest)
    after = RoundPlan(3, row.opens_at + timedelta(days=7), row.closes_at + timedelta(days=7))
    if refused:
        with pytest.raises(Refused, match="không thêm, bớt đợt được"):
            actions.add_round(session, TERMINAL, contest, after, town.now)
        with pytest.raises(Refused, match="không thêm, bớt đợt được"):
            actions.remove_round(session, TERMINAL, contest, contest.rounds[1], town.now)
    else:
        actions.add_round(session, TERMINAL, contest, after, town.now)
        actions.remove_round(session, TERMINAL, contest, contest.rounds[2], town.now)
    assert len(contest.rounds) == 2
