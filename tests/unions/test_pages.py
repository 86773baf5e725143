"""The organizers' pages about unions: what they show, take and refuse, and to whom."""

import io
from datetime import date

import pytest
from sqlalchemy import func, select
from support.lists import DISTRICT, PROVINCE, SCHOOL, grassroots, workbook
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.models import PendingFile
from contest.accounts.rules import TERMINAL, PersonKind, Role
from contest.unions.models import Headcount, TradeUnion
from contest.unions.rules import Level

INDEX = "/to-chuc/don-vi"
UPLOAD = "/to-chuc/don-vi/nhap"


@pytest.fixture
def district_organizer(town):
    """Organizes the district LC-PT only."""
    person = town.person("Giàng A Páo", union=town.province and town.LC_PT, kind=PersonKind.OFFICIAL)
    grant_role(town.session, TERMINAL, person, Role.ORGANIZER, town.LC_PT.id, town.now)
    return person


def enter(client, town, person):
    """Store what was arranged, then sign somebody in."""
    town.commit()
    client.sign_in(person)


def upload(client, content, name="don-vi.xlsx"):
    return client.send(UPLOAD, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def count(session, model):
    number = session.scalar(select(func.count()).select_from(model))
    session.rollback()
    return number


def texts(page, path):
    return [" ".join(node.text_content().split()) for node in page.xpath(path)]


def test_an_organizer_goes_down_their_part_of_the_tree(client, town):
    enter(client, town, town.mai)
    assert texts(client.page(INDEX), "//tbody/tr/td[1]") == ["6"]
    rows = client.data(f"{INDEX}?don-vi=LC")["rows"]
    assert [(row["code"], row["unions"], row["members"], row["workers"]) for row in rows] == [
        ("LC-PT", 2, 20, None),
        ("LC-TU", 2, 20, None),
    ]
    page = client.page(f"{INDEX}?don-vi=LC-PT")
    assert texts(page, "//nav[@class='crumbs']//li")[2:] == ["Liên đoàn Lao động tỉnh Lai Châu", "LĐLĐ huyện Phong Thổ"]
    assert [row["code"] for row in client.data(f"{INDEX}?don-vi=LC-PT")["rows"]] == ["LC-PT-1", "LC-PT-2"]


def test_an_organizer_of_a_district_sees_and_edits_only_it(client, town, district_organizer, session):
    enter(client, town, district_organizer)
    assert [row["code"] for row in client.data(INDEX)["rows"]] == ["LC-PT"]
    assert texts(client.page(f"{INDEX}?don-vi=LC-PT-1"), "//nav[@class='crumbs']//li")[2:][0] == "LĐLĐ huyện Phong Thổ"
    for code in ("LC", "LC-TU", "LC-TU-1", "KHONG-CO"):
        client.page(f"{INDEX}?don-vi={code}", status=404)
        client.page(f"{INDEX}/{code}", status=404)
        assert client.send(f"{INDEX}/{code}", {"member": "5", "counted_on": "2023-09-30"}).status_code == 404
    assert [row["code"] for row in client.data(f"{INDEX}?q=so+1")["rows"]] == ["LC-PT-1"]
    assert count(session, Headcount) == 4


@pytest.mark.parametrize("address", [INDEX, UPLOAD, f"{INDEX}/LC", f"{INDEX}/tai-ve.xlsx"])
def test_members_and_strangers_stay_outside(client, town, address):
    town.commit()
    assert client.get(address).status_code == 303
    enter(client, town, town.lan)
    assert client.get(address).status_code == 403


def test_many_unions_come_in_pages_with_as_many_questions_as_few(app, client, town):
    for n in range(60):
        town.union(f"N{n:02}", f"CĐCS {n:02}", town.province and town.LC_PT)
    enter(client, town, town.mai)
    asked = []
    for page, rows in ((1, 50), (2, 12)):
        with counted(app) as statements:
            data = client.data(f"{INDEX}?don-vi=LC-PT&trang={page}")
        assert (len(data["rows"]), data["pages"]) == (rows, 2)
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert len(client.page(f"{INDEX}?don-vi=LC-PT&trang=99").xpath("//tbody/tr")) == 12


def test_a_union_without_headcount_says_so(client, town):
    bare = town.union("LC-PT-9", "CĐCS Chín", town.province and town.LC_PT)
    enter(client, town, town.mai)
    assert "Chưa có số liệu nào." in client.page(f"{INDEX}/{bare.code}").text_content()
    (line,) = [row for row in client.data(f"{INDEX}?don-vi=LC")["rows"] if row["code"] == "LC-PT"]
    assert (line["unions"], line["uncounted"]) == (3, 1)


def test_a_list_is_previewed_then_stored(client, town, session):
    enter(client, town, town.admin)
    before = count(session, TradeUnion)
    moved = ["LC-PT-1", "CĐCS số 1 đổi tên", "", "Cơ sở", "LC-PT"]
    answer = upload(client, workbook([moved, *grassroots(2)]))
    assert answer.status_code == 303
    preview = client.page(answer.location)
    assert texts(preview, "//dl[@class='stats']//dd") == ["2", "1", "0"]
    assert "CĐCS số 1 đổi tên" in preview.text_content()
    assert count(session, TradeUnion) == before
    assert client.send(answer.location).location == INDEX
    assert count(session, TradeUnion) == before + 2
    assert count(session, PendingFile) == 0
    assert "Đã nhập: 2 đơn vị mới, 1 đơn vị thay đổi." in client.page(INDEX).text_content()
    assert client.send(answer.location).location == UPLOAD


def test_a_list_with_faults_shows_each_by_row_and_stores_nothing(client, town, session):
    enter(client, town, town.admin)
    before = count(session, TradeUnion)
    unknown = ["X-1", "CĐCS lạ", "", "Cơ sở", "KHONG-CO"]
    answer = upload(client, workbook([SCHOOL, unknown, ["X-2", "", "", "Xóm", ""]]))
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "tệp có 3 chỗ cần sửa" in text and "KHONG-CO" in text and "Không hiểu cấp “Xóm”" in text
    assert count(session, TradeUnion) == before
    assert count(session, PendingFile) == 0


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [(b"%PDF-1.4", "a.pdf", "Đây là tệp PDF"), (b"", "a.xlsx", "Tệp trống"), (b"x", "", "Hãy chọn tệp Excel")],
)
def test_a_file_that_is_no_list_is_refused(client, town, content, name, sentence):
    enter(client, town, town.admin)
    answer = upload(client, content, name)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_a_preview_belongs_to_the_one_who_sent_the_file(app, client, town, district_organizer):
    enter(client, town, town.mai)
    answer = upload(client, workbook(grassroots(1)))
    other = app.test_client().sign_in(district_organizer)
    assert other.get(answer.location).location == UPLOAD
    assert other.send(answer.location).location == UPLOAD


def test_an_organizer_cannot_import_into_another_district(client, town, district_organizer, session):
    enter(client, town, district_organizer)
    assert "không thuộc phạm vi bạn quản lý" in upload(client, workbook(grassroots(1, "LC-TU"))).get_data(as_text=True)
    assert upload(client, workbook(grassroots(1, "LC-PT"))).status_code == 303


def test_a_tree_that_changed_since_the_preview_is_compared_anew(client, town, session):
    enter(client, town, town.admin)
    answer = upload(client, workbook([["Z-1", "CĐCS Z", "", "Cơ sở", "LC-TU"]]))
    session.scalars(select(TradeUnion).where(TradeUnion.code == "LC-TU")).one().code = "LC-KHAC"
    town.commit()
    refused = client.send(answer.location)
    assert refused.status_code == 409
    assert "LC-TU" in refused.get_data(as_text=True)


def test_the_export_is_a_list_that_can_be_imported_again(client, town):
    from contest.unions import sheets

    enter(client, town, town.mai)
    listed = sheets.read(client.get(f"{INDEX}/tai-ve.xlsx").data)
    assert listed.faults == ()
    assert {row.code: (row.level, row.parent) for row in listed.rows}["LC-PT-1"] == (Level.GRASSROOTS, "LC-PT")
    assert len(listed.rows) == 7
    answer = upload(client, client.get(f"{INDEX}/tai-ve.xlsx").data)
    assert texts(client.page(answer.location), "//dl[@class='stats']//dd") == ["0", "0", "7"]


def test_a_headcount_is_written_down_and_a_second_of_the_day_replaces_it(client, town, session):
    enter(client, town, town.mai)
    for members in ("25", "27"):
        sent = {"member": members, "worker": "", "official": "0", "counted_on": "2023-09-30"}
        assert client.send(f"{INDEX}/LC-PT-1", sent).status_code == 303
    rows = session.execute(
        select(Headcount.kind, Headcount.number)
        .where(Headcount.counted_on == date(2023, 9, 30), Headcount.replaced_at.is_(None))
        .order_by(Headcount.kind)
    ).all()
    assert [tuple(row) for row in rows] == [("member", 27), ("official", 0)]
    told = select(Headcount.number).where(Headcount.replaced_at.is_not(None))
    assert session.scalars(told).all() == [25]
    session.rollback()
    assert "30/09/2023" in client.page(f"{INDEX}/LC-PT-1").text_content()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"member": "-1", "counted_on": "2023-09-30"}, "Số người phải từ 0 đến"),
        ({"member": "ba", "counted_on": "2023-09-30"}, "Hãy ghi số người bằng chữ số, ví dụ 125."),
        ({"counted_on": "2023-09-30"}, "Hãy ghi ít nhất một số liệu."),
        ({"member": "5", "counted_on": ""}, "Hãy chọn ngày số liệu."),
        ({"member": "5", "counted_on": "2999-01-01"}, "Ngày số liệu phải từ năm 1990 đến hôm nay."),
    ],
)
def test_a_headcount_that_cannot_be_is_refused(client, town, session, fields, sentence):
    enter(client, town, town.mai)
    answer = client.send(f"{INDEX}/LC-PT-1", fields)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert count(session, Headcount) == 4


def test_a_whole_province_comes_in_through_the_page(client, town, session):
    enter(client, town, town.admin)
    answer = upload(client, workbook([PROVINCE, DISTRICT, *grassroots(200)]))
    client.send(answer.location)
    assert count(session, TradeUnion) == 7 + 200
