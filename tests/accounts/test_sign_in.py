"""Signing in and out: phone and password together name one person."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from contest import chores, clock
from contest.accounts import queries, routes
from contest.accounts.actions import disable_person
from contest.accounts.models import SignIn
from contest.accounts.passwords import hash_password
from contest.accounts.rules import TERMINAL
from contest.extensions import db

PAGE = "/dang-nhap"
RIGHT = {"phone": "0912 345 678", "password": "hoa ban trang"}


@pytest.fixture
def lan(town):
    """Lan with her password."""
    person = town.person("Lò Thị Lan", phone="0912345678", password_hash=hash_password("hoa ban trang"))
    town.commit()
    return person


def heading(client):
    return client.page("/tai-khoan").xpath("//h1")[0].text_content()


def test_the_right_password_opens_and_leads_back(client, lan):
    answer = client.send(PAGE, {**RIGHT, "next": "/tai-khoan"})
    assert (answer.status_code, answer.location) == (303, "/tai-khoan")
    assert "Lò Thị Lan" in heading(client)


@pytest.mark.parametrize("target", ["https://xa.example/", "//xa.example/", "/\\xa.example", "", "tai-khoan"])
def test_only_addresses_of_this_site_are_led_to(client, lan, target):
    assert client.send(PAGE, {**RIGHT, "next": target}).location == "/"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "sai roi"}, "Số điện thoại hoặc mật khẩu chưa đúng."),
        ({"phone": "0912345679"}, "Số điện thoại hoặc mật khẩu chưa đúng."),
        ({"phone": "x"}, "Số điện thoại hoặc mật khẩu chưa đúng."),
        ({"phone": ""}, "Hãy nhập số điện thoại."),
        ({"password": ""}, "Hãy nhập mật khẩu."),
    ],
)
def test_a_refusal_says_why_and_keeps_the_phone(client, lan, changes, sentence):
    answer = client.send(PAGE, {**RIGHT, **changes})
    text = answer.get_data(as_text=True)
    assert sentence in text
    assert client.get("/tai-khoan").status_code == 303
    if "phone" not in changes:
        assert 'value="0912 345 678"' in text
    assert "hoa ban trang" not in text


def test_too_many_wrong_passwords_close_the_door_for_a_while(client, lan):
    for _try in range(8):
        client.send(PAGE, {**RIGHT, "password": "sai roi"})
    answer = client.send(PAGE, RIGHT)
    assert answer.status_code == 429
    assert "Hãy đợi 15 phút rồi thử lại." in answer.get_data(as_text=True)


def test_a_right_password_is_not_counted(client, lan):
    for _try in range(9):
        assert client.send(PAGE, RIGHT).status_code == 303


def test_guesses_sent_at_once_are_counted_before_any_is_judged(client, lan, monkeypatch):
    counted = []

    def judge(phone, password):
        counted.append(queries.tries(db.reader, f"sign-in:{phone}", routes.WINDOW_S, int(clock.now().timestamp())))
        db.reader.rollback()

    monkeypatch.setattr(routes, "find_by_password", judge)
    client.send(PAGE, {**RIGHT, "password": "sai roi"})
    assert counted == [1]


def test_a_stale_form_is_told_so(client, lan):
    assert client.post(PAGE, data=RIGHT).status_code == 400
    assert client.get("/tai-khoan").status_code == 303


def test_people_without_password_do_not_crowd_out_one_who_has(client, town):
    for n in range(12):
        town.person(f"Người {'abcdefghijkl'[n]}", phone="0912345678")
    town.person("Lò Thị Lan", phone="0912345678", password_hash=hash_password("hoa ban trang"))
    town.commit()
    assert client.send(PAGE, RIGHT).status_code == 303
    assert "Lò Thị Lan" in heading(client)


def test_somebody_imported_has_no_empty_password(client, town):
    town.person("Lò Thị Lan", phone="0912345678")
    town.commit()
    for password in ("", " ", "None"):
        client.send(PAGE, {**RIGHT, "password": password})
        assert client.get("/tai-khoan").status_code == 303


def test_signing_out_ends_this_device_only(app, client, lan, session):
    client.send(PAGE, RIGHT)
    other = app.test_client()
    other.send(PAGE, RIGHT)
    assert client.send("/dang-xuat").status_code == 303
    assert client.get("/tai-khoan").status_code == 303
    assert other.get("/tai-khoan").status_code == 200
    assert session.scalar(select(func.count(SignIn.id))) == 1


def test_a_disabled_person_is_out_at_once(client, lan, town, session):
    client.send(PAGE, RIGHT)
    disable_person(session, TERMINAL, lan, town.now)
    town.commit()
    assert client.get("/tai-khoan").status_code == 303
    client.send(PAGE, RIGHT)
    assert client.get("/tai-khoan").status_code == 303


def test_sign_ins_that_have_run_out_are_forgotten_in_portions(app, client, lan, session, monkeypatch):
    monkeypatch.setattr(chores, "PORTION", 2)
    gone, stays = clock.now() - timedelta(seconds=1), clock.now() + timedelta(days=1)
    for number, end in enumerate([gone, gone, stays, gone]):
        session.add(SignIn(token_hash=f"{number}" * 64, person_id=lan.id, created_at=gone, expires_at=end))
    session.commit()
    pauses = []
    with app.app_context():
        chores.forget_sign_ins(lambda: pauses.append(1))
    assert session.scalars(select(SignIn.token_hash)).all() == ["2" * 64]
    assert len(pauses) == 2
