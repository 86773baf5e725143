"""Which unions to call: whom first, why, who answers for them, and what to say."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from participation import crowd
from support.queries import counted

from contest.accounts.rules import Role
from contest.campaigns.rules import Reason, days_left, reason_to_call, runs_long, still_since
from contest.unions import trees

PAGE = "/theo-doi/cuoc-thi/LC/can-nhac"


@pytest.fixture
def mai(drive):
    person = drive.town.mai
    drive.town.commit()
    return person


def test_units_with_most_people_to_win_come_first(drive, mai, client, town):
    big = town.union("LC-TU-3", "CĐCS Nhà máy thuỷ điện", parent=town.LC_TU, members=500)
    unknown = town.union("LC-TU-4", "CĐCS chưa khai số đoàn viên", parent=town.LC_TU)
    town.commit()
    data = client.sign_in(mai).data(PAGE)
    found = [(unit["code"], unit["could_be_won"], unit["source"], unit["reason"]) for unit in data["units"]]
    assert found[0] == (big.code, 500, "headcount", "nobody")
    assert found[-1] == (unknown.code, None, None, "nobody")
    assert ("LC-PT-1", 9, "headcount", "far") in found
    assert data["total"] == len(found) == 6


def test_responsible_officials_are_named_and_a_sentence_is_ready(drive, mai, client, town):
    drive.official(town.LC_PT_2, "Giàng A Sử")
    drive.official(town.LC_PT_2, "Bàn Thị Ban Tổ Chức", Role.ORGANIZER)
    ended = drive.official(town.LC_PT_2, "Hết Nhiệm Kỳ")
    ended.grants[0].until_on = town.now.date() - timedelta(days=2)
    town.commit()
    page = client.sign_in(mai).page(PAGE)
    (card,) = [li for li in page.xpath("//ol/li") if "CĐCS số 2 LĐLĐ huyện Phong Thổ" in li.xpath("string(.//h2)")]
    told = " ".join(card.text_content().split())
    assert "Người phụ trách: Giàng A Sử Lời nhắc sẵn" in told
    sentence = card.xpath(".//textarea")[0].text
    assert "đơn vị chưa có ai dự thi “Cuộc thi thử”" in sentence
    assert "http://localhost/cuoc-thi/cuoc-thi?don-vi=LC-PT-2" in sentence
    assert "chưa có người phụ trách trên hệ thống" in page.text_content()


def test_a_unit_that_stands_still_for_three_days(drive, mai, client, town):
    drive.contest.target_percent = 10
    drive.round.opens_at = town.now - timedelta(days=10)
    crowd.sit(town.session, crowd.enter(town.session, drive.contest, drive.neighbour), drive.round)
    fresh = town.person("Mới Thi", union=town.LC_TU_1)
    crowd.sit(town.session, crowd.enter(town.session, drive.contest, fresh), drive.round, minutes=9 * 1440)
    drive.contest.target_percent = 50
    drive.contest.revision += 1
    town.commit()
    found = {unit["code"]: unit["reason"] for unit in client.sign_in(mai).data(PAGE)["units"]}
    assert found["LC-TU-2"] == "nobody"
    drive.contest.target_percent = None
    drive.contest.revision += 1
    town.commit()
    found = {unit["code"]: unit["reason"] for unit in client.data(PAGE)["units"]}
    assert found["LC-PT-2"] == "still"
    assert "LC-TU-1" not in found


def test_after_the_tree_changed_the_units_of_today_are_called(drive, mai, client, town):
    drive.contest.tree_id = trees.keep(town.session, town.now.date(), town.now)
    town.union("LC-TU-9", "CĐCS mới lập", parent=town.LC_TU, members=77)
    trees.rebuild(town.session, town.now)
    town.commit()
    client.sign_in(mai)
    found = {unit["code"]: unit["could_be_won"] for unit in client.data(PAGE)["units"]}
    assert found["LC-TU-9"] == 77
    assert client.data("/theo-doi/cuoc-thi/LC-TU-9/tuyen-truyen")["address"].endswith("?don-vi=LC-TU-9")
    assert client.data("/theo-doi/cuoc-thi/LC-TU-9/chua-tham-gia")["missing"]["people"] == 77
    desk = client.page("/theo-doi")
    assert "Theo tổ chức hiện nay" in desk.text_content()
    assert desk.xpath("//a[@href='/theo-doi/cuoc-thi/LC?cach=hien-nay']")


def test_who_answers_for_a_union_that_ended_is_told_so(drive, above, client, town):
    town.LC_PT.closed_on = town.now.date()
    town.commit()
    desk = client.sign_in(above).page("/theo-doi").text_content()
    assert "đã kết thúc hoạt động từ ngày" in desk and "xem theo cây tổ chức khi mở cuộc thi" in desk
    assert "người mới dự thi hôm nay" not in desk


def test_the_excel_file_has_the_same_rows(drive, mai, client, town):
    drive.official(town.LC_PT_2, "Giàng A Sử")
    answer = client.sign_in(mai).get(f"{PAGE}.xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.values)
    codes = [unit["code"] for unit in client.data(PAGE)["units"]]
    assert [row[1] for row in rows[1:]] == codes
    assert "Giàng A Sử" in {row[8] for row in rows[1:]}


@pytest.mark.parametrize("code", ["LC-TU", "LC-TU-1", "LC", "KHONG-CO"])
@pytest.mark.parametrize("way", ["/can-nhac", "/can-nhac.xlsx"])
def test_a_neighbours_units_are_not_there(drive, above, client, code, way):
    answer = client.sign_in(above).get(f"/theo-doi/cuoc-thi/{code}{way}")
    assert answer.status_code == 404


def test_one_sees_only_units_below_ones_own(drive, above, client):
    data = client.sign_in(above).data("/theo-doi/cuoc-thi/LC-PT/can-nhac")
    assert [unit["code"] for unit in data["units"]] == ["LC-PT-2", "LC-PT-1"]


def test_strangers_and_members_stay_outside(drive, town, client):
    assert client.get(PAGE).status_code == 303
    client.sign_in(town.lan)
    assert client.get(PAGE).status_code == 403


def test_a_grassroots_union_calls_nobody(drive, own, client):
    page = client.sign_in(own).page("/theo-doi/cuoc-thi/LC-PT-1/can-nhac")
    assert not page.xpath("//ol[@class='calls']/li")
    assert "không có đơn vị cấp dưới" in page.text_content() and "0 trong" not in page.text_content()
    desk = client.page("/theo-doi")
    assert desk.xpath("//a[contains(@href, '/chua-tham-gia')]") and not desk.xpath("//a[contains(@href, '/can-nhac')]")


def test_as_many_questions_for_more_units(drive, mai, client, app, town):
    client.sign_in(mai)
    client.page(PAGE)
    with counted(app) as before:
        client.page(PAGE)
    for number in range(30):
        drive.official(town.union(f"LC-PT-X{number}", parent=town.LC_PT, members=5), f"Người {number}")
    trees.rebuild(town.session, town.now)
    town.commit()
    client.page(PAGE)
    with counted(app) as after:
        assert len(client.page(PAGE).xpath("//ol[@class='calls']/li")) == 25
    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("people", "wanted", "left", "grew", "old", "reason"),
    [
        (0, None, 10, False, False, Reason.NOBODY),
        (0, 6, 0, False, True, None),
        (0, None, None, False, False, Reason.NOBODY),
        (2, 6, 8, True, True, Reason.FAR),
        (3, 6, 7, True, True, None),
        (3, 6, 7, False, True, Reason.STILL),
        (3, 6, 7, False, False, None),
        (6, 6, 4, False, True, None),
        (5, None, 5, False, True, Reason.STILL),
        (5, None, 0, False, True, None),
    ],
)
def test_the_reason_to_call(people, wanted, left, grew, old, reason):
    assert reason_to_call(people, wanted, left, grew=grew, old=old) == reason


def test_days():
    today = datetime(2026, 11, 22, 5, tzinfo=UTC)
    assert still_since(today.date()).isoformat() == "2026-11-20"
    assert [runs_long(today.date() - timedelta(days=n), today.date()) for n in (2, 3)] == [False, True]
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert days_left(midnight, today) == 0
    assert days_left(midnight + timedelta(minutes=1), today) == 1
    assert days_left(today, today) is None


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(-9, -1, "Cuộc thi đã kết thúc lúc"), (1, 9, "Cuộc thi mở từ")],
)
def test_nobody_is_called_while_nobody_can_take_part(drive, above, client, town, opens, closes, words):
    drive.round.opens_at, drive.round.closes_at = town.now + timedelta(opens), town.now + timedelta(closes)
    town.commit()
    address = "/theo-doi/cuoc-thi/LC-PT/can-nhac"
    assert words in client.sign_in(above).page(address).text_content()
    assert client.data(address)["units"] == []
