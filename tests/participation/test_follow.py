"""An official's desk: their own unions and nobody else's."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from participation import crowd
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.participation import targets
from contest.participation.asking import Ask
from contest.unions.models import Headcount

PAGES = ["", "/nguoi-du-thi", "/tham-gia.xlsx"]


@pytest.fixture
def official(fair):
    """Somebody who answers for the district Phong Thổ."""
    town = fair.town
    person = town.person("Mã Thị Dung", union=town.LC_PT, kind="official")
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, town.LC_PT.id, town.now)
    town.commit()
    return person


def test_the_desk_shows_todays_figures(fair, official, client):
    data = client.sign_in(official).data("/theo-doi")
    assert data["tasks"] == {"union_requests": 0, "acting": []}
    assert data["running"] == [
        {
            "union": "LC-PT",
            "contest": "cuoc-thi",
            "people": 2,
            "attempts": 4,
            "people_today": data["running"][0]["people_today"],
            "attempts_today": data["running"][0]["attempts_today"],
        }
    ]
    page = client.page("/theo-doi")
    assert page.xpath("//a[@href='/theo-doi/cuoc-thi/LC-PT']")


def test_the_first_page_leads_officials_and_nobody_else_to_their_desk(fair, official, client, town):
    way = "//main//a[@href='/theo-doi']"
    assert client.sign_in(official).page("/").xpath(way)
    assert not client.sign_in(town.lan).page("/").xpath(way)


def test_a_branch_with_everything_below_it(fair, official, client):
    page = client.sign_in(official).page("/theo-doi/cuoc-thi/LC-PT")
    text = " ".join(page.text_content().split())
    assert "1 trong 2 đơn vị chưa có ai dự thi" in text
    assert page.xpath("//a[@href='/theo-doi/cuoc-thi/LC-PT/tuyen-truyen']")
    assert page.xpath("//svg[.//*[@class='chart-bar']]")
    assert [a.text for a in page.xpath("//section//details//li/a")] == ["CĐCS số 2 LĐLĐ huyện Phong Thổ"]
    data = client.data("/theo-doi/cuoc-thi/LC-PT")
    assert data["union"]["people"] == 2
    assert [unit["code"] for unit in data["without_participants"]] == ["LC-PT-2"]
    scores = {"perfect_people": 1, "average_score": 1.75}
    assert data["parts"] == [{"kind": "member", "division": None, "people": 2, "attempts": 4, **scores}]
    assert sum(day["people"] for day in data["days"]) == 2


def test_rates_by_kind_against_the_headcount_of_the_kind_alone(fair, official, client, town):
    """Whatever the contest counts: workers are told too, and what is missing is said."""
    session, day = town.session, town.now.date() - timedelta(days=30)
    told = {"kind": "worker", "counted_on": day, "confirmed_at": town.now}
    session.add(Headcount(union_id=town.LC_PT_1.id, number=40, **told))
    crowd.sit(session, crowd.enter(session, fair.contest, town.person("Sùng A Của", kind="worker")), fair.first)
    town.commit()
    client.sign_in(official)
    kinds = {row["kind"]: row for row in client.data("/theo-doi/cuoc-thi/LC-PT")["kinds"]}
    assert (kinds["worker"]["people"], kinds["worker"]["headcount"], kinds["worker"]["rate"]) == (1, 40, 2.5)
    assert (kinds["worker"]["headcount_missing"], kinds["member"]["headcount_missing"]) == (1, 0)
    page = client.page("/theo-doi/cuoc-thi/LC-PT")
    rows = page.xpath("//table[caption='Theo đối tượng']/tbody/tr")
    shown = {row[0].text_content(): [cell.text_content() for cell in row[1:5]] for row in rows}
    assert shown["Người lao động"] == ["1", "1", "40thiếu 1 đơn vị", "2,5%"]
    book = openpyxl.load_workbook(BytesIO(client.get("/theo-doi/cuoc-thi/LC-PT/tham-gia.xlsx").data))
    assert ("Người lao động", 1, 1, 40, 2.5) in [row[:5] for row in book["Theo đối tượng"].values]


def test_a_round_is_counted_by_itself(fair, official, client):
    client.sign_in(official)
    assert client.data("/theo-doi/cuoc-thi/LC-PT?dot=2")["union"]["people"] == 1
    assert client.data("/theo-doi/cuoc-thi/LC-PT/nguoi-du-thi?dot=2")["total"] == 1


def test_names_in_vietnamese_order_with_their_attempts(fair, official, client):
    client.sign_in(official)
    rows = client.page("/theo-doi/cuoc-thi/LC-PT/nguoi-du-thi").xpath("//tbody/tr")
    assert [[cell.text_content() for cell in row][1:] for row in rows] == [
        ["Lò Văn BìnhCĐCS số 1 LĐLĐ huyện Phong Thổ · Đoàn viên", "1"],
        ["Lò Thị LanCĐCS số 1 LĐLĐ huyện Phong Thổ · Đoàn viên", "3"],
    ]
    people = client.data("/theo-doi/cuoc-thi/LC-PT/nguoi-du-thi")["people"]
    assert people[0] == {"name": "Lò Văn Bình", "kind": "member", "union": "LC-PT-1", "attempts": 1}


def test_somebody_who_only_began_is_not_named(fair, official, client, town):
    entry = crowd.enter(town.session, fair.contest, town.person("Chưa Nộp"))
    crowd.open_one(town.session, entry, fair.first, town.now)
    crowd.sit(
        town.session, crowd.enter(town.session, fair.contest, town.person("Không Tính")), fair.first, counted=False
    )
    town.commit()
    data = client.sign_in(official).data("/theo-doi/cuoc-thi/LC-PT/nguoi-du-thi")
    assert [p["name"] for p in data["people"]] == ["Lò Văn Bình", "Lò Thị Lan"]


def test_the_excel_file_has_the_whole_branch_and_no_names(fair, official, client):
    response = client.sign_in(official).get("/theo-doi/cuoc-thi/LC-PT/tham-gia.xlsx")
    assert response.status_code == 200
    rows = list(openpyxl.load_workbook(BytesIO(response.data)).active.values)
    assert rows[0][:2] == ("Mã đơn vị", "Đơn vị")
    assert [(row[0], row[1], row[3], row[4]) for row in rows[1:]] == [
        ("LC-PT", "LĐLĐ huyện Phong Thổ", 2, 4),
        ("LC-PT-1", "    CĐCS số 1 LĐLĐ huyện Phong Thổ", 2, 4),
        ("LC-PT-2", "    CĐCS số 2 LĐLĐ huyện Phong Thổ", 0, 0),
    ]
    assert "Lan" not in str(rows)


@pytest.mark.parametrize("code", ["LC-TU", "LC-TU-1", "LC", "KHONG-CO"])
@pytest.mark.parametrize("page", PAGES)
def test_a_neighbours_pages_do_not_exist(official, client, code, page):
    client.sign_in(official)
    for accept in ("text/html", "application/json"):
        response = client.get(f"/theo-doi/cuoc-thi/{code}{page}", headers={"Accept": accept})
        assert response.status_code == 404
        assert "Vàng A Páo" not in response.get_data(as_text=True)


@pytest.mark.parametrize("page", PAGES)
def test_unions_below_are_followed_too(official, client, page):
    assert client.sign_in(official).get(f"/theo-doi/cuoc-thi/LC-PT-1{page}").status_code == 200


def test_an_ended_role_opens_nothing(fair, official, client):
    official.grants[0].ended_at = fair.town.now
    fair.town.commit()
    client.sign_in(official)
    assert client.get("/theo-doi/cuoc-thi/LC-PT").status_code == 403


def test_members_and_strangers_stay_outside(fair, client):
    fair.town.commit()
    assert client.get("/theo-doi").status_code == 303
    client.sign_in(fair.town.lan)
    for address in ("/theo-doi", *(f"/theo-doi/cuoc-thi/LC-PT-1{page}" for page in PAGES)):
        assert client.get(address).status_code == 403


def test_organizers_and_administrators_follow_their_unions(fair, client):
    town = fair.town
    organizer, administrator = town.mai, town.admin
    town.commit()
    assert client.sign_in(organizer).data("/theo-doi/cuoc-thi/LC")["union"]["people"] == 3
    assert client.sign_in(administrator).data("/theo-doi")["running"][0]["union"] == "LC"


def test_a_contest_of_another_branch_is_not_on_the_desk(fair, official, client):
    town = fair.town
    other = town.contest(slug="than-uyen", title="Riêng Than Uyên", scope_union_id=town.LC_TU.id)
    town.round(other)
    own = town.contest(slug="mot-co-so", title="Một cơ sở", scope_union_id=town.LC_PT_1.id)
    town.round(own)
    town.commit()
    found = {row["contest"] for row in client.sign_in(official).data("/theo-doi")["running"]}
    assert found == {"cuoc-thi", "mot-co-so"}


@pytest.mark.parametrize("address", ["/theo-doi", "/theo-doi/cuoc-thi/LC-PT", "/theo-doi/cuoc-thi/LC-PT/nguoi-du-thi"])
def test_as_many_questions_for_a_larger_contest(fair, official, client, app, town, address):
    client.sign_in(official).page(address)
    app.extensions["store"].memo.clear()
    with counted(app) as before:
        client.page(address)
    fair.more(20)
    for number in range(10):
        town.union(f"LC-PT-X{number}", parent=town.LC_PT, members=5)
    town.commit()
    app.extensions["store"].memo.clear()
    with counted(app) as after:
        client.page(address)
    assert len(after) == len(before)


def test_the_page_measures_a_union_against_its_own_target(fair, client, district_official):
    town = fair.town
    province = town.province
    targets.hand_down(town.session, TERMINAL, fair.contest, town.LC_PT, Ask(percent=80), province, town.now)
    town.commit()
    client.sign_in(district_official)
    text = " ".join(client.page("/theo-doi/cuoc-thi/LC-PT").text_content().split())
    assert "Đạt 12,5% chỉ tiêu: 2 trên 16 người" in text
    assert "Chỉ tiêu 80%" in text and "60%" not in text
