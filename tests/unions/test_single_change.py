"""One change of one union through its pages: chosen by name, looked at in sentences, stored once."""

from datetime import timedelta

import pytest
from lxml.html import document_fromstring
from sqlalchemy import func, select
from support.at_once import MANY, send_at_once
from support.decisions import decided, merging, moving, row, today, tree
from support.queries import counted

from contest import clock
from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, PersonKind, Role
from contest.unions import queries
from contest.unions.models import TradeUnion, UnionChange, UnionDecision
from contest.unions.rules import Level

BASE = {"number": "9/QĐ-LĐLĐ"}


def at(code, kind=""):
    return f"/to-chuc/don-vi/{code}/thay-doi" + (f"/{kind}" if kind else "")


def form(**values):
    return {**BASE, "decided_on": today().isoformat(), **values}


def present(session):
    found = tree(session)
    session.rollback()
    return found


def html(reply):
    return document_fromstring(reply.text)


def errors(page):
    return [" ".join(one.text_content().split()) for one in page.xpath("//*[contains(@class, 'summary')]//li")]


def looked_at(client, code, kind, /, **values):
    """The address of the preview of a change, and its page."""
    reply = client.send(at(code, kind), data=form(**values))
    assert reply.status_code == 303, reply.text
    return reply.location, client.page(reply.location)


def pressed(client, address, page=None):
    """The button of a preview, with what its page hides."""
    page = client.page(address) if page is None else page
    return client.send(address, data={"seen": page.xpath("//input[@name='seen']/@value")[0]})


def stored(client, code, kind, /, **values):
    address, page = looked_at(client, code, kind, **values)
    reply = pressed(client, address, page)
    assert reply.status_code == 303, reply.text
    assert "/quyet-dinh/" in reply.location
    return reply


def test_every_kind_of_change_is_chosen_on_the_page_of_the_union(mai):
    page = mai.page(at("LC-PT-1"))
    kinds = [address.rsplit("/", 1)[-1] for address in page.xpath("//main//article//a/@href")]
    assert kinds == ["doi-ten", "chuyen", "sap-nhap", "chia-tach", "ket-thuc", "dia-ban", "thanh-lap"]
    for kind in kinds:
        asked = {one.get("name") for one in mai.page(at("LC-PT-1", kind)).xpath("//main//form//*[@name]")}
        assert {"number", "decided_on", "effective_on"} <= asked
        assert ("partner" in asked) == (kind in ("chuyen", "sap-nhap")), kind
        assert ("place" in asked) == (kind in ("dia-ban", "thanh-lap")), kind
        assert ("name" in asked) == (kind in ("doi-ten", "thanh-lap")), kind
    assert mai.get(at("LC-PT-1", "bay")).status_code == 404


def test_who_takes_over_is_found_by_a_part_of_the_name_without_script(mai, session):
    typed = form(partner_tu_khoa="than uyen so 1", tim_partner="1", issued_by="LĐLĐ tỉnh")
    offered = mai.send(at("LC-PT-1", "sap-nhap"), data=typed)
    assert offered.status_code == 200
    page = html(offered)
    found = page.xpath("//input[@type='radio'][@name='partner']/@value")
    assert found == ["LC-TU-1"]
    assert "LC-TU-1 · " in page.text_content()
    assert page.xpath("//input[@name='number']/@value") == ["9/QĐ-LĐLĐ"]
    assert page.xpath("//input[@name='issued_by']/@value") == ["LĐLĐ tỉnh"]
    assert not errors(page)
    stored(mai, "LC-PT-1", "sap-nhap", partner_tu_khoa="than uyen so 1", partner="LC-TU-1")
    assert present(session)["LC-PT-1"] == ("LC-TU-1", "absorbed")


def test_enter_presses_the_search_button_only_while_a_name_is_looked_for(mai):
    """Without script the first button of a form is pressed by Enter in any of its fields."""
    chosen = form(partner="LC-PT-2", partner_tu_khoa="phong tho", tim_partner="1")
    assert mai.send(at("LC-PT-1", "sap-nhap"), data={**chosen, "partner_da_tim": "phong tho"}).status_code == 303
    assert mai.send(at("LC-PT-1", "sap-nhap"), data={**chosen, "partner_da_tim": "than uyen"}).status_code == 200
    assert mai.send(at("LC-PT-1", "doi-ten"), data=form(name="Tên khác", tim_partner="1")).status_code == 303
    assert mai.send(at("LC-PT-1", "sap-nhap"), data=form(partner_tu_khoa="", tim_partner="1")).status_code == 422


def test_suggestions_are_the_organizers_own_unions_that_fit(mai, neighbour):
    def codes(client, code, kind, text):
        return {one["code"] for one in client.data(f"{at(code, kind)}/tim?q={text}")}

    assert codes(mai, "LC-PT-1", "sap-nhap", "lai chau") <= {"LC-PT-2", "LC-TU-1", "LC-TU-2"}
    assert codes(mai, "LC-PT-1", "sap-nhap", "phong tho") == {"LC-PT-2"}
    assert "LC-TU" in codes(mai, "LC-PT-1", "chuyen", "than uyen")
    assert codes(mai, "LC-PT", "chuyen", "phong tho") == set()
    assert codes(neighbour, "LC-TU-1", "sap-nhap", "phong tho") == set()
    assert neighbour.get(f"{at('LC-PT-1', 'sap-nhap')}/tim?q=a").status_code == 404


def test_a_merge_is_told_in_sentences_before_it_is_stored(mai, town, session):
    assert town.lan.union_id == town.LC_PT_1.id
    town.round(town.contest(title="Cuộc thi đang mở"))
    hung = town.hung.name
    town.commit()
    address, page = looked_at(mai, "LC-PT-1", "sap-nhap", partner="LC-PT-2", effective_on=today().isoformat())
    told = " ".join(page.text_content().split())
    for words in (
        f"Đến hết ngày {today() - timedelta(days=1):%d/%m/%Y}",
        f"Từ ngày {today():%d/%m/%Y}",
        "Công đoàn cơ sở, trực thuộc LĐLĐ huyện Phong Thổ (LC-PT); không có đơn vị trực thuộc.",
        "Như trước.Nhận đơn vị này sáp nhập vào.",
        "Không còn hoạt động.",
        "người ghi ở đơn vị này chuyển sang CĐCS số 2 LĐLĐ huyện Phong Thổ (LC-PT-2).",
        "không tự cộng sang đơn vị nhận",
        "1 cuộc thi đã mở vẫn tính theo cây và số liệu khi mở: Cuộc thi đang mở",
        "gắn với đơn vị này không tự chuyển",
        hung,
        "sáp nhập vào CĐCS số 2 LĐLĐ huyện Phong Thổ.",
        "Lưu theo quyết định 9/QĐ-LĐLĐ",
    ):
        assert words in told, words
    assert session.scalar(select(func.count(UnionDecision.id))) == 0
    session.rollback()
    kept = pressed(mai, address, page)
    assert "sáp nhập vào CĐCS số 2" in mai.get(kept.location).text


def test_the_figures_of_unions_that_go_along_go_with_them(mai):
    _, page = looked_at(mai, "LC-PT", "sap-nhap", partner="LC-TU")
    told = " ".join(page.text_content().split())
    assert "2 đơn vị trực thuộc chuyển sang LĐLĐ huyện Than Uyên (LC-TU): CĐCS số 1 LĐLĐ huyện Phong Thổ" in told
    assert "Số liệu của 2 đơn vị đi theo từ ngày đó cộng vào LĐLĐ huyện Than Uyên (LC-TU)." in told
    assert "không tự cộng" not in told


def test_what_was_typed_can_be_corrected_from_the_preview(mai):
    address, page = looked_at(mai, "LC-PT-1", "chuyen", partner="LC-TU", issued_by="LĐLĐ tỉnh Lai Châu")
    (again,) = {a.get("href") for a in page.xpath("//a[contains(@href, 'nhap=')]")}
    back = mai.page(again)
    assert back.xpath("//input[@name='partner']/@value") == ["LC-TU"]
    assert back.xpath("//input[@name='partner_tu_khoa']/@value") == ["LĐLĐ huyện Than Uyên"]
    assert back.xpath("//input[@name='number']/@value") == ["9/QĐ-LĐLĐ"]
    assert back.xpath("//input[@name='issued_by']/@value") == ["LĐLĐ tỉnh Lai Châu"]
    assert mai.get(address).status_code == 200


def test_a_preview_the_tree_has_overtaken_is_shown_anew(mai, session):
    address, page = looked_at(mai, "LC-PT-1", "chuyen", partner="LC-TU")
    decided(session, row("rename", "LC-PT-1", name="CĐCS Hoa Ban"))
    session.commit()
    refused = pressed(mai, address, page)
    assert refused.status_code == 409
    assert "Chưa lưu: cây đơn vị vừa thay đổi" in refused.text
    assert "CĐCS Hoa Ban" in refused.text
    assert present(session)["LC-PT-1"] == ("LC-PT", "open")
    assert mai.send(address).status_code == 409
    assert pressed(mai, address).status_code == 303
    assert present(session)["LC-PT-1"] == ("LC-TU", "open")


def test_a_preview_that_cannot_be_any_more_says_why_and_leads_back(mai, session):
    address, page = looked_at(mai, "LC-PT-1", "chuyen", partner="LC-TU")
    decided(session, merging("LC-PT-1", "LC-PT-2"))
    session.commit()
    refused = pressed(mai, address, page)
    assert refused.status_code == 409
    assert "đã kết thúc hoạt động từ ngày" in refused.text
    assert html(refused).xpath("//a[contains(@href, 'nhap=')]")


def test_a_double_click_stores_once(app, town, mai, session):
    address, page = looked_at(mai, "LC-PT-1", "doi-ten", name="CĐCS Hoa Ban")
    seen = {"seen": page.xpath("//input[@name='seen']/@value")[0]}
    replies = send_at_once(app, town.mai, address, [seen] * MANY)
    assert [reply.status_code for reply in replies] == [303] * MANY
    assert len({reply.location for reply in replies}) == 1
    assert "/quyet-dinh/" in replies[0].location
    assert session.scalar(select(func.count(UnionDecision.id))) == 1
    session.rollback()
    assert mai.get(address).location == replies[0].location


def test_a_forgotten_or_a_strange_preview_leads_back(mai, neighbour):
    gone = mai.get(f"{at('LC-PT-1', 'doi-ten')}/khong-co")
    assert (gone.status_code, gone.location) == (303, at("LC-PT-1"))
    address, _ = looked_at(mai, "LC-TU-1", "doi-ten", name="Tên khác")
    assert neighbour.get(address).location == at("LC-TU-1")
    assert "Tên khác" not in neighbour.get(address, follow_redirects=True).text


@pytest.mark.parametrize(
    ("code", "kind", "typed", "said"),
    [
        ("LC-PT-1", "doi-ten", {"name": ""}, "Hãy ghi tên mới của đơn vị."),
        ("LC-PT-1", "doi-ten", {"name": "CĐCS số 1 LĐLĐ huyện Phong Thổ"}, "Tên mới giống tên đang dùng."),
        ("LC-PT-1", "doi-ten", {"name": "Tên khác", "number": " "}, "Hãy ghi số quyết định."),
        ("LC-PT-1", "doi-ten", {"name": "Tên khác", "effective_on": "0025-01-05"}, "quá xa"),
        ("LC-PT-1", "chuyen", {}, "Hãy gõ một phần tên rồi chọn đơn vị trong danh sách."),
        ("LC-PT-1", "chuyen", {"partner_tu_khoa": "huyện"}, "Hãy chọn đơn vị trong danh sách bên dưới."),
        ("LC-PT-1", "chuyen", {"partner_tu_khoa": "không đâu cả"}, "Không thấy đơn vị nào có tên như đã gõ."),
        ("LC-PT-1", "chuyen", {"partner": "LC-PT"}, "đang trực thuộc LĐLĐ huyện Phong Thổ (LC-PT) rồi"),
        ("LC-PT", "chuyen", {"partner": "LC-PT-1"}, "Đơn vị được chọn nằm dưới chính đơn vị này."),
        ("LC-PT", "chuyen", {"partner": "LC-TU-1"}, "không thể trực thuộc CĐCS số 1 LĐLĐ huyện Than Uyên (LC-TU-1)"),
        ("LC-PT-1", "sap-nhap", {"partner": "LC-TU"}, "LĐLĐ huyện Than Uyên (LC-TU) khác loại"),
        ("LC-PT-1", "sap-nhap", {"partner": "LC-PT-1"}, "Đơn vị không thể nhận chính mình."),
        ("LC-PT-1", "sap-nhap", {"partner": "KHONG"}, "Không có đơn vị nào mang mã này."),
        ("LC-PT", "ket-thuc", {}, "vẫn còn 2 đơn vị trực thuộc đơn vị này: CĐCS số 1 LĐLĐ huyện Phong Thổ (LC-PT-1)"),
        ("LC-PT-1", "dia-ban", {}, "Hãy ghi địa bàn mới"),
        ("LC-PT", "thanh-lap", {"name": "Mới", "code": "mã lạ", "level": "grassroots"}, "phải gồm chữ không dấu"),
        ("LC-PT", "thanh-lap", {"name": "Mới", "code": "LC-TU-1", "level": "grassroots"}, "đã dùng cho CĐCS số 1"),
        ("LC-PT", "thanh-lap", {"name": "Mới", "code": "MOI-1"}, "Hãy chọn cấp của đơn vị mới."),
        ("LC-PT-1", "chia-tach", {}, "ít nhất một đơn vị nhận"),
        ("LC-PT-1", "chia-tach", {"number": ""}, "ít nhất một đơn vị nhận"),
        ("LC-PT-1", "chia-tach", {"people_to": "x", "ends": "y"}, "ít nhất một đơn vị nhận"),
        ("LC-PT-1", "chia-tach", {"parts-0-name": "Mới"}, "Hãy ghi mã cho đơn vị mới"),
        ("LC-PT-1", "chia-tach", {"parts-0-code": "MOI-1"}, "Hãy ghi tên đơn vị mới."),
        ("LC-PT-1", "chia-tach", {"parts-0-union": "LC-TU-1", "ends": "y"}, "chọn Sáp nhập"),
        ("LC-PT-1", "chia-tach", {"parts-0-union": "LC-TU-1", "parts-1-union": "LC-TU-1"}, "đã có ở phần trên"),
        ("LC-PT-1", "chia-tach", {"parts-0-union": "LC-TU"}, "khác loại"),
    ],
)
def test_errors_say_what_to_do_and_keep_what_was_typed(mai, session, code, kind, typed, said):
    refused = mai.send(at(code, kind), data=form(**typed))
    assert refused.status_code == 422
    page = html(refused)
    assert any(said in why for why in errors(page)), errors(page)
    assert not any("cột" in why or "dòng" in why for why in errors(page))
    for name, value in {"number": BASE["number"], **typed}.items():
        boxes = page.xpath("//main//input[@name=$name and not(@type='radio')]/@value", name=name)
        if boxes and value.strip():
            assert boxes == [value], name
    assert session.scalar(select(UnionDecision.id)) is None


def test_a_union_is_split_into_new_and_known_ones(mai, town, session):
    assert town.lan.union_id
    town.commit()
    parts = {"parts-0-name": "CĐCS Hoa Ban", "parts-0-code": "moi-1", "parts-1-union": "LC-PT-2"}
    address, page = looked_at(mai, "LC-PT-1", "chia-tach", **parts)
    told = " ".join(page.text_content().split())
    assert "CĐCS Hoa BanMOI-1 Chưa có. Công đoàn cơ sở, trực thuộc LĐLĐ huyện Phong Thổ" in told
    assert "vẫn ở đó" in told
    pressed(mai, address, page)
    assert present(session)["MOI-1"] == ("LC-PT", "open")
    assert present(session)["LC-PT-1"] == ("LC-PT", "open")


def test_a_union_that_ends_in_parts_sends_its_people_to_one(mai, town, session):
    lan = town.lan.id
    town.commit()
    parts = {"parts-0-union": "LC-TU-1", "parts-1-union": "LC-PT-2", "ends": "y"}
    _, page = looked_at(mai, "LC-PT-1", "chia-tach", **parts)
    assert "chia từng người ở trang Việc còn lại" in page.text_content()
    _, page = looked_at(mai, "LC-PT-1", "chia-tach", **parts, people_to="2")
    assert "chuyển sang CĐCS số 2 LĐLĐ huyện Phong Thổ (LC-PT-2)" in page.text_content()
    stored(mai, "LC-PT-1", "chia-tach", **parts, people_to="2")
    assert present(session)["LC-PT-1"] == ("LC-PT", "closed")
    here = select(TradeUnion.code).where(TradeUnion.id == session.get(type(town.lan), lan).union_id)
    assert session.scalar(here) == "LC-PT-2"


def test_one_more_part_is_asked_for_and_nothing_typed_is_lost(mai):
    more = mai.send(at("LC-PT-1", "chia-tach"), data=form(**{"parts-0-name": "Hoa Ban", "them": "1"}))
    more = html(more)
    assert not errors(more)
    assert more.xpath("//input[@name='parts-0-name']/@value") == ["Hoa Ban"]
    assert more.xpath("//input[@name='parts-2-name']")
    many = {f"parts-{n}-name": "" for n in range(30)}
    assert mai.send(at("LC-PT-1", "chia-tach"), data=form(**many, them="1")).status_code == 200


def test_the_other_kinds_are_stored_as_decisions(mai, session):
    stored(mai, "LC-PT-1", "doi-ten", name="CĐCS Hoa Ban")
    stored(mai, "LC-PT-1", "dia-ban", place="03466 - Xã Sin Suối Hồ")
    stored(mai, "LC-PT", "thanh-lap", name="CĐCS Ban Mai", code="moi-9", level="grassroots")
    stored(mai, "LC-PT-1", "chuyen", partner="LC-TU")
    stored(mai, "LC-TU-1", "ket-thuc")
    found = present(session)
    assert (found["LC-PT-1"], found["MOI-9"]) == (("LC-TU", "open"), ("LC-PT", "open"))
    assert queries.by_code(session, "LC-PT-1").name == "CĐCS Hoa Ban"
    kinds = session.scalars(select(UnionChange.kind).order_by(UnionChange.id)).all()
    assert kinds == ["rename", "place", "open", "move", "close"]
    ended = mai.page(at("LC-TU-1"))
    assert "Kết thúc hoạt động" in ended.text_content()
    assert not ended.xpath("//main//article")


def test_a_day_ahead_is_told_as_such(mai, session):
    day = today() + timedelta(days=30)
    _, page = looked_at(mai, "LC-PT-1", "chuyen", partner="LC-TU", effective_on=day.isoformat())
    told = " ".join(page.text_content().split())
    assert f"Ngày {day:%d/%m/%Y} chưa đến" in told
    assert "cộng vào LĐLĐ huyện Than Uyên (LC-TU), thôi cộng vào LĐLĐ huyện Phong Thổ (LC-PT)" in told


def test_the_same_decision_entered_again_is_pointed_out(mai):
    stored(mai, "LC-PT-1", "doi-ten", name="CĐCS Hoa Ban")
    _, page = looked_at(mai, "LC-PT-2", "doi-ten", name="CĐCS Ban Mai")
    assert "9/QĐ-LĐLĐ cùng ngày đã được nhập" in page.text_content()


def test_a_neighbours_union_is_neither_changed_nor_taken(neighbour, session):
    assert neighbour.get(at("LC-PT-2", "doi-ten")).status_code == 404
    assert neighbour.send(at("LC-PT-2", "doi-ten"), data=form(name="Phá")).status_code == 404
    refused = neighbour.send(at("LC-TU-1", "sap-nhap"), data=form(partner="LC-PT-2"))
    assert refused.status_code == 422
    assert "không thuộc phạm vi bạn quản lý" in refused.text
    assert session.scalar(select(UnionDecision.id)) is None


def test_questions_to_the_database_do_not_grow_with_the_tree(app, mai, town, session):
    address, _ = looked_at(mai, "LC-PT", "sap-nhap", partner="LC-TU")

    def asked():
        numbers = []
        for where in (address, at("LC-PT", "chuyen"), f"{at('LC-PT', 'chuyen')}/tim?q=than+uyen"):
            with counted(app) as statements:
                assert mai.get(where).status_code == 200
            numbers.append(len(statements))
        return numbers

    before = asked()
    for n in range(30):
        town.union(f"LC-PT-M{n}", f"CĐCS Mới {n} Than Uyên", town.LC_PT, members=10)
        town.person(f"Người {n}", town.LC_PT)
        grant_role(session, TERMINAL, town.person(f"Cán bộ {n}", town.LC_PT), Role.OFFICIAL, town.LC_PT.id, clock.now())
    town.commit()
    mai.get(address)
    assert asked() == before


def test_who_sees_a_union_that_moves_is_told(mai, town, session):
    chief = town.person("Giàng A Tỏa", town.LC_TU, PersonKind.OFFICIAL)
    grant_role(session, TERMINAL, chief, Role.OFFICIAL, town.LC_TU.id, town.now)
    decided(session, moving("LC-PT-2", "LC-TU"))
    town.commit()
    _, page = looked_at(mai, "LC-PT-2", "chuyen", partner="LC-PT")
    assert "ở cấp trên cũ thôi xem được đơn vị này: Giàng A Tỏa" in page.text_content()


def test_a_workplace_may_open_only_sections(mai):
    page = mai.page(at("LC-PT-1", "thanh-lap"))
    assert page.xpath("//select[@name='level']/option/@value") == [str(Level.SECTION)]
