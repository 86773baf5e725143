"""A wrong union corrected on a phone: Lan has taken part with it, asks for the right one, its official confirms."""

import pytest
from corrections import hall
from playwright.sync_api import expect
from sqlalchemy import select
from support import steps

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, PersonKind, Role
from contest.participation.models import Tally

RIGHT_UNION = "CĐCS Trường Mầm non Nậm Xe"
TITLE = "Gửi niềm tin, trao kỳ vọng"


@pytest.fixture
def official(town):
    """The official of the union that Lan meant."""
    union = town.union("LC-PT-MN", RIGHT_UNION, town.province and town.LC_PT, members=24)
    person = town.person("Hoàng Thị Hạnh", union=union, kind=PersonKind.OFFICIAL)
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, union.id, town.now)
    return person


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_lan_asks_and_the_right_union_confirms(town, session, official, phone, sign_in, accessible, script):
    contest = town.contest("gui-niem-tin", TITLE)
    hall.hand_in(town, hall.a_round(town, contest), town.lan, {"mot": [0]})
    town.commit()

    sign_in(phone, town.lan)
    phone.goto("/tai-khoan")
    steps.follow(phone, "Yêu cầu sửa công đoàn")
    accessible(phone)
    pick(phone, script)
    phone.get_by_label("Lý do").fill("Chọn nhầm đơn vị ở cùng huyện")
    steps.press(phone, "Gửi yêu cầu")
    expect(phone.get_by_text(f"{TITLE}: số tham gia (1 lượt) chuyển sang {RIGHT_UNION}")).to_be_visible()
    accessible(phone)

    sign_in(phone, official)
    phone.goto("/theo-doi")
    expect(phone.get_by_text("1 chờ bạn")).to_be_visible()
    accessible(phone)
    steps.follow(phone, "Yêu cầu sửa công đoàn", phone.get_by_role("main"))
    accessible(phone)
    steps.follow(phone, "Lò Thị Lan")
    accessible(phone)
    phone.get_by_label("Lời nhắn").fill("Đúng là người của trường")
    steps.press(phone, "Xác nhận")
    expect(phone.get_by_text(f"{TITLE}: số tham gia đã chuyển")).to_be_visible()

    sign_in(phone, town.lan)
    phone.goto("/tai-khoan/cong-doan")
    expect(phone.get_by_text("Trả lời: Đúng là người của trường")).to_be_visible()
    accessible(phone)
    wanted = select(Tally.union_id, Tally.people).where(Tally.round_number == 0, Tally.people != 0)
    assert session.execute(wanted).all() == [(official.union_id, 1)]


def pick(page, script):
    """The right union by part of its name: in the list that opens while typing, or by the search button."""
    field = page.get_by_role("combobox" if script else "textbox", name="Công đoàn đúng")
    if script:
        field.press_sequentially("mam non nam xe")
        page.get_by_role("option", name=RIGHT_UNION).click()
    else:
        field.fill("mam non nam xe")
        steps.press(page, "Tìm")
        page.get_by_role("radio", name=RIGHT_UNION).check()
