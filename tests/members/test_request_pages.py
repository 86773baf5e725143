"""The doors of correcting a union: one's own page, the officials' inbox, strangers, twice and too late."""

from corrections import hall
from sqlalchemy import select

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Actor, PersonKind, Role
from contest.members import requests
from contest.members.models import UnionRequest
from contest.participation import recounting

INBOX = "/theo-doi/yeu-cau"
OWN = "/tai-khoan/cong-doan"
RIGHT = {"mot": [0], "nhieu": [0, 1]}
WISH = {"union": "LC-TU-1", "reason": "Chọn nhầm đơn vị"}


def official(town, union, name="Hoàng Thị Hạnh"):
    person = town.person(name, union=union, kind=PersonKind.OFFICIAL)
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, union.id, town.now)
    return person


def taken_part(town):
    round_ = hall.a_round(town)
    hall.hand_in(town, round_, town.lan, RIGHT)
    town.commit()
    return round_


def a_request(town, to=None, person=None):
    person = person or town.lan
    request = requests.ask(town.session, as_actor(person), person, to or town.LC_TU_1, "Chọn nhầm", town.now)
    town.commit()
    return request


def as_actor(person):
    return Actor(person.id, person.name, union_id=person.union_id)


def arrive(client, town, person):
    town.commit()
    client.sign_in(person)


def test_a_member_asks_is_told_and_takes_it_back(client, session, town):
    taken_part(town)
    client.sign_in(town.lan)
    assert client.page("/tai-khoan").xpath(f'//a[@href="{OWN}"]')
    client.page(OWN)
    assert client.send(OWN, {"reason": ""}).status_code == 422
    searched = client.send(OWN, {"union_tu_khoa": "Than Uyên", "tim_union": "1", "reason": "x"})
    assert searched.status_code == 200 and "LC-TU-2" in searched.text and "LC-TU&#34" not in searched.text
    for _twice in range(2):
        assert client.send(OWN, WISH).status_code == 303
    page = client.page(OWN)
    assert "Cuộc thi thử: số tham gia (1 lượt) chuyển sang CĐCS số 1 LĐLĐ huyện Than Uyên" in page.text_content()
    assert client.send(OWN, WISH | {"union": "LC-TU-2"}).status_code == 409
    code = session.scalars(select(UnionRequest.code)).one()
    town.commit()
    assert client.send(f"{OWN}/rut", {"ma": "nothing"}).status_code == 404
    for said in ("Đã rút yêu cầu", "đã được trả lời hoặc đã rút"):
        assert client.send(f"{OWN}/rut", {"ma": code}).status_code == 303
        assert said in client.page(OWN).text_content()
    assert client.data(OWN)["requests"][0]["state"] == "withdrawn"
    own = client.get("/tai-khoan/du-lieu.json").get_json()
    assert own["union_requests"][0]["to"] == "LC-TU-1"


def test_somebody_else_takes_nothing_back(client, town):
    taken_part(town)
    request = a_request(town)
    arrive(client, town, town.son)
    assert client.send(f"{OWN}/rut", {"ma": request.code}).status_code == 404


def test_before_the_first_attempt_one_changes_it_oneself(client, town):
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    assert "tự đổi được ngay" in client.page(OWN).text_content()
    reply = client.send(OWN, WISH)
    assert reply.status_code == 303 and reply.location.endswith("/tai-khoan")


def test_the_union_that_takes_them_confirms(client, session, town):
    round_ = taken_part(town)
    request = a_request(town)
    hanh = official(town, town.LC_TU_1)
    town.commit()
    client.sign_in(hanh)
    assert client.data(INBOX)["counts"] == {"waiting": 1, "leaving": 0, "done": 0}
    assert "Lò Thị Lan" in client.page(INBOX).text_content()
    page = client.page(f"{INBOX}/{request.code}")
    assert town.lan.phone not in page.text_content()
    assert client.send(f"{INBOX}/{request.code}", {"do": "refuse", "answer": ""}).status_code == 409
    for said in ("Đã xác nhận", "đã được xử lý trước đó"):
        assert client.send(f"{INBOX}/{request.code}", {"do": "confirm", "answer": "Đúng"}).status_code == 303
        assert said in client.page(f"{INBOX}/{request.code}").text_content()
    assert "số tham gia đã chuyển" in client.page(f"{INBOX}/{request.code}").text_content()
    assert client.data(f"{INBOX}?loc=xong")["rows"][0]["state"] == "confirmed"
    client.page(f"{INBOX}?loc=xong")
    session.expire_all()
    assert town.lan.union_id == town.LC_TU_1.id
    assert recounting.verify(session, round_.contest) == []
    arrive(client, town, town.lan)
    assert "Trả lời: Đúng" in client.page(OWN).text_content()


def test_the_union_they_leave_sees_it_and_does_not_decide(client, town):
    taken_part(town)
    request = a_request(town)
    assert town.hung
    town.commit()
    client.sign_in(town.hung)
    assert client.data(INBOX)["counts"] == {"waiting": 0, "leaving": 1, "done": 0}
    assert "Lò Thị Lan" in client.page(f"{INBOX}?loc=di").text_content()
    page = client.page(f"{INBOX}/{request.code}")
    assert "Công đoàn tiếp nhận quyết định" in page.text_content() and not page.xpath('//button[@value="confirm"]')
    for verb in ("confirm", "refuse", "withdraw", "other"):
        assert client.send(f"{INBOX}/{request.code}", {"do": verb, "answer": "x"}).status_code == 403


def test_neighbours_and_strangers_see_nothing(client, town):
    taken_part(town)
    request = a_request(town)
    neighbour = official(town, town.LC_TU_2, "Lý Văn Láng")
    town.commit()
    client.sign_in(neighbour)
    assert client.data(INBOX)["counts"] == {"waiting": 0, "leaving": 0, "done": 0}
    assert "Không có yêu cầu nào chờ bạn" in client.page(INBOX).text_content()
    client.page(f"{INBOX}/{request.code}", 404)
    assert client.send(f"{INBOX}/{request.code}", {"do": "confirm"}).status_code == 404
    client.page(f"{INBOX}?loc=khac", 404)
    client.sign_in(town.lan)
    for address in (INBOX, f"{INBOX}/{request.code}", f"{INBOX}/moi"):
        client.page(address, 403)
    assert client.application.test_client().get(f"{INBOX}/{request.code}").status_code == 303


def test_nobody_confirms_their_own(client, town):
    hall.hand_in(town, hall.a_round(town), town.hung, RIGHT)
    grant_role(town.session, TERMINAL, town.hung, Role.OFFICIAL, town.LC_TU_1.id, town.now)
    request = a_request(town, person=town.hung)
    client.sign_in(town.hung)
    assert "cần người khác" in client.page(f"{INBOX}/{request.code}").text_content()
    assert client.send(f"{INBOX}/{request.code}", {"do": "confirm"}).status_code == 409


def test_an_official_finds_somebody_by_name_and_phone(client, session, town):
    taken_part(town)
    hanh = official(town, town.LC_TU_1)
    town.commit()
    client.sign_in(hanh)
    page = client.page(f"{INBOX}/moi?ten=Lo+Thi+Lan&dien-thoai={town.lan.phone}")
    assert page.xpath('//input[@name="name"]')[0].value == "Lo Thi Lan"
    known = {"name": "lo thi lan", "phone": town.lan.phone, "reason": "Người của đơn vị chúng tôi"}
    assert "Số điện thoại chưa đúng" in client.send(f"{INBOX}/moi", known | {"phone": "12"}).text
    assert client.send(f"{INBOX}/moi", known | {"name": "Lò Thị Mai", "union": "LC-TU-1"}).status_code == 422
    elsewhere = client.send(f"{INBOX}/moi", known | {"union": "LC-TU-2"})
    assert elsewhere.status_code == 422 and "Không thấy ai" in elsewhere.text
    searched = client.send(f"{INBOX}/moi", known | {"union_tu_khoa": "Than Uyên", "tim_union": "1"})
    assert searched.status_code == 200 and "LC-TU-2" in searched.text
    made = client.send(f"{INBOX}/moi", known | {"union": "LC-TU-1"})
    assert made.status_code == 303
    assert session.scalars(select(UnionRequest.asked_by_id)).one() == hanh.id
    town.commit()
    assert client.send(made.location, {"do": "confirm"}).status_code == 303
    again = client.send(f"{INBOX}/moi", known | {"union": "LC-TU-1"})
    assert again.status_code == 409 and "đang thuộc đúng" in again.text


def test_of_several_one_is_chosen_and_others_are_not_shown(client, session, town):
    taken_part(town)
    twin = town.person("Lò Thị Lan", union=town.LC_TU_2, phone=town.lan.phone)
    known = {"name": "Lò Thị Lan", "phone": town.lan.phone, "reason": "Nhầm"}
    arrive(client, town, town.mai)
    several = client.send(f"{INBOX}/moi", known | {"union": "LC-TU-1"})
    assert several.status_code == 422 and "Phong Thổ" in several.text
    assert client.send(f"{INBOX}/moi", known | {"union": "LC-TU-1", "person": str(twin.id)}).status_code == 303
    assert session.scalars(select(UnionRequest)).one().person_id == twin.id


def test_a_twin_elsewhere_is_neither_told_nor_in_the_way(client, session, town):
    """Of two of one name and phone the official answers for one: that one is meant, whatever becomes of the form."""
    lan_id, phone = town.lan.id, town.lan.phone
    town.person("Lò Thị Lan", union=town.LC_TU_2, phone=phone)
    arrive(client, town, official(town, town.LC_PT_1))
    known = {"name": "Lò Thị Lan", "phone": phone, "reason": "Chọn nhầm đơn vị"}
    assert client.send(f"{INBOX}/moi", known | {"union": "LC-TU-1"}).status_code == 303
    assert session.scalars(select(UnionRequest.person_id)).one() == lan_id
    session.rollback()
    waits = client.send(f"{INBOX}/moi", known | {"union": "LC-PT-2", "person": str(lan_id)})
    assert waits.status_code == 409 and "đang chờ" in waits.text and "Than Uyên" not in waits.text


def test_an_official_takes_back_what_they_asked(client, town):
    taken_part(town)
    assert town.mai
    town.commit()
    client.sign_in(town.mai)
    made = client.send(
        f"{INBOX}/moi", {"name": "Lò Thị Lan", "phone": town.lan.phone, "union": "LC-TU-1", "reason": "Nhầm"}
    )
    assert client.send(made.location, {"do": "withdraw"}).status_code == 303
    assert "Đã rút" in client.page(made.location).text_content()


def test_a_long_inbox_has_pages(client, town, monkeypatch):
    monkeypatch.setattr("contest.members.request_routes.PER_PAGE", 2)
    for n in range(5):
        a_request(town, person=town.person(f"Người Thứ {n}", union=town.province and town.LC_PT_1))
    assert town.mai
    town.commit()
    client.sign_in(town.mai)
    rows = [row["code"] for n in (1, 2, 3) for row in client.data(f"{INBOX}?trang={n}")["rows"]]
    assert len(set(rows)) == 5
    client.page(f"{INBOX}?trang=2")
    assert client.data(f"{INBOX}?trang=99")["page"] == 3
