"""A member who never had an account is handed a card: the phone scans it, one button later the contest is there."""

import re

import pytest
from playwright.sync_api import expect
from support import steps

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.members import cards

TITLE = "Gửi niềm tin, trao kỳ vọng"


@pytest.fixture
def code(town, session):
    """What stands on Lan's card; she never agreed to anything yet."""
    town.round(town.contest("gui-niem-tin", TITLE), count=2)
    (card,) = cards.draw(session, [town.lan.id])
    cards.keep(session, TERMINAL, [card], clock.now())
    town.commit()
    return card.code


def go_in(page):
    """What follows the scan, the same with script and without."""
    expect(page.get_by_role("heading", name="Xin chào")).to_contain_text("L*** T*** Lan")
    steps.press(page, "Vào thi")
    expect(page.get_by_role("main")).to_contain_text("Không có đồng ý thì chưa vào thi được")
    page.get_by_label("Tôi đã đọc và đồng ý").check()
    steps.press(page, "Vào thi")
    page.goto("/cuoc-thi/gui-niem-tin")
    steps.press(page, "Bắt đầu làm bài")
    expect(page).to_have_url(re.compile("/bai-thi/"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_scanned(code, phone, script, accessible):
    phone.goto(f"/the/{code}")
    accessible(phone)
    go_in(phone)


def test_typed(code, laptop, accessible):
    """Who cannot scan types the code, small letters and blanks included."""
    laptop.goto("/dang-nhap")
    steps.follow(laptop, "Vào thi bằng thẻ")
    accessible(laptop)
    laptop.get_by_label(re.compile("Mã")).fill(code.lower().replace("-", " "))
    steps.press(laptop, "Tiếp tục")
    go_in(laptop)
