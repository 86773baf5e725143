"""The desk of question banks: who may open it, the list, a bank's page, things done to many questions."""

import pytest
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.banks.models import BankOwner
from questions import actions, queries
from questions.models import Question, QuestionBank
from questions.rules import Difficulty, State, Verb

BANKS = "/to-chuc/ngan-hang"
PAGES = ("", "/thong-tin", "/xoa", "/nhap", "/cau-hoi/moi", "/cau-hoi?ma=bank-1", "/cau-hoi/sua?ma=bank-1")


def stems(page):
    return [a.text_content() for a in page.xpath("//td[contains(@class, 'cell-stem')]/a")]


# doors


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_bank_are_for_its_organizers(client, town, organizer, path):
    province = town.province
    bank = town.bank(owner=town.LC_PT)
    people = {
        "stranger": (None, 303),
        "member": (town.lan, 403),
        "official": (town.hung, 403),
        "sibling": (organizer(town.LC_TU), 404),
        "below": (organizer(town.LC_PT_1), 404),
        "own": (organizer(town.LC_PT), 200),
        "above": (organizer(province), 200),
        "administrator": (town.admin, 200),
    }
    town.commit()
    for name, (person, status) in people.items():
        visitor = client.application.test_client()
        if person:
            visitor.sign_in(person)
        assert visitor.get(f"{BANKS}/{bank.code}{path}").status_code == status, name


def test_a_foreign_organizer_changes_nothing(client, town, organizer, log, rows):
    bank = town.bank(owner=town.province and town.LC_PT)
    far = organizer(town.LC_TU)
    town.commit()
    client.sign_in(far)
    before = log()
    for path, data in (
        ("/sap-xep", {"q": "bank-1", "do": "retire"}),
        ("/xoa", {}),
        ("/thong-tin", {"title": "Của tôi"}),
        ("/cau-hoi/sua?ma=bank-1", {"stem": "?"}),
        ("/cau-hoi/moi", {"stem": "?"}),
        ("/nhap", {}),
        ("/nhap/abc", {}),
    ):
        assert client.send(f"{BANKS}/{bank.code}{path}", data).status_code == 404, path
    for path in ("/xuat/xlsx", "/nhap/abc", "/cau-hoi/xem?ma=bank-1"):
        client.page(f"{BANKS}/{bank.code}{path}", 404)
    assert log() == before
    assert {question.state for question in rows(Question)} == {State.APPROVED}


def test_a_bank_without_union_belongs_to_the_administrators(client, town, session):
    bank = town.bank()
    session.delete(session.get(BankOwner, bank.id))
    people = town.mai, town.admin
    town.commit()
    client.sign_in(people[0]).page(f"{BANKS}/bank", 404)
    assert client.data(BANKS) == {"banks": []}
    client.sign_in(people[1]).page(f"{BANKS}/bank")


# the list, making and removing


def test_the_list_shows_the_banks_of_the_own_subtree_with_their_numbers(client, town, organizer):
    town.bank("tinh", size=3, owner=town.province)
    own = town.bank("phong-tho", size=4, owner=town.LC_PT_1)
    town.bank("than-uyen", owner=town.LC_TU)
    actions.set_state(town.session, queries.selected(town.session, own.id, ["phong-tho-0"]), Verb.RETIRE, town.now)
    town.round(bank=own, count=2)
    person = organizer(town.LC_PT)
    town.commit()
    client.sign_in(person)
    assert client.data(BANKS)["banks"] == [
        {
            "code": "phong-tho",
            "title": "Ngân hàng phong-tho",
            "union": "LC-PT-1",
            "approved": 3,
            "questions": 4,
            "rounds": 1,
        }
    ]
    text = client.page(BANKS).text_content()
    assert "Ngân hàng phong-tho" in text and "3 câu đang dùng, 1 câu khác" in text and "than-uyen" not in text


def test_an_empty_list_says_what_to_do(client, town):
    mai = town.mai
    town.commit()
    page = client.sign_in(mai).page(BANKS)
    assert page.xpath(f"//main//a[@href='{BANKS}/moi']")


def test_making_a_bank_suggests_its_code_from_the_title(client, town, rows, log):
    mai = town.mai
    town.commit()
    client.sign_in(mai).page(f"{BANKS}/moi")
    for expected in ("20-nam-tinh-lai-chau", "20-nam-tinh-lai-chau-2"):
        answer = client.send(f"{BANKS}/moi", {"title": "20 năm tỉnh Lai Châu", "code": ""})
        assert (answer.status_code, answer.location) == (303, f"{BANKS}/{expected}")
    client.page(f"{BANKS}/20-nam-tinh-lai-chau")
    assert {owner.union_id for owner in rows(BankOwner)} == {town.province.id}
    assert ("bank.create", "bank:20-nam-tinh-lai-chau") in log()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": ""}, "Hãy nhập tên ngân hàng"),
        ({"title": "A", "code": "Mã có dấu"}, "Mã chỉ gồm"),
        ({"title": "A", "code": "moi"}, "dành riêng"),
        ({"title": "A", "code": "bank"}, "đã dùng"),
        ({"title": "x" * 301}, "không quá 300"),
    ],
)
def test_a_bank_that_cannot_be_made_is_refused_beside_the_field(client, town, rows, data, words):
    town.bank()
    mai = town.mai
    town.commit()
    answer = client.sign_in(mai).send(f"{BANKS}/moi", data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert len(rows(QuestionBank)) == 1


def test_an_organizer_of_several_unions_says_whose_it_is_and_only_one_of_theirs(client, town, organizer, rows):
    person = organizer(town.province and town.LC_PT)
    grant_role(town.session, TERMINAL, person, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.commit()
    client.sign_in(person)
    options = client.page(f"{BANKS}/moi").xpath("//select[@name='union']/option/@value")
    assert sorted(options) == ["LC-PT", "LC-TU"]
    assert client.send(f"{BANKS}/moi", {"title": "A", "union": "LC"}).status_code == 422
    assert client.send(f"{BANKS}/moi", {"title": "A", "union": "LC-TU"}).status_code == 303
    assert [owner.union_id for owner in rows(BankOwner)] == [town.LC_TU.id]


def test_title_and_description_can_change(client, town, log):
    town.bank()
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    assert client.send(f"{BANKS}/bank/thong-tin", {"title": "", "description": ""}).status_code == 422
    assert client.send(f"{BANKS}/bank/thong-tin", {"title": "Tên mới", "description": "Mô tả"}).status_code == 303
    assert "Tên mới" in client.page(f"{BANKS}/bank").find(".//h1").text_content()
    assert ("bank.describe", "bank:bank") in log()


def test_a_bank_that_a_round_draws_from_is_not_deleted(client, town, look):
    bank = town.bank()
    town.round(town.contest(title="Cuộc thi lớn"), bank=bank)
    mai = town.mai
    town.commit()
    page = client.sign_in(mai).page(f"{BANKS}/bank/xoa")
    assert "Cuộc thi lớn, đợt 1" in page.text_content()
    assert not page.xpath(f"//form[@action='{BANKS}/bank/xoa']")
    assert client.send(f"{BANKS}/bank/xoa").status_code == 409
    assert look(queries.bank, "bank") is not None


def test_an_unused_bank_is_deleted_after_asking(client, town, look, rows, log):
    town.bank()
    mai = town.mai
    town.commit()
    page = client.sign_in(mai).page(f"{BANKS}/bank/xoa")
    assert "10 câu hỏi sẽ bị xoá" in page.text_content()
    assert look(queries.bank, "bank") is not None
    assert client.send(f"{BANKS}/bank/xoa").location == BANKS
    assert look(queries.bank, "bank") is None
    assert rows(Question) == []
    assert ("bank.delete", "bank:bank") in log()


# a bank's page


@pytest.fixture
def bank(town):
    """Sixty questions of two topics: two pages."""
    bank = town.bank("lon", size=60, topics=("Địa lý", "Lịch sử / Tỉnh"))
    mai = town.mai
    first = queries.selected(town.session, bank.id, ["lon-0", "lon-1"])
    actions.set_difficulty(town.session, first, Difficulty.EASY, town.now)
    actions.set_state(town.session, first[:1], Verb.RETIRE, town.now)
    town.commit()
    assert mai
    return bank


def test_questions_come_by_pages_of_fifty(client, town, bank):
    client.sign_in(town.mai)
    page = client.page(f"{BANKS}/lon")
    assert len(stems(page)) == 50
    assert "60 câu hỏi, trang 1/2" in page.text_content()
    assert page.xpath("//a[@rel='next']/@href") == [f"{BANKS}/lon?trang=2"]
    data = client.data(f"{BANKS}/lon?trang=2")
    assert (len(data["questions"]), data["total"], data["pages"]) == (10, 60, 2)
    assert client.get(f"{BANKS}/lon?trang=9").location == f"{BANKS}/lon?trang=2"


def test_the_page_and_the_data_have_the_same_rows(client, town, bank):
    client.sign_in(town.mai)
    address = f"{BANKS}/lon?xep=-code&chu-de=Địa+lý"
    data = client.data(address)["questions"]
    assert [row["stem"] for row in data] == stems(client.page(address))
    first = data[0]
    assert first["key"] in "ABCD" and first["topic"] == "Địa lý" and first["state"] == "approved"
    assert [choice["text"] for choice in first["choices"] if choice["points"] == 1][0].startswith("Đúng")


@pytest.mark.parametrize(
    ("args", "total"),
    [
        ("tim=cau+hoi+so+17", 1),
        ("tim=tai+lieu+17", 1),
        ("tim=khong+co", 0),
        ("chu-de=Lịch+sử", 30),
        ("chu-de=Lịch+sử+/+Tỉnh", 30),
        ("chu-de=-", 0),
        ("chu-de=Không+có", 0),
        ("muc=1", 2),
        ("muc=1&tinh-trang=approved", 1),
        ("tinh-trang=retired", 1),
        ("muc=abc&tinh-trang=x&trang=abc", 60),
    ],
)
def test_search_and_filters(client, town, bank, args, total):
    client.sign_in(town.mai)
    assert client.data(f"{BANKS}/lon?{args}")["total"] == total
    assert len(stems(client.page(f"{BANKS}/lon?{args}"))) == min(total, 50)


def test_topics_are_counted_with_what_is_in_use(client, town, bank):
    page = client.sign_in(town.mai).page(f"{BANKS}/lon")
    table = page.xpath("//table[contains(@class, 'table-dense')]//tr")
    rows = [[cell.text_content().strip() for cell in row.xpath("./th | ./td")] for row in table]
    assert rows[1:] == [
        ["Địa lý", "0", "29", "0", "29"],
        ["Lịch sử", "1", "29", "0", "30"],
        ["Tỉnh", "1", "29", "0", "30"],
    ]


def test_a_page_costs_as_many_queries_for_twice_the_questions(app, client, town):
    small, large = town.bank("nho", size=30), town.bank("to", size=120, topics=[f"Chủ đề {n}" for n in range(9)])
    town.round(town.contest("a"), bank=small)
    for number in range(1, 5):
        town.round(town.contest(f"b{number}"), bank=large)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    numbers = []
    for code in ("nho", "to"):
        with counted(app) as statements:
            client.page(f"{BANKS}/{code}?tim=cau&muc=2")
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 17
    with counted(app) as one:
        client.page(BANKS)
    for number in range(5):
        town.bank(f"them-{number}", size=2)
    town.commit()
    with counted(app) as many:
        client.page(BANKS)
    assert len(one) == len(many)


# many at once


def arrange(client, **data):
    return client.send(f"{BANKS}/lon/sap-xep", data)


def test_chosen_questions_move_change_level_rest_and_come_back(client, town, bank, log):
    client.sign_in(town.mai)
    both = ["lon-5", "lon-6"]
    answer = arrange(client, q=both, do="move", topic="Chủ đề  mới", tim="cau", trang="2")
    assert (answer.status_code, answer.location) == (303, f"{BANKS}/lon?tim=cau&trang=2")
    arrange(client, q=both, do="level", level="3")
    arrange(client, q=both, do="retire")
    rows = {row["code"]: row for row in client.data(f"{BANKS}/lon?chu-de=Chủ+đề+mới")["questions"]}
    assert rows.keys() == set(both)
    assert {(row["difficulty"], row["state"], row["version"]) for row in rows.values()} == {("hard", "retired", 1)}
    arrange(client, q=both, do="restore")
    arrange(client, q=both, do="move", topic="-")
    assert {row["state"] for row in client.data(f"{BANKS}/lon?chu-de=-")["questions"]} == {"approved"}
    deeds = [action for action, subject in log() if subject == "bank:lon"]
    assert deeds == [f"bank.question.{deed}" for deed in ("move", "level", "retire", "restore", "move")]


def test_all_that_the_search_finds_can_be_changed_at_once(client, town, bank):
    client.sign_in(town.mai)
    arrange(client, do="retire", **{"tat-ca": "1", "chu-de": "Lịch sử"})
    assert client.data(f"{BANKS}/lon?tinh-trang=retired")["total"] == 31
    assert client.data(f"{BANKS}/lon?tinh-trang=approved")["total"] == 29


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"do": "retire"}, "Chưa chọn câu hỏi nào"),
        ({"do": "retire", "q": "khong-co"}, "Chưa chọn câu hỏi nào"),
        ({"do": "move", "q": "lon-1", "topic": " "}, "Hãy nhập tên chủ đề"),
    ],
)
def test_a_deed_that_lacks_something_does_nothing_and_says_what(client, town, bank, log, data, words):
    client.sign_in(town.mai)
    before = log()
    assert arrange(client, **data).status_code == 303
    assert words in client.page(f"{BANKS}/lon").text_content()
    assert log() == before


def test_an_unknown_deed_is_refused(client, town, bank):
    assert arrange(client.sign_in(town.mai), q="lon-1", do="burn").status_code == 400
