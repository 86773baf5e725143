"""Targets through the pages: handed down, taken on, by Excel; nobody else's."""

from io import BytesIO

import openpyxl
import pytest
from support.at_once import MANY, send_at_once
from support.lists import workbook
from support.queries import counted

from contest.participation.models import UnionTarget

OWN = "/theo-doi/cuoc-thi/LC-PT/chi-tieu"
LEAF = "/theo-doi/cuoc-thi/LC-PT-1/chi-tieu"
SHEET = "/theo-doi/cuoc-thi/LC-PT/chi-tieu.xlsx"
UPLOAD = f"{OWN}/nhap"
HEADER = ["Mã", "Tên", "Chỉ tiêu theo tỷ lệ (%)", "Chỉ tiêu theo số người"]


@pytest.fixture
def official(district_official, client):
    return client.sign_in(district_official)


def stored(session):
    rows = session.query(UnionTarget).order_by(UnionTarget.union_id, UnionTarget.source)
    found = [(row.source, row.percent, row.people) for row in rows]
    session.rollback()
    return found


def test_what_is_asked_and_what_each_below_gets(official):
    data = official.data(OWN)
    assert (data["asked_people"], data["handed_people"], data["not_handed_people"]) == (12, 12, 0)
    assert [(row["code"], row["target_people"], row["given"]) for row in data["rows"]] == [
        ("LC-PT-1", 6, None),
        ("LC-PT-2", 6, None),
    ]
    page = official.page(OWN)
    assert page.xpath("//input[@name='ct-LC-PT-1']")


def test_handed_down_in_one_table(official, session):
    answer = official.send(OWN, {"ct-LC-PT-1": "80 %", "ct-LC-PT-2": "3"})
    assert answer.status_code == 303
    assert stored(session) == [("given", 80, None), ("given", None, 3)]
    data = official.data(OWN)
    assert [row["target_people"] for row in data["rows"]] == [8, 3]
    assert data["not_handed_people"] == 1
    page = official.page(OWN)
    assert page.xpath("//input[@name='ct-LC-PT-1']/@value") == ["80%"]
    assert "còn 1 người chưa giao" in page.text_content()
    official.send(OWN, {"ct-LC-PT-1": "80%", "ct-LC-PT-2": ""})
    assert stored(session) == [("given", 80, None)]
    page = official.page("/theo-doi/cuoc-thi/LC-PT")
    assert "Còn thiếu" in page.text_content()


def test_who_handed_a_target_down_is_said(official):
    assert "Chỉ tiêu theo mức chung của cuộc thi." in official.page(LEAF).text_content()
    official.send(OWN, {"ct-LC-PT-1": "80 %"})
    assert "Chỉ tiêu do LĐLĐ huyện Phong Thổ giao." in official.page(LEAF).text_content()
    assert official.data(LEAF)["asked_from"] == "LC-PT"


def test_sent_twice_is_stored_once(official, session):
    for _ in range(2):
        official.send(OWN, {"ct-LC-PT-1": "80%"})
    assert stored(session) == [("given", 80, None)]


@pytest.mark.parametrize("typed", ["nhiều", "0%", "101%", "-5", "60%%"])
def test_what_cannot_be_understood_stays_in_its_field(official, session, typed):
    answer = official.send(OWN, {"ct-LC-PT-1": typed, "ct-LC-PT-2": "50%"})
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert f'value="{typed}"' in text
    assert 'href="#ct-LC-PT-1"' in text
    assert stored(session) == []


def test_a_union_takes_more_upon_itself_and_never_less(official, session):
    form = {"viec": "tu-dang-ky"}
    refused = official.send(LEAF, {**form, "own": "50%"})
    assert refused.status_code == 422
    assert "phải cao hơn mức được giao" in refused.get_data(as_text=True)
    assert official.send(LEAF, {**form, "own": "90%"}).status_code == 303
    assert stored(session) == [("own", 90, None)]
    assert official.data(LEAF)["own"] == {"percent": 90, "people": None}
    rows = official.data(OWN)["rows"]
    assert (rows[0]["target_people"], rows[0]["own"]) == (9, {"percent": 90, "people": None})
    assert official.send(LEAF, {**form, "own": "lung tung"}).status_code == 422
    assert official.send(LEAF, {**form, "own": ""}).status_code == 303
    assert stored(session) == []


def test_nothing_changes_once_results_are_announced(fair, official, session):
    fair.contest.results_at = fair.town.now
    fair.town.commit()
    answer = official.send(OWN, {"ct-LC-PT-1": "80%"})
    assert answer.status_code == 422
    assert "đã công bố" in answer.get_data(as_text=True)
    assert stored(session) == []


def upload(client, rows):
    file = (BytesIO(workbook(rows, header=HEADER)), "chi-tieu.xlsx")
    return client.send(UPLOAD, {"file": file}, content_type="multipart/form-data")


def test_by_excel_with_preview(official, session):
    rows = list(openpyxl.load_workbook(BytesIO(official.get(SHEET).data)).active.values)
    assert [row[0] for row in rows] == ["Mã", "LC-PT-1", "LC-PT-2"]
    answer = upload(official, [["LC-PT-1", "", 70, ""], ["LC-PT-2", "", "", 4]])
    assert answer.status_code == 303
    page = official.page(answer.location)
    assert "70%" in page.text_content()
    assert stored(session) == []
    official.send(answer.location)
    assert stored(session) == [("given", 70, None), ("given", None, 4)]
    assert official.send(answer.location).location.endswith("/nhap")


def test_the_downloaded_file_changes_nothing(official):
    official.send(OWN, {"ct-LC-PT-1": "80%", "ct-LC-PT-2": "3"})
    file = {"file": (BytesIO(official.get(SHEET).data), "chi-tieu.xlsx")}
    answer = official.send(UPLOAD, file, content_type="multipart/form-data")
    assert "không cần nhập" in official.page(answer.location).text_content()


def test_a_file_whose_contest_was_announced_after_the_preview_is_told_so(fair, official, session):
    preview = upload(official, [["LC-PT-2", "", 50, ""]]).location
    fair.contest.results_at = fair.town.now
    fair.town.commit()
    answer = official.send(preview)
    assert answer.status_code == 409
    assert "đã công bố nên không đổi chỉ tiêu" in answer.get_data(as_text=True)
    assert stored(session) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["LC-TU-1", "", 50, ""], "không phải là mã của đơn vị cấp dưới"),
        (["LC-PT-1", "", 50, 5], "chỉ một trong hai"),
        (["LC-PT-1", "", "vài", ""], "không phải là số nguyên"),
    ],
)
def test_faults_of_a_file_by_row(official, session, row, words):
    answer = upload(official, [["LC-PT-2", "", 50, ""], row])
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert stored(session) == []


def test_no_file_is_said(official):
    assert official.send(UPLOAD, {}).status_code == 422


PARTS = ["/chi-tieu", "/chi-tieu.xlsx", "/chi-tieu/nhap", "/chi-tieu/nhap/x"]


@pytest.mark.parametrize("code", ["LC-TU", "LC-TU-1", "LC", "KHONG-CO"])
@pytest.mark.parametrize("part", PARTS)
def test_a_neighbours_targets_do_not_exist(official, session, code, part):
    assert official.get(f"/theo-doi/cuoc-thi/{code}{part}").status_code == 404
    if part != "/chi-tieu.xlsx":
        answer = official.send(f"/theo-doi/cuoc-thi/{code}{part}", {"ct-LC-TU-1": "5%", "own": "99%", "viec": "x"})
        assert answer.status_code == 404
    assert stored(session) == []


@pytest.mark.parametrize("part", PARTS)
def test_members_and_strangers_stay_outside(fair, client, part):
    lan = fair.town.lan
    fair.town.commit()
    assert client.get(f"/theo-doi/cuoc-thi/LC-PT-1{part}").status_code == 303
    client.sign_in(lan)
    assert client.get(f"/theo-doi/cuoc-thi/LC-PT-1{part}").status_code == 403


def test_as_many_questions_for_a_larger_branch(fair, official, app):
    official.page(OWN)
    with counted(app) as before:
        official.page(OWN)
    for number in range(12):
        fair.town.union(f"LC-PT-Y{number}", parent=fair.town.LC_PT, members=5)
    fair.town.commit()
    official.page(OWN)
    with counted(app) as after:
        official.page(OWN)
    assert len(after) == len(before)


def test_sent_twice_at_the_same_moment_it_is_handed_down_and_taken_back_once(app, district_official, session):
    session.commit()
    for percent, left in (("80%", [("given", 80, None)] * 2), ("", [])):
        form = {"ct-LC-PT-1": percent, "ct-LC-PT-2": percent}
        sent = send_at_once(app, district_official, OWN, [form] * MANY)
        assert [answer.status_code for answer in sent] == [303] * MANY
        assert stored(session) == left
        session.commit()
