"""The server is away for a while, or no longer knows the phone: answers wait there and arrive by themselves."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete
from support import steps

from contest.accounts.models import SignIn


@pytest.fixture
def paper(town, phone, sign_in):
    """Lan's paper, just started, with one answer saved."""
    town.round(count=4)
    lan = town.lan
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
    expect(paper.locator("#da-luu")).to_have_text("Chờ mạng: 2 câu giữ trên máy này")
    paper.get_by_role("button", name="Xem lại và nộp").click()
    expect(paper.get_by_text("Điện thoại đang mất mạng.")).to_be_visible()
    steps.answer(paper, 3)
    live.start()
    steps.saved(paper)
    assert steps.stored(paper)["answers"] == steps.chosen(paper)
    assert set(steps.chosen(paper)) == {"1", "2", "3"}
    steps.press(paper, "Xem lại và nộp")
    expect(paper.get_by_text("Còn 1 câu chưa trả lời")).to_be_visible()


def test_signed_out_elsewhere_the_answers_wait_for_the_next_sign_in(paper, session, town, sign_in):
    address = paper.url
    session.execute(delete(SignIn))
    session.commit()
    mine = steps.chosen(paper) | {"2": [steps.answer(paper, 2)]}
    expect(paper.locator("#da-luu")).to_have_text("Chưa lưu được. Hãy tải lại trang.")
    paper.reload()
    expect(paper.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    sign_in(paper, town.lan)
    paper.goto(address)
    steps.saved(paper)
    assert steps.stored(paper)["answers"] == mine
