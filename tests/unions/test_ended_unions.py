"""A union that ended keeps its past figures and takes no later ones; nobody is entered there, nothing moves there."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from support.decisions import decided, faults, merging, moving, opening, planned, row, today

from contest.accounts.rules import TERMINAL, PersonKind
from contest.unions import headcount_imports
from contest.unions.headcount_imports import CountRow
from contest.unions.headcount_rules import day_fault

DESK = "/theo-doi/so-lieu/LC-PT-1"
PAGES = (DESK, "/to-chuc/don-vi/LC-PT-1")


@pytest.fixture
def ended(town, client, session):
    """LC-PT-1 was merged into its neighbour ten days ago; returns that day."""
    assert town.province
    on = today() - timedelta(days=10)
    decided(session, merging("LC-PT-1", "LC-PT-2"), on=on)
    mai = SimpleNamespace(id=town.mai.id)
    town.commit()
    client.sign_in(mai)
    return on


def test_figures_end_with_the_union():
    end = today() - timedelta(days=3)
    assert day_fault(end - timedelta(days=1), today(), end) is None
    assert dict(day_fault(end, today(), end).params) == {"day": end}
    assert day_fault(today(), today(), None) is None


@pytest.mark.parametrize("address", PAGES)
def test_the_page_of_an_ended_union_says_so_and_offers_its_last_day(ended, client, address):
    page = client.page(address)
    assert f"Đã kết thúc hoạt động từ ngày {ended:%d/%m/%Y}" in page.text_content()
    assert page.xpath("//input[@name='counted_on']/@value") == [(ended - timedelta(days=1)).isoformat()]


@pytest.mark.parametrize("address", PAGES)
def test_no_figure_is_told_for_days_after_the_end(ended, client, address):
    answer = client.send(address, {"member": "30", "counted_on": ended.isoformat()})
    assert answer.status_code == 422
    assert "Hãy ghi số liệu của ngày trước đó, hoặc ghi cho đơn vị nhận." in answer.get_data(as_text=True)
    before = (ended - timedelta(days=1)).isoformat()
    assert client.send(address, {"member": "30", "counted_on": before}).status_code == 303


@pytest.mark.parametrize(("after", "faulty"), [(-1, False), (0, True), (None, True)])
def test_a_file_tells_no_figure_after_the_end(ended, town, session, after, faulty):
    day = None if after is None else ended + timedelta(days=after)
    row = CountRow(2, "LC-PT-1", "", {PersonKind.MEMBER: 30}, day)
    plan = headcount_imports.plan_counts(session, TERMINAL, town.province, [row], today())
    assert [fault.row for fault in plan.faults] == ([2] if faulty else [])


def test_a_line_of_an_ended_union_without_figures_is_no_fault(ended, town, session):
    row = CountRow(2, "LC-PT-1", "", {}, None)
    plan = headcount_imports.plan_counts(session, TERMINAL, town.province, [row], today())
    assert not plan.faults and plan.empty == 1


def test_no_list_of_people_is_asked_for_where_a_union_ended(ended, client):
    address = "/theo-doi/nguoi/LC-PT-1"
    page = client.page(f"{address}/nhap")
    assert "Đã kết thúc hoạt động từ ngày" in page.text_content()
    assert not page.xpath("//input[@type='file']")
    assert not client.page(address).xpath(f"//a[contains(@href, '{address}/nhap')]")


def test_nothing_moves_below_a_union_that_ended(town, session):
    assert town.province
    day = today() - timedelta(days=10)
    decided(session, moving("LC-PT-1", "LC-TU"), moving("LC-PT-2", "LC-TU"), merging("LC-PT", "LC-TU"), on=day)
    said = f"Cấp trên mới “LC-PT” không hoạt động vào ngày {today():%d/%m/%Y}. Hãy sửa mã cấp trên mới"
    found = faults(session, moving("LC-TU-1", "LC-PT"), opening("LC-N", "LC-PT", number=3))
    assert [row for row, _why in found] == [2, 3]
    assert all(why.startswith(said) for _row, why in found)


def test_cells_that_a_change_does_not_use_are_told_and_not_passed_over_in_silence(town, session):
    assert town.province
    renamed = row("rename", "LC-PT-1", number=2, name="CĐCS Mới", parent="LC-TU")
    moved = [row("move", f"LC-PT-{n}", number=n + 2, parent="LC-TU", place="Xã Sin Suối Hồ") for n in (1, 2)]
    plan = planned(session, renamed, *moved)
    assert not plan.faults
    told = {fault.row: str(fault.message) for fault in plan.warnings}
    assert told[2].startswith("Ô Mã cấp trên mới không dùng cho việc ở dòng này nên bỏ qua (1 dòng như vậy).")
    assert told[3].startswith("Ô Địa bàn không dùng cho việc ở dòng này nên bỏ qua (2 dòng như vậy).")
    same = planned(session, row("rename", "LC-PT-1", name="CĐCS Mới", parent="LC-PT"))
    assert not same.warnings
