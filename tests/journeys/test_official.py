"""A union official: the unions below, sorted and drilled down, the names, the file; a neighbour's do not exist."""

import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from support import steps

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.attempts import actions, queries, starting

TITLE = "Gửi niềm tin, trao kỳ vọng"


@pytest.fixture
def hung(town, session):
    """Hùng, who answers for the district Phong Thổ: two people with three attempts of one union."""
    contest = town.contest("gui-niem-tin", TITLE, target_percent=60)
    round_ = town.round(contest, count=2)
    people = [(town.person("Lò Thị Lan"), 2), (town.person("Giàng A Páo"), 1), (town.son, 1)]
    for person, times in people:
        for number in range(times):
            sit(session, round_, person, town.now + timedelta(minutes=number))
    hung = town.person("Vàng Văn Hùng")
    grant_role(session, TERMINAL, hung, Role.OFFICIAL, town.LC_PT.id, town.now)
    town.commit()
    return hung


@pytest.fixture
def official(hung, laptop, sign_in):
    """His laptop."""
    sign_in(laptop, hung)
    laptop.goto("/")
    return laptop


def sit(session, round_, person, at) -> None:
    """An attempt that is started and submitted without an answer."""
    attempt = starting.start(session, {}, round_, person, at)
    actions.submit(session, {}, queries.held(session, attempt.code, person.id), at + timedelta(seconds=30))


def names_in(table) -> list[str]:
    return [name.split("\n")[0] for name in table.locator("tbody th").all_inner_texts()]


def test_from_the_desk_to_names_and_file(official, accessible, tmp_path):
    steps.follow(official, "Theo dõi", official.get_by_role("navigation"))
    accessible(official)
    steps.follow(official, TITLE)
    table = official.locator("table#bang-don-vi")
    expect(official.get_by_role("heading", level=1)).to_contain_text("LĐLĐ huyện Phong Thổ")
    first, second = "CĐCS số 1 LĐLĐ huyện Phong Thổ", "CĐCS số 2 LĐLĐ huyện Phong Thổ"
    row = table.get_by_role("row", name=first)
    assert [cell.inner_text() for cell in row.get_by_role("cell").all()][1:5] == ["2", "3", "10", "20,0%"]
    assert second in official.get_by_role("heading", name="Đơn vị chưa có người dự thi").locator("..").inner_text()
    accessible(official)

    steps.follow(official, "Người", table)
    assert names_in(table) == [first, second]
    steps.follow(official, "Người", table)
    assert names_in(table) == [second, first]

    steps.follow(official, first, table)
    expect(official.get_by_role("heading", level=1)).to_contain_text(first)
    steps.follow(official, "Danh sách người dự thi")
    expect(official.get_by_role("row", name="Lò Thị Lan").get_by_role("cell").last).to_have_text("2")
    expect(official.get_by_text("Trần Văn Sơn")).to_have_count(0)
    accessible(official)

    official.goto("/theo-doi/gui-niem-tin/LC-PT")
    with official.expect_download() as started:
        official.get_by_role("link", name="Tải tệp Excel").click()
    started.value.save_as(tmp_path / "tham-gia.xlsx")
    rows = list(load_workbook(tmp_path / "tham-gia.xlsx").active.iter_rows(values_only=True))
    assert {2, 3, 10} <= set(next(row for row in rows if first in [str(cell).strip() for cell in row]))
    assert not any("LĐLĐ huyện Than Uyên" in str(cell) for row in rows for cell in row)


def test_on_a_phone_a_union_is_a_card_with_all_its_figures(hung, phone, sign_in, accessible):
    sign_in(phone, hung)
    phone.goto("/theo-doi/gui-niem-tin/LC-PT")
    table = phone.locator("table#bang-don-vi")
    first = table.locator("tbody tr").first
    for figure in ["2", "3", "10", "20,0%", "6", "4"]:
        cell = first.locator("td", has_text=re.compile(rf"^\s*{figure}\s*$"))
        box = cell.first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert table.evaluate("table => table.parentElement.scrollWidth <= table.parentElement.clientWidth")
    accessible(phone)
    steps.follow(phone, "Người", table)
    assert "sap-xep=nguoi" in phone.url


@pytest.mark.parametrize("page", ["", "/nguoi-du-thi", "/tham-gia.xlsx"])
def test_a_neighbours_union_does_not_exist(official, page):
    assert official.request.get(f"/theo-doi/gui-niem-tin/LC-PT{page}").status == 200
    assert official.request.get(f"/theo-doi/gui-niem-tin/LC-TU-2{page}").status == 404
    assert official.request.get(f"/theo-doi/gui-niem-tin/LC{page}").status == 404
