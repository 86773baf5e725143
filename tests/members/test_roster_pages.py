"""An official's list of people: looked at first, stored as a whole, never beyond their own part of the tree."""

import io
from datetime import date
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from support.lists import text, workbook
from support.queries import counted

from contest import clock
from contest.accounts.models import AuditEntry, Person
from contest.jobs.runner import run_waiting
from contest.members import roster_plans, rosters, sheets
from contest.members.models import PastMembership, UnionRequest
from contest.unions.queries import subtree_ids

HEADER = ["Họ tên", "Điện thoại", "Ngày sinh", "Đơn vị (mã)", "Tư cách", "Ngày vào"]
PAGE = "/theo-doi/nguoi/LC-PT-1"


@pytest.fixture
def hung(client, town):
    """Hùng, official of LC-PT-1, at his desk; Lan belongs there."""
    assert town.lan
    hung = town.hung
    town.commit()
    client.sign_in(hung)
    known = SimpleNamespace(id=hung.id, phone=hung.phone)
    town.commit()
    return known


def upload(client, rows, page=PAGE, content=None, header=HEADER):
    file = (io.BytesIO(content or workbook(rows, header)), "ds.xlsx")
    return client.send(f"{page}/nhap", {"file": file}, content_type="multipart/form-data")


def store(client, address, **more):
    """Send the preview's form as it stands."""
    page = client.page(address)
    fields = {"digest": page.xpath("//input[@name='digest']/@value")[0]}
    fields["on"] = page.xpath("//input[@name='on']/@value")[0]
    return client.send(address, fields | more)


def look(client, rows, **more):
    answer = upload(client, rows, **more)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def found(session, wanted):
    """Rows as they are stored now, without a lock left behind."""
    session.rollback()
    rows = session.scalars(wanted.options(joinedload("*"))).unique().all()
    session.expunge_all()
    session.rollback()
    return rows


def by_name(session, name):
    return next(iter(found(session, select(Person).where(Person.name == name))), None)


def stats(page):
    return [dd.text_content() for dd in page.xpath("//dl[@class='stats']//dd[1]")]


def test_a_list_is_looked_at_and_then_stored(client, hung, session, town):
    rows = [
        ["Giàng A Páo", "0987654321", "05/09/1990", "", "", "01/07/2025"],
        ["Sùng Thị Mỷ", "", "01/02/1980", "LC-PT-1", "NLĐ", ""],
        ["Lò Thị Lan", town.lan.phone, "03/04/1991", "", "", ""],
    ]
    town.commit()
    address = look(client, rows)
    page = client.page(address)
    assert stats(page)[:4] == ["2", "0", "1", "0"]
    assert by_name(session, "Giàng A Páo") is None
    answer = store(client, address)
    assert answer.headers["Location"] == PAGE
    pao, my = by_name(session, "Giàng A Páo"), by_name(session, "Sùng Thị Mỷ")
    assert (pao.phone, pao.birth_on, pao.union_since, pao.password_hash) == (
        "0987654321",
        date(1990, 9, 5),
        date(2025, 7, 1),
        None,
    )
    assert (my.phone, my.kind, my.birth_on) == ("", "worker", date(1980, 2, 1))
    assert by_name(session, "Lò Thị Lan").birth_on == date(1991, 4, 3)
    (entry,) = found(session, select(AuditEntry).where(AuditEntry.action == "person.import"))
    assert entry.details["new"] == 2
    # Sent again, the file is gone; looked at again, nothing is new.
    assert client.send(address, {"digest": "x", "on": "01/07/2025"}).headers["Location"] == f"{PAGE}/nhap"
    assert stats(client.page(look(client, rows)))[:4] == ["0", "0", "0", "3"]


def test_columns_that_are_not_read_are_named(client, hung):
    """A heading nobody understands must not lose a column in silence."""
    header = [*HEADER, "Chức vụ", "Sinh vào"]
    sound = client.page(look(client, [["Vừ A Dính", "0987654322", "", "", "", "", "Tổ trưởng", "1990"]], header=header))
    assert "Các cột không nhập: Chức vụ, Sinh vào." in sound.text_content()
    faulty = client.page(look(client, [["Vừ A Dính", "12", "", "", "", "", "", ""]], header=header))
    assert "Các cột không nhập: Chức vụ, Sinh vào." in faulty.text_content()
    assert "Các cột không nhập" not in client.page(look(client, [["Vừ A Dính", "0987654322"]])).text_content()


def test_people_of_sections_may_stand_in_the_list(client, hung, session, town):
    town.union("LC-PT-1-A", "Tổ công đoàn A", town.LC_PT_1, level="section")
    town.commit()
    store(client, look(client, [["Giàng A Páo", "0987654321", "", "LC-PT-1-A", "", ""]]))
    assert by_name(session, "Giàng A Páo").union.code == "LC-PT-1-A"


def test_rows_of_other_unions_are_refused_by_row(client, hung, session):
    rows = [["Giàng A Páo", "0987654321", "", "", "", ""], ["Vừ A Dính", "0987654322", "", "LC-PT-2", "", ""]]
    address = look(client, rows)
    assert "Đơn vị “LC-PT-2” không thuộc phạm vi của bạn." in client.page(address).text_content()
    answer = store(client, address)
    assert (answer.status_code, "Dữ liệu vừa thay đổi" in answer.get_data(as_text=True)) == (409, True)
    assert by_name(session, "Giàng A Páo") is None


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["Vừ A Dính", "", "", "", "", ""], "người không có điện thoại thì ghi ngày sinh"),
        (["Vừ A Dính", "", "31/02/1990", "", "", ""], "Không hiểu ngày sinh “31/02/1990”."),
        (["Vừ A Dính", "0987654322", "", "", "", "hôm qua"], "Không hiểu ngày vào “hôm qua”."),
        (["Vừ A Dính", "0987654322", "", "", "", "01/01/2099"], "Ngày vào 01/01/2099 sau hôm nay."),
        (["Vừ A Dính", "0987654322", "01/01/2024", "", "", ""], "Ngày sinh 01/01/2024 chưa đúng."),
        (["=HYPERLINK(1)", "0987654322", "", "", "", ""], "Họ và tên"),
    ],
)
def test_faults_are_told_by_row_and_nothing_is_kept(client, hung, session, row, sentence):
    page = client.page(look(client, None, content=text([["Lò A", "0987654399", "", "", "", ""], row], HEADER)))
    (told,) = page.xpath("//tr[td='3']")
    assert sentence in told.text_content()
    assert by_name(session, "Lò A") is None


def test_two_without_phone_in_one_list_are_not_taken_for_one(client, hung):
    row = ["Vừ A Dính", "", "01/02/1980", "", "", ""]
    page = client.page(look(client, [row, row]))
    assert "không có điện thoại) đã có ở dòng 2." in page.text_content()


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"", b"PK\x03\x04 broken", b"a;b\n1;2\n", b"\xff\xfe\x00" * 50])
def test_hostile_files_are_refused_in_words(client, hung, content):
    answer = upload(client, None, content=content or b" ")
    assert answer.status_code == 422
    assert "chỗ cần sửa" in answer.get_data(as_text=True)


def test_no_file_says_so(client, hung):
    answer = client.send(f"{PAGE}/nhap", {}, content_type="multipart/form-data")
    assert (answer.status_code, "Hãy chọn tệp Excel" in answer.get_data(as_text=True)) == (422, True)


def test_passwords_are_not_taken(client, hung):
    header = [*HEADER, "Mật khẩu"]
    answer = upload(client, [["Vừ A Dính", "0987654322", "", "", "", "", "hoa ban trang"]], header=header)
    assert (answer.status_code, "không nhận mật khẩu" in answer.get_data(as_text=True)) == (422, True)


# Moves


def test_mai_moves_people_within_her_province_with_a_day(client, town, session):
    lan, first = town.lan, town.lan.union_id
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    page = "/theo-doi/nguoi/LC"
    rows = [["Lò Thị Lan", lan.phone, "", "LC-TU-1", "", "01/07/2025"]]
    town.commit()
    address = look(client, rows, page=page)
    said = client.get(address).get_data(as_text=True)
    assert "CĐCS số 1 LĐLĐ huyện Phong Thổ" in said
    assert store(client, address).status_code == 303
    lan = by_name(session, "Lò Thị Lan")
    assert (lan.union.code, lan.union_since) == ("LC-TU-1", date(2025, 7, 1))
    (past,) = found(session, select(PastMembership))
    assert (past.union_id, past.until, past.cause) == (first, date(2025, 7, 1), "roster")


def test_somebody_of_another_union_is_asked_for_and_not_taken(client, hung, town, session):
    son = town.son
    phone, where = son.phone, son.union_id
    town.commit()
    address = look(client, [["Trần Văn Sơn", phone, "01/01/1990", "", "", ""]])
    said = client.get(address).get_data(as_text=True)
    assert "Đang thuộc đơn vị ngoài phạm vi của bạn" in said
    assert "LĐLĐ huyện Than Uyên" not in said
    store(client, address)
    son = by_name(session, "Trần Văn Sơn")
    assert (son.union_id, son.birth_on) == (where, None)
    (asked,) = found(session, select(UnionRequest))
    assert (asked.person_id, asked.to_union.code, asked.asked_by_id) == (son.id, "LC-PT-1", hung.id)


def test_an_office_holder_who_belongs_nowhere_is_asked_for(client, hung, town, session):
    admin = town.admin
    admin.union_id = None
    phone = admin.phone
    town.commit()
    store(client, look(client, [["Đỗ Quản Trị", phone, "", "", "", ""]]))
    assert by_name(session, "Đỗ Quản Trị").union_id is None
    assert [one.to_union.code for one in found(session, select(UnionRequest))] == ["LC-PT-1"]


# Doubts


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["Lo Thi Lam", "PHONE", "", "", "", ""], "Cùng số điện thoại và tên gần giống với Lò Thị Lan"),
        (["Lò Thị Lan", "0987654321", "05/09/1990", "", "", ""], "Cùng họ tên, ngày sinh và đơn vị"),
        (["Lò Thị Lan", "0987654321", "", "", "", ""], "thiếu ngày sinh để phân biệt"),
    ],
)
def test_somebody_alike_is_shown_with_why_and_taken_all_the_same(client, hung, town, session, row, sentence):
    town.lan.birth_on = date(1990, 9, 5)
    row = [town.lan.phone if cell == "PHONE" else cell for cell in row]
    town.commit()
    address = look(client, [row])
    assert sentence in client.get(address).get_data(as_text=True)
    store(client, address)
    assert len(found(session, select(Person).where(Person.name_fold.startswith("lo thi la")))) == 2


def test_another_day_of_birth_is_no_doubt(client, hung, town):
    town.lan.birth_on = date(1990, 9, 5)
    town.commit()
    address = look(client, [["Lò Thị Lan", "0987654321", "06/09/1990", "", "", ""]])
    assert "Có thể trùng với người đã có" not in client.get(address).get_data(as_text=True)


def test_of_people_elsewhere_nothing_is_told(client, hung, town):
    phone = town.son.phone
    town.commit()
    said = client.get(look(client, [["Trần Văn Son Anh", phone, "", "", "", ""]])).get_data(as_text=True)
    assert "một người ở đơn vị ngoài phạm vi của bạn" in said
    assert "Trần Văn Sơn" not in said


def test_a_doubtful_row_can_be_left_out(client, hung, town, session):
    rows = [["Lò Thị Lan", "0987654321", "", "", "", ""], ["Vừ A Dính", "0987654322", "", "", "", ""]]
    address = look(client, rows)
    store(client, address, bo="2")
    assert by_name(session, "Vừ A Dính")
    assert len(found(session, select(Person).where(Person.name == "Lò Thị Lan"))) == 1


def test_a_phone_that_came_later_makes_nobody_twice(client, hung, session):
    store(client, look(client, [["Sùng Thị Mỷ", "", "01/02/1980", "", "", ""]]))
    store(client, look(client, [["Sùng Thị Mỷ", "0987654321", "01/02/1980", "", "", ""]]))
    (my,) = found(session, select(Person).where(Person.name == "Sùng Thị Mỷ"))
    assert my.phone == "0987654321"
    assert stats(client.page(look(client, [["Sùng Thị Mỷ", "", "01/02/1980", "", "", ""]])))[3] == "1"


def test_a_kind_the_list_does_not_say_stays(client, hung, town, session):
    rows = [["Vàng Văn Hùng", hung.phone, "", "", "", ""], ["Vừ A Dính", "0987654322", "", "", "", ""]]
    store(client, look(client, rows))
    assert (by_name(session, "Vàng Văn Hùng").kind, by_name(session, "Vừ A Dính").kind) == ("official", "member")


# Missing


def test_who_is_missing_leaves_only_when_ticked(client, hung, town, session):
    rows = [["Vàng Văn Hùng", hung.phone, "", "", "Cán bộ", ""]]
    town.commit()
    address = look(client, rows)
    said = client.get(address).get_data(as_text=True)
    assert "Không có trong danh sách" in said
    assert "Lò Thị Lan" in said
    store(client, address)
    assert by_name(session, "Lò Thị Lan").kind == "member"
    store(client, look(client, rows), leave="y", on="01/07/2025")
    lan = by_name(session, "Lò Thị Lan")
    assert (lan.kind, lan.union.code, lan.union_since) == ("worker", "LC-PT-1", date(2025, 7, 1))


@pytest.mark.parametrize(
    ("day", "sentence"), [("", "Hãy ghi ngày"), ("01/01/2099", "không được sau hôm nay"), ("x", "dạng ngày/tháng/năm")]
)
def test_a_day_that_cannot_be_is_refused(client, hung, session, day, sentence):
    address = look(client, [["Vừ A Dính", "0987654322", "", "", "", ""]])
    answer = client.send(address, {"digest": "x", "on": day})
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (422, True)
    assert by_name(session, "Vừ A Dính") is None


def test_what_changed_meanwhile_is_shown_again(client, hung, town, session):
    address = look(client, [["Vừ A Dính", "0987654322", "", "", "", ""]])
    seen = client.page(address).xpath("//input[@name='digest']/@value")[0]
    town.person("Vừ A Dính", phone="0987654322")
    town.commit()
    answer = client.send(address, {"digest": seen, "on": "01/07/2025"})
    assert (answer.status_code, "Dữ liệu vừa thay đổi" in answer.get_data(as_text=True)) == (409, True)
    assert len(found(session, select(Person).where(Person.name == "Vừ A Dính"))) == 1


# Long lists


def crowd(size):
    names = (f"Lò Văn {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(size))
    return [[name, f"09{n:08}", "", "", "", ""] for n, name in enumerate(names)]


def work(app):
    with app.app_context():
        assert run_waiting() == 1


def test_a_long_list_is_read_and_stored_beside_the_requests(client, hung, app, session):
    answer = upload(client, None, content=text(crowd(5_000), HEADER))
    job = answer.headers["Location"]
    assert job.startswith("/viec/")
    # The way back leads to the officials' desk: the organizers' is not open to them.
    assert client.page(job).xpath("//nav[contains(@class, 'crumbs')]//a/@href")[-1] == "/theo-doi"
    work(app)
    address = client.data(job)["result"]["url"]
    page = client.page(address)
    assert stats(page)[0] == "5.000"
    answer = store(client, address)
    job = answer.headers["Location"]
    work(app)
    assert client.data(job)["result"]["new"] == 5_000
    assert session.scalar(select(func.count()).where(Person.name.startswith("Lò Văn"))) == 5_000
    session.rollback()
    assert client.get(address).headers["Location"] == f"{PAGE}/nhap"


def test_statements_of_a_plan_do_not_grow(app, session, town):
    assert town.province
    within = subtree_ids(session, [town.province.id])
    counts = []
    for size in (50, 400):
        rows = sheets.read(text(crowd(size), HEADER), "LC-PT-1").rows
        with counted(app) as statements:
            plan = rosters.plan_import(session, rows, clock.now(), within=within)
        counts.append(len(statements))
        assert len(plan.new) == size
    assert counts[0] == counts[1]


# Doors


def test_the_template_can_be_filled_in_and_sent_back(client, hung, session):
    answer = client.get(f"{PAGE}/mau.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    header = [cell.value for cell in book.worksheets[0][1]]
    assert header == HEADER
    store(client, look(client, [["Vừ A Dính", "0987654322", "", "", "", ""]], header=header))
    assert by_name(session, "Vừ A Dính")


@pytest.mark.parametrize("path", ["/nhap", "/mau.xlsx", "/nhap/khong-co", "/nhap/khong-co/can-sua.xlsx"])
def test_a_neighbour_and_a_stranger_get_nothing(client, hung, town, path):
    for code in ("LC-PT-2", "LC-PT", "LC", "KHONG"):
        assert client.get(f"/theo-doi/nguoi/{code}{path}").status_code == 404
    assert client.application.test_client().get(PAGE + path).status_code == 303
    son = town.son
    town.commit()
    assert client.application.test_client().sign_in(son).get(PAGE + path).status_code == 403


def test_a_file_belongs_to_who_sent_it(client, hung, town, session):
    address = look(client, [["Vừ A Dính", "0987654322", "", "", "", ""]])
    mai = town.mai
    town.commit()
    other = client.application.test_client().sign_in(mai)
    assert other.get(address).headers["Location"] == f"{PAGE}/nhap"
    assert other.send(address, {"digest": "x", "on": "01/07/2025"}).headers["Location"] == f"{PAGE}/nhap"
    assert by_name(session, "Vừ A Dính") is None


def test_an_official_above_cannot_send_lists(client, town):
    """Names are for one's own grassroots union."""
    from contest.accounts.actions import grant_role
    from contest.accounts.rules import TERMINAL, Role

    son = town.son
    grant_role(town.session, TERMINAL, son, Role.OFFICIAL, town.LC_PT.id, town.now)
    town.commit()
    client.sign_in(son)
    assert client.get("/theo-doi/nguoi/LC-PT/nhap").status_code == 404
    assert client.get(f"{PAGE}/nhap").status_code == 404
    assert client.get(PAGE).status_code == 200


def test_a_list_of_one_name_is_held_against_some_of_it_only(session, town, monkeypatch):
    """Who has the same name, but another day of birth, as thousands of others costs as much as among fifty."""
    assert town.province
    days = [f"{1 + n % 28:02}/{1 + n // 28 % 12:02}/{1950 + n // 336 % 40}" for n in range(2_000)]
    content = text([["Lò Thị Lan", f"09{n:08}", day, "", "", ""] for n, day in enumerate(days)], HEADER)
    rows = sheets.read(content, "LC-PT-1").rows
    lengths, listed = [], roster_plans._listed_name
    monkeypatch.setattr(
        roster_plans, "_listed_name", lambda row, others: lengths.append(len(others)) or listed(row, others)
    )
    plan = rosters.plan_import(session, rows, clock.now())
    assert (len(plan.new), max(lengths)) == (2_000, roster_plans.MOST_ALIKE)
