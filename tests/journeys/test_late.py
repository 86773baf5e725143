"""Answers given in time and delivered too late: counted where the regulations say so, always kept as evidence."""

import re

import pytest
from playwright.sync_api import expect
from support import steps
from support.sittings import move_end

from contest.attempts.models import Attempt, LateDelivery


@pytest.fixture
def late_minutes():
    return 0


@pytest.fixture
def out_of_reach(town, link, far_phone, sign_in, late_minutes):
    """Lan's paper with one answer on the server and one that cannot be sent."""
    town.round(count=3, grace_s=1, late_minutes=late_minutes)
    lan = town.lan
    town.commit()
    sign_in(far_phone, lan)
    far_phone.goto("/cuoc-thi/cuoc-thi")
    steps.press(far_phone, "Bắt đầu làm bài")
    steps.answer(far_phone, 1)
    steps.saved(far_phone)
    steps.kept(far_phone)
    link.down()
    steps.answer(far_phone, 2)
    steps.waits(far_phone, 1)
    return far_phone


@pytest.fixture
def timed_out(out_of_reach, session, late_minutes):
    """The same when time has run out, for the server and on the phone's clock."""
    left = move_end(session, 0, grace_s=1, late_minutes=late_minutes)
    gone = left.total_seconds() * 1000
    out_of_reach.evaluate("(gone) => { const now = Date.now; Date.now = () => now() + gone; }", gone)
    return out_of_reach


def deliveries(session) -> set[tuple[str, bool]]:
    """Places of what came late and whether it counted; the same may have come twice."""
    found = {("".join(sorted(one.answers)), one.counted) for one in session.query(LateDelivery)}
    # On SQLite this session holds the only lock to write with: what the phone still sends must not wait for it.
    session.rollback()
    return found


@pytest.mark.parametrize("late_minutes", [5])
def test_counted_where_the_round_says_so(timed_out, link, session):
    told = re.compile(r"Đã hết giờ\. 1 câu chưa gửi vẫn được tính nếu gửi được trước \d\d:\d\d:\d\d\.")
    expect(timed_out.get_by_role("alert").filter(has_text=told)).to_be_visible()
    link.up()
    expect(timed_out).to_have_url(re.compile("/ket-qua$"))
    expect(timed_out.get_by_text("2/3").first).to_be_visible()
    assert deliveries(session) == {("12", True)}
    assert session.query(Attempt).one().late


def test_not_counted_where_it_does_not_but_kept_and_told(timed_out, link, session):
    told = timed_out.get_by_role("alert").filter(has_text="1 câu chưa kịp gửi không được tính.")
    told.wait_for()
    link.up()
    steps.follow(timed_out, "Xem kết quả")
    expect(timed_out.get_by_text("1/3").first).to_be_visible()
    # What the phone still held has come as evidence, and stands on the result.
    expect(timed_out.get_by_text("không được tính").first).to_be_visible()
    assert deliveries(session) == {("12", False)}
    steps.left_nothing(timed_out)


def test_told_where_the_result_was_on_its_way_before_the_answers(timed_out, link, session):
    """The result is made, then the answers arrive and the paper hears so, then the result is shown."""
    timed_out.get_by_role("alert").filter(has_text="1 câu chưa kịp gửi không được tính.").wait_for()
    beside = timed_out.context.new_page()
    link.up()
    beside.goto("/healthz")
    result = link.hold("GET", "/ket-qua$")
    timed_out.get_by_role("link", name="Xem kết quả").click(no_wait_after=True)
    result.wait()
    steps.until(beside, "Object.keys(localStorage).every((key) => !key.startsWith('bai-'))")
    assert deliveries(session) == {("12", False)}
    result.release()
    expect(timed_out.get_by_text("không được tính").first).to_be_visible()
    steps.left_nothing(timed_out)


def test_a_phone_that_comes_back_with_answers_when_all_is_over(out_of_reach, link, session):
    address = out_of_reach.url
    out_of_reach.goto("about:blank")
    move_end(session, 0)
    link.up()
    out_of_reach.goto(address)
    expect(out_of_reach).to_have_url(re.compile("/ket-qua$"))
    expect(out_of_reach.get_by_text("không được tính").first).to_be_visible()
    assert deliveries(session) == {("12", False)}
    steps.left_nothing(out_of_reach)
