"""The headcount desk: told by the union itself, confirmed above, whole branches by Excel; nobody else's."""

import io
from datetime import date, timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from support.decisions import decided, opening
from support.lists import workbook
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Actor, Grant, Role
from contest.unions import headcounts
from contest.unions.headcount_rules import Crowd, Figure, doubts, holding_on, is_jump
from contest.unions.models import Headcount

DESK = "/theo-doi/so-lieu"
OWN = f"{DESK}/LC-PT-1"
WAITING = f"{DESK}/LC-PT/cho-xac-nhan"
LISTS = f"{DESK}/LC-PT/can-xem"
UPLOAD = f"{DESK}/LC-PT/nhap"
HEADER = ["Mã", "Tên", "Đoàn viên", "NLĐ", "Cán bộ", "Ngày số liệu"]


@pytest.fixture
def dung(town):
    """Official of the district Phong Thổ."""
    person = town.person("Mã Thị Dung", union=town.province and town.LC_PT, kind="official")
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, town.LC_PT.id, town.now)
    return person


@pytest.fixture
def desk(town, dung, client):
    """Everybody is there; signs people in by name."""
    known = {"hung": town.hung, "dung": dung, "mai": town.mai, "lan": town.lan}
    people = {name: SimpleNamespace(id=person.id) for name, person in known.items()}
    town.commit()
    return lambda name: client.sign_in(people[name])


def figures(session):
    """Figures in force: (kind, day, number, confirmed)."""
    rows = session.query(Headcount).filter(Headcount.replaced_at.is_(None)).order_by(Headcount.id)
    found = [(row.kind, row.counted_on, row.number, row.confirmed_at is not None) for row in rows]
    session.rollback()
    return found


def tell(client, number="25", day="2023-09-30", address=OWN, **more):
    return client.send(address, {"member": number, "counted_on": day, **more})


def texts(page, path):
    return [" ".join(node.text_content().split()) for node in page.xpath(path)]


def test_a_union_tells_its_own_figures_and_they_wait(desk, client, session):
    desk("hung")
    client.page(OWN)
    assert tell(client, worker="4").status_code == 303
    assert figures(session)[-2:] == [
        ("member", date(2023, 9, 30), 25, False),
        ("worker", date(2023, 9, 30), 4, False),
    ]
    page = client.page(OWN)
    assert "Số liệu chờ cấp trên xác nhận" in page.text_content()
    told = [row for row in client.data(OWN)["figures"] if row["confirmed_at"] is None]
    assert {(row["kind"], row["number"], row["source"]) for row in told} == {
        ("member", 25, "own"),
        ("worker", 4, "own"),
    }


def test_the_same_told_twice_is_told_once(desk, client, session):
    desk("hung")
    tell(client)
    before = figures(session)
    tell(client)
    assert figures(session) == before


def test_what_cannot_be_is_refused_with_a_reason(desk, client):
    desk("hung")
    for fields in ({"member": "", "counted_on": "2023-09-30"}, {"member": "5", "counted_on": "1980-01-01"}):
        answer = client.send(OWN, fields)
        assert answer.status_code == 422
        assert "Có chỗ cần sửa" in answer.get_data(as_text=True)


def test_the_union_above_confirms_once(desk, client, session):
    desk("hung")
    tell(client)
    desk("dung")
    page = client.page(WAITING)
    ids = page.xpath("//input[@name='so']/@value")
    assert len(ids) == 1
    assert page.xpath("//input[@name='so']/@checked")
    assert client.send(WAITING, {"so": ids}).status_code == 303
    assert "Đã xác nhận 1 số liệu." in client.page(WAITING).text_content()
    assert figures(session)[-1] == ("member", date(2023, 9, 30), 25, True)
    client.send(WAITING, {"so": ids})
    assert "đã được xử lý trước đó" in client.page(WAITING).text_content()
    client.send(WAITING, {})
    assert "Chưa đánh dấu đơn vị nào" in client.page(WAITING).text_content()


def test_what_is_doubtful_is_not_ticked_beforehand(town, desk, client):
    desk("dung")
    tell(client, "100", day=(town.now.date() - timedelta(days=300)).isoformat())
    desk("hung")
    tell(client, "20", day=(town.now.date() - timedelta(days=30)).isoformat())
    desk("dung")
    page = client.page(WAITING)
    assert page.xpath("//input[@name='so']")
    assert not page.xpath("//input[@name='so']/@checked")
    assert "cần xem" in page.xpath("//tbody")[0].text_content()


def test_a_union_cannot_confirm_itself(desk, client, session):
    desk("hung")
    tell(client)
    ids = [row.id for row in session.query(Headcount).filter(Headcount.confirmed_at.is_(None))]
    session.rollback()
    client.send(f"{OWN}/cho-xac-nhan", {"so": [str(one) for one in ids]})
    assert not figures(session)[-1][3]
    assert client.data(f"{OWN}/cho-xac-nhan")["rows"] == []


def test_sent_back_with_a_reason_the_union_sees(desk, client, session):
    desk("hung")
    tell(client)
    desk("dung")
    ids = client.page(WAITING).xpath("//input[@name='so']/@value")
    answer = client.send(WAITING, {"so": ids, "viec": "tra-lai", "reason": ""})
    assert answer.status_code == 422
    assert "Hãy ghi lý do" in answer.get_data(as_text=True)
    client.send(WAITING, {"so": ids, "viec": "tra-lai", "reason": "Số gấp đôi quý trước"})
    assert date(2023, 9, 30) not in {row[1] for row in figures(session)}
    desk("hung")
    assert "Số gấp đôi quý trước" in client.page(OWN).text_content()
    assert client.data(OWN)["figures"][-1]["sent_back_reason"] == "Số gấp đôi quý trước"
    tell(client, "24")
    assert not client.page(OWN).xpath("//div[contains(@class, 'notice')]//p[text()='Cấp trên trả lại số liệu']")


def test_a_union_whose_only_figure_came_back_is_counted_among_the_missing(town, desk, client, session):
    session.query(Headcount).filter_by(union_id=town.LC_PT_1.id).delete()
    town.commit()
    desk("hung")
    tell(client)
    desk("dung")
    client.send(
        WAITING, {"so": client.page(WAITING).xpath("//input[@name='so']/@value"), "viec": "tra-lai", "reason": "Sai"}
    )
    assert [row["missing_unions"] for row in client.data(DESK)["rows"]] == [1] == [client.data(LISTS)["missing"]]


def test_a_union_whose_day_has_not_come_has_a_desk_with_nothing_below(town, desk, client, session):
    decided(session, opening("LC-N", "LC-PT"), on=town.now.date() + timedelta(days=9))
    person = SimpleNamespace(id=town.admin.id)
    town.commit()
    client.sign_in(person)
    assert client.data(f"{DESK}/LC-N")["missing_unions"] == 0
    client.page(f"{DESK}/LC-N")
    client.page("/to-chuc/don-vi?don-vi=LC-N")
    client.page("/to-chuc/don-vi/LC-N")


def test_organizers_too_wait_for_whoever_stands_above_their_own_union(desk, client, session):
    desk("mai")
    for code, own in (("LC", True), ("LC-PT-1", False)):
        for address in (f"{DESK}/{code}", f"/to-chuc/don-vi/{code}"):
            day = f"2023-0{7 + own}-1{len(address) % 10}"
            tell(client, "30", day=day, address=address)
            assert [row[3] for row in figures(session) if row[1].isoformat() == day] == [not own]


@pytest.mark.parametrize("address", [OWN, "/to-chuc/don-vi/LC-PT-1"])
def test_no_workplace_has_more_people_than_a_list_may_say(desk, client, address):
    desk("mai")
    answer = tell(client, "300001", address=address)
    assert answer.status_code == 422
    assert "từ 0 đến 300.000" in answer.get_data(as_text=True)


def test_somebody_above_writes_at_once_and_their_word_holds(desk, client, session):
    desk("dung")
    assert "có hiệu lực ngay" in client.page(OWN).text_content()
    tell(client, "31")
    assert figures(session)[-1] == ("member", date(2023, 9, 30), 31, True)
    desk("hung")
    answer = tell(client, "99")
    assert answer.status_code == 422
    assert "đã được cấp trên xác nhận" in answer.get_data(as_text=True)
    assert tell(client, "31").status_code == 303
    assert figures(session)[-1] == ("member", date(2023, 9, 30), 31, True)


def test_the_same_number_told_above_confirms_what_waits(desk, client, session):
    desk("hung")
    tell(client, "31")
    assert figures(session)[-1] == ("member", date(2023, 9, 30), 31, False)
    desk("dung")
    tell(client, "31")
    assert figures(session)[-1] == ("member", date(2023, 9, 30), 31, True)
    assert client.data(WAITING)["total"] == 0


def test_history_says_who_and_when(desk, client):
    desk("hung")
    tell(client)
    desk("dung")
    client.send(WAITING, {"so": client.page(WAITING).xpath("//input[@name='so']/@value")})
    rows = texts(client.page(OWN), "//table//tbody/tr")
    assert any("Vàng Văn Hùng" in row and "Mã Thị Dung" in row and "đơn vị tự ghi" in row for row in rows)


def test_missing_and_implausible_are_listed(town, desk, client, session):
    session.query(Headcount).filter_by(union_id=town.LC_PT_2.id).delete()
    town.commit()
    desk("dung")
    data = client.data(LISTS)
    assert (data["missing"], [row["code"] for row in data["rows"]]) == (1, ["LC-PT-2"])
    tell(client, "100", day=(town.now.date() - timedelta(days=300)).isoformat())
    odd = client.data(f"{LISTS}?xem=bat-thuong")
    assert odd["implausible"] == 1
    assert "thay đổi từ một nửa trở lên" in odd["rows"][0]["reasons"][0]
    client.page(LISTS)
    client.page(f"{LISTS}?xem=bat-thuong")
    assert "Số liệu cần xem lại" in client.page(OWN).text_content()


def test_more_participants_than_people_is_implausible():
    crowd = Crowd(1, "Cuộc thi", 12, date(2023, 11, 13), ("member", "official"))
    told = [Figure("member", date(2023, 1, 1), 10), Figure("worker", date(2023, 1, 1), 90)]
    assert "tỷ lệ trên 100%" in str(doubts(told, [crowd])[0])
    assert doubts([*told, Figure("official", date(2023, 1, 1), 2)], [crowd]) == []
    assert doubts([], [crowd]) == []
    assert "Tổng số là 0" in str(doubts([Figure("member", date(2023, 1, 1), 0)])[0])


@pytest.mark.parametrize(("before", "after", "jump"), [(10, 14, False), (10, 15, True), (9, 4, True), (8, 4, False)])
def test_a_jump_is_half_and_five_people(before, after, jump):
    assert is_jump(before, after) is jump


def test_what_waits_counts_only_without_a_confirmed_figure():
    waits = Figure("member", date(2023, 6, 1), 50, confirmed=False)
    assert holding_on(date(2023, 9, 1), [Figure("member", date(2023, 1, 1), 40), waits]) == 40
    assert holding_on(date(2023, 9, 1), [waits]) == 50
    assert holding_on(date(2023, 1, 1), []) is None


def sheet_of(response):
    assert response.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(response.data)).active.values)


def upload(client, rows, address=UPLOAD, header=HEADER):
    file = (io.BytesIO(workbook(rows, header=header)), "so-lieu.xlsx")
    return client.send(address, {"file": file}, content_type="multipart/form-data")


def test_the_downloaded_file_changes_nothing_when_sent_back(desk, client):
    desk("dung")
    response = client.get(f"{DESK}/LC-PT/tai-ve.xlsx")
    rows = sheet_of(response)
    assert rows[0][:6] == ("Mã", "Tên công đoàn", "Đoàn viên", "NLĐ", "Cán bộ", "Ngày số liệu")
    assert [(row[0], row[2]) for row in rows[1:]] == [("LC-PT", None), ("LC-PT-1", 10), ("LC-PT-2", 10)]
    file = {"file": (io.BytesIO(response.data), "so-lieu.xlsx")}
    answer = client.send(UPLOAD, file, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "không cần nhập" in client.page(answer.location).text_content()


def test_a_branch_filled_in_and_imported_twice(desk, client, session):
    desk("dung")
    answer = upload(client, [["LC-PT-1", "", 20, 3, "", "30/09/2023"], ["LC-PT-2", "", "", "", "", ""]])
    page = client.page(answer.location)
    assert "30/09/2023" in page.text_content()
    assert client.send(answer.location).status_code == 303
    assert figures(session)[-2:] == [("member", date(2023, 9, 30), 20, True), ("worker", date(2023, 9, 30), 3, True)]
    before = figures(session)
    assert client.send(answer.location).location.endswith("/nhap")
    assert figures(session) == before


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["LC-TU-1", "", 5, "", "", ""], "không phải là mã của"),
        (["LC-PT-1", "", 300001, "", "", ""], "từ 0 đến"),
        (["LC-PT-1", "", "nhiều", "", "", ""], "không phải số nguyên"),
        (["LC-PT-1", "", 5, "", "", "30/09/1980"], "từ năm 1990"),
        (["", "", 5, "", "", ""], "Thiếu mã đơn vị"),
    ],
)
def test_faults_of_a_file_by_row(desk, client, session, row, words):
    desk("dung")
    before = figures(session)
    answer = upload(client, [["LC-PT-2", "", 7, "", "", ""], row])
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert figures(session) == before


def test_a_union_sends_its_own_file_and_it_waits(desk, client, session):
    desk("hung")
    answer = upload(client, [["LC-PT-1", "", 20, "", "", "30/09/2023"]], address=f"{OWN}/nhap")
    assert "chờ cấp trên xác nhận" in client.page(answer.location).text_content()
    client.send(answer.location)
    assert figures(session)[-1] == ("member", date(2023, 9, 30), 20, False)


ADDRESSES = ["", "/cho-xac-nhan", "/can-xem", "/can-xem?xem=bat-thuong", "/tai-ve.xlsx", "/nhap", "/nhap/x"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_neighbours_desk_does_not_exist(desk, client, address):
    desk("dung")
    for code in ("LC-TU", "LC-TU-1", "LC", "KHONG-CO"):
        assert client.get(f"{DESK}/{code}{address}").status_code == 404
    desk("lan")
    assert client.get(f"{DESK}/LC-PT-1{address}").status_code == 403


@pytest.mark.parametrize("address", ADDRESSES[:3])
def test_nothing_is_written_for_a_neighbour(desk, client, session, address):
    desk("dung")
    before = figures(session)
    assert client.send(f"{DESK}/LC-TU-1{address}", {"member": "9", "counted_on": "2023-01-01"}).status_code in (
        404,
        405,
    )
    assert figures(session) == before


def test_a_neighbours_rows_cannot_be_slipped_in(town, desk, client, session):
    session.add(Headcount(union_id=town.LC_TU_1.id, kind="member", counted_on=date(2023, 1, 1), number=5, source="own"))
    town.commit()
    row = session.query(Headcount).filter(Headcount.confirmed_at.is_(None)).one().id
    session.rollback()
    desk("dung")
    for extra in ({}, {"viec": "tra-lai", "reason": "Không phải của tôi"}):
        client.send(WAITING, {"so": [str(row), "abc", "99999999999"], **extra})
    assert figures(session)[-1] == ("member", date(2023, 1, 1), 5, False)


def test_strangers_are_asked_to_sign_in(town, client):
    assert town.province
    town.commit()
    for address in ADDRESSES:
        assert client.get(f"{DESK}/LC-PT{address}").status_code == 303
    assert client.get(DESK).status_code == 303


def test_the_list_of_ones_unions(desk, client):
    desk("hung")
    tell(client)
    desk("dung")
    assert [(row["code"], row["waiting_unions"]) for row in client.data(DESK)["rows"]] == [("LC-PT", 1)]
    assert "1 đơn vị chờ bạn xác nhận" in client.page(DESK).text_content()
    assert client.page(DESK).xpath("//a[@href='/theo-doi/so-lieu/LC-PT']")


def test_as_many_questions_for_a_larger_branch(town, desk, client, app, session):
    desk("dung")
    addresses = [f"{DESK}/LC-PT", WAITING, LISTS, f"{LISTS}?xem=bat-thuong", DESK]

    def own(union):
        session.add(Headcount(union_id=union.id, kind="member", counted_on=date(2023, 1, 1), number=5, source="own"))

    own(town.LC_PT_1)
    town.commit()
    with counted(app) as before:
        for address in addresses:
            client.page(address)
    for number in range(10):
        own(town.union(f"LC-PT-X{number}", parent=town.LC_PT, members=50))
    town.commit()
    with counted(app) as after:
        for address in addresses:
            client.page(address)
    assert len(after) == len(before)


def test_confirming_needs_somebody_above(town, session):
    union = town.province and town.LC_PT_1
    own = Actor(1, "Hùng", (Grant(Role.OFFICIAL, union.id),))
    above = Actor(2, "Mai", (Grant(Role.ORGANIZER, town.province.id),))
    assert not headcounts.stands_above(session, own, union.id)
    assert headcounts.stands_above(session, above, union.id)
    assert not headcounts.stands_above(session, above, town.province.id)
    assert headcounts.stands_above(session, TERMINAL, town.province.id)
