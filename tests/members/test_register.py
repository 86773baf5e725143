"""Registering: what is asked, what is refused with which words, and that nothing typed is lost."""

from threading import Thread

import pytest
from lxml import html
from sqlalchemy import func, select

from contest.accounts.models import AuditEntry, Consent, Person, SignIn
from contest.accounts.passwords import hash_password, password_fits
from contest.accounts.rules import CONSENT_VERSION, TERMINAL, Role
from contest.unions.models import TradeUnion

PAGE = "/dang-ky"


@pytest.fixture
def fields(town):
    """What Lan writes; her union is LC-PT-1."""
    assert town.province
    town.commit()
    return {
        "name": "Lò Thị Lan",
        "phone": "0912 345 678",
        "union": "LC-PT-1",
        "kind": "member",
        "password": "hoa ban trang",
        "consent": "y",
    }


def people(session):
    """Who is stored, as plain values: the session holds no lock afterwards."""
    wanted = select(Person.id, Person.name, Person.phone, Person.kind, Person.password_hash, TradeUnion.code)
    rows = session.execute(wanted.join(TradeUnion).order_by(Person.id)).all()
    session.rollback()
    return rows


def heading(page):
    return page.xpath("//h1")[0].text_content()


def errors(response):
    from lxml import html

    page = html.fromstring(response.get_data(as_text=True))
    return [" ".join(node.text_content().split()) for node in page.xpath("//p[@class='error-text']")]


def test_the_form_starts_empty_with_the_box_not_ticked(client, fields):
    page = client.page(PAGE)
    assert page.xpath("//input[@name='consent' and not(@checked)]")
    assert not page.xpath("//input[@name='kind' and @checked]")
    assert {"name", "phone", "union", "kind", "password", "consent"} <= set(page.xpath("//form//@name"))


def test_whoever_registers_is_signed_in_and_led_on(client, fields, session):
    answer = client.send(PAGE, {**fields, "next": "/cuoc-thi/niem-tin"})
    assert (answer.status_code, answer.location) == (303, "/cuoc-thi/niem-tin")
    (lan,) = people(session)
    assert (lan.name, lan.phone, lan.kind, lan.code) == ("Lò Thị Lan", "0912345678", "member", "LC-PT-1")
    assert password_fits(lan.password_hash, "hoa ban trang")
    consent = session.scalars(select(Consent)).one()
    assert (consent.person_id, consent.purpose, consent.text_version) == (lan.id, "participation", CONSENT_VERSION)
    assert session.scalar(select(func.count()).select_from(SignIn)) == 1
    assert session.scalars(select(AuditEntry.action)).all() == ["person.register"]
    assert "Lò Thị Lan" in heading(client.page("/tai-khoan"))


@pytest.mark.parametrize("target", ["https://xa.example/", "//xa.example", "/\\xa.example", "javascript:alert(1)"])
def test_only_addresses_of_this_site_are_led_to(client, fields, target):
    assert client.send(PAGE, {**fields, "next": target}).location == "/"


def test_what_is_missing_is_listed_in_the_order_of_the_page(client):
    answer = client.send(PAGE)
    page = html.fromstring(answer.get_data(as_text=True))
    listed = [address.lstrip("#").split("-")[0] for address in page.xpath("//*[@class='summary']//li/a/@href")]
    assert listed == ["name", "phone", "kind", "union", "password", "consent"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Hãy nhập họ và tên."),
        ({"name": "A"}, "Họ và tên chỉ gồm chữ cái, ít nhất 2 chữ cái."),
        ({"name": "Lan 2"}, "Họ và tên không có chữ số."),
        ({"name": "Lan <b>"}, "Họ và tên chỉ gồm chữ cái"),
        ({"name": "Lan " * 31}, "Họ và tên dài quá 120 ký tự."),
        ({"phone": ""}, "Hãy nhập số điện thoại."),
        ({"phone": "12345"}, "Số điện thoại chưa đúng. Hãy nhập 10 chữ số bắt đầu bằng 0"),
        ({"union": ""}, "Hãy gõ tên công đoàn của bạn rồi chọn trong danh sách."),
        ({"union": "khong co dau ca"}, "Không thấy công đoàn nào có tên này."),
        ({"union": "LC-PT"}, "Đoàn viên và người lao động chọn công đoàn cơ sở nơi mình làm việc"),
        ({"union": "LC-PT", "kind": "worker"}, "Đoàn viên và người lao động chọn công đoàn cơ sở nơi mình làm việc"),
        ({"kind": ""}, "Hãy chọn bạn là đoàn viên"),
        ({"kind": "boss"}, "Hãy chọn một mục trong danh sách."),
        ({"password": ""}, "Hãy đặt mật khẩu."),
        ({"password": "12345"}, "Mật khẩu phải có ít nhất 6 ký tự."),
        ({"password": "x" * 129}, "Mật khẩu dài quá 128 ký tự."),
        ({"password": "123456"}, "Mật khẩu này quá dễ đoán."),
        ({"password": "0912345678"}, "Mật khẩu này quá dễ đoán."),
        ({"consent": ""}, "Hãy đọc và đánh dấu đồng ý."),
    ],
)
def test_each_refusal_says_what_to_do_and_keeps_what_was_typed(client, fields, session, changes, sentence):
    sent = {name: value for name, value in {**fields, **changes}.items() if not (name == "consent" and not value)}
    answer = client.send(PAGE, sent)
    assert answer.status_code == 422
    assert any(line.removeprefix("Lỗi: ").startswith(sentence) for line in errors(answer)), errors(answer)
    assert people(session) == []
    page = answer.get_data(as_text=True)
    for name in {"name", "phone"} - changes.keys():
        assert f'value="{fields[name]}"' in page


def test_every_fault_is_shown_at_once(client, fields):
    assert len(errors(client.send(PAGE, {}))) == 6


def test_an_official_may_belong_to_an_upper_union(client, fields, session):
    assert client.send(PAGE, {**fields, "kind": "official", "union": "LC-PT"}).status_code == 303
    assert people(session)[0].code == "LC-PT"


def test_names_typed_all_big_are_set_in_usual_letters(client, fields, session):
    client.send(PAGE, {**fields, "name": "  LÒ  THỊ LAN "})
    assert people(session)[0].name == "Lò Thị Lan"


def test_free_text_that_fits_one_union_is_taken(client, fields, session):
    assert client.send(PAGE, {**fields, "union": "so 1 phong tho"}).status_code == 303
    assert people(session)[0].code == "LC-PT-1"


def test_free_text_that_fits_several_asks_to_choose(client, fields, session):
    answer = client.send(PAGE, {**fields, "union": "phong tho"})
    assert answer.status_code == 422
    assert any("Có nhiều công đoàn khớp" in line for line in errors(answer))
    page = answer.get_data(as_text=True)
    assert 'type="radio" name="union" value="LC-PT-1"' in page
    assert 'value="LC-PT"' not in page
    assert people(session) == []


def test_without_script_the_search_button_offers_unions_and_keeps_everything(client, fields, session):
    sent = {**fields, "union": "", "union_tu_khoa": "so 2", "tim_union": "1"}
    page = client.send(PAGE, sent)
    assert page.status_code == 200
    assert errors(page) == []
    text = page.get_data(as_text=True)
    assert 'value="LC-PT-2"' in text and 'value="LC-TU-2"' in text
    assert "LĐLĐ huyện Phong Thổ › " in text
    for kept in ('value="Lò Thị Lan"', 'value="0912 345 678"', 'value="hoa ban trang"', 'value="so 2"'):
        assert kept in text
    assert people(session) == []
    assert "hoa ban trang" not in client.get(PAGE).get_data(as_text=True)


def test_a_form_sent_without_searching_takes_what_was_typed(client, fields, session):
    sent = {**fields, "union": "", "union_tu_khoa": "CĐCS số 2 LĐLĐ huyện Than Uyên"}
    assert client.send(PAGE, sent).status_code == 303
    assert people(session)[0].code == "LC-TU-2"


def test_a_closed_union_cannot_be_chosen(client, fields, town, session):
    town.LC_PT_1.closed_on = town.now.date().replace(year=2020)
    town.commit()
    assert client.send(PAGE, fields).status_code == 422
    assert people(session) == []


def test_a_phone_may_be_shared_with_another_password(client, fields, session, app):
    assert client.send(PAGE, fields).status_code == 303
    other = {**fields, "name": "Vàng Văn Hùng", "password": "con trau den"}
    assert app.test_client().send(PAGE, other).status_code == 303
    assert [person.name for person in people(session)] == ["Lò Thị Lan", "Vàng Văn Hùng"]
    for password, name in (("hoa ban trang", "Lò Thị Lan"), ("con trau den", "Vàng Văn Hùng")):
        visitor = app.test_client()
        assert visitor.send("/dang-nhap", {"phone": "0912345678", "password": password}).status_code == 303
        assert name in heading(visitor.page("/tai-khoan"))


def test_the_same_phone_and_password_is_told_to_sign_in(client, fields, session, app):
    client.send(PAGE, fields)
    answer = app.test_client().send(PAGE, {**fields, "name": "Vàng Văn Hùng"})
    assert any("đã có tài khoản" in line and "hãy đăng nhập" in line for line in errors(answer))
    assert len(people(session)) == 1


def test_the_same_person_with_another_password_is_told_to_sign_in(client, fields, session, app):
    client.send(PAGE, fields)
    answer = app.test_client().send(PAGE, {**fields, "name": "lo thi lan", "password": "quen mat roi"})
    assert any("Hãy đăng nhập" in line and "quên mật khẩu" in line for line in errors(answer))
    assert len(people(session)) == 1


def test_registering_is_no_way_to_guess_passwords(client, fields, app):
    app.test_client().send(PAGE, fields)
    for word in ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám"]:
        assert "Hãy đăng nhập" in errors(client.send(PAGE, {**fields, "password": f"đoán lần {word}"}))[0]
    wait = ["Lỗi: Nhập sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại."]
    assert errors(client.send(PAGE, fields)) == wait
    assert client.send("/dang-nhap", fields).status_code == 429


def test_a_phone_holds_ten_accounts(client, fields, town, session):
    for n in range(10):
        town.person(f"Người {'abcdefghij'[n]}", phone="0912345678", password_hash=hash_password(f"mat khau {n}"))
    town.commit()
    answer = client.send(PAGE, fields)
    assert any("đã có 10 tài khoản" in line for line in errors(answer))
    assert len(people(session)) == 10


def test_an_imported_person_claims_their_record(client, fields, town, session):
    imported = town.person("Lò Thị Lan", union=town.LC_PT_1, phone="0912345678")
    town.commit()
    assert client.send(PAGE, {**fields, "name": "lo thi lan"}).status_code == 303
    (lan,) = people(session)
    assert lan.id == imported.id
    assert lan.name == "Lò Thị Lan"
    assert password_fits(lan.password_hash, "hoa ban trang")
    assert session.scalars(select(AuditEntry.action)).all() == ["person.claim"]
    assert session.scalars(select(Consent.person_id)).all() == [lan.id]


@pytest.mark.parametrize("changes", [{"name": "Lò Thị Liên"}, {"union": "LC-PT-2"}, {"phone": "0912345679"}])
def test_nobody_claims_the_record_of_another(client, fields, town, session, changes):
    imported = town.person("Lò Thị Lan", union=town.LC_PT_1, phone="0912345678")
    town.commit()
    assert client.send(PAGE, {**fields, **changes}).status_code == 303
    assert [person.password_hash for person in people(session) if person.id == imported.id] == [None]
    assert len(people(session)) == 2


def test_a_record_with_a_role_is_never_claimed(client, fields, town, session):
    from contest.accounts.actions import grant_role

    imported = town.person("Lò Thị Lan", union=town.LC_PT_1, phone="0912345678")
    grant_role(session, TERMINAL, imported, Role.ORGANIZER, town.province.id, town.now)
    town.commit()
    client.send(PAGE, fields)
    assert [person.password_hash for person in people(session) if person.id == imported.id] == [None]
    assert len(people(session)) == 2


def test_a_form_without_its_token_is_stale(client, fields, session):
    answer = client.post(PAGE, data=fields)
    assert answer.status_code == 400
    assert "Trang này đã mở quá lâu" in answer.get_data(as_text=True)
    assert people(session) == []


def test_two_registrations_sent_at_once_make_one_account(app, fields, session, monkeypatch):
    from contest.members import routes

    real, turns, answers = routes.hash_password, [], []

    def hash_slowly(password):
        """While the first registration hashes, a second one overtakes it."""
        turns.append(password)
        if len(turns) == 1:
            second = Thread(target=lambda: answers.append(app.test_client().send(PAGE, fields).status_code))
            second.start()
            second.join()
        return real(password)

    monkeypatch.setattr(routes, "hash_password", hash_slowly)
    answer = app.test_client().send(PAGE, fields)
    assert (answers, answer.status_code) == ([303], 422)
    assert len(people(session)) == 1


def test_the_consent_text_of_this_version_has_not_changed():
    """A changed wording needs a new version: then bring this sum up to date."""
    import hashlib

    from contest.members.rules import CONSENT_TEXT

    digest = hashlib.sha256("\n".join(CONSENT_TEXT).encode()).hexdigest()[:16]
    assert (CONSENT_VERSION, digest) == ("2026-11-2", "b72263b2a2038938")
