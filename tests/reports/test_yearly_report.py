"""A union's report over all contests of a year."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from participation import crowd
from reports.test_union_report import words

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.documents.checking import structure_problems


@pytest.fixture
def dung(town):
    """Official of the district Phong Thổ; two contests this year, one last year, one of the neighbours, one to come."""
    person = town.province and town.person("Mã Thị Dung", union=town.LC_PT, kind="official")
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, town.LC_PT.id, town.now)
    bank = town.bank()
    for slug, scope, settings in (
        ("mot", None, {"target_percent": 5}),
        ("hai", None, {"target_percent": 90}),
        ("nam-ngoai", None, {}),
        ("lang-gieng", town.LC_TU.id, {}),
        ("sap-toi", None, {}),
        ("thu", None, {"practice": True}),
    ):
        contest = town.contest(slug=slug, title=f"Cuộc thi {slug}", scope_union_id=scope, **settings)
        round_ = town.round(contest, bank=bank, opens=30 if slug == "sap-toi" else -60)
        if slug == "nam-ngoai":
            round_.opens_at = datetime(town.now.year - 1, 5, 1, tzinfo=UTC)
        if slug in ("mot", "nam-ngoai"):
            crowd.sit(town.session, crowd.enter(town.session, contest, town.lan), round_)
    town.commit()
    return person


def here(town, ending=""):
    return f"/theo-doi/bao-cao/LC-PT/{town.now.year}{ending}"


def test_the_contests_of_a_year(dung, client, town):
    client.sign_in(dung)
    data = client.data(here(town))
    rows = [(row["ten"], row["nguoi"], row["ty_le"], row["ket_qua"]) for row in data["cuoc_thi"]]
    assert rows == [("Cuộc thi mot", "1", "5,0%", "đạt"), ("Cuộc thi hai", "0", "0,0%", "thiếu 18 người")]
    assert "có 2 cuộc thi" in data["so_lieu"][0] and "1 lượt người dự thi" in data["so_lieu"][0]
    assert "Còn 1 cuộc thi chưa đạt chỉ tiêu tham gia được giao." in data["danh_gia"]
    assert [row["ten"] for row in client.data(f"/theo-doi/bao-cao/LC-PT/{town.now.year - 1}")["cuoc_thi"]] == [
        "Cuộc thi nam-ngoai"
    ]
    page = client.page(here(town))
    assert "Kết quả tham gia các cuộc thi trực tuyến năm" in page.text_content()


def test_this_year_is_found_without_being_named(dung, client, town):
    assert client.sign_in(dung).get("/theo-doi/bao-cao/LC-PT").headers["Location"] == here(town)


def test_a_year_without_contests_claims_nothing(dung, client, town):
    data = client.sign_in(dung).data(f"/theo-doi/bao-cao/LC-PT/{town.now.year - 2}")
    assert "không có cuộc thi" in data["so_lieu"][0]
    assert data["danh_gia"] == [] and data["kien_nghi"] == []


def test_a_workplace_has_no_units_to_bring_contests_to(dung, client, town):
    said = client.sign_in(dung).data(f"/theo-doi/bao-cao/LC-PT-1/{town.now.year}")["danh_gia"][0]
    assert "đến đoàn viên, người lao động" in said and "đơn vị" not in said


def test_its_files(dung, client, town):
    client.sign_in(dung)
    made = client.get(here(town, ".docx"))
    assert structure_problems(made.data) == [] and "Cuộc thi hai" in words(made.data)
    assert client.get(here(town, ".pdf")).data.startswith(b"%PDF-")
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get(here(town, "-so-lieu.xlsx")).data)).active.values)
    assert [row[0] for row in rows[1:]] == ["Cuộc thi mot", "Cuộc thi hai"]
    assert client.get(here(town, ".txt")).status_code == 404


def test_words_are_kept_by_year(dung, client, town):
    client.sign_in(dung)
    client.send(here(town, "/sua"), {"nguoi_ky": "Hùng", "kien_nghi": "Thêm kinh phí", "the_thuc": "ten_loai"})
    assert client.data(here(town))["kien_nghi"] == ["Thêm kinh phí"]
    last = client.data(f"/theo-doi/bao-cao/LC-PT/{town.now.year - 1}")
    assert last["kien_nghi"] != ["Thêm kinh phí"] and last["nguoi_ky"] == "Hùng"


@pytest.mark.parametrize("year", [1999, 2999])
def test_a_year_that_is_not(dung, client, year):
    assert client.sign_in(dung).get(f"/theo-doi/bao-cao/LC-PT/{year}").status_code == 404


@pytest.mark.parametrize("code", ["LC-TU", "LC", "KHONG-CO"])
def test_a_neighbours_year_does_not_exist(dung, client, town, code):
    client.sign_in(dung)
    for ending in (
        "",
        f"/{town.now.year}",
        *(f"/{town.now.year}{e}" for e in ("/sua", ".docx", ".pdf", "-so-lieu.xlsx")),
    ):
        assert client.get(f"/theo-doi/bao-cao/{code}{ending}").status_code == 404, ending


def test_members_and_strangers_stay_outside(dung, client, town):
    assert client.get(here(town)).status_code == 303
    assert client.sign_in(town.lan).get(here(town)).status_code == 403
