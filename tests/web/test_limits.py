"""Requests no browser makes: each gets its plain answer, none counts as our failure."""

import io

import pytest
from lxml import html
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from contest.web import limits
from contest.web.limits import whole

LONG = "9" * 30


@pytest.fixture
def admin(client, town):
    person = town.admin
    town.commit()
    return client.sign_in(person)


@pytest.fixture
def paper(client, town):
    """The address of an open attempt of Lan's, five questions long, its first answer saved."""
    town.round(town.contest(), count=5)
    lan = town.lan
    town.commit()
    address = client.sign_in(lan).send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").location
    assert client.send_json(f"{address}/luu", {"seq": 1, "answers": {"1": ["B"]}}).status_code == 200
    return address


def test_an_address_with_a_number_no_database_holds_leads_nowhere(client, town):
    lan = town.lan
    town.commit()
    client.sign_in(lan)
    assert client.send(f"/cuoc-thi/cuoc-thi/dot/{LONG}/bat-dau").status_code == 404


@pytest.mark.parametrize("number", [LONG, "9" * 5000, "-1", "x", "٣"])
def test_lists_fall_back_to_their_first_page(admin, number):
    for address in ("/quan-tri/nhat-ky", "/to-chuc/don-vi"):
        assert admin.data(f"{address}?trang={number}")["page"] == 1


@pytest.mark.parametrize(
    ("address", "field"), [("/quan-tri/phan-quyen/thoi", "grant"), ("/tai-khoan/dong-y", "consent")]
)
def test_a_row_of_such_a_number_does_not_exist(admin, address, field):
    assert admin.send(address, {field: LONG}).status_code == 404


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"seq":' * 50_000 + b"1" + b"}" * 50_000, b"\xff\xfe", b"", b"{"])
def test_unreadable_json_is_refused_in_words_and_keeps_what_was_saved(client, paper, body):
    headers = {"X-CSRFToken": client.token()}
    answer = client.post(f"{paper}/luu", data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert "Hãy tải lại trang bài thi." in answer.get_json()["detail"]
    assert client.data(paper)["answers"] == {"1": ["B"]}


@pytest.mark.parametrize("place", ["9" * 5000, "99999", "0", "-1", "1.0"])
def test_a_place_that_no_paper_has_is_refused(client, paper, place):
    answer = client.send_json(f"{paper}/luu", {"seq": 2, "answers": {place: ["A"]}})
    assert answer.status_code == 400
    assert answer.get_json()["detail"].startswith("Đề thi không có câu ")
    if place.isdigit():
        assert client.send(f"{paper}/luu", {f"q{place}": "A"}).status_code == 400
    assert client.data(paper)["seq"] == 1


@pytest.mark.parametrize("kind", ["application/xml", "text/plain", ""])
def test_what_is_neither_form_nor_json_wipes_out_nothing(client, paper, kind):
    headers = {"X-CSRFToken": client.token()}
    assert client.post(f"{paper}/luu", data=b"<a/>", content_type=kind, headers=headers).status_code == 400
    assert client.data(paper)["answers"] == {"1": ["B"]}


def test_a_refused_form_with_odd_fields_keeps_what_fits_the_paper(client, paper):
    answer = client.send(f"{paper}/luu", {"q0": "A", "q²": "A", "q2": "A"})
    assert answer.status_code == 400
    boxes = html.fromstring(answer.get_data(as_text=True)).xpath("//input[@checked]/@name")
    assert boxes == ["q2"]


def test_a_save_without_number_fits_after_the_largest_number_taken(client, paper):
    assert client.send_json(f"{paper}/luu", {"seq": 2**31 - 1, "answers": {}}).status_code == 400
    assert client.send_json(f"{paper}/luu", {"seq": 10**9 - 1, "answers": {"1": ["A"]}}).status_code == 200
    assert client.send(f"{paper}/luu", {"q1": "C"}).status_code == 303
    assert client.data(paper)["answers"] == {"1": ["C"]}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/cuoc-thi/%00", {400, 404}),
        ("/bai-thi/%00", {400, 404}),
        ("/bai-thi/%00/ket-qua", {400, 404}),
        ("/cuoc-thi/cuoc-thi/xep-hang?bang=%00", {404}),
        ("/cuoc-thi/cuoc-thi/xep-hang?ten=%00", {200}),
        ("/cuoc-thi/cuoc-thi/cong-doan?don-vi=%00", {400, 404}),
        ("/don-vi/tim?q=%00", {200, 400}),
        ("/quan-tri/nhat-ky?q=%00", {200, 400}),
        ("/to-chuc/don-vi/%00", {400, 404}),
        ("/to-chuc/don-vi?q=%00", {200, 400}),
        ("/to-chuc/don-vi/nhap/%00", {303, 400}),
        ("/to-chuc/ngan-hang/%00", {400, 404}),
        ("/to-chuc/cuoc-thi/%00", {400, 404}),
        ("/theo-doi/cuoc-thi/%00", {400, 404}),
    ],
)
def test_a_nul_in_an_address_is_no_failure_of_ours(admin, town, address, status):
    town.round(town.contest())
    town.commit()
    assert admin.get(address).status_code in status


def test_a_nul_in_a_form_is_no_failure_of_ours(client, town):
    town.person("Lò Thị Lan", phone="0912345678")
    town.commit()
    sent = {"name": "Lò Thị Lan\0", "phone": "0912345678\0", "union": "\0", "kind": "\0", "password": "\0" * 8}
    assert client.send("/dang-nhap", sent).status_code == 200
    assert client.send("/dang-ky", {**sent, "union_tu_khoa": "\0", "consent": "y"}).status_code == 422


def test_an_address_of_origin_that_is_none_leads_to_the_sign_in_page(client, town):
    town.round(town.contest())
    town.commit()
    answer = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau", headers={"Referer": "http://["})
    assert (answer.status_code, answer.location) == (303, "/dang-nhap")


def test_a_file_too_large_gets_its_page(admin, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10_000)
    sent = {"csrf_token": admin.token(), "file": (io.BytesIO(b"x" * 10_001), "a.xlsx")}
    answer = admin.post("/to-chuc/don-vi/nhap", data=sent)
    assert answer.status_code == 413
    assert "Tệp được phép tối đa 20 MB." in answer.get_data(as_text=True)


def test_the_rest_of_a_refused_body_is_taken_in_up_to_a_limit(monkeypatch):
    body = io.BytesIO(b"x" * 1000)
    request = Request(EnvironBuilder(method="POST", input_stream=body, content_length=1000).get_environ())
    monkeypatch.setattr(limits, "DRAINED", 600)
    limits.drain(request)
    assert body.tell() == 600
    limits.drain(request)
    assert body.tell() == 1000


@pytest.mark.parametrize("text", ["", "-1", "1e3", "１", "9" * 10, " 1"])
def test_what_is_no_short_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        whole(text)
