"""The tree is reorganised in the middle of a contest: nothing a member does is lost, and both readings are there."""

import pytest
from playwright.sync_api import expect
from support import steps
from support.lists import workbook

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.unions.queries import by_code
from contest.unions.reorganisation_sheets import COLUMNS

TITLE = "Gửi niềm tin, trao kỳ vọng"
DISTRICT, COMMUNE = "LĐLĐ huyện Phong Thổ", "Công đoàn xã Sin Suối Hồ"
WERE, ARE = "Theo cây tổ chức khi mở cuộc thi", "Theo tổ chức hiện nay"


def change(kind, code, name="", level="", parent="", successors=""):
    return [kind, code, name, "", level, parent, successors, "", "", ""]


#: A commune union begins and takes over the district; one of its two workplaces ends in the other.
ROWS = (
    change("Thành lập", "LC-XA", COMMUNE, "Cấp trên trực tiếp cơ sở", "LC"),
    change("Sáp nhập", "LC-PT", successors="LC-XA"),
    change("Sáp nhập", "LC-PT-1", successors="LC-PT-2"),
)


@pytest.fixture
def contest(town):
    found = town.contest("gui-niem-tin", TITLE)
    town.round(found, count=2)
    return found


def people_of(page, union):
    """How many took part of a union that the table lists."""
    row = page.locator("table#bang-don-vi").get_by_role("row", name=union)
    return row.get_by_role("cell").nth(1).inner_text()


def import_decision(page, folder):
    """The file is chosen, looked at and stored; the contest that is open keeps its tree."""
    file = folder / "sap-xep.xlsx"
    file.write_bytes(workbook(ROWS, [column.title for column in COLUMNS]))
    page.goto("/to-chuc/don-vi/quyet-dinh")
    steps.follow(page, "Nhập", page.get_by_role("main"))
    page.get_by_label("Số quyết định").fill("1215/QĐ-LĐLĐ")
    page.get_by_label("Ngày quyết định").fill("2026-11-01")
    page.get_by_label("Tệp thay đổi").set_input_files(file)
    steps.press(page, "Xem trước")
    expect(page.get_by_role("main")).to_contain_text("Cuộc thi đang mở giữ cây đơn vị hiện nay")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    expect(page.get_by_role("table")).to_contain_text(COMMUNE)


def test_a_member_of_a_merged_union_finishes_and_the_new_union_sees_it(
    town, session, contest, phone, laptop, another_phone, sign_in, accessible, tmp_path
):
    lan, mai, official = town.lan, town.mai, town.person("Vàng Văn Hùng")
    town.commit()
    sign_in(phone, lan)
    phone.goto("/cuoc-thi/gui-niem-tin")
    steps.press(phone, "Bắt đầu làm bài")
    steps.answer(phone, 1)

    sign_in(laptop, mai)
    import_decision(laptop, tmp_path)
    accessible(laptop)
    steps.press(laptop, "Lưu quyết định")
    expect(laptop.get_by_role("main")).to_contain_text("1215/QĐ-LĐLĐ")
    accessible(laptop)

    steps.answer(phone, 2)
    steps.review(phone)
    steps.submit(phone)
    expect(phone.get_by_role("heading", name="Kết quả bài thi")).to_be_visible()

    laptop.goto("/theo-doi/gui-niem-tin/LC")
    assert people_of(laptop, DISTRICT) == "1"
    steps.follow(laptop, ARE)
    assert people_of(laptop, COMMUNE) == "1"
    expect(laptop.locator("table#bang-don-vi")).not_to_contain_text(DISTRICT)
    accessible(laptop)
    steps.follow(laptop, WERE)
    assert people_of(laptop, DISTRICT) == "1"

    grant_role(session, TERMINAL, official, Role.OFFICIAL, by_code(session, "LC-XA").id, town.now)
    town.commit()
    sign_in(another_phone, official)
    another_phone.goto("/theo-doi/gui-niem-tin/LC-XA?cach=hien-nay")
    expect(another_phone.get_by_role("heading", level=1)).to_contain_text(COMMUNE)
    assert people_of(another_phone, "CĐCS số 2") == "1"
    accessible(another_phone)
