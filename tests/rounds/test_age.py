"""Divisions by age: whom they take, what they ask of participants, and where they stand in words and files."""

from datetime import date

import pytest
from lxml import html
from sqlalchemy import select

from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.rounds.checks import checks
from contest.rounds.models import Division, Entry
from contest.rounds.plans import DivisionPlan
from contest.rounds.rules import Candidate, DivisionRule, division_for
from contest.rounds.setup import read_setup
from contest.rounds.setup_writer import write_setup

from .plans import facts, sound

OLD = DivisionPlan("A", "Trên 35", born_until=date(1990, 12, 31))
YOUNG = DivisionPlan("B", "Dưới 35", born_from=date(1991, 1, 1))
START = "/cuoc-thi/cuoc-thi/dot/1/bat-dau"


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1979, 12, 31), None),
        (date(1980, 1, 1), 7),
        (date(1990, 12, 31), 7),
        (date(1991, 1, 1), 8),
        (None, None),
    ],
)
def test_both_days_belong_to_a_division(born, expected):
    rules = [
        DivisionRule(7, frozenset(), None, date(1980, 1, 1), date(1990, 12, 31)),
        DivisionRule(8, frozenset({"member"}), None, date(1991, 1, 1)),
    ]
    person = Candidate(PersonKind.MEMBER, "0912000001", frozenset(), birth_on=born)
    assert division_for(person, rules) == expected


def said(plan):
    return [(str(c.level), str(c.message)) for c in checks(plan, facts(plan))]


def test_ages_that_leave_nobody_out_have_nothing_to_mend():
    assert said(sound(divisions=(OLD, YOUNG))) == []
    assert sound(divisions=(OLD, YOUNG)).divided() == ["A", "B"]


def test_ages_with_a_gap_an_order_that_hides_one_and_days_that_are_crossed():
    gap = (OLD, DivisionPlan("B", "Trẻ", born_from=date(1991, 1, 2)))
    assert [level for level, _text in said(sound(divisions=gap))] == ["warning"] * 3
    assert sound(divisions=gap).divided() == ["", "A", "B"]
    hidden = (OLD, DivisionPlan("B", "Già", born_from=date(1960, 1, 1), born_until=date(1970, 1, 1)), YOUNG)
    ((level, text),) = said(sound(divisions=hidden))
    assert level == "error" and "“Trên 35” đứng trước" in text
    crossed = (DivisionPlan("C", "Ngược", born_from=date(1991, 1, 1), born_until=date(1990, 1, 1)), OLD, YOUNG)
    ((level, text),) = said(sound(divisions=crossed))
    assert level == "error" and "“Ngược”" in text


@pytest.mark.parametrize(
    ("division", "sentence"),
    [
        (OLD, "Trên 35: người sinh từ 1990-12-31 trở về trước"),
        (YOUNG, "Dưới 35: người sinh từ 1991-01-01 trở về sau"),
        (
            DivisionPlan("C", "Trẻ", (PersonKind.MEMBER,), None, date(1991, 1, 1), date(2000, 1, 1)),
            "Trẻ: Đoàn viên, sinh từ 1991-01-01 đến 2000-01-01",
        ),
    ],
)
def test_the_regulations_say_whom_a_division_takes_and_that_birth_dates_are_asked_for(division, sentence):
    from .test_regulations import said as words

    text = words(sound(divisions=(division, DivisionPlan("Z", "Khác"))))
    assert sentence in text
    assert "khai thêm ngày sinh" in text
    assert "khai thêm ngày sinh" not in words(sound(divisions=(DivisionPlan("Z", "Khác"),)))


def test_a_file_with_ages_gives_the_same_contest_again():
    plan = sound(divisions=(OLD, YOUNG))
    written = write_setup(plan)
    assert "born_until: '1990-12-31'" in written
    setup, faults = read_setup(written.encode(), "hoi-thi.yaml", date(2023, 11, 15))
    assert (faults, setup.plan.divisions) == ([], (OLD, YOUNG))
    wrong = written.replace("1990-12-31", "31/12/1990")
    _setup, faults = read_setup(wrong.encode(), "hoi-thi.yaml", date(2023, 11, 15))
    assert [fault.path for fault in faults] == ["divisions[0].born_until"]


# Through the doors


@pytest.fixture
def contest(town):
    contest = town.contest()
    town.round(contest)
    for position, plan in enumerate((OLD, YOUNG), 1):
        division = Division(code=plan.code, title=plan.title, position=position)
        division.born_from, division.born_until = plan.born_from, plan.born_until
        contest.divisions.append(division)
    assert town.lan
    town.commit()
    return contest


def born(session, town, on):
    session.get(Person, town.lan.id).birth_on = on
    session.commit()


def test_who_has_not_told_their_birth_date_is_led_to_where_it_is_told(client, town, contest):
    client.sign_in(town.lan)
    refused = client.send(START)
    assert refused.status_code == 409
    page = refused.get_data(as_text=True)
    assert "cần ngày sinh" in page
    link = "/tai-khoan?ngay-sinh=1&next=/cuoc-thi/cuoc-thi#ngay-sinh"
    assert link in html.fromstring(page).xpath("//a/@href")
    shown = client.page("/cuoc-thi/cuoc-thi")
    assert "cần ngày sinh" in shown.text_content()
    assert link in shown.xpath("//a/@href")
    assert client.page(link).xpath('//input[@name="birth_on"]')
    told = client.send("/tai-khoan/ngay-sinh", {"birth_on": "31/12/1990", "next": "/cuoc-thi/cuoc-thi"})
    assert (told.status_code, told.headers["Location"]) == (303, "/cuoc-thi/cuoc-thi")
    shown = client.page("/cuoc-thi/cuoc-thi")
    assert link not in shown.xpath("//a/@href")
    assert client.send(START).status_code == 303


@pytest.mark.parametrize(("on", "place"), [(date(1990, 12, 31), 0), (date(1991, 1, 1), 1)])
def test_the_division_follows_from_the_birth_date_and_is_frozen(client, town, contest, session, on, place):
    divisions = [division.id for division in contest.divisions]
    born(session, town, on)
    client.sign_in(town.lan)
    assert client.send(START).status_code == 303
    entry = session.scalars(select(Entry)).one()
    assert entry.division_id == divisions[place]
    session.commit()
    born(session, town, date(1950, 1, 1))
    assert client.send(START).status_code == 303
    session.expire_all()
    assert session.scalars(select(Entry)).one().division_id == divisions[place]


def test_an_organizer_sets_the_days_of_a_division(client, town, contest, session):
    assert town.mai
    town.commit()
    client.sign_in(town.mai)
    base = "/to-chuc/cuoc-thi/cuoc-thi/bang-thi"
    page = client.page(base).text_content()
    assert "sinh từ 01/01/1991" in page and "sinh đến hết 31/12/1990" in page
    wrong = client.send(base, {"code": "C", "title": "Trẻ", "born_from": "31/02/2000"})
    assert wrong.status_code == 200
    assert "ngày/tháng/năm" in wrong.get_data(as_text=True)
    assert 'value="31/02/2000"' in wrong.get_data(as_text=True)
    first = contest.divisions[0].id
    session.commit()
    kept = client.page(f"{base}?bang={first}")
    assert kept.xpath('//input[@name="born_until"]/@value') == ["31/12/1990"]
    changed = {"bang": first, "code": "A", "title": "Trên 40", "born_until": "5/9/1985"}
    assert client.send(base, changed).status_code == 303
    session.expire_all()
    assert session.get(Division, first).born_until == date(1985, 9, 5)
