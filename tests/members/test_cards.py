"""Personal cards: codes that cannot be confused, made and revoked by officials, entered with by who holds them."""

import re
from datetime import timedelta

import pytest
import support.qr
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from contest.accounts.models import AuditEntry, Consent, Person, SignIn, Throttle
from contest.accounts.rules import TERMINAL, Actor
from contest.documents.typesetting import picture
from contest.jobs.rules import JobRefused
from contest.jobs.runner import run_waiting
from contest.members import card_codes, card_routes, card_sheets, card_work, cards
from contest.members.card_codes import ALPHABET, check_sign, new_code, normal_code, shown
from contest.members.models import PersonCard

PAGE = "/theo-doi/nguoi/LC-PT-1"


def signs_of(number):
    """The signs of a code from one number: cheaper to draw than eleven letters."""
    return "".join(ALPHABET[number // 27**place % 27] for place in range(card_codes.DRAWN))


drawn = st.integers(0, 27**card_codes.DRAWN - 1).map(signs_of)


# Codes


@given(drawn, st.integers(0, card_codes.DRAWN), st.sampled_from(ALPHABET))
def test_one_sign_mistyped_is_seen(signs, place, other):
    code = signs + check_sign(signs)
    typed = code[:place] + other + code[place + 1 :]
    assert (normal_code(typed) == code) == (typed == code)
    assert typed == code or normal_code(typed) is None


@given(drawn, st.integers(0, card_codes.DRAWN - 1))
def test_two_neighbours_swapped_are_seen(signs, place):
    code = signs + check_sign(signs)
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert typed == code or normal_code(typed) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    found = normal_code(text)
    assert found is None or len(found) == 12


def test_codes_hold_fifty_bits_and_no_sign_twice():
    assert len(ALPHABET) ** card_codes.DRAWN > 2**50
    assert len(set(ALPHABET)) == len(ALPHABET) == 27
    assert not set(ALPHABET) & set("01IO2568U")
    code = new_code(lambda signs: signs[-1])
    assert normal_code(f" {shown(code).lower()} ") == code


# Making


@pytest.fixture
def lan(town):
    return town.lan.id


@pytest.fixture
def hung(client, town, lan):
    hung = town.hung
    town.commit()
    client.sign_in(hung)
    town.commit()
    return client


def made(session, *person_ids):
    """Codes of cards made directly."""
    found = cards.draw(session, person_ids)
    cards.keep(session, TERMINAL, found, card_work.clock.now())
    session.commit()
    return [card.code for card in found]


def ticked(client, *names):
    page = client.page(PAGE)
    return [page.xpath(f"//tr[.//a[text()='{name}']]//input/@value")[0] for name in names]


def in_force(session, person_id):
    session.rollback()
    wanted = select(func.count()).where(PersonCard.person_id == person_id, PersonCard.revoked_at.is_(None))
    number = session.scalar(wanted)
    session.rollback()
    return number


def test_an_official_makes_cards_and_fetches_the_sheet(hung, lan, session):
    answer = hung.send(f"{PAGE}/the", {"do": "chosen", "nguoi": ticked(hung, "Lò Thị Lan")})
    address = answer.headers["Location"]
    page = hung.page(address)
    sheet = page.xpath("//a[contains(@href, '.pdf')]/@href")[0]
    answer = hung.get(sheet)
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert in_force(session, lan) == 1
    (row,) = session.execute(select(PersonCard.code_hash, PersonCard.used_at)).all()
    session.rollback()
    assert (len(row.code_hash), row.used_at) == (64, None)
    assert hung.send(f"{address}/xoa").status_code == 303
    assert hung.get(sheet).status_code == 404
    assert hung.get(address).headers["Location"] == PAGE
    assert in_force(session, lan) == 1


def test_the_sheet_shows_name_union_code_and_how(hung, lan, session, monkeypatch):
    seen = {}
    monkeypatch.setattr(card_work, "pdf", lambda layout, data: seen.update(data, layout=layout) or b"%PDF-1")
    hung.send(f"{PAGE}/the", {"do": "all"})
    (card,) = seen["cards"]
    assert (seen["layout"], card["name"], card["union"]) == ("cards", "Lò Thị Lan", "CĐCS số 1 LĐLĐ huyện Phong Thổ")
    assert normal_code(card["code"])
    assert seen["how"][0] == "1. Quét mã QR, hoặc mở localhost/the rồi gõ mã trên thẻ."
    assert cards.held(session, normal_code(card["code"])).person_id == lan


def test_the_printed_qr_leads_to_the_page_that_enters(client, lan, town, session):
    """Read off the picture of a sheet as a phone reads it, with a real address: the second card is Lan's."""
    blank = cards.Card(0, "Sùng A Của", "CĐCS", "A" * 12)
    town.commit()
    (card,) = cards.draw(session, [lan])
    cards.keep(session, TERMINAL, [card], card_work.clock.now())
    session.commit()
    site = "https://thi.congdoanlaichau.org.vn"
    png = picture("cards", card_sheets.data([blank, card], site, str), 300)
    # Ten cards on an A4 page: the code stands 3.5 mm within the upper right corner of each, 24 mm wide.
    assert support.qr.read(png, (77, 15, 102, 40), 300) == f"{site}/the/{blank.code}"
    address = support.qr.read(png, (170, 15, 195, 40), 300)
    page = client.page(address.removeprefix(site))
    assert (page.xpath("//main//form/@action")[0], card.name) == (f"/the/{card.code}", "Lò Thị Lan")
    client.send(f"/the/{card.code}", {"consent": "y"})
    assert client.get("/tai-khoan").status_code == 200


def test_cards_for_all_leave_out_who_has_one_and_office_holders(hung, lan, town, session):
    other = town.person("Sùng A Của").id
    town.commit()
    made(session, lan)
    hung.send(f"{PAGE}/the", {"do": "all"})
    assert (in_force(session, lan), in_force(session, other), in_force(session, town.hung.id)) == (1, 1, 0)
    first = set(session.scalars(select(PersonCard.code_hash).where(PersonCard.revoked_at.is_(None))))
    session.rollback()
    hung.send(f"{PAGE}/the", {"do": "anew"})
    second = set(session.scalars(select(PersonCard.code_hash).where(PersonCard.revoked_at.is_(None))))
    session.rollback()
    assert (len(second), first & second) == (2, set())
    answer = hung.send(f"{PAGE}/the", {"do": "all"}, follow_redirects=True)
    assert "Không có ai để làm thẻ" in answer.get_data(as_text=True)


def test_nobody_ticked_says_so(hung):
    answer = hung.send(f"{PAGE}/the", {"do": "chosen"}, follow_redirects=True)
    assert "Hãy đánh dấu những người cần làm thẻ" in answer.get_data(as_text=True)


def test_cards_of_neighbours_are_not_made(hung, town, session):
    other = town.person("Sùng A Của", union=town.LC_PT_2).id
    town.commit()
    with hung.application.test_request_context():
        from contest.members.person_codes import code_of

        code = code_of(other)
    hung.send(f"{PAGE}/the", {"do": "chosen", "nguoi": code})
    assert in_force(session, other) == 0
    for union in ("LC-PT-2", "LC-PT", "KHONG"):
        assert hung.send(f"/theo-doi/nguoi/{union}/the", {"do": "all"}).status_code == 404
    son = town.son
    town.commit()
    client = hung.application.test_client()
    assert client.send(f"{PAGE}/the", {"do": "all"}).status_code == 303
    assert client.sign_in(son).send(f"{PAGE}/the", {"do": "all"}).status_code == 403


def test_a_sheet_is_for_who_made_it(hung, lan, town):
    address = hung.send(f"{PAGE}/the", {"do": "all"}).headers["Location"]
    mai = town.mai
    town.commit()
    other = hung.application.test_client().sign_in(mai)
    assert other.get(f"{address}.pdf").status_code == 404
    assert other.get(address).status_code == 303


def test_many_cards_are_made_beside_the_requests(hung, app, town, session, monkeypatch):
    monkeypatch.setattr(card_work, "AT_ONCE", 3)
    monkeypatch.setattr(
        card_work, "pdf_apart", lambda _layout, data: b"%PDF-" + bytes(str(len(data["cards"])), "ascii")
    )
    for n in range(4):
        town.person(f"Lò Văn {chr(65 + n)}")
    town.commit()
    job = hung.send(f"{PAGE}/the", {"do": "all"}).headers["Location"]
    with app.app_context():
        assert run_waiting() == 1
    done = hung.data(job)["result"]
    assert done["cards"] == 5
    assert hung.get(f"{done['url']}.pdf").data == b"%PDF-5"


def test_more_than_a_sheet_holds_are_made_in_turns(hung, town, session, monkeypatch):
    monkeypatch.setattr(card_work, "MOST", 2)
    people = [town.person(f"Lò Văn {chr(65 + n)}").id for n in range(2)]
    town.commit()
    answer = hung.send(f"{PAGE}/the", {"do": "anew"}, follow_redirects=True)
    assert "quá nhiều người để làm lại thẻ" in answer.get_data(as_text=True)
    answer = hung.send(f"{PAGE}/the", {"do": "all"}, follow_redirects=True)
    assert "Mỗi lần làm được 2 thẻ." in answer.get_data(as_text=True)
    made_now = [in_force(session, person) for person in [town.lan.id, *people]]
    session.rollback()
    assert sum(made_now) == 2
    hung.send(f"{PAGE}/the", {"do": "all"})
    assert [in_force(session, person) for person in people] == [1, 1]


def test_who_looked_before_cards_were_made_is_led_to_their_sheet(app, hung, lan, town, session, monkeypatch):
    """However late they are served, and whatever a node's clock says: a second click never ends printed cards."""
    place, mine, other = town.LC_PT_1.id, Actor(town.hung.id, ""), Actor(town.mai.id, "")
    town.commit()
    with app.test_request_context():
        seen = card_work.people_of(session, [place], None, anew=True)
        session.rollback()
        first, _ = card_work.make(mine, "LC-PT-1", seen, "https://thi.vn")
        monkeypatch.setattr(card_work.clock, "now", lambda: town.now + timedelta(days=400))
        assert card_work.make(mine, "LC-PT-1", seen, "https://thi.vn") == (first, 1)
        with pytest.raises(JobRefused, match="Người khác vừa làm thẻ"):
            card_work.make(other, "LC-PT-1", seen, "https://thi.vn")
        session.rollback()
        # Who looks again asks for new ones on purpose.
        seen = card_work.people_of(session, [place], None, anew=True)
        session.rollback()
        assert card_work.make(mine, "LC-PT-1", seen, "https://thi.vn")[0] != first
    assert in_force(session, lan) == 1


def test_another_sheet_throws_none_away(hung, town):
    town.person("Sùng A Của")
    town.commit()
    sheets = []
    for name in ("Lò Thị Lan", "Sùng A Của"):
        sheets.append(hung.send(f"{PAGE}/the", {"do": "chosen", "nguoi": ticked(hung, name)}).headers["Location"])
    assert [hung.get(f"{sheet}.pdf").status_code for sheet in sheets] == [200, 200]


def test_ten_thousand_cards_take_as_many_statements_a_thousand(app, town, session):
    from support.queries import counted

    counts = []
    for size in (30, 300):
        ids = [town.person(f"Lò Văn {chr(65 + n % 26)}").id for n in range(size)]
        with counted(app) as statements:
            cards.keep(session, TERMINAL, cards.draw(session, ids), town.now)
        counts.append(len(statements))
    assert counts[0] == counts[1]


# Entering


def test_looking_at_a_card_signs_nobody_in(client, lan, session):
    (code,) = made(session, lan)
    page = client.page(f"/the/{code}")
    assert "L*** T*** Lan" in page.text_content()
    assert "Lò Thị Lan" not in page.text_content()
    assert client.get("/tai-khoan").status_code == 303
    assert session.scalar(select(SignIn.id)) is None
    session.rollback()
    answer = client.get(f"/the/{code}")
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_the_first_time_one_agrees_by_an_act(client, lan, session):
    (code,) = made(session, lan)
    answer = client.send(f"/the/{code}")
    assert (answer.status_code, "Hãy đọc và đánh dấu đồng ý." in answer.get_data(as_text=True)) == (422, True)
    assert client.send(f"/the/{code}", {"consent": "y", "next": "/tai-khoan"}).headers["Location"] == "/tai-khoan"
    assert "Lò Thị Lan" in client.page("/tai-khoan").text_content()
    assert session.scalar(select(Consent.purpose).where(Consent.person_id == lan)) == "participation"
    assert session.scalar(select(PersonCard.used_at)) is not None
    session.rollback()
    other = client.application.test_client()
    assert not other.page(f"/the/{code}").xpath("//input[@type='checkbox']")
    assert other.send(f"/the/{code}", {"next": "https://evil.example/"}).headers["Location"] == "/"
    assert other.get("/tai-khoan").status_code == 200


def test_a_typed_code_leads_to_the_card(client, lan, session):
    (code,) = made(session, lan)
    assert client.page("/the").xpath("//input[@name='code']")
    answer = client.send("/the", {"code": shown(code).lower().replace("-", " ")})
    assert answer.headers["Location"] == f"/the/{code}"
    assert client.page("/dang-nhap").xpath("//a[@href='/the']")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "gõ chưa đúng"), ("ABCD", "gõ chưa đúng"), ("x" * 5000, "gõ chưa đúng"), ("UNKNOWN", "Không có thẻ nào")],
)
def test_what_is_wrong_with_a_code_is_said(client, typed, sentence):
    typed = new_code(lambda signs: signs[3]) if typed == "UNKNOWN" else typed
    answer = client.send("/the", {"code": typed})
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (422, True)


@pytest.mark.parametrize("code", ["x", "ABCDEFGHJKLM", "0", "%F0%9F%92%A9", "A" * 300])
def test_an_address_of_no_card_says_what_to_do(client, code):
    page = client.page(f"/the/{code}", status=404)
    assert "Không có thẻ nào mang mã này." in page.text_content()
    assert client.send(f"/the/{code}", {"consent": "y"}).status_code == 404


def test_a_revoked_card_opens_nothing(hung, client, lan, town, session):
    (code,) = made(session, lan)
    holder = hung.application.test_client()
    holder.send(f"/the/{code}", {"consent": "y"})
    assert holder.get("/tai-khoan").status_code == 200
    address = hung.page(PAGE).xpath("//tbody//a[text()='Lò Thị Lan']/@href")[0]
    assert hung.send(f"{address}/thu-hoi-the").status_code == 303
    assert holder.get("/tai-khoan").status_code == 303
    page = holder.page(f"/the/{code}", status=410)
    assert "Thẻ này không còn dùng được" in page.text_content()
    assert holder.send(f"/the/{code}", {"consent": "y"}).status_code == 410
    assert "Thẻ này không còn dùng được" in holder.send("/the", {"code": code}).get_data(as_text=True)
    answer = hung.send(f"{address}/thu-hoi-the", follow_redirects=True)
    assert "không có thẻ nào đang dùng" in answer.get_data(as_text=True)
    entries = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"person:{lan}")).all()
    session.rollback()
    assert entries.count("card.revoke") == 1


def test_a_card_ends_when_its_holder_takes_office(client, lan, town, session):
    from contest.accounts.actions import grant_role
    from contest.accounts.rules import Role

    (code,) = made(session, lan)
    grant_role(session, TERMINAL, session.get(Person, lan), Role.OFFICIAL, town.LC_PT_1.id, town.now)
    town.commit()
    assert client.send(f"/the/{code}", {"consent": "y"}).status_code == 410
    assert cards.draw(session, [lan]) == []


def test_many_wrong_codes_close_the_door_for_a_while(client, lan, session, monkeypatch):
    (code,) = made(session, lan)
    monkeypatch.setattr(card_routes, "MAX_WRONG", 3)
    wrong = [new_code(lambda signs, n=n: signs[n]) for n in range(4)]
    for one in wrong[:2]:
        assert client.send(f"/the/{one}", {"consent": "y"}).status_code == 404
    assert client.send("/the", {"code": wrong[2]}).status_code == 422
    assert client.send("/the", {"code": wrong[3]}).status_code == 429
    assert client.send(f"/the/{code}", {"consent": "y"}).status_code == 429
    assert client.get("/tai-khoan").status_code == 303
    keys = session.scalars(select(Throttle.key)).all()
    session.rollback()
    assert len(keys) == 1
    assert re.fullmatch(r"card:[0-9a-f]{16}", keys[0])


def test_mistyped_codes_are_not_counted(client, session):
    for _try in range(3):
        client.send("/the", {"code": "ABCDEFGHJKLA"})
    assert session.scalars(select(Throttle.key)).all() == []
