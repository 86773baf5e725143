"""The committee's pages of rulings, and what everybody else is told of them."""

import pytest
from corrections import hall
from lxml import html
from rulings import scene
from sqlalchemy import select

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced
from contest.rounds.models import Round
from contest.rulings.models import Ruling
from contest.standings import actions as standings

BASE = "/to-chuc/cuoc-thi/cuoc-thi/xu-ly"


@pytest.fixture
def sat(town):
    """Lan stands first by her first attempt of two, Sơn second; Mai organizes."""
    round_ = hall.a_round(town)
    round_.contest.contact = "0213 3876 543"
    made = [
        scene.hand_in(town, round_, town.lan),
        scene.hand_in(town, round_, town.lan, {"mot": [0]}),
        scene.hand_in(town, round_, town.son, scene.HALF),
    ]
    assert town.mai
    town.commit()
    codes = [attempt.code for attempt in made]
    town.session.commit()
    return codes


@pytest.fixture
def mai(client, town, sat):
    return client.sign_in(town.mai)


def seen(client, address):
    return client.page(address).xpath("//input[@name='seen']/@value")[0]


def decide(client, code, kind="huy-luot-thi", reason=scene.REASON, **more):
    address = f"{BASE}/nguoi/{code}/{kind}"
    return client.send(address, {"seen": seen(client, address), "reason": reason, **more})


def of(session, code):
    found = session.execute(select(Attempt.counted, Attempt.annulled).where(Attempt.code == code)).one()
    session.commit()
    return tuple(found)


def rulings(session):
    found = session.execute(select(Ruling.number, Ruling.kind, Ruling.undone_at.is_(None)).order_by(Ruling.number))
    rows = [tuple(row) for row in found]
    session.commit()
    return rows


def words(response):
    return " ".join(html.fromstring(response.get_data(as_text=True)).text_content().split())


# The way through


def test_somebody_is_found_judged_and_let_off_again(mai, sat, session):
    assert "Chưa có quyết định nào." in mai.page(BASE).text_content()
    for typed in ("lò thị lan", "Lan", sat[0]):
        links = mai.page(f"{BASE}?tim={typed}").xpath("//th/a/@href")
        assert links == [f"{BASE}/nguoi/{sat[0]}"]
    page = mai.page(links[0])
    assert "hạng 1" in page.text_content()
    assert len(page.xpath("//a[text()='Huỷ kết quả lượt này']")) == 2
    address = f"{BASE}/nguoi/{sat[0]}/huy-luot-thi"
    assert address in page.xpath("//a/@href")
    shifts = [[cell.text_content() for cell in row] for row in mai.page(address).xpath("//tbody/tr")]
    assert shifts == [["Đợt 1", "hạng 1", "hạng 2"], ["Cả cuộc thi", "hạng 1", "hạng 2"]]
    answer = decide(mai, sat[0])
    assert (answer.status_code, answer.location) == (303, f"{BASE}/nguoi/{sat[0]}")
    assert of(session, sat[0]) == (False, True)
    page = mai.page(answer.location)
    assert "Đã ghi quyết định số 1." in page.text_content()
    assert scene.REASON in page.text_content() and "Nguyễn Thị Mai" in page.text_content()
    assert "hạng 2" in page.text_content()
    listed = mai.page(BASE).text_content()
    assert scene.REASON in listed and "đang áp dụng" in listed
    undo = f"{BASE}/1/rut"
    shifts = [[cell.text_content() for cell in row] for row in mai.page(undo).xpath("//tbody/tr")]
    assert shifts == [["Đợt 1", "hạng 2", "hạng 1"], ["Cả cuộc thi", "hạng 2", "hạng 1"]]
    answer = mai.send(undo, {"seen": seen(mai, undo), "reason": "Nhầm người"})
    assert (answer.status_code, answer.location) == (303, f"{BASE}/nguoi/{sat[0]}")
    assert of(session, sat[0]) == (True, False)
    assert "Nhầm người" in mai.page(answer.location).text_content()
    assert "Không có quyết định nào đang áp dụng." in mai.page(f"{BASE}?loc=dang-ap-dung").text_content()


@pytest.mark.parametrize(
    ("kind", "after"), [("huy-tu-cach", ["không có hạng"] * 2), ("khong-xet-giai", ["không đổi"] * 2)]
)
def test_what_is_told_before_deciding_about_a_person(mai, sat, session, kind, after):
    rows = mai.page(f"{BASE}/nguoi/{sat[0]}/{kind}").xpath("//tbody/tr")
    assert [" ".join(row[2].text_content().split()) for row in rows] == after
    assert decide(mai, sat[0], kind).status_code == 303
    assert [row[1:] for row in rulings(session)] == [("disqualified" if kind == "huy-tu-cach" else "no_prize", True)]


def test_sent_twice_it_stands_once(mai, sat, session):
    for kind in ("huy-luot-thi", "huy-tu-cach"):
        address = f"{BASE}/nguoi/{sat[0]}/{kind}"
        sent = {"seen": seen(mai, address), "reason": scene.REASON}
        assert [mai.send(address, sent).status_code for _ in range(2)] == [303, 303]
        assert mai.get(address).status_code == 303
    undo = {"seen": seen(mai, f"{BASE}/1/rut"), "reason": "Nhầm"}
    assert [mai.send(f"{BASE}/1/rut", undo).status_code for _ in range(2)] == [303, 303]
    assert mai.get(f"{BASE}/1/rut").status_code == 303
    assert rulings(session) == [(1, "annulled", False), (2, "disqualified", True)]


def test_a_page_left_open_while_somebody_else_decided_is_shown_anew(mai, sat, session):
    address = f"{BASE}/nguoi/{sat[0]}/huy-tu-cach"
    old = seen(mai, address)
    assert decide(mai, sat[0]).status_code == 303
    stale = mai.send(address, {"seen": old, "reason": "Viết lâu"})
    assert stale.status_code == 409
    assert "dữ liệu của người này đã thay đổi" in words(stale)
    page = html.fromstring(stale.get_data(as_text=True))
    assert page.xpath("//textarea[@name='reason']")[0].text.strip() == "Viết lâu"
    assert [row[1] for row in rulings(session)] == ["annulled"]
    again = {"seen": page.xpath("//input[@name='seen']/@value")[0], "reason": "Viết lâu"}
    assert mai.send(address, again).status_code == 303


def test_without_a_reason_nothing_is_decided(mai, sat, session):
    refused = decide(mai, sat[0], reason="  ")
    assert refused.status_code == 409
    assert "Hãy ghi lý do" in words(refused)
    assert rulings(session) == []


def test_announced_results_are_locked_on_the_pages_too(mai, sat, session, town):
    sent = {"seen": seen(mai, f"{BASE}/nguoi/{sat[0]}/huy-luot-thi"), "reason": scene.REASON}
    session.scalars(select(Round)).one().published_at = town.now
    session.commit()
    page = mai.page(f"{BASE}/nguoi/{sat[0]}/huy-luot-thi")
    assert "đã công bố nên đã khoá" in page.text_content()
    assert not page.xpath("//textarea")
    assert mai.send(f"{BASE}/nguoi/{sat[0]}/huy-luot-thi", sent).status_code == 409
    assert rulings(session) == []


# Doors


def test_strangers_members_and_neighbours_do_not_get_in(app, client, town, sat, session):
    addresses = [BASE, f"{BASE}/nguoi/{sat[0]}", f"{BASE}/nguoi/{sat[0]}/huy-luot-thi"]
    for address in addresses:
        assert client.get(address).status_code == 303
    client.sign_in(town.lan)
    for address in addresses:
        assert client.get(address).status_code == 403
    assert client.send(addresses[2], {"reason": "x"}).status_code == 403
    neighbour = town.person("Hàng Xóm", union=town.LC_TU)
    grant_role(session, TERMINAL, neighbour, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.commit()
    client.sign_in(neighbour)
    for address in addresses:
        assert client.get(address).status_code == 404
    assert client.send(addresses[2], {"reason": "x"}).status_code == 404
    assert rulings(session) == []


def test_what_there_is_not(mai, sat, town, session):
    other = town.contest(slug="khac")
    strange = scene.hand_in(town, hall.a_round(town, other, bank=bank_of(session)), town.son).code
    town.commit()
    for address in (
        f"{BASE}/nguoi/KHONGCO",
        f"{BASE}/nguoi/{strange}",
        f"{BASE}/nguoi/{sat[0]}/khong-co",
        f"{BASE}/9/rut",
    ):
        assert mai.get(address).status_code == 404
    assert mai.data(f"{BASE}?trang=99999999999999999999")["page"] == 1


def bank_of(session):
    return session.scalars(select(Round)).first().blueprint[0].bank


# For programs


def test_the_same_as_data(mai, sat, session):
    address = f"{BASE}/nguoi/{sat[0]}/huy-luot-thi"
    trial = mai.data(address)
    assert trial["places"] == [{"round": 1, "before": 1, "after": 2}, {"round": 0, "before": 1, "after": 2}]
    headers = {"Accept": "application/json"}
    empty = mai.send(address, {"seen": trial["seen"]}, headers=headers)
    assert (empty.status_code, "Hãy ghi lý do" in empty.get_json()["reasons"][0]) == (409, True)
    made = mai.send(address, {"seen": trial["seen"], "reason": "Thi hộ"}, headers=headers).get_json()
    assert (made["number"], made["kind"], made["reason"], made["undone_at"]) == (1, "annulled", "Thi hộ", None)
    (row,) = mai.data(BASE)["rulings"]
    assert (row["code"], row["round"], row["attempt"], row["name"]) == (sat[0], 1, 1, "Lò Thị Lan")
    about = mai.data(f"{BASE}/nguoi/{sat[1]}")
    assert [(a["code"], a["counted"], a["annulled"]) for a in about["attempts"]] == [
        (sat[0], False, True),
        (sat[1], True, False),
    ]
    assert about["rulings"][0]["attempt"] == sat[0]
    assert about["places"] == [{"round": 1, "rank": 2, "score": 4}, {"round": 0, "rank": 2, "score": 4}]
    assert [found["code"] for found in mai.data(f"{BASE}?tim=Trần Văn Sơn")["found"]] == [sat[2]]


def test_who_has_exactly_what_was_typed_is_found_before_those_who_have_it_in_their_name(session, mai, town, sat):
    longer = town.person("Lò Thị Lan Anh")
    round_ = session.scalars(select(Round)).one()
    attempt = scene.hand_in(town, round_, longer)
    receipt = session.scalars(select(Attempt.receipt).where(Attempt.code == sat[2])).one()
    ways = {
        "lo thi lan": [sat[0]],
        "Lan Anh": [attempt.code],
        "thị lan": [attempt.code, sat[0]],
        sat[2]: [sat[2]],
        sat[1].lower(): [sat[0]],
        spaced(receipt): [sat[2]],
        longer.phone: [attempt.code],
        "a": [],
        "Không Có Ai": [],
    }
    town.commit()
    for typed, codes in ways.items():
        assert [found["code"] for found in mai.data(f"{BASE}?tim={typed}")["found"]] == codes, typed


def test_nobody_of_another_contest_is_found(session, mai, town, sat):
    other = town.round(town.contest("khac"), bank=town.bank("khac"))
    attempt = scene.hand_in(town, other, town.hung, {})
    ways = [town.hung.name, town.hung.phone, attempt.code, spaced(attempt.receipt), "Hùng"]
    town.commit()
    assert [mai.data(f"{BASE}?tim={typed}")["found"] for typed in ways] == [[]] * len(ways)
    assert [len(mai.data(f"/to-chuc/cuoc-thi/khac/xu-ly?tim={typed}")["found"]) for typed in ways] == [1] * len(ways)


# The person, and everybody


def test_the_person_reads_what_was_decided_and_whom_to_ask(app, mai, town, sat):
    decide(mai, sat[0])
    lan = app.test_client().sign_in(town.lan)
    text = " ".join(lan.page(f"/bai-thi/{sat[0]}/ket-qua").text_content().split())
    assert "đã huỷ kết quả lượt thi này" in text
    assert f"Lý do: {scene.REASON}" in text and "0213 3876 543" in text
    assert "Lượt thi này không được tính" not in text
    data = lan.data(f"/bai-thi/{sat[0]}/ket-qua")
    assert data["annulled"] and not data["counted"] and data["score"] == 20
    assert data["rulings"] == [{"reason": scene.REASON, "at": data["rulings"][0]["at"], "about": "attempt"}]
    assert "đã huỷ" not in lan.page(f"/bai-thi/{sat[1]}/ket-qua").text_content()
    decide(mai, sat[0], "huy-tu-cach", "Không phải đoàn viên")
    own = lan.data("/tai-khoan/du-lieu.json")["rulings"]
    assert [(row["kind"], row["attempt"], row["reason"]) for row in own] == [
        ("annulled", sat[0], scene.REASON),
        ("disqualified", None, "Không phải đoàn viên"),
    ]
    assert app.test_client().sign_in(town.son).data("/tai-khoan/du-lieu.json")["rulings"] == []
    text = lan.page(f"/bai-thi/{sat[1]}/ket-qua").text_content()
    assert "đã huỷ tư cách dự thi của bạn" in text and "Không phải đoàn viên" in text


def test_only_the_owner_and_organizers_learn_from_a_receipt_that_it_is_annulled(app, client, mai, town, sat, session):
    receipt = session.scalars(select(Attempt.receipt).where(Attempt.code == sat[0])).one()
    session.commit()
    address = f"/bien-nhan/{receipt}"
    stranger = app.test_client()
    assert "Được tính" in stranger.page(address).text_content()
    decide(mai, sat[0])
    for visitor in (stranger, app.test_client().sign_in(town.son)):
        text = visitor.page(address).text_content()
        assert "Hệ thống đã nhận bài thi này." in text
        assert "huỷ" not in text and "Được tính" not in text
        assert visitor.data(address)["counted"] is None
    for visitor in (mai, app.test_client().sign_in(town.lan)):
        assert "đã bị huỷ" in visitor.page(address).text_content()
        assert visitor.data(address)["counted"] is False


def test_a_true_number_that_changes_is_told_before_and_found_after(client, town, session):
    contest = town.contest(criteria=["score", "prediction"], prediction_target="attempts")
    round_ = hall.a_round(town, contest, opens=-120, closes=-60)
    codes = [scene.hand_in(town, round_, person).code for person in (town.lan, town.son)]
    standings.settle_round(session, contest, round_, town.now)
    assert town.mai
    town.commit()
    client.sign_in(town.mai)
    assert "Số đúng của câu dự đoán hiện là 2" in client.page(f"{BASE}/nguoi/{codes[0]}/huy-luot-thi").text_content()
    assert decide(client, codes[0]).status_code == 303
    session.expire_all()
    assert session.scalars(select(Round.prediction_actual)).one() == 1


def test_in_a_large_contest_it_is_found_beside_the_requests(app, client, town, session, monkeypatch):
    from contest.jobs import runner
    from contest.rulings import actions

    monkeypatch.setattr(actions, "AT_ONCE", 1)
    contest = town.contest(criteria=["score", "prediction"], prediction_target="attempts")
    round_ = hall.a_round(town, contest, opens=-120, closes=-60)
    codes = [scene.hand_in(town, round_, person).code for person in (town.lan, town.son)]
    standings.settle_round(session, contest, round_, town.now)
    assert town.mai
    town.commit()
    client.sign_in(town.mai)
    answer = decide(client, codes[0])
    assert answer.location.startswith("/viec/")
    with app.app_context():
        assert runner.run_waiting() == 1
    assert "nay là 1" in client.page(answer.location).text_content()
    session.expire_all()
    assert session.scalars(select(Round.prediction_actual)).one() == 1
    scene.check_equal_to_recounts(session, session.scalars(select(Round)).one().contest)
