"""Who has not joined: names for the union's own official, numbers for those above, nothing for anybody else."""

from io import BytesIO

import openpyxl
import pytest
from participation import crowd
from support.decisions import days, decided, opening, today
from support.queries import counted

from contest.accounts.rules import Actor, Role
from contest.clock import vietnamese_day
from contest.members import delegating
from contest.rounds.models import Exclusion

HOME = "/theo-doi/cuoc-thi/LC-PT-1"
PAGE = f"{HOME}/chua-tham-gia"
NAMES = ["Đèo Thị Ánh", "Lò Văn Bình", "Vàng Văn Hùng", "Vàng A Páo"]
#: Every address that could hold a name of somebody who has not joined.
WAYS = ["/chua-tham-gia", "/chua-tham-gia/in", "/chua-tham-gia.xlsx", "/tuyen-truyen/bang-ghi.pdf"]


def cells(response):
    return list(openpyxl.load_workbook(BytesIO(response.data)).active.values)


def test_the_own_official_sees_names_in_vietnamese_order(drive, own, client):
    data = client.sign_in(own).data(PAGE)
    assert [person["name"] for person in data["people"]] == sorted(NAMES, key=NAMES.index)
    assert data["total"] == 4
    page = client.page(PAGE)
    shown = [cell.text.strip() for cell in page.xpath("//tbody/tr/th")]
    assert shown == NAMES
    assert "Lò Thị Lan" not in page.text_content().replace("Đăng", "")
    assert not page.xpath("//a[starts-with(@href, 'tel:')]")
    assert drive.left[0].phone not in client.get(PAGE).get_data(as_text=True)


def test_names_to_print_and_as_excel(drive, own, client):
    client.sign_in(own)
    printed = client.page(f"{PAGE}/in")
    assert [cell.text.strip() for cell in printed.xpath("//tbody/tr/th")] == NAMES
    rows = cells(client.get(f"{PAGE}.xlsx"))
    assert [row[1] for row in rows[1:]] == NAMES
    assert drive.left[0].phone not in str(rows)


@pytest.mark.parametrize("which", ["above", "mai", "admin"])
def test_those_above_get_numbers_and_never_names(drive, client, which):
    person = drive.official(drive.town.LC_PT) if which == "above" else getattr(drive.town, which)
    drive.town.commit()
    client.sign_in(person)
    for code in ("LC-PT-1", "LC-PT"):
        for accept in ("text/html", "application/json"):
            answer = client.get(f"/theo-doi/cuoc-thi/{code}/chua-tham-gia", headers={"Accept": accept})
            assert answer.status_code == 200
            assert not [name for name in NAMES if name in answer.get_data(as_text=True)]
        assert client.get(f"/theo-doi/cuoc-thi/{code}/chua-tham-gia/in").status_code == 404
        rows = cells(client.get(f"/theo-doi/cuoc-thi/{code}/chua-tham-gia.xlsx"))
        assert not [name for name in NAMES if name in str(rows)]
    data = client.data("/theo-doi/cuoc-thi/LC-PT/chua-tham-gia")
    assert [(row["code"], row["missing"]["people"]) for row in data["rows"]] == [("LC-PT-2", 10), ("LC-PT-1", 9)]


@pytest.mark.parametrize("code", ["LC-PT-2", "LC-TU-1", "LC-PT", "LC", "KHONG-CO", "%20", "LC-PT-1'--"])
@pytest.mark.parametrize("way", WAYS)
def test_a_neighbours_union_is_not_there(drive, own, client, code, way):
    answer = client.sign_in(own).get(f"/theo-doi/cuoc-thi/{code}{way}")
    assert answer.status_code == 404
    assert "Tẩn Mỹ Dao" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("way", WAYS)
def test_members_strangers_and_ended_roles_stay_outside(drive, own, client, way, town):
    assert client.get(f"{HOME}{way}").status_code == 303
    client.sign_in(town.lan)
    assert client.get(f"{HOME}{way}").status_code == 403
    own.grants[0].ended_at = town.now
    town.commit()
    client.sign_in(own)
    assert client.get(f"{HOME}{way}").status_code == 403


def test_an_official_of_a_section_sees_its_people_alone(drive, client, town):
    section = town.union("LC-PT-1-A", "Tổ công đoàn Xưởng 1", parent=town.LC_PT_1, level="section")
    worker = town.person("Sùng Thị Máy", union=section)
    head = drive.official(section, "Giàng A Chống")
    client.sign_in(head)
    data = client.data("/theo-doi/cuoc-thi/LC-PT-1-A/chua-tham-gia")
    assert {person["name"] for person in data["people"]} == {"Sùng Thị Máy", "Giàng A Chống"}
    assert client.get(PAGE).status_code == 404
    hung = town.hung
    town.commit()
    client.sign_in(hung)
    assert worker.name in {p["name"] for p in client.data(PAGE)["people"]}
    assert worker.name in {p["name"] for p in client.data("/theo-doi/cuoc-thi/LC-PT-1-A/chua-tham-gia")["people"]}


def test_an_organizer_at_the_union_itself_sees_names(drive, client, town):
    organizer = drive.official(town.LC_PT_1, "Hoàng Thị Tổ", Role.ORGANIZER)
    assert client.sign_in(organizer).data(PAGE)["total"] == 4


def test_who_joined_under_another_union_is_not_missed(drive, own, client, town):
    entry = crowd.enter(town.session, drive.contest, drive.left[0], union=town.LC_TU_1)
    crowd.sit(town.session, entry, drive.round)
    town.commit()
    assert "Lò Văn Bình" not in {p["name"] for p in client.sign_in(own).data(PAGE)["people"]}


def test_an_attempt_that_is_open_or_does_not_count_is_no_joining(drive, own, client, town):
    drive.sit(drive.left[0], counted=False)
    assert "Lò Văn Bình" in {p["name"] for p in client.sign_in(own).data(PAGE)["people"]}


def test_a_round_is_asked_by_itself(drive, own, client, town):
    second = town.round(drive.contest, number=2, bank=drive.bank)
    drive.sit(drive.left[0], second)
    client.sign_in(own)
    assert {p["name"] for p in client.data(f"{PAGE}?dot=2")["people"]} >= {"Lò Thị Lan"}
    assert "Lò Văn Bình" not in {p["name"] for p in client.data(f"{PAGE}?dot=2")["people"]}
    assert "Lò Thị Lan" not in {p["name"] for p in client.data(PAGE)["people"]}
    assert client.get(f"{PAGE}?dot=3").status_code == 404


def test_nobody_waits_for_whom_the_contest_does_not_take(drive, own, client, town):
    worker = town.person("Phạm Văn Thợ", kind="worker")
    barred = town.person("Đỗ Ban Tổ Chức")
    gone = town.person("Trùng Tên")
    gone.merged_into_id = town.lan.id
    town.person("Đã Khoá").disabled_at = town.now
    drive.contest.kinds = ["member", "official"]
    town.session.add(
        Exclusion(contest_id=drive.contest.id, mode="barred", phone=barred.phone, reason="thành viên Ban tổ chức")
    )
    town.commit()
    names = {p["name"] for p in client.sign_in(own).data(PAGE)["people"]}
    assert names == set(NAMES)
    assert worker.name not in names


def test_a_roster_that_is_not_complete_is_said_to_be_so(drive, own, client, town):
    text = client.sign_in(own).page(PAGE).text_content()
    assert "Danh sách mới có 5 người, số đoàn viên đã khai là 10" in text
    for number in range(4):
        town.person(f"Người {chr(65 + number)}")
    town.commit()
    assert "Danh sách chưa đủ" not in client.page(PAGE).text_content()


def test_the_source_of_each_number_is_said(drive, above, client, town):
    for number in range(9):
        town.person(f"Người {chr(65 + number)}", union=town.LC_PT_2)
    town.commit()
    client.sign_in(above)
    data = client.data("/theo-doi/cuoc-thi/LC-PT/chua-tham-gia")
    found = {row["code"]: row["missing"] for row in data["rows"]}
    assert found["LC-PT-2"] == {"people": 10, "units_by_roster": 1, "units_by_headcount": 0, "units_unknown": 0}
    assert found["LC-PT-1"] == {"people": 9, "units_by_roster": 0, "units_by_headcount": 1, "units_unknown": 0}
    rows = cells(client.get("/theo-doi/cuoc-thi/LC-PT/chua-tham-gia.xlsx"))
    assert [row[4] for row in rows[1:]] == ["theo số đoàn viên", "theo danh sách"]


def test_a_contest_of_another_branch_or_without_counting_is_not_there(drive, own, client, town):
    other = town.contest(slug="than-uyen", scope_union_id=town.LC_TU.id)
    town.round(other, bank=drive.bank)
    practice = town.contest(slug="luyen-tap", practice=True)
    town.round(practice, bank=drive.bank)
    town.commit()
    client.sign_in(own)
    for slug in ("than-uyen", "luyen-tap", "khong-co"):
        for way in (*WAYS, "/can-nhac", "/can-nhac.xlsx", "/tuyen-truyen", "/tuyen-truyen/vuong.png"):
            assert client.get(f"/theo-doi/{slug}/LC-PT-1{way}").status_code == 404


@pytest.mark.parametrize("query", ["?trang=0", "?trang=999999999", "?trang=-1", "?trang=a", "?dot=x", "?trang=%00"])
def test_odd_questions_show_the_page(drive, own, client, query):
    assert client.sign_in(own).data(f"{PAGE}{query}")["total"] == 4


def test_pages_of_names(drive, own, client, town):
    for number in range(105):
        town.person(f"Ngô Văn {chr(65 + number // 26)}{chr(97 + number % 26)}")
    town.commit()
    client.sign_in(own)
    first, second = client.data(PAGE), client.data(f"{PAGE}?trang=2")
    assert (len(first["people"]), len(second["people"]), first["pages"]) == (100, 9, 2)
    assert client.page(f"{PAGE}?trang=2").xpath("//tbody/tr/td/text()")[0] == "101"


@pytest.mark.parametrize("code", ["LC-PT", "LC-PT-1"])
def test_as_many_questions_for_more_people(drive, client, app, town, code):
    person = drive.official(town.LC_PT) if code == "LC-PT" else town.hung
    town.commit()
    client.sign_in(person)
    address = f"/theo-doi/cuoc-thi/{code}/chua-tham-gia"
    client.page(address)
    with counted(app) as before:
        client.page(address)
    for number in range(20):
        union = town.union(f"LC-PT-X{number}", parent=town.LC_PT, members=5)
        town.person(f"Người {chr(65 + number)}", union=union)
        town.person(f"Bạn {chr(65 + number)}")
    town.commit()
    with counted(app) as after:
        client.page(address)
    assert len(after) == len(before)


def test_odd_words_in_the_question_do_not_break_the_links(drive, own, client):
    drive.town.round(drive.contest, number=2, bank=drive.bank, opens=6 * 1440, closes=9 * 1440)
    drive.town.commit()
    page = client.sign_in(own).page(f"{PAGE}?endpoint=x&_method=PATCH&_scheme=ftp&_external=1&code=khac")
    links = page.xpath("//main//a[contains(@href, 'dot=')]/@href")
    assert links
    assert all(link.startswith(f"{PAGE}?dot=") for link in links)


def test_names_are_not_seen_through_a_substitute(drive, above, client, town):
    """Who gets numbers only, and hands on a role at a workplace, has names seen by its own people alone."""
    today, actor = vietnamese_day(town.now), Actor(above.id, above.name)
    for person in (drive.neighbour, town.lan):
        delegating.give(town.session, actor, person, Role.OFFICIAL, town.LC_PT_1, (today, None), town.now)
    town.commit()
    address = "/theo-doi/cuoc-thi/LC-PT-1/chua-tham-gia"
    assert "people" not in client.sign_in(drive.neighbour).data(address)
    assert client.get(f"{address}/in").status_code == 404
    assert "rows" in client.data("/theo-doi/nguoi/LC-PT-1")
    assert "people" in client.sign_in(town.lan).data(address)
    for code in ("LC-PT-2", "LC-PT", "LC"):
        assert client.get(f"/theo-doi/cuoc-thi/{code}/chua-tham-gia").status_code == 404


@pytest.mark.parametrize(
    "part",
    [
        "",
        "/chua-tham-gia",
        "/chua-tham-gia.xlsx",
        "/can-nhac",
        "/can-nhac.xlsx",
        "/tuyen-truyen",
        "/tuyen-truyen/vuong.png",
        "/bao-cao",
        "/bao-cao.docx",
        "/chi-tieu",
        "/nguoi-du-thi",
    ],
)
def test_a_union_whose_day_has_not_come_is_not_there(drive, client, session, part):
    admin = drive.town.admin
    decided(session, opening("LC-PT-9", "LC-PT"), on=today() + days(30))
    drive.town.commit()
    client.sign_in(admin)
    assert client.get(f"/theo-doi/cuoc-thi/LC-PT-9{part}").status_code == 404
