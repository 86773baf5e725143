"""The server is away for a while, or no longer knows the phone: answers wait there and arrive by themselves."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete
from support import steps

from contest.accounts.models import SignIn
from contest.accounts.passwords import hash_password
from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy


@pytest.fixture
def paper(town, phone, sign_in):
    """Lan's paper, just started, with one answer saved."""
    town.round(count=4)
    lan = town._lan = town.person(password_hash=hash_password(steps.PASSWORD))
    town.commit()
    sign_in(phone, lan)
    phone.goto("/cuoc-thi/cuoc-thi")
    steps.press(phone, "Bắt đầu làm bài")
    steps.answer(phone, 1)
    steps.saved(phone)
    return phone


def test_the_server_goes_away_and_comes_back(paper, live):
    live.stop()
    steps.answer(paper, 2)
    steps.waits(paper, 1)
    steps.review(paper)
    expect(paper.get_by_text("Còn 2 câu chưa trả lời")).to_be_visible()
    paper.get_by_role("link", name="Câu 3").click()
    steps.answer(paper, 3)
    live.start()
    steps.saved(paper)
    assert steps.stored(paper)["answers"] == steps.chosen(paper)
    assert set(steps.chosen(paper)) == {"1", "2", "3"}
    steps.review(paper)
    expect(paper.get_by_text("Còn 1 câu chưa trả lời")).to_be_visible()


def test_submitted_without_the_server_it_goes_when_the_server_is_back(paper, live, session):
    live.stop()
    steps.answer(paper, 2)
    steps.review(paper)
    submit = paper.get_by_role("button", name="Nộp bài", exact=True)
    submit.click()
    expect(paper.get_by_text("Chưa nộp được vì mất mạng. Bài sẽ tự nộp khi có mạng lại")).to_be_visible()
    # The wish may be taken back, and had again.
    paper.get_by_role("button", name="Quay lại làm tiếp").click()
    steps.answer(paper, 3)
    steps.waits(paper, 2)
    steps.review(paper)
    submit.click()
    live.start()
    expect(paper).to_have_url(re.compile("/ket-qua$"))
    expect(paper.get_by_text("3/4").first).to_be_visible()
    attempt = session.query(Attempt).one()
    assert (set(attempt.answers), attempt.closed_by) == ({"1", "2", "3"}, ClosedBy.PERSON)
    steps.left_nothing(paper)


def test_signed_out_in_the_middle_the_answers_wait_for_the_next_sign_in(paper, session, town):
    address = paper.url
    session.execute(delete(SignIn))
    session.commit()
    mine = steps.chosen(paper) | {"2": [steps.answer(paper, 2)]}
    expect(paper.locator("#da-luu")).to_have_attribute("data-state", "failed")
    steps.follow(paper, "Đăng nhập để gửi")
    paper.get_by_label("Số điện thoại").fill(town.lan.phone)
    paper.get_by_label("Mật khẩu").fill(steps.PASSWORD)
    steps.press(paper, "Đăng nhập")
    assert paper.url == address
    steps.saved(paper)
    assert steps.stored(paper)["answers"] == steps.chosen(paper) == mine
