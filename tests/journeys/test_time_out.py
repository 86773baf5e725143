"""Time runs out while the page is open, and while nobody looks."""

import re
import time

import pytest
from playwright.sync_api import expect
from support import steps
from support.sittings import move_end

from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy

PAPER = "/cuoc-thi/cuoc-thi"


def start(page) -> str:
    """Start an attempt from the contest's page; returns the address of the paper."""
    page.goto(PAPER)
    steps.press(page, "Bắt đầu làm bài")
    return page.url


def test_the_page_leads_to_the_result_by_itself(town, phone, sign_in, accessible, session):
    town.round(count=3)
    lan = town.lan
    town.commit()
    sign_in(phone, lan)
    start(phone)
    steps.answer(phone, 1)
    steps.saved(phone)
    move_end(session, 3, grace_s=1)
    steps.hear(phone)
    expect(phone).to_have_url(re.compile("/ket-qua$"))
    expect(phone.get_by_text("Hết giờ, hệ thống tự nộp những câu đã lưu")).to_be_visible()
    expect(phone.get_by_text("1/3").first).to_be_visible()
    accessible(phone)


def test_an_attempt_left_alone_is_closed_by_the_server(app, town, session, phone, sign_in):
    town.round(count=3)
    lan = town.lan
    town.commit()
    sign_in(phone, lan)
    address = start(phone)
    letter = steps.answer(phone, 2)
    steps.saved(phone)
    phone.goto("about:blank")
    move_end(session, 0)
    deadline = time.monotonic() + 60
    while not (attempt := only_attempt(app)).submitted_at:
        assert time.monotonic() < deadline, "nobody closed the attempt"
        time.sleep(0.5)
    assert (attempt.closed_by, attempt.answers, attempt.submitted_at) == (ClosedBy.TIME, {"2": letter}, attempt.due_at)
    phone.goto(address)
    expect(phone).to_have_url(re.compile("/ket-qua$"))


def only_attempt(app) -> Attempt:
    with app.extensions["store"].session(readonly=True) as reading:
        return reading.query(Attempt).one()


def test_an_answer_given_after_the_end_is_refused_and_the_page_says_so(town, session, phone, sign_in):
    town.round(count=3)
    lan = town.lan
    town.commit()
    sign_in(phone, lan)
    start(phone)
    steps.answer(phone, 1)
    steps.saved(phone)
    move_end(session, 0)
    steps.answer(phone, 2)
    expect(phone.get_by_role("alert").filter(has_text="1 câu chưa kịp gửi không được tính.")).to_be_visible()
    steps.follow(phone, "Xem kết quả")
    expect(phone.get_by_text("1/3").first).to_be_visible()
    steps.left_nothing(phone)


@pytest.mark.parametrize("script", [False], ids=["no-script"])
def test_without_script_what_comes_after_the_end_is_refused_on_a_page(town, session, phone, sign_in, accessible):
    town.round(count=3)
    lan = town.lan
    town.commit()
    sign_in(phone, lan)
    start(phone)
    steps.answer(phone, 1)
    steps.press(phone, "Lưu")
    move_end(session, 0)
    steps.answer(phone, 2)
    steps.press(phone, "Lưu")
    expect(phone.get_by_role("heading", name="Bài thi đã kết thúc")).to_be_visible()
    accessible(phone)
    steps.follow(phone, "Xem kết quả")
    expect(phone.get_by_text("1/3").first).to_be_visible()
