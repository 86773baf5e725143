"""An official's people: names only for their own workplace, numbers above, nothing of neighbours."""

import re

import pytest
from sqlalchemy import select
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry, Person
from contest.accounts.rules import TERMINAL, Role
from contest.members.models import PastMembership
from contest.unions.rules import Level

PAGE = "/theo-doi/nguoi/LC-PT-1"


@pytest.fixture
def lan(town):
    return town.lan.id


@pytest.fixture
def hung(client, town, lan):
    hung = town.hung.id
    town.commit()
    client.sign_in(town.session.get(Person, hung))
    town.commit()
    return hung


def rows(page):
    return [th.text_content() for th in page.xpath("//tbody/tr/th")]


def address_of(client, name):
    return client.page(PAGE).xpath(f"//tbody//a[text()='{name}']/@href")[0]


def stored(session, person_id):
    session.rollback()
    found = session.execute(select(Person.kind, Person.union_id).where(Person.id == person_id)).one()
    session.rollback()
    return found


def test_people_of_a_workplace_by_name_with_masked_phones(client, hung, town):
    phone = town.lan.phone
    town.commit()
    page = client.page(PAGE)
    assert [row.split("0")[0] for row in rows(page)] == ["Vàng Văn Hùng", "Lò Thị Lan"] or len(rows(page)) == 2
    said = page.text_content()
    assert phone not in said
    assert f"{phone[:2]}****{phone[-3:]}" in said
    assert phone not in client.get(PAGE, headers={"Accept": "application/json"}).get_data(as_text=True)


def test_people_of_sections_are_among_them(client, hung, town):
    section = town.union("LC-PT-1-A", "Tổ công đoàn A", town.LC_PT_1, Level.SECTION)
    town.person("Sùng A Của", union=section)
    town.commit()
    assert any("Sùng A Của" in row and "Tổ công đoàn A" in row for row in rows(client.page(PAGE)))


@pytest.mark.parametrize(("typed", "count"), [("lo thi", 1), ("LÒ THỊ LAN", 1), ("khong co", 0), ("%", 0), ("", 2)])
def test_people_are_found_by_name(client, hung, typed, count):
    assert client.data(f"{PAGE}?q={typed.replace('%', '%25')}")["total"] == count


def test_people_are_found_by_phone(client, hung, town):
    phone = town.lan.phone
    town.commit()
    assert client.data(f"{PAGE}?q={phone}")["total"] == 1


def test_a_page_of_many_thousands_costs_what_a_page_costs(client, hung, app, town):
    counts = []
    for size in (60, 240):
        for n in range(size):
            town.person(f"Lò Văn {chr(65 + n % 26)}", phone=f"09{len(counts)}{n:07}")
        town.commit()
        with counted(app) as statements:
            page = client.page(f"{PAGE}?trang=2")
        counts.append(len(statements))
        assert rows(page)
    assert counts[0] == counts[1]
    assert client.data(f"{PAGE}?trang=999")["page"] == 7
    assert len(client.data(PAGE)["people"]) == 50


def test_above_there_are_numbers_and_no_names(client, town, lan):
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    page = client.page("/theo-doi/nguoi/LC")
    assert len(rows(page)) == 2
    assert "Lò Thị Lan" not in page.text_content()
    assert client.data("/theo-doi/nguoi/LC-PT")["rows"][0] == {
        "code": "LC-PT-1",
        "name": "CĐCS số 1 LĐLĐ huyện Phong Thổ",
        "member": 1,
    }
    assert rows(client.page("/theo-doi/nguoi/LC?q=than uyen"))
    assert client.get("/theo-doi/nguoi").headers["Location"] == "/theo-doi/nguoi/LC"
    assert any("Lò Thị Lan" in row for row in rows(client.page(PAGE)))


def test_an_official_above_sees_numbers_even_of_a_workplace(client, town, lan, hung):
    address = address_of(client, "Lò Thị Lan")
    son = town.son
    grant_role(town.session, TERMINAL, son, Role.OFFICIAL, town.LC_PT.id, town.now)
    town.commit()
    other = client.application.test_client().sign_in(son)
    page = other.page(PAGE)
    assert "Lò Thị Lan" not in page.text_content()
    assert other.get(address).status_code == 404


def test_with_several_unions_one_chooses(client, town, lan):
    mai = town.mai
    grant_role(town.session, TERMINAL, mai, Role.OFFICIAL, town.LC_PT_1.id, town.now)
    town.commit()
    client.sign_in(mai)
    assert len(rows(client.page("/theo-doi/nguoi"))) == 2


@pytest.mark.parametrize("code", ["LC-PT-2", "LC-PT", "LC", "KHONG", "%27"])
def test_a_neighbour_is_not_there(client, hung, town, code):
    town.person("Sùng A Của", union=town.LC_PT_2)
    town.commit()
    assert client.get(f"/theo-doi/nguoi/{code}").status_code == 404


def test_a_person_of_a_neighbour_is_not_there(client, town, hung):
    son = town.son
    grant_role(town.session, TERMINAL, son, Role.OFFICIAL, town.LC_TU_2.id, town.now)
    town.commit()
    address = address_of(client, "Lò Thị Lan")
    other = client.application.test_client().sign_in(son)
    assert other.get(address).status_code == 404
    assert other.get(address.replace("LC-PT-1", "LC-TU-2")).status_code == 404
    for act in ("thoi", "khoi-phuc", "thu-hoi-the"):
        assert other.send(f"{address}/{act}", {"on": "01/07/2025"}).status_code == 404
        assert other.send(f"{address.replace('LC-PT-1', 'LC-TU-2')}/{act}", {"on": "01/07/2025"}).status_code == 404
    person, signature = address.split("/")[-1].split(".")
    for code in ("1", "x.y", person, f"{person}.", f"{person}.{signature[1:]}", f"{person}.{signature[::-1]}"):
        assert client.get(f"{PAGE}/{code}").status_code == 404


def test_strangers_and_members_get_nothing(client, hung, town):
    address = address_of(client, "Lò Thị Lan")
    lan = town.lan
    town.commit()
    member = client.application.test_client().sign_in(lan)
    stranger = client.application.test_client()
    for path in ("/theo-doi/nguoi", PAGE, address):
        assert member.get(path).status_code == 403
        assert stranger.get(path).status_code == 303
    assert member.send(f"{address}/thoi", {"on": "01/07/2025"}).status_code == 403


def test_a_persons_page_tells_where_they_belonged(client, hung, lan, town, session):
    address = address_of(client, "Lò Thị Lan")
    said = client.page(address).text_content()
    assert "Hiện nay: Đoàn viên, thuộc CĐCS số 1 LĐLĐ huyện Phong Thổ." in said
    assert "Chưa có thẻ." in said


def test_an_official_ends_a_membership_and_takes_it_back(client, hung, lan, session, town):
    address = address_of(client, "Lò Thị Lan")
    place = stored(session, lan).union_id
    answer = client.send(f"{address}/thoi", {"on": "01/07/2025", "workplace": "khong"})
    assert answer.headers["Location"] == address
    assert stored(session, lan) == ("worker", None)
    page = client.page(PAGE)
    assert "Vừa thôi, không còn làm việc ở đơn vị" in page.text_content()
    assert (
        "Từ ngày 01/07/2025 đến nay: Người lao động, không thuộc công đoàn nào." in client.page(address).text_content()
    )
    # Twice: a worker has nothing to leave.
    assert client.send(f"{address}/thoi", {"on": "01/07/2025", "workplace": "con"}).status_code == 422
    assert client.send(f"{address}/khoi-phuc").status_code == 303
    assert stored(session, lan) == ("member", place)
    assert client.send(f"{address}/khoi-phuc").status_code == 303
    assert stored(session, lan) == ("member", place)
    assert session.scalar(select(PastMembership.id)) is None
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.actor_id == hung).order_by(AuditEntry.id)
    ).all()
    session.rollback()
    assert [action for action in actions if action.startswith("person.")] == ["person.move", "person.come_back"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"on": ""}, "Hãy chọn ngày thôi là đoàn viên."),
        ({"on": "31/02/2025"}, "dạng ngày/tháng/năm"),
        ({"on": "01/01/2099"}, "không được sau hôm nay"),
        ({"on": "01/07/2025", "workplace": "x"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_an_end_that_cannot_be_is_refused_in_words(client, hung, lan, session, sent, sentence):
    answer = client.send(f"{address_of(client, 'Lò Thị Lan')}/thoi", {"workplace": "con", **sent})
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (422, True)
    assert stored(session, lan).kind == "member"


def test_people_without_a_phone_cannot_be_met_by_one(client, town, session):
    """An empty phone fits no sign-in, registration or role."""
    from contest.accounts.queries import people_with_phone
    from contest.members.queries import accounts_with_phone

    town.person("Sùng Thị Mỷ", phone="0").phone = ""
    town.commit()
    assert people_with_phone(session, "") == []
    assert accounts_with_phone(session, "") == []
    session.rollback()
    answer = client.send("/dang-nhap", {"phone": "", "password": "hoa ban trang"})
    assert re.search("Hãy (nhập|điền)", answer.get_data(as_text=True))


def test_ones_own_data_tell_of_former_unions_and_cards(client, hung, lan, town, session):
    address = address_of(client, "Lò Thị Lan")
    client.send(f"{PAGE}/the", {"do": "all"})
    client.send(f"{address}/thoi", {"on": "01/07/2025", "workplace": "con"})
    client.sign_in(session.get(Person, lan))
    session.rollback()
    data = client.get("/tai-khoan/du-lieu.json").get_json()
    assert data["memberships"] == [
        {"union": "LC-PT-1", "kind": "member", "since": None, "until": "2025-07-01", "cause": "leaving"}
    ]
    assert [card["revoked_at"] for card in data["cards"]] == [None]
