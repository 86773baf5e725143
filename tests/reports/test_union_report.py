"""The report of a union on a contest: figures, words, files; for those who answer for the union, and nobody else."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest
from docx import Document
from participation import crowd
from support.decisions import decided, merging
from support.queries import counted

from contest.accounts.models import AuditEntry
from contest.documents.checking import structure_problems
from contest.jobs import runner
from contest.reports import making, report_words
from contest.reports.fields import example
from contest.reports.making import our_pdf
from contest.reports.models import Draft
from contest.reports.rules import LETTERS
from contest.rounds.models import Division
from contest.unions.models import Headcount

HERE = "/theo-doi/cuoc-thi/LC-PT/bao-cao"
FILES = [".docx", ".pdf", "-so-lieu.xlsx"]


def words(content):
    """Everything that stands in a Word file, paragraphs and tables."""
    book = Document(BytesIO(content))
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in book.paragraphs), *cells])


def test_the_page_is_the_letter(dung, client):
    page = client.sign_in(dung).page(HERE)
    text = " ".join(page.text_content().split())
    assert "LĐLĐ TỈNH LAI CHÂU" in text and "LĐLĐ HUYỆN PHONG THỔ" in text and "BC-LĐLĐ" in text
    assert "Phong Thổ, ngày" in text and "Kính gửi: Ban Thường vụ LĐLĐ tỉnh Lai Châu." in text
    assert "LĐLĐ huyện Phong Thổ có 2 người dự thi với 3 lượt thi." in text
    assert "Tỷ lệ tham gia đạt 10,0% trên tổng số 20 đoàn viên." in text
    assert "Chỉ tiêu được giao là 12 người; còn thiếu 10 người." in text
    assert "Thực hiện Kế hoạch số 377/KH-TLĐ, LĐLĐ huyện Phong Thổ báo cáo" in text
    assert "- CĐCS số 2 LĐLĐ huyện Phong Thổ" in text
    assert "TM. BAN THƯỜNG VỤ" in text and text.count("./.") == 1


def test_scores_wait_for_the_announcement(dung, district, client, town):
    client.sign_in(dung)
    assert client.data(HERE)["diem_trung_binh"] == "–"
    assert "Điểm trung bình" not in client.page(HERE).text_content()
    titles = openpyxl.load_workbook(BytesIO(client.get(f"{HERE}-so-lieu.xlsx").data))["Đơn vị"][1]
    assert "Điểm trung bình" not in [cell.value for cell in titles]
    for round_ in district.rounds:
        round_.published_at = town.now
    town.commit()
    assert client.data(HERE)["diem_trung_binh"] == "2,00"
    district.rounds[0].correcting_since = town.now
    town.commit()
    assert client.data(HERE)["diem_trung_binh"] == "–"


def test_the_table_of_unions_is_added_up_and_set_beside_targets(dung, town, client, district):
    crowd.sit(town.session, crowd.enter(town.session, district, dung), district.rounds[0])
    town.commit()
    rows = client.sign_in(dung).data(HERE)["don_vi"]
    parts = ["stt", "ten", "nguoi", "luot", "doan_vien", "ty_le", "chi_tieu", "con_thieu"]
    assert [[row[part] for part in parts] for row in rows] == [
        ["1", "CĐCS số 1 LĐLĐ huyện Phong Thổ", "2", "3", "10", "20,0%", "6", "4"],
        ["2", "CĐCS số 2 LĐLĐ huyện Phong Thổ", "0", "0", "10", "0,0%", "6", "6"],
        ["", "Thuộc trực tiếp", "1", "1", "", "", "", ""],
        ["", "Cộng", "3", "4", "20", "15,0%", "12", "9"],
    ]
    heads = [[head.text for head in table.xpath(".//th")] for table in client.page(HERE).xpath("//table")]
    assert heads == [
        ["Đối tượng", "Số người", "Số lượt", "Tổng số người", "Tỷ lệ"],
        ["TT", "Đơn vị", "Số người", "Số lượt", "Đoàn viên", "Tỷ lệ", "Chỉ tiêu", "Còn thiếu"],
    ]


def test_each_kind_of_people_has_its_rate_and_one_without_a_headcount_says_so(dung, district, town, client):
    """As the page of participation tells it, on the page, in Word and in Excel."""
    hoa = town.person("Lò Thị Hoa", kind="worker", union=town.LC_PT_1)
    crowd.sit(town.session, crowd.enter(town.session, district, hoa), district.rounds[0])
    told = {"union_id": town.LC_PT_2.id, "counted_on": town.now.date() - timedelta(days=40), "confirmed_at": town.now}
    town.session.add(Headcount(kind="official", number=4, **told))
    town.commit()
    data = client.sign_in(dung).data(HERE)
    assert data["doi_tuong"] == [
        {"ten": "Đoàn viên", "nguoi": "2", "luot": "3", "tong_so": "20", "ty_le": "10,0%"},
        {"ten": "Cán bộ công đoàn", "nguoi": "0", "luot": "0", "tong_so": "4", "ty_le": "0,0%"},
        {"ten": "Người lao động", "nguoi": "1", "luot": "1", "tong_so": "–", "ty_le": "chưa có số liệu"},
    ]
    assert data["luu_y_doi_tuong"] == ["Cán bộ công đoàn: chưa có số cán bộ công đoàn của 1 đơn vị cấp dưới."]
    assert data["bang_thi"] == [] and data["muc_bang_thi"] == ""
    assert "chưa có số liệu" in words(client.get(f"{HERE}.docx").data)
    rows = list(openpyxl.load_workbook(BytesIO(client.get(f"{HERE}-so-lieu.xlsx").data))["Theo đối tượng"].values)
    assert rows == [
        ("Đối tượng", "Số người", "Số lượt", "Tổng số người", "Tỷ lệ (%)", "Ghi chú"),
        ("Đoàn viên", 2, 3, 20, 10, None),
        ("Cán bộ công đoàn", 0, 0, 4, 0, "chưa có số cán bộ công đoàn của 1 đơn vị cấp dưới"),
        ("Người lao động", 1, 1, None, None, "chưa có số liệu"),
    ]


def test_more_people_of_a_kind_than_there_are_is_said(dung, district, town, client):
    told = {"counted_on": town.now.date() - timedelta(days=40), "confirmed_at": town.now}
    for union, number in ((town.LC_PT_1, 1), (town.LC_PT_2, 0)):
        town.session.add(Headcount(union_id=union.id, kind="worker", number=number, **told))
    for name in ("Lò Thị Hoa", "Lò Thị Hương"):
        person = town.person(name, kind="worker", union=town.LC_PT_1)
        crowd.sit(town.session, crowd.enter(town.session, district, person), district.rounds[0])
    town.commit()
    data = client.sign_in(dung).data(HERE)
    assert data["doi_tuong"][1]["ty_le"] == "200,0%"
    assert data["luu_y_doi_tuong"] == [
        "Người lao động: số người dự thi lớn hơn số người lao động, cần rà soát lại số người lao động."
    ]
    assert data["luu_y_doi_tuong"][0] in client.page(HERE).text_content()
    assert data["luu_y_doi_tuong"][0] in words(client.get(f"{HERE}.docx").data)


def test_divisions_of_a_contest_have_a_table_of_their_own(dung, district, town, client):
    division = Division(contest_id=district.id, code="a", title="Bảng A", position=1)
    town.session.add(division)
    town.session.flush()
    mai = crowd.enter(town.session, district, town.person("Lò Văn Mai"))
    mai.division_id = division.id
    crowd.sit(town.session, mai, district.rounds[0])
    town.commit()
    data = client.sign_in(dung).data(HERE)
    assert data["muc_bang_thi"] == "3. Theo bảng và đối tượng"
    assert [row["nguoi"] for row in data["doi_tuong"]] == ["3"]
    assert {row["bang"]: (row["ten"], row["nguoi"], row["luot"]) for row in data["bang_thi"]} == {
        "–": ("Đoàn viên", "2", "3"),
        "Bảng A": ("Đoàn viên", "1", "1"),
    }
    assert "Bảng A" in words(client.get(f"{HERE}.docx").data) and "Bảng A" in client.page(HERE).text_content()
    book = openpyxl.load_workbook(BytesIO(client.get(f"{HERE}-so-lieu.xlsx").data))
    assert ("Bảng A", "Đoàn viên", 1, 1) in list(book["Theo bảng và đối tượng"].values)


def test_a_round_is_compared_with_the_one_before(dung, client):
    data = client.sign_in(dung).data(f"{HERE}?dot=2")
    assert data["so_sanh"][0] == {"noi_dung": "Số người dự thi", "truoc": "2", "nay": "1", "thay_doi": "-1"}
    assert data["muc_so_sanh"].endswith("So với Đợt 1")
    assert client.data(HERE)["so_sanh"] == []
    assert client.get(f"{HERE}?dot=7").status_code == 404


def test_a_contest_is_compared_with_the_one_it_follows(dung, district, client, town):
    before = town.contest(slug="nam-truoc", title="Năm trước")
    round_ = town.round(before, bank=town.bank(code="cu"))
    crowd.sit(town.session, crowd.enter(town.session, before, town.lan), round_)
    district.previous_id = before.id
    town.commit()
    data = client.sign_in(dung).data(HERE)
    assert [row["thay_doi"] for row in data["so_sanh"]] == ["+1", "+2", "+5,0 điểm %"]


def test_a_union_that_took_another_over_is_compared_with_both(dung, district, client, town, session):
    client.sign_in(dung)
    before = town.contest(slug="nam-truoc", title="Năm trước")
    crowd.sit(session, crowd.enter(session, before, town.lan), town.round(before, bank=town.bank(code="cu")))
    decided(session, merging("LC-PT-1", "LC-PT-2"))
    session.refresh(before)
    assert before.tree_id is not None
    district.tree_id, district.previous_id = None, before.id
    town.commit()
    here = "/theo-doi/cuoc-thi/LC-PT-2"
    assert client.data(here)["people_before"] == 1
    rows = client.data(f"{here}/bao-cao")["so_sanh"]
    assert [(row["truoc"], row["nay"]) for row in rows] == [("1", "2"), ("1", "3")]


@pytest.mark.parametrize("closes", [datetime(2023, 12, 10, 17, tzinfo=UTC), datetime(2023, 12, 10, 16, 59, tzinfo=UTC)])
def test_what_closes_at_midnight_ended_the_day_before(closes):
    rounds = [SimpleNamespace(opens_at=datetime(2023, 11, 12, 17, tzinfo=UTC), closes_at=closes)]
    assert report_words.period(rounds) == "từ ngày 13/11/2023 đến ngày 10/12/2023"


def test_word_and_pdf_and_excel(dung, client):
    client.sign_in(dung)
    made = client.get(f"{HERE}.docx")
    assert made.status_code == 200 and structure_problems(made.data) == []
    text = words(made.data)
    assert "Kết quả tham gia cuộc thi “Gửi niềm tin, trao kỳ vọng”" in text and "CĐCS số 1 LĐLĐ huyện Phong Thổ" in text
    assert "bao-cao-cuoc-thi-LC-PT.docx" in made.headers["Content-Disposition"]
    assert client.get(f"{HERE}.pdf").data.startswith(b"%PDF-")
    book = openpyxl.load_workbook(BytesIO(client.get(f"{HERE}-so-lieu.xlsx").data))
    assert [row[0].value for row in book["Đơn vị"].iter_rows(min_row=2)] == ["LC-PT", "LC-PT-1", "LC-PT-2"]
    assert client.get(f"{HERE}.odt").status_code == 404


def test_the_excel_file_says_what_it_is_of_and_prints_as_wide_as_the_paper(dung, client, town, session):
    session.query(Headcount).filter_by(union_id=town.LC_PT_1.id).update({"confirmed_at": None})
    session.query(Headcount).filter_by(union_id=town.LC_PT_2.id).delete()
    town.commit()
    book = openpyxl.load_workbook(BytesIO(client.sign_in(dung).get(f"{HERE}-so-lieu.xlsx?dot=2").data))
    told = {row[0].value: row[1:] for row in book["Số liệu chung"].iter_rows(min_row=2)}
    assert told["Cuộc thi"][1].value == "Gửi niềm tin, trao kỳ vọng" and told["Đợt thi"][1].value == "Đợt 2"
    assert told["Đơn vị"][1].value == "LĐLĐ huyện Phong Thổ"
    people, rate = told["Số người dự thi"][0], told["Tỷ lệ (%)"]
    assert (people.value, people.number_format) == (1, "#,##0")
    assert (rate[0].value, rate[0].number_format) == (10, "#,##0.00")
    assert rate[1].value.endswith("chờ cấp trên xác nhận; Thiếu số đoàn viên của 1 đơn vị cấp dưới")
    wide = book["Đơn vị"]
    assert (wide.freeze_panes, wide.print_title_rows, wide.page_setup.orientation) == ("A2", "$1:$1", "landscape")
    assert wide.sheet_properties.pageSetUpPr.fitToPage and wide.page_setup.fitToHeight == 0


def form_of(client, **typed):
    """The form as it stands, with some fields typed over."""
    page = client.page(f"{HERE}/sua")
    found = {}
    for field in page.xpath("//main//form//input | //main//form//textarea"):
        if field.get("type") == "radio" and field.get("checked") is None:
            continue
        if field.get("name") and field.get("type") != "submit":
            value = field.get("value") if field.tag == "input" else (field.text or "").lstrip("\n")
            found[field.get("name")] = value or ""
    return found | typed


def test_what_is_written_stays_and_the_rest_follows_the_figures(dung, district, client, town, session):
    client.sign_in(dung)
    sent = client.post(
        f"{HERE}/sua", data=form_of(client, so="51", nguoi_ky="Vàng Văn Hùng", kien_nghi="Mở rộng\nđến xã")
    )
    assert sent.status_code == 303
    draft = session.query(Draft).one()
    assert draft.fields == {"so": "51", "nguoi_ky": "Vàng Văn Hùng", "kien_nghi": "Mở rộng\nđến xã"}
    assert session.query(AuditEntry).filter_by(action="report.write").count() == 1
    district.target_percent = 10
    town.commit()
    data = client.data(HERE)
    assert data["so_ky_hieu"] == "Số: 51/BC-LĐLĐ" and data["kien_nghi"] == ["Mở rộng", "đến xã"]
    assert "Kết quả tham gia đã đạt chỉ tiêu được giao." in data["danh_gia"]


def test_saving_twice_keeps_what_was_written_first(dung, client, session):
    client.sign_in(dung)
    client.post(f"{HERE}/sua", data=form_of(client, nguoi_ky="Vàng Văn Hùng"))
    client.post(f"{HERE}/sua", data=form_of(client, so="52"))
    assert session.query(Draft).one().fields == {"so": "52", "nguoi_ky": "Vàng Văn Hùng"}


def test_what_cannot_be_written_is_said(dung, client, session):
    client.sign_in(dung)
    refused = client.post(f"{HERE}/sua", data=form_of(client, ngay="32/13/2023", so="5" * 21))
    assert refused.status_code == 422 and session.query(Draft).count() == 0
    assert "5" * 21 in refused.get_data(as_text=True)


def test_two_who_write_at_once_are_told(dung, client, session):
    client.sign_in(dung)
    mine = form_of(client, nguoi_ky="Tôi")
    client.post(f"{HERE}/sua", data=form_of(client, nguoi_ky="Người khác"))
    refused = client.post(f"{HERE}/sua", data=mine)
    assert refused.status_code == 409
    text = refused.get_data(as_text=True)
    assert "Người khác vừa sửa văn bản này" in text and 'value="Tôi"' in text
    session.expire_all()
    assert session.query(Draft).one().fields["nguoi_ky"] == "Người khác"
    session.rollback()
    assert client.post(f"{HERE}/sua", data=mine | {"revision": "1"}).status_code == 303
    assert session.query(Draft).one().fields["nguoi_ky"] == "Tôi"


def test_the_next_report_takes_over_heading_and_signature(dung, client):
    client.sign_in(dung)
    client.post(f"{HERE}/sua", data=form_of(client, nguoi_ky="Vàng Văn Hùng", dia_danh="Mường So", so="51"))
    data = client.data(f"{HERE}?dot=1")
    assert data["nguoi_ky"] == "Vàng Văn Hùng" and data["dia_danh_ngay_thang"].startswith("Mường So, ngày")
    assert data["so"] == ""


def test_an_official_letter_instead(dung, client):
    client.sign_in(dung)
    client.post(f"{HERE}/sua", data=form_of(client, the_thuc="cong_van", ky_hieu="LĐLĐ"))
    data = client.data(HERE)
    assert data["ten_loai"] == "" and data["ve_viec"].startswith("V/v kết quả tham gia cuộc thi")
    text = words(client.get(f"{HERE}.docx").data)
    assert "V/v kết quả" in text and "BÁO CÁO" not in text


@pytest.mark.parametrize("code", ["LC-TU", "LC-TU-1", "LC", "KHONG-CO"])
def test_a_neighbours_report_does_not_exist(dung, client, code):
    client.sign_in(dung)
    base = f"/theo-doi/cuoc-thi/{code}/bao-cao"
    for address in (base, f"{base}/sua", *(f"{base}{ending}" for ending in FILES)):
        assert client.get(address).status_code == 404, address
    for address in (f"{base}/sua", f"{base}/tep"):
        assert client.send(address, {"form": "pdf"}).status_code == 404, address


def test_members_and_strangers_stay_outside(dung, client, town):
    for address in (HERE, f"{HERE}/sua", *(f"{HERE}{ending}" for ending in FILES)):
        assert client.get(address).status_code == 303
    client.sign_in(town.lan)
    for address in (HERE, f"{HERE}/sua", *(f"{HERE}{ending}" for ending in FILES)):
        assert client.get(address).status_code == 403


def test_a_grassroots_union_without_anything_below_and_without_people(dung, client):
    data = client.sign_in(dung).data("/theo-doi/cuoc-thi/LC-PT-2/bao-cao")
    assert data["don_vi"] == [] and data["muc_don_vi"] == "" and data["so_nguoi"] == "0"
    assert data["ky_hieu"] == "BC-CĐCS" and data["quyen_han"] == "TM. BAN CHẤP HÀNH"
    assert client.get("/theo-doi/cuoc-thi/LC-PT-2/bao-cao.docx").status_code == 200


def test_long_names_and_signs_that_word_and_html_would_read(dung, client, town):
    name = "CĐCS <b>&amp;</b> {{ 7*7 }} #set “Trường Phổ thông dân tộc bán trú” " + "rất dài " * 20
    town.union("LC-PT-9", name.strip(), town.LC_PT, members=3)
    town.commit()
    client.sign_in(dung)
    client.page(HERE)
    made = client.get(f"{HERE}.docx")
    assert "{{ 7*7 }}" in words(made.data) and "<b>&amp;</b>" in words(made.data)
    assert client.get(f"{HERE}.pdf").status_code == 200


def test_a_long_report_is_made_beside_the_requests(dung, client, town, session, monkeypatch):
    monkeypatch.setattr(making, "AT_ONCE", 2)
    client.sign_in(dung)
    page = client.page(HERE)
    assert page.xpath(f"//form[@action='{HERE}/tep']") and not page.xpath(f"//a[@href='{HERE}.docx']")
    assert client.get(f"{HERE}.docx").headers["Location"] == HERE
    assert client.send(f"{HERE}/tep", {"form": "odt"}).status_code == 404
    for form, start in (("docx", b"PK"), ("pdf", b"%PDF-")):
        asked = client.send(f"{HERE}/tep", {"form": form})
        with client.application.app_context():
            runner.run_waiting()
        work = client.data(asked.headers["Location"])
        assert work["state"] == "done", work
        made = client.get(work["result"]["url"])
        assert made.status_code == 200 and made.data.startswith(start)
    other = town.mai
    town.commit()
    client.sign_in(other)
    assert client.get(work["result"]["url"]).status_code == 404


@pytest.mark.parametrize("kind", LETTERS)
def test_every_layout_sets_every_field_with_fonts_inside(kind):
    made = our_pdf(kind, example(kind))
    assert made.startswith(b"%PDF-") and b"LiberationSerif" in made and b"/FontFile" in made


def test_from_the_desk_to_the_letter_in_three_steps(dung, client):
    desk = client.sign_in(dung).page("/theo-doi")
    (contest,) = {a.get("href") for a in desk.xpath("//a") if (a.get("href") or "").endswith("/cuoc-thi/LC-PT")}
    (report,) = client.page(contest).xpath("//a[normalize-space()='Báo cáo']/@href")
    (word,) = client.page(report).xpath("//a[normalize-space()='Tải Word']/@href")
    assert client.get(word).data.startswith(b"PK")
    assert desk.xpath("//a[contains(normalize-space(), 'Báo cáo năm của')]/@href") == ["/theo-doi/bao-cao/LC-PT"]


def test_as_many_questions_for_more_unions_and_people(dung, district, client, app, town):
    client.sign_in(dung).page(HERE)
    with counted(app) as before:
        client.page(HERE)
    for number in range(12):
        union = town.union(f"LC-PT-X{number}", parent=town.LC_PT, members=5)
        person = town.person(f"Người {number}", union=union)
        crowd.sit(town.session, crowd.enter(town.session, district, person), district.rounds[0])
    town.commit()
    with counted(app) as after:
        client.page(HERE)
    assert len(after) == len(before)
