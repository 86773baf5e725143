"""A list in which some rows are wrong: the sound ones may be taken, the others come back to be mended, nobody twice."""

import io
import json
from types import SimpleNamespace

import pytest
import xlsxwriter
from openpyxl import load_workbook
from sqlalchemy import func, select
from support.lists import text, workbook
from support.queries import counted

from contest import clock
from contest.accounts.models import AuditEntry, Person
from contest.accounts.rules import Actor
from contest.jobs.runner import run_waiting
from contest.members import portions_work, roster_work, rosters, sheets
from contest.members.portions_work import Stale
from contest.members.roster_faulty import faulty_rows, lines, write
from contest.members.rosters import Wanted
from contest.unions.queries import by_code

HEADER = ["TT", "Họ tên", "Điện thoại", "Ngày sinh", "Đơn vị (mã)", "Tư cách"]
PAGE = "/theo-doi/nguoi/LC-PT-1"
PAO = [1, "Giàng A Páo", "0987654321", "05/09/1990", "", ""]
MY = [2, "Sùng Thị Mỷ", "", "", "", ""]
DINH = [3, "Vừ A Dính", "0987654322", "", "LC-XX", "NLĐ"]
CUA = [4, "Sùng A Của", "", "01/02/1980", "", ""]
ROWS = [PAO, MY, DINH, CUA]


@pytest.fixture
def desk(client, town):
    """Hùng, official of LC-PT-1, at his desk; Lan belongs there."""
    assert town.lan
    hung = town.hung
    town.commit()
    client.sign_in(hung)
    known = SimpleNamespace(id=hung.id, lan_phone=town.lan.phone, lan=town.lan.id)
    town.commit()
    return known


def look(client, rows=None, content=None, header=HEADER):
    file = (io.BytesIO(content or workbook(rows or ROWS, header)), "ds.xlsx")
    answer = client.send(f"{PAGE}/nhap", {"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def fields(page):
    return {name: page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("digest", "on", "faulty")}


def take(client, address, **more):
    """Store the sound rows, as the preview offers it."""
    return client.send(address, fields(client.page(address)) | {"partly": "y"} | more)


def given_back(client, address):
    """The cells of the file of rows at fault."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [list(row) for row in load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)]


def people(session):
    session.rollback()
    found = session.execute(select(Person.name, Person.phone, Person.kind).order_by(Person.name, Person.id)).all()
    session.rollback()
    return [tuple(row) for row in found]


def names(session):
    return [name for name, _phone, _kind in people(session)]


def test_rows_at_fault_stand_apart_with_what_to_do(client, desk, session):
    page = client.page(look(client))
    assert "Tệp có 2 dòng cần sửa, 2 dòng đúng" in page.text_content()
    told = {
        row.xpath("string(td)"): row.text_content() for row in page.xpath("//table[caption='Dòng cần sửa']//tr[td]")
    }
    assert sorted(told) == ["3", "4"]
    assert "Sùng Thị Mỷ" in told["3"]
    assert "Thiếu số điện thoại" in told["3"]
    assert "Không có đơn vị mã “LC-XX”. Hãy sửa mã" in told["4"]
    assert "Nhập 2 dòng đúng, để lại 2 dòng sai" in page.text_content()
    assert page.xpath("//input[@name='partly']/@checked") == []
    assert "Giàng A Páo" not in names(session)


def test_all_that_is_wrong_with_a_row_is_told_at_once(client, desk):
    page = client.page(look(client, [PAO, [2, "Lò Thị Mai", "12", "31/02/1990", "LC-XX", "vua"]]))
    (row,) = page.xpath("//table[caption='Dòng cần sửa']//tr[td]")
    for sentence in ("“12” chưa đúng", "Không hiểu ngày sinh", "Không hiểu đối tượng", "Không có đơn vị mã “LC-XX”"):
        assert sentence in row.text_content()


def test_nothing_is_taken_without_the_choice(client, desk, session):
    address = look(client)
    answer = client.send(address, fields(client.page(address)))
    assert (answer.status_code, "Tệp còn dòng sai." in answer.get_data(as_text=True)) == (422, True)
    without = fields(client.page(address))
    del without["faulty"]
    assert client.send(address, without).status_code == 409
    assert "Giàng A Páo" not in names(session)


def test_the_others_come_back_and_mended_make_nobody_twice(client, desk, session):
    address = look(client)
    answer = take(client, address)
    assert answer.headers["Location"] == f"{PAGE}/nhap"
    page = client.page(f"{PAGE}/nhap")
    assert "Đã nhập 2 dòng đúng, để lại 2 dòng sai: 2 người mới" in page.text_content()
    (link,) = page.xpath("//a[contains(@href, 'can-sua.xlsx')]/@href")
    assert link == f"{address}/can-sua.xlsx"
    assert {"Giàng A Páo", "Sùng A Của"} <= set(names(session))
    (entry,) = session.scalars(select(AuditEntry.details).where(AuditEntry.action == "person.import"))
    session.rollback()
    assert (entry["new"], entry["faulty"]) == (2, 2)
    head, *left = given_back(client, link)
    assert head == [*HEADER, "Cần sửa"]
    assert [row[:2] for row in left] == [["2", "Sùng Thị Mỷ"], ["3", "Vừ A Dính"]]
    assert left[1][-1].startswith("Dòng 4 của tệp đã gửi: Không có đơn vị mã “LC-XX”.")
    left[0][2], left[1][4] = "0987654323", ""
    again = look(client, left, header=head)
    mended = client.page(again)
    assert "Các cột không nhập: TT." in mended.text_content()
    assert (
        client.send(
            again, {name: mended.xpath(f"//input[@name='{name}']/@value")[0] for name in ("digest", "on")}
        ).headers["Location"]
        == PAGE
    )
    before = people(session)
    assert [name for name in names(session) if name in {row[1] for row in ROWS}] == sorted(row[1] for row in ROWS)
    # What came back mended is not offered any more; the whole list mended says nothing new.
    assert client.page(f"{PAGE}/nhap").xpath("//a[contains(@href, 'can-sua.xlsx')]") == []
    whole = [PAO, [2, "Sùng Thị Mỷ", "0987654323", "", "", ""], [*DINH[:4], "", "NLĐ"], CUA]
    page = client.page(look(client, whole))
    assert [dd.text_content() for dd in page.xpath("//dl[@class='stats']//dd[1]")][:4] == ["0", "0", "0", "4"]
    assert people(session) == before


def test_a_list_with_wrong_rows_misses_nobody(client, desk, session):
    """Lan's own row is the one at fault: she must not leave for it."""
    address = look(client, [PAO, [2, "Lò Thị Lan", desk.lan_phone, "31/02/1990", "", ""]])
    page = client.page(address)
    assert page.xpath("//input[@name='leave']") == []
    assert "chưa biết ai không còn trong danh sách" in page.text_content()
    take(client, address, leave="y")
    assert ("Giàng A Páo" in names(session), [row[2] for row in people(session) if row[0] == "Lò Thị Lan"]) == (
        True,
        ["member"],
    )
    # Mended rows sent alone are no complete list either.
    rest = client.page(look(client, [[*CUA, "x"]], header=[*HEADER, "Cần sửa"]))
    assert rest.xpath("//input[@name='leave']") == []
    assert "phần còn lại của một danh sách" in rest.text_content()


def test_the_second_row_of_a_person_is_the_one_at_fault(client, desk):
    page = client.page(look(client, [PAO, [9, "GIÀNG A PÁO", "987654321", "", "", ""], CUA]))
    (row,) = page.xpath("//table[caption='Dòng cần sửa']//tr[td]")
    assert row.xpath("string(td)") == "3"
    assert "đã có ở dòng 2. Hãy bỏ một dòng." in row.text_content()
    assert "Nhập 2 dòng đúng, để lại 1 dòng sai" in page.text_content()


def test_of_two_without_phone_neither_is_taken_before_it_is_clear(client, desk, session):
    """Taken alone, the first would be met by the second, mended with a phone, as themselves with a later phone."""
    address = look(client, [CUA, PAO, [9, *CUA[1:]]])
    page = client.page(address)
    told = {
        row.xpath("string(td)"): row.text_content() for row in page.xpath("//table[caption='Dòng cần sửa']//tr[td]")
    }
    assert sorted(told) == ["2", "4"]
    assert "đã có ở dòng 4." in told["2"]
    assert "đã có ở dòng 2." in told["4"]
    take(client, address)
    head, *left = given_back(client, f"{address}/can-sua.xlsx")
    left[1][2] = "0987654325"
    again = look(client, left, header=head)
    page = client.page(again)
    client.send(again, {name: page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("digest", "on")})
    assert sorted(phone for name, phone, _kind in people(session) if name == "Sùng A Của") == ["", "0987654325"]


def test_the_first_row_mended_meets_the_second_that_was_taken(client, desk, session):
    wrong = [1, "Giàng A Páo", "0987654321", "31/02/1990", "", ""]
    address = look(client, [wrong, [2, "Giàng A Páo", "0987654321", "", "", ""]])
    take(client, address)
    head, left = given_back(client, f"{address}/can-sua.xlsx")
    left[3] = "05/09/1990"
    again = look(client, [left], header=head)
    page = client.page(again)
    assert [dd.text_content() for dd in page.xpath("//dl[@class='stats']//dd[1]")][:4] == ["0", "0", "1", "0"]
    client.send(again, {name: page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("digest", "on")})
    assert names(session).count("Giàng A Páo") == 1


def test_a_choice_is_kept_when_another_is_missing(client, desk):
    """Whoever forgot to tick that wrong rows are left need not tick the others again."""
    address = look(client, [[1, "Lò Thị Lan", "0987654321", "", "", ""], MY])
    answer = client.send(address, fields(client.page(address)) | {"bo": "2"})
    assert 'name="bo" value="2" checked' in answer.get_data(as_text=True)


def test_a_file_without_a_sound_row_can_still_be_mended(client, desk):
    address = look(client, [MY])
    page = client.page(address)
    assert "Chưa có dòng nào nhập được." in page.text_content()
    assert page.xpath("//input[@name='partly']") == []
    assert [row[1] for row in given_back(client, f"{address}/can-sua.xlsx")] == ["Họ tên", "Sùng Thị Mỷ"]


def test_what_became_wrong_meanwhile_is_shown_again(client, desk, town, session):
    rows = [PAO, MY, [5, "Tẩn Lao Lở", "0987654329", "", "LC-PT-1-A", ""]]
    town.union("LC-PT-1-A", "Tổ công đoàn A", town.LC_PT_1, level="section")
    town.commit()
    address = look(client, rows)
    seen = fields(client.page(address))
    by_code(town.session, "LC-PT-1-A").closed_on = town.now.date().replace(year=2020)
    town.commit()
    answer = client.send(address, seen | {"partly": "y"})
    said = answer.get_data(as_text=True)
    assert (answer.status_code, "Dữ liệu vừa thay đổi" in said, "2 dòng cần sửa" in said) == (409, True, True)
    assert "Giàng A Páo" not in names(session)
    assert len(given_back(client, f"{address}/can-sua.xlsx")) == 3


def test_rows_at_fault_belong_to_who_sent_them(client, desk, town):
    address = look(client)
    take(client, address)
    mai = town.mai
    town.commit()
    other = client.application.test_client().sign_in(mai)
    assert other.get(f"{address}/can-sua.xlsx").headers["Location"] == f"{PAGE}/nhap"
    assert other.page(f"{PAGE}/nhap").xpath("//a[contains(@href, 'can-sua.xlsx')]") == []


def test_what_is_given_back_is_text_whatever_it_says(app):
    rows = [["=HYPERLINK(1)", "0912345678", "x" * 40_000], ["Lò\x00 Thị", "12", ""]]
    content = text(rows, ["Họ tên", "Điện thoại", "Ghi chú"])
    roster = sheets.read(content, "LC-PT-1")
    found = faulty_rows(content, roster.faults, "LC-PT-1")
    out = io.BytesIO()
    with app.app_context():
        write(out, found)
    page = load_workbook(out).active
    assert [page.cell(1, n).value for n in range(1, 5)] == ["Họ tên", "Điện thoại", "Ghi chú", "Cần sửa"]
    assert (page["A2"].value, page["A2"].data_type) == ("=HYPERLINK(1)", "s")


def test_a_merged_code_goes_with_each_row_given_back():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Họ tên", "Điện thoại", "Mã đơn vị", "Cần sửa"])
        sheet.write_row(1, 0, ["Lò Thị Lan", "0912345678"])
        sheet.write_row(2, 0, ["Lò Thị Hoa", "12", "", "sai số"])
        sheet.merge_range("C2:C3", "LC-PT-1")
    roster = sheets.read(out.getvalue())
    assert ([row.union for row in roster.rows], roster.rest, roster.unread) == (["LC-PT-1"], True, ())
    found = faulty_rows(out.getvalue(), roster.faults)
    assert (found.heads, found.rows[0].cells) == (
        ["Họ tên", "Điện thoại", "Mã đơn vị"],
        ["Lò Thị Hoa", "12", "LC-PT-1"],
    )


def crowd(size, wrong):
    """So many sound rows, and as many wrong ones after them."""
    sound = [[n, f"Lò Văn {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}", f"09{n:08}", "", "", ""] for n in range(size)]
    return sound + [[n, f"Vàng A {chr(65 + n % 26)}", "12", "", "", ""] for n in range(wrong)]


def test_statements_do_not_grow_with_rows_at_fault(app, session, town):
    assert town.province
    counts = []
    for size in (20, 300):
        listed = sheets.read(text(crowd(size, size), HEADER), "LC-PT-1")
        with counted(app) as statements:
            plan = rosters.plan_import(session, listed.rows, clock.now(), listed.faults)
        counts.append(len(statements))
        assert (len(plan.new), len(plan.wrong)) == (size, size)
    assert counts[0] == counts[1]


def test_a_long_list_with_wrong_rows(client, desk, app, session):
    """Read and stored beside the requests; its rows at fault are kept for the page."""
    answer = client.send(
        f"{PAGE}/nhap",
        {"file": (io.BytesIO(text(crowd(4_000, 300), HEADER)), "ds.csv")},
        content_type="multipart/form-data",
    )
    job = answer.headers["Location"]
    with app.app_context():
        assert run_waiting() == 1
    assert "4.000 dòng đúng, 300 dòng cần sửa" in client.page(job).text_content()
    address = client.data(job)["result"]["url"]
    page = client.page(address)
    assert "Còn 100 dòng nữa" in page.text_content()
    with counted(app) as statements:
        assert len(given_back(client, f"{address}/can-sua.xlsx")) == 301
    assert len(statements) < 15
    answer = take(client, address)
    job = answer.headers["Location"]
    with app.app_context():
        assert run_waiting() == 1
    result = client.data(job)["result"]
    assert (result["new"], result["faulty"], result["url"]) == (4_000, 300, f"{PAGE}/nhap")
    assert "Đã nhập 4.000 dòng đúng, để lại 300 dòng sai" in client.page(job).text_content().replace("4000", "4.000")
    told = session.scalars(select(AuditEntry.details).where(AuditEntry.action == "person.import")).all()
    assert (sum(one["new"] for one in told), sum(one["faulty"] for one in told)) == (4_000, 300)
    session.rollback()
    (link,) = client.page(f"{PAGE}/nhap").xpath("//a[contains(@href, 'can-sua.xlsx')]/@href")
    assert len(given_back(client, link)) == 301


def test_a_list_cut_off_goes_on_with_the_same_rows(app, town, monkeypatch):
    """What became sound meanwhile is not slipped in."""
    monkeypatch.setattr(portions_work, "PORTION", 2)
    monkeypatch.setattr(roster_work, "PORTION", 2)
    monkeypatch.setattr(portions_work, "PAUSE_S", 0)
    actor = Actor(town.hung.id, "Hùng")
    town.commit()
    rows = [[n, f"Lò Văn {chr(65 + n)}", f"098765432{n}", "", "", ""] for n in range(4)]
    content = text([*rows, [5, "Vừ A Dính", "0987654329", "", "LC-PT-1-A", ""]], HEADER)
    wanted = Wanted(clock.today(), partly=True)
    with app.app_context():
        with roster_work.db.reading() as session:
            union = by_code(session, "LC-PT-1")
            found = roster_work.plan(session, union, roster_work.read(content, union), clock.now())
            seen = roster_work.digest(found)
        with pytest.raises(Stale):
            roster_work.store(actor, "LC-PT-1", "list", content, Wanted(clock.today()), seen)
        stored = portions_work.store_rows

        def store_and_die(session, order, rows, now):
            if any(row.row == 4 for row in rows):
                raise MemoryError
            return stored(session, order, rows, now)

        monkeypatch.setattr(portions_work, "store_rows", store_and_die)
        with pytest.raises(MemoryError):
            roster_work.store(actor, "LC-PT-1", "list", content, wanted, seen)
        town.union("LC-PT-1-A", "Tổ công đoàn A", town.LC_PT_1, level="section")
        town.commit()
        monkeypatch.setattr(portions_work, "store_rows", stored)
        done = roster_work.store(actor, "LC-PT-1", "list", content, wanted, seen)
        assert (done.new, done.faulty, done.taken) == (4, 1, 4)
        with roster_work.db.reading() as session:
            assert session.scalar(select(func.count()).where(Person.name == "Vừ A Dính")) == 0
            left = roster_work.rows_at_fault(session, by_code(session, "LC-PT-1"), "list", actor.id)
            assert [row[1] for row in lines(left)] == ["Vừ A Dính"]


# The terminal


@pytest.fixture
def run(app, town, tmp_path):
    assert town.province
    town.commit()

    def importing(rows, *options, header=HEADER):
        file = tmp_path / "nguoi.xlsx"
        file.write_bytes(workbook(rows, header))
        return app.test_cli_runner().invoke(args=["person", "import", str(file), "--union", "LC-PT-1", *options])

    return importing


def test_the_terminal_refuses_all_unless_told_otherwise(run, session, tmp_path):
    answer = run(ROWS)
    assert (answer.exit_code, "Chưa nhập gì: có 2 chỗ cần sửa." in answer.stderr) == (1, True)
    assert json.loads(run(ROWS, "--json").stdout)["new"] == 0
    assert "Giàng A Páo" not in names(session)
    mend = tmp_path / "sua.xlsx"
    answer = run(ROWS, "--skip-faulty", str(mend))
    assert answer.exit_code == 0, answer.stderr
    assert "Đã nhập: 2 mới, 0 thay đổi, 0 giữ nguyên; để lại 2 dòng sai." in answer.stdout
    assert "Dòng 3: Thiếu số điện thoại." in answer.stderr
    assert {"Giàng A Páo", "Sùng A Của"} <= set(names(session))
    head, *left = load_workbook(mend).active.iter_rows(values_only=True)
    assert [row[1] for row in left] == ["Sùng Thị Mỷ", "Vừ A Dính"]
    mended = [["", "Sùng Thị Mỷ", "0987654323", "", "", "", "x"], ["", "Vừ A Dính", "0987654322", "", "", "", "x"]]
    data = json.loads(run(mended, "--json", header=list(head)).stdout)
    assert (data["new"], data["missing"]) == (2, 0)
    data = json.loads(run(ROWS, "--json", "--skip-faulty", str(mend)).stdout)
    assert (data["imported"], data["same"], data["faulty"], len(data["faults"])) == (0, 2, 2, 2)


def test_the_terminal_lets_nobody_leave_by_half_a_list(run, session, tmp_path):
    mend = tmp_path / "sua.xlsx"
    answer = run(ROWS, "--skip-faulty", str(mend), "--leave-missing")
    assert (answer.exit_code, "--leave-missing needs the complete list" in answer.stderr) == (1, True)
    assert run([[*PAO, "x"]], "--leave-missing", header=[*HEADER, "Cần sửa"]).exit_code == 1
    assert run(ROWS, "--skip-faulty", str(tmp_path / "sua.csv")).exit_code == 1
    assert run(ROWS, "--skip-faulty", str(tmp_path / "khong" / "sua.xlsx")).exit_code == 1
    assert run(ROWS, "--skip-faulty", str(tmp_path / "nguoi.xlsx")).exit_code == 1
    assert "Giàng A Páo" not in names(session)
    # A file that is no list is refused as ever.
    assert run([["x"]], "--skip-faulty", str(mend), header=["Cột lạ"]).exit_code == 1
