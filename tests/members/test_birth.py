"""The day of birth: asked for only where a contest needs it, told once, brought along by lists."""

from datetime import date

import pytest
from lxml import html
from sqlalchemy import select
from support.lists import workbook

from contest.accounts.models import AuditEntry, Person
from contest.members import actions
from contest.members.rules import birth_fault
from contest.web.days import day_of

PAGE = "/tai-khoan"
ACT = "/tai-khoan/ngay-sinh"


@pytest.fixture
def lan(client, town):
    person = town.person("Lò Thị Lan", phone="0912345678")
    town.commit()
    client.sign_in(person)
    return person


@pytest.fixture
def by_age(town):
    """A published contest with a division by age, and one without."""
    contest = town.contest(slug="theo-tuoi")
    town.division(contest, "T").born_from = date(1991, 1, 1)
    town.division(town.contest(slug="moi-tuoi"), "M")
    hidden = town.contest(slug="nhap", published=False)
    town.division(hidden, "T").born_until = date(1991, 1, 1)
    town.commit()


def stored(session):
    found = session.scalars(select(Person.birth_on).where(Person.phone == "0912345678")).all()
    session.rollback()
    return found


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("5/9/1990", date(1990, 9, 5)),
        (" 05 - 09 - 1990 ", date(1990, 9, 5)),
        ("1990-09-05", date(1990, 9, 5)),
        ("29/02/2000", date(2000, 2, 29)),
        ("29/02/1999", None),
        ("5/9/90", None),
        ("1/1/1899", None),
        ("٥/٩/1990", None),
        ("", None),
    ],
)
def test_days_as_people_type_them(typed, day):
    assert day_of(typed) == day


@pytest.mark.parametrize(
    ("born", "fault"),
    [
        (None, "Hãy nhập ngày sinh"),
        (date(2016, 11, 23), "kiểm tra lại năm sinh"),
        (date(2016, 11, 22), ""),
        (date(1916, 11, 22), ""),
        (date(1915, 11, 22), "kiểm tra lại năm sinh"),
        (date(2027, 1, 1), "kiểm tra lại năm sinh"),
    ],
)
def test_a_day_of_birth_is_plausible(born, fault):
    found = birth_fault(born, date(2026, 11, 22))
    assert fault in str(found) if fault else found is None


# Registration


def fields(**more):
    return {
        "name": "Lò Thị Lan",
        "phone": "0912345678",
        "union": "LC-PT-1",
        "kind": "member",
        "password": "hoa ban trang",
        "consent": "y",
        **more,
    }


@pytest.mark.parametrize("target", [None, "/cuoc-thi/moi-tuoi", "/cuoc-thi/nhap", "/cuoc-thi/khong-co", "/tai-khoan"])
def test_registration_does_not_ask_where_nobody_needs_it(client, by_age, session, target):
    page = client.page("/dang-ky" + (f"?next={target}" if target else ""))
    assert not page.xpath("//input[@name='birth_on']")
    assert client.send("/dang-ky", fields(next=target or "", birth_on="05/09/1990")).status_code == 303
    assert stored(session) == [None]


def test_registration_asks_who_comes_from_a_contest_that_does(client, by_age, session):
    target = "/cuoc-thi/theo-tuoi"
    assert client.page(f"/dang-ky?next={target}").xpath("//input[@name='birth_on']")
    for typed, sentence in (("", "Hãy nhập ngày sinh"), ("30/02/1990", "ngày/tháng/năm"), ("1/1/2026", "năm sinh")):
        refused = client.send("/dang-ky", fields(next=target, birth_on=typed))
        assert refused.status_code == 422
        (error,) = html.fromstring(refused.get_data(as_text=True)).xpath("//p[@class='error-text']")
        assert sentence in error.text_content()
    assert stored(session) == []
    answer = client.send("/dang-ky", fields(next=target, birth_on="5/9/1990"))
    assert (answer.status_code, answer.location) == (303, target)
    assert stored(session) == [date(1990, 9, 5)]


def test_the_search_for_a_union_keeps_what_was_typed(client, by_age):
    sent = fields(next="/cuoc-thi/theo-tuoi", birth_on="5/9/1990", union="", union_tu_khoa="Phong Thổ", tim_union="1")
    page = html.fromstring(client.send("/dang-ky", sent).get_data(as_text=True))
    assert page.xpath("//input[@name='birth_on']/@value") == ["5/9/1990"]


def test_who_claims_an_imported_account_keeps_the_day_of_the_list(client, by_age, town, session):
    person = town.person("Lò Thị Lan", phone="0912345678")
    person.birth_on = date(1980, 1, 1)
    town.commit()
    sent = fields(next="/cuoc-thi/theo-tuoi", birth_on="5/9/1990")
    assert client.send("/dang-ky", sent).status_code == 303
    assert stored(session) == [date(1980, 1, 1)]


# One's own page


def test_the_page_asks_only_where_it_is_needed(client, lan, session):
    assert not client.page(PAGE).xpath("//input[@name='birth_on']")
    assert client.page(f"{PAGE}?ngay-sinh=1").xpath("//input[@name='birth_on']")


def test_it_is_told_and_changed_until_the_first_attempt(client, lan, session, monkeypatch):
    monkeypatch.setattr(actions, "locks", [])
    assert client.send(ACT, {"birth_on": "5/9/1990"}).status_code == 303
    assert client.page(PAGE).xpath("//input[@name='birth_on']/@value") == ["05/09/1990"]
    assert client.send(ACT, {"birth_on": "6/9/1990", "next": "/cuoc-thi/x"}).location == "/cuoc-thi/x"
    assert stored(session) == [date(1990, 9, 6)]
    assert client.data("/tai-khoan/du-lieu.json")["birth_on"] == "1990-09-06"
    monkeypatch.setattr(actions, "locks", [lambda _session, _person: True])
    refused = client.send(ACT, {"birth_on": "7/9/1990"})
    assert refused.status_code == 409
    assert stored(session) == [date(1990, 9, 6)]
    page = client.page(PAGE)
    assert "06/09/1990" in page.text_content()
    assert not page.xpath("//input[@name='birth_on']")
    assert client.send(ACT, {"birth_on": "6/9/1990"}).status_code == 303
    log = (
        session.execute(select(AuditEntry.details).where(AuditEntry.action == "person.birth").order_by(AuditEntry.id))
        .scalars()
        .all()
    )
    assert log == [{"first": True}, {"first": False}]


def test_who_took_part_before_anybody_asked_tells_it_once(client, lan, session, monkeypatch):
    monkeypatch.setattr(actions, "locks", [lambda _session, _person: True])
    assert client.page(f"{PAGE}?ngay-sinh=1").xpath("//input[@name='birth_on']")
    assert client.send(ACT, {"birth_on": "5/9/1990"}).status_code == 303
    assert client.send(ACT, {"birth_on": "5/9/1991"}).status_code == 409
    assert stored(session) == [date(1990, 9, 5)]


def test_nonsense_is_refused_with_what_was_typed(client, lan, session):
    refused = client.send(ACT, {"birth_on": "mồng một Tết"})
    assert refused.status_code == 422
    page = html.fromstring(refused.get_data(as_text=True))
    assert page.xpath("//input[@name='birth_on']/@value") == ["mồng một Tết"]
    assert stored(session) == [None]


def test_a_stranger_is_led_to_the_door(client, town):
    town.commit()
    assert client.send(ACT, {"birth_on": "5/9/1990"}).location.startswith("/dang-nhap")


# Lists


def test_a_list_may_say_it_and_one_that_does_not_takes_nothing_away(app, town, session, tmp_path):
    assert town.province
    town.commit()
    file = tmp_path / "nguoi.xlsx"
    header = ["Họ và tên", "Số điện thoại", "Mã đơn vị"]

    def run(row, *more):
        file.write_bytes(workbook([row], [*header, *more]))
        return app.test_cli_runner().invoke(args=["person", "import", str(file)])

    lan = ["Lò Thị Lan", "0912345678", "LC-PT-1"]
    assert run([*lan, "5/9/1990"], "Ngày sinh").exit_code == 0
    assert stored(session) == [date(1990, 9, 5)]
    assert "0 mới, 0 thay đổi, 1 giữ nguyên" in run(lan).stdout
    assert "0 mới, 0 thay đổi, 1 giữ nguyên" in run([*lan, ""], "Ngày sinh").stdout
    assert "0 mới, 1 thay đổi" in run([*lan, "06-09-1990"], "Ngày sinh").stdout
    assert stored(session) == [date(1990, 9, 6)]
    wrong = run([*lan, "1990"], "Ngày sinh")
    assert wrong.exit_code != 0
    assert "Chỉ có năm “1990”" in wrong.stdout + wrong.stderr
