"""Decisions from Excel, one by one and taken back, through the organizers' pages; a neighbour gets nothing."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from support.decisions import decided, merging, row, today, tree
from support.lists import text, workbook

from contest.jobs.runner import run_waiting
from contest.unions import queries, reorganisation_routes, waiting_files
from contest.unions import reorganisation_sheets as sheets
from contest.unions.models import UnionDecision

HEADER = [column.title for column in sheets.COLUMNS]
LIST = "/to-chuc/don-vi/quyet-dinh"
UPLOAD = f"{LIST}/nhap"


def line(kind, code, name="", level="", parent="", successors="", on="", place="", note=""):
    return [kind, code, name, "", level, parent, successors, on, place, note]


REORGANISED = [
    line(
        "Thành lập",
        "LC-X1",
        "Công đoàn xã Sin Suối Hồ",
        "Cấp trên trực tiếp cơ sở",
        "LC",
        place="03466 - Xã Sin Suối Hồ",
    ),
    line("Sáp nhập", "LC-PT", successors="LC-X1"),
    line("Đổi tên", "LC-PT-1", "CĐCS Trường Sơn Ca"),
    line("Địa bàn", "LC-PT-2", place="Xã Sin Suối Hồ"),
]


def present(session):
    found = tree(session)
    session.rollback()
    return found


def send(client, rows, number="1215/QĐ-LĐLĐ", content=None, on=None):
    data = {
        "number": number,
        "decided_on": (on or today()).isoformat(),
        "issued_by": "LĐLĐ tỉnh Lai Châu",
        "title": "Sắp xếp tổ chức công đoàn",
        "file": (io.BytesIO(content or workbook(rows, HEADER)), "sap-xep.xlsx"),
    }
    return client.send(UPLOAD, data, content_type="multipart/form-data")


def test_a_file_is_looked_at_then_stored_then_taken_back(mai, session):
    assert "Chưa có quyết định nào" in mai.get(LIST).text
    preview = send(mai, REORGANISED)
    assert preview.status_code == 303, preview.text
    page = mai.get(preview.location)
    for words in ("Công đoàn xã Sin Suối Hồ", "Trước và sau", "Thành lập", "LC-PT-2"):
        assert words in page.text
    stored = mai.send(preview.location)
    assert stored.status_code == 303
    shown = mai.get(stored.location)
    assert "Sáp nhập" in shown.text
    assert "sáp nhập vào Công đoàn xã Sin Suối Hồ" in shown.text
    assert "1215/QĐ-LĐLĐ" in mai.get(LIST).text
    assert mai.get(preview.location).status_code == 303
    assert present(session)["LC-PT"] == ("LC-X1", "absorbed")
    history = mai.get("/to-chuc/don-vi/LC-X1/thay-doi")
    assert "theo Quyết định số 1215/QĐ-LĐLĐ trên cơ sở LĐLĐ huyện Phong Thổ" in history.text
    assert "03466 - Xã Sin Suối Hồ" in mai.get("/to-chuc/don-vi?don-vi=LC").text
    assert mai.send(f"{stored.location}/huy", data={"reason": " "}).status_code == 422
    assert mai.send(f"{stored.location}/huy", data={"reason": "nhập nhầm"}).status_code == 303
    assert "đã bị huỷ" in mai.get(stored.location).text
    assert mai.send(f"{stored.location}/huy", data={"reason": "nữa"}).status_code == 422
    assert present(session)["LC-PT"] == ("LC", "open")


def test_faults_are_listed_by_row_and_nothing_is_kept(mai, session):
    rows = [line("Bay", "LC-PT"), line("Kết thúc", "LC-TU"), line("Chuyển", "LC-PT-1", on="31/02/2025", parent="LC-TU")]
    page = send(mai, rows)
    assert page.status_code == 422
    for words in ("Không hiểu việc “Bay”", "còn 2 đơn vị trực thuộc", "Không hiểu ngày “31/02/2025”"):
        assert words in page.text
    assert send(mai, [], content=b"MZ not a table").status_code == 422
    assert mai.send(UPLOAD, data={"number": "", "decided_on": ""}).status_code == 422
    assert mai.get(UPLOAD).status_code == 200
    assert mai.get(f"{LIST}/mau.xlsx").status_code == 200


def test_a_preview_names_places_that_are_known(mai):
    first = [line("Địa bàn", "LC-PT-2", place="03466 - Xã Sin Suối Hồ")]
    mai.send(send(mai, first).location)
    preview = mai.page(send(mai, [line("Đổi tên", "LC-PT-2", "CĐCS Hoa Ban")]).location)
    assert "địa bàn 03466 - Xã Sin Suối Hồ" in preview.text_content()


def test_csv_and_the_template_are_read(mai):
    assert sheets.read(text(REORGANISED, HEADER)).faults == ()
    assert "Dưới dòng tiêu đề" in str(sheets.read(sheets.template()).faults[0].message)


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ({"number": "   "}, "Hãy ghi số quyết định."),
        ({"number": "\x00\u202e"}, "Hãy ghi số quyết định."),
        ({"decided_on": "0025-01-05"}, "Ngày quyết định"),
        ({"decided_on": "9999-12-31"}, "Ngày quyết định"),
    ],
)
def test_a_decision_has_a_number_and_a_day_that_can_be(mai, session, heading, said):
    change = {"name": "Tên khác", "effective_on": today().isoformat()}
    sent = {"number": "9/QĐ", "decided_on": today().isoformat(), **change, **heading}
    refused = mai.send("/to-chuc/don-vi/LC-PT-1/thay-doi/doi-ten", data=sent)
    assert refused.status_code == 422
    assert said in refused.text
    assert session.scalar(select(UnionDecision.id)) is None


def test_a_decision_ahead_says_from_when(mai, session):
    day = today() + timedelta(days=365)
    preview = send(mai, [line("Đổi tên", "LC-PT-1", "CĐCS Mới", on=day.strftime("%d/%m/%Y"))])
    assert "chưa đến ngày" in mai.get(preview.location).text
    stored = mai.send(preview.location)
    assert "có hiệu lực từ" in mai.get(stored.location).text
    assert "Chờ đến ngày" in mai.get(LIST).text
    assert queries.by_code(session, "LC-PT-1").name == "CĐCS số 1 LĐLĐ huyện Phong Thổ"


def test_a_large_file_is_stored_beside_the_requests(mai, session, app, monkeypatch):
    monkeypatch.setattr(waiting_files, "MANY", 2)
    preview = send(mai, REORGANISED)
    job = mai.send(preview.location)
    assert "/viec/" in job.location
    with app.app_context():
        run_waiting()
    assert "Đã lưu quyết định với 6 thay đổi" in mai.get(job.location, follow_redirects=True).text
    assert present(session)["LC-PT"] == ("LC-X1", "absorbed")


def test_open_contests_that_keep_their_tree_are_named(mai, town, session):
    town.round(town.contest(title="Cuộc thi đang mở"))
    town.commit()
    assert "Cuộc thi đang mở" in mai.get(send(mai, REORGANISED).location).text


def test_a_file_whose_preview_the_tree_has_overtaken_is_looked_at_again(mai, session):
    address = send(mai, [line("Chuyển", "LC-PT-1", parent="LC-TU")]).location
    looked = mai.page(address).xpath("//input[@name='seen']/@value")
    decided(session, row("rename", "LC-PT-1", name="CĐCS Hoa Ban"))
    session.commit()
    refused = mai.send(address, data={"seen": looked[0]})
    assert refused.location == address
    again = mai.get(address)
    assert "Cây đơn vị vừa thay đổi sau khi bạn xem trước" in again.text
    assert "CĐCS Hoa Ban" in again.text
    assert present(session)["LC-PT-1"] == ("LC-PT", "open")
    new = mai.page(address).xpath("//input[@name='seen']/@value")
    assert "/quyet-dinh/" in mai.send(address, data={"seen": new[0]}).location
    assert present(session)["LC-PT-1"] == ("LC-TU", "open")


def test_a_neighbour_sees_and_does_nothing(mai, neighbour, session, town):
    decision = decided(session, merging("LC-PT-1", "LC-PT-2"))
    address = f"{LIST}/{decision.code}"
    town.commit()
    assert mai.get(address).status_code == 200
    assert neighbour.get(address).status_code == 404
    assert neighbour.send(f"{address}/huy", data={"reason": "phá"}).status_code == 404
    assert "15/QĐ-LĐLĐ" not in neighbour.get(LIST).text
    assert neighbour.get("/to-chuc/don-vi/LC-PT-2/thay-doi").status_code == 404
    refused = send(neighbour, [line("Kết thúc", "LC-PT-2"), line("Chuyển", "LC-TU-1", parent="LC-PT")])
    assert refused.status_code == 422
    assert refused.text.count("không thuộc phạm vi bạn quản lý") == 2
    mine = send(neighbour, [line("Đổi tên", "LC-TU-1", "Tên khác")])
    assert mai.get(mine.location).status_code == 303
    assert neighbour.get(f"/to-chuc/don-vi?ngay={today()}&don-vi=LC-PT").status_code == 404


def test_strangers_and_members_stay_out(client, app, town, session):
    for address in (LIST, UPLOAD, f"{LIST}/mau.xlsx", "/to-chuc/don-vi/LC-PT/thay-doi"):
        assert client.get(address).status_code in (302, 303), address
    lan = town.lan
    town.commit()
    member = app.test_client().sign_in(lan)
    assert member.get(LIST).status_code == 403


def test_any_past_day_s_tree_is_shown_and_drilled_into(mai, neighbour, session, town):
    decided(session, merging("LC-PT-1", "LC-PT-2"), row("rename", "LC-PT-2", name="CĐCS Chung"))
    town.commit()
    day = today() - timedelta(days=1)
    top = mai.get(f"/to-chuc/don-vi?ngay={day}")
    assert "Liên đoàn Lao động tỉnh Lai Châu" in top.text
    before = mai.get(f"/to-chuc/don-vi?ngay={day}&don-vi=LC-PT").text
    assert "CĐCS số 1 LĐLĐ huyện Phong Thổ" in before
    assert "CĐCS Chung" not in before
    after = mai.data(f"/to-chuc/don-vi?ngay={today()}&don-vi=LC-PT")
    assert [(r["code"], r["name"]) for r in after["rows"]] == [("LC-PT-2", "CĐCS Chung")]
    assert "chưa thành lập hoặc đã kết thúc" in mai.get(f"/to-chuc/don-vi?ngay={today()}&don-vi=LC-PT-1").text
    assert mai.get("/to-chuc/don-vi?ngay=30-02-2025").status_code == 303
    assert "LĐLĐ huyện Than Uyên" in neighbour.get(f"/to-chuc/don-vi?ngay={day}").text


def test_every_change_of_a_long_file_can_be_looked_at_before_it_is_stored(client, mai, monkeypatch):
    monkeypatch.setattr(reorganisation_routes, "SHOWN", 3)
    address = send(client, REORGANISED).headers["Location"]

    def codes(page):
        return [cell.text_content() for cell in page.xpath("//table//tbody//th")]

    first, second = client.page(address), client.page(f"{address}?trang=2")
    assert len(codes(first)) == 3
    assert {"LC-X1", "LC-PT", "LC-PT-1", "LC-PT-2"} <= {*codes(first), *codes(second)}
    assert first.xpath("//nav//a[contains(@href, 'trang=2')]")
