"""One's own account: data, password, union, consents, devices."""

import pytest
from sqlalchemy import func, select

from contest.accounts.models import AuditEntry, Consent, Person, SignIn
from contest.accounts.passwords import hash_password, password_fits
from contest.members import registry
from contest.members.actions import give_consent

PAGE = "/tai-khoan"


@pytest.fixture
def lan(client, town):
    """Lan, signed in, with a password and a consent."""
    person = town.person("Lò Thị Lan", union=town.province and town.LC_PT_1, phone="0912345678")
    person.password_hash = hash_password("hoa ban trang")
    give_consent(town.session, person.id, town.now)
    town.commit()
    client.sign_in(person)
    return person


def one(session, *columns):
    row = session.execute(select(*columns)).one()
    session.rollback()
    return row


def test_a_stranger_is_led_to_the_door(client, town):
    town.commit()
    for address in (PAGE, f"{PAGE}/du-lieu.json"):
        assert client.get(address).location.startswith("/dang-nhap?next=/tai-khoan")


def test_the_page_shows_what_is_stored(client, lan):
    text = client.page(PAGE).text_content()
    for shown in ("Lò Thị Lan", "0912345678", "CĐCS số 1 LĐLĐ huyện Phong Thổ", "Đoàn viên", "bản 2026-11"):
        assert shown in text


def test_own_data_comes_as_a_file(client, lan):
    answer = client.get(f"{PAGE}/du-lieu.json")
    data = answer.get_json()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert (data["name"], data["phone"], data["union"]["code"]) == ("Lò Thị Lan", "0912345678", "LC-PT-1")
    assert [consent["withdrawn_at"] for consent in data["consents"]] == [None]
    assert data["attempts"] == []
    assert "password_hash" not in answer.get_data(as_text=True)


def test_a_new_password_signs_out_the_other_devices(app, client, lan, session):
    other = app.test_client().sign_in(lan)
    sent = {"current": "hoa ban trang", "new": "con trau den"}
    assert client.send(f"{PAGE}/mat-khau", sent).status_code == 303
    assert client.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 303
    assert password_fits(one(session, Person.password_hash)[0], "con trau den")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"current": "sai roi", "new": "con trau den"}, "Mật khẩu hiện tại chưa đúng."),
        ({"current": "", "new": "con trau den"}, "Hãy nhập mật khẩu hiện tại."),
        ({"current": "hoa ban trang", "new": "ngan"}, "Mật khẩu phải có ít nhất 6 ký tự."),
        ({"current": "hoa ban trang", "new": "0912345678"}, "Không dùng được mật khẩu này."),
        ({"current": "hoa ban trang", "new": "cua chi toi"}, "Không dùng được mật khẩu này."),
    ],
)
def test_a_password_is_not_changed_without_reason_given(client, lan, town, session, sent, sentence):
    """The last case: somebody else with the same phone has that password."""
    town.person("Lò Thị Chị", union=town.LC_PT_1, phone="0912345678", password_hash=hash_password("cua chi toi"))
    town.commit()
    answer = client.send(f"{PAGE}/mat-khau", sent)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    stored = session.scalar(select(Person.password_hash).where(Person.id == lan.id))
    session.rollback()
    assert password_fits(stored, "hoa ban trang")


def test_wrong_present_passwords_are_counted(client, lan):
    for _try in range(8):
        client.send(f"{PAGE}/mat-khau", {"current": "sai roi", "new": "con trau den"})
    answer = client.send(f"{PAGE}/mat-khau", {"current": "hoa ban trang", "new": "con trau den"})
    assert "Nhập sai quá nhiều lần." in answer.get_data(as_text=True)


def test_union_and_kind_change_before_the_first_attempt(client, lan, session):
    assert client.send(f"{PAGE}/don-vi", {"union": "LC-TU-2", "kind": "worker"}).status_code == 303
    data = client.get(f"{PAGE}/du-lieu.json").get_json()
    assert (data["union"]["code"], data["kind"]) == ("LC-TU-2", "worker")
    details = session.scalar(select(AuditEntry.details).where(AuditEntry.action == "person.move"))
    session.rollback()
    assert details["kind"] == ["member", "worker"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"union": "LC", "kind": "member"}, "Đoàn viên và người lao động chọn công đoàn cơ sở"),
        ({"union": "khong co dau", "kind": "member"}, "Không thấy công đoàn nào có tên này."),
        ({"union": "phong tho", "kind": "member"}, "Có nhiều công đoàn khớp với tên này."),
        ({"union": "", "kind": "member"}, "Hãy gõ tên công đoàn của bạn"),
    ],
)
def test_a_union_that_cannot_be_is_refused(client, lan, sent, sentence):
    answer = client.send(f"{PAGE}/don-vi", sent)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert client.get(f"{PAGE}/du-lieu.json").get_json()["union"]["code"] == "LC-PT-1"


def test_without_script_unions_are_searched_on_the_page(client, lan):
    answer = client.send(f"{PAGE}/don-vi", {"union_tu_khoa": "than uyen", "kind": "member", "tim_union": "1"})
    assert answer.status_code == 200
    assert 'type="radio" name="union" value="LC-TU-1"' in answer.get_data(as_text=True)


def test_after_the_first_attempt_identity_is_locked(client, lan, monkeypatch):
    monkeypatch.setattr(registry, "locks", [])
    registry.locks.append(lambda _session, person_id: person_id == lan.id)
    from contest.members import actions

    monkeypatch.setattr(actions, "locks", registry.locks)
    page = client.page(PAGE)
    assert "không tự đổi được nữa" in page.text_content()
    assert not page.xpath("//form[@action='/tai-khoan/don-vi']")
    assert client.send(f"{PAGE}/don-vi", {"union": "LC-TU-2", "kind": "worker"}).status_code == 409
    assert client.get(f"{PAGE}/du-lieu.json").get_json()["union"]["code"] == "LC-PT-1"


def test_signing_out_everywhere_takes_every_device(app, client, lan, session):
    other = app.test_client().sign_in(lan)
    assert client.send(f"{PAGE}/dang-xuat-moi-noi").location == "/dang-nhap"
    assert client.get(PAGE).status_code == other.get(PAGE).status_code == 303
    assert one(session, func.count(SignIn.id))[0] == 0


def test_a_consent_is_withdrawn_and_given_again(client, lan, session):
    consent_id = one(session, Consent.id)[0]
    client.send(f"{PAGE}/dong-y", {"act": "withdraw", "consent": str(consent_id)})
    assert one(session, Consent.withdrawn_at)[0] is not None
    assert "rút lại lúc" in client.page(PAGE).text_content()
    client.send(f"{PAGE}/dong-y", {"act": "give"})
    assert one(session, Consent.withdrawn_at)[0] is None
    assert one(session, func.count(Consent.id))[0] == 1


def test_nobody_withdraws_the_consent_of_another(client, lan, town, session):
    other = give_consent(session, town.hung.id, town.now)
    town.commit()
    assert client.send(f"{PAGE}/dong-y", {"act": "withdraw", "consent": str(other.id)}).status_code == 404
    assert session.scalar(select(func.count(Consent.id)).where(Consent.withdrawn_at.is_not(None))) == 0


def test_who_has_only_a_card_is_not_asked_for_a_password_they_never_had(client, town):
    person = town.person("Giàng A Páo", union=town.province and town.LC_PT_1)
    town.commit()
    client.sign_in(person)
    page = client.page(PAGE)
    assert "Bạn vào thi bằng thẻ, chưa có mật khẩu." in page.text_content()
    assert not page.xpath("//form[contains(@action, '/mat-khau')]")
