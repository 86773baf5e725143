"""Lists of people: all of them or none, again without doubling, every fault by its row."""

import io
import json
import unicodedata
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from support.lists import text, workbook
from support.queries import counted

from contest import clock
from contest.accounts.models import Person
from contest.accounts.passwords import hash_password, password_fits
from contest.accounts.rules import TERMINAL, PersonKind
from contest.members import rosters, sheets
from contest.members.sheets import PersonRow
from contest.unions.models import TradeUnion

HEADER = ["Họ và tên", "Số điện thoại", "Mã đơn vị", "Đối tượng", "Mật khẩu"]
LAN = ["Lò Thị Lan", "0912345678", "LC-PT-1", "Đoàn viên", ""]
HUNG = ["Vàng Văn Hùng", 912345679, "lc-pt-2", "", "con trau den"]


@pytest.fixture
def run(app, town, tmp_path):
    """``person import`` on a file of rows."""
    assert town.province
    town.commit()

    def importing(rows, *options, content=None):
        file = tmp_path / "nguoi.xlsx"
        file.write_bytes(content or workbook(rows, HEADER))
        return app.test_cli_runner().invoke(args=["person", "import", str(file), *options])

    return importing


def people(session):
    rows = session.execute(
        select(Person.name, Person.phone, Person.kind, Person.password_hash, TradeUnion.code)
        .join(TradeUnion)
        .order_by(Person.phone, Person.id)
    ).all()
    session.rollback()
    return rows


def test_a_list_makes_people(run, session):
    answer = run([LAN, HUNG])
    assert answer.exit_code == 0, answer.stderr
    assert "Đã nhập: 2 mới, 0 thay đổi, 0 giữ nguyên." in answer.stdout
    lan, hung = people(session)
    assert (lan.name, lan.phone, lan.kind, lan.password_hash, lan.code) == (
        "Lò Thị Lan",
        "0912345678",
        "member",
        None,
        "LC-PT-1",
    )
    assert (hung.phone, hung.kind, hung.code) == ("0912345679", "member", "LC-PT-2")
    assert password_fits(hung.password_hash, "con trau den")
    assert session.scalar(select(Person.name_key).where(Person.name == "Lò Thị Lan")) > ""


def test_english_headings_and_csv_do_as_well(run, session):
    rows = [["Lò Thị Lan", "+84 912 345 678", "LC-PT-1", "worker"], ["Giàng A Páo", "912.345.679", "LC", "official"]]
    content = text(rows, header=["name", "phone", "union code", "kind"], delimiter=",")
    assert run(None, content=content).exit_code == 0
    assert [(p.phone, p.kind, p.code) for p in people(session)] == [
        ("0912345678", "worker", "LC-PT-1"),
        ("0912345679", "official", "LC"),
    ]


def test_the_same_list_again_doubles_nobody(run, session):
    run([LAN, HUNG])
    before = people(session)
    data = json.loads(run([LAN, HUNG], "--json").stdout)
    assert data == {"imported": 0, "new": 0, "changed": 0, "same": 2, "dry_run": False, "faults": []}
    assert people(session) == before


def test_a_changed_row_brings_the_person_up_to_date(run, session):
    run([["lo thi lan", *LAN[1:]], HUNG])
    data = json.loads(run([["Lò Thị Lan", "0912345678", "LC-TU-1", "NLĐ", "hoa ban trang"], HUNG], "--json").stdout)
    assert (data["new"], data["changed"], data["same"]) == (0, 1, 1)
    lan = people(session)[0]
    assert (lan.name, lan.kind, lan.code) == ("Lò Thị Lan", "worker", "LC-TU-1")
    assert password_fits(lan.password_hash, "hoa ban trang")


def test_a_password_people_have_is_never_overwritten(run, session):
    run([HUNG])
    assert json.loads(run([[*HUNG[:4], "mat khau khac"]], "--json").stdout)["same"] == 1
    assert password_fits(people(session)[0].password_hash, "con trau den")


def test_people_may_share_a_phone(run, session):
    run([LAN, ["Vàng Văn Hùng", "0912345678", "LC-PT-1"]])
    assert [person.name for person in people(session)] == ["Lò Thị Lan", "Vàng Văn Hùng"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["", "0912345670", "LC-PT-1"], "Hãy nhập họ và tên."),
        (["Lan 3", "0912345670", "LC-PT-1"], "Họ và tên không có chữ số."),
        (["Lò Thị Mai", "", "LC-PT-1"], "Thiếu số điện thoại."),
        (["Lò Thị Mai", "12345", "LC-PT-1"], "Số điện thoại “12345” chưa đúng."),
        (["Lò Thị Mai", "0912345670", ""], "Thiếu mã đơn vị."),
        (["Lò Thị Mai", "0912345670", "KHONG"], "Không có đơn vị mã “KHONG”."),
        (["Lò Thị Mai", "0912345670", "LC-PT"], "Đoàn viên và người lao động chọn công đoàn cơ sở"),
        (["Lò Thị Mai", "0912345670", "LC-PT-1", "vua"], "Không hiểu đối tượng “vua”."),
        (["Lò Thị Mai", "0912345670", "LC-PT-1", "", "123"], "Mật khẩu phải có ít nhất 6 ký tự."),
        (["LÒ THỊ LAN", "912345678", "LC-PT-2"], "Người này (cùng họ tên và số điện thoại) đã có ở dòng 2."),
    ],
)
def test_one_fault_keeps_everybody_out(run, session, row, sentence):
    answer = run([LAN, row])
    assert answer.exit_code == 1
    assert f"Dòng 3: {sentence}" in answer.stderr
    faults = json.loads(run([LAN, row], "--json").stdout)["faults"]
    assert [fault["row"] for fault in faults] == [3]
    assert people(session) == []


def test_a_closed_union_is_a_fault(run, town, session):
    town.LC_PT_1.closed_on = town.now.date().replace(year=2020)
    town.commit()
    assert "đã kết thúc hoạt động ngày" in run([LAN]).stderr


def test_a_dry_run_only_tells(run, session):
    assert "Sẽ nhập: 2 mới" in run([LAN, HUNG], "--dry-run").stdout
    assert people(session) == []


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"%PDF-1.4", "Đây là tệp PDF"), (b"a,b\n1,2\n", "Không thấy dòng tiêu đề")]
)
def test_a_file_that_is_no_list_is_refused(run, content, sentence):
    answer = run(None, content=content)
    assert (answer.exit_code, sentence in answer.stderr) == (1, True)


def crowd(size, start=0):
    """People without a password, each with a phone of their own."""
    names = [f"Lò Văn {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(size)]
    return [PersonRow(n, name, f"09{start + n:08}", "LC-PT-1", PersonKind.MEMBER) for n, name in enumerate(names)]


def bring_in(session, rows, hashes=None):
    plan = rosters.plan_import(session, rows, clock.now())
    rosters.store_import(session, TERMINAL, plan, hashes or {}, clock.now())
    return plan


def test_statements_do_not_grow_with_the_list(app, session, town):
    assert town.province
    numbers = []
    for size, start in ((100, 0), (400, 50_000)):
        with counted(app) as statements:
            bring_in(session, crowd(size, start))
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_many_thousands_go_in_and_are_known_again(app, session, town):
    assert town.province
    rows = crowd(12_000)
    told = []
    plan = rosters.plan_import(session, rows, clock.now())
    with counted(app) as statements:
        rosters.store_import(session, TERMINAL, plan, {}, clock.now(), told.append)
    assert (sum(told), len(statements) < 20) == (12_000, True)
    assert session.scalar(select(func.count(Person.id))) == 12_000
    again = rosters.plan_import(session, rows, clock.now())
    assert (len(again.new), len(again.changed), again.same) == (0, 0, 12_000)


def test_a_list_is_not_held_to_the_number_of_questions_a_file_may_have():
    rows = [["Lò Thị Lan", f"09{number:08d}", "LC-PT-1"] for number in range(20_020)]
    found = sheets.read(workbook(rows, ["Họ và tên", "Số điện thoại", "Mã đơn vị"]))
    assert (len(found.rows), found.faults) == (20_020, ())


def office_list():
    """A list as offices keep it: merged titles above, accents in two pieces, phones as numbers, days in many hands."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("DS đoàn viên")
        page.merge_range("A1:F1", "LIÊN ĐOÀN LAO ĐỘNG TỈNH LAI CHÂU")
        page.merge_range("A3:G3", "DANH SÁCH ĐOÀN VIÊN CÔNG ĐOÀN NĂM 2026")
        heads = ["TT", "Họ và tên đoàn viên", "Ngày, tháng, năm sinh", "Chức vụ", "Số ĐT", "Đối tượng"]
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        page.write_row(4, 0, heads)
        page.write_row(5, 0, [1, unicodedata.normalize("NFD", "Lò Thị Thuỳ"), "5/9/1990", "Giáo viên", 912345678, "ĐV"])
        page.write_row(6, 0, [2, "  VÀNG  A\u00a0PÁO ", "05.09.1991", "", "0912.345.679", "NLĐ"])
        page.write_row(7, 0, [3, "Giàng Thị Mỷ", "", "", "+84 912 345 670", ""])
        page.write_datetime(7, 2, datetime(1992, 9, 5), day)
    return out.getvalue()


def test_a_list_as_offices_keep_it_is_read_and_says_what_it_leaves_out():
    found = sheets.read(office_list(), "LC-PT-1")
    assert found.faults == ()
    assert [(row.row, row.name, row.phone, row.birth_on, row.kind) for row in found.rows] == [
        (6, "Lò Thị Thuỳ", "0912345678", date(1990, 9, 5), PersonKind.MEMBER),
        (7, "Vàng A Páo", "0912345679", date(1991, 9, 5), PersonKind.WORKER),
        (8, "Giàng Thị Mỷ", "0912345670", date(1992, 9, 5), PersonKind.MEMBER),
    ]
    assert found.unread == ("TT", "Chức vụ")


def test_a_list_of_people_without_phones_needs_no_column_for_them():
    found = sheets.read(workbook([["Lò Thị Lan", "05/09/1990"], ["Vừ A Của", ""]], ["Họ tên", "Ngày sinh"]), "LC-PT-1")
    assert [(row.name, row.phone) for row in found.rows] == [("Lò Thị Lan", "")]
    assert [(fault.row, str(fault.message)[:24]) for fault in found.faults] == [(3, "Thiếu số điện thoại. Hãy")]


def test_a_year_alone_is_told_apart_from_a_day_mistyped():
    rows = [["Lò Thị Lan", "0912345678", "1990"], ["Lò Thị Hoa", "0912345679", "31/02/1990"]]
    found = sheets.read(workbook(rows, ["Họ tên", "Điện thoại", "Năm sinh"]), "LC-PT-1")
    assert [str(fault.message) for fault in found.faults] == [
        "Chỉ có năm “1990”. Hãy ghi đủ ngày/tháng/năm, hoặc để trống nếu người này có số điện thoại.",
        "Không hiểu ngày sinh “31/02/1990”. Hãy ghi ngày/tháng/năm, ví dụ 05/09/1990.",
    ]


def test_a_plan_with_faults_is_never_stored(session, town):
    plan = rosters.plan_import(session, crowd(1), clock.now())
    assert plan.faults
    with pytest.raises(ValueError, match="never stored"):
        rosters.store_import(session, TERMINAL, plan, {}, clock.now())


def test_only_passwords_that_will_be_stored_are_hashed(session, town):
    old = town.person("Lò Thị Lan", union=town.province and town.LC_PT_1, phone="0912345678")
    old.password_hash = hash_password("hoa ban trang")
    rows = [
        PersonRow(2, "Lò Thị Lan", "0912345678", "LC-PT-1", PersonKind.MEMBER, "mat khau moi"),
        PersonRow(3, "Vàng Văn Hùng", "0912345679", "LC-PT-1", PersonKind.MEMBER, "mat khau moi"),
        PersonRow(4, "Giàng A Páo", "0912345670", "LC-PT-1", PersonKind.MEMBER),
    ]
    assert [row.row for row in rosters.plan_import(session, rows, clock.now()).passwords] == [3]


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data):
    roster = sheets.read(data)
    assert bool(roster.rows) or bool(roster.faults)


def test_a_list_of_one_union_needs_no_codes_and_stays_within_it(run, town, session):
    header = ["Họ tên", "Điện thoại", "Ngày sinh", "Ngày vào"]
    other = town.person("Trần Văn Sơn", union=town.province and town.LC_TU_2, phone="0912345670").id
    lan = town.person("Vừ Thị Mai").id
    town.commit()
    content = workbook(
        [
            ["Lò Thị Lan", "0912345678", "", ""],
            ["Sùng A Của", "", "01/02/1980", ""],
            ["Trần Văn Sơn", "0912345670", "", ""],
        ],
        header,
    )
    data = json.loads(run(None, "--json", "--union", "LC-PT-1", content=content).stdout)
    assert (data["new"], data["changed"], data["moved"], data["missing"]) == (2, 1, 1, 1)
    answer = run(None, "--union", "LC-PT-1", "--leave-missing", "--on", "2025-07-01", content=content)
    assert answer.exit_code == 0, answer.stderr
    assert "1 đoàn viên, cán bộ của các đơn vị này không có trong danh sách." in answer.stderr
    session.expire_all()
    left, came = session.get(Person, lan), session.get(Person, other)
    assert (left.kind, left.union_since, came.union_id) == ("worker", date(2025, 7, 1), town.LC_PT_1.id)
    session.rollback()
    wrong = workbook([["Lò Thị Lan", "0912345678", "LC-PT-2"]], ["Họ tên", "Điện thoại", "Đơn vị (mã)"])
    answer = run(None, "--union", "LC-PT-1", content=wrong)
    assert (answer.exit_code, "không thuộc phạm vi của bạn" in answer.stderr) == (1, True)
    assert run(None, "--union", "KHONG", content=wrong).exit_code == 1
    assert run(None, "--on", "2099-01-01", content=wrong).exit_code == 1


def test_who_may_be_somebody_known_is_named(run, town):
    town.person("Lò Thị Lan", phone="0912345670")
    town.commit()
    answer = run([LAN])
    assert answer.exit_code == 0
    assert "Dòng 2: Lò Thị Lan: Cùng họ tên và đơn vị với một người đã có" in answer.stderr
